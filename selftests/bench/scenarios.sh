# shellcheck shell=dash disable=SC2034,SC2154	# what only the scripts use, or set
# The scenarios: what the load generator is told. Sourced, never run.
#
# Expects: programs, work, www (directories), server_cpus; cpus, for each of which there are as
# many connections as the scenario says, and most_cpus, the most it will be; die.

# The files that are asked for; client and server machine have the same.
make_files() {
	mkdir -p "$www"
	for size in 100 1024 65536 1048576; do
		"$programs/load" --pattern $size >"$www/$size"
	done
}

# scenario NAME: sets protocol, size, count (of requests), warmup (requests before those),
# once, hold, arguments, connections, and chosen (servers, if it is about some).
scenario() {
	size=64 count=2000 once='' hold='' arguments='' chosen=
	protocol=${1%%-*}
	case $1 in
	http-keepalive-*) size=100 arguments="-c ${1##*-}" ;;
	http-pipelined-16) size=100 arguments="-d 16" ;;
	http-short) size=100 once=yes ;;
	http-short-*) size=100 once=yes arguments="-c ${1##*-}" ;;
	http-1k) size=1024 ;;
	http-64k) size=65536 count=500 ;;
	http-1m) size=1048576 count=60 ;;
	echo-64) ;;
	echo-1k) size=1024 ;;
	echo-16k) size=16384 count=1000 ;;
	echo-1m) size=1048576 count=40 ;;
	discard-*) arguments="-c ${1##*-}" count=$((${1##*-} > 1000 ? 2 * ${1##*-} : 4000)) ;;
	memcache-get) size=100 ;;
	memcache-get-16) size=100 arguments="-c 16" ;;
	memcache-miss) size=100 arguments="-M" ;;
	memcache-mixed) size=100 arguments="-w 10" ;;
	memcache-multiget-16) size=100 arguments="-m 16" count=500 ;;
	connect) once=yes ;;
	# Open connections that have made a request each: what memory they take.
	idle) protocol="echo" arguments="-c 10000" count=10000 hold=yes ;;
	idle-http) protocol=http size=100 arguments="-c 10000" count=10000 hold=yes ;;
	# The same requests with and without work that is known: the method's error.
	calibrate) protocol="echo" arguments="--busy $server_cpus" chosen="spin-0 spin-10000 spin-100000" ;;
	*) die "there is no scenario '$1'" ;;
	esac
	connections=$(echo "$arguments" | sed -n 's/.*-c \([0-9]*\).*/\1/p')
	# The same for any number of CPUs, so that there are the same ports to be reused.
	warmup=$((${connections:-1} * 2 > 300 ? ${connections:-1} * 2 : 300))
	warmup=$((warmup * most_cpus))
	connections=$((${connections:-1} * cpus))
	[ "$cpus" = 1 ] || arguments="$arguments -c $connections"
	[ "$size" -lt 100000 ] || warmup=10
	[ -z "$hold" ] || warmup=0 arguments="$arguments --hold"
	[ "$protocol" != http ] || arguments="$arguments -p /$size -v $www/$size"
	[ "$protocol" = http ] || arguments="$arguments -s $size"
	[ -z "$once" ] || arguments="$arguments -1"
	[ "$protocol" != connect ] || arguments=
}
