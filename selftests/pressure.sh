#!/bin/sh
# TCP's memory, control groups and the limits of sockets are used up: what TCP does not
# reset is served, and everything is as before afterwards.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-faults.sh
. "${0%/*}/lib-faults.sh"

plan 15

add_peer
load_modules echo http

settings="ipv4.tcp_mem ipv4.tcp_max_orphans core.somaxconn"
for name in $settings; do
	echo "net.$name=$(sysctl -n "net.$name")"
done >"$scratch/settings"

group=/sys/fs/cgroup/syncsock-pressure
remove_group() {
	[ ! -e "$group" ] || rmdir "$group"
}
trap 'restore; cleanup; remove_group' EXIT

restore() {
	sysctl -q -p "$scratch/settings"
}

# Some send without reading for as long as they like, so that there is memory in use.
sysctl -q -w net.syncsock.echo.idle_timeout_ms=0
stuck=
start_all() {
	for name in stuck1 stuck2 stuck3 stuck4; do
		background "$scratch/$name" "" "$client" idle 127.0.0.1 "$echo_port" -u -t 200
		stuck="$stuck $started"
		wait_until 20 grep -q waiting "$scratch/$name" || return
	done
	start_traffic loopback "" 127.0.0.1 "$echo_port" -c 5
	start_traffic namespace "$ns_peer" 2001:db8::1 "$echo_port" -c 5
	goes_on 50
}

# --- TCP's memory ------------------------------------------------------------------

# squeeze PAGES: no more for all buffers of TCP, for a time.
squeeze() {
	pressures=$(tcp_count TCPMemoryPressures)
	sysctl -q -w net.ipv4.tcp_mem="$1 $1 $1" || return
	wait_until 20 has_counted TCPMemoryPressures "$pressures" && goes_on 20
	squeezed=$?
	restore
	[ $squeezed -eq 0 ] && goes_on 20
}

squeeze_more() {
	squeeze 10 && squeeze 1
}

check "there is load" start_all
check_repeat "TCP has hardly any memory, again and again" 3 squeeze_more
# shellcheck disable=SC2086	# a list
kill $stuck
check "no connection hangs, every byte is right" stop_traffic
check_fates "connections were answered, or reset by TCP, on loopback" \
	loopback "answered abandoned" reset
check_fates "connections were answered, or reset by TCP, from a namespace" \
	namespace "answered abandoned" reset
check "there is service afterwards" serves 127.0.0.1 "$echo_port"

# --- Control groups ----------------------------------------------------------------

# in_group COMMAND...: with the memory that $group may have.
in_group() {
	sh -c "echo \$\$ >$group/cgroup.procs && exec \"\$@\"" sh "$@"
}

# group_event NAME
group_event() {
	sed -n "s/^$1 //p" "$group/memory.events"
}

has_group_event() {
	[ "$(group_event "$1")" -gt 0 ]
}

# Some are killed for want of memory.
starve_clients() {
	echo max >"$group/memory.max"
	background "$scratch/starved" "" sh -c \
		"echo \$\$ >$group/cgroup.procs && exec $client traffic ::1 $echo_port -c 10 -t 200"
	starved=$started
	goes_on 50 || return
	echo 200K >"$group/memory.max"
	wait_until 20 has_group_event oom_kill || { cat "$group/memory.events"; return 1; }
	goes_on 20 || return
	echo max >"$group/memory.max"
	echo 1 >"$group/cgroup.kill"
	wait_until 20 ended "$starved"
}

sizes="0 100K 200K 300K 400K 600K 1M 2M 8M"
! is_quick || sizes="0 300K 1M 8M"

# Whoever writes the list may be killed, before or after.
starve_writers() {
	long=$(seq -f '127.0.0.%g:1007' 2 60 | paste -sd ' ')
	short=$(get_listen "" http)
	for limit in $sizes; do
		for list in "$long" "$short"; do
			before=$(get_listen "" http)
			echo "$limit" >"$group/memory.max"
			echo "$list" >"$scratch/list"
			in_group dd if="$scratch/list" of=/proc/sys/net/syncsock/http/listen \
				bs=4096 status=none && before=$list
			reads "" http "$before" || reads "" http "$list" || return
		done
	done
	reads "" http "$short"
}

# So may insmod.
starve_insmod() {
	for limit in $sizes; do
		echo "$limit" >"$group/memory.max"
		if in_group insmod ./syncsock_selftest.ko; then
			rmmod syncsock_selftest || return
			took=$limit
		fi
	done
	is "$took" 8M
}

if grep -qw memory /sys/fs/cgroup/cgroup.controllers 2>/dev/null; then
	echo +memory >/sys/fs/cgroup/cgroup.subtree_control
	mkdir "$group"
	start_traffic loopback "" 127.0.0.1 "$echo_port" -c 5
	check "clients are killed for want of memory" starve_clients
	check "writers of a list are" starve_writers
	check "insmod is" starve_insmod
	check "no connection of others hangs" stop_traffic
	check_fates "connections of others were answered" loopback "answered abandoned"
else
	for what in clients writers insmod hang others; do
		skip "control groups: $what" "memory control groups"
	done
fi

# --- Sockets -----------------------------------------------------------------------

are_stuck() {
	[ "$(ss -Htn state established "dport = :$commands_port" | awk '$2 > 0' | wc -l)" -eq 3 ]
}

# Whoever closes with bytes under way leaves a socket to TCP, which soon resets it.
leave_orphans() {
	aborts=$(tcp_count TCPAbortOnMemory)
	{ echo pause; head -c 8000000 /dev/zero; } >"$scratch/much"
	orphans=
	for _ in 1 2 3; do
		background "$scratch/orphan" "" sh -c \
			"exec $client talk 127.0.0.1 $commands_port -t 60 <$scratch/much"
		orphans="$orphans $started"
	done
	wait_until 20 are_stuck || return
	# shellcheck disable=SC2086	# a list
	kill -KILL $orphans
	wait_until 30 has_counted TCPAbortOnMemory "$aborts"
}

no_orphans() {
	sysctl -q -w net.ipv4.tcp_max_orphans=0
	leave_orphans || return
	for address in 127.0.0.1 ::1; do
		"$client" churn "$address" "$echo_port" -n 50 -c 10 &&
			"$client" churn "$address" "$http_port" -n 50 -c 10 -e server -p /hello.txt ||
			return
	done
}
load syncsock_selftest || give_up "the test handlers cannot be loaded"
set_listen "" commands "127.0.0.1:$commands_port"
check "TCP keeps no orphans" no_orphans
restore

# It is looked at when somebody begins to listen.
short_queue() {
	set_listen "" echo "" && sysctl -q -w net.core.somaxconn=1 &&
		set_listen "" echo "0.0.0.0:$echo_port [::]:$echo_port" || return
	[ "$(ss -Htln "sport = :$echo_port" | awk '{ print $3 }' | sort -u)" = 1 ] || return
	for address in 127.0.0.1 ::1; do
		"$client" churn "$address" "$echo_port" -n 200 -c 40 -t 60 || return
	done
}
check "a queue for one connection is enough" short_queue
restore

serves_again() {
	set_listen "" echo "" && set_listen "" echo "0.0.0.0:$echo_port [::]:$echo_port" &&
		serves 127.0.0.1 "$echo_port" && serves ::1 "$echo_port"
}
check "there is service afterwards" serves_again
is_back() {
	[ "$(buffer_pages)" -le $((buffer_pages_slack)) ]
}
check "TCP's memory is free again" wait_until 20 is_back

finish
