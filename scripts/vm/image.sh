#!/bin/bash
# Puts together what a guest boots: the kernel file and the initial file system.
# Sourced by vm.sh after lib.sh.
#
# The file system is three cpio archives in a row, uncompressed because unpacking costs
# an emulated guest more than reading:
#   userland   the host's programs and their libraries, busybox, /init
#   modules    the distribution's kernel modules the guest may load
#   run        what changes from run to run: our modules, selftests, files, the command
# The first two are kept in the cache under a hash of what went into them.

# shellcheck disable=SC2154  # lib.sh sets root and cache
layers=$cache/layers

# archive DIR FILE: packs DIR. The result depends on contents only, not on when or by whom.
archive() {
	local temporary=$2.$$
	find "$1" -exec touch -h -d @0 {} +
	(cd "$1" && find . -mindepth 1 -printf '%P\n' | LC_ALL=C sort |
		cpio --quiet --reproducible -R 0:0 -H newc -o) >"$temporary"
	mv "$temporary" "$2"
}

# layer NAME DIR KEY FUNCTION ARGUMENT...: sets REPLY to the archive of what FUNCTION
# puts into the directory it is given first, made only if there is none for KEY yet.
# DIR is a place for temporary files.
layer() {
	local name=$1 stage=$2/$1 key=$3
	shift 3
	REPLY=$layers/$name-$(sha256sum <<<"$key" | cut -c 1-16).cpio
	if [[ -f $REPLY ]]; then
		touch "$REPLY"
		return
	fi
	progress "preparing the guest's $name"
	mkdir -p "$layers" "$stage"
	"$1" "$stage" "${@:2}"
	archive "$stage" "$REPLY"
	rm -rf "$stage"
	find "$layers" -type f -mtime +13 -delete
}

# The words of a list in scripts/vm/, without comments.
words_of() {
	# shellcheck disable=SC2154
	sed 's/#.*//' "$root/scripts/vm/$1"
}

# Paths of the programs that scripts/vm/programs asks for.
guest_programs() {
	local word path
	for word in $(words_of programs); do
		if [[ $word == package:* ]]; then
			dpkg-query -L "${word#*:}" | grep -E '^(/usr)?/s?bin/'
		else
			path=$(PATH=/usr/bin:/usr/sbin:/bin:/sbin command -v "$word") ||
				die "the guest needs $word, which is not installed here; see scripts/vm/programs."
			printf '%s\n' "$path"
		fi
	done
}

