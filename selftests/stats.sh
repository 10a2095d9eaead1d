#!/bin/sh
# The counters and histograms: after what is known to have happened, exactly these have moved,
# by as much as the clients counted.
# limits.sh, multicore.sh and others look at those of what they are about.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-clients.sh
. "${0%/*}/lib-clients.sh"

with_faults=0
! grep -q parm=fail_nth ./syncsock.ko || with_faults=1

plan $((20 + with_faults))
small_buffers
load_modules echo http memcache
load_commands
path="loopback IPv4" address=127.0.0.1 client_ns=''
proc=/proc/net/syncsock

calls_may_take_long echo http memcache commands
for handler in echo http memcache commands; do
	set_limit $handler budget_bytes 4194304
done

# counters HANDLER: "counter value" lines.
counters() {
	awk -v handler="$1" '$1 == handler { print $2, $3 }' $proc/stats
}

# These move with everything that a connection does.
common="accepted accepted_shared closed closed_in_order released messages upcalls_softirq
	migrations bytes_received bytes_sent sends"

# grew COUNTER: by how much, since "moves" began.
grew() {
	awk -v counter="$1" 'FNR == NR { before[$1] = $2; next }
		$1 == counter { print $2 - before[$1] }' "$scratch/before" "$scratch/after"
}

# moves HANDLER COUNTERS COMMAND...: COMMAND succeeds, its connections are released, and beside
# the common ones these counters, in the order of the alphabet, have grown, and no other.
moves() {
	moves_handler=$1
	moves_expected=$2
	shift 2
	counters "$moves_handler" >"$scratch/before"
	"$@" || return
	wait_until 20 all_released || return
	counters "$moves_handler" >"$scratch/after"
	is "$(awk -v common="$common" '
		BEGIN { n = split(common, name); for (i = 1; i <= n; i++) skip[name[i]] }
		FNR == NR { before[$1] = $2; next }
		!($1 in skip) && $2 > before[$1] { print $1 }' "$scratch/before" "$scratch/after" |
		sort | paste -s -d ' ')" "$moves_expected"
}

