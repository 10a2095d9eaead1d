#!/bin/sh
# The kernel's own fault injection: every tenth allocation below our code fails, of slab
# objects first and then of pages, while there is load. fail-nth and the task filter do not
# work in softirq; what is in the stack does.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-faults.sh
. "${0%/*}/lib-faults.sh"

debugfs=/sys/kernel/debug

# set_fault KIND NAME VALUE
set_fault() {
	echo "$3" >"$debugfs/$1/$2"
}

# Of a function of the kernel. These two, and tcp_send_active_reset() between them, follow
# each other.
address_of() {
	awk -v name="$1" '$3 == name { print "0x" $1 }' /proc/kallsyms
}

# aim KIND: at what the core calls, as soon as it has a probability.
aim() {
	start=$(cat /sys/module/syncsock/sections/.text)
	size=$(awk '$1 == "syncsock" { print $2 }' /proc/modules)
	set_fault "$1" require-start "$start"
	# Modules are in the last 2 GiB; more than 63 bits are no number for a shell.
	set_fault "$1" require-end \
		"$(printf '0xffffffff%08x' $((0x${start#0xffffffff} + size)))"
	# Without memory for them, TCP loses a FIN and a RST, and a client waits in vain.
	set_fault "$1" reject-start "$(address_of tcp_send_fin)"
	set_fault "$1" reject-end "$(address_of tcp_send_synack)"
	set_fault "$1" stacktrace-depth 32
	set_fault "$1" times -1
	set_fault "$1" verbose 0
	set_fault "$1" ignore-gfp-wait N
	[ "$1" != fail_page_alloc ] || set_fault "$1" min-order 0
}

stop_faults() {
	set_fault failslab probability 0
	set_fault fail_page_alloc probability 0
}
trap 'stop_faults; cleanup' EXIT

# keeps_working KIND: with such failures, and after them.
keeps_working() {
	set_fault "$1" probability 10
	goes_on 200 || return
	set_fault "$1" probability 0
	goes_on 50
}

# refuses_some COMMAND...: COMMAND succeeds, and there was no memory for some connections.
refuses_some() {
	refused=$(stat "" echo refused_no_memory)
	"$@" && stat_is "" echo refused_no_memory -gt "$refused"
}

# Nothing is wrong with the addresses that fail to be set; the kernel has four names for that.
set_addresses() {
	set_fault failslab probability 30
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		set_listen "" echo "127.0.0.1:$echo_port [::1]:$echo_port 127.0.0.1:$((1000 + i))" \
			2>>"$scratch/refused"
	done
	set_fault failslab probability 0
	grep -q "Cannot allocate memory" "$scratch/refused" || return
	! grep -vE "Cannot allocate memory|No buffer space available|Too many open files|Address already in use" \
		"$scratch/refused"
}

plan 9
add_peer
load_modules echo
aim failslab
aim fail_page_alloc
start_traffic loopback "" 127.0.0.1 "$echo_port" -c 5
start_traffic namespace "$ns_peer" 2001:db8::1 "$echo_port" -c 5
check "there is load" goes_on 50
check "slab allocations fail under load" refuses_some keeps_working failslab
check "allocations of pages fail under load" keeps_working fail_page_alloc
check "no connection of a client hangs" stop_traffic
# Whether a client finds out about its reset when it connects or later is chance.
all="answered abandoned"
some="reset refused lost"
check_fates "they were answered or reset, on loopback" loopback "$all" "$some"
check_fates "they were answered or reset, from a namespace" namespace "$all" "$some"
check "addresses are set or not, for want of memory" set_addresses
check "and can be set afterwards" set_listen "" echo "127.0.0.1:$echo_port [::1]:$echo_port"
check "there is service afterwards" serves ::1 "$echo_port"

finish
