#!/bin/bash
# Builds a kernel of our own from Debian's sources and prints the directory it is in, laid
# out as scripts/kernel.sh describes.
#
#   scripts/kernel-build.sh NAME CONFIG
#
# NAME is one of scripts/kernels and begins with the series of the sources ("6.12-debug").
# The configuration is scripts/configs/base and scripts/configs/CONFIG; an option of theirs
# that Kconfig does not grant is an error. The kernel is kept in the cache under a hash of
# all that it was made from, the newest of each name; an interrupted build goes on where it
# stopped. About 3 GB of disk; on two cores, ten minutes or so.

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
umask 022
PATH=$PATH:/usr/sbin:/sbin

(($# == 2)) || die "usage: kernel-build.sh NAME CONFIG"
name=$1
config=$2
series=${name%%-*}
[[ -f $root/scripts/configs/$config ]] ||
	die "there is no configuration scripts/configs/$config for $name."

# Every option of the fragments, the comments left out.
fragments() {
	grep -h '^CONFIG_' "$root/scripts/configs/base" "$root/scripts/configs/$config"
}

# configure SOURCE OBJECTS
configure() {
	local refused
	fragments >"$2/fragments"
	# What is not asked for is off.
	make -C "$1" O="$2" KCONFIG_ALLCONFIG="$2/fragments" allnoconfig >"$2/configure.log" 2>&1 </dev/null || {
		tail -n 20 "$2/configure.log" >&2
		die "$name could not be configured."
	}
	# Kconfig says "is not set" where a fragment says "=n".
	refused=$(sed -E 's/^# (CONFIG_[^ ]*) is not set/\1=n/' "$2/.config" |
		sort | comm -13 - <(sort "$2/fragments") | grep -v '=n$' || true)
	[[ -z $refused ]] || die "$name: Kconfig does not grant ${refused//$'\n'/, }."
}

# Says every now and then how far make is.
report_progress() {
	local step=20 beat=0
	[[ -t 2 ]] || step=120
	while sleep "$step"; do
		beat=$((beat + step))
		note "$name: $(grep -c '^  CC' "$1") files compiled after $beat s"
	done
}

# compile SOURCE OBJECTS
compile() {
	local reporter status=0
	report_progress "$2/build.log" &
	reporter=$!
	make -C "$2" -j"$(nproc)" bzImage modules >"$2/build.log" 2>&1 </dev/null || status=$?
	kill "$reporter"
	wait "$reporter" 2>/dev/null || true
	if ((status)); then
		grep -vE '^(make|  [A-Z]+ )' "$2/build.log" | tail -n 20 >&2
		die "$name could not be built; all of make's output: $2/build.log"
	fi
}

# lay_out OBJECTS DIR: the image with its modules, and what builds modules for it.
lay_out() {
	local objects=$1 dir=$2 release
	release=$(<"$objects/include/config/kernel.release")
	mkdir -p "$dir/image/boot" "$dir/headers/usr/src"
	cp "$objects/arch/x86/boot/bzImage" "$dir/image/boot/vmlinuz-$release"
	make -C "$objects" INSTALL_MOD_PATH="$dir/image" modules_install >"$objects/install.log" 2>&1 </dev/null ||
		die "the modules of $name could not be installed; make's output: $objects/install.log"
	rm -f "$dir/image/lib/modules/$release"/{build,source}
	printf '%s\n' "$release" >"$dir/release"
	# Modules are built without the kernel's own objects.
	find "$objects" \( -name '*.o' -o -name '*.a' -o -name '*.ko' -o -name '.*.cmd' -o -name 'vmlinux*' \) \
		-not -path "$objects/scripts/*" -not -path "$objects/tools/*" -type f -delete
	mv -T "$objects" "$dir/headers/usr/src/linux-headers-$release"
}

source_tree=$("$root/scripts/kernel.sh" source "linux-source-$series")
"$root/scripts/packages.sh" build kernel
key=$( { printf '%s\n' "$source_tree" && gcc --version && fragments && cat "$root/scripts/kernel-build.sh"; } |
	sha256sum | cut -c 1-16)
dir=$cache/kernels/$name/$key
if [[ ! -d $dir ]]; then
	lock "$cache/kernels/$name.lock"
fi
if [[ ! -d $dir ]]; then
	start=$SECONDS
	note "building $name from Debian's sources, once: about 20 minutes of one core"
	mkdir -p "$cache/kernels/$name"
	# What is left of an interrupted build of the same kernel is used again.
	objects=$cache/kernels/$name/.objects.$key
	rm -rf "$cache/kernels/$name/.new"
	mkdir -p "$objects"
	configure "$source_tree" "$objects"
	compile "$source_tree" "$objects"
	lay_out "$objects" "$cache/kernels/$name/.new"
	mv -T "$cache/kernels/$name/.new" "$dir"
	find "$cache/kernels/$name" -mindepth 1 -maxdepth 1 -not -path "$dir" -exec rm -rf {} +
	note "$name is built, in $((SECONDS - start)) s"
fi
printf '%s\n' "$dir"
