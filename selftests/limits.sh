#!/bin/sh
# The limits: how many connections, and how long each may be without progress.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

plan $((32 + 6 * paths))
add_peer
small_buffers
load_modules echo

refuses_value() {
	! sysctl -q -w "net.syncsock.echo.$1=$2" 2>"$scratch/error" &&
		grep -q "Invalid argument" "$scratch/error" &&
		test "$(sysctl -n "net.syncsock.echo.$1")" = "$3"
}

# expect_end HOW LEAST MOST [ARGUMENT...]: an idle client's end, in milliseconds.
expect_end() {
	expect_how=$1
	expect_least=$2
	expect_most=$3
	shift 3
	run_client idle "$echo_port" -t 30 "$@" >"$scratch/idle" || return
	read -r how ms <<-END
		$(tail -n 1 "$scratch/idle")
	END
	echo "ended with $how after $ms ms"
	[ "$how" = "$expect_how" ] && [ "$ms" -ge "$expect_least" ] &&
		[ "$ms" -le "$expect_most" ]
}

# A client that sends and never reads: the server owes it an answer, so it is reset, and
# only after the time, although TCP probes the closed window meanwhile. The client has spent
# half a second of it on trying to send, or more on a busy machine.
expect_stalled_end() {
	expect_end rst 1400 20000 -u
}

# counts COUNTER BY COMMAND...: COMMAND succeeds and the counter has grown by BY.
counts() {
	before=$(stat "$server_ns" echo "$1")
	count_name=$1
	count_by=$2
	shift 2
	"$@" || return
	wait_until 10 stat_is "$server_ns" echo "$count_name" -eq $((before + count_by))
}

timeouts() {
	set_limit echo first_byte_timeout_ms 700
	set_limit echo idle_timeout_ms 60000
	check "$path: a client that sends nothing is closed in time" \
		counts timed_out 1 expect_end fin 600 20000 -b 0
	set_limit echo first_byte_timeout_ms 60000
	set_limit echo idle_timeout_ms 700
	check "$path: a client that falls silent is closed in time" \
		counts timed_out 1 expect_end fin 600 20000 -b 100
	set_limit echo idle_timeout_ms 3000
	check "$path: a client that does not read is reset in time" \
		counts timed_out 1 expect_stalled_end
	set_limit echo idle_timeout_ms 60000
}

refuses_third() {
	refused=$(stat "$server_ns" echo refused_limit)
	wait_until 10 grep -q waiting "$scratch/first" &&
		wait_until 10 grep -q waiting "$scratch/second" || return
	if run_client bytes "$echo_port" -n 2 -t 10; then
		echo "the third connection was served"
		return 1
	fi
	stat_is "$server_ns" echo refused_limit -eq $((refused + 1)) || return
	kill "$first"
	wait_until 10 run_client bytes "$echo_port" -n 2 -t 10
}

# Three connections where two are allowed.
too_many() {
	set_limit echo connections 2
	start_client "$scratch/first" idle "$echo_port" -b 10
	first=$started
	start_client "$scratch/second" idle "$echo_port" -b 10
	second=$started
	refuses_third
	status=$?
	kill "$first" "$second" 2>/dev/null
	set_limit echo connections 0
	return $status
}

# Twenty connections at once where five a second are allowed.
too_fast() {
	refused=$(stat "$server_ns" echo refused_rate)
	set_limit echo connections_per_second 5
	run_client churn "$echo_port" -n 20 -c 20 -t 10 2>"$scratch/churn"
	stat_is "$server_ns" echo refused_rate -gt "$refused" &&
		wait_until 10 run_client bytes "$echo_port" -n 2 -t 10
	status=$?
	set_limit echo connections_per_second 0
	return $status
}

refused_for_memory() {
	! run_client bytes "$echo_port" -n 2 -t 10 &&
		stat_is "$server_ns" echo refused_memory -gt "$refused"
}

# Clients that do not read fill the buffers of their connections.
too_much_memory() {
	refused=$(stat "$server_ns" echo refused_memory)
	set_limit echo memory_kib 200
	stuck=
	for i in 1 2 3 4; do
		start_client "$scratch/stuck$i" idle "$echo_port" -u -t 60
		stuck="$stuck $started"
	done
	wait_until 20 refused_for_memory >"$scratch/refused" 2>&1
	status=$?
	for pid in $stuck; do
		kill "$pid"
	done
	wait_until 10 run_client bytes "$echo_port" -n 2 -t 10 >"$scratch/served" 2>&1 ||
		status=$?
	set_limit echo memory_kib 0
	cat "$scratch/refused" "$scratch/served"
	return $status
}

limit_connections() {
	check "$path: more connections than a second may have are reset" too_fast
	check "$path: a connection beyond the memory is reset" too_much_memory
	check "$path: one connection too many is reset, the next one served" too_many
}

# NAME, one below its least value, one above its greatest, its default.
bounds='connections -1 10000001 0
connections_per_second -1 1000001 0
memory_kib -1 2147483648 0
connect_timeout_ms -1 86400001 10000
first_byte_timeout_ms -1 86400001 30000
idle_timeout_ms -1 86400001 60000
linger_timeout_ms 9 86400001 10000
budget_bytes 0 1073741825 65536
budget_us 0 1000001 200
offload_us -1 1000001 500
send_high_bytes 0 1073741825 1048576
send_low_bytes -1 1073741825 262144
mailbox 0 1000001 256
steer -1 3 1
listener_per_cpu -1 2 1'
while read -r name below above default; do
	check "$name has a lower bound" refuses_value "$name" "$below" "$default"
	check "$name has an upper bound" refuses_value "$name" "$above" "$default"
done <<END
$bounds
END
all_bounds_are_tested() {
	is "$(ls /proc/sys/net/syncsock/echo)" \
		"$(printf '%s\nlisten\ncpus\n' "$bounds" | cut -d ' ' -f 1 | sort)"
}
check "every limit has its bounds tested" all_bounds_are_tested
check "a limit is a number" refuses_value idle_timeout_ms soon 60000

for_each_path timeouts
for_each_path limit_connections

finish
