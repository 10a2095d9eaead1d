#!/bin/sh
# The tracepoints syncsock:*, by tracefs alone: for what is known to happen exactly the events
# that are expected come, in order, and they tell the same as the counters.
# tracers.sh is about the tools that show them.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-clients.sh
. "${0%/*}/lib-clients.sh"

tracing=/sys/kernel/tracing
instance=$tracing/instances/syncsock
events=$instance/events/syncsock

# Modules that can be made to find no memory have one result more.
with_faults=0
! grep -q parm=fail_nth ./syncsock.ko || with_faults=1

plan $((3 * paths + 10 + with_faults))
[ -d "$tracing/events" ] || skip_all "event tracing"
add_peer
small_buffers
load_modules echo
load_commands
calls_may_take_long echo relay
listen_everywhere relay $relay_port

# An instance of its own: nobody else's settings are touched. It stays on until the end, when
# the modules are unloaded with their events on.
mkdir "$instance" || give_up "there can be no trace of our own"
trap 'rmdir "$instance"; cleanup' EXIT
echo mono >"$instance/trace_clock"
echo 8192 >"$instance/buffer_size_kb"
echo 1 >"$events/enable"

# The counters of all handlers together.
# shellcheck disable=SC2016  # awk's own variables
counters() {
	in_ns "$server_ns" awk 'NR > 1 { sum[$2] += $3 }
		END { for (counter in sum) print counter, sum[counter] }' /proc/net/syncsock/stats
}

# As many references were put as were got.
is_balanced() {
	awk '/ get: conn=/ { n++ } / put: conn=/ { n-- } END { exit n != 0 }' "$instance/trace"
}

# What each key of a trace's totals is counted as.
keys='accept accepted
refuse.no_memory refused_no_memory
refuse.limit refused_limit
refuse.rate refused_rate
refuse.memory refused_memory
connect connects
connected connected
close closed
close.connect closed_connect
release released
receive.bytes bytes_received
send.bytes bytes_sent
send_blocked send_blocked
defer deferred
offload.slow offloaded
pause paused
post.0 posts
post.-105 post_overflow'

same_as_counters() {
	echo "$keys" | awk '
		FILENAME == ARGV[1] { before[$1] = $2; next }
		FILENAME == ARGV[2] { after[$1] = $2; next }
		FILENAME == ARGV[3] { total[$1] = $2; next }
		!($2 in after) { print "there is no counter " $2; bad = 1; next }
		after[$2] - before[$2] != total[$1] + 0 {
			print $1 " " total[$1] + 0 ", but " $2 " " after[$2] - before[$2]
			bad = 1
		}
		END { exit bad }' "$scratch/before" "$scratch/after" "$scratch/totals" -
}

# trace COMMAND...: COMMAND succeeds, and what happens because of it is told consistently.
# Leaves the trace's totals for "saw".
trace() {
	counters >"$scratch/before"
	echo >"$instance/trace"
	echo 1 >"$instance/tracing_on"
	"$@" || return
	wait_until 20 all_released && wait_until 20 is_balanced || return
	echo 0 >"$instance/tracing_on"
	counters >"$scratch/after"
	cat "$instance/trace" >"$scratch/trace"
	netns=$(in_ns "$server_ns" readlink /proc/self/ns/net | tr -dc 0-9)
	awk -f "$here/tracepoints.awk" -v netns="$netns" "$scratch/trace" >"$scratch/totals" &&
		same_as_counters || return
	cat "$scratch/totals" >>"$scratch/all"
}

# saw KEY COMPARISON VALUE
saw() {
	saw_total=$(awk -v key="$1" '$1 == key { print $2 }' "$scratch/totals")
	test "${saw_total:-0}" "$2" "$3" && return
	echo "$1 is ${saw_total:-0}, not $2 $3"
	return 1
}

# talk [OPTION]...: lines for the test handler over the current path.
talk() {
	run_client talk "$commands_port" -t 20 "$@"
}

# says LINES INPUT EXPECTED: of so many lines, the first one answers INPUT.
says() {
	printf '%b' "$2" | talk -n "$1" >"$scratch/said" &&
		is "$(head -n 1 "$scratch/said")" "$3"
}

client_closes() {
	trace run_client churn "$echo_port" -n 20 -c 4 &&
		saw accept -eq 20 && saw close.closed -eq 20 && saw release -eq 20 &&
		saw receive.bytes -eq 2000 && saw send.bytes -eq 2000
}

client_resets() {
	trace run_client churn "$echo_port" -n 20 -c 4 -e rst &&
		saw accept -eq 20 && saw close.peer_reset -eq 20 && saw release -eq 20
}

# Some of these are served.
many_at_once() {
	! run_client churn "$echo_port" -n 20 -c 20 -t 10 2>"$scratch/churn"
}

refuses() {
	trace many_at_once && saw refuse.rate -gt 0
}

