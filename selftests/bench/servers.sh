# shellcheck shell=dash disable=SC2154	# what the scripts set
# The servers that are compared: how each is started and stopped. Sourced, never run.
#
# Expects: programs, work and www (directories), address and port, once and size (of the
# scenario); server_prefix (words before a command, which bring it to where servers are),
# server_cpus (a list), threads (how many a server has), module_cpu (of kernel threads; -1
# for any); die.

in_server() {
	$server_prefix "$@"
}

# What is waited for, at most 20 virtual seconds.
wait_for() {
	wait_count=0
	until "$@"; do
		wait_count=$((wait_count + 1))
		[ $wait_count -lt 400 ] || {
			cat "$work/server.log" >&2
			die "not within the time: $*"
		}
		sleep 0.05
	done
}

listens() {
	[ -n "$(in_server ss -Htln "sport = :$port")" ]
}

is_free() {
	! listens
}

# Not by a function, so that a signal to $pid reaches the program.
on_server() {
	$server_prefix taskset -c "$server_cpus" "$@" >"$work/server.log" 2>&1 &
	pid=$!
}

# can SERVER PROTOCOL
can() {
	case $1 in
	syncsock) true ;;
	canned) [ "$2" = http ] ;;
	floor | kthread | epoll | uring) [ "$2" != memcache ] ;;
	sockmap) [ "$2" = echo ] || [ "$2" = discard ] ;;
	nginx) [ "$2" = http ] ;;
	memcached) [ "$2" = memcache ] ;;
	spin-*) true ;;
	*) die "there is no server '$1'" ;;
	esac
}

# start SERVER PROTOCOL: with the file of the current size, if it is about files.
start() {
	case $1 in
	syncsock)
		handler=$2
		[ "$2" != connect ] || handler="echo"
		insmod ./syncsock.ko || die "no module"
		insmod "./syncsock_$handler.ko" || die "no module"
		[ "$2" != http ] || in_server sysctl -q -w net.syncsock.http.root="$www"
		in_server sysctl -q -w "net.syncsock.$handler.listen=$address:$port"
		;;
	canned)
		insmod ./syncsock.ko || die "no module"
		insmod ./syncsock_canned.ko body="$www/$size" once="${once:-no}" || die "no module"
		in_server sysctl -q -w "net.syncsock.canned.listen=$address:$port"
		;;
	floor | kthread)
		answer=$2 body=
		[ "$2" != connect ] || answer=discard
		[ "$2" != http ] || body=$www/$size
		in_server insmod ./syncsock_peers.ko server="$1" protocol="$answer" \
			address="$address" port="$port" cpu="$module_cpu" body="$body" once="${once:-no}"
		;;
	epoll | uring | sockmap)
		on_server "$programs/${1}server" "$2" "$address" "$port" -j "$threads" -a "$server_cpus" -r "$www"
		;;
	spin-*)
		on_server "$programs/epollserver" spin "$address" "$port" -a "$server_cpus" -x "${1#spin-}"
		;;
	nginx)
		cat >"$work/nginx.conf" <<-END
			user root;
			worker_processes $threads;
			pid $work/nginx.pid;
			error_log $work/nginx.log;
			daemon off;
			events { worker_connections 20000; }
			http {
				client_body_temp_path $work/nginx.body;
				proxy_temp_path $work/nginx.proxy;
				fastcgi_temp_path $work/nginx.fastcgi;
				uwsgi_temp_path $work/nginx.uwsgi;
				scgi_temp_path $work/nginx.scgi;
				default_type text/plain;
				access_log off;
				sendfile on;
				tcp_nopush on;
				tcp_nodelay on;
				keepalive_requests 1000000000;
				open_file_cache max=1000;
				open_file_cache_valid 1000s;
				server { listen $address:$port reuseport backlog=16384; root $www; }
			}
		END
		on_server nginx -e "$work/nginx.log" -p "$work" -c "$work/nginx.conf"
		;;
	memcached)
		on_server memcached -u root -l "$address" -p "$port" -U 0 -t "$threads" -c 20000 -m 256
		;;
	esac
	wait_for listens
}

# stop SERVER PROTOCOL
stop() {
	case $1 in
	syncsock) rmmod "syncsock_$handler" syncsock ;;
	canned) rmmod syncsock_canned syncsock ;;
	floor | kthread) wait_for rmmod syncsock_peers ;;
	*)
		kill "$pid"
		wait "$pid"
		;;
	esac
	wait_for is_free
}

version() {
	case $1 in
	syncsock) modinfo -F version ./syncsock.ko ;;
	nginx) nginx -v 2>&1 | sed 's/.*: //' ;;
	memcached) memcached -V ;;
	uring) echo "of this tree, $(grep -s liburing "$programs/versions")" ;;
	sockmap) echo "of this tree, $(grep -s libbpf "$programs/versions")" ;;
	*) echo "of this tree" ;;
	esac
}
