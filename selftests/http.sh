#!/bin/sh
# The HTTP handler, as clients see it: responses, persistent connections, and requests
# that arrive in any segmentation.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"

plan $((6 * paths + 20))
add_peer
load_modules http

# get ARGUMENT...: curl over the current path; the last argument is the path of the page.
get() {
	for last; do :; done
	get_arguments=$(($# - 1))
	while [ "$get_arguments" -gt 0 ]; do
		set -- "$@" "$1"
		shift
		get_arguments=$((get_arguments - 1))
	done
	shift
	in_ns "$client_ns" curl -sS -g --max-time 20 "$@" "http://$(bracketed "$address")$last"
}

hello() {
	is "$(get /hello.txt)" "Hello from softirq"
}

index() {
	is "$(get -o "$scratch/page" -w '%{http_code} %{content_type}' /)" \
		"200 text/html; charset=utf-8" && grep -q '</html>' "$scratch/page"
}

line=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-
big() {
	get -o "$scratch/page" /1m || return
	is "$(wc -c <"$scratch/page")" 1048576 && is "$(grep -cvx -e "$line" "$scratch/page")" 0
}

two_on_one() {
	url="http://$(bracketed "$address")"
	is "$(in_ns "$client_ns" curl -sS -g --max-time 20 -o "$scratch/page" -o "$scratch/page" \
		-w '%{http_code} %{num_connects},' "$url/hello.txt" "$url/1k")" "200 1,200 0,"
}

pages() {
	check "$path: a page" hello
	check "$path: its type" index
	check "$path: a page of 1 MiB, every byte" big
	check "$path: two requests on one connection" two_on_one
	check "$path: 200 requests in one write, answered in order" \
		run_client pipeline "$http_port" -n 200 -p /hello.txt
	check "$path: a request in two segments, at any byte, and byte by byte" \
		run_client split "$http_port" -p /hello.txt
}
for_each_path pages

path="loopback IPv4" address=127.0.0.1 client_ns=''

# status CODE ARGUMENT...
status() {
	want=$1
	shift
	is "$(get -o "$scratch/page" -w '%{http_code}' "$@")" "$want"
}

long() {
	head -c "$1" /dev/zero | tr '\0' a
}

check "404 for another path" status 404 /no/such/page
check "405 for another method" status 405 -X DELETE /
check "405 with a body" status 405 -d "$(long 5000)" /
allows() {
	get -X PUT -D - -o "$scratch/page" / | grep -i '^Allow: *GET, HEAD'
}
check "405 says which methods are allowed" allows
check "431 for too many fields" status 431 -H "X-Long: $(long 9000)" /
check "414 for a path that is too long" status 414 "/$(long 9000)"

# answers PATTERN TEXT [ARGUMENT...]: the raw responses, as lines, match extended PATTERN.
answers() {
	answers_pattern=$1
	answers_text=$2
	shift 2
	# shellcheck disable=SC2059  # the text is a format
	printf "$answers_text" | run_client request "$http_port" "$@" >"$scratch/answer" || return
	tr -d '\r' <"$scratch/answer" | paste -s -d ' ' >"$scratch/line"
	grep -E -e "$answers_pattern" "$scratch/line" && return
	cat "$scratch/answer"
	return 1
}

host='Host: test\r\n'
check "400 for what is no request, then FIN" answers '^HTTP/1.1 400 ' 'nonsense\r\n\r\n' -u
check "400 without Host, then FIN" answers '^HTTP/1.1 400 ' 'GET / HTTP/1.1\r\n\r\n' -u
check "400 for a space before a colon" \
	answers '^HTTP/1.1 400 ' "GET / HTTP/1.1\r\n${host}Field : 1\r\n\r\n" -u
check "400 for two different lengths" answers '^HTTP/1.1 400 ' \
	"GET / HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\n" -u
check "505 for another major version" answers '^HTTP/1.1 505 ' "GET / HTTP/2.0\r\n$host\r\n" -u
check "501 for an unknown method" answers '^HTTP/1.1 501 ' "BREW / HTTP/1.1\r\n$host\r\n"
check "HEAD: the length, and no body" answers 'Content-Length: 1048576.* $' \
	"HEAD /1m HTTP/1.1\r\n$host\r\n"
check "Connection: close, then FIN" answers '^HTTP/1.1 200 .*Connection: close .*softirq' \
	"GET /hello.txt HTTP/1.1\r\n${host}Connection: close\r\n\r\n" -u
check "HTTP/1.0, then FIN" answers '^HTTP/1.1 200 .*softirq' 'GET /hello.txt HTTP/1.0\r\n\r\n' -u
check "HTTP/1.0 with keep-alive, no FIN" answers 'Connection: keep-alive' \
	'GET /hello.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'
check "what follows a request's body is the next request" \
	answers '^HTTP/1.1 405 .*HTTP/1.1 200 .*softirq' \
	"POST / HTTP/1.1\r\n${host}Content-Length: 19\r\n\r\nGET / HTTP/1.1\r\n\r\n GET /hello.txt HTTP/1.1\r\n$host\r\n" \
	-n 2
check "what follows a chunked body is the next request" \
	answers '^HTTP/1.1 405 .*HTTP/1.1 200 .*softirq' \
	"POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET /hello.txt HTTP/1.1\r\n$host\r\n" \
	-n 2

# wrk ends with status 0 whatever happens, but it tells.
wrk_is_content() {
	in_ns "$ns_peer" wrk -t1 -c16 -d2 --timeout 10 "$1" >"$scratch/wrk" || return
	cat "$scratch/wrk"
	grep -qE ' [1-9][0-9]* requests in ' "$scratch/wrk" &&
		! grep -qE 'Socket errors|Non-2xx' "$scratch/wrk"
}
check "wrk with 16 connections from a namespace, IPv4" \
	wrk_is_content http://192.0.2.1:80/hello.txt
check "wrk with 16 connections from a namespace, IPv6" \
	wrk_is_content 'http://[2001:db8::1]:80/hello.txt'

finish
