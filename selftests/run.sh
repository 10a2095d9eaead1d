#!/bin/sh
# Runs selftests one after another, in a guest, from the directory of the modules.
#
#   selftests/run.sh [--quick] [TEST...]      such as "echo" or "echo.sh"; default: all
#   selftests/run.sh [--quick] --without "TEST..."
#
# --quick: over two of the six ways from a client to a server, or one on a slow kernel.
#
# nth.sh is among all if the modules were built for it (SYNCSOCK_FAULTS=y), failslab.sh if
# the kernel was. kunit.sh never is, because KUnit taints the kernel, nor are tracers.sh and
# causes.sh, which want a guest with --tools.
#
# Prints one TAP stream, in which each result's name begins with its script's, then
# "# totals: pass:N fail:N skip:N". Exit status 1 if a test failed, if a script ended
# otherwise than with its last test, or if it did not print what it had planned.

here=${0%/*}
limit=480			# seconds for one script
[ ! -e /sys/kernel/debug/kmemleak ] && [ ! -e /sys/kernel/debug/kcsan ] || limit=900
number=0
pass=0
fail=0
skip=0

# emit "ok" or "not ok", NAME
emit() {
	number=$((number + 1))
	echo "$1 $number - $2"
}

# renumber NAME: passes a script's TAP on, except its version and plan; sets the counts.
renumber() {
	planned=
	seen=0
	failed=0
	bailed=
	while IFS= read -r line; do
		case $line in
		"TAP version 13") continue ;;
		1..*) planned=${line#1..} ;;
		"ok "*" # SKIP "*)
			skip=$((skip + 1))
			seen=$((seen + 1))
			emit ok "$1: ${line#ok * - }"
			;;
		"ok "*)
			pass=$((pass + 1))
			seen=$((seen + 1))
			emit ok "$1: ${line#ok * - }"
			;;
		"not ok "*)
			fail=$((fail + 1))
			seen=$((seen + 1))
			failed=$((failed + 1))
			emit "not ok" "$1: ${line#not ok * - }"
			;;
		"Bail out!"*)
			bailed=${line#Bail out! }
			;;
		*) echo "$line" ;;
		esac
	done
}

# What is wrong with a script that has ended, beside failed tests; empty if nothing is.
verdict() {
	if [ -n "$bailed" ]; then
		echo "gave up: $bailed"
	elif [ "$1" -eq 124 ]; then
		echo "not ended after $limit s"
	elif [ -z "$planned" ]; then
		echo "no plan"
	elif [ "$seen" -ne "$planned" ]; then
		echo "$seen results of $planned planned"
	elif [ "$1" -ne 0 ]; then
		echo "ended with status $1"
	fi
}

# is_test NAME: it is one, and one for these modules.
is_test() {
	case $1 in
	lib*.sh | run.sh | kunit.sh | tracers.sh | causes.sh) return 1 ;;
	nth.sh) grep -q parm=fail_nth syncsock.ko ;;
	failslab.sh) [ -e /sys/kernel/debug/failslab ] ;;
	esac
}

if [ "${1-}" = --quick ]; then
	SELFTESTS_QUICK=yes
	export SELFTESTS_QUICK
	shift
fi
without=
if [ "${1-}" = --without ]; then
	for name in $2; do
		[ -e "$here/${name%.sh}.sh" ] || { echo "run.sh: there is no test '$name'" >&2; exit 2; }
		without="$without ${name%.sh}.sh "
	done
	shift 2
fi
if [ $# -eq 0 ]; then
	for script in "$here"/*.sh; do
		case $without in
		*" ${script##*/} "*) continue ;;
		esac
		! is_test "${script##*/}" || set -- "$@" "${script##*/}"
	done
fi

pipe=$(mktemp -u)
mkfifo "$pipe"
trap 'rm -f "$pipe"' EXIT

echo "TAP version 13"
for name; do
	name=${name%.sh}
	read -r start _ </proc/uptime
	timeout -k 20 "$limit" sh "$here/$name.sh" >"$pipe" 2>&1 &
	renumber "$name" <"$pipe"
	wait $!
	problem=$(verdict $?)
	if [ -n "$problem" ]; then
		fail=$((fail + 1))
		emit "not ok" "$name: the script: $problem"
	fi
	read -r end _ </proc/uptime
	echo "# $name: $((${end%.*} - ${start%.*})) s"
done

# Bits of Documentation/admin-guide/tainted-kernels.rst: an out-of-tree module, and an
# unsigned one where the kernel knows signatures. KUnit leaves a bit of its own.
tainted=4096
[ ! -e /sys/module/module/parameters/sig_enforce ] || tainted=12288
by_kunit=262144
if [ $(($(cat /proc/sys/kernel/tainted) & ~by_kunit)) -eq "$tainted" ]; then
	pass=$((pass + 1))
	emit ok "the kernel is tainted by our modules alone"
else
	fail=$((fail + 1))
	emit "not ok" "the kernel is tainted by our modules alone ($(cat /proc/sys/kernel/tainted))"
fi
echo "1..$number"
echo "# totals: pass:$pass fail:$fail skip:$skip"
[ "$fail" -eq 0 ]
