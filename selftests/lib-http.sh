# shellcheck shell=dash disable=SC2034,SC2154	# what only the scripts use
# Shared by the tests of what HTTP serves. Sourced after lib.sh.

www=$scratch/www
log_mark="syncsock-selftest $$"

# add FILE [TEXT]: a file below $www, with a known time.
add() {
	mkdir -p "$www/$(dirname "$1")"
	printf '%b' "${2-$1\\n}" >"$www/$1"
	touch -d @784111777 "$www/$1"	# Sun, 06 Nov 1994 08:49:37 GMT
}

# set_root NAMESPACE PATH: written at once, as it is; what dd has to say is in
# $scratch/error.
set_root() {
	echo "$log_mark" >/dev/kmsg
	printf '%s\n' "$2" | in_ns "$1" dd bs=1M iflag=fullblock status=none \
		of=/proc/sys/net/syncsock/http/root 2>"$scratch/error" && return
	cat "$scratch/error"
	return 1
}

get_root() {
	in_ns "$1" cat /proc/sys/net/syncsock/http/root
}

# The kernel log since set_root was called last.
log_since() {
	dmesg | awk -v mark="$log_mark" 'index($0, mark) { text = "" } { text = text $0 "\n" }
		END { printf "%s", text }'
}

# url PATH: at the current $address. With the port, because the guest has no names of ports,
# which some clients look up.
url() {
	echo "http://$(bracketed "$address"):$http_port$1"
}

# fetch PATH [ARGUMENT...]: the body into $scratch/body, the head, without CR, into
# $scratch/head; prints the status.
fetch() {
	fetch_url=$(url "$1")
	shift
	in_ns "$client_ns" curl -sS -g --path-as-is --max-time 60 -D "$scratch/curl-head" \
		-o "$scratch/body" -w '%{http_code}' "$@" "$fetch_url" || return
	tr -d '\r' <"$scratch/curl-head" >"$scratch/head"
}

# status CODE PATH [ARGUMENT...]
status() {
	status_wanted=$1
	shift
	rm -f "$scratch/body"
	is "$(fetch "$@")" "$status_wanted"
}

# serves_text TEXT PATH [ARGUMENT...]: status 200 and that body.
serves_text() {
	serves_wanted=$1
	shift
	status 200 "$@" && is "$(cat "$scratch/body")" "$serves_wanted"
}

# serves_file FILE PATH [ARGUMENT...]: status 200 and the bytes of a file.
serves_file() {
	serves_wanted=$1
	shift
	status 200 "$@" && cmp "$serves_wanted" "$scratch/body"
}

# field NAME: its value in $scratch/head.
field() {
	sed -n "s/^$1: //Ip" "$scratch/head"
}

# field_is NAME VALUE
field_is() {
	is "$(field "$1")" "$2"
}
