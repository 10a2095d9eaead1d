#!/bin/sh
# Handlers run inside softirq: by the module's own count, and by the kernel's own record
# of the context in which each answer was handed to TCP.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

tracing=/sys/kernel/tracing
probe=$tracing/events/kprobes/syncsock_send

plan $((2 * paths + 3))
add_peer
load_modules echo http
calls_may_take_long echo http

# Every byte of the first half waits for its echo: at least one call each.
counted() {
	softirq=$(stat "$server_ns" echo upcalls_softirq)
	process=$(stat "$server_ns" echo upcalls_process)
	run_client bytes "$echo_port" -n 400 || return
	stat_is "$server_ns" echo upcalls_softirq -ge $((softirq + 200)) &&
		stat_is "$server_ns" echo upcalls_process -eq "$process" && return
	in_ns "$server_ns" grep upcalls /proc/net/syncsock/stats
	return 1
}

# trace_sends FILTER: sets $sends, how many the kernel has seen that the filter lets pass,
# and $softirq_sends. There is an "s" among the flags while softirqs are served.
trace_sends() {
	echo "$1" >"$probe/filter"
	echo >"$tracing/trace"
	run_client bytes "$echo_port" -n 400 || return
	grep 'syncsock_send: ' "$tracing/trace" >"$scratch/sends"
	sends=$(wc -l <"$scratch/sends")
	softirq_sends=$(grep -cE '\] +[^ ]*s[^ ]* ' "$scratch/sends")
	head -n 5 "$scratch/sends"
	echo "$sends sends, $softirq_sends of them in softirq"
}

server_sends_in_softirq() {
	trace_sends "port == $echo_port" &&
		[ "$sends" -ge 200 ] && [ "$softirq_sends" -eq "$sends" ]
}

client_sends_in_process() {
	trace_sends "port != $echo_port" && [ "$sends" -ge 200 ] && [ "$softirq_sends" -eq 0 ]
}

remove_probe() {
	[ ! -e "$probe" ] || echo 0 >"$probe/enable"
	echo >"$tracing/kprobe_events"
}
trap 'remove_probe 2>/dev/null; cleanup' EXIT

has_probe=
# The local port is at offset 14 of struct sock, the first argument.
# shellcheck disable=SC2016  # the kernel's own variable
if [ -e "$tracing/kprobe_events" ]; then
	echo 'p:syncsock_send tcp_sendmsg_locked port=+14($arg1):u16' >"$tracing/kprobe_events"
	# 6.1 has a function of its own for what is not copied.
	echo 'p:syncsock_send tcp_sendpage_locked port=+14($arg1):u16' \
		>>"$tracing/kprobe_events" 2>/dev/null
	# Linux 6.1 forgets to, once any instance of the buffer has its size.
	echo 2048 >"$tracing/buffer_size_kb"
	echo 1 >"$probe/enable"
	has_probe=yes
fi

in_softirq() {
	check "$path: a call in softirq for each request" counted
	if [ -n "$has_probe" ]; then
		check "$path: each answer is sent in softirq" server_sends_in_softirq
	else
		skip "$path: each answer is sent in softirq" "kprobe events"
	fi
}
for_each_path in_softirq

path="loopback IPv4" address=127.0.0.1 client_ns='' server_ns=''
if [ -n "$has_probe" ]; then
	check "the same record shows the client's sends in process context" \
		client_sends_in_process
	remove_probe
else
	skip "the same record shows the client's sends in process context" "kprobe events"
fi
softirq=$(stat "" http upcalls_softirq)
run_client churn "$http_port" -n 100 -p /hello.txt
check "a call in softirq for each HTTP request" \
	stat_is "" http upcalls_softirq -ge $((softirq + 100))
none_in_process() {
	for ns in "" $namespaces; do
		for handler in echo http; do
			stat_is "$ns" "$handler" upcalls_process -eq 0 || return
		done
	done
}
check "no handler ever ran in a process" none_in_process

finish
