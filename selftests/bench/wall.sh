#!/bin/sh
# The benchmark's scenarios by the clock, for two real machines.
#
#   selftests/bench/wall.sh server SERVER SCENARIO ADDRESS PORT
#   selftests/bench/wall.sh client SCENARIO ADDRESS PORT
#
# "server" serves on its ADDRESS, with as many threads as there are CPUs, until Ctrl-C or
# SIGTERM; it needs root. "client" runs the load generator on the other machine and prints
# requests per second and latencies; it fails if any response is wrong. Both are started in
# the tree's top directory, with what "make -C selftests/bench" has built and, for servers
# in the kernel, "make SYNCSOCK_SELFTESTS=m". From the environment:
#
#   PROGRAMS=DIR           where the programs are (default: beside this script)
#   TIMES=N                so many times the requests of scripts/bench.sh (default: 100)
#   SOURCES="ADDRESS..."   the client's; each has 64,512 ports, which a connection for each
#                          request uses up in a minute without net.ipv4.tcp_tw_reuse=1

set -u
programs=${PROGRAMS:-${0%/*}}
times=${TIMES:-100}
work=$(mktemp -d)
www=$work/www
server_prefix=
server_cpus=$(cat /sys/devices/system/cpu/online)
threads=$(nproc)
module_cpu=-1
cpus=1 most_cpus=1
trap 'rm -rf "$work"' EXIT

die() {
	echo "wall.sh: $*" >&2
	exit 1
}

# shellcheck source=scenarios.sh
. "${0%/*}/scenarios.sh"
# shellcheck source=servers.sh
. "${0%/*}/servers.sh"

# choose SCENARIO
choose() {
	scenario "$1"
	[ -z "$hold$chosen" ] || die "$1 is about what no clock shows"
	make_files
}

# run_server SERVER SCENARIO
run_server() {
	can "$1" "$protocol" || die "$1 cannot do $2"
	# shellcheck disable=SC3045	# dash has it
	ulimit -n 100000
	sleep infinity &
	sleeper=$!
	trap 'kill $sleeper' INT TERM
	start "$1" "$protocol"
	echo "$1 ($(version "$1")) serves $2 on $address port $port"
	wait $sleeper
	stop "$1" "$protocol"
}

# report SCENARIO: of what the load generator said.
report() {
	sed 's/[{}",]//g' "$work/result" | tr ' ' '\n' | awk -v name="$1" '
		/:$/ { key = $0; next }
		{ is[key] = $0 }
		END {
			printf "%s: %.0f requests/s; latency in us: ", name, is["requests:"] / is["seconds:"]
			printf "50 %% %.1f, 90 %% %.1f, ", is["p50_ns:"] / 1000, is["p90_ns:"] / 1000
			printf "99 %% %.1f, 99.9 %% %.1f, ", is["p99_ns:"] / 1000, is["p999_ns:"] / 1000
			printf "most %.1f\n", is["max_ns:"] / 1000
		}'
}

# run_client SCENARIO
run_client() {
	for source in ${SOURCES:-}; do
		arguments="$arguments -b $source"
	done
	# shellcheck disable=SC2086	# words
	"$programs/load" "$address" "$port" $protocol -n $((count * times)) -W $warmup -t 3600 \
		$arguments >"$work/result" || die "$1: the load failed"
	report "$1"
}

case ${1:-},$# in
server,5)
	address=$4 port=$5
	choose "$3"
	run_server "$2" "$3"
	;;
client,4)
	address=$3 port=$4
	choose "$2"
	run_client "$2"
	;;
*) die "server SERVER SCENARIO ADDRESS PORT, or client SCENARIO ADDRESS PORT" ;;
esac
