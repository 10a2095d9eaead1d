#!/bin/bash
# Shows syncsock at work: a virtual machine whose kernel serves HTTP inside softirq.
#
#   scripts/demo.sh            stays up until Ctrl-C
#   DEMO=once scripts/demo.sh  ends by itself; also without a terminal
#   PORT=N                     the port of 127.0.0.1 to serve on (default: the first
#                              free one from 8080)
#   KERNEL=NAME                one of scripts/kernels (default: 6.12-cloud)
#
# curl uses the forwarded port, which is for people: QEMU's user-mode network loses
# packets under load. wrk uses a network card of the guest's in a network namespace of
# its own, which needs root; the host's network is not touched.
#
# Exit status 0 only if every response was right and the guest's kernel had nothing to
# complain about.

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
cd "$root"

kernel=${KERNEL:-6.12-cloud}
guest_port=8080     # the HTTP handler
end_port=8081       # whoever connects here ends the guest
staying=1
[[ ${DEMO:-} != once && -t 0 && -t 1 ]] || staying=0

work=$(mktemp -d)
vm=
namespace=

cleanup() {
	trap '' INT TERM
	[[ -z $vm ]] || kill "$vm" 2>/dev/null || true
	[[ -z $vm ]] || wait "$vm" 2>/dev/null || true
	[[ -z $namespace ]] || kill "$namespace" 2>/dev/null || true
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() {
	printf '\n== %s\n' "$*"
}

is_free() {
	! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

free_port() {
	local port=$1
	while ! is_free "$port"; do
		port=$((port + 1))
		((port < 65536)) || die "no port of 127.0.0.1 is free from $1 on."
	done
	echo "$port"
}

# Waits until the guest has printed a line that begins with $1, or has ended.
wait_for_guest() {
	until grep -q "^$1" "$work/guest" 2>/dev/null; do
		kill -0 "$vm" 2>/dev/null || return 1
		sleep 0.1
	done
}

# A namespace of its own for the load generator, held by a process of its own.
make_namespace() {
	unshare --net sleep infinity 2>/dev/null &
	namespace=$!
	until [[ -e /proc/$namespace/ns/net && ! /proc/$namespace/ns/net -ef /proc/$$/ns/net ]]; do
		if ! kill -0 "$namespace" 2>/dev/null; then
			namespace=
			return 1
		fi
		sleep 0.05
	done
}

start_guest() {
	local options=(--kernel "$kernel" --one-thread --timeout 86400
		--forward "$port:$guest_port" --forward "$end:$end_port"
		--file scripts/demo/guest.sh:demo.sh)
	[[ -z $namespace ]] || options+=(--tap "/proc/$namespace/ns/net")
	# In a session of its own, so that the person's Ctrl-C is ours alone.
	setsid scripts/vm.sh run "${options[@]}" -- sh demo.sh "$guest_port" "$end_port" \
		>"$work/guest" 2>"$work/log" </dev/null &
	vm=$!
	wait_for_guest ready || { cat "$work/log" >&2; die "the guest did not come up."; }
	# What the guest prints from here on are its counters.
	tail -n +2 -f --pid="$vm" "$work/guest" | sed -u 's/^/   guest: /' &
}

show_curl() {
	local url=http://127.0.0.1:$port/hello.txt body
	say "curl -i $url"
	curl -sS -i --max-time 20 "$url" | tr -d '\r'
	body=$(curl -sS --max-time 20 "$url")
	[[ $body == "Hello from softirq" ]] || die "wrong body: '$body'"
	curl -sS --max-time 20 -o "$work/page" "http://127.0.0.1:$port/"
	grep -qi '</html>' "$work/page" || die "the page / is not complete."
}

show_wrk() {
	local url=http://198.18.0.2:$guest_port/hello.txt
	say "wrk -t2 -c64 -d5 $url   (every body is compared)"
	nsenter --net="/proc/$namespace/ns/net" \
		wrk -t2 -c64 -d5 --timeout 10 -s scripts/demo/verify.lua "$url" | tee "$work/wrk"
	grep -q '^wrong: 0$' "$work/wrk" || die "wrk got wrong responses."
	! grep -q '^  Socket errors' "$work/wrk" || die "wrk had socket errors."
	! grep -q '^responses: 0$' "$work/wrk" || die "wrk got no response."
}

scripts/packages.sh build vm demo

port=${PORT:-$(free_port 8080)}
[[ $port =~ ^[0-9]{1,5}$ && $port -ge 1 && $port -lt 65536 ]] ||
	die "PORT is a number from 1 to 65535, not '$port'."
is_free "$port" || die "port $port of 127.0.0.1 is taken; choose another with PORT=N."
end=$(free_port $((port + 1)))

say "Building the modules for $kernel and booting it in a virtual machine"
if ! make_namespace; then
	echo "No right to make a network namespace: without wrk, on the forwarded port only."
fi
start_guest
show_curl
[[ -z $namespace ]] || show_wrk

if ((staying)); then
	say "Serving on http://127.0.0.1:$port/ until Ctrl-C; the guest prints its counters"
	trap 'echo' INT
	wait "$vm" 2>/dev/null || true
	trap 'exit 130' INT
fi

say "Unloading the modules and ending the virtual machine"
# Whether the guest answers does not matter: its status says whether it ended well.
(exec 3<>"/dev/tcp/127.0.0.1/$end") 2>/dev/null || true
status=0
wait "$vm" || status=$?
vm=
cat "$work/log" >&2
((status == 0)) || die "the guest ended with status $status."
grep -q '^done' "$work/guest" || die "the guest did not end as it should."
say "Done: every response was right"
