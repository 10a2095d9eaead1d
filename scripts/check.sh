#!/bin/bash
# The static checks, as TAP. Each check that finds something prints it as a comment.
#
#   scripts/check.sh
#
# Exit status 1 if any check fails.

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=tap.sh
source "$(dirname "$0")/tap.sh"
cd "$root"

scripts/packages.sh build check

# sources PATTERN...: files of the tree whose names match one of them.
sources() {
	local pattern names=()
	for pattern; do
		names+=(-o -name "$pattern")
	done
	find . \( -path ./.git -o -path ./build \) -prune -o \
		-type f \( "${names[@]:1}" \) -not -name '*.mod.c' -print | LC_ALL=C sort
}

run_checkpatch() {
	sources '*.[ch]' | xargs -d '\n' scripts/checkpatch.sh
}

# On one kernel of each series; the flavours differ in nothing that sparse sees.
run_sparse() {
	scripts/build.sh 6.1-cloud 6.12-cloud -- C=2
}

run_shellcheck() {
	{
		grep -rlE --exclude-dir=.git --exclude-dir=build '^#!(/bin/|/usr/bin/env )(ba)?sh' .
		sources '*.sh'
	} | LC_ALL=C sort -u | xargs -d '\n' shellcheck -x
}

# Only compat.h may know which kernel it is compiled for.
versions_in_compat_only() {
	! sources '*.[ch]' | grep -vx ./src/compat.h | xargs -d '\n' \
		grep -nE 'LINUX_VERSION_CODE|KERNEL_VERSION|linux/version\.h|UTS_RELEASE'
}

# Handlers are built on the exported API alone, the core knows no handler.
dependencies_point_one_way() {
	! grep -rnE '#include.*(core/|\.\./\.\./)' src/handlers &&
		! grep -rnE '#include.*handlers/' src/core include
}

# modpost lets a module use whatever any other module exports; ours may use the kernel
# and the core alone.
symbols_are_exported() {
	local kernel headers module depends unknown
	while read -r kernel; do
		scripts/build.sh "$kernel" || return 1
		headers=$(scripts/kernel.sh headers "$kernel")
		for module in "build/$kernel"/*.ko; do
			depends=$(PATH=$PATH:/sbin:/usr/sbin modinfo -F depends "$module")
			if [[ $depends != '' && $depends != syncsock ]]; then
				echo "$module depends on $depends"
				return 1
			fi
			unknown=$(comm -23 <(nm -u "$module" | awk '{ print $2 }' | sort -u) \
				<(cut -f 2 "$headers/Module.symvers" "build/$kernel/Module.symvers" | sort -u))
			if [[ -n $unknown ]]; then
				echo "$module uses what $kernel does not export: $unknown"
				return 1
			fi
		done
	done < <(scripts/kernel.sh list)
}

# One concept a file: none is much longer than can be read at a time.
files_are_short() {
	local long
	long=$(sources '*.[ch]' '*.sh' | xargs -d '\n' wc -l |
		awk '$2 != "total" && $1 > 500')
	[[ -z $long ]] || { echo "longer than 500 lines: $long"; return 1; }
}

# table_rows BEGIN END: the rows of the tables of that part of README.md.
table_rows() {
	sed -n "/^$1/,/^$2/s/^| \`/&/p" README.md
}

# README.md has the events of trace.h, with their fields.
tracepoints_are_documented() {
	diff <(awk -f scripts/tracepoints.awk src/core/trace.h | LC_ALL=C sort) \
		<(table_rows '## Trace it' '## Measure' | cut -d '|' -f 1-3 | sed 's/$/|/' | LC_ALL=C sort)
}

# README.md has what counters.h says, in its order.
counters_are_documented() {
	diff <(awk -f scripts/counters.awk src/core/counters.h) <(table_rows '## Watch it' '## Trace it')
}

sysctl_rows() {
	table_rows 'Each namespace also has' '## Use several'
}

# README.md has the sysctls, in any order.
sysctls_are_documented() {
	diff <(awk -f scripts/sysctls.awk src/core/sysctl.c src/handlers/*/*.c | LC_ALL=C sort) \
		<(sysctl_rows | cut -d '`' -f 2 | LC_ALL=C sort)
}

# The defaults and the ranges of those that are numbers are what limits.sh finds.
defaults_are_documented() {
	diff <(sed -n "/^bounds='/,/'\$/{s/^bounds=//;p}" selftests/limits.sh | tr -d "'" |
		awk '{ printf "%s | %d | %.0f to %.0f\n", $1, $4, $2 + 1, $3 - 1 }' | LC_ALL=C sort) \
		<(sysctl_rows | tr -d '`' | awk -F ' *[|] *' '
			$2 !~ /[.]/ && $4 ~ /^[0-9]+ to [0-9]+$/ { print $2, "|", $3, "|", $4 }' | LC_ALL=C sort)
}

# Whose structures layout.sh shows by default, there are.
structures_are_shown() {
	scripts/layout.sh >/dev/null
}

echo "TAP version 13"
check "checkpatch finds nothing" run_checkpatch
check "sparse finds nothing" run_sparse
check "shellcheck finds nothing" run_shellcheck
check "only src/compat.h knows kernel versions" versions_in_compat_only
check "handlers use the exported API only" dependencies_point_one_way
check "modules use exported symbols only" symbols_are_exported
check "make layout finds the structures it shows" structures_are_shown
check "every tracepoint is documented" tracepoints_are_documented
check "every counter is documented" counters_are_documented
check "every sysctl is documented" sysctls_are_documented
check "defaults and ranges are, as limits.sh finds them" defaults_are_documented
check "syncsock-top passes its tests" scripts/top-selftest
check "no file is longer than 500 lines" files_are_short
check_end
