#!/bin/sh
# Several CPUs: each has a listening socket of its own, a connection stays with one CPU, and
# nobody is lost when a CPU is not to serve, goes away, or gets what belongs to another.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-faults.sh
. "${0%/*}/lib-faults.sh"

plan 25

cpus=$(nproc)
last=$((cpus - 1))
[ "$cpus" -ge 2 ] || give_up "this test needs two CPUs"

settings=/proc/sys/net/syncsock/echo
lo=/sys/class/net/lo/queues/rx-0
flow_entries=/proc/sys/net/core/rps_sock_flow_entries
txrehash=/proc/sys/net/core/txrehash
if [ -e $lo/rps_cpus ]; then
	old_txrehash=$(cat $txrehash)
	# Another hash after a timeout may mean another CPU.
	echo 0 >$txrehash
fi

# receive_on MASK: the CPUs that process what comes in by lo. 0: the one that has sent it.
receive_on() {
	[ ! -e $lo/rps_cpus ] || echo "$1" >$lo/rps_cpus
}

# follow_flows ENTRIES: they go where they were last used. 0: they do not.
follow_flows() {
	[ ! -e $flow_entries ] || { echo "$1" >$flow_entries && echo "$1" >$lo/rps_flow_cnt; }
}

# turn CPU 0|1: off or on.
turn() {
	echo "$2" >"/sys/devices/system/cpu/cpu$1/online"
}

all_as_before() {
	[ "$last_can_go" = no ] || for cpu in $(seq 1 "$last"); do
		turn "$cpu" 1
	done
	receive_on 0
	follow_flows 0
	[ ! -e $lo/rps_cpus ] || echo "$old_txrehash" >$txrehash
}
last_can_go=no
[ ! -w "/sys/devices/system/cpu/cpu$last/online" ] || last_can_go=yes
trap 'all_as_before; cleanup' EXIT
# A talker that is gone is a failure, not the end of this script.
trap '' PIPE

load_modules echo
load syncsock_http || give_up "syncsock_http cannot be loaded"

calls_may_take_long echo

set_to() {
	echo "$2" | dd status=none of="$settings/$1" 2>"$scratch/error"
}

refuses() {
	before=$(cat "$settings/$1")
	! set_to "$1" "$2" && grep -q "Invalid argument" "$scratch/error" &&
		is "$(cat "$settings/$1")" "$before"
}

# on_cpu CPU COUNTER: what echo has counted there.
on_cpu() {
	awk -v cpu="$1" -v counter="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == counter) column = i }
		$1 == "echo" && $2 == cpu { print $column }' /proc/net/syncsock/cpus
}

# calls CPU: of the handler. Where softirqs are threads, some are from threads.
calls() {
	echo $(($(on_cpu "$1" upcalls_softirq) + $(on_cpu "$1" upcalls_process) + $(on_cpu "$1" upcalls_worker)))
}

# listening ADDRESS: how many sockets do, at echo's port.
listening() {
	ss -Htln "src $1 and sport = :$echo_port" | wc -l
}

listens_again() {
	set_listen "" echo "" && set_listen "" echo "0.0.0.0:$echo_port [::]:$echo_port"
}

# clients CPU ADDRESS: 20 connections from there. Without steering it processes both ends.
clients() {
	taskset -c "$1" "$client" churn "$2" "$echo_port" -n 20 -c 4
}

# snapshot COUNTER: remembers it, for grown.
snapshot() {
	eval "before_$1=$(stat "" echo "$1")"
}

# grown COUNTER: by so much since then.
grown() {
	eval "set -- $1 \$before_$1"
	echo $(($(stat "" echo "$1") - $2))
}

# --- A socket for each CPU ---------------------------------------------------------

one_for_each() {
	for address in 0.0.0.0 "[::]"; do
		is "$(listening "$address")" $((cpus + 1)) || return
	done
}
check "each CPU has a listening socket, and there is one for others" one_for_each

spread() {
	snapshot accepted_shared
	snapshot migrations
	for cpu in $(seq 0 "$last"); do
		for address in 127.0.0.1 ::1; do
			before=$(on_cpu "$cpu" accepted)
			clients "$cpu" $address || return
			is $(($(on_cpu "$cpu" accepted) - before)) 20 || return
		done
	done
	is "$(grown accepted_shared) $(grown migrations)" "0 0"
}
check "who is received by a CPU is accepted and served by it, from its own socket" spread

# --- The address is ours alone -----------------------------------------------------

