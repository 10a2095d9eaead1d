#!/bin/sh
# A bad network: packets that are lost, late, out of order, doubled or damaged, in both
# directions, and everything arrives.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-faults.sh
. "${0%/*}/lib-faults.sh"

faults=6
! is_quick || faults=1
plan $((6 * faults + 1))

# A server that the client's RST has not reached finds out after this time.
idle_ms=20000

add_peer
# ARP has no checksum: what netem does to it, Ethernet's own would have found. Nor is a
# neighbour to be lost that is asked for three times only.
pin() {
	in_ns "$1" ip neigh replace "$3" dev "$2" nud permanent \
		lladdr "$(in_ns "$4" cat "/sys/class/net/$5/address")"
}
pin "" ssk0 192.0.2.2 "$ns_peer" ssk1
pin "$ns_peer" ssk1 192.0.2.1 "" ssk0
pin "" ssk0 2001:db8::2 "$ns_peer" ssk1
pin "$ns_peer" ssk1 2001:db8::1 "" ssk0
load_modules echo http
for handler in echo http; do
	sysctl -q -w "net.syncsock.$handler.idle_timeout_ms=$idle_ms" \
		"net.syncsock.$handler.first_byte_timeout_ms=$idle_ms"
done

for_each_end() {
	"$@" "" ssk0 && "$@" "$ns_peer" ssk1
}

degrade() {
	degrade_how=$1
	# shellcheck disable=SC2086	# options
	in_ns "$2" tc qdisc replace dev "$3" root netem limit 10000 $degrade_how
}

repair() {
	in_ns "$1" tc qdisc delete dev "$2" root
}

# Packets that netem has dropped, at both ends.
dropped() {
	for_each_end dropped_of | awk '{ sum += $1 } END { print sum }'
}

dropped_of() {
	in_ns "$1" tc -s qdisc show dev "$2" | sed -n 's/.*(dropped \([0-9]*\),.*/\1/p'
}

# evidence WHAT...: 10 ms each way, packets dropped, or TCP's count of what it has noticed.
evidence() {
	for what; do
		case $what in
		late) median=$(in_ns "$ns_peer" "$client" latency 192.0.2.1 "$echo_port" -n 10 -t 60) ||
				return
			[ "${median%% *}" -ge 20000 ] ;;
		dropped) [ "$(dropped)" -gt 0 ] ;;
		*) [ "$(tcp_count "$what")" -gt "$(sed -n "s/^$what //p" "$scratch/before")" ] ;;
		esac || { echo "not $what"; return 1; }
	done
}

note_counts() {
	for what in TCPOFOQueue TCPDSACKOldSent InCsumErrors; do
		echo "$what $(tcp_count "$what")"
	done >"$scratch/before"
}

# All at once: each that loses a packet waits for it.
closes_both_ways() {
	churners=
	for to in 192.0.2.1 2001:db8::1; do
		for how in "$echo_port -e fin" "$echo_port -e rst" \
			"$http_port -e server -p /hello.txt"; do
			# shellcheck disable=SC2086	# options
			background "$scratch/churn" "$ns_peer" \
				"$client" churn "$to" $how -n 40 -c 20 -t 60
			churners="$churners $started"
		done
	done
	for pid in $churners; do
		wait_end_of 90 "$pid" "$scratch/churn" || return
	done
}

has_served() {
	goes_on 100
}

# run_fault NAME EVIDENCE NETEM-OPTION...
run_fault() {
	fault=$1
	evidence=$2
	shift 2
	for_each_end degrade "$*" || give_up "no netem for $fault"
	note_counts
	start_traffic four "$ns_peer" 192.0.2.1 "$echo_port" -c 10
	start_traffic six "$ns_peer" 2001:db8::1 "$echo_port" -c 10
	check "$fault: connections are made and closed, from each side" closes_both_ways
	check "$fault: there is other traffic meanwhile" has_served
	check "$fault: no connection hangs, every byte is right" stop_traffic
	check_fates "$fault: all connections were answered, over IPv4" four "answered abandoned"
	check_fates "$fault: all connections were answered, over IPv6" six "answered abandoned"
	# shellcheck disable=SC2086	# a list
	check "$fault: the network was bad" evidence $evidence
	for_each_end repair
}

run_fault everything "dropped TCPOFOQueue TCPDSACKOldSent InCsumErrors" \
	delay 5ms 3ms loss 1% duplicate 2% corrupt 1% reorder 50% 50%
if ! is_quick; then
	run_fault loss dropped loss 3%
	run_fault damage InCsumErrors corrupt 3%
	run_fault delay late delay 12ms 2ms
	run_fault order TCPOFOQueue delay 5ms reorder 70% 50%
	run_fault copies TCPDSACKOldSent duplicate 10%
fi
check "connections whose RST was lost have ended" wait_until 60 all_released

finish
