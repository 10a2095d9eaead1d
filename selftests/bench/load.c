// SPDX-License-Identifier: GPL-2.0
/*
 * The load generator: options and results.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

static const struct protocol *const protocols[] = {
	&http_protocol, &memcache_protocol, &echo_protocol, &discard_protocol,
	&connect_protocol,
};

struct options options = {
	.connections = 1, .depth = 1, .requests = 1, .size = 64, .path = "/",
	.keys = 1000, .keys_per_get = 1, .first_port = 1024, .seconds = 60,
	.busy_cpu = -1,
};

enum {
	OPTION_BUSY = 256, OPTION_HISTOGRAM, OPTION_HOLD, OPTION_PATTERN,
};

static const struct option long_options[] = {
	{ "busy", required_argument, NULL, OPTION_BUSY },
	{ "histogram", no_argument, NULL, OPTION_HISTOGRAM },
	{ "hold", no_argument, NULL, OPTION_HOLD },
	{ "pattern", required_argument, NULL, OPTION_PATTERN },
	{ }
};

static void help(void)
{
	fputs("usage: load ADDRESS PORT PROTOCOL [OPTION...]\n"
	      "       load --pattern SIZE    print what http expects with -s SIZE\n"
	      "protocols:\n"
	      "  http      GET of -p PATH; the body is FILE (-v) or a pattern of -s bytes\n"
	      "  memcache  gets of -m keys of -k, which have values of -s bytes; -w percent\n"
	      "            of the requests are sets; -M: the keys are not there\n"
	      "  echo      messages of -s bytes, which come back\n"
	      "  discard   messages of -s bytes, complete when acknowledged\n"
	      "  connect   connections that are closed at once\n"
	      "options:\n"
	      "  -b ADDRESS  connect from there; several addresses are used in turn\n"
	      "  -c COUNT    connections\n"
	      "  -d COUNT    requests on a connection that wait for their responses\n"
	      "  -n COUNT    requests to measure\n"
	      "  -P PORT     the first source port; the next connection has the next\n"
	      "  -t SECONDS  how long all may take (60)\n"
	      "  -W COUNT    requests before those\n"
	      "  -1          a connection for each request\n"
	      "  --busy CPU  how long that CPU was not idle while requests were measured;\n"
	      "              it has to be idle before and after\n"
	      "  --histogram latencies as [at most, how many]\n"
	      "  --hold      then keep the connections open until the end of the input\n",
	      stderr);
	exit(2);
}

static void report(unsigned int errors)
{
	unsigned long closed = window.closed ? window.closed : now_ns();
	const struct histogram *h = &window.latency;
	double seconds = window.opened ? (closed - window.opened) / 1e9 : 0;

	printf("{\"protocol\": \"%s\", \"connections\": %u, \"depth\": %u, ",
	       options.protocol->name, options.connections, options.depth);
	printf("\"requests\": %lu, \"bytes_sent\": %lu, ", window.requests,
	       window.bytes_sent);
	printf("\"bytes_received\": %lu, \"seconds\": %.6f, \"errors\": %u, ",
	       window.bytes_received, seconds, errors);
	printf("\"p50_ns\": %lu, \"p90_ns\": %lu, \"p99_ns\": %lu, ",
	       histogram_quantile(h, 500), histogram_quantile(h, 900),
	       histogram_quantile(h, 990));
	printf("\"p999_ns\": %lu, \"max_ns\": %lu", histogram_quantile(h, 999),
	       h->max);
	if (options.busy_cpu >= 0)
		printf(", \"busy_ns\": %lu", window.busy);
	if (options.histogram) {
		printf(", \"histogram\": ");
		histogram_print(h, stdout);
	}
	puts("}");
}

void end_failed(void)
{
	report(1);
	exit(1);
}

/* The results are there while connections are idle. */
void hold_connections(void)
{
	report(0);
	fflush(stdout);
	while (getchar() != EOF)
		;
}

static void print_pattern(const char *size)
{
	size_t len = parse_number(size, SIZE_MAX_BYTES);

	pattern_setup(len);
	if (fwrite(pattern_at(0), 1, len, stdout) != len || fflush(stdout))
		die("the pattern cannot be written");
	exit(0);
}

static void add_source(const char *text)
{
	if (options.source_count == SOURCES_MAX)
		die("more than %u source addresses", SOURCES_MAX);
	address_parse(&options.sources[options.source_count++], text);
}

static void read_option(int option)
{
	const unsigned long many = 1000000000000UL;

	switch (option) {
	case 'b':
		add_source(optarg);
		break;
	case 'c':
		options.connections = parse_number(optarg, CONNECTIONS_MAX);
		break;
	case 'd':
		options.depth = parse_number(optarg, DEPTH_MAX);
		break;
	case 'k':
		options.keys = parse_number(optarg, 10000000);
		break;
	case 'm':
		options.keys_per_get = parse_number(optarg, 1000);
		break;
	case 'M':
		options.miss = true;
		break;
	case 'n':
		options.requests = parse_number(optarg, many);
		break;
	case 'p':
		options.path = optarg;
		break;
	case 'P':
		options.first_port = parse_number(optarg, 65535);
		break;
	case 's':
		options.size = parse_number(optarg, SIZE_MAX_BYTES);
		break;
	case 't':
		options.seconds = parse_number(optarg, 86400);
		break;
	case 'v':
		options.file = optarg;
		break;
	case 'w':
		options.set_percent = parse_number(optarg, 100);
		break;
	case 'W':
		options.warmup = parse_number(optarg, many);
		break;
	case '1':
		options.once = true;
		break;
	case OPTION_BUSY:
		options.busy_cpu = parse_number(optarg, 1023);
		break;
	case OPTION_HISTOGRAM:
		options.histogram = true;
		break;
	case OPTION_HOLD:
		options.hold = true;
		break;
	case OPTION_PATTERN:
		print_pattern(optarg);
		break;
	default:
		help();
	}
}

static void choose_protocol(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(protocols) / sizeof(*protocols); i++) {
		if (!strcmp(name, protocols[i]->name))
			options.protocol = protocols[i];
	}
	if (!options.protocol)
		help();
}

/* Connections come from somewhere, if only from where the route says. */
static void check_sources(void)
{
	unsigned int i;

	if (!options.source_count) {
		options.sources[0].any.sa_family = options.addr.any.sa_family;
		options.sources[0].len = options.addr.len;
		options.source_count = 1;
	}
	for (i = 0; i < options.source_count; i++) {
		if (options.sources[i].len != options.addr.len)
			die("a source address is of another family");
	}
}

int main(int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "b:c:d:k:m:Mn:p:P:s:t:v:w:W:1",
				     long_options, NULL)) != -1)
		read_option(option);
	if (argc - optind != 3)
		help();
	address_parse(&options.addr, argv[optind]);
	address_set_port(&options.addr, parse_number(argv[optind + 1], 65535));
	choose_protocol(argv[optind + 2]);
	check_sources();
	if (options.protocol->no_request)
		options.once = true;
	if (!options.connections || !options.depth || !options.requests ||
	    options.first_port < 1024)
		help();
	if (options.once && options.depth > 1)
		die("a connection for each request has a depth of 1");
	if (options.protocol->setup)
		options.protocol->setup();
	raise_file_limit(options.connections + 64);
	run_load();
	if (!options.hold)
		report(0);
	return 0;
}
