// SPDX-License-Identifier: GPL-2.0
/*
 * A model of data caches: a first level for each CPU and a last level that they
 * share. The least recently used line makes room. A store takes the line from the
 * first levels of the other CPUs, who have to get it from the last level again.
 *
 * Addresses are physical, so that all mappings of a page are one. There are no
 * instructions, page tables or devices' accesses in it, and nothing is fetched
 * before it is used.
 */
#include <string.h>

#include "count.h"

#define L1D_SETS	64
#define L1D_WAYS	8
#define LLC_SETS	1024
#define LLC_WAYS	16

/* Lines by their number plus one, the most recently used one first; 0 is none. */
static __u64 l1d[MAX_CPUS][L1D_SETS][L1D_WAYS];
static __u64 llc[LLC_SETS][LLC_WAYS];

/* Have @line as the most recent one of @set; whether it was there. */
static bool use_line(__u64 *set, unsigned int ways, __u64 line)
{
	unsigned int way;
	bool found;

	for (way = 0; way < ways - 1; way++)
		if (set[way] == line)
			break;
	/* Here it is, or this is the last one, which has to go. */
	found = set[way] == line;
	memmove(set + 1, set, way * sizeof(*set));
	set[0] = line;
	return found;
}

static void drop_line(__u64 *set, unsigned int ways, __u64 line)
{
	unsigned int way;

	for (way = 0; way < ways; way++) {
		if (set[way] != line)
			continue;
		memmove(set + way, set + way + 1,
			(ways - way - 1) * sizeof(*set));
		set[ways - 1] = 0;
		return;
	}
}

/* One line is accessed, the one that @address is in. */
enum cache_result cache_access(unsigned int cpu, __u64 address, bool store)
{
	__u64 number = address / CACHE_LINE, line = number + 1;
	unsigned int set = number % L1D_SETS, other;

	if (store)
		for (other = 0; other < MAX_CPUS; other++)
			if (other != cpu)
				drop_line(l1d[other][set], L1D_WAYS, line);
	if (l1d[cpu][set][0] == line || use_line(l1d[cpu][set], L1D_WAYS, line))
		return CACHE_HIT;
	if (use_line(llc[number % LLC_SETS], LLC_WAYS, line))
		return CACHE_L1D_MISS;
	return CACHE_LLC_MISS;
}

void cache_write_geometry(FILE *file)
{
	fprintf(file, " %u %u %u %u %u", CACHE_LINE,
		CACHE_LINE * L1D_SETS * L1D_WAYS, L1D_WAYS,
		CACHE_LINE * LLC_SETS * LLC_WAYS, LLC_WAYS);
}
