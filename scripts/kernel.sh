#!/bin/bash
# Fetches the kernels named in scripts/kernels from Debian's archive and unpacks
# them into the cache, or has them built there; nothing is installed. Prints where the
# asked part is.
#
#   scripts/kernel.sh list             names, one a line
#   scripts/kernel.sh image NAME       directory with boot/vmlinuz-*, lib/modules/*
#   scripts/kernel.sh headers NAME     directory for 'make -C DIR M=...'
#   scripts/kernel.sh source PACKAGE [FILE...]
#                                      directory with those files of a source package, or
#                                      with all of it
#
# In the cache: kernels/NAME/VERSION/{release,image,headers}. Image and headers are
# always of one Debian version. The two newest versions of a kernel are kept. All of
# it may be deleted at any time and fetched by several runs at once.

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
umask 022
PATH=$PATH:/usr/sbin:/sbin

usage() {
	die "usage: kernel.sh list | image NAME | headers NAME | source PACKAGE [FILE...]"
}

list() {
	sed 's/#.*//' "$root/scripts/kernels" | awk 'NF { print $1 }'
}

# The second column of scripts/kernels for a name.
source_of() {
	local source
	source=$(awk -v name="$1" '$1 == name { print $2; exit }' "$root/scripts/kernels")
	[[ -n $source ]] || die "there is no kernel '$1'; scripts/kernels has: $(list | paste -sd' ')."
	printf '%s\n' "$source"
}

# Renews apt's lists if they are missing, a week old, or if asked to ("now").
refresh_lists() {
	local stamp=$cache/apt-updated
	if [[ ${1:-} != now && -n $(find "$stamp" /var/lib/apt/lists -maxdepth 1 \
		\( -name '*_InRelease' -o -name apt-updated \) -mtime -7 -print -quit 2>/dev/null) ]]; then
		return
	fi
	progress "renewing the package lists"
	as_root apt-get -qq update >/dev/null 2>&1 ||
		note "the package lists could not be renewed; going on with what there is"
	mkdir -p "$cache"
	touch "$stamp"
}

# apt_field PACKAGE FIELD: that field of the version apt would install.
apt_field() {
	apt-cache show --no-all-versions "$1" 2>/dev/null | sed -n "s/^$2: //p" | head -n 1
}

# remembered NAME COMMAND...: what COMMAND prints, kept until apt's lists change, because
# asking apt takes a while.
remembered() {
	local answer memo=$cache/resolved/$1
	shift
	if [[ -s $memo && ! /var/lib/apt/lists -nt $memo && ! $root/scripts/kernels -nt $memo ]]; then
		cat "$memo"
		return
	fi
	answer=$("$@")
	[[ -n $answer ]] || return 1
	mkdir -p "${memo%/*}"
	printf '%s\n' "$answer" >"$memo.$$"
	mv "$memo.$$" "$memo"
	printf '%s\n' "$answer"
}

# resolve NAME: "IMAGE-PACKAGE VERSION" that NAME's metapackage stands for now.
resolve() {
	local depends
	depends=$(apt_field "$(source_of "$1")" Depends)
	if [[ $depends =~ ^(linux-image-[^ ]+)\ \(=\ ([^\)]+)\) ]]; then
		printf '%s\n' "${BASH_REMATCH[1]} ${BASH_REMATCH[2]}"
	fi
}

# download PACKAGE=VERSION...: fetches into the working directory.
download() {
	local options=(-qq)
	((EUID)) || options+=(-o APT::Sandbox::User=root)
	apt-get "${options[@]}" download "$@" >apt.log 2>&1
}

# Makes unpacked header packages usable where they lie: the flavour's Makefile
# names its common part by an absolute path; everything else is relative already.
relocate_headers() {
	local flavour=$1
	sed -i 's,^include /usr/src/,include ../,' "$flavour/Makefile"
	if [[ ! -f $flavour/Module.symvers || ! -x $flavour/scripts/mod/modpost ]]; then
		die "the headers in $flavour are not laid out as expected; scripts/kernel.sh needs to learn about them."
	fi
}

