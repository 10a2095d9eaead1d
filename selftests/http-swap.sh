#!/bin/sh
# The root of the HTTP handler changes while files are fetched: each response is of one of
# the roots alone, and none fails.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-http.sh
. "${0%/*}/lib-http.sh"

plan 6
add_peer
load_modules http
client_ns=$ns_peer address=192.0.2.1
# What the kernel tells, it tells each time.
message_cost=$(sysctl -n net.core.message_cost)
sysctl -q -w net.core.message_cost=0
fetches=$((60 / quick_part))

# Two roots with the same paths, of different bytes and lengths.
for letter in a b; do
	mkdir "$scratch/$letter"
	extra=$([ $letter = a ] || echo 1000)
	for size in 100 20000 300000; do
		head -c $((size + extra)) /dev/zero | tr '\0' $letter >"$scratch/$letter/$size"
	done
done
mkdir "$scratch/long"
head -c 12000000 /dev/urandom >"$scratch/long/large"
check "a root is set" set_root "" "$scratch/a"

# The whole of either root's file.
is_whole() {
	cmp -s "$scratch/a/$1" "$2" || cmp -s "$scratch/b/$1" "$2" || {
		echo "$2 is neither"
		wc -c "$2"
		tr -d a <"$2" | wc -c
		return 1
	}
}

# swap_to PATH: as soon as not too many old roots are in use.
swap_to() {
	until set_root "" "$1"; do
		grep -q "resource busy" "$scratch/error" &&
			[ "$(uptime_seconds)" -lt "$swap_end" ] || return
	done
}

# swap_while PID: until it ends; counts in $swaps.
swap_while() {
	swaps=0
	until ended "$1"; do
		swap_to "$scratch/b" && swap_to "$scratch/a" || return
		swaps=$((swaps + 2))
		[ "$(uptime_seconds)" -lt "$swap_end" ] || return
	done
}

# Files of all sizes, over and over on one connection for each size.
fetch_all() {
	swap_end=$(($(uptime_seconds) + 150))
	pids=
	for size in 100 20000 300000; do
		background "$scratch/curl-$size" "$client_ns" curl -sS --fail --max-time 150 \
			-o "$scratch/got-$size-#1" "$(url "/$size?[1-$fetches]")"
		pids="$pids $started"
	done
	for pid in $pids; do
		if ! swap_while "$pid" || ! wait "$pid"; then
			cat "$scratch"/curl-*
			return 1
		fi
	done
	for size in 100 20000 300000; do
		for i in $(seq "$fetches"); do
			is_whole $size "$scratch/got-$size-$i" || return
		done
	done
}
check "every response is of one root" fetch_all

# wrk tells of errors, and of other statuses.
under_load() {
	swap_end=$(($(uptime_seconds) + 60))
	background "$scratch/wrk" "$client_ns" wrk -t1 -c16 -d4 --timeout 20 "$(url /20000)"
	swap_while "$started" || return
	wait_end_of 30 "$started" "$scratch/wrk" || return
	grep -qE ' [1-9][0-9]* requests in ' "$scratch/wrk" && [ "$swaps" -gt 0 ] &&
		! grep -qE 'Socket errors|Non-2xx' "$scratch/wrk"
}
check "no request of wrk's fails" under_load

# received BYTES: the slow client has so many.
received() {
	[ -e "$scratch/slow" ] && [ "$(wc -c <"$scratch/slow")" -ge "$1" ]
}

# A response in flight goes on with the old files, which nobody else gets any more.
in_flight() {
	set_root "" "$scratch/long" || return
	background "$scratch/curl-slow" "$client_ns" curl -sS --fail --max-time 100 \
		--limit-rate $((3000 / patience))k -o "$scratch/slow" "$(url /large)"
	slow=$started
	wait_until 20 received 100000 && set_root "" "$scratch/b" &&
		serves_file "$scratch/b/100" /100 || return
	if ended "$slow"; then
		echo "was too fast"
		return 1
	fi
	wait_end_of 100 "$slow" "$scratch/curl-slow" && cmp "$scratch/long/large" "$scratch/slow"
}
check "a response in flight is finished from the old root" in_flight

# Its end is not waited for, nor is it lost if the connection ends before.
aborted() {
	set_root "" "$scratch/long" || return
	rm -f "$scratch/slow"
	background "$scratch/curl-slow" "$client_ns" curl -sS --fail --max-time 100 \
		--limit-rate 1M -o "$scratch/slow" "$(url /large)"
	wait_until 20 received 100000 && set_root "" "" || return
	kill -KILL "$started"
	serves_text "Hello from softirq" /hello.txt
}
check "nor does a client that goes away in between harm" aborted

# slow_client N: gets what is served now, for longer than anybody wants to wait.
slow_client() {
	rm -f "$scratch/slow"
	background "$scratch/curl-slow" "$client_ns" curl -sS --fail --max-time 600 \
		--limit-rate 10k -o "$scratch/slow" "$(url /large)"
	slow_clients="$slow_clients $started"
	wait_until 20 received 1
}

# Slow clients keep old roots in use, but not more than a few.
not_too_many() {
	slow_clients=
	for i in 1 2 3 4 5; do
		set_root "" "$scratch/long" && slow_client || return
	done
	set_root "" "$scratch/b" && {
		echo "was taken"
		return 1
	}
	grep "resource busy" "$scratch/error" && log_since | grep "$scratch/b: clients" &&
		is "$(get_root "")" "$scratch/long" || return
	# shellcheck disable=SC2086 # several
	kill -KILL $slow_clients
	wait_until 20 set_root "" "$scratch/b" && serves_file "$scratch/b/100" /100
}
check "slow clients keep a few old roots in use, and no more" not_too_many

sysctl -q -w net.core.message_cost="$message_cost"
finish
