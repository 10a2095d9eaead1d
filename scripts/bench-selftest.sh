#!/bin/bash
# Checks that the benchmark runs, that its figures can be relied upon, and that syncsock has
# not become much dearer than it was. Prints TAP. Takes about three minutes.

set -uo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=tap.sh
source "$root/scripts/tap.sh"
cd "$root" || exit

# refuses VARIABLE=VALUE: with a word about the value, at once.
refuses() {
	local output
	! output=$(env "$1" timeout 10 scripts/bench.sh 2>&1) && [[ $output == *"${1#*=}"* ]]
}
check "an unknown scenario is refused" refuses SCENARIO=no-such
check "an unknown server is refused" refuses PEERS=no-such
check "a number of rounds that is none is refused" refuses ROUNDS=0
check "a number of CPUs that is none is refused" refuses CPUS=0

run() {
	rm -f build/bench/results.json build/bench/*.html build/bench/*.png
	SCENARIO="echo-64 discard-32 http-keepalive-1 http-short memcache-get calibrate" \
		PEERS="floor canned epoll nginx memcached" KERNEL=6.12-cloud ROUNDS=2 scripts/bench.sh
}
check "the benchmark runs" run

# holds EXPRESSION: of Python, with cost(SCENARIO, SERVER) and results.
holds() {
	python3 - "$1" <<-'END'
		import json, sys
		results = json.load(open("build/bench/results.json"))
		def cost(scenario, server):
		    return next(r["server"] for r in results
		                if (r["scenario"], r["server_name"]) == (scenario, server))
		for r in results:
		    print(r["scenario"], r["server_name"], r["server"], r["spread"])
		sys.exit(not eval(sys.argv[1]))
	END
}
check "100000 known instructions are measured within 1 %" \
	holds 'abs(cost("calibrate", "spin-100000") - cost("calibrate", "spin-0") - 100000) < 1000'
check "rounds agree within 3 %" holds 'all(r["spread"] < 0.03 for r in results)'
# at_most RATIO SCENARIO SERVER OTHER
at_most() {
	check "$2: $3 needs at most $1 of what $4 needs" \
		holds "cost('$2', '$3') <= $1 * cost('$2', '$4')"
}
at_most 1.08 echo-64 syncsock floor
at_most 1.08 discard-32 syncsock floor
at_most 1.08 http-keepalive-1 canned floor
at_most 0.60 echo-64 syncsock epoll
at_most 0.85 discard-32 syncsock epoll
at_most 0.66 http-keepalive-1 syncsock epoll
at_most 0.66 http-short syncsock epoll
at_most 0.37 http-keepalive-1 syncsock nginx
at_most 0.57 memcache-get syncsock memcached
# What the kept-alive request needs, before other runs have taken the results' place.
counted=$(holds 'print("cost", cost("http-keepalive-1", "syncsock")) is None' | sed -n 's/^cost //p')
uncounted() {
	SCENARIO=http-keepalive-1 PEERS=none ROUNDS=1 STATS=0 scripts/bench.sh
}
check "there are a report and plots" test -s build/bench/report.html -a -s build/bench/http.png

check "the benchmark runs without statistics" uncounted
check "which are at most 2 % of a request" \
	holds "$counted <= 1.02 * cost('http-keepalive-1', 'syncsock')"

scale() {
	SCENARIO=http-short-16 PEERS=none CPUS="1 2" ROUNDS=1 scripts/bench.sh
}
check "the benchmark runs with one and two CPUs of the server" scale
check "a connection costs the same with two, within 5 %" \
	holds '0.95 < cost("http-short-16@2", "syncsock") / cost("http-short-16@1", "syncsock") < 1.05'
check "connections are spread over both" holds 'min(results[1]["packets"]) > 40'

clock() {
	rm -f build/bench/clock.json
	SCENARIO=http-keepalive-16 PEERS=none CLOCK=1 ROUNDS=1 again_if_crashed scripts/bench.sh
}
check "the benchmark by the clock runs" clock
check "it has figures of one and two CPUs" \
	python3 -c 'import json; one, two = json.load(open("build/bench/clock.json")); assert two["speedup"] > 0'
check_end
