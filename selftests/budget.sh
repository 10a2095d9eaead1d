#!/bin/sh
# The budget of an upcall: what exceeds it goes on later, and nothing is lost.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

plan $((6 * paths))
add_peer
load_modules echo http

# set_budget BYTES MICROSECONDS: for all handlers in all namespaces.
set_budget() {
	for handler in echo http; do
		set_limit $handler budget_bytes "$1" && set_limit $handler budget_us "$2" || return
	done
}

# defers HANDLER COMMAND...: COMMAND succeeds and connections were put off meanwhile.
defers() {
	defers_handler=$1
	before=$(stat "$server_ns" "$1" deferred)
	shift
	"$@" || return
	stat_is "$server_ns" "$defers_handler" deferred -gt "$before" || {
		echo "no connection was put off"
		return 1
	}
}

budgets() {
	set_budget 1000 1000000
	check "$path: 1 MiB echoed, 1000 bytes a time" \
		defers echo run_client slow "$echo_port" -b 1048576
	check "$path: 200 pipelined requests, 1000 bytes a time" \
		defers http run_client pipeline "$http_port" -n 200 -p /hello.txt
	check "$path: half-close, 1000 bytes a time" \
		defers echo run_client half-close "$echo_port" -b 200000
	set_budget 1 1000000
	check "$path: 20 pipelined requests, a byte a time" \
		defers http run_client pipeline "$http_port" -n 20 -p /hello.txt
	set_budget 1000000 1
	check "$path: 200 pipelined requests, a microsecond a time" \
		defers http run_client pipeline "$http_port" -n 200 -p /1k
	check "$path: half-close after a request for 1 MiB" \
		run_client half-close "$http_port" -p /1m
}

for_each_path budgets

finish
