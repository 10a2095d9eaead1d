#!/bin/sh
# /proc/net/syncsock/conns and listeners: what they say of connections whose state is known,
# and that those that stay are there once, while others come and go, readers are slow, and
# the handler or the namespace goes away under them.
# CONNS=100000 has as many stay; that takes 4 GiB and some minutes.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-clients.sh
. "${0%/*}/lib-clients.sh"

plan $((4 * paths + 9))
add_peer
small_buffers
load_modules echo
load_commands
# Where a connection is, here, does not depend on the machine.
calls_may_take_long echo commands
conns=/proc/net/syncsock/conns
held=${CONNS:-$((2000 / quick_part))}

# shellcheck disable=SC2016  # awk's own fields
ends_of_echo='$1 == "echo" { print $2, $3 }'
# shellcheck disable=SC2016
column_of_handler='NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) column = i }
	$1 == handler { print $column }'

# column NAME: what it says of the connections of the handler $handler, in the path's namespace.
column() {
	in_ns "$server_ns" awk -v handler="$handler" -v name="$1" "$column_of_handler" $conns
}

columns() {
	for columns_name; do
		column "$columns_name"
	done | paste -s -d ' '
}

columns_are() {
	columns_expected=$1
	shift
	[ "$(columns "$@")" = "$columns_expected" ]
}

# Both ends, as the kernel's own list has them.
ends_are_right() {
	in_ns "$server_ns" ss -Htn state established "sport = :$echo_port" |
		awk '{ sub(/%[^]]*/, "", $3); print $3, $4 }' | sort >"$scratch/theirs"
	in_ns "$server_ns" awk "$ends_of_echo" $conns | sort >"$scratch/ours"
	[ "$(wc -l <"$scratch/ours")" -eq 10 ] && cmp "$scratch/ours" "$scratch/theirs"
}

hold() {
	start_client "$scratch/hold" hold "$echo_port" -n "$1" -t 120
	holder=$started
	wait_until 60 grep -q ready "$scratch/hold" || { cat "$scratch/hold"; return 1; }
}

let_go() {
	kill "$holder"
	wait_until 20 ended "$holder" && wait_until 20 all_released
}

shows_ends() {
	handler="echo"
	hold 10 && ends_are_right
	status=$?
	let_go && return $status
}

shows_blocked() {
	handler="echo"
	stop_reading || return
	columns state context waits_for unread unacked memory
	columns_are "open softirq room" state context waits_for &&
		[ "$(column unread)" -gt 0 ] && [ "$(column unacked)" -gt 0 ] &&
		[ "$(column memory)" -ge $(($(column unread) + $(column unacked))) ]
	status=$?
	read_again && return $status
}

# One that has paused and left five bytes unread.
shows_paused() {
	handler="commands"
	printf 'offload 1\npause\nwhat\n' >"$scratch/commands"
	background "$scratch/said" "$client_ns" sh -c \
		"exec '$client' talk '$address' $commands_port -t 60 <'$scratch/commands'"
	wait_until 20 columns_are "open worker resume 5" state context waits_for unread
	status=$?
	columns state context waits_for unread
	# What paused would not see that the client closes.
	in_ns "$client_ns" ss -HK state established "dport = :$commands_port" >/dev/null
	wait_until 20 ended "$started" && wait_until 20 all_released && return $status
}

counts_time() {
	handler="echo"
	start_client "$scratch/idle" idle "$echo_port" -b 100 -t 60
	holder=$started
	wait_until 20 grep -q waiting "$scratch/idle" || return
	is_older() {
		idle=$(column idle_ms)
		[ "$idle" -ge 300 ] && [ "$(column age_ms)" -ge "$idle" ]
	}
	wait_until 20 is_older
	status=$?
	columns idle_ms age_ms
	let_go && return $status
}

shows() {
	check "$path: both ends" shows_ends
	check "$path: one whose client does not read" shows_blocked
	check "$path: one that has paused, in a worker" shows_paused
	check "$path: age and idleness" counts_time
}
for_each_path shows

path="loopback IPv4" address=127.0.0.1 client_ns='' server_ns='' handler="echo"

# No more than there are ports for go to one address.
stay() {
	port_range=$(sysctl -n net.ipv4.ip_local_port_range)
	sysctl -q -w net.syncsock.echo.idle_timeout_ms=0 net.ipv4.ip_local_port_range="10000 65000"
	holders=
	left=$held
	while [ "$left" -gt 0 ]; do
		part=$((left > 25000 ? 25000 : left))
		address=127.0.0.$((1 + left / 25000))
		start_client "$scratch/many$left" many "$echo_port" -n $part -b 1 -t 1000
		wait_until $((60 + part / 50)) grep -q open "$scratch/many$left" || {
			cat "$scratch/many$left"
			return 1
		}
		holders="$holders $started"
		left=$((left - part))
	done
	address=127.0.0.1
	sysctl -q -w net.ipv4.ip_local_port_range="$port_range"
}

