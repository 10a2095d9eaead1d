# Prints the names of the sysctls that src/core/sysctl.c gives every handler, and of those
# that handlers have besides, with the handler's, a line each.
#
#   awk -f scripts/sysctls.awk src/core/sysctl.c src/handlers/*/*.c

/^static const struct ctl_table / {
	in_table = 1
}

/^(static )?const struct syncsock_setting / {
	in_settings = 1
}

/^};/ {
	in_table = in_settings = 0
}

in_settings && /\.name/ {
	split($0, quoted, "\"")
	split(FILENAME, part, "/")
	print part[3] "." quoted[2]
}

in_table && /\.procname/ {
	split($0, quoted, "\"")
	print quoted[2]
}

in_table && /^\tLIMIT\(/ {
	gsub(/^\tLIMIT\(|,.*/, "")
	print
}
