#!/bin/bash
# Checks the VM harness itself: whatever goes wrong in a guest must be told, whatever goes
# right must come through unchanged, and nothing may be left behind. Prints TAP.
#
#   scripts/vm-selftest.sh [KERNEL]
#
# Takes about four minutes on two emulated CPUs.

# shellcheck disable=SC2016  # much here is for the guest's shell to expand

set -uo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
kernel=${1:-6.12-cloud}
vm=$root/scripts/vm.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The guests' own temporary files go where their absence can be checked.
export TMPDIR=$work/tmp
mkdir "$TMPDIR"
number=0 failures=0

# guest ARGUMENT...: runs a guest; its output is in $work/out, what the harness says in
# $work/err, its exit status in $status.
guest() {
	"$vm" run --kernel "$kernel" "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
	sed -i '/, a known fault of QEMU; booting again\.$/d' "$work/err"
}

# result NAME CONDITION...: one test, passed if the command CONDITION succeeds.
result() {
	local name=$1
	shift
	number=$((number + 1))
	if "$@"; then
		printf 'ok %d - %s\n' "$number" "$name"
		return
	fi
	failures=$((failures + 1))
	printf 'not ok %d - %s\n' "$number" "$name"
	status=${status:-none}
	printf '# status %s; wanted: %s; standard error:\n' "${status//$'\n'/$'\n'# }" "$*"
	tail -n 8 "$work/err" | sed 's/^/#   /'
}