# Those that are held are there once, whatever the size of the pieces it is read in.
held_once() {
	dd if=$conns bs="$1" status=none | awk '$1 == "echo" { n[$2, $3]++ }
		END { for (c in n) { all++; twice += n[c] > 1 } print all + 0, twice + 0 }'
}
all_are_shown() {
	for size in 131072 4096 100; do
		is "$(held_once $size)" "$held 0" || return
	done
}
while_others_come() {
	start_client "$scratch/churn" churn "$echo_port" -n $((20000 / quick_part)) -c 8 -t 240
	churner=$started
	reads=0
	until ended "$churner"; do
		read -r all twice <<-END
			$(held_once 4096)
		END
		reads=$((reads + 1))
		[ "$all" -ge "$held" ] && [ "$twice" -eq 0 ] && continue
		echo "$all connections, $twice twice; $held are held"
		return 1
	done
	echo "read $reads times"
	wait_end_of 240 "$churner" "$scratch/churn"
}
check "$held connections stay" stay
check "all are shown once" all_are_shown

# Marks of readers that go no further, more than are passed at a time, in front of the
# connections of whoever comes then.
read_among_others() {
	readers=
	for reader in $(seq 150); do
		background "$scratch/reader$reader" "" \
			sh -c "exec <$conns; dd bs=1000 count=1 status=none >/dev/null; echo ready; exec sleep 1000"
		readers="$readers $started"
	done
	for reader in $(seq 150); do
		wait_until 60 grep -q ready "$scratch/reader$reader" || return
	done
	all_are_shown
	among_status=$?
	look_at_memory
	return $among_status
}
# With this limit, each connection that comes may have all of them looked at, while the readers
# go away.
look_at_memory() {
	sysctl -q -w net.syncsock.echo.memory_kib=1000000
	start_client "$scratch/memory" churn "$echo_port" -n 1000 -c 4 -t 100
	for reader in $readers; do
		kill "$reader"
		wait_until 20 ended "$reader"
	done
	wait_end_of 120 "$started" "$scratch/memory" || among_status=1
	sysctl -q -w net.syncsock.echo.memory_kib=0
}
check "all are shown once where others stopped reading" read_among_others
check "all are shown once while others come and go" while_others_come

# A reader that has read a part when the handler goes: the rest is not there any more.
handler_goes() {
	exec 9<$conns
	dd bs=1000 count=1 status=none <&9 | grep -q '^echo ' || return
	for holder in $holders; do
		kill -KILL "$holder"
	done
	within 60 rmmod syncsock_echo || return
	loaded=$(without syncsock_echo "$loaded")
	cat <&9 >"$scratch/rest"
	exec 9<&-
	! grep -q '^commands ' "$scratch/rest" && ! grep -q '^echo ' $conns
}
check "the handler goes while it is read" handler_goes

# The same for the namespace, in which somebody reads.
namespace_goes() {
	add_namespace reading
	set_listen reading commands "0.0.0.0:$commands_port" || return
	in_ns reading sh -c "exec 9<$conns; read -r line <&9; echo ready; read -r line; cat <&9" \
		<"$scratch/hold" >"$scratch/reader" 2>&1
	remove_namespace reading
	grep -q ready "$scratch/reader"
}
check "the namespace goes after it was read" namespace_goes

# --- Listeners ------------------------------------------------------------------------

# One socket for each CPU, and one for the rest.
lists_sockets() {
	is "$(awk '$1 == "commands" && $2 == "0.0.0.0:9" { print $3, $4 }' /proc/net/syncsock/listeners)" \
		"$(ss -Htln 'src 0.0.0.0 and sport = :9' | wc -l) 0"
}
check "a listener and its sockets" lists_sockets

drops() {
	awk '$1 == "commands" { sum += $6 } END { print sum }' /proc/net/syncsock/listeners
}
kernel_drops() {
	awk '$1 == "TcpExt:" && !column { for (i = 1; i <= NF; i++) if ($i == "ListenDrops") column = i; next }
		$1 == "TcpExt:" { print $column }' /proc/net/netstat
}
counts_refused() {
	before=$(drops)
	kernel_before=$(kernel_drops)
	sysctl -q -w net.syncsock.commands.connections_per_second=1
	run_client churn "$commands_port" -n 20 -c 20 -t 10 >"$scratch/churn" 2>&1
	sysctl -q -w net.syncsock.commands.connections_per_second=0
	wait_until 20 all_released || return
	refused=$(stat "" commands refused_rate)
	[ "$refused" -gt 0 ] && is "$(($(drops) - before))" "$refused" &&
		is "$(($(kernel_drops) - kernel_before))" "$refused"
}
check "refused connections are the kernel's drops, too" counts_refused

discards() {
	{ echo "end close"; head -c 100000 /dev/zero; } |
		run_client talk "$commands_port" -e server >"$scratch/said"
}
# What drops them is not known by name on every kernel, but only we do for this reason.
tells_of_discarded() {
	instance=/sys/kernel/tracing/instances/discards
	mkdir $instance || return
	echo 1 >$instance/events/skb/kfree_skb/enable
	discards
	discard_status=$?
	echo 0 >$instance/events/skb/kfree_skb/enable
	cp $instance/trace "$scratch/trace"
	rmdir $instance
	grep -q "kfree_skb: .* reason: TCP_CLOSE" "$scratch/trace" && return $discard_status
}
if [ -d /sys/kernel/tracing/events/skb ]; then
	check "discarded packets are, too" tells_of_discarded
else
	skip "discarded packets are, too" "event tracing"
fi

finish
