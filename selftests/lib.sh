# shellcheck shell=dash disable=SC2034  # what only the scripts use
# Shared by the selftests: TAP, bounded waits, network namespaces, TCP's own counts.
# lib-modules.sh has what is about our modules. Sourced, never run; needs root in a guest.
#
# The modules are taken from the current directory, client from beside this file.
# A test script loads what it needs, runs its tests and ends with "finish".

here=${0%/*}
client=$here/client
scratch=$(mktemp -d)
ns_peer=syncsock-peer		# the far end of the veth pair
namespaces=			# all that we made
loaded=				# modules, the last one first
background_pids=
test_number=0

# --- TAP -------------------------------------------------------------------------

# The results that "finish" adds to a script's own.
finish_results=3

# plan N: a script's own results.
plan() {
	planned=$(($1 + finish_results))
	echo "TAP version 13"
	echo "1..$planned"
}

diag() {
	sed 's/^/# /'
}

# result STATUS NAME
result() {
	test_number=$((test_number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $test_number - $2"
	else
		echo "not ok $test_number - $2"
	fi
}

# skip NAME FEATURE: only for a feature that the running kernel was built without.
skip() {
	test_number=$((test_number + 1))
	echo "ok $test_number - $1 # SKIP kernel has no $2"
}

# skip_all FEATURE: every result, and the script ends.
skip_all() {
	while [ "$test_number" -lt "$planned" ]; do
		skip "result $((test_number + 1))" "$1"
	done
	exit 0
}

is_rt() {
	uname -v | grep -q PREEMPT_RT
}

# can_steer: a CPU can be given what another receives. Where softirqs are threads, kernels
# whose backlog is not one too (before 6.10) warn now and then that it went to an idle CPU.
can_steer() {
	[ -e /sys/class/net/lo/queues/rx-0/rps_cpus ] || return
	is_rt || return 0
	grep -q backlog_napi /proc/[0-9]*/comm
}

# check NAME COMMAND...: the result is COMMAND's status; its output shows if it fails.
check() {
	check_name=$1
	shift
	if "$@" >"$scratch/output" 2>&1; then
		result 0 "$check_name"
	else
		result 1 "$check_name"
		diag <"$scratch/output"
	fi
}

# is WHAT IT-SHOULD-BE
is() {
	[ "$1" = "$2" ] && return
	echo "'$1' is not '$2'"
	return 1
}

give_up() {
	echo "Bail out! $*"
	exit 1
}

# without WORD LIST: the list's other words.
without() {
	for word in $2; do
		[ "$word" = "$1" ] || echo "$word"
	done
}

# --- Waiting ---------------------------------------------------------------------

# Seconds since boot.
uptime_seconds() {
	read -r up _ </proc/uptime
	echo "${up%.*}"
}

# How much longer things may take, for client (io.c) as well. With lockdep and KASAN each
# packet costs many times as much, and what waits for a CPU waits behind packets.
# Who waits there looks less often: each look is programs that are started.
patience=1
look_seconds=0.05
if [ -e /proc/lockdep ]; then
	patience=6
	look_seconds=0.3
fi
unload_seconds=5	# for rmmod
unload_limit="$((unload_seconds * patience)) s"

# wait_until SECONDS COMMAND...: runs COMMAND until it succeeds; fails when time is up,
# which is later where the kernel is slow.
wait_until() {
	wait_end=$(($(uptime_seconds) + $1 * patience))
	shift
	until "$@"; do
		if [ "$(uptime_seconds)" -gt "$wait_end" ]; then
			echo "not within the time: $*"
			return 1
		fi
		sleep "$look_seconds"
	done
}

ended() {
	! kill -0 "$1" 2>/dev/null
}

# background FILE NAMESPACE PROGRAM...: starts a program, output into FILE; sets $started.
# It has to be a program, so that a signal to $started reaches it.
background() {
	background_file=$1
	background_ns=$2
	shift 2
	[ -z "$background_ns" ] || set -- ip netns exec "$background_ns" "$@"
	# Here, so that nobody takes what an earlier program has written for its output.
	: >"$background_file"
	"$@" >"$background_file" 2>&1 &
	started=$!
	background_pids="$background_pids $started"
}

