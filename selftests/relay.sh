#!/bin/sh
# Outgoing connections and splicing: clients talk to the servers by way of a relay.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

plan $((13 * paths + 8))
add_peer
load_modules echo http
load syncsock_selftest || give_up "the relay cannot be loaded"
parameters=/sys/module/syncsock_selftest/parameters
listen_everywhere relay $relay_port

# backend PORT [ADDRESS]: in the relay's own namespace, of the path's family.
backend() {
	case $address in
	*:*) echo "${2:-::1} $1" >"$parameters/backend" ;;
	*) echo "${2:-127.0.0.1} $1" >"$parameters/backend" ;;
	esac
}

# forwards COMMAND...: COMMAND succeeds and its bytes were spliced.
forwards() {
	spliced=$(stat "$server_ns" relay bytes_spliced)
	"$@" || return
	stat_is "$server_ns" relay bytes_spliced -gt "$spliced" || {
		echo "nothing was spliced"
		return 1
	}
}

# How the last connection ended that was to be made.
failure() {
	cut -d ' ' -f 2-5 "$parameters/relay_ending"
}

all_stages() {
	for stage in connected partial sent reading blocked; do
		echo "at stage $stage:"
		run_client "end" "$relay_port" -e "$1" -s "$stage" || return
		run_client bytes "$relay_port" -n 2 || return
	done
}

# fails_to_connect REASON ERROR: the client is reset, and the relay was told why.
fails_to_connect() {
	run_client talk "$relay_port" -e rst -t 20 </dev/null || return
	failure
	[ "$(failure)" = "reason $1 error $2" ]
}

# Nobody listens there.
is_refused() {
	failed=$(stat "$server_ns" relay closed_connect)
	backend 11
	fails_to_connect 5 -111 &&
		stat_is "$server_ns" relay closed_connect -eq $((failed + 1))
}

# 192.0.2.0/24 and 2001:db8::/64 are on the link, and nobody has that address.
takes_too_long() {
	set_limit relay connect_timeout_ms 300
	case $address in
	*:*) backend 7 2001:db8::99 ;;
	*) backend 7 192.0.2.99 ;;
	esac
	fails_to_connect 2 -110
	status=$?
	set_limit relay connect_timeout_ms 10000
	return $status
}

comes_from_source() {
	case $address in
	*:*) from=::1 ;;
	*) from=127.0.0.99 ;;
	esac
	echo "$from 0" >"$parameters/source"
	start_client "$scratch/hold" hold "$relay_port" -n 4 -t 30
	wait_until 20 grep -q ready "$scratch/hold" &&
		[ "$(in_ns "$server_ns" ss -Htn state established "src $(bracketed "$from") dport = :$echo_port" |
			wc -l)" -ge 4 ]
	status=$?
	echo >"$parameters/source"
	kill "$started"
	wait_until 10 ended "$started" || return
	return $status
}

# A source that this host does not have.
has_no_source() {
	case $address in
	*:*) echo "2001:db8::77 0" >"$parameters/source" ;;
	*) echo "192.0.2.77 0" >"$parameters/source" ;;
	esac
	backend "$echo_port"
	fails_to_connect 5 -99
	status=$?
	echo >"$parameters/source"
	return $status
}

relayed() {
	backend "$echo_port"
	check "$path: bytes, one at a time" forwards run_client bytes "$relay_port" -n 200
	check "$path: pipelined messages" forwards run_client pipeline "$relay_port" -n 200
	check "$path: 1 MiB to a client that reads late" \
		forwards run_client slow "$relay_port" -b 1048576
	check "$path: a half-close goes through" \
		forwards run_client half-close "$relay_port" -b 200000
	check "$path: FIN at every stage" all_stages fin
	check "$path: close() at every stage" all_stages close
	check "$path: RST at every stage" all_stages rst
	check "$path: 100 short connections" run_client churn "$relay_port" -n 100 -c 8
	check "$path: a source address is used" comes_from_source
	check "$path: a source address that is not there" has_no_source
	check "$path: a backend that refuses" is_refused
	check "$path: a backend that does not answer" takes_too_long
	backend "$http_port"
	check "$path: 1 MiB by HTTP" \
		forwards run_client half-close "$relay_port" -p /1m
}

small_buffers
for_each_path relayed

# unload_in_time MODULE: in this shell, which has the list of modules.
unload_in_time() {
	within "$unload_seconds" rmmod "$1" || return
	loaded=$(without "$1" "$loaded")
}

# What goes away under load, whatever it was doing.
path="loopback IPv4" address=127.0.0.1 client_ns='' server_ns=''
backend "$echo_port"
start_client "$scratch/hold" hold "$relay_port" -n 100 -t 60
holder=$started
check "100 busy relayed connections" wait_until 30 grep -q ready "$scratch/hold"
check "the backend unloads within $unload_limit" unload_in_time syncsock_echo
check "all relayed connections have ended" wait_end_of 20 "$holder" "$scratch/hold"
load_modules_again() {
	load syncsock_echo "listen=127.0.0.1:$echo_port"
}
check "the backend comes back" load_modules_again
start_client "$scratch/hold" hold "$relay_port" -n 100 -t 60
holder=$started
check "100 more busy relayed connections" wait_until 30 grep -q ready "$scratch/hold"
start_client "$scratch/churn" churn "$relay_port" -n 100000 -c 8 -e rst -t 60
churner=$started
wait_until 20 stat_is "" relay connected -ge 50
check "the relay unloads within $unload_limit" unload_in_time syncsock_selftest
check "its connections have ended" wait_end_of 20 "$holder" "$scratch/hold"
check "the churn notices" wait_until 20 ended "$churner"

finish