# perl_listens PORT: with SO_REUSEPORT, until the end of its input.
# shellcheck disable=SC2016  # perl's variables
perl_listens='
	$| = 1;
	socket(my $socket, PF_INET, SOCK_STREAM, 0) or die "$!\n";
	setsockopt($socket, SOL_SOCKET, SO_REUSEPORT, 1) or die "$!\n";
	bind($socket, sockaddr_in($ARGV[0], INADDR_LOOPBACK)) or die "$!\n";
	listen($socket, 1) or die "$!\n";
	print "listening\n";
	<STDIN>;'

nobody_joins() {
	! perl -MSocket -e "$perl_listens" "$echo_port" 2>"$scratch/error" &&
		grep "in use" "$scratch/error"
}
check "nobody joins the group of an address, whatever he sets" nobody_joins

no_handler_joins() {
	! set_listen "" http "127.0.0.1:$echo_port" 2>"$scratch/error" &&
		grep -q "in use" "$scratch/error"
}
check "nor does another handler" no_handler_joins

joins_nobody() {
	rm -f "$scratch/input"
	mkfifo "$scratch/input"
	background "$scratch/perl" "" sh -c "exec perl -MSocket -e '$perl_listens' 1007 \
		<$scratch/input"
	exec 3>"$scratch/input"
	wait_until 30 grep -q listening "$scratch/perl" || return
	! set_listen "" http 127.0.0.1:1007 2>"$scratch/error" && grep -q "in use" "$scratch/error" &&
		exec 3>&- && wait_end_of 30 "$started" "$scratch/perl"
}
check "nor do we join anybody's" joins_nobody

# --- One for all -------------------------------------------------------------------

single() {
	set_to listener_per_cpu 0 && listens_again || return
	is "$(listening 0.0.0.0) $(listening "[::]")" "1 1" || return
	snapshot accepted_shared
	clients 0 127.0.0.1 && clients "$last" ::1 && is "$(grown accepted_shared)" 0
}
check "one listening socket for all CPUs, if that is wanted" single
set_to listener_per_cpu 1
check "one for each again" listens_again

# --- The CPUs that serve -----------------------------------------------------------

for value in "" x -1 1-0 "$cpus" 99999 "0,$cpus" "0 $cpus"; do
	check "cpus=\"$value\" is refused" refuses cpus "$value"
done

reads_back() {
	set_to cpus "$1" && is "$(cat $settings/cpus)" "$1"
}
check "cpus=0" reads_back 0

# shellcheck disable=SC2016  # it is the other shell that expands
asks_as_guest='
	cd /proc/sys/net/syncsock/echo && ! echo 0 2>/dev/null >cpus && echo 1000 >connections &&
		test "$(cat cpus)" != 0'
is_for_root() {
	unshare --user --map-root-user --net sh -c "$asks_as_guest"
}
if [ -e /proc/self/ns/user ]; then
	check "who is root only in a namespace does not choose CPUs" is_for_root
else
	skip "who is root only in a namespace does not choose CPUs" "user namespaces"
fi

# With the mask as it is: CPU 0.
excluded() {
	set_to steer "$1" || return
	snapshot migrations
	upcalls=$(calls "$last")
	clients "$last" 127.0.0.1 && clients "$last" ::1 || return
	[ "$(grown migrations)" -ge 40 ] || return
	upcalls=$(($(calls "$last") - upcalls))
	echo "$upcalls calls of the handler"
}
served_where_received() {
	excluded 1 && [ "$upcalls" -ge 40 ]
}
check "clients of a CPU that is not to serve are served" served_where_received
served_at_home() {
	excluded 2 && is "$upcalls" 0
}
check "they are served at home, if that is wanted" served_at_home
set_to steer 1
set_to cpus "0-$last"

# --- Steering ----------------------------------------------------------------------

# start_talk CPU: a connection that is at home there.
start_talk() {
	receive_on "$(printf %x $((1 << $1)))"
	rm -f "$scratch/input"
	mkfifo "$scratch/input"
	background "$scratch/talk" "" \
		sh -c "exec $client talk 127.0.0.1 $echo_port -n 42 -t 300 <$scratch/input"
	exec 3>"$scratch/input"
	lines=0
	say 1
}

has_lines() {
	[ "$(wc -l <"$scratch/talk")" -ge "$1" ]
}

# say NUMBER: lines, each after the answer to the one before.
say() {
	for _ in $(seq "$1"); do
		lines=$((lines + 1))
		echo "line $lines" >&3
		wait_until 30 has_lines $lines || return
	done
}

