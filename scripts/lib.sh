#!/bin/bash
# Shared by the shell programs in scripts/: where things are and how they talk.
# Sourced, never run. Sets: root (top of the tree), cache (downloads, safe to delete).
#
# SYNCSOCK_CACHE overrides the cache directory, ~/.cache/syncsock by default.

shopt -s inherit_errexit

# shellcheck disable=SC2034  # used by the scripts that source this file
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034
cache=${SYNCSOCK_CACHE:-${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/syncsock}

# Progress, for a person who waits: shown on a terminal only.
progress() {
	if [[ -t 2 ]]; then
		printf '%s: %s\n' "${0##*/}" "$*" >&2
	fi
}

# Something a reader of a log wants to know too.
note() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# One clear sentence, then the end. A script may set die_status first.
die() {
	note "$*"
	exit "${die_status:-1}"
}

# Runs a command as root: as we are, or through sudo. Fails if there is no way.
as_root() {
	if ((EUID == 0)); then
		"$@"
	elif ! command -v sudo >/dev/null; then
		return 1
	elif [[ -t 0 && -t 2 ]]; then
		sudo "$@"
	else
		sudo -n "$@" 2>/dev/null
	fi
}

# The version of the modules, as their source has it.
modules_version() {
	sed -n 's/^MODULE_VERSION("\(.*\)");/\1/p' "$root/src/core/main.c"
}

# build_dir KERNEL MAKE-ARGUMENT...: where build.sh leaves the modules.
build_dir() {
	local kernel=$1 variant
	shift
	variant=$(printf '%s' "$*" | tr -cd '[:alnum:]')
	printf '%s\n' "$root/build/$kernel${variant:+.$variant}"
}

# Takes an exclusive lock on a file for the rest of this (sub)shell's life.
lock() {
	local fd
	mkdir -p "${1%/*}"
	exec {fd}>"$1"
	if ! flock -n "$fd"; then
		progress "waiting for another run that holds ${1##*/}"
		flock "$fd"
	fi
}

# again_if_crashed COMMAND...: COMMAND once more if the emulator crashed its guest. QEMU 7.2
# does so to one of many whose CPUs run at once, where the kernel patches its own code; the
# harness tells that from a fault of what was run.
again_if_crashed() {
	local said status=0
	said=$(mktemp)
	"$@" 2>"$said" || status=$?
	cat "$said" >&2
	if ((status)) && grep -q "a known fault of QEMU.*run it again" "$said"; then
		echo "# begun anew: the emulator crashed the guest"
		status=0
		"$@" || status=$?
	fi
	rm -f "$said"
	return "$status"
}
