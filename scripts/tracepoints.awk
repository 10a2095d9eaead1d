# Prints the tracepoints of src/core/trace.h as rows of README.md's table, without what is said
# about them: "| `event` | `field` ... |". The fields that nearly all have are left out.
#
#   awk -f scripts/tracepoints.awk src/core/trace.h

function row(name, of)
{
	print "| `" name "` |" fields[of] " |"
}

# The first argument after the parenthesis, and for a class's event the second.
function argument(number,	list, n)
{
	n = split(substr($0, index($0, "(") + 1), list, /, */)
	return n >= number ? list[number] : ""
}

/^(DECLARE_EVENT_CLASS|TRACE_EVENT)\(/ {
	name = argument(1)
	is_event = /^TRACE_EVENT/
	next
}

/^\t\t__field\(/ && name != "" {
	field = argument(2)
	sub(/\).*/, "", field)
	fields[name] = fields[name] " `" field "`"
}

/^\);/ && is_event {
	row(name, name)
}

/^\);/ {
	name = ""
	is_event = 0
}

/^DEFINE_EVENT\(/ {
	row(argument(2), argument(1))
}
