# shellcheck shell=dash disable=SC2034  # what only the scripts use
# Shared by the selftests: TAP, bounded waits, network namespaces, the modules and what
# they say about themselves. Sourced, never run; needs root in a guest.
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
	echo "TAP version 13"
	echo "1..$(($1 + finish_results))"
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

# --- Waiting ---------------------------------------------------------------------

# Seconds since boot.
uptime_seconds() {
	read -r up _ </proc/uptime
	echo "${up%.*}"
}

# wait_until SECONDS COMMAND...: runs COMMAND until it succeeds; fails when time is up.
wait_until() {
	wait_end=$(($(uptime_seconds) + $1))
	shift
	until "$@"; do
		if [ "$(uptime_seconds)" -gt "$wait_end" ]; then
			echo "not within the time: $*"
			return 1
		fi
		sleep 0.05
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
	rest=
	for one in $namespaces; do
		[ "$one" = "$1" ] || rest="$rest $one"
	done
	namespaces=$rest
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

# for_each_path FUNCTION: calls it once for each way from a client to a server, with
# $path (a name), $client_ns, $server_ns and $address set. $paths says how many.
paths=6
for_each_path() {
	for path in "loopback IPv4" "loopback IPv6" "from a namespace IPv4" \
		"from a namespace IPv6" "into a namespace IPv4" "into a namespace IPv6"; do
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
		"$1"
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

# --- The modules -----------------------------------------------------------------

echo_port=7
http_port=80

load() {
	insmod "./$1.ko" ${2:+"$2"} || return
	loaded="$1 $loaded"
}

unload() {
	rmmod "$1" || return
	rest=
	for one in $loaded; do
		[ "$one" = "$1" ] || rest="$rest $one"
	done
	loaded=$rest
}

# load_modules [HANDLER...]: the core, and handlers that listen on all addresses of the
# initial namespace and of every namespace that we made.
load_modules() {
	load syncsock || give_up "syncsock cannot be loaded"
	for handler; do
		case $handler in
		echo) port=$echo_port ;;
		http) port=$http_port ;;
		esac
		load "syncsock_$handler" "listen=0.0.0.0:$port,[::]:$port" ||
			give_up "syncsock_$handler cannot be loaded"
		for ns in $namespaces; do
			set_listen "$ns" "$handler" "0.0.0.0:$port [::]:$port" ||
				give_up "$handler cannot listen in a namespace"
		done
	done
}

unload_modules() {
	for module in $loaded; do
		unload "$module" || return
	done
}

# set_listen NAMESPACE HANDLER TEXT: written at once, as it is.
set_listen() {
	printf '%s\n' "$3" | LC_ALL=C in_ns "$1" dd bs=1M iflag=fullblock status=none \
		of="/proc/sys/net/syncsock/$2/listen"
}

get_listen() {
	in_ns "$1" cat "/proc/sys/net/syncsock/$2/listen"
}

# reads NAMESPACE HANDLER TEXT
reads() {
	is "$(get_listen "$1" "$2")" "$3"
}

# keeps_list MESSAGE TEXT: writing it to echo's list fails so, and nothing has changed.
keeps_list() {
	list_before=$(get_listen "" echo)
	sockets_before=$(listening_sockets)
	set_listen "" echo "$2" 2>"$scratch/error" && {
		echo "was taken, as '$(get_listen "" echo)'"
		return 1
	}
	grep "$1" "$scratch/error" || {
		cat "$scratch/error"
		return 1
	}
	reads "" echo "$list_before" && is "$(listening_sockets)" "$sockets_before"
}

# stat NAMESPACE HANDLER COUNTER
stat() {
	in_ns "$1" cat /proc/net/syncsock/stats |
		awk -v handler="$2" -v counter="$3" '$1 == handler && $2 == counter { print $3 }'
}

# stat_is NAMESPACE HANDLER COUNTER COMPARISON VALUE, for example: stat_is "" echo closed -ge 3
stat_is() {
	test "$(stat "$1" "$2" "$3")" "$4" "$5"
}

# Every accepted connection was closed and released, and every connection above the limit
# was released, in the namespace of the reader.
# shellcheck disable=SC2016  # awk's own variables
released_here='
	NR > 1 { value[$1, $2] = $3; handlers[$1] }
	$2 ~ /^refused_(limit|rate|memory)$/ { refused[$1] += $3 }
	END {
		for (h in handlers)
			if (value[h, "accepted"] + value[h, "connects"] != value[h, "closed"] ||
			    value[h, "closed"] + refused[h] != value[h, "released"])
				exit 1
		exit NR < 2
	}'

