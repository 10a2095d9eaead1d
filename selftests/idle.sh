#!/bin/sh
# Many idle connections, open at once: what each of them costs beside its socket, and that
# each is still served in the end.
#
# They are opened twice, and what the kernel has less of is measured each time. First they
# wait at an ordinary listener that nobody accepts from: the server's side is then a socket
# and the request that it came from, and nothing else. What our connections take more than
# those sockets is ours.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-memory.sh
. "${0%/*}/lib-memory.sh"

count=$((50000 / quick_part))	# half of them over IPv4, half over IPv6
most=512			# bytes for each; echo has no private memory
# Of a difference of two settled figures. Where spinlocks sleep they are larger, and more is
# freed by threads, some time.
settled=400
! is_rt || settled=800
resolution=$((settled * 1024 / count))
ours=syncsock_echo
plain_port=9

memory=$(awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo)
[ "$memory" -ge 1800 ] ||
	give_up "$count idle connections want a guest with 2 GiB, this one has $memory MiB of" \
		"memory: start it by 'scripts/vm.sh run --mem 2048'."

# open_half FILE ADDRESS PORT BYTES: half of the connections, each with a few bytes.
open_half() {
	background "$scratch/$1" "" "$client" many "$2" "$3" -n $((count / 2)) -b "$4" -t 200
}

# open_all PORT BYTES
open_all() {
	open_half idle4 127.0.0.1 "$1" "$2"
	client4=$started
	open_half idle6 ::1 "$1" "$2"
	client6=$started
	wait_until 100 all_open_or_ended
	all_open || {
		cat "$scratch/idle4" "$scratch/idle6"
		return 1
	}
}

all_open() {
	grep -qx open "$scratch/idle4" && grep -qx open "$scratch/idle6"
}

all_open_or_ended() {
	all_open || ended "$client4" || ended "$client6"
}

# The clients have their bytes echoed once more.
end_all() {
	kill -TERM "$client4" "$client6" &&
		wait_end_of 60 "$client4" "$scratch/idle4" &&
		wait_end_of 60 "$client6" "$scratch/idle6"
}

# established FAMILY PORT: the server's sockets.
established() {
	ss -Htn"$1" state established "sport = :$2" | wc -l
}

# at_once PORT: as many as there are to be.
at_once() {
	four=$(established 4 "$1")
	six=$(established 6 "$1")
	echo "IPv4: $four, IPv6: $six"
	[ "$four" -eq $((count / 2)) ] && [ "$six" -eq $((count / 2)) ]
}

are_open() {
	at_once "$echo_port" && stat_is "" echo accepted -eq $((accepted + count)) &&
		stat_is "" echo closed -eq "$closed"
}

# each KILOBYTES: as bytes for each connection.
each() {
	echo $(($1 * 1024 / count))
}

plain_listeners() {
	somaxconn=$(sysctl -n net.core.somaxconn)
	sysctl -q -w net.core.somaxconn="$count"
	background "$scratch/plain4" "" "$client" listen 0.0.0.0 "$plain_port" -n "$count" -t 200
	plain4=$started
	background "$scratch/plain6" "" "$client" listen :: "$plain_port" -n "$count" -t 200
	plain6=$started
	wait_until 10 grep -q listening "$scratch/plain4" &&
		wait_until 10 grep -q listening "$scratch/plain6"
	plain_status=$?
	sysctl -q -w net.core.somaxconn="$somaxconn"
	return $plain_status
}

# Sets $plain, the kilobytes of as many connections that we do not serve.
measure_plain() {
	plain_listeners && settle_memory || return
	before=$used
	requests_before=$(slab_kilobytes request_sock_TCP request_sock_TCPv6)
	open_all "$plain_port" 0 && at_once "$plain_port" && settle_memory || return
	requests=$(slab_kilobytes request_sock_TCP request_sock_TCPv6)
	plain=$((used - before - requests + requests_before))
	end_all && kill "$plain4" "$plain6" && check_used_is_back "$before"
}

tell_memory() {
	slab=$(each $(($(slab_kilobytes "$ours") - slab_before)))
	whole=$(each $((used - before - plain)))
	echo "memory per idle connection: $slab bytes of slab ($ours object) +" \
		"$((whole - slab)) bytes measured beside it;" \
		"the sockets and the client take $(each "$plain")" | diag
}

plan 8
load_modules echo
sysctl -q -w net.syncsock.echo.first_byte_timeout_ms=0 net.syncsock.echo.idle_timeout_ms=0

# What is only made once, for the first connections.
for address in 127.0.0.1 ::1; do
	"$client" churn "$address" "$echo_port" -n 200 -c 4 -e rst ||
		give_up "the server does not serve"
done

check "an ordinary listener gives back $count connections" measure_plain
settle_memory || give_up "the memory in use does not come to rest"
before=$used
slab_before=$(slab_kilobytes "$ours")
accepted=$(stat "" echo accepted)
closed=$(stat "" echo closed)

check "$count connections are served" open_all "$echo_port" 2
check "they are open at once" are_open
if [ -e "/sys/kernel/slab/$ours" ]; then
	settle_memory || give_up "the memory in use does not come to rest"
	tell_memory
	check "each has one object" [ "$(slab_objects "$ours")" -le "$count" ]
else
	skip "each has one object" "/sys/kernel/slab"
fi
if [ -e "/sys/kernel/slab/$ours" ] && has_plain_memory "$ours"; then
	check "each takes $most bytes beside its socket at most" \
		[ "$whole" -le $((most + resolution)) ]
else
	skip "each takes $most bytes beside its socket at most" "memory that nothing watches over"
fi
check "none was closed meanwhile" are_open
check "each is still served" end_all
check "the memory is free again" check_used_is_back "$before"

finish
