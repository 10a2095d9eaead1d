# shellcheck shell=dash disable=SC2154	# variables of lib.sh
# Clients that are held up or refused, for the tests of what the counters, the events and
# syncsock-top say of it. Sourced after lib.sh.

# Is answered, and is not when it is the second one where one is allowed.
second_of_one() {
	start_client "$scratch/idle" idle "$echo_port" -b 100 -t 60
	wait_until 30 grep -q waiting "$scratch/idle" || { cat "$scratch/idle"; return 1; }
	! run_client bytes "$echo_port" -n 2 -t 10
	kill "$started"
	wait_until 10 ended "$started"
}

# Posts for a mailbox that has room for fewer.
flood() {
	printf 'flood 25\n' | run_client talk "$commands_port" -t 20 -n 1 >"$scratch/said"
}

# stop_reading: sends and does not read, until the server does not either. Sets $started.
stop_reading() {
	start_client "$scratch/window" window "$echo_port" -b 1048576 -t 60
	wait_until 40 grep -q ^closed "$scratch/window" || { cat "$scratch/window"; return 1; }
}

# read_again: it reads, until everything has come back.
read_again() {
	kill -TERM "$started" && wait_end_of 60 "$started" "$scratch/window"
}
