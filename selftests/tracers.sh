#!/bin/sh
# The tools that operators have show the tracepoints: Debian's trace-cmd, perf and bpftrace.
# For a guest with "vm.sh --tools". tracepoints.sh is about what the events tell.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

count=10		# connections, of 100 bytes each
port=$echo_port

plan 6
for tool in trace-cmd perf bpftrace; do
	command -v "$tool" >/dev/null ||
		give_up "there is no $tool: 'vm.sh --tools' has the guest bring it"
done
load_modules echo
calls_may_take_long echo

# What the tools watch: connections until they were released, or until nothing comes of it.
cat >"$scratch/visit" <<END
released() {
	awk '\$1 == "echo" && \$2 == "released" { print \$3 }' /proc/net/syncsock/stats
}
end=\$((\$(released) + $count))
"$client" churn 127.0.0.1 $port -n $count -c 2 || exit
for i in \$(seq 1 $((patience * 200))); do
	[ "\$(released)" -lt "\$end" ] || exit 0
	sleep 0.05
done
exit 1
END

# shows PATTERN HOW-OFTEN: in the tool's output.
shows() {
	shows_count=$(grep -cE "$1" "$scratch/shown")
	[ "$shows_count" -eq "$2" ] && return
	echo "'$1' in $shows_count lines, not $2:"
	head -n 40 "$scratch/shown"
	return 1
}

# shows_lives ACCEPT CLOSE RELEASE SEND: how the tool writes these events.
shows_lives() {
	shows "$1" $count && shows "$2" $count && shows "$3" $count && shows "$4" $count
}

# Not by "trace-cmd record": that stops the processes which read the buffers when the command
# has ended, even if they have not begun.
record_by_trace_cmd() {
	trace-cmd start -e syncsock && sh "$scratch/visit" && trace-cmd stop &&
		trace-cmd extract -o "$scratch/trace.dat"
	record_status=$?
	trace-cmd reset
	return $record_status
}

by_trace_cmd() {
	record_by_trace_cmd && trace-cmd report -i "$scratch/trace.dat" >"$scratch/shown" || return
	shows_lives " accept: .* sport=$port dport=[0-9]+ " " close: .* reason=closed error=0" \
		" release: " " send: .* bytes=100 left=0" &&
		shows " put: .* refs=0 call_site=release_all" $count
}

by_perf_record() {
	perf record -q -a -e 'syncsock:*' -o "$scratch/perf.data" sh "$scratch/visit" &&
		perf script -i "$scratch/perf.data" >"$scratch/shown" || return
	shows_lives " syncsock:accept: .* sport=$port dport=[0-9]+ " \
		" syncsock:close: .* reason=closed error=0" " syncsock:release: " \
		" syncsock:send: .* bytes=100 left=0"
}

by_perf_trace() {
	perf trace -a -e 'syncsock:*' -o "$scratch/shown" sh "$scratch/visit" || return
	shows_lives " syncsock:accept\(.* sport: $port, " " syncsock:close\(" \
		" syncsock:release\(" " syncsock:send\(.* bytes: 100"
}

# Kept by their namespace and port, as an operator would ask for them.
by_perf_filter() {
	perf record -q -a -e syncsock:close --filter "sport == $1" -o "$scratch/perf.data" \
		sh "$scratch/visit" &&
		perf script -i "$scratch/perf.data" >"$scratch/shown" || return
	shows " syncsock:close: " "$2"
}

filters() {
	by_perf_filter "$port" $count && by_perf_filter 8 0
}

# bpf PROGRAM: what it prints at its end.
bpf() {
	bpftrace -e "$1" -c "sh $scratch/visit" >"$scratch/shown"
}

by_bpftrace() {
	bpf 'tracepoint:syncsock:accept { @accept = count(); @live[args->conn] = 1; }
		tracepoint:syncsock:close { @close[args->reason] = count(); }
		tracepoint:syncsock:release { @release = count(); delete(@live[args->conn]); }
		tracepoint:syncsock:send { @sent = sum(args->bytes); }
		tracepoint:syncsock:upcall_end /args->duration_ns > 0/ { @ns = hist(args->duration_ns); }
		END { clear(@live); }' &&
		shows "^@accept: $count\$" 1 && shows "^@close\[0\]: $count\$" 1 &&
		shows "^@close\[" 1 && shows "^@release: $count\$" 1 &&
		shows "^@sent: $((count * 100))\$" 1 && shows "^@ns: " 1
}

# The kernel's types tell what a socket's address leads to: the port that it listened at.
# shellcheck disable=SC2016  # it is bpftrace that has variables
by_btf() {
	bpf 'tracepoint:syncsock:accept {
			$sk = (struct sock *)args->skaddr;
			@port[$sk->__sk_common.skc_num] = count();
		}' &&
		shows "^@port\[$port\]: $count\$" 1
}

check "trace-cmd shows them" by_trace_cmd
check "perf record and perf script show them" by_perf_record
check "perf trace shows them" by_perf_trace
check "perf filters them" filters
check "bpftrace counts them" by_bpftrace
if [ -e /sys/kernel/btf/vmlinux ]; then
	check "bpftrace knows the socket by BTF" by_btf
else
	skip "bpftrace knows the socket by BTF" "BTF"
fi

finish
