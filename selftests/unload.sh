#!/bin/sh
# A handler can be unloaded, and a namespace deleted, whatever its connections are doing.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

plan $((3 * paths + 8))
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
	check "$path: the handler and the core unload within 5 s" check_unload 5
	check "$path: all connections have ended" all_ended
}
for_each_path unload_while_busy

# Connections that are being closed or released when the handler goes.
load_modules echo
address=127.0.0.1 client_ns=''
start_client "$scratch/churn" churn "$echo_port" -n 100000 -c 8 -e rst -t 60
wait_until 20 stat_is "" echo accepted -ge 50
check "unloading under a churn of connections" check_unload 5
check "the churn notices" wait_until 20 ended "$started"

# Connections whose server lingers.
load_modules http
start_client "$scratch/linger" linger "$http_port" -p /hello.txt -b 1000 -u
lingerer=$started
check "a connection lingers" wait_until 10 grep -q waiting "$scratch/linger"
check "unloading while it does" check_unload 5
kill "$lingerer"

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
