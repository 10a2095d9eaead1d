#!/bin/sh
# The root of the HTTP handler: what of a directory is served, and what happens if it
# cannot be loaded.

# shellcheck source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=lib-http.sh
. "${0%/*}/lib-http.sh"
# shellcheck source=lib-memory.sh
. "${0%/*}/lib-memory.sh"

address=127.0.0.1 client_ns=
plan 42

add a.txt
add empty ''
add index.html '<html>top</html>\n'
add dir/index.html '<html>dir</html>\n'
add dir/b.txt
add 'sp ace/index.html' '<html>space</html>\n'
add 'sp ace/100%.txt' 'percent\n'
add 'a%2Fb.txt' 'escape\n'
add "$(printf '\303\244').txt" 'umlaut\n'
add noindex/c.txt
add .hidden
add .git/config
add dir/.htaccess
add .well-known/token
add dir/.well-known/token
mkfifo "$www/fifo"
ln -s a.txt "$www/link"
ln -s /dir/b.txt "$www/absolute"
ln -s dir "$www/alias"
ln -s ../a.txt "$www/dir/above"
ln -s ../../../../../etc/passwd "$www/out"
ln -s /etc/passwd "$www/out-absolute"
ln -s nowhere "$www/dangling"
ln -s . "$www/dir/loop"
ln -s .. "$www/dir/up"
ln -s self "$www/self"
echo outside >"$scratch/outside"
ln -s ../outside "$www/beside"

# The kernel tells nobody twice in a short time otherwise.
message_cost=$(sysctl -n net.core.message_cost)
sysctl -q -w net.core.message_cost=0

add_namespace "$ns_peer"
load syncsock || give_up "syncsock cannot be loaded"
insmod ./syncsock_http.ko listen=0.0.0.0:$http_port root="$www" ||
	give_up "syncsock_http cannot be loaded with a root"
loaded="syncsock_http $loaded"
set_listen "$ns_peer" http "0.0.0.0:$http_port" || give_up "http cannot listen in a namespace"

check "the parameter sets the root" is "$(get_root "")" "$www"
check "a file" serves_file "$www/a.txt" /a.txt
check "an empty file" serves_text "" /empty
check "the index of the root" serves_file "$www/index.html" /
check "the index of a directory" serves_file "$www/dir/index.html" /dir/

elsewhere() {
	status 301 "$1" && field_is Location "$2"
}
check "a directory without a slash" elsewhere /dir /dir/
check "its Location is escaped" elsewhere /sp%20ace /sp%20ace/
check "a directory without an index" status 404 /noindex/
check "nor without a slash" status 404 /noindex
check "a file is no directory" status 404 /a.txt/

names() {
	serves_text percent /sp%20ace/100%25.txt && serves_text escape /a%252Fb.txt &&
		serves_text umlaut /%c3%a4.txt && status 404 /a%2Fb.txt
}
check "names with spaces, percent signs and UTF-8" names

hidden() {
	status 404 /.hidden && status 404 /.git/config && status 404 /dir/.htaccess &&
		status 404 /dir/.well-known/token && status 404 /fifo
}
check "hidden files and pipes are left out" hidden
check "but not /.well-known" serves_file "$www/.well-known/token" /.well-known/token

links() {
	serves_file "$www/a.txt" /link && serves_file "$www/dir/b.txt" /absolute &&
		serves_file "$www/dir/b.txt" /alias/b.txt &&
		serves_file "$www/dir/index.html" /alias/ && serves_file "$www/a.txt" /dir/above
}
check "links inside the root are followed" links
outside() {
	status 404 /out && status 404 /out-absolute && status 404 /beside &&
		status 404 /dangling && status 404 /self && status 404 /../../../../etc/passwd &&
		status 404 /%2e%2e/%2e%2e/etc/passwd && status 404 /..%2f..%2fetc/passwd
}
check "nothing outside of it is to be had" outside
check "nor a directory inside itself" status 404 /dir/loop/b.txt

# What leads out of the root by itself, not by its path.
mkdir -p "$scratch/magic/.proc"
echo inside >"$scratch/magic/file"
ln -s ".proc/self/root$scratch/outside" "$scratch/magic/by-root"
ln -s .proc/self/fd/9 "$scratch/magic/by-number"
through_procfs() {
	mount -t proc proc "$scratch/magic/.proc" || return
	exec 9<"$scratch/outside"
	set_root "" "$scratch/magic"
	through_procfs_status=$?
	exec 9<&-
	umount "$scratch/magic/.proc"
	[ $through_procfs_status -eq 0 ] && serves_text inside /file &&
		status 404 /by-root && status 404 /by-number && set_root "" "$www"
}
check "nor what a procfs in it has links to" through_procfs

