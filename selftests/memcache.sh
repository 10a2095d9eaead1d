#!/bin/sh
# The memcache handler: the same answers as memcached, byte for byte; what libmemcached's
# tools expect; its limit on memory, eviction and expiry; and a store for each namespace.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

plan $((2 * outward_paths + 26))
add_peer
load_modules memcache

path="loopback IPv4" address=127.0.0.1 client_ns=''
exchanges=$here/memcache/exchanges
their_port=11311
seed=$(od -An -N 2 -tu2 /dev/urandom | tr -d ' ')
seed=$((seed + 1))

# --- Compared with memcached --------------------------------------------------------

# transcript FILE: what we answer to the exchanges.
transcript() {
	run_client script $memcache_port -n "$seed" -p "$exchanges" -t 200 >"$1"
}

listens() {
	ss -Htln "sport = :$1" | grep -q .
}

start_memcached() {
	background "$scratch/memcached" "" memcached -u nobody -l 127.0.0.1 -p $their_port -U 0
	memcached=$started
	wait_until 10 listens $their_port
}

stop_memcached() {
	kill "$memcached"
	wait_end_of 10 "$memcached" "$scratch/memcached"
}

# Both have to be new, so that their unique numbers are the same.
same_answers() {
	start_memcached || return
	start_client "$scratch/theirs" script $their_port -n "$seed" -p "$exchanges" -t 200
	asker=$started
	transcript "$scratch/ours" || return
	wait_until 200 ended "$asker" && wait "$asker" || return
	stop_memcached || return
	cmp "$scratch/theirs" "$scratch/ours" && return
	diff -a "$scratch/theirs" "$scratch/ours" | tr -d '\r\0' | cut -c 1-200 | head -n 40
	return 1
}
echo "# exchanges are cut by seed $seed"
check "memcached and we answer the same, cut at random" same_answers
answers_many() {
	test "$(grep -ac '^> ' "$scratch/ours")" -eq "$(grep -c '^[^#~]' "$exchanges")"
}
check "every exchange was answered" answers_many

# --- Other clients ------------------------------------------------------------------

check "memccapable: all tests of the text protocol" \
	within 60 memccapable -h 127.0.0.1 -p $memcache_port -a

servers=127.0.0.1:$memcache_port
copy_and_read() {
	head -c "$1" /dev/urandom >"$scratch/file"
	memccp --servers="$servers" "$scratch/file" || return
	memccat --servers="$servers" --file="$scratch/copy" file || return
	cmp "$scratch/file" "$scratch/copy"
}
for size in 1 1500 2048 4096 65536 1048000; do
	check "memccp and memccat: a file of $size bytes" copy_and_read $size
done
check "memcexist finds it" memcexist --servers="$servers" file
check "memcslap with 8 connections" within 60 memcslap --servers="$servers" --concurrency=8 \
	--execute-number=200 --test=get --flush

# With Perl's client, whatever its program prints.
perl_prints_the_same() {
	start_memcached || return
	perl "$here/memcache/client.pl" 127.0.0.1:$their_port >"$scratch/theirs" &&
		perl "$here/memcache/client.pl" "$servers" >"$scratch/ours" || return
	stop_memcached || return
	diff "$scratch/theirs" "$scratch/ours" && grep -q '^many 200 200$' "$scratch/ours"
}
check "perl's Cache::Memcached" perl_prints_the_same

# --- Over other paths ---------------------------------------------------------------

# say TEXT...: the answers to exchanges, in one line.
say() {
	printf '%s\n' "$@" | run_client script $memcache_port | grep -av '^> ' | tr -d '\r' |
		paste -s -d ' '
}

over_path() {
	[ -z "$server_ns" ] || return
	check "$path: set, then get" is "$(say 'set key 0 0 3\nabc\n' 'get key\n')" \
		"STORED VALUE key 0 3 abc END"
	check "$path: a value of 1 MiB" is \
		"$(say 'set key 0 0 1048000\n\{1048000x}\n' 'get key\n' | tr -d x)" \
		"STORED VALUE key 0 1048000  END"
}
for_each_path over_path
path="loopback IPv4" address=127.0.0.1 client_ns=''

other_store() {
	is "$(say 'set here 0 0 1\n1\n')" STORED || return
	is "$(address=192.0.2.2; say 'get here\n' 'set here 0 0 1\n2\n')" "END STORED" || return
	is "$(say 'get here\n')" "VALUE here 0 1 1 END"
}
check "a namespace has a store of its own" other_store

