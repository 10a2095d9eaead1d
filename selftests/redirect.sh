#!/bin/sh
# A packet filter that sends connections to a listener of ours: redirected and translated
# ones are served; a transparent proxy, for which a socket has to say that it is one, gets
# none of ours, and disturbs nothing.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

redirected_port=8007
translated_port=8008
proxied_port=8009

rules="table inet syncsock_selftest {
	chain before {
		type nat hook prerouting priority dstnat
		tcp dport $redirected_port redirect to :$echo_port
		ip daddr 192.0.2.1 tcp dport $translated_port dnat ip to 192.0.2.1:$echo_port
		ip6 daddr 2001:db8::1 tcp dport $translated_port dnat ip6 to [2001:db8::1]:$echo_port
	}
	chain proxy {
		type filter hook prerouting priority mangle
		meta nfproto ipv4 tcp dport $proxied_port tproxy ip to :$echo_port meta mark set 1 accept
		meta nfproto ipv6 tcp dport $proxied_port tproxy ip6 to :$echo_port meta mark set 1 accept
	}
}"

is_refused() {
	run_client bytes "$1" -n 1 -t 10 && return 1
	sockets "" | grep -q ":$1" && return 1
	return 0
}

plan 8
if ! echo "$rules" | nft -c -f - >"$scratch/error" 2>&1; then
	diag <"$scratch/error"
	give_up "the packet filter does not take the rules"
fi
add_peer
load_modules echo
echo "$rules" | nft -f - || give_up "the packet filter does not take the rules"

client_ns=$ns_peer
for address in 192.0.2.1 2001:db8::1; do
	accepted=$(stat "" echo accepted)
	check "$address: a redirected connection is served" run_client bytes "$redirected_port" -n 100
	check "$address: so is one whose destination was translated" \
		run_client pipeline "$translated_port" -n 200
	check "$address: both were ours" stat_is "" echo accepted -eq $((accepted + 2))
	check "$address: a transparent proxy finds nobody" is_refused "$proxied_port"
done
nft delete table inet syncsock_selftest

finish
