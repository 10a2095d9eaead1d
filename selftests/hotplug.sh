#!/bin/sh
# CPUs go off and on again under load: connections that they have accepted, and what was
# posted to those, go on elsewhere.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-faults.sh
. "${0%/*}/lib-faults.sh"

cpus=$(cd /sys/devices/system/cpu && ls -d cpu[1-9]*)
# shellcheck disable=SC2086	# a list
set -- $cpus
[ $# -ge 1 ] || give_up "this test needs two CPUs"

plan 5

[ -w "/sys/devices/system/cpu/$1/online" ] || skip_all "CPU hotplug"

all_online() {
	for cpu in $cpus; do
		turn "$cpu" 1
	done
}
trap 'all_online; cleanup' EXIT
# A talker that is gone is a failure, not the end of this script.
trap '' PIPE

# turn CPU 0|1: off or on.
turn() {
	echo "$2" >"/sys/devices/system/cpu/$1/online"
}

add_peer
load_modules echo
load_commands
# Guests may have to wait for long where the kernel is slow.
sysctl -q -w net.syncsock.echo.idle_timeout_ms=0 net.syncsock.commands.idle_timeout_ms=0

has_lines() {
	[ "$(wc -l <"$scratch/talk")" -ge "$1" ]
}

# say LINES TEXT: to the connection that is the CPU's, until it has LINES lines in all.
say() {
	printf '%b' "$2" >&3
	wait_until 90 has_lines "$1"
}

# start_guests CPU: connections that this CPU accepts, because the clients run there.
start_guests() {
	rm -f "$scratch/lines"
	mkfifo "$scratch/lines"
	background "$scratch/talk" "" taskset -c "${1#cpu}" sh -c \
		"exec $client talk 127.0.0.1 $commands_port -n 9 -t 200 <$scratch/lines"
	talker=$started
	exec 3>"$scratch/lines"
	background "$scratch/many" "" taskset -c "${1#cpu}" \
		"$client" many 127.0.0.1 "$echo_port" -n 20 -b 1000 -t 200
	guests=$started
	wait_until 90 grep -q open "$scratch/many" && say 1 'where\n'
}

end_guests() {
	kill -TERM "$guests"
	wait_end_of 30 "$guests" "$scratch/many" || return
	exec 3>&-
	wait_end_of 30 "$talker" "$scratch/talk" || return
	is "$(grep -c '^storm 300 and 300 in order, 0 wrong$' "$scratch/talk")" 4
}

# Posts from two CPUs are under way when the CPU goes off, others are posted while it is off;
# so is a pause, and its end. The same while a worker has the connection.
one_cpu() {
	start_guests "$1" || return
	printf 'storm 300\n' >&3
	turn "$1" 0 || return
	goes_on 30 || return
	say 4 'storm 300\nlater timer resume\npause\nwhere\n' || return
	say 6 'offload 1\nstorm 300\nlater other resume\npause\nwhere\n' || return
	turn "$1" 1 || return
	more_by "${1#cpu}" 100 && say 9 'where\noffload 0\nstorm 300\nwhere\n' && end_guests
}

off_and_on() {
	for cpu in $cpus; do
		one_cpu "$cpu" || {
			echo "$cpu:"
			cat "$scratch/talk"
			return 1
		}
	done
}

start_traffic loopback "" 127.0.0.1 "$echo_port" -c 5
start_traffic namespace "$ns_peer" 2001:db8::1 "$echo_port" -c 5
check "there is load" goes_on 100

check_repeat "all CPUs but one go off and on, and nothing is lost" 10 off_and_on

check "no connection of a client hangs" stop_traffic
check_fates "they were all answered, on loopback" loopback "answered abandoned"
check_fates "they were all answered, from a namespace" namespace "answered abandoned"

finish
