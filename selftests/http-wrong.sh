#!/bin/sh
# HTTP requests that are wrong by chance, on the live port: each is answered or refused,
# and other connections never notice.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

plan 4
add_peer
load_modules http
# Longer where the kernel looks harder.
seconds=$((20 / quick_part + 4))
[ ! -e /proc/lockdep ] || seconds=30
seconds=${FUZZ_SECONDS-$seconds}

start_all() {
	address=127.0.0.1 client_ns=
	start_client "$scratch/good" stream "$http_port" -p /16k -t 1000
	good=$started
	address=2001:db8::1 client_ns=$ns_peer
	start_client "$scratch/good-peer" stream "$http_port" -p /hello.txt -t 1000
	good_peer=$started
	address=192.0.2.1
	start_client "$scratch/wrong-peer" mutate "$http_port" -n $(($(date +%s) % 100000 + 1)) -t 1000
	wrong_peer=$started
	address=::1 client_ns=
	start_client "$scratch/wrong" mutate "$http_port" -n $(($(uptime_seconds) + 1)) -t 1000
	wrong=$started
	sleep "$seconds"
}

# ends PID FILE WHAT: it has gone on until now, and ends well; says how often it has.
ends() {
	kill -TERM "$1" 2>/dev/null
	wait_end_of 60 "$1" "$2" && grep -E "^[1-9][0-9]* $3" "$2"
}
both_wrong() {
	ends "$wrong" "$scratch/wrong" connections &&
		ends "$wrong_peer" "$scratch/wrong-peer" connections
}

start_all
check "whatever is sent, what comes back are responses" both_wrong
grep -hE 'seed|connections' "$scratch/wrong" "$scratch/wrong-peer" | diag
check "no other connection on loopback notices" ends "$good" "$scratch/good" requests
check "nor one from a namespace" ends "$good_peer" "$scratch/good-peer" requests
address=127.0.0.1 client_ns=
check "there is service afterwards" run_client split "$http_port" -p /hello.txt

finish
