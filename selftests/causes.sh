#!/bin/sh
# Each thing that holds connections up or drops them, provoked in turn: syncsock-top names it,
# and nothing else. For a guest with "vm.sh --tools". Its own tests are scripts/top-selftest.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-clients.sh
. "${0%/*}/lib-clients.sh"

plan 15
command -v python3 >/dev/null || give_up "there is no python3: 'vm.sh --tools' has the guest bring it"
small_buffers
add_peer
load_modules echo
load_commands
top=$here/../syncsock-top
path="loopback IPv4" address=127.0.0.1 client_ns=''

# How long calls and softirqs take on an emulated CPU, and how much comes at once, is not what
# this is about.
calls_may_take_long echo commands
for handler in echo commands; do
	set_limit $handler budget_bytes 4194304
done
budget_usecs=$(sysctl -n net.core.netdev_budget_usecs)
trap 'sysctl -q -w net.core.netdev_budget_usecs="$budget_usecs"; cleanup' EXIT
sysctl -q -w net.core.netdev_budget_usecs=1000000

# The causes of all looks, each with its handler, in one line.
cat >"$scratch/causes.py" <<'END'
import json, sys
print(*sorted({f"{item['handler'] or 'machine'}:{item['cause']}"
               for line in open(sys.argv[1]) for item in json.loads(line)["verdict"]}))
END

looks() {
	wc -l <"$scratch/looks"
}

has_looked() {
	[ "$(looks)" -ge "$looks_wanted" ]
}

# look_again: what happened before this is in a look that is complete afterwards.
look_again() {
	looks_wanted=$(($(looks) + 2))
	wait_until 30 has_looked
}

# observe COMMAND...: COMMAND succeeds. Sets $causes, those that are named because of it.
observe() {
	background "$scratch/looks" "" "$top" --json --interval 0.3 --count 0
	looking=$started
	look_again || { cat "$scratch/looks"; return 1; }
	"$@"
	observe_status=$?
	look_again
	kill "$looking"
	wait_until 10 ended "$looking" || return
	# The last line may be cut off.
	head -n "$(looks)" "$scratch/looks" >"$scratch/whole"
	python3 -c 'import json, sys
for line in sys.stdin:
	for item in json.loads(line)["verdict"]: print(item)' <"$scratch/whole"
	causes=$(python3 "$scratch/causes.py" "$scratch/whole")
	return $observe_status
}

# blames CAUSES COMMAND...: COMMAND succeeds, and these are named because of it, no others.
blames() {
	blamed=$1
	shift
	observe "$@" && is "$causes" "$blamed"
}

# blames_machine CAUSE CAUSES COMMAND...: CAUSE is named, and others only of CAUSES.
blames_machine() {
	blamed=$1
	allowed=$2
	shift 2
	observe "$@" || return
	for cause in $causes; do
		case " machine:$blamed $allowed " in
		*" $cause "*) ;;
		*) echo "$cause is named"; return 1 ;;
		esac
	done
	case " $causes " in
	*" machine:$blamed "*) ;;
	*) echo "$blamed is not named"; return 1 ;;
	esac
}

nothing() {
	run_client churn "$echo_port" -n 50 -c 2
}
check "connections that nothing holds up" blames "" nothing

# --- Limits ---------------------------------------------------------------------------

check "the limit on connections" blames "echo:accept_limit" with_value $limits/echo/connections 1 second_of_one

too_fast() {
	! run_client churn "$echo_port" -n 20 -c 20 -t 10 >"$scratch/churn" 2>&1
}
check "the limit on their rate" blames "echo:accept_limit" \
	with_value $limits/echo/connections_per_second 1 too_fast

check "a small budget" blames "echo:handler_budget" \
	with_value $limits/echo/budget_bytes 1000 run_client pipeline "$echo_port" -n 100

check "a full mailbox" blames "commands:full_mailbox" \
	with_value $limits/commands/mailbox 10 flood

check "a client that says nothing" blames "echo:no_progress" \
	with_value $limits/echo/first_byte_timeout_ms 300 run_client idle "$echo_port" -b 0 -t 20

# --- Handlers and clients -------------------------------------------------------------

