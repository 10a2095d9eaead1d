#!/bin/sh
# Many short connections: as many are released as were accepted, and nothing is left of
# them, whoever closes first.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

plan $((3 * paths + 5))
add_peer
load_modules echo http
listening=$(allocated)

short_connections() {
	check "$path: the client closes first" run_client churn "$echo_port" -n 200 -c 8
	check "$path: the client resets" run_client churn "$echo_port" -n 200 -c 8 -e rst
	check "$path: the server closes first" \
		run_client churn "$http_port" -n 200 -c 8 -e server -p /hello.txt
}

for_each_path short_connections

before=$(stat "" echo accepted)
path="loopback IPv4" address=127.0.0.1 client_ns=''
check "2000 connections, 8 at once" run_client churn "$echo_port" -n 2000 -c 8 -t 60
check "2000 more were accepted" stat_is "" echo accepted -eq $((before + 2000))

check "as many connections were released as accepted" check_all_released

only_listeners() {
	[ "$(allocated)" -eq "$listening" ]
}
check "the listeners are the only TCP sockets again" wait_until 20 only_listeners

# Objects of a slab cache are counted exactly once its per-CPU lists are flushed.
no_objects() {
	for cache in /sys/kernel/slab/syncsock_*; do
		echo 1 >"$cache/shrink"
		objects=$(cat "$cache/objects")
		[ "${objects%% *}" -eq 0 ] || {
			echo "$cache has $objects"
			return 1
		}
	done
}
if [ -e /sys/kernel/slab/syncsock_echo ]; then
	check "the slab caches of connections are empty" wait_until 10 no_objects
else
	skip "the slab caches of connections are empty" "/sys/kernel/slab"
fi

finish
