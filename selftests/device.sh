#!/bin/sh
# Listeners on a device: they serve what comes in by it, and nobody else. A VRF is such a
# device; the addresses of one here are those of the initial namespace too.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

families="IPv4 IPv6"
! is_quick || families=IPv6
plan $((18 * $(echo "$families" | wc -w) + 15))
port=1007
vrf=ssk-vrf
ns_vrf=syncsock-vrf	# the far end of a veth pair, of which the near end is in the VRF

add_peer
add_namespace $ns_vrf
ip link add $vrf type vrf table 100 || give_up "no VRF"
trap 'ip link delete $vrf; cleanup' EXIT
ip link set $vrf up
ip link add ssk2 type veth peer name ssk3 netns $ns_vrf
ip link set ssk2 master $vrf up
ip -n $ns_vrf link set ssk3 up
for end in 1 2; do
	ns=$([ $end = 1 ] || echo $ns_vrf)
	for address in 192.0.2.$end/24 198.51.100.$end/24; do
		in_ns "$ns" ip address add "$address" dev ssk$((end + 1))
	done
	for address in 2001:db8::$end/64 2001:db8:1::$end/64; do
		in_ns "$ns" ip address add "$address" dev ssk$((end + 1)) nodad
	done
done
wait_until 10 link_is_up ssk2 || give_up "the second veth pair does not come up"

load syncsock || give_up "syncsock cannot be loaded"
load syncsock_echo || give_up "syncsock_echo cannot be loaded"
load syncsock_http || give_up "syncsock_http cannot be loaded"

# at ADDRESS [DEVICE]: as it is written into a list.
at() {
	case $1 in
	*:*) echo "[$1${2:+%$2}]:$port" ;;
	*) echo "$1${2:+%$2}:$port" ;;
	esac
}

# The clients: behind the veth pair, in the VRF, here by the near end's address, which the
# kernel takes as coming in by ssk0, and here by the loopback device's.
all_clients="peer vrf here loop"

# as CLIENT ADDRESS COMMAND...: "loop" has the loopback address instead.
as() {
	as_ns=
	as_address=$2
	as_command=$3
	case $1 in
	peer) as_ns=$ns_peer ;;
	vrf) as_ns=$ns_vrf ;;
	loop) as_address=$loopback ;;
	esac
	shift 3
	in_ns "$as_ns" "$client" "$as_command" "$as_address" "$port" "$@" -t 10
}

# serves_only ADDRESS CLIENTS: those clients, and the others are refused.
serves_only() {
	only_address=$1
	for one in $all_clients; do
		case " $2 " in
		*" $one "*)
			as "$one" "$only_address" bytes -n 2 || {
				echo "$one is not served"
				return 1
			}
			;;
		*)
			as "$one" "$only_address" bytes -n 2 2>"$scratch/error" && {
				echo "$one is served"
				return 1
			}
			grep -q "Connection refused" "$scratch/error" || {
				cat "$scratch/error"
				return 1
			}
			;;
		esac
	done
}

# listens LIST: it is echo's, reads back the same, and can be written again for nothing.
listens() {
	set_listen "" echo "$1" && reads "" echo "${2-$1}" && rewrites
}

rewrites() {
	before=$(listening_sockets)
	set_listen "" echo "$(get_listen "" echo)" && is "$(listening_sockets)" "$before" &&
		reads "" echo "$(awk '$1 == "echo" { print $2 }' /proc/net/syncsock/listeners | paste -s -d ' ')"
}

# socket_of DEVICE: the number of the socket that listens there.
socket_of() {
	ss -Htlne | sed -n "s/.*%$1:$port .* ino:[0-9]* sk:\([0-9a-f]*\).*/\1/p"
}

on_vrf() {
	listens "$(at "$any" $vrf)" && serves_only "$host" vrf
}

on_address_of_vrf() {
	listens "$(at "$vrf_host" $vrf)" &&
		as vrf "$vrf_host" bytes -n 2 && ! as vrf "$host" bytes -n 2 2>/dev/null
}

