#!/bin/sh
# Outgoing connections belong to the CPU that wanted them. What comes back arrives there, if
# that can be known before it is sent, and is counted if not.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

plan 13

cpus=$(nproc)
last=$((cpus - 1))
[ "$cpus" -ge 2 ] || give_up "this test needs two CPUs"
all_cpus=$(printf '%x' $(((1 << cpus) - 1)))

relay_port=10
near=198.51.100.1
far=198.51.100.2
other=198.51.100.3		# the same host
parameters=/sys/module/syncsock_selftest/parameters
port_range=/proc/sys/net/ipv4/ip_local_port_range
reserved_ports=/proc/sys/net/ipv4/ip_local_reserved_ports
old_range=$(cat $port_range)
old_reserved=$(cat $reserved_ports)

# distribute DEVICE MASK: what it receives over these CPUs. 0: not.
distribute() {
	[ ! -e "/sys/class/net/$1/queues/rx-0/rps_cpus" ] ||
		echo "$2" >"/sys/class/net/$1/queues/rx-0/rps_cpus"
}

restore() {
	distribute lo 0
	echo "$old_range" >$port_range
	echo "$old_reserved" >$reserved_ports
}
trap 'restore; cleanup' EXIT

# --- A wire: what goes through a process has lost the hash that its sender gave it ---

# shellcheck disable=SC2016  # perl's variables
perl_wire='
	$| = 1;
	my @taps = map {
		open(my $tap, "+<", "/dev/net/tun") or die "$!\n";
		# TUNSETIFF; IFF_TAP, IFF_NO_PI
		ioctl($tap, 0x400454ca, pack("a16 s x22", $_, 0x1002)) or die "$_: $!\n";
		$tap;
	} @ARGV;
	my $all = "";
	vec($all, fileno($_), 1) = 1 for @taps;
	print "linked\n";
	while (select(my $ready = $all, undef, undef, undef) > 0) {
		for my $i (grep { vec($ready, fileno($taps[$_]), 1) } 0, 1) {
			sysread($taps[$i], my $frame, 2048) or die "$!\n";
			# In vain before the other end is up.
			syswrite($taps[1 - $i], $frame);
		}
	}'

reaches() {
	"$client" bytes "$1" "$echo_port" -n 1 -t 5
}

add_wire() {
	background "$scratch/wire" "" perl -e "$perl_wire" near0 far0
	wait_until 20 grep -q linked "$scratch/wire" || return
	ip link set far0 netns "$ns_peer" &&
		ip address add $near/24 dev near0 &&
		ip address add 2001:db8:1::1/64 dev near0 nodad &&
		ip link set near0 up &&
		ip -n "$ns_peer" address add $far/24 dev far0 &&
		ip -n "$ns_peer" address add $other/24 dev far0 &&
		ip -n "$ns_peer" address add 2001:db8:1::2/64 dev far0 nodad &&
		ip -n "$ns_peer" link set far0 up
}

modprobe tun || give_up "there are no tun devices"
add_namespace "$ns_peer"
add_wire || give_up "no wire can be made: $(cat "$scratch/wire")"
load_modules echo
load syncsock_selftest || give_up "the relay cannot be loaded"
set_listen "" relay "127.0.0.1:$relay_port $near:$relay_port" ||
	give_up "the relay cannot listen"
for address in $far 2001:db8:1::2; do
	wait_until 20 reaches "$address" >"$scratch/output" 2>&1 || give_up "$address is not reached"
done

steer() {
	sysctl -q -w "net.syncsock.relay.steer=$1"
}

backend() {
	echo "$1 $echo_port" >"$parameters/backend"
}

# source_is ADDRESS PORT: of the relay's connections. Empty: any.
source_is() {
	echo "$*" >"$parameters/source"
}

counters="connected connects_steered connected_away"
connected=0 connects_steered=0 connected_away=0