# wait_end_of SECONDS PID FILE: the status of a background command, in bounded time.
wait_end_of() {
	wait_until "$1" ended "$2" || { cat "$3"; return 1; }
	cat "$3"
	wait "$2"
}

# within SECONDS PROGRAM...: its status, or failure if it takes longer.
within() {
	within_seconds=$1
	shift
	background "$scratch/within" "" "$@"
	wait_end_of "$within_seconds" "$started" "$scratch/within"
}

# with_value FILE VALUE COMMAND...: COMMAND's status, with that in a setting of the kernel's
# meanwhile. Not to be nested.
with_value() {
	value_file=$1
	value_before=$(cat "$value_file")
	echo "$2" >"$value_file" || return
	shift 2
	"$@"
	with_value_status=$?
	echo "$value_before" >"$value_file" && return $with_value_status
}

# --- Network namespaces ----------------------------------------------------------

# in_ns NAMESPACE COMMAND...: an empty name means the initial namespace.
in_ns() {
	in_ns_name=$1
	shift
	if [ -n "$in_ns_name" ]; then
		ip netns exec "$in_ns_name" "$@"
	else
		"$@"
	fi
}

add_namespace() {
	ip netns add "$1" || give_up "no network namespace can be made"
	namespaces="$namespaces $1"
	ip -n "$1" link set lo up
}

remove_namespace() {
	ip netns delete "$1"
	namespaces=$(without "$1" "$namespaces")
}

# A veth pair: 192.0.2.1, 2001:db8::1 here; 192.0.2.2, 2001:db8::2 in $ns_peer.
add_peer() {
	add_namespace "$ns_peer"
	ip link add ssk0 type veth peer name ssk1 netns "$ns_peer" || give_up "no veth pair"
	ip address add 192.0.2.1/24 dev ssk0
	ip address add 2001:db8::1/64 dev ssk0 nodad
	ip link set ssk0 up
	ip -n "$ns_peer" address add 192.0.2.2/24 dev ssk1
	ip -n "$ns_peer" address add 2001:db8::2/64 dev ssk1 nodad
	ip -n "$ns_peer" link set ssk1 up
	wait_until 10 link_is_up ssk0 || give_up "the veth pair does not come up"
}

# small_buffers: in the namespaces that we made, and here until the script ends, TCP has
# buffers that are quickly full.
small_buffers() {
	old_rmem=$(cat /proc/sys/net/ipv4/tcp_rmem)
	old_wmem=$(cat /proc/sys/net/ipv4/tcp_wmem)
	for ns in "" $namespaces; do
		in_ns "$ns" sysctl -q -w net.ipv4.tcp_rmem="4096 65536 131072" \
			net.ipv4.tcp_wmem="4096 16384 131072"
	done
}

link_is_up() {
	[ "$(cat "/sys/class/net/$1/operstate")" = up ]
}

is_quick() {
	[ -n "${SELFTESTS_QUICK-}" ]
}

# for_each_path FUNCTION: calls it once for each way from a client to a server, with
# $path (a name), $client_ns, $server_ns and $address set. A quick run takes two of the six,
# or one where the kernel is slow, and of what is done many times a part.
if is_quick; then
	quick_part=10		# one of so many
	paths=2
	veth_paths=1		# of these, not over loopback
	outward_paths=2		# not into a namespace
	if [ "$patience" -gt 1 ]; then
		paths=1
		outward_paths=1
	fi
else
	quick_part=1
	paths=6
	veth_paths=4
	outward_paths=4
