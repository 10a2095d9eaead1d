// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of snapshots: which pages there are, and that their bytes are
 * their own.
 */
#include <kunit/test.h>

#include "table.h"
#include "../src/handlers/http/response.h"
#include "../src/handlers/http/snapshot.c"
#include "../src/handlers/http/store.c"

#define MEDIA	"text/plain; charset=utf-8"

/* Bytes that tell contents apart, and one place of them from another. */
static u8 byte_at(u32 seed, u64 at)
{
	return (at * 31 + (at >> 8) * 7 + seed) & 0xff;
}

static void fill(struct http_content *content, u32 seed)
{
	size_t offset, len, i;
	u64 at;

	for (at = 0; at < content->length; at += len) {
		struct page *page = http_content_part(content, at, &offset,
						      &len);
		u8 *to = (u8 *)page_address(page) + offset;

		for (i = 0; i < len; i++)
			to[i] = byte_at(seed, at + i);
	}
}

static bool is_filled(const struct http_content *content, u32 seed)
{
	size_t offset, len, i;
	u64 at;

	for (at = 0; at < content->length; at += len) {
		struct page *page = http_content_part(content, at, &offset,
						      &len);
		const u8 *from = (u8 *)page_address(page) + offset;

		for (i = 0; i < len; i++)
			if (from[i] != byte_at(seed, at + i))
				return false;
	}
	return true;
}

static void add_length(struct kunit *test, const char *path, u64 length,
		       u32 seed)
{
	struct http_snapshot *snapshot = test->priv;
	struct http_content *content;

	content = http_store_alloc(&snapshot->store, length);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, content);
	fill(content, seed);
	http_content_finish(content, 0);
	KUNIT_ASSERT_EQ(test, 0,
			http_snapshot_add(snapshot, path, MEDIA, content));
}

static const struct http_page *page_at(struct kunit *test, const char *path)
{
	return http_snapshot_find(test->priv, path, strlen(path));
}

/* Around what is copied, shared, and a chunk of its own. */
static void contents_are_their_own(struct kunit *test)
{
	static const u64 lengths[] = {
		0, 1, 63, 64, 65, 255, 256, 4095, 4096, 4097, 20000,
		HTTP_CHUNK_SIZE - 256, HTTP_CHUNK_SIZE - 1, HTTP_CHUNK_SIZE,
		HTTP_CHUNK_SIZE + 1, 2 * HTTP_CHUNK_SIZE, 100000, 20000, 12000,
	};
	struct http_snapshot *snapshot = test->priv;
	u64 bytes = 0;
	char path[32];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		snprintf(path, sizeof(path), "/%u", i);
		add_length(test, path, lengths[i], i);
		bytes += lengths[i];
	}
	KUNIT_ASSERT_EQ(test, 0, http_snapshot_complete(snapshot));
	KUNIT_EXPECT_EQ(test, snapshot->bytes, bytes);
	KUNIT_EXPECT_EQ(test, (int)snapshot->files_count,
			(int)ARRAY_SIZE(lengths));
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		const struct http_page *page;

		snprintf(path, sizeof(path), "/%u", i);
		page = page_at(test, path);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, page);
		KUNIT_EXPECT_EQ(test, page->content->length, lengths[i]);
		KUNIT_EXPECT_TRUE(test, is_filled(page->content, i));
	}
}

/* Small files share: no more than one page is left half empty. */
static void small_ones_share_pages(struct kunit *test)
{
	struct http_snapshot *snapshot = test->priv;
	struct list_head *block;
	int blocks = 0;
	char path[32];
	u32 i;

	for (i = 0; i < 320; i++) {
		snprintf(path, sizeof(path), "/%u", i);
		add_length(test, path, 1024, i);
	}
	list_for_each(block, &snapshot->store.blocks)
		blocks++;
	KUNIT_EXPECT_EQ(test, blocks, 320 * 1024 / HTTP_CHUNK_SIZE);
}