# With the 42nd.
end_talk() {
	say 1
	exec 3>&-
	wait_end_of 30 "$started" "$scratch/talk" >/dev/null
}

# The segments of a connection go to another CPU from its 22nd line on: sets how many calls
# were made where for 20 lines, and how many were counted.
moved_away() {
	set_to steer "$1" && start_talk 0 || return
	snapshot migrations
	home=$(calls 0)
	say 20 || return
	is "$(grown migrations) $(($(calls 0) - home))" "0 20" || return
	receive_on "$(printf %x $((1 << last)))"
	home=$(calls 0)
	away=$(calls "$last")
	say 20 || return
	home=$(($(calls 0) - home))
	away=$(($(calls "$last") - away))
	counted=$(grown migrations)
	end_talk || return
	echo "$home at home, $away away, $counted counted"
}

served_away() {
	moved_away 0 && is "$home $away $counted" "0 20 20"
}

# The first one says where the flow belongs.
flow_comes_home() {
	moved_away 1 && is $((home + away)) 20 && [ "$away" -le 3 ] && is "$counted" "$away"
}

upcalls_come_home() {
	moved_away 2 && is "$home $away $counted" "20 0 20"
}

# Connections that their hashes spread over all CPUs.
all_at_home() {
	set_to steer 1 && follow_flows 65536 && receive_on "$all_cpus" || return
	snapshot migrations
	for cpu in $(seq 0 "$last"); do
		eval "accepted_$cpu=$(on_cpu "$cpu" accepted)"
	done
	for address in 127.0.0.1 ::1; do
		"$client" churn $address "$echo_port" -n $((500 / quick_part)) -c 20 || return
		for _ in 1 2 3; do
			"$client" bytes $address "$echo_port" -n 300 || return
		done
	done
	for cpu in $(seq 0 "$last"); do
		eval "before=\$accepted_$cpu"
		[ "$(on_cpu "$cpu" accepted)" -gt "$before" ] || { echo "none on $cpu"; return 1; }
	done
	is "$(grown migrations)" 0
}
all_cpus=$(printf '%x' $(((1 << cpus) - 1)))

if can_steer; then
	check "segments that come elsewhere are served there, and counted" served_away
	follow_flows 65536
	check "with receive flow steering, they come home" flow_comes_home
	follow_flows 0
	check "without, they are served at home, if that is wanted" upcalls_come_home
	check "connections are spread by their hashes, and all their calls are at home" all_at_home
else
	for _ in 1 2 3 4; do
		skip "steering" "receive packet steering that works"
	done
fi
receive_on 0
follow_flows 0
set_to steer 1

# --- CPUs that go and come ---------------------------------------------------------

late_cpu() {
	turn "$last" 0 && listens_again || return
	is "$(listening 0.0.0.0) $(listening "[::]")" "$cpus $cpus" || return
	snapshot accepted_shared
	clients 0 127.0.0.1 && is "$(grown accepted_shared)" 0 && turn "$last" 1 || return
	clients "$last" 127.0.0.1 && clients "$last" ::1 && is "$(grown accepted_shared)" 40 || return
	listens_again && one_for_each || return
	snapshot accepted_shared
	clients "$last" 127.0.0.1 && clients "$last" ::1 && is "$(grown accepted_shared)" 0
}

# The clients run on all CPUs, and so do the connections. Steering would not do: a kernel
# that is about to tell a CPU of packets when that goes away leaves it deaf for good.
none_is_lost() {
	connections=$((5000 / quick_part))
	before=$(accepted)
	background "$scratch/churn" "" \
		"$client" churn 127.0.0.1 "$echo_port" -n $connections -c 20 -t 300
	churn=$started
	rounds=0
	until ended "$churn"; do
		for cpu in $(seq 1 "$last"); do
			turn "$cpu" 0 && turn "$cpu" 1 || return
		done
		rounds=$((rounds + 1))
	done
	wait_end_of 1 "$churn" "$scratch/churn" || return
	echo "$rounds rounds"
	[ $rounds -ge 1 ] && is $(($(accepted) - before)) $connections
}

if [ $last_can_go = yes ]; then
	check "a CPU that comes late shares a socket, until addresses are set again" late_cpu
	check "of many connections, none is lost while CPUs go and come" none_is_lost
	echo "$rounds rounds" | diag
else
	skip "a late CPU" "CPU hotplug"
	skip "CPUs that go and come" "CPU hotplug"
fi

finish
