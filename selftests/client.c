// SPDX-License-Identifier: GPL-2.0
/*
 * The test client: options and the table of subcommands.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

static const struct command {
	const char	*name;
	int		(*run)(const struct options *opts);
	const char	*help;
} commands[] = {
	{ "first-data", cmd_first_data,
	  "send data in the segment that ends the handshake" },
	{ "bytes", cmd_bytes,
	  "-n bytes, each in a segment of its own" },
	{ "pipeline", cmd_pipeline,
	  "-n messages in one write; with -p, -n GET requests in one write" },
	{ "slow", cmd_slow,
	  "-b bytes or more; read nothing until the server stops reading" },
	{ "end", cmd_end,
	  "-e fin|close|rst at -s connected|partial|sent|reading|blocked" },
	{ "half-close", cmd_half_close,
	  "-b bytes and FIN; the whole echo and FIN come back, and no RST" },
	{ "linger", cmd_linger,
	  "send -b bytes after the response to -p and FIN; -u: never close" },
	{ "churn", cmd_churn,
	  "-n connections, -c at once, ended by -e fin|rst|server" },
	{ "stream", cmd_stream,
	  "new and kept connections until SIGTERM; any failure counts" },
	{ "traffic", cmd_traffic,
	  "-c connections at a time of up to -b bytes, until SIGTERM; counts" },
	{ "hold", cmd_hold,
	  "-n busy connections until the server ends them all" },
	{ "idle", cmd_idle,
	  "-b bytes, then wait for the end; -u: send without reading" },
	{ "many", cmd_many,
	  "-n connections, open at once: -b bytes, idle until SIGTERM, -b more" },
	{ "window", cmd_window,
	  "send until the window is closed; after SIGTERM read -b bytes or more" },
	{ "request", cmd_request,
	  "send standard input, print -n responses; -u: then expect the end" },
	{ "exchange", cmd_exchange,
	  "a table of exchanges, see there; cut at every -n bytes" },
	{ "mutate", cmd_mutate,
	  "wrong HTTP requests until SIGTERM, by chance from -n" },
	{ "split", cmd_split,
	  "GET -p in two segments, split everywhere; then byte by byte" },
	{ "talk", cmd_talk,
	  "send standard input, print -n lines, or to the end: -u, -e rst|server" },
	{ "fast-open", cmd_fast_open,
	  "-b bytes, the first in the SYN, which the server is not to take" },
	{ "multipath", cmd_multipath,
	  "-b bytes by Multipath TCP, which the server is not to speak" },
	{ "latency", cmd_latency,
	  "-n requests one by one; print median and 90th percentile in us" },
	{ "busy", cmd_busy,
	  "-n connections whose lines take the server -b us, until SIGTERM" },
	{ "script", cmd_script,
	  "send the memcached exchanges of -p or stdin, cut by seed -n" },
	{ "listen", cmd_listen,
	  "listen there until SIGTERM; -n connections may wait" },
};

static void help(void)
{
	size_t i;

	fputs("usage: client COMMAND ADDRESS[%DEVICE] PORT [-b BYTES] [-c WORKERS]\n"
	      "              [-e ENDING] [-n COUNT] [-p PATH] [-s STAGE] [-t SECONDS]\n"
	      "              [-u]\n",
	      stderr);
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		fprintf(stderr, "  %-11s %s\n", commands[i].name,
			commands[i].help);
	exit(2);
}

static unsigned long number(const char *text, unsigned long max)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || end == text || *end || value > max)
		help();
	return value;
}

/* Cuts the device off host. */
static void parse_address(struct options *opts, char *host, const char *port)
{
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&opts->addr;
	struct sockaddr_in *v4 = (struct sockaddr_in *)&opts->addr;
	in_port_t number_of_port = htons(number(port, 65535));
	char *device = strchr(host, '%');

	if (device)
		*device++ = '\0';
	opts->device = device;

	if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = number_of_port;
		opts->addr_len = sizeof(*v4);
	} else if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = number_of_port;
		opts->addr_len = sizeof(*v6);
	} else {
		die("'%s' is not an address", host);
	}
}

int main(int argc, char **argv)
{
	struct options opts = {
		.bytes = 65536, .workers = 1, .ending = "fin", .count = 1,
		.stage = "sent",
	};
	unsigned int seconds = 30;
	size_t i;
	int opt;

	if (argc < 4)
		help();
	program_invocation_short_name = argv[1];
	parse_address(&opts, argv[2], argv[3]);

	optind = 4;
	while ((opt = getopt(argc, argv, "b:c:e:n:p:s:t:u")) != -1) {
		switch (opt) {
		case 'b':
			opts.bytes = number(optarg, 1 << 30);
			break;
		case 'c':
			opts.workers = number(optarg, 1000);
			break;
		case 'e':
			opts.ending = optarg;
			break;
		case 'n':
			opts.count = number(optarg, 1000000);
			break;
		case 'p':
			opts.path = optarg;
			break;
		case 's':
			opts.stage = optarg;
			break;
		case 't':
			seconds = number(optarg, 3600);
			break;
		case 'u':
			opts.until_eof = true;
			break;
		default:
			help();
		}
	}
	if (optind != argc || !opts.workers || !opts.count)
		help();

	signal(SIGPIPE, SIG_IGN);
	set_deadline(seconds);
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(&opts);
	}
	help();
	return 2;
}