# fetch NAME IMAGE-PACKAGE VERSION DIR: unpacks a kernel into DIR, completely or not
# at all. Needs errexit: call it where that is in force.
fetch() {
	local name=$1 image=$2 version=$3 target=$4 headers common kbuild work deb
	lock "$cache/kernels/$name.lock"
	[[ ! -d $target ]] || return 0
	find "$cache" -maxdepth 1 -name 'fetch.*' -mtime +0 -exec rm -rf {} +
	headers=${image/linux-image-/linux-headers-}
	work=$(mktemp -d "$cache/fetch.XXXXXX")
	# shellcheck disable=SC2064  # the directory of now is meant
	trap "rm -rf '$work'" EXIT
	cd "$work"
	progress "fetching $name: ${image#linux-image-} and its headers, once (about 50 to 150 MB)"
	common=$(apt_field "$headers=$version" Depends | grep -o 'linux-headers-[^ ]*-common\(-rt\)\?')
	kbuild=$(apt_field "$headers=$version" Depends | grep -o 'linux-kbuild-[^ ,]*')
	download "$image=$version" "$headers=$version" "$common=$version" "$kbuild=$version"

	mkdir -p out/image out/headers
	for deb in ./*.deb; do
		case $deb in
		./linux-image-*) dpkg-deb -x "$deb" out/image ;;
		*) dpkg-deb -x "$deb" out/headers ;;
		esac
	done
	relocate_headers "out/headers/usr/src/$headers"
	depmod -b out/image "${image#linux-image-}"
	printf '%s\n' "${image#linux-image-}" >out/release
	mkdir -p "${target%/*}"
	mv -T out "$target"
	cd /
	rm -rf "$work"
	trap - EXIT
}

# Keeps the two newest versions of a kernel.
prune() {
	local old
	[[ -d $1 ]] || return 0
	find "$1" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort -rV | tail -n +3 |
		while read -r old; do rm -rf "${1:?}/$old"; done
}

# Prints the directory of a kernel, fetching it first if need be.
kernel_dir() {
	local name=$1 source resolved image version dir try
	source=$(source_of "$name")
	if [[ $source == config:* ]]; then
		"$root/scripts/kernel-build.sh" "$name" "${source#config:}"
		return
	fi
	command -v apt-get >/dev/null || die "kernels come from Debian's archive and this system has no apt-get."
	refresh_lists
	dir=$cache/kernels/$name
	for try in first second; do
		resolved=$(remembered "$name" resolve "$name") || resolved=
		if [[ -n $resolved ]]; then
			read -r image version <<<"$resolved"
			[[ $image == "linux-image-${name%%-*}."* ]] ||
				die "$source stands for $image here, which is not a ${name%%-*} kernel; $name needs another Debian release."
			if [[ ! -d $dir/$version ]]; then
				# Not in a condition, which would switch errexit off inside.
				set +e
				(set -e; fetch "$name" "$image" "$version" "$dir/$version")
				set -e
				prune "$dir"
			fi
			if [[ -d $dir/$version ]]; then
				printf '%s\n' "$dir/$version"
				return
			fi
		fi
		# The archive may have gone on to a newer version than the lists know.
		[[ $try == second ]] || refresh_lists now
	done
	version=$(find "$dir" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' 2>/dev/null | sort -V | tail -n 1) || true
	[[ -n $version ]] ||
		die "$name ($source) could not be fetched; check the network and that 'apt-cache policy $source' knows it."
	note "the newest $name could not be fetched; using $version from the cache"
	printf '%s\n' "$dir/$version"
}

# source_files PACKAGE [FILE...]: those files of a linux-source package, or all of them.
source_files() {
	local package=$1 version dir work
	shift
	command -v apt-get >/dev/null || die "sources come from Debian's archive and this system has no apt-get."
	refresh_lists
	version=$(remembered "$package" apt_field "$package" Version) ||
		die "apt knows no package $package; run 'apt-get update' and try again."
	dir=$cache/source/$package-$version
	(($#)) || dir+=-whole
	if ! (cd "$dir" 2>/dev/null && ls "$@" >/dev/null 2>&1); then
		lock "$cache/source/$package.lock"
		work=$(mktemp -d "$cache/fetch.XXXXXX")
		# shellcheck disable=SC2064  # the directory of now is meant
		trap "rm -rf '$work'" EXIT
		cd "$work"
		progress "fetching $package, once (about 150 MB)"
		download "$package=$version" || die "$package could not be fetched; check the network."
		mkdir tree
		dpkg-deb --fsys-tarfile ./*.deb | tar -x --wildcards './usr/src/*.tar.xz'
		tar -xf usr/src/*.tar.xz -C tree --strip-components=1 "${@/#/$package/}" ||
			die "$package has no $*."
		# Of older versions nothing is needed any more.
		find "$cache/source" -mindepth 1 -maxdepth 1 -type d -name "$package*" \
			-not -name "$package-$version*" -exec rm -rf {} +
		rm -rf "$dir"
		mv -T tree "$dir"
	fi
	printf '%s\n' "$dir"
}

command=${1:-}
case $command:$# in
list:1) list ;;
image:2)
	dir=$(kernel_dir "$2")
	printf '%s/image\n' "$dir"
	;;
headers:2)
	dir=$(kernel_dir "$2")
	printf '%s/headers/usr/src/linux-headers-%s\n' "$dir" "$(<"$dir/release")"
	;;
source:[2-9]*) source_files "${@:2}" ;;
*) usage ;;
esac
