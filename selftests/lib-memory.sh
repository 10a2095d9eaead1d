# shellcheck shell=dash disable=SC2034	# what only the scripts use
# Shared by the tests that look at what memory is in use. Sourced after lib.sh.

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

# slab_kilobytes CACHE...: what these slab caches occupy, those that the kernel has. The
# harness has it merge none with another.
slab_kilobytes() {
	for cache; do
		cache=/sys/kernel/slab/$cache
		[ ! -e "$cache/slabs" ] || {
			slabs=$(cat "$cache/slabs")
			echo $((4 * ${slabs%% *} << $(cat "$cache/order")))
		}
	done | awk '{ sum += $1 } END { print sum + 0 }'
}

# has_plain_memory CACHE: objects of the cache take what they take in daily use, because
# nothing watches over them.
has_plain_memory() {
	[ ! -e /proc/lockdep ] && [ ! -e /sys/kernel/debug/kmemleak ] &&
		[ "$(cat "/sys/kernel/slab/$1/red_zone")" = 0 ]
}

# slab_objects CACHE: once flush_memory has emptied the lists of the CPUs, exact, but for
# those that KFENCE has instead.
slab_objects() {
	sed 's/ .*//' "/sys/kernel/slab/$1/objects"
}

socket_caches="TCP TCPv6 request_sock_TCP request_sock_TCPv6"

# in_caches CACHE...: the objects of these slab caches.
in_caches() {
	for cache; do
		slab_objects "$cache"
	done | awk '{ sum += $1 } END { print sum }'
}
