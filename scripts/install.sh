#!/bin/bash
# Puts the modules, and what building other handlers takes, where they belong.
#
#   scripts/install.sh install|uninstall      for one kernel
#   scripts/install.sh dkms|dkms-uninstall    for all kernels, now and later, by dkms
#
# "make install" and so on call it, with these variables:
#   KDIR      the kernel's headers or build directory
#   DESTDIR   a directory to take for /, as packagers do; then nothing is registered
#             anywhere, but for the list of modules in DESTDIR

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
cd "$root"
PATH=$PATH:/usr/sbin:/sbin

destdir=${DESTDIR:+$(realpath -m -- "$DESTDIR")}
version=$(modules_version)
sources=$destdir/usr/src/syncsock-$version

# The kernel that is meant: where its modules and our headers for it are.
find_release() {
	release=$(make -s -C "$KDIR" kernelrelease) ||
		die "$KDIR is not the headers of a kernel, or not complete."
	modules=$destdir/lib/modules/$release
	headers=$destdir/usr/src/syncsock-headers-$release
}

must_be_writable() {
	[[ -n $destdir ]] || ((EUID == 0)) || die "this takes root, or DESTDIR=DIRECTORY."
}

list_modules() {
	depmod ${destdir:+-b "$destdir"} "$release"
}

install_modules() {
	[[ -f syncsock.ko && -f Module.symvers ]] || die "nothing is built yet: run 'make' first."
	# The kernel's own rules would sign them with a key that Debian does not ship.
	sed 's|.*/||; s/\.k\?o$/.ko/' modules.order | xargs install -D -m 644 -t "$modules/updates/syncsock"
	list_modules
	rm -rf "$headers"
	mkdir -p "$headers"
	cp -r include "$headers"
	install -m 644 Module.symvers "$headers"
	echo "modules: $modules/updates/syncsock"
	echo "for handlers of your own: $headers"
}

uninstall_modules() {
	[[ -d $modules/updates/syncsock || -d $headers ]] ||
		die "syncsock is not installed for $release."
	rm -rf "$modules/updates/syncsock" "$headers"
	rmdir --ignore-fail-on-non-empty "$modules/updates" 2>/dev/null || true
	list_modules
}

install_dkms() {
	rm -rf "$sources"
	mkdir -p "$sources"
	find Kbuild LICENSE src include \( -name '*.[ch]' -o -name Kbuild -o -name LICENSE \) \
		-not -name '*.mod.c' -print0 | xargs -0 cp --parents -t "$sources"
	sed "s/@VERSION@/$version/" scripts/dkms.conf >"$sources/dkms.conf"
	echo "sources: $sources"
	[[ -z $destdir ]] || return 0
	command -v dkms >/dev/null || die "dkms is missing: run 'apt-get install dkms' as root."
	dkms install "syncsock/$version"
}

uninstall_dkms() {
	[[ -d $sources ]] || die "syncsock $version is not installed for dkms."
	[[ -n $destdir ]] || dkms remove "syncsock/$version" --all
	rm -rf "$sources"
}

case ${1:-} in
install | uninstall)
	must_be_writable
	find_release
	"$1_modules"
	;;
dkms)
	must_be_writable
	install_dkms
	;;
dkms-uninstall)
	must_be_writable
	uninstall_dkms
	;;
*) die "usage: install.sh install|uninstall|dkms|dkms-uninstall" ;;
esac
