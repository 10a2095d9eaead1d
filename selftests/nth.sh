#!/bin/sh
# No memory: each operation is tried with the first allocation of the core failing, then
# with the second, and so on until it needs no more of them. It succeeds, or fails with an
# error that says why and changes nothing.
#
# For modules that were built with SYNCSOCK_FAULTS=y.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-memory.sh
. "${0%/*}/lib-memory.sh"

fail_nth=/sys/module/syncsock/parameters/fail_nth
commands_ending=/sys/module/syncsock_selftest/parameters/commands_ending
most=200			# allocations of one operation
address=127.0.0.1 client_ns=''

plan 22
grep -q parm=fail_nth ./syncsock.ko || give_up "syncsock was not built with SYNCSOCK_FAULTS=y"

# --- Trying ----------------------------------------------------------------------

# try NTH COMMAND...: sets $status to COMMAND's, and $left to 0 if the allocation failed.
try() {
	echo "$1" >"$fail_nth"
	shift
	"$@" >"$scratch/tried" 2>&1
	status=$?
	left=$(cat "$fail_nth")
	echo 0 >"$fail_nth"
}

# what_is_wrong TEXT
what_is_wrong() {
	echo "allocation $nth: $1"
	cat "$scratch/tried"
	return 1
}

# every_fault LEAST MOST FAILED UNDO COMMAND...: COMMAND asks for LEAST allocations or more,
# MOST or fewer of which make it fail. Then FAILED has to succeed. UNDO follows where COMMAND
# has worked, which it does the last time, without a fault.
every_fault() {
	least=$1
	may_fail=$2
	failed=$3
	undo=$4
	shift 4
	failures=0
	nth=0
	left=0
	while [ "$left" -eq 0 ]; do
		nth=$((nth + 1))
		[ "$nth" -le "$most" ] || what_is_wrong "there are too many" || return
		try "$nth" "$@"
		if [ "$status" -eq 0 ]; then
			"$undo" || what_is_wrong "cannot be undone" || return
		else
			failures=$((failures + 1))
			[ "$left" -eq 0 ] || what_is_wrong "failed without a reason" || return
			"$failed" || what_is_wrong "failed otherwise than it may" || return
		fi
	done
	echo "$((nth - 1)) allocations, $failures of them failed the operation" >"$scratch/faults"
	cat "$scratch/faults"
	[ "$nth" -gt "$least" ] && [ "$failures" -le "$may_fail" ]
}

# check_faults NAME ARGUMENTS-OF-every_fault...
check_faults() {
	check_faults_name=$1
	shift
	: >"$scratch/faults"
	check "$check_faults_name" every_fault "$@"
	diag <"$scratch/faults"
}

# --- Modules and settings --------------------------------------------------------

no_memory() {
	grep -q "Cannot allocate memory" "$scratch/tried"
}

# The core knows the parameter only while it is loaded, so insmod gets it.
core_loads() {
	nth=0
	while [ $((nth += 1)) -le "$most" ]; do
		if insmod ./syncsock.ko fail_nth="$nth" >"$scratch/tried" 2>&1; then
			left=$(cat "$fail_nth")
			rmmod syncsock || return
			[ "$left" -gt 0 ] || what_is_wrong "it was loaded nevertheless" || return
			echo "$((nth - 1)) allocations" >"$scratch/faults"
			[ "$nth" -ge 10 ]
			return
		fi
		no_memory || what_is_wrong "another error" || return
		[ ! -e /sys/module/syncsock ] && [ ! -e /proc/net/syncsock ] ||
			what_is_wrong "something is left" || return
	done
	what_is_wrong "there are too many"
}

load_echo() {
	insmod ./syncsock_echo.ko "listen=127.0.0.1:$echo_port"
}

unload_echo() {
	serves 127.0.0.1 "$echo_port" && rmmod syncsock_echo
}

echo_is_not_loaded() {
	no_memory && [ ! -e /sys/module/syncsock_echo ] &&
		[ ! -e /proc/sys/net/syncsock/echo ] && [ -z "$(sockets "")" ]
}

few="127.0.0.1:$echo_port"
several="127.0.0.1:$echo_port 127.0.0.2:$echo_port [::1]:$echo_port [::]:11"
all="0.0.0.0:$echo_port [::]:$echo_port"
some="127.0.0.1:$echo_port [::1]:$echo_port"

write_several() {
	set_listen "" echo "$several"
}

write_few() {
	reads "" echo "$several" && set_listen "" echo "$few" && listening=$(listening_sockets)
}

few_are_left() {
	no_memory && reads "" echo "$few" && is "$(listening_sockets)" "$listening"
}

# All of the old addresses are in the way of the new ones.
write_some() {
	set_listen "" echo "$some"
}

write_all() {
	reads "" echo "$some" && set_listen "" echo "$all"
}

all_are_left() {
	no_memory && reads "" echo "$all" && serves 127.0.0.3 "$echo_port" && serves ::1 "$echo_port"
}