on_shared_address() {
	listens "$(at "$host" $vrf)" && serves_only "$host" vrf &&
		listens "$(at "$host")" && serves_only "$host" "peer here"
}

on_nothing() {
	listens "$(at "$any")" && serves_only "$host" "peer here loop"
}

# With net.ipv4.tcp_l3mdev_accept the VRFs belong to those without a device, too.
on_everything() {
	sysctl -q -w net.ipv4.tcp_l3mdev_accept=1
	set_listen "" echo "" && on_everything_with
	status=$?
	sysctl -q -w net.ipv4.tcp_l3mdev_accept=0
	set_listen "" echo ""
	return $status
}

on_everything_with() {
	listens "$(at "$any")" && serves_only "$host" "$all_clients" || return
	echo "then only the VRF, and back:"
	listens "$(at "$any" $vrf)" && serves_only "$host" vrf &&
		listens "$(at "$any")" && serves_only "$host" "$all_clients"
}

on_device() {
	listens "$(at "$any" "$1")" && serves_only "$host" "$2"
}

on_address_of_device() {
	listens "$(at "$host" ssk0)" && serves_only "$host" "peer here"
}

# Each entry by the client that only it serves, as the tests before have shown.
two_entries() {
	listens "$(at "$any" ssk0) $(at "$any" lo) $(at "$any" $vrf)" &&
		serves_only "$host" "$all_clients"
}

vrf_beside_all() {
	listens "$(at "$any") $(at "$any" $vrf)" && serves_only "$host" "$all_clients"
}

same_address_twice() {
	listens "$(at "$host" ssk0) $(at "$host" $vrf)" && serves_only "$host" "peer vrf here"
}

two_handlers() {
	listens "$(at "$any" ssk0)" &&
		set_listen "" http "$(at "$any" $vrf)" && reads "" http "$(at "$any" $vrf)" &&
		as peer "$host" bytes -n 2 && as vrf "$host" churn -p /hello.txt
}

# What stays on a device is not touched while others come and go.
keeps_the_others() {
	listens "$(at "$any" ssk0)" || return
	kept=$(socket_of ssk0)
	listens "$(at "$any" lo) $(at "$any" ssk0)" && is "$(socket_of ssk0)" "$kept" &&
		listens "$(at "$any" ssk0) $(at "$any" $vrf)" &&
		is "$(socket_of ssk0)" "$kept" && [ -n "$kept" ] && serves_only "$host" "peer vrf here"
}

# Where the kernel would not have both at a time.
replaces() {
	listens "$(at "$any" ssk0) $(at "$any" lo)" && listens "$(at "$any")" &&
		serves_only "$host" "peer here loop" && listens "$(at "$host" ssk0)" &&
		serves_only "$host" "peer here" && listens "$(at "$any" ssk0)" &&
		serves_only "$host" "peer here"
}

still_serves() {
	keeps_list "$@" && serves_only "$host" "peer vrf here"
}

for family in $families; do
	case $family in
	IPv4) any=0.0.0.0 host=192.0.2.1 vrf_host=198.51.100.1 loopback=127.0.0.1 ;;
	IPv6) any=:: host=2001:db8::1 vrf_host=2001:db8:1::1 loopback=::1 ;;
	esac
	check "$family: on a VRF" on_vrf
	check "$family: on an address that only the VRF has" on_address_of_vrf
	check "$family: which is not there without the VRF" \
		keeps_list "Cannot assign requested address" "$(at "$vrf_host")"
	check "$family: on an address that others have too" on_shared_address
	check "$family: not on a VRF" on_nothing
	check "$family: not on a VRF, which tcp_l3mdev_accept includes" on_everything
	check "$family: on a device" on_device ssk0 "peer here"
	check "$family: on a device in a VRF" on_device ssk2 vrf
	check "$family: on the loopback device" on_device lo loop
	check "$family: on an address of a device" on_address_of_device
	check "$family: three devices of one handler" two_entries
	check "$family: a VRF and everything else" vrf_beside_all
	check "$family: the same address on two devices" same_address_twice
	check "$family: two devices of two handlers" two_handlers
	check "$family: refused: a device where another handler listens" \
		keeps_list "Address already in use" "$(at "$any" ssk0) $(at "$any" $vrf)"
	set_listen "" http ""
	check "$family: what stays on its device is not touched" keeps_the_others
	check "$family: refused: no such device" \
		still_serves "Invalid argument" "$(at "$any" ssk0) $(at "$any" nosuch)"
	check "$family: devices in place of all, and back" replaces
