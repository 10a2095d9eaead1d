#!/bin/sh
# The modules are unloaded and loaded again, and a namespace is deleted and made again, both
# many times while clients go on connecting. Nothing is left of it.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-memory.sh
. "${0%/*}/lib-memory.sh"
# shellcheck source=lib-faults.sh
. "${0%/*}/lib-faults.sh"

plan 16

# Nothing is to be left, so no socket in time-wait either.
old_buckets=$(sysctl -n net.ipv4.tcp_max_tw_buckets)
trap 'sysctl -q -w net.ipv4.tcp_max_tw_buckets="$old_buckets"; cleanup' EXIT
sysctl -q -w net.ipv4.tcp_max_tw_buckets=0

start_peer() {
	add_peer
	in_ns "$ns_peer" sysctl -q -w net.ipv4.tcp_max_tw_buckets=0
}

# Sometimes they are unloaded at once.
reload_once() {
	load syncsock && load syncsock_echo "listen=0.0.0.0:$echo_port,[::]:$echo_port" || return
	[ $((round % 3)) -eq 0 ] || wait_until 60 has_accepted "" $((20 * (round % 3))) || return
	check_unload
}

# Sockets, where the kernel tells how many objects a slab cache has.
# shellcheck disable=SC2086	# a list
count_objects() {
	flush_memory
	[ ! -e /sys/kernel/slab/TCP ] || objects=$(in_caches $socket_caches)
}

objects_are_back() {
	count_objects
	[ "$objects" -le "$1" ]
}

check_objects() {
	if [ -e /sys/kernel/slab/TCP ]; then
		check "$1" wait_until 20 objects_are_back "$2"
	else
		skip "$1" "/sys/kernel/slab"
	fi
}

gone() {
	[ ! -e "/sys/class/net/$1" ]
}

delete_once() {
	set_listen "$ns_peer" echo "0.0.0.0:$echo_port [::]:$echo_port" || return
	[ $((round % 3)) -eq 0 ] ||
		wait_until 60 has_accepted "$ns_peer" $((10 * (round % 3))) || return
	remove_namespace "$ns_peer"
	wait_until 20 gone ssk0 && start_peer
}

start_all() {
	start_traffic loopback "" 127.0.0.1 "$echo_port" -c 5
	start_traffic namespace "$ns_peer" 2001:db8::1 "$echo_port" -c 5
}

twice() {
	reload_once && reload_once && stop_traffic
}

# What is only made once.
start_peer
round=1
start_all
check "the modules can be loaded twice" twice
settle_memory || give_up "the memory in use does not come to rest"
before=$used
count_objects
objects_before=$objects

start_all
check_repeat "the modules unload within $unload_limit, again and again under load" 50 reload_once
check "no connection of a client hangs" stop_traffic
all="answered abandoned refused reset"
check_fates "they were answered, refused or reset, on loopback" loopback "$all"
check_fates "they were answered, refused or reset, from a namespace" namespace "$all"
check "no TCP socket is left of it" check_no_sockets
check_objects "no object of a socket is" "$objects_before"
check "no memory is" check_used_is_back "$before"

load_modules echo
is_served_again() {
	serves 127.0.0.1 "$echo_port" && serves ::1 "$echo_port"
}
check "there is service afterwards" is_served_again
before=$(allocated)
settle_memory || give_up "the memory in use does not come to rest"
used_before=$used
count_objects
objects_before=$objects

start_traffic into4 "" 192.0.2.2 "$echo_port" -c 5 -u
start_traffic into6 "" 2001:db8::2 "$echo_port" -c 5 -u
check_repeat "a namespace is deleted again and again under load" 20 delete_once
check "no connection into it hangs" stop_traffic
check_fates "they were answered, or noticed, over IPv4" into4 "$all" lost
check_fates "they were answered, or noticed, over IPv6" into6 "$all" lost
no_more_allocated() {
	[ "$(allocated)" -le "$before" ]
}
check "no TCP socket is left of the namespaces" wait_until 20 no_more_allocated
check_objects "no object of a socket is" "$objects_before"
check "no memory is" check_used_is_back "$used_before"

finish
