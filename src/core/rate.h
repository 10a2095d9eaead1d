/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A bound on how often something may happen. Pure.
 */
#ifndef SSK_RATE_H
#define SSK_RATE_H

#include <linux/atomic.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/time64.h>
#include <linux/types.h>

/**
 * ssk_rate_allow() - whether something may happen now
 * @next: when it may happen next, without a burst; 0 in the beginning
 * @now: the time in nanoseconds, at least that of two seconds
 * @per_second: how often it may happen, from 1 to 1000000
 *
 * The generic cell rate algorithm (ITU-T I.371), with bursts of what a second
 * allows. It is rounded to whole nanoseconds, so that it never happens more
 * often.
 *
 * Context: Any, on several CPUs at once.
 */
static inline bool ssk_rate_allow(atomic64_t *next, u64 now, u32 per_second)
{
	u64 interval = DIV_ROUND_UP_ULL(NSEC_PER_SEC, per_second);
	u64 burst = (per_second - 1) * interval;
	s64 before = atomic64_read(next);

	for (;;) {
		u64 from = max_t(u64, before, now - burst);

		if (from > now)
			return false;
		if (atomic64_try_cmpxchg(next, &before, from + interval))
			return true;
	}
}

#endif /* SSK_RATE_H */
