#!/bin/sh
# The control surface: net.syncsock.HANDLER.listen and the listen= module parameter do
# what they are told, or nothing at all.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

long_text=$(printf '%10000s' "")
many=		# 64 addresses, as many as there may be
port=2000
while [ $port -lt 2064 ]; do
	many="$many 127.0.0.1:$port"
	port=$((port + 1))
done
many=${many# }

tab=$(printf '\t')
# Refused, whatever is listened on; "|" ends each.
bad_values="127.0.0.1|127.0.0.1:|:1008|1008|127.0.0.1:0|127.0.0.1:65536|127.0.0.1:-1"
bad_values="$bad_values|127.0.0.1:+1008|127.0.0.1:1008x|127.0.0.1:0x1008|127.0.0.1: 1008"
bad_values="$bad_values|127.0.0.1:99999999999999999999|256.0.0.1:1008|1.2.3:1008"
bad_values="$bad_values|127.0.0.1.1:1008|::1:1008|[::1]|[::1]1008|[::1:1008|::1]:1008"
bad_values="$bad_values|[127.0.0.1]:1008|[::1]:1008:1008|[1:2:3]:1008|[]:1008|[::1%nosuch]:1008|[fe80::1%nosuch]:1008"
bad_values="$bad_values|127.0.0.1%nosuch:1008|0.0.0.0%nosuch:1008|127.0.0.1%:1008|[::1%]:1008"
bad_values="$bad_values|%lo:1008|[%lo]:1008|127.0.0.1%lo%lo:1008|[::1]%lo:1008|127.0.0.1:1008%lo"
bad_values="$bad_values|127.0.0.1%0:1008|127.0.0.1%-1:1008|127.0.0.1%99999:1008|[::1%99999]:1008"
bad_values="$bad_values|127.0.0.1%4294967297:1008|127.0.0.1%0x1:1008|127.0.0.1%lo1:1008"
bad_values="$bad_values|127.0.0.1%lo:1008 127.0.0.1%lo:1008|127.0.0.1%lo:1008 127.0.0.1%1:1008"
bad_values="$bad_values|127.0.0.1%$(printf '%0100d' 1):1008"
bad_values="$bad_values|localhost:1008|*:1008|127.0.0.1:1008;127.0.0.1:1009"
bad_values="$bad_values|127.0.0.1:1007 nonsense|127.0.0.1:1008 127.0.0.1:1008"
bad_values="$bad_values|[::1]:1008 [0::1]:1008|$many 127.0.0.1:1008"
bad_count=$(printf '%s|' "$bad_values" | tr -cd '|' | wc -c)

plan $((bad_count + 37))
add_peer

# sets VALUE [CANONICAL]: echo's list becomes that and every address serves.
sets() {
	set_listen "" echo "$1" && reads "" echo "${2-$1}" || return
	for word in ${2-$1}; do
		where=${word%:*}
		case $where in
		0.0.0.0) where=127.0.0.1 ;;
		"[::]") where="[::1]" ;;
		esac
		where=${where#[}
		serves "${where%]}" "${word##*:}" || return
	done
}

# refuses MESSAGE VALUE: the write fails so, and what was there is still there and serves.
old="127.0.0.1:1007 [::1]:1007"
refuses() {
	set_listen "" echo "$old" && keeps_list "$1" "$2" && reads "" echo "$old" &&
		serves 127.0.0.1 1007 && serves ::1 1007
}

# What is malformed never comes near the sockets: quickly, they are only counted.
refuses_malformed() {
	if is_quick; then
		keeps_list "Invalid argument" "$1"
	else
		refuses "Invalid argument" "$1"
	fi
}

refused_connection() {
	! "$client" bytes "$1" "$2" -n 2 -t 10
}

# The module parameter.

load syncsock || give_up "syncsock cannot be loaded"
loads_with() {
	load syncsock_echo "$1" && reads "" echo "$2" && serves 127.0.0.1 1007
}
check "listen= when loading" loads_with "listen=127.0.0.1:1007,[::1]:1007" "$old"
unload syncsock_echo

# Not loaded, nothing left behind.
does_not_load() {
	before=$(listening_sockets)
	insmod ./syncsock_echo.ko "$2" 2>"$scratch/error" && {
		loaded="syncsock_echo $loaded"
		return 1
	}
	grep "$1" "$scratch/error" || { cat "$scratch/error"; return 1; }
	[ ! -e /proc/sys/net/syncsock/echo ] && is "$(listening_sockets)" "$before" &&
		! grep -q '^syncsock_echo ' /proc/modules
}
check "listen= that is no list of addresses" does_not_load "Invalid parameters" listen=nonsense
check "listen= with a bad second address" \
	does_not_load "Invalid parameters" listen=127.0.0.1:1007,127.0.0.1:0
check "listen= that is too long" does_not_load "Invalid parameters" \
	"listen=$(echo "$many" | tr ' ' ,),127.0.0.1:3000"
background "$scratch/listener" "" "$client" listen 127.0.0.1 1008 -t 200
listener=$started
wait_until 10 grep -q listening "$scratch/listener"
check "listen= with a taken address" \
	does_not_load "in use" listen=127.0.0.1:1007,127.0.0.1:1008
check "loading without listen=" load syncsock_echo
check "then there is no listener" reads "" echo ""
load syncsock_http

# Values that are taken.

check "one address" sets "127.0.0.1:1007"
check "the same again" sets "127.0.0.1:1007"
check "several addresses, IPv4 and IPv6" \
	sets "127.0.0.1:1007 127.0.0.1:1009 [::1]:1007 0.0.0.0:1010 [::]:1010"