# --- Memory and time ----------------------------------------------------------------

# number NAME: one of the statistics.
number() {
	printf '%s\n' 'stats\n' | run_client script $memcache_port | tr -d '\r' |
		awk -v name="$1" '$1 == "STAT" && $2 == name { print $3 }'
}

limit=/proc/sys/net/syncsock/memcache/max_bytes
refuses_limits() {
	before=$(cat $limit)
	for text in '' 0 -1 4194303 1x 99999999999999999999999; do
		! echo "$text" 2>"$scratch/error" >$limit || { echo "took '$text'"; return 1; }
	done
	is "$(cat $limit)" "$before"
}
check "limits that make no sense are refused" refuses_limits

# Root in a user namespace has the settings of its network namespaces, not the host's memory.
# shellcheck disable=SC2016  # the other shell is to expand it
keeps_from_the_host() {
	before=$(cat $limit)
	is "$(unshare --user --map-root-user --net sh -c '
		cat $0
		echo 4194304 >$0 && echo 0 >${0%max_bytes}connections && echo writable
		echo 4194305 >$0
		cat $0' $limit | paste -s -d ' ')" "4194304 writable 4194304" || return
	echo $((before + 1)) >$limit && is "$(cat $limit)" $((before + 1)) && echo "$before" >$limit
}
host_limit="who is root only in a namespace has little memory, and no way to more"
if [ -e /proc/self/ns/user ]; then
	check "$host_limit" keeps_from_the_host
else
	skip "$host_limit" "user namespaces"
fi

# fill FROM TO: items of 1000 bytes that nobody asks for.
fill() {
	seq "$1" "$2" | awk '{ printf "set fill%d 0 0 1000 noreply\\n\\{1000x}\\n\n", $1 }' |
		run_client script $memcache_port -t 300 >"$scratch/fill"
}

keeps_the_limit() {
	echo 4194304 >$limit || return
	is "$(say 'flush_all\n' 'set hot 0 0 3\nhot\n' 'get hot hot\n' 'get hot\n')" \
		"OK STORED VALUE hot 0 3 hot VALUE hot 0 3 hot END VALUE hot 0 3 hot END" || return
	fill 1 6000 || return
	echo "$(number bytes) bytes, $(number evictions) evictions, $(number curr_items) items"
	test "$(number bytes)" -le 4194304 && test "$(number evictions)" -gt 1000 &&
		test "$(number curr_items)" -gt 1000
}
check "the limit on memory is kept" keeps_the_limit
check "what was asked for twice is not displaced by what nobody wants" \
	is "$(say 'get hot\n')" "VALUE hot 0 3 hot END"
check "the last ones are there" is "$(say 'mg fill6000 s\n')" "HD s1000"
value_of_all() {
	is "$(say 'set all 0 0 1048000\n\{1048000x}\n' 'mg all s\n')" "STORED HD s1048000"
}
check "a large value displaces many small ones" value_of_all

# has_read BYTES: so many have come since it was new.
has_read() {
	[ "$(number bytes_read)" -ge "$1" ]
}
survives_half_sent() {
	echo 8388608 >$limit && is "$(say 'set small 0 0 5\nsmall\n')" STORED || return
	printf '%s\n' 'set half 0 0 1048000\n\{1040000x}' >"$scratch/half"
	read_before=$(number bytes_read)
	crowd=
	for one in $(seq 12); do
		start_client "$scratch/crowd$one" script $memcache_port -p "$scratch/half" -t 300
		crowd="$crowd $started"
	done
	wait_until 30 has_read $((read_before + 12 * 1040000)) || return
	is "$(say 'get small\n' 'set new 0 0 1\n1\n' 'get new\n')" \
		"VALUE small 0 5 small END STORED VALUE new 0 1 1 END" || return
	# shellcheck disable=SC2086  # words
	kill $crowd
	wait_until 30 value_of_all && echo 4194304 >$limit
}
check "values that are never finished displace only a part" survives_half_sent

items_are() {
	[ "$(number curr_items)" -eq "$1" ]
}
expires() {
	is "$(say 'flush_all\n')" OK || return
	wait_until 30 items_are 0 || return
	is "$(say 'set a 0 1 1\n1\n' 'set b 0 1 5000\n\{5000x}\n' 'set c 0 0 1\n1\n')" \
		"STORED STORED STORED" || return
	wait_until 30 items_are 1 && is "$(say 'get a b c\n')" "VALUE c 0 1 1 END"
}
check "what has expired or was flushed goes, though nobody asks for it" expires

