#!/bin/sh
# Has bugs made on purpose and sees that the kernel reports each in a way that the harness
# knows: what would overlook them would overlook ours. For a guest of its own, whose kernel
# may go on after a report; the harness has to call the run a failure.
#
#   selftests/canary/run.sh stock|sanitized|debug|kcsan

plan() {
	echo "TAP version 13"
	echo "1..$1"
}

number=0
failed=0
log=$(mktemp)

# caught NAME TRIGGER...: the lines of the kernel's log that came by running TRIGGER have
# one that matches the pattern and one that the harness takes for a fault; maybe the same.
caught() {
	name=$1
	pattern=$2
	shift 2
	number=$((number + 1))
	echo "canary: $name" >/dev/kmsg
	"$@" 2>/dev/null
	tries=0
	until report "$name" && grep -qE "$pattern" "$log" && grep -qE -f /etc/vm.faults "$log"; do
		tries=$((tries + 1))
		if [ "$tries" -gt 100 ]; then
			echo "not ok $number - $name"
			sed 's/^/# /' "$log" | head -n 20
			failed=1
			return
		fi
		sleep 0.2
	done
	echo "ok $number - $name"
}

# report NAME: what the kernel has said since the mark of that name.
report() {
	dd if=/dev/kmsg bs=16384 iflag=nonblock 2>/dev/null | sed -n 's/^[0-9][0-9,c-]*[^;]*;//p' |
		sed "1,/^canary: $1\$/d" >"$log"
}

# A shell of its own, which the kernel may kill.
make() {
	sh -c "echo $1 >/proc/syncsock_canary"
}

# caught_meanwhile NAME PATTERN TRIGGER: one that takes a CPU until it is caught.
caught_meanwhile() {
	caught "$1" "$2" make_meanwhile "$3"
	make stop_spinning
	wait
}

make_meanwhile() {
	make "$1" &
}

scan_for_leaks() {
	make leak
	# Only what is older than five seconds counts as leaked.
	sleep 6
	echo scan >/sys/kernel/debug/kmemleak
	echo scan >/sys/kernel/debug/kmemleak
}

forget_namespace() {
	ip netns add canary
	ip netns exec canary sh -c "echo namespace_reference >/proc/syncsock_canary"
	ip netns delete canary
}

sysctl -q -w kernel.panic_on_oops=0 kernel.panic_on_warn=0 kernel.softlockup_panic=0
insmod ./syncsock_canary.ko || exit 1

case $1 in
stock)
	plan 3
	caught "a warning" "WARNING: .*warning" make warning
	caught "a reference count" "refcount_t: " make refcount_underflow
	caught "a list" "list_del corruption" make list_corruption
	;;
sanitized)
	plan 3
	caught "use after free, writing" "Poison overwritten|KFENCE: use-after-free write" make use_after_free_write
	caught "use after free, reading" "general protection fault|KFENCE: use-after-free read" make use_after_free_read
	caught "out of bounds" "Redzone overwritten|KFENCE: (memory corruption|out-of-bounds)" make out_of_bounds_write
	;;
debug)
	plan 23
	sysctl -q -w kernel.watchdog_thresh=2 kernel.hung_task_timeout_secs=5 kernel.hung_task_check_interval_secs=2
	caught "a warning" "WARNING: .*warning" make warning
	caught "an assertion of the network stack" "WARNING: .*net_assertion" make net_assertion
	# These come before what turns lockdep off, as the second of them and KASAN do, or
	# the watch over tasks, as an oops does.
	caught "RCU without its lock" "suspicious RCU usage" make rcu_unprotected
	caught "two locks the wrong way round" "possible circular locking" make lock_inversion
	caught "a stuck task" "INFO: task canary_hang.* blocked" make hung_task
	caught "a reference count" "refcount_t: " make refcount_underflow
	caught "a reference to a namespace" "ref_tracker: .*leaked reference|WARNING: .*ref_tracker_dir_exit" forget_namespace
	caught "a leak" "kmemleak: .*new suspected" scan_for_leaks
	caught "use after free, reading" "KASAN: slab-use-after-free" make use_after_free_read
	caught "use after free, writing" "KASAN: slab-use-after-free" make use_after_free_write
	caught "out of bounds" "KASAN: slab-out-of-bounds" make out_of_bounds_write
	caught "out of bounds of vmalloc" "KASAN: vmalloc-out-of-bounds" make vmalloc_out_of_bounds
	caught "out of bounds of the stack" "KASAN: stack-out-of-bounds" make stack_out_of_bounds
	caught "out of bounds of an array" "UBSAN: array-index" make array_index
	caught "double free" "KASAN: double-free" make double_free
	caught "a timer freed" "ODEBUG: free active .*timer_list" make free_active_timer
	caught "a work item freed" "ODEBUG: free active" make free_queued_work
	caught "a callback of RCU queued twice" "ODEBUG: activate active .*rcu_head" make call_rcu_twice
	caught "sleeping in softirq" "sleeping function called from invalid context" make sleep_in_atomic
	caught "the CPU of a preemptible task" "BUG: using smp_processor_id" make preemptible_cpu
	# The report of either watchdog tells the other one that all is well.
	caught_meanwhile "a stuck CPU" "BUG: soft lockup" soft_lockup
	sysctl -q -w kernel.soft_watchdog=0
	echo 4 >/sys/module/workqueue/parameters/watchdog_thresh
	caught_meanwhile "a stuck work queue" "BUG: workqueue lockup" stuck_workqueue
	caught "a list" "list_del corruption" make list_corruption
	;;
kcsan)
	plan 1
	echo on >/sys/kernel/debug/kcsan
	caught "a data race" "BUG: KCSAN: data-race in count" make unlocked_count
	;;
*)
	echo "usage: run.sh stock|sanitized|debug|kcsan" >&2
	exit 2
	;;
esac
exit "$failed"