# 20 connections for clients on a CPU, to which they belong: sets by how much each counter
# has grown.
relay_on() {
	for counter in $counters; do
		eval "$counter=$(stat "" relay "$counter")"
	done
	for cpu; do
		taskset -c "$cpu" "$client" churn 127.0.0.1 "$relay_port" -n 20 -c 4 || return
	done
	wanted=$((20 * $#))
	for counter in $counters; do
		eval "$counter=\$(($(stat "" relay "$counter") - $counter))"
	done
	echo "$connected of $wanted connected, $connects_steered steered, $connected_away away"
	is "$connected" "$wanted"
}

relay_on_all() {
	# shellcheck disable=SC2046	# a list
	relay_on $(seq 0 "$last")
}

# Some, but not all, or it was not by chance.
by_chance() {
	is "$connects_steered" 0 && [ "$connected_away" -gt 0 ] &&
		[ "$connected_away" -lt "$wanted" ]
}

all_at_home() {
	is "$connects_steered $connected_away" "$wanted 0"
}

# --- Nothing distributes: who sends receives -----------------------------------------

to_loopback() {
	backend "$1" && relay_on_all && is "$connects_steered $connected_away" "0 0"
}
check "over loopback, all answers arrive at home" to_loopback 127.0.0.1
check "over loopback by IPv6, too" to_loopback ::1

# --- Receive packet steering does ----------------------------------------------------

steered() {
	relay_on_all && all_at_home
}

left_alone() {
	steer 0
	relay_on_all && by_chance
	status=$?
	steer 1
	return $status
}

# What CPU 0 sends is answered to the last, whatever port it comes from.
home_is_not_there() {
	distribute near0 "$(printf '%x' $((1 << last)))"
	relay_on 0 && is "$connects_steered $connected_away" "0 20" &&
		relay_on "$last" && all_at_home
	status=$?
	distribute near0 "$all_cpus"
	return $status
}

from_address() {
	source_is $near 0
	steered
	status=$?
	source_is
	return $status
}

from_port() {
	before=$(stat "" relay connects_steered)
	source_is $near 20001
	reaches_by_relay && is "$(stat "" relay connects_steered)" "$before"
	status=$?
	source_is
	return $status
}

reaches_by_relay() {
	"$client" bytes 127.0.0.1 "$relay_port" -n 1 -t 10
}

# With flow labels, which Linux sends, the ports do not matter.
by_ipv6() {
	backend 2001:db8:1::2
	relay_on_all && is "$connects_steered" 0
	status=$?
	backend $far
	return $status
}

# The hash that a segment comes with is one that the sender has made up.
over_loopback() {
	distribute lo "$all_cpus"
	backend 127.0.0.1
	relay_on_all && by_chance
	status=$?
	distribute lo 0
	backend $far
	return $status
}

# --- Few ports -----------------------------------------------------------------------

# Of 16 ports 8 are reserved. The clients are elsewhere, and have all ports. Nobody was
# connected to this peer before, so that none of them is in time-wait.
few_ports() {
	backend $other
	echo 40000 40015 >$port_range
	echo 40000-40007 >$reserved_ports
	background "$scratch/many" "$ns_peer" \
		"$client" many $near "$relay_port" -n 8 -b 100 -t 200
	clients=$started
	wait_until 60 grep -q open "$scratch/many" || { cat "$scratch/many"; return 1; }
	is "$(ss -Htn state established "dst $other" | sed -E 's/.*:(4[0-9]+) .*/\1/' |
		sort | tr '\n' ' ')" "40008 40009 40010 40011 40012 40013 40014 40015 "
}

one_too_many() {
	in_ns "$ns_peer" "$client" talk $near "$relay_port" -e rst -t 20 </dev/null || return
	is "$(cut -d ' ' -f 2-5 "$parameters/relay_ending")" "reason 5 error -99"
}

end_of_clients() {
	kill -TERM "$clients"
	wait_end_of 30 "$clients" "$scratch/many"
}

backend $far
if can_steer; then
	distribute near0 "$all_cpus"
	check "from a port that was chosen for it, every connection is answered at home" steered
	check "likewise from a given address" from_address
	check "a given port is left as it is" from_port
	check "steer=0: it is left to chance, and counted" left_alone
	check "a home that receives nothing cannot be reached" home_is_not_there
	check "by IPv6 it is left to the peer" by_ipv6
	check "over loopback it is left to chance, and counted" over_loopback
	echo "$connected_away of $connected were answered elsewhere" | diag
	check "connections use up all ports of the range, but for reserved ones" few_ports
	check "one more has no port" one_too_many
	check "to another peer, others use the same ports" reaches $far
	check "the connections go on" end_of_clients
else
	for _ in $(seq 11); do
		skip "steering" "receive packet steering that works"
	done
fi

finish
