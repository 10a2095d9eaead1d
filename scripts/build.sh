#!/bin/bash
# Builds the modules for one or more kernels, outside the source tree.
#
#   scripts/build.sh KERNEL... [-- MAKE-ARGUMENT...]
#
# The module of the selftests is built as well. For each KERNEL of scripts/kernels, the
# sources are linked into build/KERNEL, where the kernel's build system leaves its objects
# and the *.ko. Make's output goes to build/KERNEL.log and is shown only if the build fails
# or warns; a warning of any tool is a failure. Make arguments ("-- C=2" runs sparse) get a
# directory of their own, build/KERNEL.C2; with "-- SYNCSOCK_FAULTS=y" the core can be made
# to find no memory, for selftests/nth.sh. Nothing is done when nothing has changed.

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

# What a compiler, modpost, objtool, sparse or make calls a warning.
warning='(^|[ :])(warning|WARNING|ERROR):|\bWARN: '

# The files that the kernel's build system is to see, relative to the tree.
sources() {
	local trees=(Kbuild src include selftests/module selftests/canary selftests/bench/module)
	[[ ! -d $root/kunit ]] || trees+=(kunit)
	(cd "$root" && find "${trees[@]}" \
		\( -name '*.[chS]' -o -name Kbuild -o -name Makefile \) -not -name '*.mod.c' \
		-not -name '.#*' -print | LC_ALL=C sort)
}

# Makes DIR mirror the sources with links: new ones added, dead ones removed.
link_sources() {
	local dir=$1 file link
	find "$dir" -xtype l -delete
	while read -r file; do
		link=$dir/$file
		if [[ ! $link -ef $root/$file ]]; then
			mkdir -p "${link%/*}"
			ln -sfn "$root/$file" "$link"
		fi
	done < <(sources)
}

# Changes whenever a build could come out differently.
fingerprint() {
	(
		cd "$root"
		printf '%s\n' "$@" "$root"
		sources | xargs -d '\n' stat -c '%n %Y %s %i'
		stat -c '%Y' scripts/build.sh
	) | sha256sum
}

# A module that the Kbuild file no longer names must not be found by anyone.
delete_stale_modules() {
	local dir=$1 module
	find "$dir" -name '*.ko' | while read -r module; do
		grep -qE "(^|/)$(basename "$module" .ko)\.k?o$" "$dir/modules.order" || rm -f "$module"
	done
}

# build KERNEL MAKE-ARGUMENT...
build() {
	local kernel=$1 headers dir log status=0
	shift
	headers=$("$root/scripts/kernel.sh" headers "$kernel")
	dir=$(build_dir "$kernel" "$@")
	log=$dir.log
	mkdir -p "$dir"
	lock "$dir.lock"

	# Read before make runs: a file saved meanwhile is built the next time.
	local now
	now=$(fingerprint "$headers" "$@")
	if [[ -f $dir/.built && $(<"$dir/.built") == "$now" ]]; then
		return
	fi
	rm -f "$dir/.built"
	progress "building for $kernel"
	link_sources "$dir"
	# BTF for modules would need pahole, and 6.1's headers cannot make it at all.
	make -C "$headers" M="$dir" -j"$(nproc)" CONFIG_DEBUG_INFO_BTF_MODULES= \
		SYNCSOCK_SELFTESTS=m KCFLAGS=-Werror "$@" modules >"$log" 2>&1 </dev/null || status=$?
	if grep -qE "$warning" "$log"; then
		# Tools warn only while they work, so the next run has to do it all again.
		find "$dir" -name '*.o' -delete
		((status)) || status=1
	fi
	if ((status)); then
		grep -vE '^(make|  (CC|LD|AR|MODPOST|CHECK) )' "$log" |
			sed -E "s,$dir/,,g; s,/[^ ]*/usr/src/linux-headers-[^/]*/,<linux>/,g" >&2
		die "the build for $kernel failed or warned (all of its output: ${log#"$root"/})."
	fi
	delete_stale_modules "$dir"
	printf '%s\n' "$now" >"$dir/.built"
}

kernels=()
while (($#)) && [[ $1 != -- ]]; do
	kernels+=("$1")
	shift
done
if [[ ${1:-} == -- ]]; then
	shift
fi
((${#kernels[@]})) || die "usage: build.sh KERNEL... [-- MAKE-ARGUMENT...]; kernels: $("$root/scripts/kernel.sh" list | paste -sd' ')."
[[ -f $root/Kbuild ]] || die "there is no Kbuild file at the top of the tree, so there is nothing to build."
[[ $root != *[[:space:]:]* ]] || die "the kernel's build system cannot work below '$root': move the tree to a path without spaces and colons."

"$root/scripts/packages.sh" build
failed=0
for kernel in "${kernels[@]}"; do
	# Not in a condition, which would switch errexit off inside.
	set +e
	(set -e; build "$kernel" "$@")
	status=$?
	set -e
	((status == 0)) || failed=1
done
exit "$failed"