listed() {
	is "$(awk '$1 == "echo" { print $2 }' /proc/net/syncsock/listeners | paste -s -d ' ')" \
		"$(get_listen "" echo)"
}
check "/proc/net/syncsock/listeners has them" listed
shown_by_ss() {
	is "$(ss -Htln | awk '{ print $4 }' | grep -v :1008 | sort -u | paste -s -d ' ')" \
		"$(get_listen "" echo | tr ' ' '\n' | sort | paste -s -d ' ')"
}
check "ss -tln shows them" shown_by_ss
check "the order is that of the last write" sets "[::1]:1007 127.0.0.1:1009 127.0.0.1:1007"
check "spaces, tabs, leading zeros and long forms" \
	sets "  127.0.0.1:01007$tab${tab}[0:0:0:0:0:0:0:1]:1007 " "127.0.0.1:1007 [::1]:1007"
check "a wildcard in place of one of its addresses" sets "0.0.0.0:1007"
check "and back" sets "127.0.0.1:1007"
check "64 addresses" sets "$many"
keeps_sockets() {
	before=$(listening_sockets)
	sets "$many" && is "$(listening_sockets)" "$before"
}
check "writing what is there keeps the sockets" keeps_sockets
check "addresses on a device" sets "127.0.0.1%lo:1007 [::1%lo]:1007 [::1]:1009"
check "a device by its number" \
	sets "127.0.0.1%1:1007 [::1%01]:1007" "127.0.0.1%lo:1007 [::1%lo]:1007"
check "an IPv6 wildcard" sets "[::]:1007"
check "it does not take IPv4" refused_connection 127.0.0.1 1007
check "nothing" sets ""
check "nothing listens then" refused_connection 127.0.0.1 1007
uses_sysctl() {
	sysctl -q -w "net.syncsock.echo.listen=127.0.0.1:1007 [::1]:1007" &&
		is "$(sysctl -n net.syncsock.echo.listen)" "$old" && serves ::1 1007
}
check "sysctl(8) writes and reads it" uses_sysctl

# Values that are refused.

set_listen "" echo "$old"
rest=$bad_values
while [ -n "$rest" ]; do
	value=${rest%%|*}
	case $rest in
	*"|"*) rest=${rest#*|} ;;
	*) rest= ;;
	esac
	check "refused: $(printf '%.60s' "$value")" refuses_malformed "$value"
done
check "refused: 10000 spaces and an address" \
	refuses "Invalid argument" "$long_text 127.0.0.1:1008"
check "refused: an address that is not ours" \
	refuses "Cannot assign requested address" "127.0.0.1:1007 192.0.2.99:1008"
check "refused: an address taken in user space" \
	refuses "Address already in use" "127.0.0.1:1009 127.0.0.1:1008 [::1]:1007"
# The socket is another one afterwards, but in the same place.
late_refusal() {
	set_listen "" echo "$old" || return
	! set_listen "" echo "0.0.0.0:1007 127.0.0.1:1008" 2>"$scratch/error" &&
		grep "Address already in use" "$scratch/error" && reads "" echo "$old" &&
		serves 127.0.0.1 1007 && serves ::1 1007
}
check "refused: a wildcard over an address of ours, and then one that is taken" late_refusal
set_listen "" http "127.0.0.1:1011"
check "refused: an address of another handler" \
	refuses "Address already in use" "127.0.0.1:1009 127.0.0.1:1011"
check "refused: a wildcard over an address of another handler" \
	refuses "Address already in use" "0.0.0.0:1011"
set_listen "" http ""
taken_by_us() {
	! "$client" listen 127.0.0.1 1007 -t 10 2>"$scratch/error" &&
		grep "Address already in use" "$scratch/error"
}
check "user space cannot take an address of ours" taken_by_us
kill "$listener"
wait_until 10 ended "$listener"
check "an address is taken once it is free" sets "127.0.0.1:1007 127.0.0.1:1008"
without_privilege() {
	! setpriv --reuid 65534 --clear-groups sh -c "echo >/proc/sys/net/syncsock/echo/listen" &&
		reads "" echo "127.0.0.1:1007 127.0.0.1:1008"
}
check "only root may write it" without_privilege

# Namespaces.

check "another namespace begins with nothing" reads "$ns_peer" echo ""
separate() {
	set_listen "$ns_peer" echo "127.0.0.1:1007 192.0.2.2:1012" &&
		reads "$ns_peer" echo "127.0.0.1:1007 192.0.2.2:1012" &&
		reads "" echo "127.0.0.1:1007 127.0.0.1:1008" || return
	serves 192.0.2.2 1012 && refused_connection 127.0.0.1 1012 || return
	set_listen "" echo "" && in_ns "$ns_peer" "$client" bytes 127.0.0.1 1007 -n 2
}
check "its list is its own" separate

# Under load: the one address that stays never fails.

set_listen "" echo "127.0.0.1:1007 [::1]:1007"
background "$scratch/stream" "" "$client" stream 127.0.0.1 1007 -t 100
stream=$started
reconfigures() {
	for value in "127.0.0.1:1007" "127.0.0.1:1007 127.0.0.1:1009 [::]:1010" \
		"[::]:1010 127.0.0.1:1007" "127.0.0.1:1007 127.0.0.1:1013" "127.0.0.1:1007"; do
		set_listen "" echo "$value" || return
		served=$(stat "" echo accepted)
		wait_until 20 stat_is "" echo accepted -ge $((served + 5)) || return
		! set_listen "" echo "127.0.0.1:1007 nonsense" 2>/dev/null || return
	done
	kill "$stream"
	wait_end_of 20 "$stream" "$scratch/stream"
}
check "no request fails while other addresses come and go" reconfigures

finish