fi
for_each_path() {
	on_each_path=$1
	set -- "from a namespace IPv6"
	[ $paths -eq 1 ] || set -- "loopback IPv4" "$@"
	[ $paths -le 2 ] || set -- "$@" "loopback IPv6" "from a namespace IPv4" \
		"into a namespace IPv4" "into a namespace IPv6"
	for path; do
		client_ns=
		server_ns=
		case $path in
		"loopback IPv4") address=127.0.0.1 ;;
		"loopback IPv6") address=::1 ;;
		"from "*IPv4) client_ns=$ns_peer address=192.0.2.1 ;;
		"from "*IPv6) client_ns=$ns_peer address=2001:db8::1 ;;
		"into "*IPv4) server_ns=$ns_peer address=192.0.2.2 ;;
		"into "*IPv6) server_ns=$ns_peer address=2001:db8::2 ;;
		esac
		"$on_each_path"
	done
}

# An address as it goes into a URL or a listen setting.
bracketed() {
	case $1 in
	*:*) echo "[$1]" ;;
	*) echo "$1" ;;
	esac
}

# start_client FILE COMMAND PORT ARGUMENT...: in the background, over the current path.
start_client() {
	start_file=$1
	start_command=$2
	start_port=$3
	shift 3
	background "$start_file" "$client_ns" \
		"$client" "$start_command" "$address" "$start_port" "$@"
}

# run_client COMMAND PORT ARGUMENT...: over the current path.
run_client() {
	run_command=$1
	run_port=$2
	shift 2
	in_ns "$client_ns" "$client" "$run_command" "$address" "$run_port" "$@"
}

# serves ADDRESS PORT: an echo server of ours answers there, in the initial namespace.
serves() {
	"$client" bytes "$1" "$2" -n 2 -t 10
}

# --- What TCP has ----------------------------------------------------------------

# TCP sockets of a namespace, but for those that only wait for the peer's late segments.
sockets() {
	in_ns "$1" ss -Htan state all exclude time-wait
}

# With the kernel's number of each socket, which tells an old one from a new one.
listening_sockets() {
	ss -Htlne | sort
}

# tcp_total NAME: what the kernel counts for TCP in all namespaces: alloc (struct sock), mem
# (pages that it has charged for buffers), orphan.
tcp_total() {
	awk -v name="$1" '$1 == "TCP:" { for (i = 2; i < NF; i += 2) if ($i == name) print $(i + 1) }' \
		/proc/net/sockstat
}

allocated() {
	tcp_total alloc
}

no_sockets() {
	for ns in "" $namespaces; do
		[ -z "$(sockets "$ns")" ] || return
	done
	[ "$(tcp_total alloc)" -le "$allocated_before" ] && [ "$(tcp_total orphan)" -eq 0 ] &&
		[ "$(tcp_total mem)" -le $((pages_at_start + buffer_pages_slack)) ]
}

check_no_sockets() {
	wait_until 20 no_sockets && return
	for ns in "" $namespaces; do
		sockets "$ns"
	done
	echo "before: alloc $allocated_before, mem $pages_at_start; now:"
	grep ^TCP: /proc/net/sockstat
	return 1
}

buffer_pages() {
	tcp_total mem
}

# How far two of these numbers may be apart when the same is charged: every CPU settles up
# when it has 256 pages more or less than the sum knows of.
buffer_pages_slack=$((2 * 256 * $(grep -c ^processor /proc/cpuinfo)))

# --- The end ---------------------------------------------------------------------

finish() {
	check "every accepted connection was closed and released" check_all_released
	check "the modules unload within $unload_limit" check_unload
	check "no TCP socket, orphan or memory is left" check_no_sockets
}

# The list of loaded modules must change in this shell, so each is unloaded within the limit.
check_unload() {
	for module in $loaded; do
		within "$unload_seconds" rmmod "$module" || return
	done
	loaded=
}

cleanup() {
	trap - EXIT INT TERM
	for pid in $background_pids; do
		kill -KILL "$pid" 2>/dev/null
	done
	for module in $loaded; do
		rmmod "$module"
	done
	for ns in $namespaces; do
		ip netns delete "$ns"
	done
	[ -z "${old_rmem-}" ] ||
		sysctl -q -w net.ipv4.tcp_rmem="$old_rmem" net.ipv4.tcp_wmem="$old_wmem"
	rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

# shellcheck source=lib-modules.sh
. "$here/lib-modules.sh"

allocated_before=$(allocated)
pages_at_start=$(buffer_pages)