# The last guest ended with status $1, and the harness said something that matches $2, or
# nothing at all.
ended() {
	[[ $status == "$1" ]] || return 1
	if (($# > 1)); then
		grep -qE -- "$2" "$work/err"
	else
		[[ ! -s $work/err ]]
	fi
}

printed() {
	[[ $(<"$work/out") == "$1" ]]
}

# Neither file is empty and they are the same.
identical() {
	[[ -s $1 && -s $2 ]] && cmp "$1" "$2"
}

nothing_left() {
	[[ -z $(ls -A "$TMPDIR") ]] && ! pgrep -f "initrd $TMPDIR/" >/dev/null
}

# started FILE: waits for a guest in the background to print its first line there.
started() {
	for _ in {1..600}; do
		[[ ! -s $1 ]] || return 0
		sleep 0.1
	done
	return 1
}

soon() {
	for _ in {1..200}; do
		! "$@" || return 0
		sleep 0.1
	done
	return 1
}

# A guest that prints a line and then sleeps; its process is $guest.
# Started by perl because a shell has its background jobs ignore SIGINT.
background() {
	: >"$work/out"
	perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' "$vm" run --kernel "$kernel" -- 'echo up; sleep 100' \
		>"$work/out" 2>"$work/err" </dev/null &
	guest=$!
	started "$work/out"
}

qemu_of() {
	pgrep -P "$1" qemu-system
}

ends_after() {
	local signal=$1 wanted=$2
	background
	kill -"$signal" "$guest"
	{ wait "$guest"; } 2>/dev/null
	status=$?
	[[ $status == "$wanted" ]]
}

test_output_and_status() {
	guest -- 'echo out; echo err >&2; exit 7'
	result "the command's status comes through" ended 7
	result "so do its output and its errors, and nothing else" printed $'out\nerr'
	guest -- sh -c 'printf "%s|" "$@"; exit 0' sh 'two  words' "it's" '$HOME' ''
	result "several words are run as they are" printed "two  words|it's|\$HOME||"
	guest -- no-such-command
	result "a command that does not exist gives 127" ended 127
	guest -- 'kill -9 $$'
	result "a command killed by a signal gives 128 and its number" ended 137

	head -c 3000000 /dev/urandom >"$work/bytes"
	guest --file "$work/bytes:/tmp/bytes" -- cat /tmp/bytes
	result "binary output arrives intact" identical "$work/bytes" "$work/out"
	guest --fetch "/tmp/kept:$work/kept.tar" -- 'mkdir /tmp/kept; echo text >/tmp/kept/file; exit 3'
	result "a directory is fetched, whatever the status was" \
		test "$status $(tar -xOf "$work/kept.tar" ./file)" = "3 text"
	guest --build SYNCSOCK_FAULTS=y --one-thread -- \
		'modinfo -F parm ./syncsock.ko | grep -q "^fail_nth"; echo $? "$(nproc)"'
	result "the modules can be built otherwise, the CPUs emulated in turns" printed "0 2"
	guest --mem 2048 --tools -- \
		'{ trace-cmd list -o && perf --version && bpftrace --version &&
			python3 -c "import argparse, json"; } >/dev/null; echo $?'
	result "a guest with tools has programs that run" printed 0
	guest -- 'sleep 50 & echo done'
	result "a process left in the background holds nothing up" printed 'done'
}

test_kernel_faults() {
	guest -- 'echo c >/proc/sysrq-trigger; sleep 20'
	result "a panic gives 125" ended 125 'kernel reported a fault: .*sysrq triggered crash'
	guest -- 'echo "BUG: test" >/dev/kmsg; echo fine'
	result "a fault in the log fails a command that succeeded" ended 125 'fault: BUG: test'
	guest -- 'dmesg -n 1; echo "<7>WARNING: possible recursive locking" >/dev/kmsg; dmesg -C'
	result "even if it was not shown and then cleared" ended 125 'fault: WARNING: possible'
	guest -- 'echo "<4>syncsock: a warning, BUG or not" >/dev/kmsg'
	result "an ordinary warning does not" ended 0
	guest -- 'poweroff -f'
	result "a guest that switches itself off gives 125" ended 125 'gone before the command ended'
	guest --append init=/nowhere\ rdinit=/nowhere -- true
	result "a kernel that cannot start its first process gives 125" ended 125 'kernel reported a fault'
}

test_endings() {
	guest --timeout 20 -- 'echo begun; sleep 1000'
	result "a timeout gives 124" ended 124 'did not end within the 20 s'
	result "and what was printed before it" printed begun
	background
	kill -KILL "$(qemu_of "$guest")"
	wait "$guest"
	status=$?
	result "a killed QEMU gives 125" ended 125 'gone before the command ended'
	result "Ctrl-C ends the guest" ends_after INT 130
	result "so does SIGTERM" ends_after TERM 143
	result "nothing is left of any of these" nothing_left
	result "SIGKILL ends it too" ends_after KILL 137
	result "and nothing is left of it either" soon nothing_left
	"$vm" run --kernel "$kernel" -- 'yes' 2>"$work/err" | head -n 1 >"$work/out"
	result "a reader that goes away ends the guest" soon nothing_left
}

test_use() {
	guest --bad-option -- true
	result "a bad option gives 125 and a hint" ended 125 'vm.sh help'
	guest --kernel no-such-kernel -- true
	result "an unknown kernel gives 125 and the known ones" ended 125 '6.12-cloud'
	guest
	result "so does a missing command" ended 125 'no command'
	guest --file /no/such/file:x -- true
	result "and a missing file" ended 125 'there is no /no/such/file'
	perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1",
		ReuseAddr => 1) or exit 1; $| = 1; print $s->sockport, "\n"; sleep 60' >"$work/port" &
	local listener=$!
	started "$work/port"
	guest --forward "$(<"$work/port"):80" -- true
	result "and a taken port" ended 125 "port $(<"$work/port") of 127.0.0.1 cannot be used"
	kill "$listener"
}

# The supervisor with a shell line in QEMU's place, which knows the pipes as $1 and $2, the
# console as $3 and how many boots there were as $4.
supervised() {
	rm -f "$work"/console* "$work/boots"
	"$root/scripts/vm/supervise" --nonce abc --timeout 5 --console "$work/console" -- sh -c "
		echo >>'$work/boots'
		set -- \"\$@\" \$(wc -l <'$work/boots')
		$1" sh @OUTPUT@ @VERDICT@ "$work/console" >"$work/out" 2>"$work/err" </dev/null
	status=$?
}

