# shellcheck shell=dash disable=SC2034,SC2154	# variables of lib.sh, and for the scripts
# The modules, their settings and what they say about themselves. Part of lib.sh, which
# sources it.

echo_port=7
http_port=80
memcache_port=11211
commands_port=9
relay_port=10
limits=/proc/sys/net/syncsock	# below it, those of each handler

# A detector of data races, which is off until there is something to see. What rhashtable's
# worker does is the kernel's: it reads a bucket under its bit lock, plainly, while another CPU
# tries to take that bit, in rhashtable's functions that are inlined here.
watch_for_races() {
	echo '!rht_deferred_worker' >/sys/kernel/debug/kcsan
	echo on >/sys/kernel/debug/kcsan
}

load() {
	insmod "./$1.ko" ${2:+"$2"} || return
	loaded="$1 $loaded"
	[ ! -e /sys/kernel/debug/kcsan ] || watch_for_races
}

unload() {
	rmmod "$1" || return
	loaded=$(without "$1" "$loaded")
}

# load_modules [HANDLER...]: the core, and handlers that listen on all addresses of the
# initial namespace and of every namespace that we made.
load_modules() {
	load syncsock || give_up "syncsock cannot be loaded"
	for handler; do
		case $handler in
		echo) port=$echo_port ;;
		http) port=$http_port ;;
		memcache) port=$memcache_port ;;
		esac
		load "syncsock_$handler" "listen=0.0.0.0:$port,[::]:$port" ||
			give_up "syncsock_$handler cannot be loaded"
		for ns in $namespaces; do
			set_listen "$ns" "$handler" "0.0.0.0:$port [::]:$port" ||
				give_up "$handler cannot listen in a namespace"
		done
	done
}

# listen_everywhere HANDLER PORT: on all addresses of every namespace.
listen_everywhere() {
	for ns in "" $namespaces; do
		set_listen "$ns" "$1" "0.0.0.0:$2 [::]:$2" || give_up "$1 cannot listen"
	done
}

# load_commands: the handlers that only tests need; the one that does what its client says
# listens on all addresses of every namespace.
load_commands() {
	load syncsock_selftest || give_up "the test handlers cannot be loaded"
	listen_everywhere commands $commands_port
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

# set_limit HANDLER NAME VALUE: in all namespaces.
set_limit() {
	for ns in "" $namespaces; do
		in_ns "$ns" sysctl -q -w "net.syncsock.$1.$2=$3" || return
	done
}

# calls_may_take_long HANDLER...: that a call took long decides nothing. An emulated CPU can
# stand still at any time, and is slow when something traces it.
calls_may_take_long() {
	for slow_handler; do
		set_limit "$slow_handler" offload_us 0 &&
			set_limit "$slow_handler" budget_us 1000000 || return
	done
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
