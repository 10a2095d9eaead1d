# Judges a trace of syncsock:* events, with a clock that all CPUs share, of connections that
# have all ended.
#
#   awk -f tracepoints.awk -v netns=INODE TRACE
#
# Prints totals, "KEY VALUE": the number of each event, the sum of the bytes that it has
# ("send.bytes"), how often it had which reason, context or error ("close.closed"), and the
# longest duration ("upcall_end.longest_ns").
#
# Exit status 1 if events do not fit together: a connection is got, begins, is called, ends,
# is released and is put, in this order, with the same ports in this namespace. What it
# receives and sends is within its calls, which take no less time than is between their two
# events. A worker's last call may still be going on when the release begins.

function wrong(text)
{
	if (wrongs++ < 10)
		print text ": " $0 >"/dev/stderr"
}

function total(key, value)
{
	totals[key] += value
}

# Ports may be unknown before there is a socket and when it is given back, but no others.
function note_ports()
{
	if (field["netns"] != netns)
		wrong("another namespace")
	if (field["sport"] == 0 || field["dport"] == 0)
		return
	if (ports[conn] == "")
		ports[conn] = field["sport"] " " field["dport"]
	else if (ports[conn] != field["sport"] " " field["dport"])
		wrong("other ports than " ports[conn])
}

function need_ports()
{
	if (field["sport"] == 0 || field["dport"] == 0)
		wrong("no ports")
}

function begin_life()
{
	begun[conn] = ports[conn] = ""
	closed[conn] = released[conn] = called[conn] = blocked[conn] = 0
	alive[conn] = 1
}

# One that lost its socket before it began has nothing else.
function end_life()
{
	if (begun[conn] != "" && !released[conn])
		wrong("freed before its release")
	if (called[conn])
		wrong("freed in a call")
	alive[conn] = 0
}

function begin(event)
{
	if (begun[conn] != "")
		wrong("had begun")
	begun[conn] = event
	if (event != "connect")
		need_ports()
}

# Of the longest, the number is kept as it is written: it may be long.
function end_call(	took)
{
	took = field["duration_ns"] / 1000
	if (took + 50 < (time - called_at[conn]) * 1000000)
		wrong("shorter than it was")
	if (took > 60 * 1000000)
		wrong("too long")
	if (field["duration_ns"] + 0 > longest + 0)
		longest = field["duration_ns"]
	called[conn] = 0
}

function in_life(event)
{
	if (!alive[conn])
		wrong("not alive")
	note_ports()
	if (event == "accept" || event == "connect" || event == "refuse")
		begin(event)
	else if (begun[conn] == "")
		wrong("had not begun")
	if (event ~ /^(upcall_begin|close|connected)$/ && closed[conn])
		wrong("had ended")
	if (event ~ /^(upcall_end|receive|send|send_blocked|writable|defer|offload)$/ &&
	    !called[conn])
		wrong("outside of a call")

	if (event == "connected" && begun[conn] != "connect")
		wrong("was accepted")
	if (event == "upcall_begin") {
		if (called[conn])
			wrong("call in a call")
		called[conn] = 1
		called_at[conn] = time
	}
	if (event == "upcall_end")
		end_call()
	if (event == "send_blocked" || event == "writable") {
		if (blocked[conn] != (event == "writable"))
			wrong("was so before")
		blocked[conn] = event == "send_blocked"
	}
	if (event == "close") {
		closed[conn] = 1
		if (begun[conn] == "accept")
			need_ports()
	}
	if (event == "release") {
		if (released[conn] || (begun[conn] != "refuse" && !closed[conn]))
			wrong("is not to be released")
		released[conn] = 1
	}
}

/^# entries-in-buffer/ {
	split($3, entries, "/")
	if (entries[1] != entries[2])
		wrong("events were lost")
	next
}

/^#/ || /^$/ {
	next
}

# An event's fields are "name=value", behind "TIME: EVENT: ".
!match($0, / [0-9]+\.[0-9]+: [a-z_]+: /) {
	wrong("what is this")
	next
}

{
	split(substr($0, RSTART), head, ": ")
	time = head[1] + 0
	event = head[2]
	n = split(substr($0, RSTART + RLENGTH), pairs, " ")
	split("", field)
	for (i = 1; i <= n; i++)
		if (split(pairs[i], pair, "=") == 2)
			field[pair[1]] = pair[2]
	conn = field["conn"]

	total(event, 1)
	if ("bytes" in field)
		total(event ".bytes", field["bytes"])
	for (name in field)
		if (name ~ /^(reason|context)$/ || (name == "error" && event == "post"))
			total(event "." field[name], 1)

	if (event == "get") {
		references[conn]++
		if (field["refs"] == 1)
			begin_life()
	} else if (event == "put") {
		references[conn]--
		if (field["refs"] == 0)
			end_life()
	} else if (conn ~ /^0+$/) {
		need_ports()
	} else {
		in_life(event)
	}
}

END {
	$0 = "at the end"
	for (conn in references) {
		if (references[conn])
			wrong(conn " is referenced " references[conn] " times")
		if (alive[conn])
			wrong(conn " is alive")
	}
	for (key in totals)
		printf "%s %.0f\n", key, totals[key]
	print "upcall_end.longest_ns", longest + 0 ? longest : 0
	exit wrongs > 0
}
