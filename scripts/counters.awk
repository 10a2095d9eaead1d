# Prints the counters of src/core/counters.h as rows of README.md's table:
# "| `name` | what it counts |".
#
#   awk -f scripts/counters.awk src/core/counters.h

/^SSK_COUNTER\(/ {
	split($0, quoted, "\"")
	name = quoted[1]
	gsub(/^SSK_COUNTER\(|, *$/, "", name)
	print "| `" name "` | " quoted[2] " |"
}
