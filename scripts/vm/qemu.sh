#!/bin/bash
# Decides how QEMU is called: the machine, its ports and network cards, the accelerator
# and the kernel's command line. Sourced by vm.sh after lib.sh.
#
# The only file that knows x86; scripts/vm/supervise starts what is put together here.

# shellcheck disable=SC2054,SC2154  # QEMU's arguments have commas; lib.sh sets root and cache

# QEMU's output pipes, which only supervise can make: it replaces these words.
output_pipe=@OUTPUT@
verdict_pipe=@VERDICT@

# A report of the kernel's must end the guest (panic=-1 with -no-reboot), warnings must be
# seen, and a busy host must not look like a stuck guest (the generous limits). A kind of
# object has a slab cache of its own, so that tests can count what is in it. Programs are
# loaded at the same addresses every time (norandmaps), because what QEMU has translated it
# knows by address: to start one takes a fifth of the time. The last line leaves out
# self-tests and key types that take an emulated CPU over a second.
kernel_arguments=(
	console=ttyS0 loglevel=5 printk.time=1 log_buf_len=2M
	panic=-1 panic_on_warn=1 oops=panic softlockup_panic=1
	watchdog_thresh=30 rcupdate.rcu_cpu_stall_timeout=120
	random.trust_cpu=1 slab_nomerge norandmaps
	cryptomgr.notests=1 initcall_blacklist=init_encrypted,crypto_kdf108_init
)

# QEMU 7.2 leaves flags that mean nothing behind cmpxchg16b. An interrupt that comes just then
# returns to them, and if the trap flag is one, the kernel reports a debug exception.
emulated_cpu=max,cx16=off

# machine ACCELERATOR THREADS CPUS MEMORY CONSOLE: sets qemu to the parts every guest has.
# ACCELERATOR is kvm, tcg or icount; THREADS, of tcg, is multi or single.
machine() {
	qemu=(
		qemu-system-x86_64 -machine pc -smp "$3" -m "$4"
		-nodefaults -no-user-config -display none -no-reboot
		-serial "file:$5" -chardev "file,id=verdict,path=$verdict_pipe" -serial chardev:verdict
		# Without ioeventfd a guest's write is done when it returns, at the same
		# instruction in every deterministic run.
		-device virtio-serial-pci,ioeventfd=off
	)
	case $1 in
	kvm) qemu+=(-accel kvm -cpu host) ;;
	tcg) qemu+=(-accel "tcg,thread=$2,tb-size=512" -cpu "$emulated_cpu") ;;
	icount)
		# One virtual nanosecond is one instruction, and nothing depends on the host.
		# "rep movsb" counts as one for each byte: have the kernel copy in words.
		qemu+=(-accel tcg,thread=single,tb-size=512 -cpu "$emulated_cpu,erms=off,fsrm=off" -icount "shift=0,sleep=off"
			-rtc "base=2024-01-01,clock=vm" -seed 1)
		# QEMU 7.2 lets one CPU spin on while another, counted by the same clock, gets no
		# turn; 6.1 never ends bringing up its second CPU. Once it is up and has work to
		# wait for that does not happen, so scripts/vm/init brings up all but the first.
		kernel_arguments+=(nokaslr maxcpus=1)
		;;
	esac
}

# count_instructions FILE PROFILE: by our plugin; without a profile if that is empty.
count_instructions() {
	local plugin=$root/build/count.so sources=("$root"/scripts/vm/{count,blocks,cache}.c)
	(
		lock "$plugin.lock"
		[[ -f $plugin && -z $(find "$root"/scripts/vm/*.[ch] -newer "$plugin") ]] ||
			gcc -O2 -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden -o "$plugin" \
				"${sources[@]}"
	) || die "the emulator's plugin could not be built."
	qemu+=(-plugin "$plugin,out=$(realpath -- "$1")${2:+,blocks=$(realpath -- "$2")}")
}

# The command's output; nothing goes in.
output_port() {
	qemu+=(-chardev "file,id=output,path=$output_pipe"
		-device "virtserialport,chardev=output,nr=1,name=output")
}

# fetch_port FILE: what the guest writes there when the command has ended.
fetch_port() {
	qemu+=(-chardev "file,id=fetch,path=$1"
		-device "virtserialport,chardev=fetch,nr=2,name=fetch")
}

# The terminal of vm.sh as the guest's; Ctrl-] x ends a guest that no longer answers.
terminal_port() {
	qemu+=(-echr 0x1d -chardev stdio,id=terminal,mux=on,signal=off
		-device virtconsole,chardev=terminal,nr=0 -mon chardev=terminal)
}

# forwarded_ports HOSTPORT:GUESTPORT[/udp]...: a card that reaches only the host's 127.0.0.1.
forwarded_ports() {
	local rule protocol card=user,id=forward,restrict=on
	for rule in "$@"; do
		protocol=tcp
		[[ $rule != */udp ]] || protocol=udp
		rule=${rule%/*}
		card+=",hostfwd=$protocol:127.0.0.1:${rule%:*}-10.0.2.15:${rule#*:}"
	done
	qemu+=(-netdev "$card" -device virtio-net-pci,netdev=forward,mac=52:54:00:5c:00:01,romfile=)
}

# A card on the tap device that scripts/vm/tap hands over as file descriptor 10.
tap_card() {
	qemu+=(-netdev tap,id=tap,fd=10 -device virtio-net-pci,netdev=tap,mac=52:54:00:5c:00:02,romfile=)
}

# boot KERNEL INITRD "EXTRA KERNEL ARGUMENTS"
boot() {
	qemu+=(-kernel "$1" -initrd "$2" -append "${kernel_arguments[*]} $3")
}

# kvm_boots KERNEL DIR BASE-LAYER...: whether a real boot to a trivial command succeeds.
kvm_boots() {
	local kernel=$1 dir=$2 nonce qemu
	shift 2
	new_nonce
	stage_settings "$dir/trial" run 0 true
	initrd "$dir/trial" "$dir/initrd" "$@"
	machine kvm multi 2 512 "$dir/console"
	output_port
	boot "$kernel" "$dir/initrd" ""
	"$root/scripts/vm/supervise" --quiet --timeout 10 --nonce "$nonce" --console "$dir/console" \
		-- "${qemu[@]}" >/dev/null 2>&1
}

# accelerator KERNEL DIR BASE-LAYER...: sets REPLY to kvm or tcg. KVM is tried once per
# kernel and host and the outcome kept in the cache; SYNCSOCK_ACCEL overrides.
accelerator() {
	local memo host
	REPLY=${SYNCSOCK_ACCEL:-}
	case $REPLY in
	kvm | tcg) return ;;
	?*) die "SYNCSOCK_ACCEL is '$REPLY' but has to be kvm or tcg." ;;
	esac
	REPLY=tcg
	if [[ ! -r /dev/kvm || ! -w /dev/kvm ]]; then
		return
	fi
	host=$(uname -r && qemu-system-x86_64 --version && grep -m 1 'model name' /proc/cpuinfo)
	memo=$cache/accelerator/$(sha256sum <<<"$1 $host" | cut -c 1-16)
	if [[ ! -s $memo ]]; then
		progress "trying whether KVM boots this kernel, once (at most 10 s)"
		! kvm_boots "$@" || REPLY=kvm
		mkdir -p "${memo%/*}"
		printf '%s\n' "$REPLY" >"$memo.$$"
		mv "$memo.$$" "$memo"
	fi
	REPLY=$(<"$memo")
}
