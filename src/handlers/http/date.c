// SPDX-License-Identifier: GPL-2.0
#include "chars.h"
#include "date.h"
#include "../text.h"

#define DAY		(24 * 60 * 60)
#define LATEST		253402300799	/* the last second of the year 9999 */

/* From 1 March of the year 0 to 1 January 1970, and in 400 years. */
#define DAYS_TO_1970	719468
#define DAYS_OF_ERA	146097

static const char days[][10] = {
	"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
	"Saturday",
};

static const char months[][4] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	"Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
};

struct date {
	u32	year;
	u32	month;	/* from 0 */
	u32	day;	/* from 1 */
	u32	hour;
	u32	minute;
	u32	second;
};

/*
 * Both conversions count years from March, so that a leap day is the last day
 * of one.
 */
static s64 days_of(const struct date *date)
{
	s64 year = date->month < 2 ? (s64)date->year - 1 : date->year;
	u32 month = (date->month + 10) % 12;
	s64 era = (year >= 0 ? year : year - 399) / 400;
	u32 of_era = year - era * 400;

	return era * DAYS_OF_ERA + of_era * 365 + of_era / 4 - of_era / 100 +
	       (153 * month + 2) / 5 + date->day - 1 - DAYS_TO_1970;
}

static void date_of(struct date *date, u32 days_since_1970)
{
	u32 since = days_since_1970 + DAYS_TO_1970;
	u32 in_era = since % DAYS_OF_ERA;
	u32 of_era = (in_era - in_era / 1460 + in_era / 36524 -
		      in_era / 146096) / 365;
	u32 in_year = in_era - (365 * of_era + of_era / 4 - of_era / 100);
	u32 month = (5 * in_year + 2) / 153;

	date->year = since / DAYS_OF_ERA * 400 + of_era + (month >= 10);
	date->month = (month + 2) % 12;
	date->day = in_year - (153 * month + 2) / 5 + 1;
}

static char *put_digits(char *at, u32 number, u32 count)
{
	u32 i;

	for (i = count; i; i--) {
		at[i - 1] = '0' + number % 10;
		number /= 10;
	}
	return at + count;
}

void http_date_write(char *buf, s64 time)
{
	struct date date;
	u32 second, day;

	if (time < 0)
		time = 0;
	if (time > LATEST)
		time = LATEST;
	day = time / DAY;
	second = time % DAY;
	date_of(&date, day);

	buf = text_put(buf, days[(day + 4) % 7], 3);
	buf = text_put(buf, ", ", 2);
	buf = put_digits(buf, date.day, 2);
	*buf++ = ' ';
	buf = text_put(buf, months[date.month], 3);
	*buf++ = ' ';
	buf = put_digits(buf, date.year, 4);
	*buf++ = ' ';
	buf = put_digits(buf, second / 3600, 2);
	*buf++ = ':';
	buf = put_digits(buf, second / 60 % 60, 2);
	*buf++ = ':';
	buf = put_digits(buf, second % 60, 2);
	text_put(buf, " GMT", 4);
}

/* What is left of a text that is read from its beginning. */
struct rest {
	const char	*text;
	size_t		len;
};

static bool take(struct rest *rest, const char *text, size_t len)
{
	if (rest->len < len || memcmp(rest->text, text, len))
		return false;
	rest->text += len;
	rest->len -= len;
	return true;
}

static bool take_char(struct rest *rest, char c)
{
	return take(rest, &c, 1);
}

static bool take_digits(struct rest *rest, u32 count, u32 *number)
{
	u32 i;

	if (rest->len < count)
		return false;
	for (i = 0, *number = 0; i < count; i++) {
		if (!http_char_is(rest->text[i], HTTP_CHAR_DIGIT))
			return false;
		*number = *number * 10 + (rest->text[i] - '0');
	}
	rest->text += count;
	rest->len -= count;
	return true;
}

static bool take_month(struct rest *rest, u32 *month)
{
	for (*month = 0; *month < ARRAY_SIZE(months); (*month)++)
		if (take(rest, months[*month], 3))
			return true;
	return false;
}

static bool take_time(struct rest *rest, struct date *date)
{
	return take_digits(rest, 2, &date->hour) && take_char(rest, ':') &&
	       take_digits(rest, 2, &date->minute) && take_char(rest, ':') &&
	       take_digits(rest, 2, &date->second);
}

/* Behind the day's name, "06 Nov 1994 08:49:37 GMT". */
static bool read_fixdate(struct rest *rest, struct date *date)
{
	return take_digits(rest, 2, &date->day) && take_char(rest, ' ') &&
	       take_month(rest, &date->month) && take_char(rest, ' ') &&
	       take_digits(rest, 4, &date->year) && take_char(rest, ' ') &&
	       take_time(rest, date) && take(rest, " GMT", 4);
}

/* "06-Nov-94 08:49:37 GMT" */
static bool read_rfc850(struct rest *rest, struct date *date)
{
	if (!take_digits(rest, 2, &date->day) || !take_char(rest, '-') ||
	    !take_month(rest, &date->month) || !take_char(rest, '-') ||
	    !take_digits(rest, 2, &date->year) || !take_char(rest, ' ') ||
	    !take_time(rest, date) || !take(rest, " GMT", 4))
		return false;
	date->year += date->year < 70 ? 2000 : 1900;
	return true;
}

/* "Nov  6 08:49:37 1994" */
static bool read_asctime(struct rest *rest, struct date *date)
{
	u32 digits;

	if (!take_month(rest, &date->month) || !take_char(rest, ' '))
		return false;
	digits = take_char(rest, ' ') ? 1 : 2;
	return take_digits(rest, digits, &date->day) && take_char(rest, ' ') &&
	       take_time(rest, date) && take_char(rest, ' ') &&
	       take_digits(rest, 4, &date->year);
}

/* One of the three forms, which differ in what follows the day's name. */
static bool read_any(struct rest *rest, struct date *date)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(days); i++) {
		if (take(rest, days[i], strlen(days[i])))
			return take(rest, ", ", 2) && read_rfc850(rest, date);
		if (!take(rest, days[i], 3))
			continue;
		if (take(rest, ", ", 2))
			return read_fixdate(rest, date);
		return take_char(rest, ' ') && read_asctime(rest, date);
	}
	return false;
}

static u32 days_in_month(const struct date *date)
{
	static const u8 lengths[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
	};
	bool leap = date->year % 4 == 0 &&
		    (date->year % 100 != 0 || date->year % 400 == 0);

	return lengths[date->month] + (date->month == 1 && leap);
}

/* Every 60th second is taken for a leap second. */
static bool is_valid(const struct date *date)
{
	return date->day >= 1 && date->day <= days_in_month(date) &&
	       date->hour < 24 && date->minute < 60 && date->second <= 60;
}

bool http_date_read(const char *text, size_t len, s64 *time)
{
	struct rest rest = { text, len };
	struct date date;

	if (!read_any(&rest, &date) || rest.len || !is_valid(&date))
		return false;
	*time = days_of(&date) * DAY + date.hour * 3600 + date.minute * 60 +
		date.second;
	return true;
}
