// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of QEMU's emulator that counts the instructions of each CPU.
 *
 *   -plugin count.so,out=FILE[,blocks=FILE]
 *
 * A program in the guest executes marks: the instruction "nopl" with the mark's
 * number in the lowest byte of a displacement of 0x53594e00. Each mark becomes a
 * line "mark NUMBER COUNT..." in out, with what each CPU has executed so far. A
 * CPU that is halted executes nothing.
 *
 * With blocks, mark 2 also writes there what was executed since mark 1: a profile
 * without sampling. It begins with a line "profile" with the geometry of the
 * caches that are simulated (cache.c): the size of a line, then size and ways of
 * the first and of the last level. For each block of instructions and each CPU
 * that executed it there is a line
 *
 *   CPU ADDRESS EXECUTIONS INSTRUCTIONS L1D-MISSES LLC-MISSES
 *
 * or more of them, if it was translated more than once. As a block begins where
 * something jumps to, EXECUTIONS at a function's address is how often it was
 * called. Memory is looked at only with blocks.
 *
 * A block is counted when it begins, also if an exception ends it early: the same
 * in each deterministic run, and much less than one in a thousand.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"
#include "plugin.h"

EXPORT int qemu_plugin_version = 1;

/* nopl 0x53594eNN(%rax,%rax,1); NN is the mark. */
static const __u8 mark_bytes[] = { 0x0f, 0x1f, 0x84, 0x00 };
static const __u8 mark_magic[] = { 0x4e, 0x59, 0x53 };
#define MARK_SIZE	8

#define MARK_BEGIN	1
#define MARK_END	2

static __u64 executed[MAX_CPUS];
static unsigned int cpus;
static FILE *out, *profile;

static void block_executed(unsigned int cpu, void *data)
{
	struct block *block = data;

	if (cpu >= MAX_CPUS)
		return;
	if (cpu >= cpus)
		cpus = cpu + 1;
	executed[cpu] += block->insns;
	block->counts[cpu].executions++;
}

static void line_accessed(unsigned int cpu, __u64 address, bool store,
			  struct block_counts *counts)
{
	enum cache_result result = cache_access(cpu, address, store);

	counts->l1d_misses += result != CACHE_HIT;
	counts->llc_misses += result == CACHE_LLC_MISS;
}

/* Where @vaddr is in memory; false if it is not memory. */
static bool physical(qemu_plugin_meminfo_t info, __u64 vaddr, __u64 *address)
{
	struct qemu_plugin_hwaddr *hwaddr = qemu_plugin_get_hwaddr(info, vaddr);

	if (!hwaddr || qemu_plugin_hwaddr_is_io(hwaddr))
		return false;
	*address = qemu_plugin_hwaddr_phys_addr(hwaddr);
	return true;
}

/* An access to two lines counts as one to each. */
static void memory_accessed(unsigned int cpu, qemu_plugin_meminfo_t info,
			    __u64 vaddr, void *data)
{
	__u64 address, last = vaddr + (1 << qemu_plugin_mem_size_shift(info)) - 1;
	bool store = qemu_plugin_mem_is_store(info);
	struct block *block = data;

	if (cpu >= MAX_CPUS)
		return;
	if (physical(info, vaddr, &address))
		line_accessed(cpu, address, store, &block->counts[cpu]);
	if (vaddr / CACHE_LINE != last / CACHE_LINE &&
	    physical(info, last, &address))
		line_accessed(cpu, address, store, &block->counts[cpu]);
}

static void mark_executed(unsigned int cpu, void *data)
{
	unsigned int i, mark = (uintptr_t)data;

	(void)cpu;
	fprintf(out, "mark %u", mark);
	for (i = 0; i < cpus; i++)
		fprintf(out, " %llu", executed[i]);
	fputc('\n', out);
	fflush(out);
	if (!profile)
		return;
	if (mark == MARK_BEGIN)
		blocks_clear();
	else if (mark == MARK_END)
		blocks_write(profile);
}

static void look_for_marks(const struct qemu_plugin_tb *tb, size_t insns)
{
	size_t i;

	for (i = 0; i < insns; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const __u8 *bytes = qemu_plugin_insn_data(insn);

		if (qemu_plugin_insn_size(insn) != MARK_SIZE ||
		    memcmp(bytes, mark_bytes, sizeof(mark_bytes)) ||
		    memcmp(bytes + 5, mark_magic, sizeof(mark_magic)))
			continue;
		qemu_plugin_register_vcpu_insn_exec_cb(insn, mark_executed,
						       QEMU_PLUGIN_CB_NO_REGS,
						       (void *)(uintptr_t)bytes[4]);
	}
}

static void look_at_memory(const struct qemu_plugin_tb *tb, size_t insns,
			   struct block *block)
{
	size_t i;

	for (i = 0; i < insns; i++)
		qemu_plugin_register_vcpu_mem_cb(qemu_plugin_tb_get_insn(tb, i),
						 memory_accessed,
						 QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_RW, block);
}

static void block_translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t insns = qemu_plugin_tb_n_insns(tb);
	struct block *block = block_new(qemu_plugin_tb_vaddr(tb), insns);

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, block_executed,
					     QEMU_PLUGIN_CB_NO_REGS, block);
	if (profile)
		look_at_memory(tb, insns, block);
	look_for_marks(tb, insns);
}

/* Open the file of an argument NAME=FILE, if it is one. */
static bool open_argument(const char *argument, const char *name, FILE **file)
{
	size_t len = strlen(name);

	if (strncmp(argument, name, len) || argument[len] != '=')
		return false;
	*file = fopen(argument + len + 1, "w");
	if (!*file)
		perror(argument);
	return *file;
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info,
			       int argc, char **argv)
{
	int i;

	(void)info;
	for (i = 0; i < argc; i++)
		if (!open_argument(argv[i], "out", &out) &&
		    !open_argument(argv[i], "blocks", &profile))
			return -1;
	if (!out)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, block_translated);
	return 0;
}
