#!/bin/bash
# Installs into directories of its own, builds a handler from the outside against what is
# there, and has dkms build the modules. Prints TAP. Nothing is loaded, and nothing
# outside of those directories changes.
#
#   scripts/install-selftest.sh [KERNEL...]     default: 6.1-cloud 6.12-cloud

# shellcheck disable=SC2016  # make and the guest's shell are to expand it

set -uo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=tap.sh
source "$(dirname "$0")/tap.sh"
cd "$root" || exit
PATH=$PATH:/usr/sbin:/sbin
(($#)) || set -- 6.1-cloud 6.12-cloud
"$root/scripts/packages.sh" build install || exit
work=$(mktemp -d)
mkdir "$work/dkms"
trap 'rm -rf "$work"' EXIT
version=$(modules_version)

# The tree as a clone has it: nothing is built in it, and what is goes away with it.
copy_tree() {
	mkdir "$work/tree"
	git ls-files -z | xargs -0 cp --parents -t "$work/tree"
}

in_tree() {
	make -C "$work/tree" --no-print-directory DESTDIR="$work/root" KDIR="$headers" "$@"
}

says() {
	local text=$1 output
	shift
	output=$("$@" 2>&1)
	[[ $output == *"$text"* ]] || { echo "'$text' was not said, but: $output"; return 1; }
}

# The files below the root, without what depmod makes.
installed() {
	(cd "$work/root" && find . -type f -not -name 'modules.*' -printf '%P\n' | LC_ALL=C sort)
}

has_all() {
	local file
	for file in "lib/modules/$release/updates/syncsock/"syncsock{,_echo,_http,_memcache}.ko \
		"usr/src/syncsock-headers-$release/"{Module.symvers,include/syncsock/syncsock.h}; do
		installed | grep -qx "$file" || { echo "$file is missing"; return 1; }
	done
	! installed | grep -e selftest -e canary
}

# modprobe must find the core when it is asked for a handler.
is_found() {
	modprobe -d "$work/root" -S "$release" --show-depends syncsock_http |
		grep -q 'updates/syncsock/syncsock\.ko'
}

# The README's handler and Kbuild, in a directory that has nothing else.
build_handler() {
	rm -rf "$work/hello"
	mkdir "$work/hello"
	awk '/^    #include <syncsock/ { inside = 1 } inside && /^[^ ]/ { exit } inside' README.md |
		sed 's/^    //' >"$work/hello/hello.c"
	sed -n 's/^    \(\(obj-m\|ccflags-y\) := \)/\1/p' README.md >"$work/hello/Kbuild"
	make -C "$headers" M="$work/hello" SYNCSOCK="$work/root/usr/src/syncsock-headers-$release" \
		KBUILD_EXTRA_SYMBOLS="$work/root/usr/src/syncsock-headers-$release/Module.symvers" \
		>"$work/hello.log" 2>&1 || { cat "$work/hello.log"; return 1; }
	! grep -i warning "$work/hello.log" &&
		[[ $(modinfo -F depends "$work/hello/hello.ko") == syncsock ]]
}

hello_serves() {
	scripts/vm.sh run --kernel "$kernel" --one-thread --file "$work/hello/hello.ko:hello.ko" -- \
		'insmod syncsock.ko && insmod hello.ko listen=127.0.0.1:7777 &&
			[ "$(echo x | nc 127.0.0.1 7777)" = hello ] && rmmod hello && rmmod syncsock'
}

dkms_builds() {
	dkms build "syncsock/$version" -k "$release" --kernelsourcedir "$headers" \
		--sourcetree "$work/root/usr/src" --dkmstree "$work/dkms" &&
		find "$work/dkms/syncsock/$version/$release" -name 'syncsock*.ko*' | wc -l | grep -qx 4
}

copy_tree
for kernel; do
	headers=$(scripts/kernel.sh headers "$kernel") || exit
	release=$(make -s -C "$headers" kernelrelease)
	mkdir "$work/root"
	check "$kernel: nothing is installed before it is built" says "run 'make' first" in_tree install
	check "$kernel: the modules build in the tree" in_tree modules CONFIG_DEBUG_INFO_BTF_MODULES=
	check "$kernel: they are installed" in_tree install
	check "$kernel: with what a handler needs, and no more" has_all
	check "$kernel: modprobe finds them" is_found
	check "$kernel: a handler from elsewhere builds against that" build_handler
	check "$kernel: and serves" hello_serves
	check "$kernel: the same is installed again" in_tree install
	check "$kernel: and uninstalled" in_tree uninstall
	check "$kernel: nothing is left" test -z "$(installed)"
	check "$kernel: what is not there is not uninstalled" says "is not installed for $release" in_tree uninstall
	check "$kernel: the sources for dkms are installed" in_tree dkms
	check "$kernel: dkms builds them" dkms_builds
	check "$kernel: and they are uninstalled" in_tree dkms-uninstall
	check "$kernel: nothing is left of them" test -z "$(installed)"
	in_tree clean >/dev/null
	rm -rf "$work/root"
done
check "without root, nothing is installed" \
	says "this takes root" setpriv --reuid 65534 --clear-groups -- scripts/install.sh dkms
check "headers that are none are refused" \
	says "is not the headers" env DESTDIR="$work/root" KDIR="$work" scripts/install.sh install
check_end
