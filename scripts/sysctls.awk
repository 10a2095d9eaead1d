# Prints the names of the sysctls that src/core/sysctl.c gives every handler, a line each.
#
#   awk -f scripts/sysctls.awk src/core/sysctl.c

/^static const struct ctl_table / {
	in_table = 1
}

/^};/ {
	in_table = 0
}

in_table && /\.procname/ {
	split($0, quoted, "\"")
	print quoted[2]
}

in_table && /^\tLIMIT\(/ {
	gsub(/^\tLIMIT\(|,.*/, "")
	print
}
