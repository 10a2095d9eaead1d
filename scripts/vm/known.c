// SPDX-License-Identifier: GPL-2.0
/*
 * What a guest runs to have the plugin that counts (count.c) checked: things whose
 * figures are known, between the marks 1 and 2.
 *
 *   known walk BYTES MAPPINGS PASSES
 *                         reads a byte of each line of a buffer that is mapped so
 *                         often in a row, in each mapping, and all that again
 *   known getpid TIMES    makes that many system calls
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../selftests/bench/marker.h"

#define LINE	64

static void walk_once(const char *buffer, size_t bytes)
{
	size_t i;

	for (i = 0; i < bytes; i += LINE)
		asm volatile("" : : "r"(buffer[i]));
}

static char *map_buffer(size_t bytes, unsigned long mappings)
{
	int flags = MAP_SHARED | MAP_FIXED, protection = PROT_READ | PROT_WRITE;
	char *buffer = mmap(NULL, bytes * mappings, PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int file = memfd_create("known", 0);
	unsigned long i;

	if (buffer == MAP_FAILED || file < 0 || ftruncate(file, bytes))
		return NULL;
	for (i = 0; i < mappings; i++)
		if (mmap(buffer + i * bytes, bytes, protection, flags, file,
			 0) == MAP_FAILED)
			return NULL;
	return buffer;
}

static int walk(size_t bytes, unsigned long mappings, unsigned long passes)
{
	char *buffer = map_buffer(bytes, mappings);

	if (!buffer) {
		perror("known");
		return 1;
	}
	bytes *= mappings;
	memset(buffer, 1, bytes);
	/* Once more, so that what is counted finds it as each pass leaves it. */
	walk_once(buffer, bytes);
	bench_mark(BENCH_WINDOW_OPENS);
	for (; passes; passes--)
		walk_once(buffer, bytes);
	bench_mark(BENCH_WINDOW_CLOSES);
	return 0;
}

static int call(unsigned long times)
{
	bench_mark(BENCH_WINDOW_OPENS);
	for (; times; times--)
		syscall(SYS_getpid);
	bench_mark(BENCH_WINDOW_CLOSES);
	return 0;
}

static unsigned long number(const char *word)
{
	return strtoul(word, NULL, 10);
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "walk"))
		return walk(number(argv[2]), number(argv[3]), number(argv[4]));
	if (argc == 3 && !strcmp(argv[1], "getpid"))
		return call(number(argv[2]));
	fprintf(stderr, "usage: known walk BYTES MAPPINGS PASSES | getpid TIMES\n");
	return 2;
}