# --- Many at once -------------------------------------------------------------------

exchange_count=$(grep -c '^[^#~]' "$exchanges")

# start_crowd N: so many clients, each with all exchanges, cut in its own places.
start_crowd() {
	crowd=
	for one in $(seq "$1"); do
		start_client "$scratch/crowd$one" script $memcache_port \
			-n $((seed + one)) -p "$exchanges" -t 200
		crowd="$crowd $started"
	done
}

all_answered() {
	one=0
	for pid in $crowd; do
		one=$((one + 1))
		wait_until 200 ended "$pid" && wait "$pid" || return
		is "$(grep -ac '^> ' "$scratch/crowd$one")" "$exchange_count" || return
	done
}

# writers LINE TIMES: four clients send an exchange, which has to go well, so many times.
writers() {
	awk -v line="$1" -v times="$2" 'BEGIN { while (times--) print line }' >"$scratch/writes"
	crowd=
	for one in 1 2 3 4; do
		start_client "$scratch/crowd$one" script $memcache_port -p "$scratch/writes" -t 300
		crowd="$crowd $started"
	done
	for pid in $crowd; do
		wait_until 300 ended "$pid" && wait "$pid" || return
	done
	! cat "$scratch"/crowd[1-4] | grep -av '^> ' | grep -a ERROR | head -n 3 | grep .
}

# many COUNT TEXT: it, so many times.
many() {
	seq "$1" | while read -r _; do printf '%s' "$2"; done
}

# How often four clients write a hundred times: much less where each packet costs more.
rounds=$((1000 / quick_part / (patience * patience)))

overwrites() {
	before=$(number cmd_set)
	writers "$(many 100 'set one 0 0 1900\\n\\{1900x}\\n')" $rounds &&
		is $(($(number cmd_set) - before)) $((400 * rounds))
}
check "what is overwritten faster than it is freed leaves memory for more" overwrites

adds_up() {
	is "$(say 'set sum 0 0 1\n0\n')" STORED || return
	writers "$(many 100 'incr sum 7\\n')" $rounds || return
	is "$(say 'get sum\n' | cut -d ' ' -f 5)" $((7 * 400 * rounds))
}
check "no increment is lost when four clients make them" adds_up

# So much has come, or all.
is_further() {
	stat_is "" memcache bytes_received -ge "$1" || ended "$started"
}

# What they are answered depends on the others.
crowd_is_answered() {
	start_crowd 4
	for size in 4 64 4 64 4 64 4 64 4 64; do
		read_before=$(stat "" memcache bytes_received)
		echo $((size << 20)) >$limit &&
			wait_until 30 is_further $((read_before + 500000)) || return
	done
	all_answered
}
check "four clients with the same keys, while the limit changes" crowd_is_answered

# Where the kernel looks at everything, for as long as 30 s, else three times.
fuzz_seconds=0
[ ! -e /proc/lockdep ] || fuzz_seconds=30
fuzz_seconds=${FUZZ_SECONDS-$fuzz_seconds}
spoilt() {
	fuzz_end=$(($(uptime_seconds) + fuzz_seconds))
	one=0
	while [ $one -lt 3 ] || [ "$(uptime_seconds)" -lt $fuzz_end ]; do
		one=$((one + 1))
		run_client script $memcache_port -u -n $((seed + one)) -p "$exchanges" \
			-t 100 >"$scratch/spoilt" || { tail -n 3 "$scratch/spoilt"; return 1; }
	done
	echo "$one times"
	# A flush_all with a delay may be due just now.
	is "$(say 'flush_all\n' 'set a 0 0 1\n1\n' 'get a\n')" "OK STORED VALUE a 0 1 1 END"
}
check "exchanges with bytes that are wrong, missing or too many" spoilt

# At least so many values were stored.
has_stored() {
	[ "$(number cmd_set)" -ge "$1" ]
}
unloads_amid() {
	sets=$(number cmd_set)
	start_crowd 3
	wait_until 30 has_stored $((sets + 100)) || return
	unload syncsock_memcache || return
	# shellcheck disable=SC2086  # words
	kill $crowd
	load syncsock_memcache "listen=0.0.0.0:$memcache_port" || return
	is "$(number curr_items)" 0
}
check "the module unloads amid requests, and its items with it" unloads_amid

finish
