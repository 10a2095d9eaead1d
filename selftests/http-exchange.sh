#!/bin/sh
# HTTP, request by request: what is sent, and what has to come back. Each exchange takes
# place in one segment, byte by byte, and cut in two everywhere.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-http.sh
. "${0%/*}/lib-http.sh"

plan 9
add_peer
load_modules http

add index.html '<html>\n'
add a.txt 'hello'
add sub/index.html '<html>\n'
set_root "" "$www" || give_up "the root cannot be set"
address=127.0.0.1 client_ns=
status 200 /a.txt || give_up "the server does not serve"
tag=$(field ETag)
long() {
	head -c "$1" /dev/zero | tr '\0' a
}

# See selftests/exchange.c.
cat >"$scratch/exchanges" <<END
= GET
> GET /a.txt HTTP/1.1
> Host: test
>
< HTTP/1.1 200 OK
<: Content-Type: text/plain; charset=utf-8
<: Content-Length: 5
<: Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT
<: ETag: $tag
<! Connection
<! Vary
<< hello

= HEAD
> HEAD /a.txt HTTP/1.1
> Host: test
>
< HTTP/1.1 200 OK
<h
<: Content-Length: 5

= pipelined
> GET /a.txt HTTP/1.1
> Host: test
>
> HEAD / HTTP/1.1
> Host: test
>
> GET /no HTTP/1.1
> Host: test
> Connection: close
>
< HTTP/1.1 200 OK
<< hello
< HTTP/1.1 200 OK
<h
<: Content-Type: text/html; charset=utf-8
< HTTP/1.1 404 Not Found
<: Connection: close
<< 404 Not Found\n
<.

= absolute form, another host
> GET http://other.example:80/a.txt?b HTTP/1.1
> Host: test
>
< HTTP/1.1 200 OK
<< hello

= escapes and dot segments
> GET /no/%2e%2E/sub/./../%61.txt HTTP/1.1
> Host: test
>
< HTTP/1.1 200 OK
<< hello

= HTTP/1.0
> GET /a.txt HTTP/1.0
>
< HTTP/1.1 200 OK
<: Connection: close
<< hello
<.

= HTTP/1.0 with keep-alive
> GET /a.txt HTTP/1.0
> Connection: keep-alive
>
> GET /a.txt HTTP/1.0
>
< HTTP/1.1 200 OK
<: Connection: keep-alive
<< hello
< HTTP/1.1 200 OK
<: Connection: close
<.

= a directory
> GET /sub HTTP/1.1
> Host: test
>
< HTTP/1.1 301 Moved Permanently
<: Location: /sub/
<< 301 Moved Permanently\n

= not modified
> GET /a.txt HTTP/1.1
> Host: test
> If-None-Match: "a", $tag
>
< HTTP/1.1 304 Not Modified
<: ETag: $tag
<! Content-Length
<! Content-Type

= not modified since
> GET /a.txt HTTP/1.1
> Host: test
> If-Modified-Since: Sun Nov  6 08:49:37 1994
>
< HTTP/1.1 304 Not Modified

= precondition
> GET /a.txt HTTP/1.1
> Host: test
> If-Match: "a"
>
< HTTP/1.1 412 Precondition Failed
<< 412 Precondition Failed\n

= range
> GET /a.txt HTTP/1.1
> Host: test
> Range: bytes=1-3
> If-Range: $tag
>
< HTTP/1.1 206 Partial Content
<: Content-Range: bytes 1-3/5
<: Content-Length: 3
<< ell

= range outside
> GET /a.txt HTTP/1.1
> Host: test
> Range: bytes=5-
>
< HTTP/1.1 416 Range Not Satisfiable
<: Content-Range: bytes */5

= two ranges, then another request
> GET /a.txt HTTP/1.1
> Host: test
> Range: bytes=0-0,-1
>
> GET /a.txt HTTP/1.1
> Host: test
>
< HTTP/1.1 206 Partial Content
< HTTP/1.1 200 OK
<: Content-Length: 5
<< hello

= a body of a length
> POST /a.txt HTTP/1.1
> Host: test
> Content-Length: 18
>
>- GET / HTTP/1.1\r\n\r\n
> GET /a.txt HTTP/1.1
> Host: test
>
< HTTP/1.1 405 Method Not Allowed
<: Allow: GET, HEAD
< HTTP/1.1 200 OK
<< hello

= a body in chunks
> PUT /a.txt HTTP/1.1
> Host: test
> Transfer-Encoding: chunked
>
> 3;a=b
> abc
> 0
> Trailer: 1
>
> GET /a.txt HTTP/1.1
> Host: test
>
< HTTP/1.1 405 Method Not Allowed
< HTTP/1.1 200 OK
<< hello

= a body that waits for 100
> POST /a.txt HTTP/1.1
> Host: test
> Content-Length: 1000000
> Expect: 100-continue
>
< HTTP/1.1 405 Method Not Allowed
<: Connection: close
<.

= a body that is too long
> POST /a.txt HTTP/1.1
> Host: test
> Content-Length: 1048577
>
< HTTP/1.1 413 Content Too Large
<: Connection: close
<.