# Namespaces
in_peer() {
	client_ns=$ns_peer
	"$@"
	in_peer_status=$?
	client_ns=
	return $in_peer_status
}
check "another namespace has its own root" in_peer serves_text "Hello from softirq" /hello.txt
set_root_of_peer() {
	set_root "$ns_peer" "$www/dir" && is "$(get_root "$ns_peer")" "$www/dir" &&
		in_peer serves_file "$www/dir/b.txt" /b.txt && serves_file "$www/a.txt" /a.txt
}
check "which can be set" set_root_of_peer
from_elsewhere() {
	exec 3>/proc/sys/net/syncsock/http/root
	echo /etc | in_ns "$ns_peer" sh -c 'dd status=none >&3' 2>"$scratch/error"
	from_elsewhere_status=$?
	exec 3>&-
	[ "$from_elsewhere_status" -ne 0 ] && grep 'not permitted' "$scratch/error" &&
		is "$(get_root "")" "$www" && is "$(get_root "$ns_peer")" "$www/dir"
}
check "but not from outside of it" from_elsewhere
goes_with_namespace() {
	remove_namespace "$ns_peer" && serves_file "$www/a.txt" /a.txt
}
check "a namespace goes with its root" goes_with_namespace

# keeps_root MESSAGE LOG PATH: setting it fails so, the log says so, and nothing has changed.
keeps_root() {
	set_root "" "$3" && {
		echo "was taken"
		return 1
	}
	grep "$1" "$scratch/error" && is "$(get_root "")" "$www" &&
		serves_file "$www/a.txt" /a.txt || return
	log_since | grep -F "syncsock: http: root: $2" && return
	log_since
	return 1
}
check "a path that is not absolute" keeps_root "Invalid argument" "not an absolute path" www
check "a directory that does not exist" keeps_root "No such file" /no/such/directory \
	/no/such/directory
check "a file" keeps_root "Not a directory" "$www/a.txt" "$www/a.txt"
long=/$(head -c 300 /dev/zero | tr '\0' a)
check "a name that no file system has" \
	keeps_root "File name too long" "$long: error" "$long"
too_long() {
	long=/$(head -c 5000 /dev/zero | tr '\0' a)
	set_root "" "$long" && return 1
	grep "Invalid argument" "$scratch/error" && is "$(get_root "")" "$www"
}
check "a path that is too long" too_long

# Rights. Files of somebody else, which root reads by one of its capabilities alone.
mkdir -p "$scratch/theirs/dir" "$scratch/mine"
echo secret >"$scratch/theirs/file"
touch "$scratch/mine/file"
# denied PATH: the last write was refused because of it, and nothing has changed.
denied() {
	log_since | grep -E "syncsock: http: root: $1: error -(EACCES|13);" &&
		grep "Permission denied" "$scratch/error" && is "$(get_root "")" "$www" && return
	log_since
	cat "$scratch/error"
	return 1
}
# without_capability FILE MODE: of $scratch/theirs
without_capability() {
	chown 1 "$scratch/theirs/$1" && chmod "$2" "$scratch/theirs/$1" || return
	echo "$log_mark" >/dev/kmsg
	echo "$scratch/theirs" | setpriv --bounding-set=-dac_override,-dac_read_search \
		dd status=none of=/proc/sys/net/syncsock/http/root 2>"$scratch/error" && return 1
	denied "$scratch/theirs/$1" && chmod 755 "$scratch/theirs/$1"
}
check "a file that the writer may not read" without_capability file 600
check "a directory that the writer may not read" without_capability dir 711
chmod 600 "$scratch/theirs/file"
from_user_namespace() {
	chmod 711 "$scratch"
	echo "$log_mark" >/dev/kmsg
	# shellcheck disable=SC2016 # for the inner shell
	setpriv --reuid=1000 --regid=1000 --clear-groups unshare --user --map-root-user --net \
		--mount sh -c 'mount --bind "$1/theirs/file" "$1/mine/file" && echo "$1/mine" |
			dd status=none of=/proc/sys/net/syncsock/http/root' sh "$scratch" \
		2>"$scratch/error" && return 1
	denied "$scratch/mine/file"
}
if [ -e /proc/self/ns/user ]; then
	check "nor may root of a user namespace, of another's file" from_user_namespace
else
	skip "nor may root of a user namespace, of another's file" "user namespaces"
fi

parameters=/sys/module/syncsock_http/parameters
mkdir "$scratch/many" "$scratch/large" "$scratch/deep"
for i in 1 2 3 4 5 6; do
	echo "$i" >"$scratch/many/$i"
done
head -c 1100000 /dev/zero >"$scratch/large/file"
check "too many files" with_value $parameters/max_files 5 \
	keeps_root "Argument list too long" "$scratch/many" "$scratch/many"
