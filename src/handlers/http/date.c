// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/time.h>

#include "date.h"
#include "response.h"

/*
 * The last date that a CPU wrote. Its responses of the same second share it.
 * Used with bottom halves disabled, by one connection at a time.
 */
struct date {
	time64_t	second;
	char		text[HTTP_DATE_LEN + 1];
};

static DEFINE_PER_CPU(struct date, cpu_date);

static const char days[][4] = {
	"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat",
};

static const char months[][4] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	"Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
};

const char *http_date(void)
{
	struct date *date = this_cpu_ptr(&cpu_date);
	time64_t now = ktime_get_real_seconds();
	struct tm tm;

	if (date->second == now && date->text[0])
		return date->text;

	time64_to_tm(now, 0, &tm);
	scnprintf(date->text, sizeof(date->text),
		  "%s, %02d %s %04ld %02d:%02d:%02d GMT", days[tm.tm_wday],
		  tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900,
		  tm.tm_hour, tm.tm_min, tm.tm_sec);
	date->second = now;
	return date->text;
}