test_supervisor() {
	local good='printf "hi\036abc\036" >$1; printf "abc started\r\nabc exit 5\n" >$2; sleep 9'
	local int3='printf "[ 0.1] Oops: int3: 0000 [#1] PREEMPT SMP\n[ 0.2] RIP: 0010:%s\n" '
	supervised "$good"
	result "a complete verdict is believed" ended 5
	result "and the end mark is no output" printed hi
	supervised 'printf "hi\036abd\036" >$1; printf "abd started\nabd exit 0\n" >$2'
	result "one with another nonce is not" ended 125 'before the command began'
	supervised 'printf "hi\036abc" >$1; printf "abc started\nabc exit 0\n" >$2'
	result "nor one without the end of the output" ended 125 'before the command ended'
	supervised 'printf "hi\036abc\036" >$1; printf "abc started\nabc exit" >$2'
	result "nor one that breaks off" ended 125 'before the command ended'
	supervised '[ $4 -gt 2 ] || { '"$int3"'sched_clock+0x1/0x9 >$3; exit; }; '"$good"
	result "an emulator's crash at boot is tried again, twice" ended 5 'booting again'
	supervised "$int3"'sched_clock+0x1/0x9 >$3'
	result "but not for ever" ended 125 'run it again'
	supervised 'printf "abc started\n" >$2; '"$int3"'sched_clock+0x1/0x9 >$3'
	result "and not when the command has begun" ended 125 'run it again'
	supervised "$int3"'"receive+0x1/0x9 [syncsock]" >$3'
	result "an int3 in our modules is not the emulator's" ended 125 'kernel reported a fault'
}

# Waits until the session's output has COUNT lines that match PATTERN.
shown() {
	for _ in {1..600}; do
		(($(grep -cE -- "$2" "$work/out") < $1)) || return 0
		sleep 0.1
	done
	return 1
}

test_shell() {
	: >"$work/out"
	# What a person would type, each line when the one before has had its effect.
	{
		shown 1 'syncsock:' && printf 'echo begin; sleep 99\n'
		shown 1 '^begin' && sleep 1 && printf '\003'
		shown 2 'syncsock:' && printf 'ls *.ko; exit 3\n'
		shown 1 '^status'
	} | {
		script -qefc "'$vm' shell --kernel '$kernel' --timeout 120" /dev/null
		echo "status $?"
	} >"$work/out" 2>"$work/err"
	status="none, output was: $(tail -n 12 "$work/out" | cat -v)"
	result "the shell has a terminal, Ctrl-C is the guest's, exit ends it" \
		grep -qz 'sleep 99.*\^C.*syncsock\.ko.*status 3' "$work/out"
}

test_network() {
	local port=18080
	: >"$work/out"
	"$vm" run --kernel "$kernel" --one-thread --forward $port:80 -- \
		'mkdir /tmp/www; echo hello >/tmp/www/index.html; httpd -h /tmp/www; echo up; sleep 6' \
		>"$work/out" 2>"$work/err" </dev/null &
	guest=$!
	started "$work/out"
	result "a forwarded port reaches the guest" test "$(curl -s -m 5 http://127.0.0.1:$port/)" = hello
	wait "$guest"
	if ((EUID)) || ! ip netns add "vmtest$$" 2>/dev/null; then
		number=$((number + 1))
		printf 'ok %d - a tap device in a namespace # SKIP no right to make one\n' "$number"
		return
	fi
	guest --tap "vmtest$$" -- 'ping -c 1 -W 5 198.18.0.1 >/dev/null && ping -c 1 -W 5 fd00:5c::1 >/dev/null'
	result "a guest on a tap device reaches its namespace" ended 0
	ip netns delete "vmtest$$"
}