read_all() {
	cat /proc/sys/net/syncsock/echo/* /proc/net/syncsock/*
}

new_namespace() {
	ip netns add nth
}

delete_namespace() {
	[ "$(in_ns nth cat /proc/net/syncsock/stats | grep -c ' accepted ')" -eq 2 ] &&
		ip netns delete nth
}

# ip keeps the file that was to be its name.
no_namespace() {
	no_memory || return
	ip netns delete nth 2>/dev/null
	! in_ns nth true
}

# --- Connections -----------------------------------------------------------------

# What a client says whose connection was not taken or could not be answered, and what the
# test handler says when it cannot go on.
was_reset() {
	grep -qE 'reset|refused|Broken pipe|cannot connect|pages 20: -11' "$scratch/tried"
}

# talk_of LINES...: standard input for "talk", so that it can be said again.
talk_of() {
	talk_options=$1
	shift
	# shellcheck disable=SC2086	# options
	printf '%b\n' "$@" | run_client talk "$commands_port" -t 20 $talk_options
}

has_ended() {
	[ "$(cut -d ' ' -f 1 "$commands_ending")" -gt "$ended" ]
}

# keep COMMANDS: 20000 bytes behind them, and FIN; the handler gets them all.
keep() {
	ended=$(cut -d ' ' -f 1 "$commands_ending")
	{
		printf '%b' "$1"
		head -c 20000 /dev/zero
	} | run_client talk "$commands_port" -t 20 -u || return
	wait_until 10 has_ended && cat "$commands_ending" &&
		grep -q " received $((20000 + $(printf '%b' "$1" | wc -c)))\$" "$commands_ending"
}

need() {
	{
		echo "need 20000"
		head -c 20000 /dev/zero
	} | run_client talk "$commands_port" -t 20 -n 1
}

send_pages() {
	talk_of -u "pages 20" >"$scratch/pages" || return
	[ "$(wc -c <"$scratch/pages")" -eq 81920 ] || { tail -c 20 "$scratch/pages"; return 1; }
}

# The handler was told that there is room again, and what it has sent has come.
fill() {
	talk_of "-n 2" fill >"$scratch/filled" || return
	is "$(tail -n 1 "$scratch/filled")" \
		"writable 1 after $(head -n 1 "$scratch/filled" | tr -d '\n' | wc -c) bytes"
}

# --- The tests -------------------------------------------------------------------

check "the core loads or says why not" core_loads
diag <"$scratch/faults"

load_modules
add_namespace "$ns_peer"
check_faults "a handler loads or says why not" 20 200 echo_is_not_loaded unload_echo load_echo

load syncsock_echo "listen=$few" || give_up "syncsock_echo cannot be loaded"
listening=$(listening_sockets)
check_faults "a list of addresses is set as a whole or not at all" \
	15 200 few_are_left write_few write_several
set_listen "" echo "$all"
check_faults "a list with listeners in the way is set as a whole or not at all" \
	10 200 all_are_left write_all write_some
check_faults "everything can be read or says why not" 4 8 no_memory true read_all

load syncsock_http "listen=127.0.0.1:$http_port" || give_up "syncsock_http cannot be loaded"
check_faults "a namespace is made or says why not" 15 200 no_namespace delete_namespace new_namespace

load syncsock_selftest || give_up "the test handlers cannot be loaded"
set_listen "" commands "127.0.0.1:$commands_port"
set_listen "" relay "127.0.0.1:$relay_port"


# A connection that gets no memory is reset; what is sent and received comes later.
taken="was_reset true run_client"
# shellcheck disable=SC2086	# a list
{
	check_faults "echo: one byte at a time" 10 1 $taken bytes "$echo_port" -n 5
	check_faults "echo: 64 KiB and a half-close" 5 1 $taken half-close "$echo_port" -b 65536
	check_faults "echo: RST while bytes are under way" 1 1 $taken "end" "$echo_port" -e rst -s sent
	check_faults "http: pipelined requests" 10 3 $taken pipeline "$http_port" -n 5 -p /hello.txt
	check_faults "http: closing in order" 3 1 $taken linger "$http_port" -p /hello.txt -b 1000
}
check_faults "a whole message is waited for" 3 2 was_reset true need
check_faults "pages are sent" 2 5 was_reset true send_pages
sysctl -q -w net.syncsock.commands.send_high_bytes=20000 net.syncsock.commands.send_low_bytes=5000
check_faults "a handler waits for room" 20 2 was_reset true fill
check_faults "received bytes are kept" 2 1 was_reset true keep "keep\n"
# The handler is called for them when FIN has come too.
check_faults "the last bytes before FIN are kept" 2 1 was_reset true \
	keep "later timer resume\npause\nkeep\n"
check_faults "receiving is paused and resumed" 3 2 was_reset true \
	talk_of "-n 1" "later timer resume" pause limits
check_faults "posts run" 3 2 was_reset true talk_of "-n 1" "storm 20"
check_faults "our direction is closed first" 3 2 was_reset true talk_of "-e server" "end shutdown"

echo "127.0.0.1 $echo_port" >/sys/module/syncsock_selftest/parameters/backend
echo "127.0.0.9 0" >/sys/module/syncsock_selftest/parameters/source
# Three connections are made; how many bytes come meanwhile is different each time.
# shellcheck disable=SC2086	# a list
{
	check_faults "relay: one byte at a time" 20 12 $taken bytes "$relay_port" -n 5
	check_faults "relay: 64 KiB and a half-close" 20 20 $taken half-close "$relay_port" -b 65536
}

all_caches_are_empty() {
	flush_memory
	for cache in syncsock_echo syncsock_http; do
		[ "$(slab_objects "$cache")" -eq 0 ] || return
	done
}
if [ -e /sys/kernel/slab/TCP ]; then
	check "the slab caches of connections are empty" wait_until 20 all_caches_are_empty
else
	skip "the slab caches of connections are empty" "/sys/kernel/slab"
fi

finish
