#!/bin/sh
# The KUnit suites, where the kernel has KUnit: each of them is a result, its failed cases
# are shown.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

suites="address cursor device http_parser latency rate state watermark"
reports=/sys/kernel/debug/kunit

# No connection is made: of the results of "finish" only the unloading remains.
finish_results=1

# Shows what a suite says beside what went well.
suite_passes() {
	report=$reports/syncsock_$1/results
	grep -qx "ok 1 syncsock_$1" "$report" && return
	grep -vE '^ *(ok|1\.\.|KTAP) ' "$report"
	return 1
}

# A suite that is not known here would fail unseen.
names_all_suites() {
	is "$(cd "$reports" && echo syncsock_*)" \
		"syncsock_$(echo "$suites" | sed 's/ / syncsock_/g')"
}

if ! modprobe -q kunit; then
	finish_results=0
	plan 1
	skip "the units pass their tests" "KUnit"
	exit
fi

plan $(($(echo "$suites" | wc -w) + 1))
load syncsock_kunit || give_up "syncsock_kunit cannot be loaded"
for suite in $suites; do
	check "$suite" suite_passes "$suite"
done
check "there is no other suite" names_all_suites
check "the module unloads within 5 s" check_unload 5
