#!/bin/bash
# All tests, in tiers that can be run alone.
#
#   scripts/test.sh [TIER...]          default: all
#
#   static    checks of the sources; every kernel's build
#   harness   the virtual machine itself
#   install   installing, dkms, and a handler built against what is installed
#   fuzz      the parsers, for half a minute each
#   kunit     the units, in a kernel that has KUnit
#   bench     the benchmark, in short
#   stock     every selftest on Debian's cloud kernels with their allocator's checks, then
#             what measures memory and calls without these, and the tools that trace; on 6.12
#             also, over all six ways to a server, what differs by them
#   flavours  on Debian's other kernels, what knows more of a kernel than its addresses
#   faults    each allocation failing in turn, and what counts that, on 6.1; debug does the
#             former on 6.12
#   packets   TCP from hand-made packets, in a deterministic guest
#   debug     nearly every selftest under lockdep, KASAN, kmemleak and others; coverage of src/
#   races     on two CPUs that run at once, with a detector of data races and without
#   canary    bugs on purpose: whether the kernels of these tiers report them
#
# KERNELS="NAME ..." restricts the tiers stock and flavours to some kernels. Prints TAP with
# a heading for each part, a summary line for each tier, and ends with one line for all,
# "N passed, N failed, N skipped". A test that is skipped counts as failed unless it names
# the feature that the kernel lacks ("# SKIP kernel has no ..."). Exit status 1 if any test
# failed; what failed is listed again before that line. Output of each part: build/test/.
#
# Two lists of tiers run side by side, each with guests that take one CPU of the host; what
# wants the host for itself runs before or after them.

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
cd "$root"

first="static"
foreground="fuzz kunit bench debug"
background="stock flavours install faults packets canary harness"
last="races"
# How many seconds all that a guest runs may take.
limit=7200
# What the allocator of a stock kernel can check, and panics at once. Who had the memory (U
# beside FZP) it would say for half as much time again: it is asked when something is found.
sanitize="slub_debug=FZP kfence.sample_interval=1"
# What is measured where the allocator does not check.
measuring="idle trace slow churn"
# What runs over all ways to a server, not two of six.
by_way="api close echo http relay window"
# What runs on kernels that have other softirqs and locks, and on those that have other
# options only.
on_rt="api budget close echo handshake http multicore relay rps softirq source-port unload"
on_generic="api echo unload"
# What the slowest kernel is spared: it is about memory and time, or about process context.
spared="device http-clients http-files idle netem slow stats trace"
# What runs where CPUs race. The races of the rest of the kernel are not ours.
racing="api churn conns memcache multicore relay slow unload hotplug rps reload"

passed=0 failed=0 skipped=0
logs=build/test
mkdir -p "$logs"

# failures NAME LOG: what failed in one part, and the first lines said about it.
failures() {
	awk -v name="$1" '
		/^not ok / || (/^ok [0-9].*# SKIP/ && !/# SKIP kernel has no /) {
			print name ": " $0
			more = 3
			next
		}
		/^#/ && more > 0 { print "    " $0; more--; next }
		{ more = 0 }' "$2"
}

