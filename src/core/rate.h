/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A bound on how often something may happen. Pure.
 */
#ifndef SSK_RATE_H
#define SSK_RATE_H

#include <linux/atomic.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/time64.h>
#include <linux/types.h>

/**
 * ssk_rate_allow() - whether something may happen now
 * @next: when it may happen next, without a burst; 0 in the beginning
 * @now: the time in nanoseconds, at least that of a second
 * @per_second: how often it may happen, at least 1
 *
 * The generic cell rate algorithm (ITU-T I.371), with bursts of what a second
 * allows.
 *
 * Context: Any, on several CPUs at once.
 */
static inline bool ssk_rate_allow(atomic64_t *next, u64 now, u32 per_second)
{
	u64 interval = div_u64(NSEC_PER_SEC, per_second);
	s64 before = atomic64_read(next);

	for (;;) {
		u64 from = max_t(u64, before, now - NSEC_PER_SEC + interval);

		if (from > now)
			return false;
		if (atomic64_try_cmpxchg(next, &before, from + interval))
			return true;
	}
}

#endif /* SSK_RATE_H */
