#!/bin/bash
# Says which part of src/ the selftests of a guest have reached.
#
#   scripts/coverage.sh BUILD TAR
#
# BUILD is where scripts/build.sh left the modules, for a kernel that counts
# (CONFIG_GCOV_KERNEL), TAR what "vm.sh --fetch" brought of its /sys/kernel/debug/gcov.
# Prints a table and leaves it in build/coverage.txt, as TAP, whose
# one test is that enough lines of src/core were reached.

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
cd "$root"

enough=90			# percent

(($# == 2)) || die "usage: coverage.sh BUILD TAR"
build=$(realpath "$1")
[[ -s $2 ]] || die "$2 is empty: the guest has counted nothing."
"$root/scripts/packages.sh" check

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -xf "$2" -C "$work"
[[ -d $work$build ]] || die "$2 is not of the modules in $build."
# What counts is beside what tells where the lines are.
find "$work$build" -name '*.gcda' -printf '%P\n' | while read -r file; do
	cp -f "$work$build/$file" "$build/$file"
done
lcov --quiet --rc lcov_branch_coverage=1 --capture --directory "$build" \
	--output-file "$work/all" >"$work/log" 2>&1 || { cat "$work/log" >&2; die "lcov cannot read the counts."; }
lcov --quiet --rc lcov_branch_coverage=1 --extract "$work/all" "$root/src/*" "$build/src/*" \
	--output-file "$work/ours" >"$work/log" 2>&1 || { cat "$work/log" >&2; die "lcov found nothing of src/."; }

# In an lcov file, LF and LH are lines found and hit, BRF and BRH branches.
awk -F: -v enough="$enough" -v top="$root/" -v build="$build/" '
	function percent(hit, found) { return found ? 100 * hit / found : 100 }
	function show(name, lh, lf, bh, bf) {
		printf "# %-36s %5.1f %% of %5d lines %5.1f %% of %5d branches\n",
			name, percent(lh, lf), lf, percent(bh, bf), bf
	}
	$1 == "SF" {
		name = substr($0, 4)
		sub(build, "", name)
		sub(top, "", name)
		group = name
		sub("/[^/]*$", "", group)
		if (!(group in glf))
			order[++groups] = group
	}
	$1 == "LF" { lf = $2; glf[group] += $2 }
	$1 == "LH" { lh = $2; glh[group] += $2 }
	$1 == "BRF" { bf = $2; gbf[group] += $2 }
	$1 == "BRH" { bh = $2; gbh[group] += $2 }
	$1 == "end_of_record" {
		show(name, lh, lf, bh, bf)
		lf = lh = bf = bh = 0
	}
	END {
		print "#"
		for (i = 1; i <= groups; i++) {
			group = order[i]
			show(group, glh[group], glf[group], gbh[group], gbf[group])
		}
		reached = percent(glh["src/core"], glf["src/core"])
		printf "%s 1 - %d %% of the lines of src/core are reached (%.1f %%)\n",
			(reached < enough ? "not ok" : "ok"), enough, reached
		print "1..1"
		exit (reached < enough)
	}' "$work/ours" | tee build/coverage.txt