# Adds up the TAP lines of one part. $1: its name, $2: its log, $3: its exit status.
# A part that fails without a failed test has failed in another way: that counts too.
# What had passed when a part was begun anew has passed or failed again since.
count() {
	local ok not_ok skip
	read -r ok not_ok skip < <(awk '
		/^# begun anew: / { ok = skip = 0 }
		/^ok [0-9]/ && /# SKIP kernel has no / { skip++; next }
		/^ok [0-9]/ && !/# SKIP/ { ok++; next }
		/^(not )?ok / { not_ok++ }
		END { print ok + 0, not_ok + 0, skip + 0 }' "$2")
	failures "$1" "$2" >>"$logs/failures"
	if (($3 && !not_ok)); then
		echo "not ok - $1 ended with status $3" | tee -a "$logs/failures"
		not_ok=1
	elif ((!ok && !not_ok)); then
		echo "not ok - $1 ran no test" | tee -a "$logs/failures"
		not_ok=1
	fi
	passed=$((passed + ok))
	failed=$((failed + not_ok))
	skipped=$((skipped + skip))
}

# part NAME COMMAND...: runs one part of the tests.
part() {
	local name=$1 log status=0 start=$SECONDS
	shift
	log=$logs/${name// /-}.tap
	printf '\n# %s\n' "$name"
	"$@" 2>&1 | tee "$log" || status=${PIPESTATUS[0]}
	count "$name" "$log" "$status"
	printf '# %s: %d s\n' "$name" $((SECONDS - start))
}

# Guests take one CPU of the host each, but for the last tiers.
threads=--one-thread

# guest KERNEL [OPTION...] -- COMMAND...: a virtual machine with what every test wants.
guest() {
	local kernel=$1 megabytes=2048
	shift
	[[ $kernel != 6.12-debug ]] || megabytes=3072
	scripts/vm.sh run --kernel "$kernel" --mem "$megabytes" --timeout "$limit" ${threads:+"$threads"} "$@"
}

static() { part "static checks" scripts/check.sh; }

harness() { part "virtual machine" scripts/vm-selftest.sh; }

install() { part "installation" scripts/install-selftest.sh; }

fuzz() { part "fuzzing" scripts/fuzz.sh 30; }

bench() { part "benchmark" scripts/bench-selftest.sh; }

kunit() {
	part "units on 6.12-debug" guest 6.12-debug --append kunit.enable=1 -- selftests/run.sh kunit
}

kernels=${KERNELS:-$(scripts/kernel.sh list)}

# shellcheck disable=SC2086  # lists
stock() {
	local kernel
	for kernel in $kernels; do
		[[ $kernel == *-cloud ]] || continue
		part "selftests on $kernel, sanitized" \
			guest "$kernel" --append "$sanitize" -- selftests/run.sh --quick
		[[ $kernel != 6.12-cloud ]] || part "all ways on $kernel, sanitized" \
			guest "$kernel" --append "$sanitize" -- selftests/run.sh $by_way
		part "measurements on $kernel" guest "$kernel" -- selftests/run.sh --quick $measuring
		part "four CPUs on $kernel" guest "$kernel" --cpus 4 -- selftests/run.sh multicore source-port stats
		part "tools on $kernel" guest "$kernel" --tools -- selftests/run.sh tracers
	done
	part "what holds up, on 6.12-cloud" guest 6.12-cloud --cpus 4 --tools -- selftests/run.sh causes
}

# shellcheck disable=SC2086  # lists
flavours() {
	local kernel
	for kernel in $kernels; do
		case $kernel in
		*-generic) part "selftests on $kernel" guest "$kernel" -- selftests/run.sh --quick $on_generic ;;
		*-rt) part "selftests on $kernel" guest "$kernel" -- selftests/run.sh --quick $on_rt ;;
		esac
	done
}

faults() {
	part "failing allocations on 6.1-cloud" guest 6.1-cloud --append "$sanitize" \
		--build SYNCSOCK_FAULTS=y -- selftests/run.sh nth stats
}

packets() {
	local kernel
	for kernel in 6.1-cloud 6.12-cloud; do
		part "packets on $kernel" guest "$kernel" --icount --cpus 1 -- selftests/run.sh packet
	done
}

# The counts of a kernel cannot be packed where they are: their files seem empty.
run_and_count="
	selftests/run.sh --quick --without '$spared'
	status=\$?
	mkdir /tmp/gcov
	cp -r /sys/kernel/debug/gcov/. /tmp/gcov/
	exit \$status"

debug() {
	part "selftests on 6.12-debug" guest 6.12-debug --build SYNCSOCK_FAULTS=y \
		--fetch "/tmp/gcov:$root/$logs/gcov.tar" -- "$run_and_count"
	part "coverage" scripts/coverage.sh "$(build_dir 6.12-debug SYNCSOCK_FAULTS=y)" "$logs/gcov.tar"
}

# shellcheck disable=SC2086  # a list
races() {
	local threads=''
	part "races on 6.12-kcsan" again_if_crashed guest 6.12-kcsan \
		--append "panic_on_warn=0 kcsan.skip_watch=300" -- selftests/run.sh --quick $racing
	part "races on 6.12-cloud" again_if_crashed guest 6.12-cloud --append "$sanitize" \
		-- selftests/run.sh --quick $racing
}

