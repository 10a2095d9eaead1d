// SPDX-License-Identifier: GPL-2.0
/*
 * Dates: what can be read is a time that is written as a date that is read as
 * the same time.
 */
#include "fuzz.h"

#include "../../src/handlers/http/date.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	char *text = exact_copy(data, size);
	char written[HTTP_DATE_LEN];
	s64 time, back;

	if (http_date_read(text, size, &time)) {
		http_date_write(written, time);
		require(http_date_read(written, sizeof(written), &back));
		require(back == (time < 0 ? 0 : time) ||
			back == 253402300799);
	}
	free(text);
	return 0;
}
