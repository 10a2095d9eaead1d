#!/bin/sh
# What the upcall for a small request on an open connection costs beside TCP, by the
# kernel's own record of what was called in it: trace.awk knows what must not be there.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

tracing=/sys/kernel/tracing
settings="funcgraph-irqs funcgraph-duration funcgraph-overhead"
warm_up=10			# upcalls
requests=100

plan $((2 * outward_paths + 3))
add_peer
load_modules echo http

calls_may_take_long echo http

# One CPU does everything, so that its record is the whole one.
taskset -cp 0 $$ >/dev/null

stop_tracing() {
	echo 0 >"$tracing/tracing_on"
	echo nop >"$tracing/current_tracer"
	for setting in $settings; do
		echo 1 >"$tracing/options/$setting"
	done
	echo >"$tracing/set_ftrace_filter"
	echo >"$tracing/set_graph_function"
	echo "$old_size" >"$tracing/buffer_size_kb"
	echo "$old_cpus" >"$tracing/tracing_cpumask"
	echo >"$tracing/trace"
	echo 1 >"$tracing/tracing_on"
}

# All functions would do too, but changing each for the tracer takes an emulated CPU long.
choose_functions() {
	for module in $loaded; do
		modprobe --dump-modversions "./$module.ko" | cut -f 2
	done >"$scratch/imported"
	awk -f "$here/trace.awk" -v choose=1 "$scratch/imported" \
		"$tracing/available_filter_functions" >"$scratch/chosen"
	cat "$scratch/chosen" >"$tracing/set_ftrace_filter"
}

# Before the buffer is used first, the number in parentheses is its size.
start_tracing() {
	old_size=$(awk '{ sub(/.*: /, ""); print $1 + 0 }' "$tracing/buffer_size_kb")
	old_cpus=$(cat "$tracing/tracing_cpumask")
	trap 'stop_tracing; cleanup' EXIT
	echo 0 >"$tracing/tracing_on"
	echo 1 >"$tracing/tracing_cpumask"
	echo 8192 >"$tracing/buffer_size_kb"
	for setting in $settings; do
		echo 0 >"$tracing/options/$setting"
	done
	choose_functions
	below data_ready
	echo function_graph >"$tracing/current_tracer"
}

# below FUNCTION...: what these call is recorded. Names of other modules' functions may be
# the same; trace.awk takes ours.
below() {
	echo >"$tracing/set_graph_function"
	for function; do
		echo "$function" >>"$tracing/set_graph_function"
	done
}

# trace COMMAND...: its status; records what it brings about.
trace() {
	echo >"$tracing/trace"
	echo 1 >"$tracing/tracing_on"
	"$@"
	trace_status=$?
	echo 0 >"$tracing/tracing_on"
	cat "$tracing/per_cpu/cpu0/trace" >"$scratch/trace"
	return "$trace_status"
}

# judge OPTION...: trace.awk's status; what it says goes into the report.
judge() {
	awk -f "$here/trace.awk" "$@" "$scratch/trace" >"$scratch/report"
}

# check_trace NAME COMMAND...: as check, with the report.
check_trace() {
	if [ -z "$has_tracer" ]; then
		skip "$1" "function graph tracer that leaves interrupts out"
		return
	fi
	: >"$scratch/report"
	check "$@"
	diag <"$scratch/report"
}

# Of the second half, which waits for no echo, TCP may show many in one upcall.
echo_requests() {
	run_client bytes "$echo_port" -n $((2 * (requests + 2 * warm_up)))
}

http_requests() {
	url="http://$(bracketed "$address")/hello.txt?[1-$((requests + 2 * warm_up))]"
	in_ns "$client_ns" curl -sS --max-time 60 -o "$scratch/page" \
		-w '%{http_code} %{num_connects}\n' "$url" >"$scratch/codes" || return
	[ "$(sort -u "$scratch/codes" | tr '\n' ,)" = "200 0,200 1," ] &&
		[ "$(grep -c ' 1$' "$scratch/codes")" -eq 1 ] && return
	echo "not all were answered on one connection:"
	sort "$scratch/codes" | uniq -c
	return 1
}

costs_nothing() {
	trace "$1" && judge -v skip="$warm_up" -v count="$requests" -v tree="$tree"
}

# The paths differ in what TCP calls only: one tree is enough, and into a namespace goes
# nothing that has not been seen on the way out of it.
small_requests() {
	case $path in
	into*) return ;;
	esac
	tree=0
	[ "$path" != "from a namespace IPv4" ] || tree=1
	check_trace "$path: TCP aside, an echo costs no lock, no allocation and no wake-up" \
		costs_nothing echo_requests
	check_trace "$path: nor does a kept HTTP connection's request" \
		costs_nothing http_requests
}

# found KIND...: the last judgement was bad, and named these.
found() {
	for kind; do
		grep -q "^[0-9]* times $kind: " "$scratch/report" && continue
		echo "no $kind was found"
		return 1
	done
}

finds_opening_and_closing() {
	below child_state_change state_change
	trace run_client churn "$http_port" -n 5 -p /hello.txt || return
	! judge && found lock allocation timer work
}

finds_deferral() {
	below data_ready
	sysctl -q -w net.syncsock.echo.budget_bytes=1
	trace run_client pipeline "$echo_port" -n 5 || return
	! judge && found tasklet
}

# What neither of these does the kernel must at least be able to record.
can_be_recorded() {
	for function in try_to_wake_up mutex_lock vprintk_emit smp_call_function_single \
		native_smp_send_reschedule native_send_call_func_single_ipi; do
		grep -qx "$function" "$tracing/available_filter_functions" && continue
		echo "$function cannot be traced"
		return 1
	done
}

# On PREEMPT_RT an interrupt, as it ends, wakes the thread of the timers.
has_tracer=
if ! is_rt && grep -qw function_graph "$tracing/available_tracers"; then
	has_tracer=yes
	start_tracing
fi
for_each_path small_requests

address=127.0.0.1 client_ns=
check_trace "the same is found where a connection begins and ends" finds_opening_and_closing
check_trace "the same is found where a budget is used up" finds_deferral
check_trace "wake-ups, printing, mutexes and calls of other CPUs can be recorded" can_be_recorded

finish
