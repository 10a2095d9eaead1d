// SPDX-License-Identifier: GPL-2.0
/*
 * The last segments, to be printed when something was not as expected.
 */
#include <stdio.h>

#include "packet.h"

#define LINES	24

static char lines[LINES][128];
static unsigned int count;

static const char *flag_letters(__u8 flags)
{
	static const char letters[] = "FSRPAUEC";
	static char text[9];
	char *end = text;
	int i;

	for (i = 0; i < 8; i++) {
		if (flags & 1 << i)
			*end++ = letters[i];
	}
	*end = '\0';
	return text;
}

void trace_segment(const char *who, const struct segment *seg)
{
	snprintf(lines[count++ % LINES], sizeof(*lines),
		 "%7ld ms %s %u %-4s seq %u len %zu ack %u window %u%s",
		 now_ms() % 10000000, who, seg->port, flag_letters(seg->flags),
		 seg->seq, seg->len, seg->ack, seg->window,
		 seg->edit || seg->damage ? " (spoiled)" : "");
}

void trace_print(void)
{
	unsigned int i = count > LINES ? count - LINES : 0;

	for (; i < count; i++)
		fprintf(stderr, "  %s\n", lines[i % LINES]);
}
