#!/bin/bash
# Boots a kernel of scripts/kernels with the modules of this tree and runs a command in it.
# 'vm.sh help' is the contract.

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=vm/image.sh
source "$root/scripts/vm/image.sh"
# shellcheck source=vm/qemu.sh
source "$root/scripts/vm/qemu.sh"
# Nothing but the command's own failure may look like it, here or in what is called.
export die_status=125
scratch=
finish() {
	local status=$?
	[[ -z $scratch ]] || rm -rf "$scratch"
	case $status in
	0 | 129 | 130 | 143) ;;
	*) exit "$die_status" ;;
	esac
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
PATH=$PATH:/usr/sbin:/sbin

help() {
	cat <<'END'
usage: scripts/vm.sh run [OPTION]... -- COMMAND [ARGUMENT]...
       scripts/vm.sh shell [OPTION]...
       scripts/vm.sh kernels
       scripts/vm.sh help

Boots a kernel with this tree's modules, freshly built, and runs COMMAND in it as root.
A COMMAND of one word is a line for the shell, several words are run as they are. It
starts in /syncsock, where the modules (*.ko) and the selftests are: 'insmod syncsock.ko'.
Its output is streamed; it has no input. 'shell' gives an interactive shell instead, which
exit or Ctrl-D ends (Ctrl-] x if the guest is stuck).

  --kernel NAME         one of 'vm.sh kernels' (default: 6.12-cloud)
  --build "ARGS"        build the modules with these make arguments; SYNCSOCK_FAULTS=y
                        gives the core what selftests/nth.sh needs
  --cpus N              virtual CPUs (default: 2)
  --mem MB              memory (default: 1024)
  --timeout S           for the guest's whole life (default: 300; shell: 0, none)
  --append "ARGS"       more kernel arguments; they override the harness's own
  --file HOST:GUEST     put a file or directory into the guest; a relative GUEST is below
                        /syncsock; may be repeated
  --fetch GUEST:HOST    have the guest's directory GUEST as the tar file HOST when COMMAND has
                        ended; one that does not exist is an empty one
  --icount              deterministic: one virtual nanosecond is one instruction and two
                        runs are identical; COMMAND starts after 20 virtual seconds of rest
  --count FILE          with --icount: what each CPU has executed, a line for each mark that a
                        program in the guest executes (scripts/vm/count.c)
  --profile FILE        with --count: which blocks were executed between the marks 1 and 2,
                        how often, and the misses of simulated data caches in each of them
                        (scripts/vm/count.c, cache.c); slower
  --one-thread          emulate all CPUs in one thread: slower than with one for each, but two
                        such guests side by side do not keep each other waiting
  --tools               give the guest trace-cmd, perf, bpftrace and Python: 240 MB of its
                        memory and a few seconds of its boot
  --forward HOSTPORT:GUESTPORT[/udp]
                        forwards the host's 127.0.0.1; the guest's fwd0 is 10.0.2.15 and
                        reaches nothing else; may be repeated
  --tap NETNS           a network card into that namespace (a name of 'ip netns' or a file
                        like /proc/PID/ns/net); there the device is syncsock0 with
                        198.18.0.1/24 and fd00:5c::1/64, in the guest it is tap0 with
                        198.18.0.2/24 and fd00:5c::2/64; needs root

Exit status: COMMAND's, if its kernel had nothing to complain about; 124 after the
timeout; 125 if there was no verdict or the kernel reported a fault (a warning, an oops, a
lockdep, KASAN or kmemleak report, ...: scripts/vm/faults), whatever COMMAND's status was.

SYNCSOCK_ACCEL=kvm|tcg picks the accelerator; without it, KVM is used where a trial boot
shows that it works. SYNCSOCK_CACHE=DIR is where downloads go (~/.cache/syncsock).
END
}

# A number of at least $2 for option $1, or the end.
number() {
	[[ $3 =~ ^[0-9]{1,9}$ && $3 -ge $2 ]] || die "$1 takes a number of at least $2, not '$3'."
}

parse_options() {
	local option
	while (($#)); do
		option=$1
		case $option in
		--)
			shift
			command=("$@")
			return
			;;
		--icount)
			icount=yes
			shift
			continue
			;;
		--one-thread)
			threads=single
			shift
			continue
			;;
		--tools)
			tools=yes
			shift
			continue
			;;
		--kernel | --build | --cpus | --mem | --timeout | --append | --count | --profile | --file | --fetch | --forward | --tap) ;;
		*) die "'$option' is not an option; 'vm.sh help' lists them (COMMAND comes after '--')." ;;
		esac
		(($# > 1)) || die "$option needs a value."
		case $option in
		--kernel) kernel=$2 ;;
		--build) read -ra build_arguments <<<"$2" ;;
		--cpus) number "$1" 1 "$2"; cpus=$2 ;;
		--mem) number "$1" 256 "$2"; memory=$2 ;;
		--timeout) number "$1" 1 "$2"; timeout=$2 ;;
		--append) append+=" $2" ;;
		--count | --profile)
			: >"$2" || die "$option $2: $2 cannot be written."
			if [[ $option == --count ]]; then count=$2; else profile=$2; fi
			;;
		--file)
			[[ $2 == ?*:?* ]] || die "--file takes HOST:GUEST, not '$2'."
			[[ -e ${2%:*} ]] || die "--file $2: there is no ${2%:*}."
			files+=("$2")
			;;
		--fetch)
			[[ $2 == ?*:?* ]] || die "--fetch takes GUEST:HOST, not '$2'."
			fetch_from=${2%%:*} fetch_to=${2#*:}
			: >"$fetch_to" || die "--fetch $2: $fetch_to cannot be written."
			;;
		--forward)
			[[ $2 =~ ^([0-9]{1,5}):([0-9]{1,5})(/udp|/tcp)?$ ]] || die "--forward takes HOSTPORT:GUESTPORT, not '$2'."
			forwards+=("$2")
			;;
		--tap) tap=$2 ;;
		esac
		shift 2
	done
}

