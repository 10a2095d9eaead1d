#!/bin/sh
# Runs the benchmark in a deterministic guest, for scripts/bench.sh.
#
#   selftests/bench/run.sh ROUNDS "SCENARIO..." "SERVER..." ["CPUS..." [TIMES]]
#
# The client is in the initial network namespace on CPU 0, the server in another one on
# CPU 1, and each end of the veth pair between them has its packets received on its own
# CPU. So what CPU 1 executes is what the server costs. For each round, scenario and server
# that can do it, prints a line "run SCENARIO SERVER ROUND", and what the load generator
# says in the next one; "memory BEFORE AFTER", in bytes that were free, in the one after
# that if it is about memory. "version SERVER TEXT" lines come first.
#
# With CPUS, which are numbers, each scenario is measured with so many CPUs of the server,
# from CPU 1 on, and a thread of it on each; packets are spread over them by the hash of their
# connection. The scenario's name then ends in @CPUS, and a line "packets COUNT..." follows:
# how many each of these CPUs received.
#
# With TIMES, the clock tells what TIMES as many requests take, in a line "seconds REQUESTS
# SECONDS" instead of what the load generators say. Client and server are then both on CPUs 0
# to CPUS - 1, a load generator and a thread of the server on each, and what a load generator
# sends is received by its own CPU, as if a network card had a queue for each. So the same work
# is done by more CPUs, and a host needs no more than the server has. Every second round has
# the opposite order.

set -u
rounds=$1
scenarios=$2
servers=$3
numbers_of_cpus=${4:-}
times=${5:-}
programs=selftests/bench
work=/tmp/bench
www=$work/www
address=10.0.0.2
port=7000
server_prefix="ip netns exec server"
module_cpu=1
client_cpu=0

die() {
	echo "bench: $*" >&2
	exit 1
}

# shellcheck source=scenarios.sh
. "${0%/*}/scenarios.sh"
# shellcheck source=servers.sh
. "${0%/*}/servers.sh"

# --- The network -------------------------------------------------------------------

# Its memory is the server's: TCP counts what is under way.
make_network() {
	ip link set lo up
	ip netns add server || die "no network namespace"
	ip link add client0 type veth peer name server0 netns server || die "no veth pair"
	for n in 1 3 4 5 6 7 8 9 10; do
		ip address add 10.0.0.$n/24 dev client0
	done
	ip link set client0 up
	ip -n server address add $address/24 dev server0
	ip -n server link set server0 up
	ip -n server link set lo up
	[ -n "$times" ] || echo $((1 << client_cpu)) >/sys/class/net/client0/queues/rx-0/rps_cpus
	for ns in "" server; do
		${ns:+ip netns exec $ns} sysctl -q -w net.ipv4.tcp_max_syn_backlog=16384 \
			net.ipv4.tcp_tw_reuse=1
	done
	in_server sysctl -q -w net.core.somaxconn=16384
	# A packet of each connection at a time, and none is lost.
	sysctl -q -w net.core.netdev_max_backlog=32768
	sysctl -q -w fs.file-max=1000000
	# shellcheck disable=SC3045	# dash has it
	ulimit -n 100000
}

# serve_on COUNT: of CPUs.
serve_on() {
	cpus=$1 threads=$1
	first=${times:+0}
	first=${first:-1}
	server_cpus=$first
	[ "$1" = 1 ] || server_cpus=$first-$((first + $1 - 1))
	mask=$(printf '%x' $(((1 << (first + $1)) - (1 << first))))
	# What is queued for any CPU is the server's, too.
	echo "$mask" >/sys/devices/virtual/workqueue/cpumask
	[ -n "$times" ] || in_server sh -c "echo $mask >/sys/class/net/server0/queues/rx-0/rps_cpus"
}

# --- The measurements ---------------------------------------------------------------

# load_on CPU ADDRESS COUNT WARMUP OPTION...
load_on() {
	cpu=$1 source=$2 requests=$3 before=$4
	shift 4
	# shellcheck disable=SC2086	# words
	taskset -c "$cpu" $programs/load $address $port $protocol -n "$requests" -W "$before" \
		-t 600 -b "$source" $arguments "$@"
}

load() {
	load_on $client_cpu 10.0.0.1 $count $warmup
}

# load_all COUNT: on each of the server's CPUs its part of that.
load_all() {
	loads=''
	for i in $(seq 0 $((cpus - 1))); do
		load_on "$i" 10.0.0.$((i + 3)) $(($1 / cpus)) 0 -c $((connections / cpus)) &
		loads="$loads $!"
	done
	for load in $loads; do
		wait "$load" || return
	done
}

