#!/bin/sh
# The data path: whatever the segments look like, every byte comes back, in order, and a
# peer that does not read stops the server from reading.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

plan $((6 * paths))
add_peer
load_modules echo

data_path() {
	check "$path: data in the last segment of the handshake" \
		run_client first-data "$echo_port"
	check "$path: segments of one byte" run_client bytes "$echo_port" -n 400
	check "$path: 500 messages in one write" run_client pipeline "$echo_port" -n 500
	spliced=$(stat "$server_ns" echo bytes_spliced)
	check "$path: a slow reader stops the server, 1 MiB" \
		run_client slow "$echo_port" -b 1048576
	check "$path: a slow reader stops the server, 8 MiB" \
		run_client slow "$echo_port" -b 8388608
	check "$path: whole pages are forwarded, not copied" \
		stat_is "$server_ns" echo bytes_spliced -gt "$spliced"
}

for_each_path data_path
finish
