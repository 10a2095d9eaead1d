#!/bin/bash
# Fuzzes the parsers, built as programs with ASan and UBSan, as TAP.
#
#   scripts/fuzz.sh [SECONDS] [TARGET...]     default: 30 seconds for each of all targets
#
# Each target of selftests/fuzz first reads the whole corpus that is committed, then
# libFuzzer makes more of it for the given time. What it keeps for the next run goes to
# build/fuzz/corpus, a finding to build/fuzz/findings. Exit status 1 if there is one.

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
cd "$root"

build=build/fuzz
# For one input. The largest has room for a head that is too long.
options=(-timeout=20 -rss_limit_mb=1024 -max_len=16384)
number=0
failed=0
export ASAN_SYMBOLIZER_PATH=/usr/lib/llvm-14/bin/llvm-symbolizer

# result STATUS NAME LOG: a TAP line, and the beginning of what the target reports.
result() {
	number=$((number + 1))
	if (($1 == 0)); then
		echo "ok $number - $2"
		return
	fi
	failed=1
	echo "not ok $number - $2"
	awk '/ERROR: |: not true: |: runtime error: / { found = 1 }
		found && shown++ < 25 { print "# " $0 }' "$3"
}

# replay TARGET: the corpus as it was committed.
replay() {
	local target=$1 log=$build/$1.replay.log status=0 inputs
	inputs=(selftests/fuzz/corpus/"$target"/*)
	"$build/$target" "${options[@]}" "${inputs[@]}" >"$log" 2>&1 </dev/null || status=$?
	result "$status" "replay $target: ${#inputs[@]} inputs" "$log"
	if ((status)); then
		echo "# to reproduce: $build/$target $(sed -n 's/^Running: //p' "$log" | tail -n 1)"
	fi
}

# fuzz TARGET SECONDS
fuzz() {
	local target=$1 log=$build/$1.log status=0 runs finding
	mkdir -p "$build/corpus/$target" "$build/findings"
	progress "fuzzing $target for $2 s"
	"$build/$target" "${options[@]}" -max_total_time="$2" -print_final_stats=1 \
		-dict="selftests/fuzz/$target.dict" \
		-artifact_prefix="$build/findings/$target-" \
		"$build/corpus/$target" "selftests/fuzz/corpus/$target" \
		>"$log" 2>&1 </dev/null || status=$?
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	if ((status == 0)) && ((${runs:-0} > 0)); then
		result 0 "fuzz $target: $runs runs, no finding"
		return
	fi
	finding=$(sed -n 's/.*Test unit written to //p' "$log")
	result 1 "fuzz $target: ${finding:-it could not go on}" "$log"
	[[ -z $finding ]] || echo "# to reproduce: $build/$target $finding"
}

seconds=30
if [[ ${1:-} =~ ^[1-9][0-9]{0,6}$ ]]; then
	seconds=$1
	shift
fi
mapfile -t targets < <(ls selftests/fuzz/corpus)
for target; do
	[[ " ${targets[*]} " == *" $target "* ]] ||
		die "there is no fuzz target '$target'; the targets are: ${targets[*]}."
done
if (($#)); then
	targets=("$@")
fi

scripts/packages.sh fuzz
mkdir -p "$build"
lock "$build/lock"
make -C selftests/fuzz O="$root/$build" >"$build/make.log" 2>&1 </dev/null || {
	cat "$build/make.log" >&2
	die "the fuzz targets could not be built."
}

echo "TAP version 13"
for target in "${targets[@]}"; do
	replay "$target"
	fuzz "$target" "$seconds"
done
echo "1..$number"
exit "$failed"
