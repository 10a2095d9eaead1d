#!/bin/sh
# Flow control: the server's window closes on a client that sends and does not read, what
# the server holds meanwhile stays within its socket's buffers, and the window opens again
# when the client reads.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

plan $((8 * paths + 1))
add_peer
load_modules echo
pages_before=$(buffer_pages)
taken=0
: >"$scratch/held"

# As long as there is any room in a buffer, TCP takes a packet of any size into it, and we
# take a syncsock_send(). Both count with the descriptors of their packets.
packet=$((2 * 65536))
send=$((2 * 16384))

# skmem NAMESPACE FILTER: received, its limit, to send, its limit, and charged in advance,
# in bytes, of one socket.
skmem() {
	in_ns "$1" ss -HtnmO state established "$2" | sed -n \
		's/.*skmem:(r\([0-9]*\),rb\([0-9]*\),t[0-9]*,tb\([0-9]*\),f\([0-9]*\),w\([0-9]*\),.*/\1 \2 \5 \3 \4/p'
}

# The last of the three numbers of a sysctl.
largest() {
	in_ns "$server_ns" cat "/proc/sys/net/ipv4/$1" | awk '{ print $3 }'
}

is_closed() {
	grep -q ^closed "$scratch/window"
}

is_closed_or_ended() {
	is_closed || ended "$started"
}

window_closes() {
	start_client "$scratch/window" window "$echo_port" -b "$bytes" -t 60
	wait_until 40 is_closed_or_ended
	is_closed || {
		cat "$scratch/window"
		return 1
	}
	read -r _ port taken <"$scratch/window"
}

stays_within_buffers() {
	read -r received received_most queued queued_most _ <<-END
		$(skmem "$server_ns" "sport = :$echo_port and dport = :$port")
	END
	echo "the socket holds $received of $received_most bytes received," \
		"$queued of $queued_most to send" | tee "$scratch/held"
	[ "$received_most" -le "$(largest tcp_rmem)" ] &&
		[ "$received" -le $((received_most + packet)) ] &&
		[ "$queued_most" -le "$(largest tcp_wmem)" ] &&
		[ "$queued" -le $((queued_most + send)) ]
}

# Nothing is charged that is not in the buffers of one of the two sockets.
pages_stay_bounded() {
	pages=$(buffer_pages)
	bound=$({
		skmem "$server_ns" "sport = :$echo_port and dport = :$port"
		skmem "$client_ns" "sport = :$port and dport = :$echo_port"
	} | awk '{ bytes += $1 + $3 + $5 } END { print int(bytes / 4096) + 2 }')
	echo "$pages pages, $pages_before before, $bound for both sockets"
	[ "$pages" -le $((pages_before + bound + buffer_pages_slack)) ]
}

window_opens() {
	kill -TERM "$started" && wait_end_of 60 "$started" "$scratch/window"
}

flow_control() {
	check "$path, $buffers buffers: the window closes" window_closes
	check "$path, $buffers buffers: the socket keeps to its buffers" stays_within_buffers
	echo "closed after $taken bytes; $(cat "$scratch/held")" | diag
	check "$path, $buffers buffers: TCP's memory is bounded" pages_stay_bounded
	check "$path, $buffers buffers: the window opens and every byte comes back" window_opens
}

# Connections have the buffers that their listener was made with.
listen_anew() {
	for ns in "" $namespaces; do
		set_listen "$ns" echo ""
		set_listen "$ns" echo "0.0.0.0:$echo_port [::]:$echo_port" ||
			give_up "echo cannot listen again"
	done
}

buffers=default bytes=8388608
for_each_path flow_control
small_buffers
listen_anew
buffers=small bytes=1048576
for_each_path flow_control

pages_are_back() {
	[ "$(buffer_pages)" -le $((pages_before + buffer_pages_slack)) ]
}
check "TCP's memory is free again" wait_until 20 pages_are_back

finish
