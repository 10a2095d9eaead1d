#!/bin/sh
# A handler that takes a millisecond for each message, on 100 connections, does not keep
# another handler's connection waiting.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

plan $((4 * veth_paths))
# There, threads receive packets, and workers compete with them.
! is_rt || skip_all "softirqs that go before tasks"
add_peer
load_modules echo
load_commands

# One CPU receives for all servers, as with a card that has one queue; the clients, and what
# they receive, are on the other.
receive_on() {
	in_ns "$1" tee "/sys/class/net/$2/queues/rx-0/rps_cpus" >/dev/null
}
servers=2
clients=1

steer() {
	if [ -n "$server_ns" ]; then
		echo $servers | receive_on "$ns_peer" ssk1 && echo $clients | receive_on "" ssk0
	else
		echo $servers | receive_on "" ssk0 && echo $clients | receive_on "$ns_peer" ssk1
	fi
}
pin_to_clients() {
	taskset -p $clients $$
}

# measure FILE: the latency of echo, in microseconds.
measure() {
	run_client latency "$echo_port" -n 300 -t 60 >"$1"
}

keep_busy() {
	offloaded=$(stat "$server_ns" commands offloaded)
	start_client "$scratch/busy" busy "$commands_port" -n 100 -b 1000 -t 120
	busy=$started
	wait_until 60 grep -q ready "$scratch/busy" || { cat "$scratch/busy"; return 1; }
}

moved_to_worker() {
	stat_is "$server_ns" commands offloaded -ge $((offloaded + 100))
}

# Half of the answers came within a twentieth of the time that the slow handler takes for a
# message from each of its clients; or, where a kernel is slow, within five times as long
# as half of them did before.
not_delayed() {
	measure "$scratch/loaded" || return
	read -r median most <"$scratch/alone"
	read -r loaded_median loaded_most <"$scratch/loaded"
	echo "alone: median $median us, 90 % within $most us" >"$scratch/report"
	echo "beside the slow handler: median $loaded_median us, 90 % within $loaded_most us" \
		>>"$scratch/report"
	cat "$scratch/report"
	[ "$loaded_median" -le 5000 ] || [ "$loaded_median" -le $((5 * median)) ]
}

# Not over loopback, where that CPU would receive for the clients as well, with the
# scheduler between that and the worker.
beside_slow_handler() {
	case $path in
	loopback*) return ;;
	esac
	steer || give_up "received packets cannot be steered to a CPU"
	check "$path: a connection of a quick handler, alone" measure "$scratch/alone"
	check "$path: 100 connections of a slow handler" keep_busy
	check "$path: they are moved to a worker" wait_until 20 moved_to_worker
	check "$path: the quick handler's connection does not wait for them" not_delayed
	diag <"$scratch/report"
	kill "$busy"
	wait_until 20 ended "$busy"
}

[ "$(nproc)" -ge 2 ] || give_up "this test needs two CPUs"
pin_to_clients >/dev/null
for_each_path beside_slow_handler

finish
