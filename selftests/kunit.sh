#!/bin/sh
# The KUnit suites, where the kernel has KUnit: each of them is a result, its failed cases
# are shown.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

suites="address cursor device http_coding http_conditions http_date http_memo http_parser"
suites="$suites http_range http_reply http_snapshot latency memcache_parser"
suites="$suites port rate state watermark"

# No connection is made: of the results of "finish" only the unloading remains.
finish_results=1

# KUnit reports to the kernel's log, in KTAP.
ktap() {
	dmesg | sed -n 's/^\[[^]]*\] //; /^KTAP version/,$p'
}

# Shows what a suite says beside what went well.
suite_passes() {
	grep -qx "ok [0-9]* syncsock_$1" "$scratch/ktap" && return
	sed -n "/# Subtest: syncsock_$1\$/,/ok [0-9]* syncsock_$1\$/p" "$scratch/ktap" |
		grep -vE '^ *(ok|1\.\.|KTAP) ' | head -n 30
	return 1
}

# A suite that is not known here would fail unseen.
names_all_suites() {
	is "$(sed -nE 's/^(not )?ok [0-9]+ syncsock_//p' "$scratch/ktap" | tr '\n' ' ')" "$suites "
}

if ! modprobe -q kunit; then
	finish_results=0
	plan 1
	skip "the units pass their tests" "KUnit"
	exit
fi

plan $(($(echo "$suites" | wc -w) + 1))
load syncsock_kunit || give_up "syncsock_kunit cannot be loaded"
ktap >"$scratch/ktap"
[ -s "$scratch/ktap" ] ||
	give_up "KUnit ran nothing; start the guest with '--append kunit.enable=1'"
for suite in $suites; do
	check "$suite" suite_passes "$suite"
done
check "there is no other suite" names_all_suites
check "the module unloads within $unload_limit" check_unload