# Two stay, the third is refused.
third_of_two() {
	start_client "$scratch/hold" hold "$echo_port" -n 2 -t 30
	wait_until 20 grep -q ready "$scratch/hold" || { cat "$scratch/hold"; return 1; }
	! run_client bytes "$echo_port" -n 2 -t 10
	third=$?
	kill "$started"
	wait_until 10 ended "$started" && return "$third"
}

refuses_third() {
	trace third_of_two && saw accept -eq 2 && saw refuse -eq 1 && saw refuse.limit -eq 1 &&
		saw close -eq 2 && saw release -eq 3
}

without_memory() {
	refused=$(stat "" echo refused_no_memory)
	echo 1 >/sys/module/syncsock/parameters/fail_nth
	! run_client bytes "$echo_port" -n 2 -t 10 &&
		wait_until 10 stat_is "" echo refused_no_memory -eq $((refused + 1))
}

refuses_without_memory() {
	trace without_memory && saw refuse.no_memory -eq 1 && saw accept -eq 0
}

blocks() {
	trace run_client slow "$echo_port" -b 262144 &&
		saw accept -eq 1 && saw send_blocked -gt 0 && saw writable -gt 0
}

# How many times TCP has probed the closed window of echo's client.
probes() {
	ss -Htin state established "sport = :$echo_port" | sed -n 's/.* backoff:\([0-9]*\).*/\1/p'
}

probed_again() {
	now_probed=$(probes)
	[ "${now_probed:-0}" -ge $((probed + 2)) ]
}

upcalls() {
	grep -c ' upcall_begin: ' "$instance/trace"
}

# Nothing else looks at the connection than what TCP's probes bring back.
stays_blocked() {
	stop_reading || return
	probed=$(probes)
	upcalls_before=$(upcalls)
	wait_until 20 probed_again
	status=$?
	upcalls_meanwhile=$(($(upcalls) - upcalls_before))
	read_again || return
	echo "$upcalls_meanwhile upcalls while TCP probed twice"
	[ $status -eq 0 ] && [ $upcalls_meanwhile -le 8 ]
}

defers() {
	trace run_client pipeline "$echo_port" -n 100 && saw defer -gt 0
}

# By the handler itself, by posts of which too many are refused, and by a worker.
pauses() {
	trace says 11 'later timer resume\npause\nflood 25\n' 'flood 10 taken 15 refused' &&
		saw pause -eq 1 && saw resume -eq 1 && saw post.0 -eq 10 && saw post.-105 -eq 15
}

# What takes 20 ms is seen to, and is moved to a worker.
takes_long() {
	trace says 1 'slow 20000\nlimits\n' 'send -90 need -90 nothing 0' &&
		saw upcall_end.longest_ns -ge 20000000 &&
		saw offload.slow -ge 1 && saw upcall_begin.slow -ge 1
}

ends() {
	echo "end abort" | talk -e rst || return
	run_client idle "$echo_port" -b 0 -t 20
}

ends_otherwise() {
	trace ends && saw close.aborted -eq 1 && saw close.timeout -eq 1 && saw close -eq 2
}

# backend PORT: of the relay, in its own namespace, of the path's family.
backend() {
	case $address in
	*:*) echo "::1 $1" ;;
	*) echo "127.0.0.1 $1" ;;
	esac >/sys/module/syncsock_selftest/parameters/backend
}

relays() {
	backend "$echo_port"
	trace run_client churn "$relay_port" -n 10 -c 2 &&
		saw accept -eq 20 && saw connect -eq 10 && saw connected -eq 10 &&
		saw close -eq 30 && saw release -eq 30
}

# Nobody listens there.
cannot_connect() {
	backend 11
	trace run_client talk "$relay_port" -e rst -t 20 </dev/null &&
		saw accept -eq 1 && saw connect -eq 1 && saw connected -eq 0 &&
		saw close.connect -eq 1 && saw release -eq 2
}

lives() {
	check "$path: connections that clients close" client_closes
	check "$path: connections that clients reset" client_resets
	check "$path: connections of a relay" relays
}

for_each_path lives

path="loopback IPv4" address=127.0.0.1 client_ns='' server_ns=''
check "connections above the limit on their rate" \
	with_value $limits/echo/connections_per_second 2 refuses
check "a connection above the limit" with_value $limits/echo/connections 2 refuses_third
[ $with_faults -eq 0 ] || check "a connection without memory for it" refuses_without_memory
check "a client that does not read" blocks
check "a client whose window stays closed" trace stays_blocked
check "messages above the budget" with_value $limits/echo/budget_bytes 1000 defers
check "a pause, and posts above the mailbox" with_value $limits/commands/mailbox 10 pauses
check "a handler that takes long" takes_long
check "an abort and a timeout" \
	with_value $limits/echo/first_byte_timeout_ms 300 ends_otherwise
check "a relay without a backend" cannot_connect

# A tracepoint that nothing here provokes is not tested.
all_were_seen() {
	for event in "$events"/*/; do
		event=$(basename "$event")
		grep -q "^$event " "$scratch/all" && continue
		echo "there was no $event"
		unseen=yes
	done
	[ -z "${unseen-}" ]
}
check "every tracepoint was seen" all_were_seen

finish
