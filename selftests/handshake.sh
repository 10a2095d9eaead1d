#!/bin/sh
# Clients that ask for more than TCP in their SYN: they are served by plain TCP.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

plan $((3 * paths))
add_peer
load_modules echo

fast_open=/proc/sys/net/ipv4/tcp_fastopen
old_fast_open=$(cat $fast_open)
trap 'echo "$old_fast_open" >$fast_open; cleanup' EXIT

# For clients, for servers, without a cookie, and for every listener that there is.
for ns in "" $namespaces; do
	in_ns "$ns" sysctl -q -w net.ipv4.tcp_fastopen=0x603
	# A listener takes the setting over when it begins to listen.
	set_listen "$ns" echo ""
	set_listen "$ns" echo "0.0.0.0:$echo_port [::]:$echo_port"
done

beyond_tcp() {
	check "$path: Fast Open, all data in the SYN" \
		run_client fast-open "$echo_port" -b 1000
	check "$path: Fast Open, and more data" run_client fast-open "$echo_port" -b 200000
	if [ -e /proc/sys/net/mptcp/enabled ]; then
		check "$path: Multipath TCP" run_client multipath "$echo_port" -b 200000
	else
		skip "$path: Multipath TCP" "Multipath TCP"
	fi
}

for_each_path beyond_tcp
finish
