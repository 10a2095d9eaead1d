#!/bin/sh
# The packets of a connection go to one CPU, then to another, in mid-stream.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-faults.sh
. "${0%/*}/lib-faults.sh"

plan 5

can_steer || skip_all "receive packet steering that works"
[ "$(nproc)" -ge 2 ] || give_up "this test needs two CPUs"

add_peer
load_modules echo

# steer MASK: the CPUs that process what lo and the servers' end of the pair receive.
steer() {
	for device in lo ssk0; do
		echo "$1" >"/sys/class/net/$device/queues/rx-0/rps_cpus" || return
	done
}
trap 'steer 0; cleanup' EXIT

# steered_to CPU: how many packets other CPUs have given to it; where these are not counted,
# how many it has processed.
steered_to() {
	cpu_column "$1" "$steered_column"
}
steered_column=10
! is_rt || steered_column=1

is_steered() {
	[ "$(steered_to "$1")" -gt "$2" ]
}

# move CPU: all that is received is processed there from now on.
move() {
	steer $((1 << $1)) || return
	wait_until 30 is_steered "$1" $(($(steered_to "$1") + 10)) && goes_on 20
}

to_and_fro() {
	move 1 && move 0
}

start_traffic loopback "" 127.0.0.1 "$echo_port" -c 5
start_traffic namespace "$ns_peer" 2001:db8::1 "$echo_port" -c 5
check "there is load" goes_on 50
check_repeat "each of two CPUs receives for the other, in turns" 15 to_and_fro
check "no connection hangs, every byte is right" stop_traffic
check_fates "all connections were answered, on loopback" loopback "answered abandoned"
check_fates "all connections were answered, from a namespace" namespace "answered abandoned"

finish