now() {
	cut -d ' ' -f 1 /proc/uptime
}

# What was done once has its code translated by the emulator.
load_by_clock() {
	load_all $((count * times / 20)) >$work/warmup || return
	begin=$(now)
	load_all $((count * times)) >$work/loads || return
	echo "$begin $(now)" | awk -v requests=$((count * times / cpus * cpus)) '{
		printf "seconds %d %.2f\n", requests, $2 - $1 }'
}

# What nothing uses, in bytes: also what CPUs keep for their next allocation. What can be
# reclaimed is, first, as the sockets in use count as such, too.
free_memory() {
	sleep 2
	echo 3 >/proc/sys/vm/drop_caches
	for cache in /sys/kernel/slab/*/shrink; do
		echo 1 >"$cache"
	done
	cat /proc/sys/vm/stat_refresh
	awk '/^(MemFree|Buffers|Cached):/ { kilobytes += $2 } $1 == "count:" { pages += $2 }
		END { printf "%.0f\n", kilobytes * 1024 + pages * 4096 }' /proc/meminfo /proc/zoneinfo
}

# Connections that ended within the last minute have memory, and a port that is used again has
# its old one found and removed first.
none_waits() {
	{
		cat /proc/net/sockstat
		in_server cat /proc/net/sockstat
	} | awk '$1 == "TCP:" { waiting += $7 } END { exit waiting > 0 }' || { sleep 1 && false; }
}

is_held() {
	grep -q '^{' $work/held
}

# Prints "memory BEFORE AFTER": what was free before the connections and beside them.
hold() {
	mkfifo $work/hold
	before=$(free_memory)
	load <$work/hold >$work/held &
	held=$!
	exec 3>$work/hold
	rm $work/hold
	wait_for is_held
	after=$(free_memory)
	open=$(in_server sed -n 's/^TCP: inuse \([0-9]*\).*/\1/p' /proc/net/sockstat)
	exec 3>&-
	wait $held || return
	[ "$open" -ge "$connections" ] || die "only $open connections were still open"
	cat $work/held
	echo "memory $before $after"
}

# How many packets each CPU has received, in lines.
received() {
	while read -r packets _; do
		echo $((0x$packets))
	done </proc/net/softnet_stat
}

# Also prints what each of the server's CPUs received meanwhile.
load_and_packets() {
	received >$work/before
	load || return
	received | paste - $work/before | awk -v cpus="$cpus" 'NR > 1 && NR <= cpus + 1 {
		text = text " " $1 - $2 } END { print "packets" text }'
}

# Where functions are, for who profiles: $work/profile/kernel, and in a file whose name is
# the number of the run those of modules, which are elsewhere in each run.
keep_symbols() {
	[ -d $work/profile ] || return 0
	[ -e $work/profile/kernel ] || grep ' [tTwW] [^[]*$' /proc/kallsyms >$work/profile/kernel
	run=$((run + 1))
	grep ' [tTwW] .*\[' /proc/kallsyms >$work/profile/$run
}

# measure SCENARIO SERVER ROUND
measure() {
	[ -z "$hold$once" ] || [ -n "$times" ] || wait_for none_waits
	start "$2" "$protocol"
	keep_symbols
	echo "run $1${numbers_of_cpus:+@$cpus} $2 $3"
	if [ -n "$hold" ]; then
		hold
	elif [ -n "$times" ]; then
		load_by_clock
	elif [ -n "$numbers_of_cpus" ]; then
		load_and_packets
	else
		load
	fi ||
		{ cat "$work/server.log"; die "$1 $2: the load failed"; }
	stop "$2" "$protocol"
}

make_files
make_network
# in_turn WORD...
in_turn() {
	if [ -n "$times" ] && [ $((round % 2)) = 0 ]; then
		printf '%s\n' "$@" | tac
	else
		echo "$@"
	fi
}

most_cpus=$(echo "${numbers_of_cpus:-1}" | tr ' ' '\n' | sort -n | tail -n 1)
for server in $servers; do
	echo "version $server $(version "$server")"
done
run=0
round=1
while [ "$round" -le "$rounds" ]; do
	for name in $scenarios; do
		# shellcheck disable=SC2086	# words
		for number in $(in_turn ${numbers_of_cpus:-1}); do
			serve_on "$number"
			scenario "$name"
			# shellcheck disable=SC2086	# words
			for server in $(in_turn ${chosen:-$servers}); do
				! can "$server" "$protocol" || measure "$name" "$server" "$round"
			done
		done
	done
	round=$((round + 1))
done