# grew_by COUNTER VALUE...
grew_by() {
	while [ $# -gt 0 ]; do
		is "$1 $(grew "$1")" "$1 $2" || return
		shift 2
	done
}

listed() {
	is "$(sed 1d $proc/counters | cut -d ' ' -f 1)" "$(counters echo | cut -d ' ' -f 1)" &&
		! sed 1d $proc/counters | grep -v '^[a-z_]* [a-z].*'
}
check "every counter is explained" listed

# --- Totals ---------------------------------------------------------------------------

serves_http() {
	ab -q -n 2000 -c 8 -k "http://127.0.0.1:$http_port/hello.txt" >"$scratch/ab" 2>&1 &&
		grep -q '^Complete requests: *2000$' "$scratch/ab" &&
		grep -q '^Failed requests: *0$' "$scratch/ab"
}
http_totals() {
	moves http "" serves_http || return
	sent=$(sed -n 's/^Total transferred: *\([0-9]*\) bytes/\1/p' "$scratch/ab")
	grew_by messages 2000 bytes_sent "$sent" && [ "$(grew accepted)" -ge 8 ]
}
check "requests and bytes of HTTP" http_totals

ask_cache() {
	{
		printf 'set a 0 0 1\r\n1\r\n'
		i=0
		while [ $i -lt 100 ]; do
			printf 'get a b\r\nmn\r\n'
			i=$((i + 1))
		done
		printf 'quit\r\n'
	} | run_client talk $memcache_port -t 20 -e server >"$scratch/said"
}
cache_totals() {
	moves memcache "" ask_cache && grew_by messages 202
}
check "requests of the cache" cache_totals

# Many messages in one segment are answered in fewer sends.
batches() {
	moves echo bytes_spliced run_client pipeline "$echo_port" -n 100 &&
		grew_by bytes_received 6400 bytes_sent 6400 && [ "$(grew sends)" -lt 20 ]
}
check "sends of many messages" batches

# --- Ends -----------------------------------------------------------------------------

resets() {
	moves echo closed_peer_reset run_client churn "$echo_port" -n 5 -c 1 -e rst &&
		grew_by closed 5 closed_peer_reset 5
}
check "connections that clients reset" resets

aborts() {
	echo "end abort" | run_client talk "$commands_port" -t 20 -e rst
}
check "a connection that the handler resets" moves commands "aborted closed_aborted" aborts

check "a client that says nothing" moves echo "closed_timeout timed_out timed_out_first_byte" \
	with_value $limits/echo/first_byte_timeout_ms 300 run_client idle "$echo_port" -b 0 -t 20

check "a client that falls silent" moves echo "closed_timeout timed_out timed_out_idle" \
	with_value $limits/echo/idle_timeout_ms 300 run_client idle "$echo_port" -b 100 -t 20

# --- Contexts, room and memory --------------------------------------------------------

work() {
	printf 'later timer resume\noffload 1\npause\nwhere\n' |
		run_client talk "$commands_port" -t 20 -n 1 >"$scratch/said"
}
check "a connection in a worker" moves commands "paused upcalls_worker" work

get_pages() {
	echo "pages 10" | run_client talk "$commands_port" -t 20 -u >"$scratch/said"
}
refers() {
	moves commands bytes_referenced get_pages && grew_by bytes_referenced 40960
}
check "pages that are sent without a copy" refers

# Of what blocks, how often is TCP's business.
fill_window() {
	stop_reading && read_again
}
closes_window() {
	moves echo "bytes_spliced send_blocked window_closed" fill_window
}
check "a window that unread bytes close" closes_window

# --- Limits ---------------------------------------------------------------------------

check "a connection above the limit" moves echo "aborted refused_limit" \
	with_value $limits/echo/connections 1 second_of_one

check "messages above the budget" moves echo "deferred" \
	with_value $limits/echo/budget_bytes 1000 run_client pipeline "$echo_port" -n 100

check "posts above the mailbox" moves commands "post_overflow posts" \
	with_value $limits/commands/mailbox 10 flood

# Several at once: a message that comes in the meantime changes nothing.
takes_long() {
	printf 'slow 20000\nslow 20000\nslow 20000\nlimits\n' |
		run_client talk "$commands_port" -t 20 -n 1 >"$scratch/said"
}
check "a handler that takes long" moves commands "offloaded" \
	with_value $limits/commands/offload_us 10000 takes_long

without_memory() {
	echo 1 >/sys/module/syncsock/parameters/fail_nth
	run_client bytes "$echo_port" -n 2 -t 10
	:
}
[ $with_faults -eq 0 ] ||
	check "a connection without memory for it" moves echo "aborted refused_no_memory" without_memory

# --- Latencies ------------------------------------------------------------------------

# latency HANDLER NAME FIELD
latency() {
	awk -v handler="$1" -v name="$2" -v field="$3" '
		NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i }
		$1 == handler && $2 == name { print $column[field] }' $proc/latency
}

# Each call for received bytes is in both.
measures() {
	calls=$(counters http | awk '/^upcalls_/ { sum += $2 } END { print sum }')
	is "$(latency http upcall count)" "$calls" && is "$(latency http response count)" "$calls" &&
		is "$(awk '$1 == "http" && $2 == "upcall" { sum += $4 } END { print sum }' \
			$proc/histogram)" "$calls"
}
check "every call is in the histograms" measures

in_order() {
	cat $proc/latency
	for name in upcall response; do
		[ "$(latency http $name p50_ns)" -gt 0 ] &&
			[ "$(latency http $name p50_ns)" -le "$(latency http $name p99_ns)" ] &&
			[ "$(latency http $name p99_ns)" -le "$(latency http $name p999_ns)" ] || return
	done
	[ "$(latency http upcall p50_ns)" -le "$(latency http response p50_ns)" ]
}
check "percentiles are in order" in_order

# One line at a time: each has 20 ms, and the last one has waited for two before.
waits_for_turns() {
	echo commands >$proc/latency
	with_value $limits/commands/budget_bytes 11 takes_long || return
	cat $proc/latency
	[ "$(latency commands response p999_ns)" -ge 67108863 ]
}
check "a response has the time that its turn took to come" waits_for_turns

begins_anew() {
	printf 'http\n' >$proc/latency || return
	is "$(latency http upcall count) $(latency http response count)" "0 0" &&
		is "$(latency http response p999_ns)" 0 &&
		! grep -q '^http ' $proc/histogram || return
	serves_http && [ "$(latency http upcall count)" -gt 0 ]
}
check "a histogram is begun anew" begins_anew

knows_no_other() {
	! sh -c "echo ftp >$proc/histogram" 2>"$scratch/error"
}
check "of a handler that there is not, none is" knows_no_other

finish
