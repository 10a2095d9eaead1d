// SPDX-License-Identifier: GPL-2.0
/*
 * memcached's text protocol: gets of keys that are there or not, of one key
 * or several, and sets among them. A key always has the same value, so that
 * sets change nothing that a get has to know.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

/* Strings of one length, one after the other. */
struct table {
	size_t	len;
	char	*strings;
};

static struct table set_lines;		/* set KEY ... */
static struct table value_lines;	/* VALUE KEY ... */
static struct table get_keys;		/* " KEY" */

static void table_build(struct table *table, unsigned long count,
			const char *format)
{
	char first[128];
	unsigned long i;
	char *next;

	table->len = snprintf(first, sizeof(first), format, 0UL, options.size);
	table->strings = malloc(count * table->len + 1);
	if (!table->strings)
		die("out of memory");
	next = table->strings;
	for (i = 0; i < count; i++)
		next += sprintf(next, format, i % options.keys, options.size);
}

static void put(struct iovec *piece, const char *base, size_t len)
{
	piece->iov_base = (void *)base;
	piece->iov_len = len;
}

static void put_entry(struct iovec *piece, const struct table *table,
		      unsigned long index, unsigned long count)
{
	put(piece, table->strings + index * table->len, count * table->len);
}

static void put_value(struct iovec *piece, unsigned long key)
{
	put(piece, pattern_at(key), options.size);
}

static void setup_memcache(void)
{
	if (!options.keys || !options.keys_per_get ||
	    options.keys_per_get > options.keys)
		die("a get asks for one key at least, and for none twice");
	pattern_setup(options.size);
	table_build(&set_lines, options.keys, "set bench:%08lu 0 0 %zu\r\n");
	table_build(&value_lines, options.keys, "VALUE bench:%08lu 0 %zu\r\n");
	/* A get may begin with the last key and go on with the first. */
	table_build(&get_keys, options.keys + options.keys_per_get,
		    options.miss ? " other:%08lu" : " bench:%08lu");
}

static unsigned long count_preload(void)
{
	return options.miss ? 0 : options.keys;
}

static bool is_set(unsigned long number)
{
	return number & PRELOAD || scramble(number) % 100 < options.set_percent;
}

static unsigned long key_of(unsigned long number)
{
	if (number & PRELOAD)
		return number & ~PRELOAD;
	return (scramble(number) >> 32) % options.keys;
}

static unsigned int request(unsigned long number, struct iovec *pieces)
{
	unsigned long key = key_of(number);

	if (is_set(number)) {
		put_entry(&pieces[0], &set_lines, key, 1);
		put_value(&pieces[1], key);
	} else {
		put(&pieces[0], "get", 3);
		put_entry(&pieces[1], &get_keys, key, options.keys_per_get);
	}
	put(&pieces[2], "\r\n", 2);
	return 3;
}

static bool expected(unsigned long number, unsigned int index,
		     struct iovec *piece)
{
	unsigned int hits = options.miss ? 0 : options.keys_per_get;
	unsigned long key;

	if (is_set(number)) {
		put(piece, "STORED\r\n", 8);
		return !index;
	}
	key = (key_of(number) + index / 3) % options.keys;
	if (index == 3 * hits)
		put(piece, "END\r\n", 5);
	else if (index % 3 == 0)
		put_entry(piece, &value_lines, key, 1);
	else if (index % 3 == 1)
		put_value(piece, key);
	else
		put(piece, "\r\n", 2);
	return index <= 3 * hits;
}

static size_t receive(struct response *resp, unsigned long number,
		      const char *data, size_t len, bool *complete)
{
	return receive_expected(resp, number, data, len, complete, expected);
}

const struct protocol memcache_protocol = {
	.name		= "memcache",
	.setup		= setup_memcache,
	.preload	= count_preload,
	.request	= request,
	.receive	= receive,
};
