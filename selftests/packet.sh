#!/bin/sh
# TCP from hand-made packets: whatever a peer does to a connection, the handler gets each
# byte of the stream once, the peer gets its answer, and nothing is left of the connection.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

packet=$here/packet
scenarios=$("$packet" list)
count=$(echo "$scenarios" | wc -l)
plan $((2 * count))

# TCP answers every segment that is wrong, would let every listener have Fast Open, and has
# a short queue for each.
settings="net.ipv4.tcp_invalid_ratelimit=0
net.ipv4.tcp_challenge_ack_limit=1000000
net.ipv4.tcp_fastopen=0x603
net.core.somaxconn=512"
echo "$settings" | sed 's/=.*//' | xargs sysctl >"$scratch/settings"

restore() {
	ip link delete packet0
	sysctl -q -p "$scratch/settings"
}
trap 'restore; cleanup' EXIT

modprobe tun || give_up "there are no tun devices"
ip tuntap add dev packet0 mode tun vnet_hdr || give_up "no tun device can be made"
ip address add 198.51.100.1/24 dev packet0
ip address add 2001:db8:1::1/64 dev packet0 nodad
ip link set packet0 up
# shellcheck disable=SC2086	# a list
sysctl -q -w $settings

load_modules echo
load_commands
calls_may_take_long echo commands
while read -r name handler; do
	case $handler in
	echo) port=$echo_port ;;
	commands) port=$commands_port ;;
	esac
	check "IPv4: $name" "$packet" "$name" -4 "$port"
	check "IPv6: $name" "$packet" "$name" -6 "$port"
done <<END
$scenarios
END

finish
