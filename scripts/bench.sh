#!/bin/bash
# Measures what a request costs syncsock and other servers, in instructions that a
# deterministic emulated machine counts. Prints a table; build/bench/ has it as
# results.json, report.html and plots.
#
#   scripts/bench.sh            with, from the environment:
#     SCENARIO="NAME ..."       some scenarios (default: all; see below)
#     PEERS="NAME ..."          some servers beside syncsock (default: all; see below)
#     KERNEL=NAME               6.12-cloud or 6.1-cloud (default: 6.12-cloud)
#     ROUNDS=N                  how often each is measured, in turns (default: 3)
#     PROFILE=1                 also what the server's CPU did per request: instructions by
#                               function, misses of simulated data caches (the table says of
#                               what size), system calls, context switches, IPIs; in one
#                               round unless ROUNDS says otherwise, and six times slower
#     TOP=N                     of how many functions (default: 40)
#     CPUS="N ..."              each with so many CPUs of the server, the load spread over
#                               them and as many times the connections; the default is then
#                               http-keepalive-16 and http-short-16 of epoll
#     STATS=0                   syncsock without its counters and histograms
#     CLOCK=1                   with CPUS, "1 2" if there are none: by the clock, where client
#                               and server share the CPUs and the load is spread over them;
#                               the default is then 7 rounds
#     WALL="ARGUMENTS"          nothing of that: by the clock, between two real machines; what
#                               selftests/bench/wall.sh says about its arguments
#
# selftests/bench/run.sh is what runs in the machine.

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
cd "$root"

all_scenarios="http-keepalive-1 http-keepalive-16 http-keepalive-256 http-pipelined-16
	http-short http-short-16 http-short-256 http-1k http-64k http-1m echo-64 echo-1k echo-16k echo-1m
	discard-1 discard-32 discard-1000 discard-10000 connect
	memcache-get memcache-get-16 memcache-miss memcache-mixed memcache-multiget-16
	idle idle-http calibrate"
all_peers="canned floor kthread epoll uring sockmap nginx memcached"
[[ ${CLOCK:-} != 0 ]] || CLOCK=''
cpus=${CPUS:-${CLOCK:+1 2}}
scenarios=${SCENARIO:-${cpus:+http-keepalive-16 http-short-16}}
scenarios=${scenarios:-$all_scenarios}
peers=${PEERS:-${cpus:+epoll}}
peers=${peers:-$all_peers}
kernel=${KERNEL:-6.12-cloud}
[[ ${PROFILE:-} != 0 ]] || PROFILE=''
[[ -z ${CLOCK:-} || -z ${PROFILE:-} ]] || die "CLOCK and PROFILE do not go together."
rounds=${ROUNDS:-${PROFILE:+1}${CLOCK:+7}}
rounds=${rounds:-3}
top=${TOP:-40}
[[ $peers != none ]] || peers=''
for word in $scenarios; do
	[[ " ${all_scenarios//[[:space:]]/ } " == *" $word "* ]] ||
		die "there is no scenario '$word'; the scenarios are: $(xargs <<<"$all_scenarios")."
done
for word in $peers; do
	[[ " $all_peers " == *" $word "* ]] || die "there is no server '$word'; the servers are: $all_peers."
done
[[ $rounds =~ ^[1-9][0-9]?$ ]] || die "ROUNDS is a number from 1 to 99, not '$rounds'."
most_cpus=1
for number in $cpus; do
	[[ $number =~ ^[1-9]$ ]] || die "CPUS are numbers from 1 to 9, not '$number'."
	((number <= most_cpus)) || most_cpus=$number
done
[[ -z $cpus || " $scenarios $peers " != *" "@(calibrate|idle|idle-http|kthread)" "* ]] ||
	die "calibrate, idle, idle-http and kthread are for one CPU of the server, not for CPUS."
[[ $top =~ ^[1-9][0-9]{0,4}$ ]] || die "TOP is a number from 1 to 99999, not '$top'."

dir=build/bench
programs=$dir/programs
mkdir -p "$dir"
scripts/packages.sh bench
[[ -n ${WALL:-} ]] || scripts/packages.sh build vm
make -C selftests/bench -j"$(nproc)" O="$root/$programs" >"$dir/programs.log" 2>&1 </dev/null || {
	cat "$dir/programs.log" >&2
	die "the benchmark's programs could not be built."
}

# Of what is linked into them.
dpkg-query -W -f '${Package} ${Version}\n' liburing-dev libbpf-dev >"$programs/versions"
if [[ -n ${WALL:-} ]]; then
	read -ra arguments <<<"$WALL"
	PROGRAMS=$programs exec selftests/bench/wall.sh "${arguments[@]}"
fi
options=(--file "$programs/versions:selftests/bench/versions")
for program in load epollserver uringserver sockmapserver; do
	options+=(--file "$programs/$program:selftests/bench/$program")
done
[[ ${STATS:-} != 0 ]] || options+=(--build SYNCSOCK_NO_STATS=y)
if [[ -n ${CLOCK:-} ]]; then
	exec scripts/bench-clock "$kernel" "$dir" scripts/vm.sh run --kernel "$kernel" \
		--cpus "$most_cpus" --mem 4096 --timeout 14400 "${options[@]}" \
		-- selftests/bench/run.sh "$rounds" "$(xargs <<<"$scenarios")" "syncsock $peers" \
		"$(xargs <<<"$cpus")" 10
fi
if [[ -n ${PROFILE:-} ]]; then
	# That the directory is there has the guest keep its symbols in it.
	mkdir -p "$dir/symbols"
	options+=(--profile "$dir/profile" --file "$dir/symbols:/tmp/bench/profile"
		--fetch "/tmp/bench/profile:$dir/symbols.tar")
fi
status=0
# What the idle governor guesses differs by chance, and with it whether the tick is stopped,
# which costs some 300 instructions: let it run. Linux 6.1 would not trust the TSC.
# A line for each measurement, so that it can be seen to go on.
scripts/vm.sh run --kernel "$kernel" --icount --cpus $((1 + most_cpus)) --mem 4096 --timeout 14400 \
	--append "nohz=off tsc=reliable" --count "$dir/counts" "${options[@]}" \
	-- selftests/bench/run.sh "$rounds" "$(xargs <<<"$scenarios")" "syncsock $peers" "$(xargs <<<"$cpus")" |
	tee "$dir/output" | sed -un 's/^run \(.*\) \(.*\) \(.*\)/bench: round \3: \1, \2/p' >&2 || status=$?
((status == 0)) || die "the guest failed (status $status); its output is in $dir/output."
scripts/bench-report "$kernel" "$dir"
if [[ -n ${PROFILE:-} ]]; then
	echo
	scripts/bench-profile "$dir" "$top"
fi