# copy_userland DIR
copy_userland() {
	local dir=$1 program programs library applet
	mkdir -p "$dir"/{usr/{bin,lib,lib64},dev,proc,sys,tmp,run,root,etc,var,syncsock,mnt}
	ln -s bin "$dir/usr/sbin"
	ln -s usr/bin "$dir/bin"
	ln -s usr/bin "$dir/sbin"
	ln -s usr/lib "$dir/lib"
	ln -s usr/lib64 "$dir/lib64"
	ln -s ../run "$dir/var/run"
	ln -s ../tmp "$dir/var/tmp"

	programs=$(guest_programs)
	while read -r program; do
		[[ ! -f $program ]] || cp -L "$program" "$dir/usr/bin/"
	done <<<"$programs"
	ln -sf dash "$dir/usr/bin/sh"
	cp -L "$(command -v busybox)" "$dir/usr/bin/busybox"
	for applet in $(busybox --list); do
		[[ -e $dir/usr/bin/$applet ]] || ln -s busybox "$dir/usr/bin/$applet"
	done

	# Scripts have no libraries, which is all that ldd could complain about.
	{ ldd "$dir"/usr/bin/* 2>/dev/null || true; } | grep -oE '/[^ :]*\.so[^ :]*' | sort -u |
		while read -r library; do
			mkdir -p "$dir${library%/*}"
			cp -L "$library" "$dir$library"
		done
	[[ ! -d /usr/lib/tc ]] || cp -r /usr/lib/tc "$dir/usr/lib/"
	[[ ! -d /etc/iproute2 ]] || cp -r /etc/iproute2 "$dir/etc/"

	printf 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/:/bin/sh\n' >"$dir/etc/passwd"
	printf 'root:x:0:\nnogroup:x:65534:\n' >"$dir/etc/group"
	printf '127.0.0.1 localhost syncsock\n::1 localhost\n' >"$dir/etc/hosts"
	printf 'hosts: files\n' >"$dir/etc/nsswitch.conf"
	cp "$root/scripts/vm/faults" "$dir/etc/vm.faults"
	cp "$root/scripts/vm/init" "$dir/init"
}

# copy_modules DIR IMAGE RELEASE
copy_modules() {
	local dir=$1 image=$2 release=$3 from=$2/lib/modules/$3 to=$1/usr/lib/modules/$3 name file
	[[ -s $from/modules.dep ]] || die "the unpacked kernel below $image is incomplete: delete it and run again."
	mkdir -p "$to"
	cp "$from"/modules.{order,builtin,builtin.modinfo} "$to/"
	for name in $(words_of modules); do
		modprobe -d "$image" -S "$release" --show-depends "$name" 2>/dev/null || true
	done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u | while read -r file; do
		mkdir -p "$to/$(dirname "${file#"$from/"}")"
		cp "$file" "$to/${file#"$from/"}"
	done
	# Unpacked here, once, and not by every guest.
	find "$to" -name '*.ko.xz' -exec xz -d {} +
	find "$to" -name '*.ko.zst' -exec zstd -q -d --rm {} +
	mkdir -p "$dir/lib"
	ln -s ../usr/lib/modules "$dir/lib/modules"
	depmod -b "$dir" "$release"
	rm "$dir/lib/modules"
	rmdir "$dir/lib"
}

# guest_kernel IMAGE RELEASE: sets REPLY to the file to boot. Stock kernels unpack themselves,
# which takes an emulated CPU as long as a third of the whole boot; where they are packed
# with zstd it is done here, once.
guest_kernel() {
	local packed=$1/boot/vmlinuz-$2 unpacked=$1/boot/vmlinux-$2 sectors offset length
	REPLY=$packed
	if [[ -f $unpacked ]]; then
		REPLY=$unpacked
		return
	fi
	# Offsets of the x86 boot protocol: setup_sects, payload_offset, payload_length.
	read -r sectors < <(od -An -tu1 -j 0x1f1 -N 1 "$packed")
	read -r offset < <(od -An -tu4 -j 0x248 -N 4 "$packed")
	read -r length < <(od -An -tu4 -j 0x24c -N 4 "$packed")
	# The last four bytes of the payload are its unpacked size.
	if tail -c "+$(((sectors + 1) * 512 + offset + 1))" "$packed" 2>/dev/null |
		head -c "$((length - 4))" | zstd -q -d >"$unpacked.$$" 2>/dev/null; then
		mv "$unpacked.$$" "$unpacked"
		REPLY=$unpacked
	else
		rm -f "$unpacked.$$"
	fi
}

# base_layers IMAGE RELEASE DIR: sets base to the archives of both base layers.
base_layers() {
	local image=$1 release=$2 dir=$3 userland recipe
	recipe=$(cat "$root"/scripts/vm/{image.sh,init,faults,programs,modules})
	layer userland "$dir" "$recipe $(stat -c '%Y %s' /var/lib/dpkg/status)" copy_userland
	userland=$REPLY
	layer "modules-$release" "$dir" "$recipe $image" copy_modules "$image" "$release"
	# shellcheck disable=SC2034  # for the caller
	base=("$userland" "$REPLY")
}

# copy_syncsock DIR BUILD: our modules without their debug information, and the selftests.
copy_syncsock() {
	local to=$1/syncsock module
	mkdir -p "$to/selftests"
	while read -r module; do
		strip --strip-debug -o "$to/${module##*/}" "$module"
	done < <(find "$2" -name '*.ko')
	cp -r "$root/selftests/." "$to/selftests/"
	[[ ! -d $root/build/selftests ]] || cp -r "$root/build/selftests/." "$to/selftests/"
	find "$to/selftests" \( -name '*.[cho]' -o -name '*.d' -o -name Makefile \) -delete
}

# copy_file DIR HOST GUEST: a relative GUEST is below /syncsock.
copy_file() {
	local target=$3
	[[ $target == /* ]] || target=/syncsock/$target
	# In the guest these are links into /usr, which a directory here would replace.
	if [[ $target =~ ^/(usr/)?s?bin/(.*) ]]; then
		target=/usr/bin/${BASH_REMATCH[2]}
	elif [[ $target =~ ^/lib(64)?/ ]]; then
		target=/usr$target
	fi
	mkdir -p "$(dirname "$1$target")"
	cp -rL "$2" "$1$target"
}

# Sets nonce to a fresh word of fixed length; of letters only, so that the shells of two
# deterministic guests that read different ones do the same work.
new_nonce() {
	nonce=$(od -An -N 16 -tx1 /dev/urandom | tr -d ' \n' | tr 0-9a-f a-p)
}

# stage_settings DIR MODE SETTLE COMMAND...: what scripts/vm/init is told, see there; one
# word is a line for the shell, several are run as they are. Uses the caller's nonce,
# forwards and tap.
stage_settings() {
	local dir=$1 mode=$2 settle=$3 lines=24 columns=80 word
	shift 3
	mkdir -p "$dir/etc"
	if (($# == 1)); then
		printf '%s\n' "$1"
	else
		printf 'exec'
		for word in "$@"; do printf " '%s'" "${word//\'/\'\\\'\'}"; done
		printf '\n'
	fi >"$dir/etc/vm.command"
	if [[ $mode == shell ]]; then
		read -r lines columns < <(stty size) || true
	fi
	cat >"$dir/etc/vm.conf" <<-END
		nonce=$nonce mode=$mode settle=$settle forward=${forwards[0]:+yes} tap=${tap:+yes}
		rows=$lines columns=$columns
	END
}

# initrd DIR FILE BASE-LAYER...: makes FILE of the base layers and DIR, which it deletes.
initrd() {
	archive "$1" "$1.cpio"
	cat "${@:3}" "$1.cpio" >"$2"
	rm -rf "$1" "$1.cpio"
}