mkdir -p "$scratch/names/1" "$scratch/names/2" "$scratch/names/3" "$scratch/names/3/4"
ln -s nowhere "$scratch/names/3/5"
check "too many names" with_value $parameters/max_files 2 \
	keeps_root "Argument list too long" "$scratch/names/3: more files than" "$scratch/names"
check "files that are too large" with_value $parameters/max_mib 1 \
	keeps_root "File too large" "$scratch/large/file: more than max_mib allows" "$scratch/large"
deep=$(head -c 120 /dev/zero | tr '\0' d)
mkdir -p "$scratch/deep/$deep/$deep"
echo deep >"$scratch/deep/$deep/$deep/$deep"
check "a path that no request can have" \
	keeps_root "File name too long" "$scratch/deep" "$scratch/deep"

# Again
check "no root: the built-in pages" set_root "" ""
check "are served" serves_text "Hello from softirq" /hello.txt
add new.txt
reload() {
	set_root "" "$www" && serves_file "$www/new.txt" /new.txt &&
		log_since | grep -E "root: $www: [0-9]+ files, [0-9]+ bytes"
}
check "the same root again: what is new" reload
changes_often() {
	for content in 1 2 3 4 5 6; do
		echo $content >"$www/new.txt"
		set_root "" "$www" && serves_text $content /new.txt &&
			serves_text $content /new.txt || return
	done
}
check "as often as it changes" changes_often

# A file system whose server never answers, until the writer is killed
mkdir "$scratch/stalled"
is_loading() {
	grep -q http_load "/proc/$1/stack"
}
stalled() {
	exec 8<>/dev/fuse && mount -i -t fuse -o fd=8,rootmode=40000,user_id=0,group_id=0 \
		none "$scratch/stalled" || return
	background "$scratch/writer" "" dd status=none if="$scratch/stalled-path" \
		of=/proc/sys/net/syncsock/http/root
	writer=$started
	wait_until 10 is_loading "$writer" && within 5 cat /proc/sys/net/syncsock/http/root &&
		serves_file "$www/a.txt" /a.txt && is_loading "$writer"
	stalled_status=$?
	kill -KILL "$writer"
	wait_until 10 ended "$writer" || stalled_status=1
	exec 8>&-
	umount "$scratch/stalled"
	[ $stalled_status -eq 0 ] && is "$(get_root "")" "$www"
}
echo "$scratch/stalled" >"$scratch/stalled-path"
if grep -q '[^a-z]fuse$' /proc/filesystems || modprobe -q fuse; then
	check "a load that stalls keeps nobody waiting, and can be killed" stalled
else
	skip "a load that stalls keeps nobody waiting, and can be killed" FUSE
fi

# Memory
rm -rf "$scratch/large/file"
head -c 3000000 /dev/urandom >"$scratch/large/file"
load_often() {
	for i in 1 2 3 4 5 6; do
		set_root "" "$1" || return
	done
}
returns_memory() {
	load_often "$scratch/large" && load_often "" && settle_memory || return
	before=$used
	load_often "$scratch/large" && load_often "" && check_used_is_back "$before"
}
check "what is no longer served is freed" returns_memory
group=/sys/fs/cgroup/http-root
no_room() {
	echo +memory >/sys/fs/cgroup/cgroup.subtree_control && mkdir "$group" &&
		head -c 33554432 /dev/zero >"$scratch/large/file" &&
		echo 16M >"$group/memory.max" && set_root "" "$www" || return
	sh -c "echo \$\$ >$group/cgroup.procs && echo $scratch/large |
		dd status=none of=/proc/sys/net/syncsock/http/root" 2>"$scratch/error"
	cat "$scratch/error" "$group/memory.events"
	grep -i 'cannot allocate memory' "$scratch/error" && is "$(get_root "")" "$www" &&
		serves_file "$www/a.txt" /a.txt && grep -qx 'oom_kill 0' "$group/memory.events"
	no_room_status=$?
	rmdir "$group"
	return $no_room_status
}
if grep -qw memory /sys/fs/cgroup/cgroup.controllers 2>/dev/null; then
	check "no memory: nothing has changed, and nobody is killed" no_room
else
	skip "no memory: nothing has changed, and nobody is killed" "memory control groups"
fi
sysctl -q -w net.core.message_cost="$message_cost"

wrong_parameter() {
	unload syncsock_http || return
	insmod ./syncsock_http.ko listen=0.0.0.0:$http_port root=/no/such/directory \
		2>"$scratch/error" && {
		loaded="syncsock_http $loaded"
		return 1
	}
	is "$(ss -Htln)" "" && load syncsock_http "listen=0.0.0.0:$http_port"
}
check "a parameter that is wrong: the module is not loaded" wrong_parameter
check "but without one" serves_text "Hello from softirq" /hello.txt

finish