# is_failed KERNEL [OPTION...] -- COMMAND...: the harness calls the guest a failure.
is_failed() {
	local status=0
	guest "$@" 2>"$logs/canary.log" || status=$?
	((status != 125)) || return 0
	tail -n 20 "$logs/canary.log"
	echo "not ok - the harness did not notice: status $status instead of 125"
	return 1
}

# canaries KIND KERNEL [OPTION...]: every bug is reported, and the guest failed for them.
canaries() {
	local kind=$1
	shift
	is_failed "$@" -- "selftests/canary/run.sh $kind"
}

# at_the_end CANARY REPORT: only what the harness looks at when the command has ended shows it.
at_the_end() {
	is_failed 6.12-debug -- "insmod ./syncsock_canary.ko && echo $1 >/proc/syncsock_canary" || return
	if grep -q "$2" "$logs/canary.log"; then
		echo "ok 1 - $1 is noticed"
	else
		tail -n 20 "$logs/canary.log"
		echo "not ok 1 - $1 is noticed"
	fi
}

canary() {
	part "bugs on 6.12-cloud" canaries stock 6.12-cloud
	part "bugs on 6.1-cloud, sanitized" canaries sanitized 6.1-cloud --append "$sanitize"
	part "bugs on 6.12-cloud, sanitized" canaries sanitized 6.12-cloud --append "$sanitize"
	part "bugs on 6.12-debug" canaries debug 6.12-debug --append kasan_multi_shot
	part "a leak at the end" at_the_end leak "reported a fault: kmemleak: .* new suspected"
	part "lockdep at the end" at_the_end silent_lockdep "reported a fault: lockdep has switched itself off"
	part "bugs on 6.12-kcsan" canaries kcsan 6.12-kcsan --append panic_on_warn=0
}

# run_tier TIER: leaves its counts in a file.
run_tier() {
	local start=$SECONDS
	passed=0 failed=0 skipped=0
	"$1"
	printf '\n# tier %s: %d passed, %d failed, %d skipped, %d s\n' \
		"$1" "$passed" "$failed" "$skipped" $((SECONDS - start))
	echo "$passed $failed $skipped" >"$logs/$1.count"
}

# run_tiers TIER...: those of them that were asked for.
run_tiers() {
	local tier
	for tier; do
		[[ " $asked " != *" $tier "* ]] || run_tier "$tier"
	done
}

all_tiers="$first $foreground $background $last"
asked=${*:-$all_tiers}
for tier in $asked; do
	[[ " $all_tiers " == *" $tier "* ]] || die "there is no tier '$tier'; the tiers are: $all_tiers."
done
for kernel in ${KERNELS:-}; do
	scripts/kernel.sh list | grep -qx -- "$kernel" ||
		die "there is no kernel '$kernel'; scripts/kernels has: $(scripts/kernel.sh list | paste -sd' ')."
done
rm -f "$logs"/*.count
: >"$logs/failures"
echo "0 passed, 1 failed, 0 skipped" >"$logs/summary"
scripts/packages.sh build vm check

# shellcheck disable=SC2086  # lists
{
	run_tiers $first
	# A job of its own, which Ctrl-C reaches by us alone.
	set -m
	run_tiers $background >"$logs/background.log" 2>&1 </dev/null &
	set +m
	side=$!
	trap 'kill -- "-$side" 2>/dev/null' EXIT
	trap 'exit 130' INT TERM
	run_tiers $foreground
	tail -n +1 -f --pid="$side" "$logs/background.log"
	wait "$side"
	trap - EXIT
	run_tiers $last
}

for tier in $asked; do
	[[ -e $logs/$tier.count ]] || {
		echo "not ok - the tier '$tier' did not end" >>"$logs/failures"
		echo "0 1 0" >"$logs/$tier.count"
	}
done
echo
{
	cat "$logs/failures"
	cat "$logs"/*.count | awk '
		{ passed += $1; failed += $2; skipped += $3 }
		END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped; exit failed > 0 }'
} | tee "$logs/summary"