# Everything that would otherwise fail late, with a sentence worse than ours.
check_network() {
	local rule port
	for rule in "${forwards[@]}"; do
		port=${rule%%:*}
		perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(LocalAddr => "127.0.0.1",
			LocalPort => $ARGV[0], Proto => $ARGV[1], ($ARGV[1] eq "tcp" ? (Listen => 1, ReuseAddr => 1) : ()))' \
			"$port" "$([[ $rule == */udp ]] && echo udp || echo tcp)" ||
			die "port $port of 127.0.0.1 cannot be used (something else listens on it?): pick another one for --forward."
	done
	if [[ -n $tap ]]; then
		[[ $tap == */* ]] || tap=/run/netns/$tap
		[[ -e $tap ]] || die "--tap: there is no network namespace $tap; 'ip netns add' makes one."
		((EUID == 0)) || die "--tap needs root."
	fi
}

# Removes temporary directories of runs that were killed before they had a supervisor, and
# all but the ten newest logs of failed ones.
sweep() {
	local left owner
	for left in "${TMPDIR:-/tmp}"/syncsock-vm.*; do
		owner=${left#*/syncsock-vm.}
		[[ ! -d $left || -d /proc/${owner%%.*} ]] || rm -rf "$left"
	done
	find "$root/build" -maxdepth 1 -name 'console-*.log' -printf '%T@ %p\n' | sort -rn |
		tail -n +11 | cut -d ' ' -f 2- | xargs -r -d '\n' rm -f
}

# Builds everything, boots the guest and becomes its supervisor.
boot_guest() {
	local image release base kernel_file how qemu nonce file supervise
	"$root/scripts/packages.sh" build vm
	image=$("$root/scripts/kernel.sh" image "$kernel")
	"$root/scripts/build.sh" "$kernel" -- "${build_arguments[@]}"
	build_selftests
	release=$(basename "$image"/lib/modules/*)

	sweep
	scratch=$(mktemp -d "${TMPDIR:-/tmp}/syncsock-vm.$$.XXXXXX")
	base_layers "$image" "$release" "$scratch"
	guest_kernel "$image" "$release"
	kernel_file=$REPLY
	((cpus > 1)) || threads=single
	how=icount
	if [[ -z $icount ]]; then
		accelerator "$kernel_file" "$scratch" "${base[@]}"
		how=$REPLY
	fi

	copy_syncsock "$scratch/run" "$(build_dir "$kernel" "${build_arguments[@]}")"
	for file in "${files[@]}"; do
		copy_file "$scratch/run" "${file%:*}" "${file##*:}"
	done
	new_nonce
	stage_settings "$scratch/run" "$mode" "${icount:+2}0" "${command[@]}"
	initrd "$scratch/run" "$scratch/initrd" "${base[@]}"

	machine "$how" "$threads" "$cpus" "$memory" "$scratch/console"
	if [[ $mode == shell ]]; then terminal_port; else output_port; fi
	((${#forwards[@]} == 0)) || forwarded_ports "${forwards[@]}"
	[[ -z $tap ]] || tap_card
	[[ -z $fetch_to ]] || fetch_port "$fetch_to"
	[[ -z $count ]] || count_instructions "$count" "$profile"
	boot "$kernel_file" "$scratch/initrd" "$append"

	progress "booting $release ($how)"
	supervise=("$root/scripts/vm/supervise" --nonce "$nonce" --timeout "$timeout"
		--console "$scratch/console" --keep "$root/build/console-$kernel.$$.log"
		--remove "$scratch")
	[[ $mode == run ]] || supervise+=(--terminal)
	[[ -z $tap ]] || supervise+=(--tap "$tap")
	exec "${supervise[@]}" -- "${qemu[@]}"
}

# The programs among the selftests; the scripts need no building.
build_selftests() {
	local log=$root/build/selftests.log
	[[ -f $root/selftests/Makefile ]] || return 0
	(
		lock "$root/build/selftests.lock"
		make -C "$root/selftests" -j"$(nproc)" O="$root/build/selftests" >"$log" 2>&1 </dev/null
	) || {
		cat "$log" >&2
		die "the selftests' programs could not be built."
	}
}

mode=${1:-help}
shift || true
kernel=6.12-cloud cpus=2 memory=1024 timeout=300 append='' icount='' threads=multi tap='' tools='' count='' profile=''
files=() forwards=() command=() build_arguments=() fetch_from='' fetch_to=''
case $mode in
run)
	parse_options "$@"
	((${#command[@]})) || die "there is no command to run: put it after '--'."
	;;
shell)
	timeout=0
	parse_options "$@"
	((${#command[@]} == 0)) || die "'shell' takes no command; use 'run' for one."
	[[ -t 0 && -t 1 ]] || die "'shell' needs a terminal; use 'run -- COMMAND' without one."
	command=(true)
	;;
kernels)
	exec "$root/scripts/kernel.sh" list
	;;
help | --help | -h)
	help
	exit 0
	;;
*) die "there is no command '$mode'; 'vm.sh help' tells what there is." ;;
esac
[[ -z $count || -n $icount ]] || die "--count needs --icount."
[[ -z $profile || -n $count ]] || die "--profile needs --count."
check_network
boot_guest