all_released() {
	for ns in "" $namespaces; do
		in_ns "$ns" awk "$released_here" /proc/net/syncsock/stats || return
	done
}

check_all_released() {
	wait_until 20 all_released && return
	for ns in "" $namespaces; do
		echo "in namespace '$ns':"
		in_ns "$ns" grep -E 'accepted|limit|closed|released' /proc/net/syncsock/stats
	done
	return 1
}

# TCP sockets of a namespace, but for those that only wait for the peer's late segments.
sockets() {
	in_ns "$1" ss -Htan state all exclude time-wait
}

# With the kernel's number of each socket, which tells an old one from a new one.
listening_sockets() {
	ss -Htlne | sort
}

# How many struct sock of TCP there are, in all namespaces.
allocated() {
	awk '$1 == "TCP:" { for (i = 2; i < NF; i += 2) if ($i == "alloc") print $(i + 1) }' \
		/proc/net/sockstat
}

no_sockets() {
	for ns in "" $namespaces; do
		[ -z "$(sockets "$ns")" ] || return
	done
	[ "$(allocated)" -le "$allocated_before" ]
}

check_no_sockets() {
	wait_until 20 no_sockets && return
	for ns in "" $namespaces; do
		sockets "$ns"
	done
	echo "$(allocated) TCP sockets exist, $allocated_before did before"
	return 1
}

# --- Memory ----------------------------------------------------------------------

# Pages that TCP has charged for buffers, in all namespaces.
buffer_pages() {
	awk '$1 == "TCP:" { for (i = 2; i < NF; i += 2) if ($i == "mem") print $(i + 1) }' \
		/proc/net/sockstat
}

# How far two of these numbers may be apart when the same is charged: every CPU settles up
# when it has 256 pages more or less than the sum knows of.
buffer_pages_slack=$((2 * 256 * $(grep -c ^processor /proc/cpuinfo)))

# Kilobytes that are in use, but for those of processes. What a CPU keeps in stock is free;
# it is read together with what the zone has, because pages go to and fro.
used_memory() {
	cat /proc/zoneinfo /proc/meminfo | awk '
		$1 == "pages" && $2 == "free" { free += 4 * $3 }
		$1 == "count:" { free += 4 * $2 }
		$1 == "AnonPages:" || $1 == "PageTables:" { processes += $2 }
		$1 == "MemTotal:" { total = $2 }
		END { print total - free - processes }'
}

# Sets $used, after the kernel has given up what it only caches.
flush_memory() {
	echo 3 >/proc/sys/vm/drop_caches
	for shrink in /sys/kernel/slab/*/shrink; do
		[ ! -e "$shrink" ] || echo 1 >"$shrink"
	done
	echo 1 >/proc/sys/vm/stat_refresh
	used=$(used_memory)
}

is_settled() {
	used_earlier=$used
	flush_memory
	[ $((used - used_earlier)) -lt 200 ] && [ $((used_earlier - used)) -lt 200 ]
}

# Sets $used when it no longer changes.
settle_memory() {
	flush_memory
	wait_until 20 is_settled
}

# used_is_back KILOBYTES: no more than that is in use, but for what comes and goes.
used_is_back() {
	flush_memory
	[ "$used" -le $(($1 + 2048)) ]
}

check_used_is_back() {
	wait_until 20 used_is_back "$1" && return
	echo "$used kB are in use, $1 kB were before"
	return 1
}

# slab_kilobytes CACHE...: what these slab caches occupy, those that the kernel has; one
# that the kernel has merged with another of them counts once.
slab_kilobytes() {
	for cache; do
		readlink -f "/sys/kernel/slab/$cache"
	done | sort -u | while read -r cache; do
		[ ! -e "$cache/slabs" ] || {
			slabs=$(cat "$cache/slabs")
			echo $((4 * ${slabs%% *} << $(cat "$cache/order")))
		}
	done | awk '{ sum += $1 } END { print sum + 0 }'
}

# slab_objects CACHE: exact once flush_memory has emptied the lists of the CPUs.
slab_objects() {
	sed 's/ .*//' "/sys/kernel/slab/$1/objects"
}

# --- The end ---------------------------------------------------------------------

finish() {
	check "every accepted connection was closed and released" check_all_released
	check "the modules unload within 5 s" check_unload 5
	check "no TCP socket is left" check_no_sockets
}

# The list of loaded modules must change in this shell, so no "within unload_modules".
check_unload() {
	for module in $loaded; do
		within "$1" rmmod "$module" || return
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

allocated_before=$(allocated)
