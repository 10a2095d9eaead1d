// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of conditional requests and entity tags.
 */
#include <kunit/test.h>

#include "table.h"
#include "../src/handlers/http/conditions.c"
#include "../src/handlers/http/tags.c"

#define TAG		"\"0123456789abcdef\""
#define OTHER		"\"0123456789abcdee\""
#define MODIFIED	"Sun, 06 Nov 1994 08:49:37 GMT"
#define BEFORE		"Sun, 06 Nov 1994 08:49:36 GMT"
#define AFTER		"Sun, 06 Nov 1994 08:49:38 GMT"

static const struct http_validators validators = {
	.tag		= 0x0123456789abcdef,
	.modified	= 784111777,
};

static const struct http_validators without_date = {
	.tag		= 0x0123456789abcdef,
	.modified	= -1,
};

struct tags_param {
	const char	*desc;
	const char	*field;
	bool		strong;
	bool		weak;
};

static const struct tags_param tags_params[] = {
	{ "the tag", TAG, true, true },
	{ "white space around it", " \t" TAG "  ", true, true },
	{ "a weak tag", "W/" TAG, false, true },
	{ "in a list", OTHER ", \"x\" ," TAG, true, true },
	{ "weak in a list", TAG ", W/" OTHER, true, true },
	{ "weak and strong", "W/" TAG "," TAG, true, true },
	{ "any", "*", true, true },
	{ "behind a comma in a tag", "\"a,b\", " TAG, true, true },
	{ "empty elements", ",, ," TAG ",", true, true },
	{ "behind what is malformed", "x, W" TAG "," TAG, true, true },
	{ "the fourth", OTHER "," OTHER "," OTHER "," TAG, true, true },
	{ "the fifth", OTHER "," OTHER "," OTHER "," OTHER "," TAG,
	  false, false },
	{ "another tag", OTHER, false, false },
	{ "upper case", "\"0123456789ABCDEF\"", false, false },
	{ "one digit less", "\"0123456789abcde\"", false, false },
	{ "one digit more", "\"0123456789abcdef0\"", false, false },
	{ "16 digits more", "\"01234567890123456789abcdefabcdef\"",
	  false, false },
	{ "no quotes", "0123456789abcdef", false, false },
	{ "no second quote", "\"0123456789abcdef", false, false },
	{ "in another tag", "\"x," TAG, false, false },
	{ "a weak tag in lower case", "w/" TAG, false, false },
	{ "an empty tag", "\"\"", false, false },
	{ "nothing", "", false, false },
};

struct condition_line {
	enum http_condition	condition;
	const char		*value;
};

struct condition_param {
	const char		*desc;
	int			status;
	struct condition_line	line[3];
};

static const struct condition_param condition_params[] = {
	{ "none", 200 },
	{ "If-None-Match, the same", 304, { { HTTP_IF_NONE_MATCH, TAG } } },
	{ "If-None-Match, weak", 304, { { HTTP_IF_NONE_MATCH, "W/" TAG } } },
	{ "If-None-Match, any", 304, { { HTTP_IF_NONE_MATCH, "*" } } },
	{ "If-None-Match, another", 200, { { HTTP_IF_NONE_MATCH, OTHER } } },
	{ "If-None-Match in two lines", 304,
	  { { HTTP_IF_NONE_MATCH, OTHER }, { HTTP_IF_NONE_MATCH, TAG } } },
	{ "If-None-Match, malformed", 200, { { HTTP_IF_NONE_MATCH, "x" } } },
	{ "If-Match, the same", 200, { { HTTP_IF_MATCH, TAG } } },
	{ "If-Match, any", 200, { { HTTP_IF_MATCH, "*" } } },
	{ "If-Match, weak", 412, { { HTTP_IF_MATCH, "W/" TAG } } },
	{ "If-Match, another", 412, { { HTTP_IF_MATCH, OTHER } } },
	{ "If-Match in two lines", 200,
	  { { HTTP_IF_MATCH, OTHER }, { HTTP_IF_MATCH, TAG } } },
	{ "If-Modified-Since, that time", 304,
	  { { HTTP_IF_MODIFIED_SINCE, MODIFIED } } },
	{ "If-Modified-Since, later", 304,
	  { { HTTP_IF_MODIFIED_SINCE, AFTER } } },
	{ "If-Modified-Since, before", 200,
	  { { HTTP_IF_MODIFIED_SINCE, BEFORE } } },
	{ "If-Modified-Since, no date", 200,
	  { { HTTP_IF_MODIFIED_SINCE, "yesterday" } } },
	{ "If-Modified-Since, RFC 850", 304,
	  { { HTTP_IF_MODIFIED_SINCE, "Sunday, 06-Nov-94 08:49:37 GMT" } } },
	{ "If-Modified-Since, asctime", 304,
	  { { HTTP_IF_MODIFIED_SINCE, "Sun Nov  6 08:49:37 1994" } } },
	{ "If-Unmodified-Since, that time", 200,
	  { { HTTP_IF_UNMODIFIED_SINCE, MODIFIED } } },
	{ "If-Unmodified-Since, before", 412,
	  { { HTTP_IF_UNMODIFIED_SINCE, BEFORE } } },
	{ "If-Unmodified-Since, no date", 200,
	  { { HTTP_IF_UNMODIFIED_SINCE, "never" } } },
	{ "a tag goes before a date", 200,
	  { { HTTP_IF_NONE_MATCH, OTHER },
	    { HTTP_IF_MODIFIED_SINCE, MODIFIED } } },
	{ "a date does not save a tag", 304,
	  { { HTTP_IF_MODIFIED_SINCE, BEFORE },
	    { HTTP_IF_NONE_MATCH, TAG } } },
	{ "If-Match goes before If-Unmodified-Since", 200,
	  { { HTTP_IF_MATCH, TAG }, { HTTP_IF_UNMODIFIED_SINCE, BEFORE } } },
	{ "If-Match goes before If-None-Match", 412,
	  { { HTTP_IF_NONE_MATCH, TAG }, { HTTP_IF_MATCH, OTHER } } },
	{ "If-Match, then If-None-Match", 304,
	  { { HTTP_IF_MATCH, TAG }, { HTTP_IF_NONE_MATCH, TAG } } },
	{ "If-Unmodified-Since, then If-Modified-Since", 304,
	  { { HTTP_IF_UNMODIFIED_SINCE, AFTER },
	    { HTTP_IF_MODIFIED_SINCE, AFTER } } },
};

