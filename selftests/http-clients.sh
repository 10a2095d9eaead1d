#!/bin/sh
# The HTTP handler and the clients that people have: ab, h2load, wget, curl, and what
# browsers send.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-http.sh
. "${0%/*}/lib-http.sh"

plan $((2 * 6 + 3))
add_peer
load_modules http
requests=$((2000 / quick_part))

# About a page of a small site, and something to see that is larger.
add index.html "<html>$(head -c 3000 /dev/zero | tr '\0' a)</html>\\n"
add small.txt
head -c 200000 /dev/urandom >"$www/large"
set_root "" "$www" || give_up "the root cannot be set"

# ab_gets PATH ARGUMENT...
ab_gets() {
	ab_url=$(url "$1")
	shift
	in_ns "$client_ns" ab -q -s 60 -n "$requests" -c 8 "$@" "$ab_url" >"$scratch/ab" || return
	cat "$scratch/ab"
	grep -qE "^Complete requests: +$requests$" "$scratch/ab" &&
		grep -qE '^Failed requests: +0$' "$scratch/ab" &&
		! grep -q '^Non-2xx' "$scratch/ab"
}
kept_alive() {
	ab_gets "$@" -k && grep -qE "^Keep-Alive requests: +$requests$" "$scratch/ab"
}
# Its Host is no valid one if the URL has an IPv6 address.
h2load_gets() {
	in_ns "$client_ns" h2load --h1 -n "$requests" -c 8 "http://server$1" \
		--connect-to="$(bracketed "$address"):$http_port" >"$scratch/h2load" || return
	cat "$scratch/h2load"
	grep -qE "requests: .* $requests succeeded, 0 failed, 0 errored, 0 timeout" "$scratch/h2load"
}
wget_gets() {
	in_ns "$client_ns" wget -q -T 30 -O "$scratch/got" "$(url "$1")" && cmp "$www$1" "$scratch/got"
}

on_path() {
	check "$path: ab" ab_gets /index.html
	check "$path: ab, with keep-alive" kept_alive /index.html
	check "$path: ab, with a larger file" kept_alive /large
	check "$path: h2load" h2load_gets /small.txt
	check "$path: h2load, with a larger file" h2load_gets /large
	check "$path: wget" wget_gets /large
}
path="loopback IPv4" address=127.0.0.1 client_ns=''
on_path
path="from a namespace IPv6" address=2001:db8::1 client_ns=$ns_peer
on_path

path="loopback IPv4" address=127.0.0.1 client_ns=''
firefox() {
	serves_file "$www/index.html" / -H "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0)" \
		-H "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" \
		-H "Accept-Language: en-US,en;q=0.5" -H "Accept-Encoding: gzip, deflate, br, zstd" \
		-H "DNT: 1" -H "Sec-GPC: 1" -H "Connection: keep-alive" \
		-H "Upgrade-Insecure-Requests: 1" -H "Priority: u=0, i" -H "Pragma: no-cache" \
		-H "Cache-Control: no-cache"
}
check "what Firefox sends" firefox
chromium() {
	serves_file "$www/index.html" / -H "Connection: keep-alive" -H "Cache-Control: max-age=0" \
		-H 'sec-ch-ua: "Chromium";v="128", "Not;A=Brand";v="24"' -H "sec-ch-ua-mobile: ?0" \
		-H 'sec-ch-ua-platform: "Linux"' -H "Upgrade-Insecure-Requests: 1" \
		-H "Sec-Fetch-Site: none" -H "Sec-Fetch-Mode: navigate" -H "Sec-Fetch-User: ?1" \
		-H "Sec-Fetch-Dest: document" -H "Accept-Encoding: gzip, deflate, br, zstd" \
		-H "Cookie: a=$(head -c 1000 /dev/zero | tr '\0' b); c=\"d\""
}
check "what Chromium sends" chromium
upgrade() {
	serves_file "$www/small.txt" /small.txt -H "Connection: Upgrade, HTTP2-Settings" \
		-H "Upgrade: h2c" -H "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"
}
check "an upgrade that is not wanted" upgrade

finish
