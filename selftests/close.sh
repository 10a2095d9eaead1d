#!/bin/sh
# The end of connections: FIN and RST from the client at every stage, half-close, and a
# server that closes first. After each, the server still serves.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

plan $((12 * paths + 3))
add_peer
small_buffers
ns_alone=syncsock-alone
add_namespace "$ns_alone"
load_modules echo http

# A client that does not close after the server's FIN. What becomes of it is looked at in
# the end; a namespace of its own has counters of its own.
background "$scratch/never" "$ns_alone" \
	"$client" linger 127.0.0.1 "$http_port" -p /hello.txt -b 1000 -u -t 200
never=$started

# all_stages ENDING
all_stages() {
	for stage in connected partial sent reading blocked; do
		echo "at stage $stage:"
		run_client "end" "$echo_port" -e "$1" -s "$stage" || return
		run_client bytes "$echo_port" -n 2 || return
	done
}

all_http_stages() {
	for stage in connected partial sent reading blocked; do
		echo "at stage $stage:"
		run_client "end" "$http_port" -e "$1" -s "$stage" -p /hello.txt || return
		run_client churn "$http_port" -p /hello.txt || return
	done
}

# The connection is closed for the handler, but lives until the client closes too.
lingers() {
	wait_until 10 in_ns "$server_ns" awk "$released_here" /proc/net/syncsock/stats || return
	released=$(stat "$server_ns" http released)
	closed=$(stat "$server_ns" http closed)
	start_client "$scratch/linger" linger "$http_port" -p /hello.txt -b 300000 -u
	wait_until 10 grep -q waiting "$scratch/linger" || return
	stat_is "$server_ns" http released -eq "$released" || {
		echo "released before the client closed"
		return 1
	}
	kill "$started"
	wait_until 10 stat_is "$server_ns" http released -eq $((released + 1)) &&
		stat_is "$server_ns" http closed -eq $((closed + 1))
}

endings() {
	check "$path: FIN at every stage" all_stages fin
	check "$path: close() at every stage" all_stages close
	check "$path: RST at every stage" all_stages rst
	check "$path: FIN at every stage of a request" all_http_stages fin
	check "$path: close() at every stage of a request" all_http_stages close
	check "$path: RST at every stage of a request" all_http_stages rst
	check "$path: half-close, the whole echo and FIN come back" \
		run_client half-close "$echo_port" -b 200000
	check "$path: half-close right after connecting" run_client half-close "$echo_port" -b 0
	check "$path: half-close after a request" run_client half-close "$http_port" -p /hello.txt
	check "$path: half-close after a request for 1 MiB" run_client half-close "$http_port" -p /1m
	check "$path: after its FIN the server takes more data without RST" \
		run_client linger "$http_port" -p /hello.txt -b 300000
	check "$path: a connection closed by the server waits for the client" lingers
}

for_each_path endings

# The connection of the beginning.
check "a client that never closes after the server's FIN" \
	wait_until 10 grep -q waiting "$scratch/never"
check "the server releases the connection all the same" \
	wait_until 30 stat_is "$ns_alone" http released -eq 1
check "the client's end does not disturb that" kill "$never"

finish
