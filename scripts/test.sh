#!/bin/bash
# All tests: static checks, builds, and the selftests in a guest of every kernel.
#
#   scripts/test.sh [KERNEL...]        kernels of scripts/kernels; default: all
#
# Prints TAP with a heading for each part and ends with one line,
# "N passed, N failed, N skipped". A test that is skipped counts as failed unless it
# names the feature that the kernel lacks ("# SKIP kernel has no ..."). Exit status 1
# if any test failed. Output of each part: build/test/.

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
cd "$root"

# How long all the selftests may take in one guest, in seconds.
guest_timeout=1500

passed=0
failed=0
skipped=0
logs=build/test
mkdir -p "$logs"
echo "0 passed, 1 failed, 0 skipped" >"$logs/summary"

# Adds up the TAP lines of one part. $1: its name, $2: its log, $3: its exit status.
# A part that fails without a failed test has failed in another way: that counts too.
count() {
	local part_failed
	passed=$((passed + $(grep -cE '^ok [0-9]+( - [^#]*)?( #.*)?$' "$2" || true)))
	skipped=$((skipped + $(grep -cE '^ok [0-9]+.*# SKIP kernel has no ' "$2" || true)))
	part_failed=$(grep -cE '^not ok |^ok [0-9]+.*# SKIP ' "$2" || true)
	part_failed=$((part_failed - $(grep -cE '^ok [0-9]+.*# SKIP kernel has no ' "$2" || true)))
	passed=$((passed - $(grep -cE '^ok [0-9]+.*# SKIP ' "$2" || true)))
	if (($3 && !part_failed)); then
		echo "not ok - $1 ended with status $3"
		part_failed=1
	elif ! grep -qE '^(not )?ok ' "$2"; then
		echo "not ok - $1 ran no test"
		part_failed=1
	fi
	failed=$((failed + part_failed))
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

selftests() {
	scripts/vm.sh run --kernel "$1" --timeout "$guest_timeout" -- selftests/run.sh
}

scripts/packages.sh build vm check

if (($#)); then
	kernels=("$@")
else
	mapfile -t kernels < <(scripts/kernel.sh list)
fi

part "static checks" scripts/check.sh
part "virtual machine" scripts/vm-selftest.sh
for kernel in "${kernels[@]}"; do
	part "selftests on $kernel" selftests "$kernel"
done

echo
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped" | tee "$logs/summary"
exit $((failed > 0))
