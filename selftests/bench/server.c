// SPDX-License-Identifier: GPL-2.0
/*
 * What the servers have in common: arguments, threads, listening sockets.
 */
#include <err.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "server.h"

#define THREADS_MAX	64
#define BACKLOG		65535
#define FILES_MAX	20000

const struct session_protocol *server_protocol;
bool server_plain;

static unsigned int cpus[THREADS_MAX];
static unsigned int cpu_count;
static int listeners[THREADS_MAX];

static void help(void)
{
	fprintf(stderr,
		"usage: %s PROTOCOL ADDRESS PORT [-j THREADS] [-a CPU,CPU-CPU...] [-r DIR] [-o] [-x COUNT]\n"
		"PROTOCOL: echo, discard, connect, http, which serves the files of DIR, or\n"
		"          spin, an echo after COUNT instructions for each input\n"
		"  -a  a thread stays on one of these CPUs\n"
		"  -o  use nothing that old kernels do not have\n",
		program_invocation_short_name);
	exit(2);
}

static void add_cpu(unsigned int cpu)
{
	if (cpu_count == THREADS_MAX)
		errx(2, "more than %u CPUs", THREADS_MAX);
	cpus[cpu_count++] = cpu;
}

static void parse_cpus(char *list)
{
	unsigned int cpu, last;
	char *range, *dash;

	while ((range = strsep(&list, ","))) {
		dash = strchr(range, '-');
		if (dash)
			*dash++ = '\0';
		cpu = parse_number(range, CPU_SETSIZE - 1);
		last = dash ? parse_number(dash, CPU_SETSIZE - 1) : cpu;
		for (; cpu <= last; cpu++)
			add_cpu(cpu);
	}
}

static void stay_on_cpu(unsigned int thread)
{
	cpu_set_t set;

	if (!cpu_count)
		return;
	CPU_ZERO(&set);
	CPU_SET(cpus[thread % cpu_count], &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		err(1, "CPU %u", cpus[thread % cpu_count]);
}

static void set_option(int fd, int level, int name)
{
	const int on = 1;

	if (setsockopt(fd, level, name, &on, sizeof(on)) < 0)
		err(1, "socket option %d", name);
}

static int new_listener(const struct address *addr)
{
	int fd = socket(addr->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		err(1, "socket");
	set_option(fd, SOL_SOCKET, SO_REUSEADDR);
	set_option(fd, SOL_SOCKET, SO_REUSEPORT);
	/* Accepted sockets inherit it. */
	set_option(fd, IPPROTO_TCP, TCP_NODELAY);
	if (addr->any.sa_family == AF_INET6)
		set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY);
	if (bind(fd, &addr->any, addr->len) < 0)
		err(1, "bind");
	return fd;
}

/* Whoever waits for a server waits for this: all preparations are made. */
void begin_to_listen(int listener)
{
	if (listen(listener, BACKLOG) < 0)
		err(1, "listen");
}

static void *run_thread(void *listener)
{
	stay_on_cpu((int *)listener - listeners);
	serve(*(int *)listener);
}

static void on_term(int signal)
{
	(void)signal;
	_exit(0);
}

int main(int argc, char **argv)
{
	struct sigaction term = { .sa_handler = on_term };
	const char *directory = NULL;
	unsigned int threads = 1, i;
	struct address addr;
	pthread_t thread;
	int option;

	while ((option = getopt(argc, argv, "a:j:or:x:")) != -1) {
		switch (option) {
		case 'a':
			parse_cpus(optarg);
			break;
		case 'j':
			threads = parse_number(optarg, THREADS_MAX);
			break;
		case 'o':
			server_plain = true;
			break;
		case 'r':
			directory = optarg;
			break;
		case 'x':
			spin_count = parse_number(optarg, 1000000000);
			break;
		default:
			help();
		}
	}
	if (argc - optind != 3 || !threads)
		help();
	server_protocol = session_protocol_named(argv[optind]);
	if (!server_protocol)
		help();
	address_parse(&addr, argv[optind + 1]);
	address_set_port(&addr, parse_number(argv[optind + 2], 65535));

	raise_file_limit(FILES_MAX);
	if (server_protocol->setup)
		server_protocol->setup(directory);
	for (i = 0; i < threads; i++)
		listeners[i] = new_listener(&addr);
	sigaction(SIGTERM, &term, NULL);

	/* One of the threads is this one: alone, it shares its files with nobody. */
	for (i = 1; i < threads; i++) {
		if (pthread_create(&thread, NULL, run_thread, &listeners[i]))
			errx(1, "no thread");
	}
	run_thread(&listeners[0]);
	return 0;
}