test_repetition() {
	local first='cat /proc/uptime; date +%s.%N; modprobe tls; cat /proc/interrupts; dmesg; cat /proc/uptime'
	"$vm" run --kernel "$kernel" -- 'sleep 3; echo one' >"$work/one" 2>"$work/err" </dev/null &
	guest=$!
	guest -- 'sleep 3; echo two'
	wait "$guest"
	result "two guests at once do not mind each other" test "$(cat "$work/one" "$work/out")" = $'one\ntwo'
	# Two failures are identical as well, so each has to be a success, with output.
	guest --icount -- "$first"
	result "a deterministic guest runs" ended 0
	cp "$work/out" "$work/one"
	guest --icount -- "$first"
	result "and so does another" ended 0
	result "the two are identical" identical "$work/one" "$work/out"
	guest --icount --cpus 2 -- nproc
	result "both CPUs are there" printed 2
	guest --icount --cpus 1 -- true
	result "one with a single CPU runs too" ended 0
}

# windows: of each window between the marks that the last guest's profile has, calls of the
# function at address $1, instructions, misses of both caches.
windows() {
	awk -v function_at="$1" '
		/^profile/ { if (windows++) print calls, instructions, l1d, llc
			calls = instructions = l1d = llc = 0; next }
		$2 == function_at { calls += $3 }
		{ instructions += $4; l1d += $5; llc += $6 }
		END { print calls, instructions, l1d, llc }' "$work/profile"
}

# within VALUE LEAST MOST ...: for each three of them.
within() {
	while (($#)); do
		[[ $1 =~ ^[0-9]+$ ]] && (($2 <= $1 && $1 <= $3)) || return 1
		shift 3
	done
}

# What a program does whose figures are known (scripts/vm/known.c): 100 times 256 lines that
# fit into the first level, 100 times 4096 that fit into the last one alone, 100 times those
# 256 by eight addresses each, 1000 system calls.
test_counting() {
	local small large mapped calls
	gcc -O2 -Wall -Wextra -Werror -D_GNU_SOURCE -static -o "$work/known" "$root/scripts/vm/known.c" ||
		die "the program with the known figures could not be built."
	guest --icount --cpus 1 --count "$work/counts" --profile "$work/profile" --file "$work/known:known" -- \
		'sed -n "s/ T entry_SYSCALL_64$//p" /proc/kallsyms
		./known walk 16384 1 100; ./known walk 262144 1 100; ./known walk 16384 8 100
		./known getpid 1000'
	result "a guest that is profiled runs" ended 0
	{ read -r small; read -r large; read -r mapped; read -r calls; } < <(windows "$(<"$work/out")")
	status="none, calls, instructions and misses: $small; $large; $mapped; $calls"
	read -ra small <<<"$small"
	read -ra large <<<"$large"
	read -ra mapped <<<"$mapped"
	read -ra calls <<<"$calls"
	result "memory that fits into the first cache is not missed there" \
		within "${small[2]}" 0 256 "${small[3]}" 0 64
	result "a miss is counted for each line of memory that does not" \
		within "${large[2]}" 409600 413000 "${large[3]}" 0 4096
	result "another mapping of the same memory is the same memory" \
		within "${mapped[2]}" 0 256 "${mapped[3]}" 0 64
	result "system calls are counted, each once" within "${calls[0]}" 1000 1000 "${small[0]}" 0 0
	result "the marks and the profile have the same instructions" test \
		"${small[1]} ${large[1]} ${mapped[1]} ${calls[1]}" = \
		"$(awk '$2 == 1 { begin = $3 } $2 == 2 { print $3 - begin }' "$work/counts" | xargs)"
}

"$vm" run --kernel "$kernel" -- true || die "a guest does not even run 'true'."
test_output_and_status
test_kernel_faults
test_endings
test_use
test_supervisor
test_shell
test_network
test_repetition
test_counting
printf '1..%d\n' "$number"
((failures == 0))