takes_long() {
	printf 'slow 20000\nlimits\n' | run_client talk "$commands_port" -t 20 -n 1
}
check "a slow handler" blames "commands:slow_handler" \
	with_value $limits/commands/offload_us 10000 takes_long

# From after it was moved, until it is seen.
goes_on() {
	until [ -e "$scratch/seen" ]; do
		echo "slow 20000"
		sleep 0.1
	done
	echo "limits"
}
is_seen() {
	wait_until 60 grep -q slow_handler "$scratch/looks"
	seen_status=$?
	: >"$scratch/seen"
	wait "$streaming" && return "$seen_status"
}
stays_slow() {
	offloaded=$(stat "" commands offloaded)
	goes_on | run_client talk "$commands_port" -t 60 -n 1 >"$scratch/slow" 2>&1 &
	streaming=$!
	wait_until 20 stat_is "" commands offloaded -gt "$offloaded" &&
		blames "commands:slow_handler" is_seen
	stays_slow_status=$?
	: >"$scratch/seen"
	return "$stays_slow_status"
}
check "a slow handler that was moved before" \
	with_value $limits/commands/offload_us 10000 stays_slow

pauses() {
	printf 'later timer resume\npause\nlimits\n' | run_client talk "$commands_port" -t 20 -n 1
}
check "a handler that waits" blames "commands:paused" pauses

# It reads in the end, but slowly.
reads_slowly() {
	run_client slow "$echo_port" -b 262144
}
check "a client that reads slowly" blames "echo:full_transmit_queue" reads_slowly

# It does not read at all, so that the server does not either.
does_not_read() {
	stop_reading && read_again
}
check "a client that sends and does not read" \
	blames "echo:full_transmit_queue" does_not_read

# --- The machine ----------------------------------------------------------------------

# Much has to be in use before the limit is small. A CPU may have taken up to 256 pages that
# TCP does not count yet, see sk_memory_allocated_add(): two clients bring more than that.
without_memory() {
	writers=
	for writer in $(seq $((2 * ($(nproc) + 1)))); do
		start_client "$scratch/window$writer" window "$echo_port" -b 8388608 -t 60
		writers="$writers $started"
	done
	for window in "$scratch"/window?*; do
		wait_until 40 grep -q ^closed "$window" || {
			cat "$window"
			return 1
		}
	done
	with_value /proc/sys/net/ipv4/tcp_mem "1 1 1" look_again
	memory_status=$?
	for writer in $writers; do
		kill "$writer"
	done
	for writer in $writers; do
		wait_until 40 ended "$writer"
	done
	return $memory_status
}
# What its want does to connections and segments is not always the same.
check "TCP has no memory" blames_machine tcp_memory \
	"machine:socket_buffer machine:network echo:full_transmit_queue echo:no_memory" without_memory

# A packet at a time: what comes meanwhile has to wait for softirq's next turn.
check "a small budget of softirq" blames "machine:softirq_budget" \
	with_value /proc/sys/net/core/netdev_budget 1 \
	in_ns "$ns_peer" "$client" churn 192.0.2.1 "$echo_port" -n 200 -c 4 -t 60

# How many segments are sent again at a time is chance, so it goes on until that is seen.
bad_network() {
	in_ns "$ns_peer" tc qdisc replace dev ssk1 root netem loss 20%
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		in_ns "$ns_peer" "$client" churn 192.0.2.1 "$echo_port" -n 200 -c 40 -t 100
		bad_status=$?
		[ "$bad_status" -eq 0 ] || break
		! grep -q '"cause": "network"' "$scratch/looks" || break
	done
	in_ns "$ns_peer" tc qdisc delete dev ssk1 root
	return "$bad_status"
}
check "a network that loses packets" blames_machine network "" bad_network

# Where TCP's memory is not to be seen.
looks_elsewhere() {
	in_ns "$ns_peer" "$top" --json --interval 0.3 >"$scratch/elsewhere" &&
		is "$(python3 "$scratch/causes.py" "$scratch/elsewhere")" "" &&
		in_ns "$ns_peer" "$top" --prometheus | grep -q '^syncsock_accepted_total'
}
check "another network namespace" looks_elsewhere

finish
