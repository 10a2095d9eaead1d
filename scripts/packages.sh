#!/bin/bash
# Installs the Debian packages that a job needs and that are missing.
#
#   scripts/packages.sh SET...
#
# Sets: build (compile the modules), kernel (compile a kernel), vm (boot a guest), demo
# (drive a server from the host), check (static checks), install (test the
# installation), bench (build what the benchmark runs), layout (look at structures), fuzz
# (fuzz the parsers; llvm-14 has what puts names into a finding's stack). Silent and quick
# when nothing is missing. Installs as root or through sudo; ends with one sentence and
# status 1 if it cannot.

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

declare -A packages_of=(
	[build]="make gcc gcc-12 libc6-dev binutils kmod libelf1 libssl3 xz-utils zstd"
	[kernel]="flex bison bc libelf-dev libssl-dev perl zstd"
	[vm]="qemu-system-x86 busybox-static cpio perl kmod iproute2 nftables procps curl wget wrk apache2-utils nghttp2-client binutils zstd"
	[demo]="curl wrk"
	[check]="sparse shellcheck perl xz-utils lcov"
	[install]="dkms git pahole"
	[bench]="make gcc libc6-dev liburing-dev libbpf-dev clang-14 python3 gnuplot-nox"
	[layout]="pahole"
	[fuzz]="make clang-14 libclang-rt-14-dev llvm-14"
)

(($#)) || die "name at least one set of packages: ${!packages_of[*]}."
wanted=()
for set in "$@"; do
	[[ -n ${packages_of[$set]:-} ]] ||
		die "there is no package set '$set'; the sets are: ${!packages_of[*]}."
	read -ra more <<<"${packages_of[$set]}"
	wanted+=("${more[@]}")
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	die "this is not a Debian system; provide what these Debian packages contain: ${wanted[*]}."
fi

# dpkg-query fails for packages it never heard of, which are simply missing.
installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null || true)
missing=()
for package in "${wanted[@]}"; do
	[[ $'\n'$installed$'\n' == *$'\n'"installed $package"$'\n'* ||
		" ${missing[*]} " == *" $package "* ]] || missing+=("$package")
done
((${#missing[@]})) || exit 0

by_hand="run 'apt-get install --no-install-recommends ${missing[*]}' as root"
if ((EUID)) && ! command -v sudo >/dev/null; then
	die "packages are missing and there is neither root nor sudo; $by_hand."
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
install_missing() {
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -o DPkg::Lock::Timeout=120 install -y \
		--no-install-recommends "${missing[@]}" >"$log" 2>&1 </dev/null
}

note "installing ${missing[*]}"
if ! install_missing; then
	# Missing or outdated package lists are the usual reason: renew them and try again.
	if ! as_root apt-get update >>"$log" 2>&1 || ! install_missing; then
		tail -n 15 "$log" >&2
		die "the packages could not be installed (apt's last lines are above); $by_hand."
	fi
fi