= unknown method
> BREW /a.txt HTTP/1.1
> Host: test
>
< HTTP/1.1 501 Not Implemented

= unknown coding
> POST /a.txt HTTP/1.1
> Host: test
> Transfer-Encoding: gzip
>
< HTTP/1.1 501 Not Implemented
<.

= no host
> GET /a.txt HTTP/1.1
>
< HTTP/1.1 400 Bad Request
<: Connection: close
<: Content-Length: 16
<< 400 Bad Request\n
<.

= two hosts
> GET /a.txt HTTP/1.1
> Host: test
> Host: test
>
< HTTP/1.1 400 Bad Request
<.

= length and chunks
> POST /a.txt HTTP/1.1
> Host: test
> Content-Length: 3
> Transfer-Encoding: chunked
>
< HTTP/1.1 400 Bad Request
<.

= two lengths
> POST /a.txt HTTP/1.1
> Host: test
> Content-Length: 3
> Content-Length: 4
>
< HTTP/1.1 400 Bad Request
<.

= space before a colon
> GET /a.txt HTTP/1.1
> Host : test
>
< HTTP/1.1 400 Bad Request
<.

= folded line
> GET /a.txt HTTP/1.1
> Host: test
>  folded
>
< HTTP/1.1 400 Bad Request
<.

= bare LF
>- GET /a.txt HTTP/1.1\n
< HTTP/1.1 400 Bad Request
<.

= bare CR
>- GET /a.txt HTTP/1.1\r\nHost: a\rb\r\n
< HTTP/1.1 400 Bad Request
<.

= NUL
>- GET /a.txt HTTP/1.1\r\nHost: a\x00\r\n
< HTTP/1.1 400 Bad Request
<.

= another major version
> GET /a.txt HTTP/2.0
< HTTP/1.1 505 HTTP Version Not Supported
<.

= TLS
>- \x16\x03\x01\x02\x00\x01\x00
< HTTP/1.1 400 Bad Request
<.
END

# Those that are too long to be cut everywhere.
cat >"$scratch/long" <<END
= a long path
> GET /$(long 9000) HTTP/1.1
< HTTP/1.1 414 URI Too Long
<.

= a long query
> GET /a.txt?$(long 9000) HTTP/1.1
< HTTP/1.1 414 URI Too Long
<.

= a query that is not too long
> GET /a.txt?$(long 8000) HTTP/1.1
> Host: test
>
< HTTP/1.1 200 OK
<< hello

= a long field
> GET /a.txt HTTP/1.1
> Long: $(long 9000)
< HTTP/1.1 431 Request Header Fields Too Large
<.

= a long method
> $(long 50) /a.txt HTTP/1.1
< HTTP/1.1 501 Not Implemented
<.
END

# exchange FILE STEP
exchange() {
	run_client exchange "$http_port" -n "$2" -t 100 <"$scratch/$1" >"$scratch/exchanged" &&
		is "$(wc -l <"$scratch/exchanged")" "$(grep -c ^= "$scratch/$1")"
}
check "every exchange, cut everywhere" exchange exchanges $quick_part
client_ns=$ns_peer address=2001:db8::1
check "every exchange from a namespace, IPv6" exchange exchanges $((6 + quick_part))
address=127.0.0.1 client_ns=
check "heads that are too long" exchange long 997

# drip MILLISECONDS FIRST LATER...: a request in pieces, each after so long; then what comes.
drip() {
	bash -c 'pause=$1
		exec 3<>"/dev/tcp/127.0.0.1/$2"
		shift 2
		printf "$1" >&3
		shift
		for piece; do
			sleep "$pause"
			printf "$piece" >&3
		done
		timeout 10 head -n 1 <&3' drip "$1" "$http_port" "$2" "$3" "$4" 2>&1 | tr -d '\r' | head -n 1
}
sysctl -q -w net.syncsock.http.request_timeout_ms=1000
check "a request that takes too long: 408" is "$(drip 0.7 'GET /a' b c)" "HTTP/1.1 408 Request Timeout"
check "one that stops in the middle" is "$(drip 0.1 'GET /a' b '')" "HTTP/1.1 408 Request Timeout"
check "its body, too" is "$(drip 0.7 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n' b c)" \
	"HTTP/1.1 408 Request Timeout"
check "not one that is quick, after a while" is "$(drip 0.7 '\r\n' '\r\n' \
	'GET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n')" "HTTP/1.1 200 OK"
sysctl -q -w net.syncsock.http.request_timeout_ms=0
check "no limit" is "$(drip 0.7 'GET /a.txt' ' HTTP/1.1\r\nHost' ': a\r\n\r\n')" "HTTP/1.1 200 OK"
bad_timeouts() {
	for value in -1 86400001 99999999999 1s x ''; do
		if echo "$value" 2>/dev/null >/proc/sys/net/syncsock/http/request_timeout_ms; then
			echo "'$value' was taken"
			return 1
		fi
	done
	is "$(sysctl -n net.syncsock.http.request_timeout_ms)" 0 &&
		sysctl -q -w net.syncsock.http.request_timeout_ms=86400000
}
check "values that are no time" bad_timeouts

finish
