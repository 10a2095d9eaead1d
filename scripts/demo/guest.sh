#!/bin/sh
# The guest's side of scripts/demo.sh: loads the modules, serves, prints the counters
# while they change, and ends when somebody connects to the second port.
#
#   demo.sh HTTP-PORT END-PORT

set -eu

# One line of the counters as they are at one moment.
counters() {
	awk '$1 == "http" { value[$2] = $3 }
	END {
		printf "connections %d, upcalls in softirq %d, in process context %d, bytes sent %d\n",
			value["accepted"], value["upcalls_softirq"],
			value["upcalls_process"], value["bytes_sent"]
	}' /proc/net/syncsock/stats
}

insmod syncsock.ko
insmod syncsock_http.ko
sysctl -q -w net.syncsock.http.listen="0.0.0.0:$1 [::]:$1"

nc -l -p "$2" >/dev/null </dev/null &
end=$!
echo "ready: $(uname -r) serves $(sysctl -n net.syncsock.http.listen)"

last=
while kill -0 "$end" 2>/dev/null; do
	line=$(counters)
	[ "$line" = "$last" ] || echo "$line"
	last=$line
	sleep 1
done

rmmod syncsock_http
rmmod syncsock
echo "done: modules unloaded"
