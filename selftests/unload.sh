#!/bin/sh
# A handler can be unloaded, and a namespace deleted, whatever its connections are doing.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

plan $((3 * paths + 11))
add_peer

# hold NUMBER: that many busy connections over the current path.
hold() {
	start_client "$scratch/hold" hold "$echo_port" -n "$1" -t 60
	holder=$started
	wait_until 30 grep -q ready "$scratch/hold" || { cat "$scratch/hold"; return 1; }
}

all_ended() {
	wait_end_of 20 "$holder" "$scratch/hold"
}

unload_while_busy() {
	load_modules echo
	check "$path: 200 busy connections" hold 200
	check "$path: the handler and the core unload within $unload_limit" check_unload
	check "$path: all connections have ended" all_ended
}
for_each_path unload_while_busy

# Connections that are being closed or released when the handler goes.
load_modules echo
address=127.0.0.1 client_ns=''
start_client "$scratch/churn" churn "$echo_port" -n 100000 -c 8 -e rst -t 60
wait_until 20 stat_is "" echo accepted -ge 50
check "unloading under a churn of connections" check_unload
check "the churn notices" wait_until 20 ended "$started"

# Connections whose server lingers.
load_modules http
start_client "$scratch/linger" linger "$http_port" -p /hello.txt -b 1000 -u
lingerer=$started
check "a connection lingers" wait_until 10 grep -q waiting "$scratch/linger"
check "unloading while it does" check_unload
kill "$lingerer"

# A client that has sent half a request, for which the handler has set a timer.
load_modules http
# shellcheck disable=SC2016	# the variable is of that shell
background "$scratch/half" "" bash -c \
	'exec 3<>/dev/tcp/127.0.0.1/$1; printf "GET /a" >&3; echo waiting; cat <&3' half $http_port
half=$started
check "half a request comes" wait_until 10 stat_is "" http upcalls_softirq -ge 1
check "unloading while the rest is awaited" check_unload
check "its client notices" wait_until 20 ended "$half"

# A namespace that goes away under busy connections from outside. They are reset before
# their network goes.
load_modules echo
before=$(allocated)
path="into a namespace IPv4" address=192.0.2.2 client_ns=''
check "50 busy connections into a namespace" hold 50
check "the namespace is deleted" remove_namespace "$ns_peer"
allocated_at_most() {
	[ "$(allocated)" -le "$1" ]
}
check "its connections are reset" all_ended
check "its connections and listeners are freed" \
	wait_until 20 allocated_at_most $((before - 2))

finish