struct if_range_param {
	const char	*desc;
	const char	*value;
	bool		allows;
};

static const struct if_range_param if_range_params[] = {
	{ "absent", NULL, true },
	{ "the tag", TAG, true },
	{ "the date", MODIFIED, true },
	{ "the date of RFC 850", "Sunday, 06-Nov-94 08:49:37 GMT", true },
	{ "a weak tag", "W/" TAG, false },
	{ "another tag", OTHER, false },
	{ "two tags", TAG "," TAG, false },
	{ "any", "*", false },
	{ "an earlier date", BEFORE, false },
	{ "a later date", AFTER, false },
	{ "a long tag", "\"0123456789012345678901234567890123456789\"", false },
	{ "neither", "x", false },
};

SSK_KUNIT_TABLE(tags);
SSK_KUNIT_TABLE(condition);
SSK_KUNIT_TABLE(if_range);

static void tags(struct kunit *test)
{
	const struct tags_param *param = test->param_value;
	struct http_tags tags;
	const char *at;

	http_tags_begin(&tags);
	http_tags_begin_line(&tags);
	for (at = param->field; *at; at++)
		http_tags_char(&tags, *at);
	KUNIT_EXPECT_EQ(test, http_tags_have(&tags, validators.tag, false),
			param->strong);
	KUNIT_EXPECT_EQ(test, http_tags_have(&tags, validators.tag, true),
			param->weak);
}

static void tag_is_written(struct kunit *test)
{
	char text[HTTP_TAG_LEN + 1] = "";

	http_tag_write(text, validators.tag);
	KUNIT_EXPECT_STREQ(test, (const char *)text, TAG);
}

static struct http_word word_of(const char *text)
{
	struct http_word word = { 0 };

	while (*text)
		http_word_add(&word, *text++);
	return word;
}

static void read_line(struct http_conditions *conditions,
		      const struct condition_line *line)
{
	struct http_tags *tags = line->condition == HTTP_IF_MATCH ?
		&conditions->match : &conditions->none_match;
	struct http_word word = word_of(line->value);
	const char *at;

	if (line->condition != HTTP_IF_MATCH &&
	    line->condition != HTTP_IF_NONE_MATCH) {
		http_conditions_word(conditions, line->condition, &word);
		return;
	}
	http_conditions_begin_tags(conditions, line->condition);
	for (at = line->value; *at; at++)
		http_tags_char(tags, *at);
}

static void condition(struct kunit *test)
{
	const struct condition_param *param = test->param_value;
	struct http_conditions conditions;
	int i;

	http_conditions_begin(&conditions);
	for (i = 0; i < ARRAY_SIZE(param->line) && param->line[i].value; i++)
		read_line(&conditions, &param->line[i]);
	KUNIT_EXPECT_EQ(test,
			(int)http_conditions_status(&conditions, &validators),
			param->status);
}

static void if_range(struct kunit *test)
{
	const struct if_range_param *param = test->param_value;
	struct http_conditions conditions;

	http_conditions_begin(&conditions);
	if (param->value) {
		struct http_word word = word_of(param->value);

		http_conditions_word(&conditions, HTTP_IF_RANGE, &word);
	}
	KUNIT_EXPECT_EQ(test,
			http_conditions_allow_range(&conditions, &validators),
			param->allows);
}

/* What has no date is neither newer nor older than a date, nor as old. */
static void no_date(struct kunit *test)
{
	static const struct condition_line lines[] = {
		{ HTTP_IF_MODIFIED_SINCE, AFTER },
		{ HTTP_IF_UNMODIFIED_SINCE, "Wed, 31 Dec 1969 23:59:58 GMT" },
	};
	struct http_word second_before_1970 =
		word_of("Wed, 31 Dec 1969 23:59:59 GMT");
	struct http_conditions conditions;
	int i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		http_conditions_begin(&conditions);
		read_line(&conditions, &lines[i]);
		KUNIT_EXPECT_EQ(test,
				(int)http_conditions_status(&conditions,
							    &without_date),
				200);
	}
	http_conditions_begin(&conditions);
	http_conditions_word(&conditions, HTTP_IF_RANGE, &second_before_1970);
	KUNIT_EXPECT_FALSE(test, http_conditions_allow_range(&conditions,
							     &without_date));
}

static struct kunit_case http_conditions_test_cases[] = {
	KUNIT_CASE_PARAM(tags, tags_gen_params),
	KUNIT_CASE(tag_is_written),
	KUNIT_CASE_PARAM(condition, condition_gen_params),
	KUNIT_CASE_PARAM(if_range, if_range_gen_params),
	KUNIT_CASE(no_date),
	{}
};

static struct kunit_suite http_conditions_test_suite = {
	.name		= "syncsock_http_conditions",
	.test_cases	= http_conditions_test_cases,
};

kunit_test_suite(http_conditions_test_suite);
