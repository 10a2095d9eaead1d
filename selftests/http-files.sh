#!/bin/sh
# Files that the HTTP handler serves, as curl sees them: types, conditions, ranges,
# compressed siblings, and files that do not fit into a buffer.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-http.sh
. "${0%/*}/lib-http.sh"

plan $((2 * 4 + 26))
add_peer
load_modules http

modified="Sun, 06 Nov 1994 08:49:37 GMT"
add index.html '<html></html>\n'
add digits.txt 0123456789
add style.css 'body { color: black }\n'
add PICTURE.JPG
add unknown.ending
add 404.html '<html>missing</html>\n'
gzip -c "$www/style.css" >"$www/style.css.gz"
gzip -c "$www/404.html" >"$www/404.html.gz"
gzip -c "$www/index.html" >"$www/index.html.gz"
add newer.txt
head -c 7654321 /dev/urandom >"$www/large"
for size in 1 1023 1024 1025 4095 4096 4097 16384 32767 32768 32769 65537; do
	head -c "$size" "$www/large" >"$www/of-$size"
done
touch -d @784111777 "$www"/*
touch -d @4102444800 "$www/newer.txt"	# Fri, 01 Jan 2100 00:00:00 GMT

set_root "" "$www" || give_up "the root cannot be set"

# Every path between a client and a server
all_sizes() {
	for file in "$www"/of-*; do
		serves_file "$file" "/${file##*/}" || return
	done
}
from_the_middle() {
	status 206 /large -r 1000000-7000000 || return
	tail -c +1000001 "$www/large" | head -c 6000001 | cmp - "$scratch/body"
}
read_slowly() {
	serves_file "$www/large" /large --limit-rate 4M
}
on_path() {
	check "$path: files around the sizes of pages and chunks" all_sizes
	check "$path: a file larger than all buffers" serves_file "$www/large" /large
	check "$path: which is read slowly" read_slowly
	check "$path: a range of it" from_the_middle
}
for path in "from a namespace IPv4" "loopback IPv6"; do
	case $path in
	from*) client_ns=$ns_peer address=192.0.2.1 ;;
	*) client_ns='' address=::1 ;;
	esac
	on_path
done

path="loopback IPv4" address=127.0.0.1 client_ns=''
type_is() {
	status 200 "$1" && field_is Content-Type "$2"
}
types() {
	type_is / "text/html; charset=utf-8" && type_is /style.css "text/css; charset=utf-8" &&
		type_is /PICTURE.JPG image/jpeg && type_is /style.css.gz application/gzip &&
		type_is /unknown.ending application/octet-stream
}
check "media types" types

head_is_the_same() {
	status 200 /digits.txt && grep -v ^Date: "$scratch/head" >"$scratch/of-get" &&
		status 200 /digits.txt -I && grep -v ^Date: "$scratch/head" | diff "$scratch/of-get" -
}
check "HEAD: the same head" head_is_the_same
validators() {
	status 200 /digits.txt && field_is Last-Modified "$modified" &&
		field_is Accept-Ranges bytes && field ETag | grep -xE '"[0-9a-f]{16}"'
}
check "validators" validators
tag=$(field ETag)

not_modified() {
	status 304 /digits.txt -H "$1" && [ ! -s "$scratch/body" ] && field_is ETag "$tag"
}
check "If-None-Match" not_modified "If-None-Match: $tag"
check "If-None-Match in a list, weak" not_modified "If-None-Match: \"x\", W/$tag"
check "If-None-Match of another tag" serves_text 0123456789 /digits.txt -H 'If-None-Match: "x"'
check "If-Modified-Since" not_modified "If-Modified-Since: $modified"
check "If-Modified-Since of RFC 850" \
	not_modified "If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT"
check "If-Modified-Since, earlier" serves_text 0123456789 /digits.txt \
	-H "If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT"
check "If-Match of another tag" status 412 /digits.txt -H 'If-Match: "x"'
check "If-Unmodified-Since, earlier" status 412 /digits.txt \
	-H "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT"
# As new as what is served of it, or newer: it may change without a later time.
without_date() {
	serves_file "$www/newer.txt" /newer.txt -H "If-Modified-Since: $1" &&
		field_is Last-Modified "" && newer_tag=$(field ETag) &&
		serves_file "$www/newer.txt" /newer.txt -H "If-Unmodified-Since: $modified" &&
		serves_file "$www/newer.txt" /newer.txt -H "Range: bytes=0-1" -H "If-Range: $1" &&
		status 206 /newer.txt -H "Range: bytes=0-1" -H "If-Range: $newer_tag"
}
check "a file that is too new for a Last-Modified" without_date "Fri, 01 Jan 2100 00:00:00 GMT"
changed() {
	printf 9876543210 >"$www/digits.txt" && touch -d @784111777 "$www/digits.txt" &&
		set_root "" "$www" && serves_text 9876543210 /digits.txt -H "If-None-Match: $tag" &&
		printf 0123456789 >"$www/digits.txt" && touch -d @784111777 "$www/digits.txt" &&
		set_root "" "$www" && not_modified "If-None-Match: $tag"
}
check "other bytes have another tag, the same bytes the same" changed