done

# What a device is called.

any=0.0.0.0 host=192.0.2.1 loopback=127.0.0.1
by_number() {
	listens "$(at $any "$(cat /sys/class/net/ssk0/ifindex)")" "$(at $any ssk0)"
}
check "a device's number reads as its name" by_number
check "a device twice, by its name and its number" \
	keeps_list "Invalid argument" "$(at $any ssk0) $(at $any "$(cat /sys/class/net/ssk0/ifindex)")"
check "a number that no device has" keeps_list "Invalid argument" "$(at $any 99999)"

ip link add ssk4 type dummy || give_up "no dummy device"
index=$(cat /sys/class/net/ssk4/ifindex)

renamed() {
	listens "$(at $any ssk4)" || return
	kept=$(socket_of ssk4)
	ip link set ssk4 name ssk5 && reads "" echo "$(at $any ssk5)" && rewrites &&
		is "$(socket_of ssk5)" "$kept" && [ -n "$kept" ]
}
check "a renamed device is read by its new name" renamed
check "and does not have the old one" keeps_list "Invalid argument" "$(at $any ssk4)"

gone() {
	set_listen "" echo "$(at $any ssk5) $(at $any ssk0)" && ip link delete ssk5 &&
		reads "" echo "$(at $any "$index") $(at $any ssk0)" && rewrites &&
		serves_only $host "peer here"
}
check "a device that is gone is read by its number" gone
check "others can be added" listens "$(at $any "$index") $(at $any ssk0) $(at $any lo)"
check "it can be left out" listens "$(at $any ssk0)"
check "but not be put in again" keeps_list "Invalid argument" "$(at $any "$index")"

with_comma() {
	ip link add "ssk,6" type dummy || return
	index=$(cat "/sys/class/net/ssk,6/ifindex")
	listens "$(at $any "$index")"
}
check "a device whose name has a comma is read by its number" with_comma
set_listen "" echo ""
ip link delete "ssk,6"

# A namespace has names of its own.
in_namespace() {
	set_listen $ns_vrf echo "$(at $any ssk3)" &&
		is "$(get_listen $ns_vrf echo)" "$(at $any ssk3)" &&
		"$client" bytes 192.0.2.2%$vrf $port -n 2 &&
		keeps_list "Invalid argument" "$(at $any ssk3)"
}
check "a device of another namespace" in_namespace

# The longest text there is: 64 times the longest address, with the longest name.
long_name=ssk-with-15-abc
long_address=fd11:1111:2222:3333:4444:5555:6666:7777
longest() {
	ip link add $long_name type dummy && ip link set $long_name up &&
		ip address add $long_address/64 dev $long_name nodad || return
	list=
	port=10000
	while [ $port -lt 10064 ]; do
		list="$list $(at $long_address $long_name)"
		port=$((port + 1))
	done
	port=1007
	listens "${list# }"
}
check "64 of the longest addresses" longest
set_listen "" echo ""
ip link delete $long_name

# Link-local addresses, which have to have a device.

link_local=$(ip -6 -o address show dev ssk0 scope link | awk '{ sub("/.*", "", $4); print $4 }')
on_link_local() {
	listens "$(at "$link_local" ssk0)" &&
		in_ns "$ns_peer" "$client" bytes "$link_local%ssk1" $port -n 2 -t 10
}
check "a link-local address" on_link_local
check "refused: without a device" keeps_list "Invalid argument" "$(at "$link_local")"
check "refused: with another device" \
	keeps_list "Cannot assign requested address" "$(at "$link_local" lo)"

finish
