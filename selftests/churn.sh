#!/bin/sh
# Many short connections: as many are released as were accepted, and nothing is left of
# them, whoever closes first.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-memory.sh
. "${0%/*}/lib-memory.sh"

plan $((4 * paths + 10))
add_peer
load_modules echo http
listening=$(allocated)

short_connections() {
	check "$path: the client closes first" run_client churn "$echo_port" -n 200 -c 8
	check "$path: the client resets" run_client churn "$echo_port" -n 200 -c 8 -e rst
	check "$path: the server closes first" \
		run_client churn "$http_port" -n 200 -c 8 -e server -p /hello.txt
}

only_listeners() {
	[ "$(allocated)" -eq "$listening" ]
}

# objects_are FUNCTION: it succeeds in time.
objects_are() {
	wait_until 20 "$1" && return
	for cache in syncsock_echo syncsock_http $socket_caches tw_sock_TCP tw_sock_TCPv6; do
		echo "$cache has $(slab_objects "$cache") objects"
	done
	return 1
}

# check_objects NAME FUNCTION: objects can be counted where there is /sys/kernel/slab.
check_objects() {
	if [ -e /sys/kernel/slab/TCP ]; then
		check "$1" objects_are "$2"
	else
		skip "$1" "/sys/kernel/slab"
	fi
}

no_connections() {
	flush_memory
	[ "$(in_caches syncsock_echo syncsock_http)" -eq 0 ]
}

# shellcheck disable=SC2086	# a list
no_more_sockets() {
	flush_memory
	[ "$(in_caches $socket_caches)" -le "$sockets_before" ]
}

# A socket in time-wait lives for a minute: it is counted rather than waited for.
waiting() {
	for ns in "" $namespaces; do
		in_ns "$ns" ss -Htan state time-wait
	done | wc -l
}

only_waiting() {
	flush_memory
	[ "$(in_caches tw_sock_TCP tw_sock_TCPv6)" -le "$(waiting)" ]
}

# Sets $lasting, what is in use beside sockets in time-wait and their ports.
measure() {
	settle_memory || return
	lasting=$((used - $(slab_kilobytes tw_sock_TCP tw_sock_TCPv6 \
		tcp_bind_bucket tcp_bind2_bucket)))
}

# A tenth of the memory of a connection, if each had leaked it, would be more than this.
no_drift() {
	measure || return
	echo "$lasting kB, $lasting_before kB before"
	[ "$lasting" -le $((lasting_before + 2048)) ]
}

pages_are_back() {
	[ "$(buffer_pages)" -le $((pages_before + buffer_pages_slack)) ]
}

accepted() {
	for ns in "" $namespaces; do
		stat "$ns" echo accepted
		stat "$ns" http accepted
	done | awk '{ sum += $1 } END { print sum }'
}

# Most are reset, so that there are ports enough; 50000 and a few over all paths.
by_reset=$((7600 / quick_part))
by_client=$((400 / quick_part))
by_server=$((400 / quick_part))
each_path=$((by_reset + by_client + by_server))

churn() {
	run_client churn "$echo_port" -n $by_reset -c 4 -e rst -t 100 &&
		run_client churn "$echo_port" -n $by_client -c 4 -t 100 &&
		run_client churn "$http_port" -n $by_server -c 4 -e server -p /hello.txt -t 100
}

many_connections() {
	check "$path: $each_path connections" churn
}

for_each_path short_connections
check "as many connections were released as accepted" check_all_released
check "the listeners are the only TCP sockets again" wait_until 20 only_listeners
check_objects "the slab caches of connections are empty" no_connections

if [ -e /sys/kernel/slab/TCP ]; then
	# shellcheck disable=SC2086	# a list
	sockets_before=$(in_caches $socket_caches)
fi
pages_before=$(buffer_pages)
accepted_before=$(accepted)
measure || give_up "the memory in use does not come to rest"
lasting_before=$lasting

for_each_path many_connections
check "$((paths * each_path)) more were accepted" \
	[ "$(accepted)" -eq $((accepted_before + paths * each_path)) ]
check "as many connections were released as accepted after that" check_all_released
check_objects "the slab caches of connections are empty after that" no_connections
check_objects "TCP has no more sockets than before" no_more_sockets
check_objects "all sockets in time-wait are known to TCP" only_waiting
check "TCP's memory is free again" wait_until 20 pages_are_back
check "no more memory is in use than before" no_drift

finish
