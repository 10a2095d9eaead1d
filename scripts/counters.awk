# Prints the counters of src/core/counters.h as rows of README.md's table:
# "| `name` | what the comment above it says |".
#
#   awk -f scripts/counters.awk src/core/counters.h

/^\/\* .* \*\/$/ {
	meaning = substr($0, 4, length($0) - 6)
	sub(/\.$/, "", meaning)
}

/^SSK_COUNTER\(/ {
	name = $0
	gsub(/^SSK_COUNTER\(|\).*/, "", name)
	print "| `" name "` | " tolower(substr(meaning, 1, 1)) substr(meaning, 2) " |"
	meaning = "?"
}
