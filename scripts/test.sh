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

# How long all the selftests may take in one guest, in seconds, and its memory in MB.
guest_timeout=1800
guest_memory=2048

passed=0
failed=0
skipped=0
logs=build/test
mkdir -p "$logs"
echo "0 passed, 1 failed, 0 skipped" >"$logs/summary"

# Adds up the TAP lines of one part. $1: its name, $2: its log, $3: its exit status.
# A part that fails without a failed test has failed in another way: that counts too.
count() {
	local ok not_ok skip
	read -r ok not_ok skip < <(awk '
		/^ok [0-9]/ && /# SKIP kernel has no / { skip++; next }
		/^ok [0-9]/ && !/# SKIP/ { ok++; next }
		/^(not )?ok / { not_ok++ }
		END { print ok + 0, not_ok + 0, skip + 0 }' "$2")
	if (($3 && !not_ok)); then
		echo "not ok - $1 ended with status $3"
		not_ok=1
	elif ((!ok && !not_ok)); then
		echo "not ok - $1 ran no test"
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

selftests() {
	scripts/vm.sh run --kernel "$1" --mem "$guest_memory" --timeout "$guest_timeout" -- \
		selftests/run.sh
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
