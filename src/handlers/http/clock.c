// SPDX-License-Identifier: GPL-2.0
#include <linux/bottom_half.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/string.h>

#include "clock.h"
#include "date.h"

/*
 * The last time that a CPU wrote. Its responses of the same second share it.
 * Used with bottom halves disabled: a worker calls a handler with them enabled.
 */
struct clock {
	time64_t	second;
	char		text[HTTP_DATE_LEN];
};

static DEFINE_PER_CPU(struct clock, cpu_clock);

void http_clock(char *buf)
{
	time64_t now = ktime_get_real_seconds();
	struct clock *clock;

	local_bh_disable();
	clock = this_cpu_ptr(&cpu_clock);
	if (clock->second != now) {
		clock->second = now;
		http_date_write(clock->text, now);
	}
	memcpy(buf, clock->text, HTTP_DATE_LEN);
	local_bh_enable();
}
