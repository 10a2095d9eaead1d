#!/bin/bash
# Puts together what a guest boots: the kernel file and the initial file system.
# Sourced by vm.sh after lib.sh.
#
# The file system is three or four cpio archives in a row, uncompressed because unpacking costs
# an emulated guest more than reading:
#   userland   the host's programs and those of packages, with libraries, busybox, /init
#   modules    the distribution's kernel modules the guest may load
#   tools      with --tools: what scripts/vm/tools names
#   run        what changes from run to run: our modules, selftests, files, the command
# All but the last are kept in the cache under a hash of what went into them.

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
		elif [[ $word == perl:* ]]; then
			command -v perl
		else
			path=$(PATH=/usr/bin:/usr/sbin:/bin:/sbin command -v "$word") ||
				die "the guest needs $word, which is not installed here; see scripts/vm/programs."
			printf '%s\n' "$path"
		fi
	done
}

# fetch_packages DIR LIST: what that list in scripts/vm/ names.
fetch_packages() {
	local packages options=(-qq)
	((EUID)) || options+=(-o APT::Sandbox::User=root)
	read -ra packages <<<"$(words_of "$2" | tr '\n' ' ')"
	(cd "$1" && apt-get "${options[@]}" download "${packages[@]}") >"$1/apt.log" 2>&1
}

# copy_perl_modules DIR UNPACKED: what scripts/vm/programs names, of the host or of packages
# that were unpacked there, with every file that it loads.
copy_perl_modules() {
	local dir=$1 unpacked=$2 word modules=() include=() file
	for word in $(words_of programs); do
		[[ $word != perl:* ]] || modules+=("-M${word#perl:}")
	done
	for file in "$unpacked"/usr/share/perl5 "$unpacked"/usr/lib/*-linux-gnu*/perl5/*; do
		include+=("-I$file")
	done
	# shellcheck disable=SC2016  # it is perl that expands
	perl "${include[@]}" -MDynaLoader "${modules[@]}" \
		-e 'print "$_\n" for values %INC, @DynaLoader::dl_shared_objects' |
		while read -r file; do
			mkdir -p "$dir/$(dirname "${file#"$unpacked"}")"
			cp -L "$file" "$dir/${file#"$unpacked"}"
		done
}

# unpack_packages DIR LIST: the same, unpacked into DIR/out.
unpack_packages() {
	local deb
	mkdir -p "$1/out"
	# The archive may have gone on to newer versions than the lists know.
	fetch_packages "$@" ||
		{ as_root apt-get -qq update >/dev/null 2>&1 && fetch_packages "$@"; } ||
		die "packages for the guest could not be fetched; check the network, and scripts/vm/$2."
	for deb in "$1"/*.deb; do
		dpkg-deb -x "$deb" "$1/out"
	done
}

# copy_packages DIR: the programs and libraries of scripts/vm/packages.
copy_packages() {
	local dir=$1 work=$1.packages
	unpack_packages "$work" packages
	cp -L "$work"/out/usr/{bin,sbin}/* "$dir/usr/bin/"
	mkdir -p "$dir/usr/lib"
	cp -r "$work"/out/usr/lib/*-linux-gnu* "$dir/usr/lib/"
	copy_perl_modules "$dir" "$work/out"
	rm -rf "$work"
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
	copy_packages "$dir"
	ln -sf dash "$dir/usr/bin/sh"
	cp -L "$(command -v busybox)" "$dir/usr/bin/busybox"
	for applet in $(busybox --list); do
		[[ -e $dir/usr/bin/$applet ]] || ln -s busybox "$dir/usr/bin/$applet"
	done

	# Scripts have no libraries, and those of packages are there already, which is all that
	# ldd could complain about.
	{ ldd "$dir"/usr/bin/* "$dir"/usr/lib/*-linux-gnu/*.so* 2>/dev/null || true; } | grep -oE '/[^ :]*\.so[^ :]*' | sort -u |
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

# copy_tools DIR: the programs of scripts/vm/tools, with no more libraries than they load.
copy_tools() {
	local dir=$1 work=$1.packages path library
	unpack_packages "$work" tools
	mkdir -p "$dir/usr/bin"
	cp "$work"/out/usr/bin/{trace-cmd,perf,bpftrace,python3.11} "$dir/usr/bin/"
	path=$(printf '%s:' "$work"/out/{usr/,}lib/*-linux-gnu)
	LD_LIBRARY_PATH=$path ldd "$dir"/usr/bin/* >"$work/libraries"
	! library=$(grep -m 1 'not found' "$work/libraries") ||
		die "scripts/vm/tools lacks a package: ${library%% =>*} was not found."
	grep -oE '/[^ :]*\.so[^ :]*' "$work/libraries" | sort -u | while read -r library; do
		path=${library#"$work/out"}
		path=$dir/usr${path#/usr}
		mkdir -p "${path%/*}"
		cp -L "$library" "$path"
	done
	cp -r "$work/out/usr/lib/python3.11" "$dir/usr/lib/"
	ln -s python3.11 "$dir/usr/bin/python3"
	rm -rf "$work"
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

# base_layers IMAGE RELEASE DIR: sets base to the archives of the base layers. Uses the caller's
# tools.
base_layers() {
	local image=$1 release=$2 dir=$3 userland recipe
	recipe=$(cat "$root"/scripts/vm/{image.sh,init,faults,programs,packages,modules})
	layer userland "$dir" "$recipe $(stat -c '%Y %s' /var/lib/dpkg/status)" copy_userland
	userland=$REPLY
	layer "modules-$release" "$dir" "$recipe $image" copy_modules "$image" "$release"
	base=("$userland" "$REPLY")
	[[ -n $tools ]] || return 0
	layer tools "$dir" "$recipe $(words_of tools)" copy_tools
	base+=("$REPLY")
}

# copy_syncsock DIR BUILD: our modules without their debug information, syncsock-top, and the
# selftests that run in a guest.
copy_syncsock() {
	local to=$1/syncsock module
	mkdir -p "$to/selftests"
	while read -r module; do
		strip --strip-debug -o "$to/${module##*/}" "$module"
	done < <(find "$2" -name '*.ko')
	cp "$root/scripts/syncsock-top" "$to/"
	cp -r "$root/selftests/." "$to/selftests/"
	[[ ! -d $root/build/selftests ]] || cp -r "$root/build/selftests/." "$to/selftests/"
	rm -rf "$to/selftests/fuzz"
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
# forwards, tap and fetch_from.
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
		rows=$lines columns=$columns fetch='$fetch_from'
	END
}

# initrd DIR FILE BASE-LAYER...: makes FILE of the base layers and DIR, which it deletes.
initrd() {
	archive "$1" "$1.cpio"
	cat "${@:3}" "$1.cpio" >"$2"
	rm -rf "$1" "$1.cpio"
}
