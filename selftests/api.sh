#!/bin/sh
# The API as handlers use it: a handler that does what its client says.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

plan $((23 * paths + 3))
add_peer
load_modules
load_commands
bytes() {
	head -c "$1" /dev/zero | tr '\0' x
}

seq 1 20000 >"$scratch/text"

# talk OPTION...: standard input to the handler over the current path.
talk() {
	run_client talk "$commands_port" -t 10 "$@"
}

# says LINES EXPECTED: exactly that many lines, and these, answer standard input.
says() {
	talk -n "$1" >"$scratch/said" || return
	printf '%b' "$2" | cmp - "$scratch/said" && return
	head -c 500 "$scratch/said"
	return 1
}

# How the last connection ended: "COUNT reason REASON error ERRNO received BYTES".
ending() {
	cat /sys/module/syncsock_selftest/parameters/commands_ending
}

has_ended() {
	[ "$(ending | cut -d ' ' -f 1)" -eq "$ends_count" ]
}

# ends_as REASON ERRNO COMMAND...: COMMAND succeeds and the connection has ended so.
ends_as() {
	ends_count=$(($(ending | cut -d ' ' -f 1) + 1))
	ends_expected="reason $1 error $2"
	shift 2
	"$@" || return
	wait_until 10 has_ended || return
	ending
	ending | grep -q " $ends_expected "
}

received() {
	ending | grep -q " received $1\$" || { ending; return 1; }
}

copies() {
	size=$(wc -c <"$scratch/text")
	{ echo "$1 $size"; cat "$scratch/text"; } | talk -u >"$scratch/said" &&
		cmp "$scratch/text" "$scratch/said"
}

needs() {
	{ echo "need 60000"; bytes 60000; } | says 1 'needed 60000 in 1 calls\n'
}

refuses_to_need() {
	echo "need 1000000000" | says 1 'need 1000000000: -90\n'
}

# The peer closes before the whole message has come.
needs_too_much() {
	{ echo "need 50000"; bytes 1000; } | talk -u >"$scratch/said" &&
		[ "$(cat "$scratch/said")" = "full 0 after 1000 bytes" ]
}

# With more unread than the budget allows to see, nothing goes round and round, and what is
# posted sees no more either.
drains() {
	set_limit commands budget_bytes 5000
	deferred=$(stat "$server_ns" commands deferred)
	{ printf 'later timer drain\npause\n'; bytes 50000; } | ends_as 0 0 talk -u >"$scratch/said"
	status=$?
	set_limit commands budget_bytes 65536
	drained=$(sed -n 's/^drained //p' "$scratch/said")
	echo "$drained bytes were drained"
	[ "$status" -eq 0 ] && [ "$drained" -le 5000 ] && received 50024 &&
		stat_is "$server_ns" commands deferred -le $((deferred + 50))
}

# A handler that closes is not called again, although it has left what it was shown.
refuses() {
	set_limit commands budget_bytes 1000
	{ echo refuse; bytes 5000; } | ends_as 0 0 talk -e server >"$scratch/said"
	status=$?
	set_limit commands budget_bytes 65536
	[ "$status" -eq 0 ] && received 1
}

oversized() {
	{ echo hold; bytes 20000000; } | ends_as 6 -90 talk -e rst >"$scratch/said"
}

limits() {
	echo limits | says 1 'send -90 need -90 nothing 0\n'
}

pages() {
	echo "pages 10" | talk -u >"$scratch/said" &&
		[ "$(wc -c <"$scratch/said")" -eq 40960 ] &&
		[ "$(tr -s "[:lower:]" <"$scratch/said")" = abcdefghij ]
}

pauses() {
	paused=$(stat "$server_ns" commands paused)
	for where in timer other work; do
		printf "later %s resume\npause\nlimits\n" "$where" |
			says 1 'send -90 need -90 nothing 0\n' || return
	done
	stat_is "$server_ns" commands paused -eq $((paused + 3))
}

# The server's FIN first; what comes after it is still received.
shuts_down() {
	{ printf 'end shutdown\n'; bytes 100000; } | ends_as 0 0 talk -e server >"$scratch/said" &&
		grep -q bye "$scratch/said" && received 100013
}

closes() {
	{ printf 'end close\n'; bytes 100000; } | ends_as 0 0 talk -e server >"$scratch/said" &&
		grep -q bye "$scratch/said" && received 10
}

aborts() {
	echo "end abort" | ends_as 3 0 talk -e rst && received 10
}