static void same_bytes_have_the_same_tag(struct kunit *test)
{
	add_length(test, "/a", 40000, 1);
	add_length(test, "/b", 100, 1);
	add_length(test, "/c", 40000, 1);
	add_length(test, "/d", 40000, 2);
	KUNIT_ASSERT_EQ(test, 0, http_snapshot_complete(test->priv));
	KUNIT_EXPECT_EQ(test, page_at(test, "/a")->content->validators.tag,
			page_at(test, "/c")->content->validators.tag);
	KUNIT_EXPECT_NE(test, page_at(test, "/a")->content->validators.tag,
			page_at(test, "/d")->content->validators.tag);
	KUNIT_EXPECT_NE(test, page_at(test, "/a")->content->validators.tag,
			page_at(test, "/b")->content->validators.tag);
}

struct page_param {
	const char	*desc;
	const char	*path;
	const char	*content;
	const char	*gzip;
	const char	*location;
};

static const char * const paths[] = {
	"/index.html", "/index.html.gz", "/404.html", "/a.css", "/a.css.gz",
	"/b.css.gz", "/d/index.html", "/d/e", "/d/ \x80%25/index.html",
	"/d/ \x80%25/index.html.gz", "/xindex.html", "/e/xindex.html", "/f.gz",
	"/.gz",
};

/* No content, no location: there is no such page. */
static const struct page_param page_params[] = {
	{ "root", "/", "/index.html", "/index.html.gz" },
	{ "index of the root", "/index.html", "/index.html", "/index.html.gz" },
	{ "file", "/d/e", "/d/e" },
	{ "compressed", "/a.css", "/a.css", "/a.css.gz" },
	{ "compressed itself", "/a.css.gz", "/a.css.gz" },
	{ "only compressed", "/b.css.gz", "/b.css.gz" },
	{ "not without its ending", "/b.css" },
	{ "directory", "/d/", "/d/index.html" },
	{ "directory without a slash", "/d", NULL, NULL, "/d/" },
	{ "directory of a directory", "/d/ \x80%25/", "/d/ \x80%25/index.html",
	  "/d/ \x80%25/index.html.gz" },
	{ "an escaped location", "/d/ \x80%25", NULL, NULL,
	  "/d/%20%80%25/" },
	{ "no index", "/e/" },
	{ "no index, without a slash", "/e" },
	{ "no root without a slash", "" },
	{ "another file", "/c" },
	{ "the beginning of a path", "/d/ \x80%25/index" },
	{ "more than a path", "/d/ex" },
	{ "a file as a directory", "/d/e/" },
};

SSK_KUNIT_TABLE(page);

/* The content of the page at a path, to compare with. */
static const struct http_content *content_at(struct kunit *test,
					     const char *path)
{
	return path ? page_at(test, path)->content : NULL;
}

static void page(struct kunit *test)
{
	const struct page_param *param = test->param_value;
	struct http_snapshot *snapshot = test->priv;
	const struct http_page *page;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(paths); i++)
		add_length(test, paths[i], i, i);
	KUNIT_ASSERT_EQ(test, 0, http_snapshot_complete(snapshot));
	KUNIT_EXPECT_PTR_EQ(test, snapshot->missing,
			    page_at(test, "/404.html"));

	page = page_at(test, param->path);
	if (!param->content && !param->location) {
		KUNIT_EXPECT_TRUE(test, !page);
		return;
	}
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, page);
	KUNIT_EXPECT_PTR_EQ(test, page->content,
			    content_at(test, param->content));
	KUNIT_EXPECT_PTR_EQ(test, page->gzip, content_at(test, param->gzip));
	if (param->location)
		KUNIT_EXPECT_STREQ(test, page->location, param->location);
	else
		KUNIT_EXPECT_TRUE(test, !page->location);
}