# range RANGE TEXT CONTENT-RANGE
range() {
	status 206 /digits.txt -H "Range: bytes=$1" && is "$(cat "$scratch/body")" "$2" &&
		field_is Content-Range "bytes $3/10" && field_is Content-Length ${#2}
}
ranges() {
	range 0-0 0 0-0 && range 2-4 234 2-4 && range 7- 789 7-9 && range -2 89 8-9 &&
		range 5-100 56789 5-9 && range -100 0123456789 0-9
}
check "a range" ranges
outside() {
	status 416 /digits.txt -H "Range: bytes=10-" && field_is Content-Range "bytes */10"
}
check "a range that is outside" outside
# part RANGE TEXT: a part, as it has to be.
part() {
	printf '\r\n--%s\r\nContent-Type: text/plain; charset=utf-8\r\n' "$boundary"
	printf 'Content-Range: bytes %s/10\r\n\r\n%s' "$1" "$2"
}
several() {
	status 206 /digits.txt -H "Range: bytes=8-,0-1,4-4" || return
	boundary=$(field Content-Type | sed -n 's/^multipart\/byteranges; boundary=//p')
	{
		part 8-9 89
		part 0-1 01
		part 4-4 4
		printf '\r\n--%s--\r\n' "$boundary"
	} | cmp - "$scratch/body" && field_is Content-Length "$(wc -c <"$scratch/body")"
}
check "several ranges" several
too_many() {
	serves_text 0123456789 /digits.txt -H "Range: bytes=0-9,0-9" &&
		serves_text 0123456789 /digits.txt \
			-H "Range: bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7,8-8"
}
check "ranges of more than all, and too many" too_many
if_range() {
	status 206 /digits.txt -H "Range: bytes=0-1" -H "If-Range: $tag" &&
		status 206 /digits.txt -H "Range: bytes=0-1" -H "If-Range: $modified" &&
		status 200 /digits.txt -H "Range: bytes=0-1" -H 'If-Range: "x"'
}
check "If-Range" if_range
resume() {
	head -c 3000000 "$www/large" >"$scratch/resumed"
	in_ns "$client_ns" curl -sS --max-time 60 -C - -o "$scratch/resumed" "$(url /large)" &&
		cmp "$www/large" "$scratch/resumed"
}
check "curl resumes a download" resume

compressed() {
	serves_file "$www/style.css.gz" /style.css -H "Accept-Encoding: br, gzip;q=0.5" &&
		field_is Content-Encoding gzip && field_is Vary Accept-Encoding &&
		field_is Content-Type "text/css; charset=utf-8"
}
check "a compressed sibling" compressed
plain() {
	serves_file "$www/style.css" /style.css "$@" && field_is Content-Encoding "" &&
		field_is Vary Accept-Encoding
}
check "which nobody has to take" plain
check "nor who refuses it" plain -H "Accept-Encoding: *, gzip;q=0"
unpacked() {
	status 200 /style.css --compressed && cmp "$www/style.css" "$scratch/body" &&
		status 200 / --compressed && cmp "$www/index.html" "$scratch/body" &&
		field_is Content-Encoding gzip
}
check "curl unpacks it, an index too" unpacked
tags_differ() {
	status 200 /style.css && plain_tag=$(field ETag) &&
		status 200 /style.css -H "Accept-Encoding: gzip" && [ "$(field ETag)" != "$plain_tag" ]
}
check "its tag is another one" tags_differ

missing() {
	status 404 /no/such/page && cmp "$www/404.html" "$scratch/body" && field_is ETag "" &&
		status 404 /no/such/page -H "Accept-Encoding: gzip" -H "Range: bytes=0-1" &&
		cmp "$www/404.html.gz" "$scratch/body"
}
check "the page for what is missing" missing
in_two() {
	is "$(in_ns "$client_ns" curl -sS -g --max-time 60 -o "$scratch/1" -o "$scratch/2" \
		-w '%{http_code} %{num_connects},' "$(url /large)" "$(url /digits.txt)")" \
		"200 1,200 0," && cmp "$www/large" "$scratch/1"
}
check "a large file and another on one connection" in_two

finish