# ended_elsewhere REASON ACTION [OPTION]...: from every context.
ended_elsewhere() {
	elsewhere_reason=$1
	elsewhere_action=$2
	shift 2
	for where in timer other work; do
		echo "later $where $elsewhere_action" |
			ends_as "$elsewhere_reason" 0 talk "$@" || return
	done
}

storms() {
	echo "storm 2000" | says 1 'storm 2000 and 2000 in order, 0 wrong\n'
}

floods() {
	set_limit commands mailbox 10
	overflow=$(stat "$server_ns" commands post_overflow)
	echo "flood 25" | says 11 'flood 10 taken 15 refused\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\n' &&
		stat_is "$server_ns" commands post_overflow -eq $((overflow + 15))
	status=$?
	set_limit commands mailbox 256
	return $status
}

# Blocks of 1024 bytes are taken until 20000 are queued, and @writable comes once.
fills() {
	set_limit commands send_high_bytes 20000
	set_limit commands send_low_bytes 5000
	echo fill | talk -n 2 >"$scratch/said"
	status=$?
	set_limit commands send_high_bytes 1048576
	set_limit commands send_low_bytes 262144
	tail -n 1 "$scratch/said"
	[ "$status" -eq 0 ] && [ "$(head -n 1 "$scratch/said" | wc -c)" -eq 20481 ] &&
		[ "$(tail -n 1 "$scratch/said")" = "writable 1 after 20480 bytes" ]
}

# Kept bytes close the window, and it opens again when they are let go.
keeps() {
	{ printf 'later timer let_go\nkeep\n'; bytes 3000000; } >"$scratch/much"
	ends_as 0 0 talk -u <"$scratch/much" >"$scratch/said" || return
	kept=$(sed -n 's/^let go //p' "$scratch/said")
	echo "$kept bytes were kept"
	[ "${kept:-0}" -gt 1000 ] && [ "$kept" -le 262144 ] && received 3000024
}

offloads() {
	printf 'later timer resume\noffload 1\npause\nwhere\n' | says 1 'process\n' &&
		printf 'later timer resume\noffload 1\npause\nlater work resume\noffload 0\npause\nwhere\n' |
		says 1 'softirq\n'
}

# Until the socket is owned, the answer is another.
asks_owned() {
	echo where
	grep -q process "$scratch/said"
}

replays() {
	: >"$scratch/said"
	{ echo "later work own"; wait_until 8 asks_owned; } | talk -u >"$scratch/said" &&
		[ "$(grep process "$scratch/said" | sort -u)" = "process, bottom halves off" ] &&
		return
	sort "$scratch/said" | uniq -c
	return 1
}

api() {
	check "$path: received bytes are copied" copies copy
	check "$path: received bytes are looked at in a row" copies linear
	check "$path: a whole message is waited for" needs
	check "$path: a message that can never fit is refused" refuses_to_need
	check "$path: a message that never becomes whole is shown" needs_too_much
	check "$path: what is posted keeps to the budget" drains
	check "$path: a handler that has closed is not called again" refuses
	check "$path: a message that does not fit ends the connection" oversized
	check "$path: a send that can never fit is refused" limits
	check "$path: pages are sent in order" pages
	check "$path: receiving is paused and resumed from any context" pauses
	check "$path: shutting down leaves the other direction open" shuts_down
	check "$path: closing delivers what was sent and discards what comes" closes
	check "$path: aborting resets" aborts
	check "$path: shut down from any context" ended_elsewhere 0 shutdown -e server
	check "$path: closed from any context" ended_elsewhere 0 close -e server
	check "$path: aborted from any context" ended_elsewhere 3 abort -e rst
	check "$path: posts of two CPUs run in order" storms
	check "$path: a full mailbox refuses posts" floods
	check "$path: the watermarks of the transmit queue hold" fills
	check "$path: kept bytes close the window and open it again" keeps
	check "$path: a connection moves to a worker and back" offloads
	check "$path: who owns the socket has bottom halves disabled for the handler" replays
}

small_buffers
calls_may_take_long commands
for_each_path api

path="loopback IPv4" address=127.0.0.1 client_ns='' server_ns=''
stays_paused() {
	! echo pause | talk -n 1 -t 1
}
check "a paused connection says nothing" stays_paused

stops_itself() {
	echo "later work stop" | ends_as 4 0 talk -e rst || return
	for ns in "" $namespaces; do
		[ -z "$(get_listen "$ns" commands)" ] || return
	done
}
listens_again() {
	set_listen "" commands "127.0.0.1:$commands_port" &&
		echo limits | says 1 'send -90 need -90 nothing 0\n'
}
check "a running handler stops itself" stops_itself
check "the handler can listen again" listens_again

finish