/* What was written of a content is what would be written of it. */
static void begin(struct kunit *test)
{
	static const char plain[] = "\r\nContent-Type: " MEDIA
		"\r\nContent-Length: 300\r\nETag: ";
	static const char gzip[] = "\r\nContent-Type: " MEDIA
		"\r\nContent-Length: 200\r\nContent-Encoding: gzip\r\nETag: ";
	static const char vary[] =
		"\r\nAccept-Ranges: bytes\r\nVary: Accept-Encoding";
	const size_t fields = HTTP_RESPONSE_DATE + HTTP_DATE_LEN;
	const struct http_page *page;

	add_length(test, "/a", 300, 1);
	add_length(test, "/a.gz", 200, 2);
	KUNIT_ASSERT_EQ(test, 0, http_snapshot_complete(test->priv));
	page = page_at(test, "/a");
	KUNIT_EXPECT_MEMEQ(test, page->begin->text, "HTTP/1.1 200 OK\r\n",
			   strlen("HTTP/1.1 200 OK\r\n"));
	KUNIT_EXPECT_MEMEQ(test, page->begin->text + fields, plain,
			   strlen(plain));
	KUNIT_EXPECT_MEMEQ(test, page->gzip_begin->text + fields, gzip,
			   strlen(gzip));
	KUNIT_EXPECT_MEMEQ(test, page->begin->text + page->begin->len -
			   strlen(vary), vary, strlen(vary));
	KUNIT_EXPECT_TRUE(test, !page_at(test, "/a.gz")->gzip_begin);
}

static void empty(struct kunit *test)
{
	struct http_snapshot *snapshot = test->priv;

	KUNIT_ASSERT_EQ(test, 0, http_snapshot_complete(snapshot));
	KUNIT_EXPECT_TRUE(test, !page_at(test, "/"));
	KUNIT_EXPECT_TRUE(test, !snapshot->missing);
}

/* A directory with the name of the page for what is missing. */
static void missing_is_a_directory(struct kunit *test)
{
	struct http_snapshot *snapshot = test->priv;

	add_length(test, "/404.html/index.html", 10, 0);
	KUNIT_ASSERT_EQ(test, 0, http_snapshot_complete(snapshot));
	KUNIT_EXPECT_STREQ(test, page_at(test, "/404.html")->location,
			   "/404.html/");
	KUNIT_EXPECT_TRUE(test, !snapshot->missing);
}

/* Every bit of a content counts, also where two words differ alike. */
static void other_bytes_have_another_tag(struct kunit *test)
{
	struct http_snapshot *snapshot = test->priv;
	struct http_content *content;
	u64 before, *word;
	u32 i;

	content = http_store_alloc(&snapshot->store, 64);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, content);
	word = page_address(content->chunk[0].page) + content->chunk[0].offset;
	memset(word, 0, 64);
	http_content_finish(content, 0);
	before = content->validators.tag;
	for (i = 0; i < 7; i++) {
		word[i] ^= BIT_ULL(63) | BIT_ULL(31);
		word[i + 1] ^= BIT_ULL(63) | BIT_ULL(31);
		http_content_finish(content, 0);
		KUNIT_EXPECT_NE(test, content->validators.tag, before);
		memset(word, 0, 64);
	}
	http_content_free(content);
}

static int http_snapshot_test_init(struct kunit *test)
{
	free_queue = alloc_workqueue("syncsock_http_test", WQ_UNBOUND, 0);
	if (!free_queue)
		return -ENOMEM;
	test->priv = http_snapshot_new();
	return test->priv ? 0 : -ENOMEM;
}

static void http_snapshot_test_exit(struct kunit *test)
{
	if (test->priv)
		http_snapshot_put(test->priv);
	destroy_workqueue(free_queue);
}

static struct kunit_case http_snapshot_test_cases[] = {
	KUNIT_CASE(contents_are_their_own),
	KUNIT_CASE(small_ones_share_pages),
	KUNIT_CASE(same_bytes_have_the_same_tag),
	KUNIT_CASE(other_bytes_have_another_tag),
	KUNIT_CASE_PARAM(page, page_gen_params),
	KUNIT_CASE(missing_is_a_directory),
	KUNIT_CASE(begin),
	KUNIT_CASE(empty),
	{}
};

static struct kunit_suite http_snapshot_test_suite = {
	.name		= "syncsock_http_snapshot",
	.init		= http_snapshot_test_init,
	.exit		= http_snapshot_test_exit,
	.test_cases	= http_snapshot_test_cases,
};

kunit_test_suite(http_snapshot_test_suite);
