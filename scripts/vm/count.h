/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the plugin that counts (count.c) have in common. */
#ifndef COUNT_H
#define COUNT_H

#include <linux/types.h>
#include <stdbool.h>
#include <stdio.h>

/* CPUs beyond these are not counted. */
#define MAX_CPUS	8

/* Of one CPU in one block. */
struct block_counts {
	__u64	executions;
	__u64	l1d_misses;
	__u64	llc_misses;
};

/* A block, as often as it was translated. */
struct block {
	struct block		*next;
	__u64		address;
	__u64		insns;
	struct block_counts	counts[MAX_CPUS];
};

struct block *block_new(__u64 address, __u64 insns);
void blocks_clear(void);
void blocks_write(FILE *file);

enum cache_result {
	CACHE_HIT,
	CACHE_L1D_MISS,		/* the last level has it */
	CACHE_LLC_MISS,
};

#define CACHE_LINE	64

enum cache_result cache_access(unsigned int cpu, __u64 address, bool store);
void cache_write_geometry(FILE *file);

#endif /* COUNT_H */
