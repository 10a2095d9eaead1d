// SPDX-License-Identifier: GPL-2.0
/* Blocks of instructions and what was counted in them. */
#include <stdlib.h>
#include <string.h>

#include "count.h"

static struct block *blocks;

struct block *block_new(__u64 address, __u64 insns)
{
	struct block *block = calloc(1, sizeof(*block));

	if (!block) {
		fputs("count: no memory\n", stderr);
		exit(1);
	}
	block->address = address;
	block->insns = insns;
	block->next = blocks;
	blocks = block;
	return block;
}

void blocks_clear(void)
{
	struct block *block;

	for (block = blocks; block; block = block->next)
		memset(block->counts, 0, sizeof(block->counts));
}

/* "profile" and the caches' geometry, then a line for each block and CPU. */
void blocks_write(FILE *file)
{
	const struct block_counts *counts;
	const struct block *block;
	unsigned int cpu;

	fputs("profile", file);
	cache_write_geometry(file);
	fputc('\n', file);
	for (block = blocks; block; block = block->next) {
		for (cpu = 0; cpu < MAX_CPUS; cpu++) {
			counts = &block->counts[cpu];
			if (!counts->executions && !counts->l1d_misses)
				continue;
			fprintf(file, "%u %llx %llu %llu %llu %llu\n", cpu,
				block->address, counts->executions,
				counts->executions * block->insns,
				counts->l1d_misses, counts->llc_misses);
		}
	}
	fflush(file);
}
