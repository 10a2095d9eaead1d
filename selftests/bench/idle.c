// SPDX-License-Identifier: GPL-2.0
/*
 * What a CPU did while requests were measured, by the kernel's own account: a
 * cross-check of counting instructions.
 */
#include <stdio.h>
#include <string.h>

#include "load.h"

static bool find_cpu(FILE *file, unsigned int wanted)
{
	char line[256];
	unsigned int cpu;

	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "cpu: %u", &cpu) == 1 && cpu == wanted)
			return true;
	return false;
}

static void read_number(const char *line, const char *format,
			unsigned long *number)
{
	unsigned long found;

	if (sscanf(line, format, &found) == 1)
		*number = found;
}

/*
 * How long a CPU that is idle now has not been idle since boot. /proc/stat
 * knows that to 10 ms only.
 */
unsigned long busy_ns(unsigned int cpu)
{
	unsigned long idle_since = 0, idle = 0;
	FILE *file = fopen("/proc/timer_list", "r");
	char line[256];

	if (!file || !find_cpu(file, cpu))
		die("/proc/timer_list does not tell of CPU %u", cpu);
	while (fgets(line, sizeof(line), file) && strncmp(line, "cpu:", 4)) {
		read_number(line, " .idle_entrytime : %lu", &idle_since);
		read_number(line, " .idle_sleeptime : %lu", &idle);
	}
	fclose(file);
	return idle_since - idle;
}
