/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Marks a place in the stream of instructions for an emulator's plugin: a NOP
 * of eight bytes with a displacement that no compiler emits, "SYN" and the
 * mark. A processor does nothing with it.
 */
#ifndef MARKER_H
#define MARKER_H

#include <sys/cdefs.h>

#define BENCH_MARK_BASE		0x53594e00
#define BENCH_WINDOW_OPENS	1
#define BENCH_WINDOW_CLOSES	2

/* @mark is a constant, 0 to 255. */
static __always_inline void bench_mark(const int mark)
{
#ifdef __x86_64__
	/* nopl BENCH_MARK_BASE+mark(%rax,%rax,1) */
	asm volatile(".byte 0x0f, 0x1f, 0x84, 0x00\n\t.long %c0"
		     : : "i"(BENCH_MARK_BASE + mark) : "memory");
#endif
}

#endif /* MARKER_H */
