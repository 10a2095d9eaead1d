# shellcheck shell=dash disable=SC2154	# variables of lib.sh
# Shared by the tests that do something again and again while there is traffic. Sourced
# after lib.sh.

# repeat TIMES COMMAND...: until COMMAND fails. Quickly, until 10 seconds have passed and at
# least three times. Sets $round, for COMMAND and afterwards.
repeat() {
	repeat_times=$1
	shift
	repeat_end=$(($(uptime_seconds) + 10))
	round=0
	while [ "$round" -lt "$repeat_times" ] &&
		{ ! is_quick || [ "$round" -lt 3 ] ||
			[ "$(uptime_seconds)" -lt "$repeat_end" ]; }; do
		"$@" || { echo "in round $round"; return 1; }
		round=$((round + 1))
	done
}

# check_repeat TEXT TIMES COMMAND...
check_repeat() {
	repeat_text=$1
	shift
	check "$repeat_text" repeat "$@"
	echo "$round times" | diag
}

traffic=

# start_traffic NAME NAMESPACE ADDRESS PORT [OPTION...]: connections, until stop_traffic.
start_traffic() {
	traffic_name=$1
	traffic_ns=$2
	shift 2
	background "$scratch/$traffic_name" "$traffic_ns" \
		"$client" traffic "$@" -b 20000 -t 200
	traffic="$traffic $started:$traffic_name"
	wait_until 30 grep -q begun "$scratch/$traffic_name" ||
		give_up "the client does not begin: $(cat "$scratch/$traffic_name")"
}

# None hangs, or was cut off, or has got a wrong byte.
stop_traffic() {
	for each in $traffic; do
		kill -TERM "${each%:*}"
	done
	for each in $traffic; do
		wait_end_of 90 "${each%:*}" "$scratch/${each#*:}" || return
	done
	traffic=
}

# fates NAME MUST MAY: what has become of the connections: some of each of MUST, perhaps
# some of MAY, none of anything else.
fates() {
	while IFS=": " read -r fate count; do
		[ "$fate" != begun ] || continue
		case " $2 | $3 " in
		*" $fate "*"|"*) [ "$count" -gt 0 ] ;;
		*" $fate "*) ;;
		*) [ "$count" -eq 0 ] ;;
		esac || { echo "$fate: $count"; return 1; }
	done <"$scratch/$1"
}

# check_fates TEXT NAME MUST MAY
check_fates() {
	check "$1" fates "$2" "$3" "${4-}"
	tr '\n' ' ' <"$scratch/$2" | diag
	echo
}

# accepted [NAMESPACE]: by echo.
accepted() {
	stat "${1-}" echo accepted
}

has_accepted() {
	[ "$(accepted "$1")" -ge "$2" ]
}

# goes_on NUMBER: so many more connections are accepted by echo.
goes_on() {
	wait_until 90 has_accepted "" $(($(accepted) + $1))
}

# cpu_column CPU N: column N of /proc/net/softnet_stat.
cpu_column() {
	while read -r softnet; do
		column_cpu=$1
		column=$2
		# shellcheck disable=SC2086	# columns
		set -- $softnet
		if [ $((0x${13})) -eq "$column_cpu" ]; then
			shift $((column - 1))
			echo $((0x$1))
		fi
		set -- "$column_cpu" "$column"
	done </proc/net/softnet_stat
}

# received_by CPU: how many packets it has taken from its backlog or a device.
received_by() {
	cpu_column "$1" 1
}

receives_more() {
	[ "$(received_by "$1")" -gt "$2" ]
}

# more_by CPU NUMBER: it receives so many more packets.
more_by() {
	wait_until 90 receives_more "$1" $(($(received_by "$1") + $2))
}

# tcp_count NAME: in the initial namespace and that of the peer, since boot.
tcp_count() {
	for ns in "" "$ns_peer"; do
		in_ns "$ns" cat /proc/net/netstat /proc/net/snmp
	done | awk -v name="$1" '
		$1 != group { group = $1; split($0, names); next }
		{ group = ""; for (i in names) if (names[i] == name) sum += $i }
		END { print sum + 0 }'
}

has_counted() {
	[ "$(tcp_count "$1")" -gt "$2" ]
}
