// SPDX-License-Identifier: GPL-2.0
/*
 * The parser of the memcached protocols, and the writer of its answers.
 *
 * An input is what a client sends. If it has a byte 0xff, what follows the
 * last one is not sent: each byte of it is the length of one piece that is
 * received.
 */
#include "fuzz.h"

#include "../../src/handlers/memcache/parser.h"
#include "../../src/handlers/memcache/reply.h"

/* More events of one input are not compared. */
#define EVENTS_MAX	4096

/* What a server takes, and does not only skip. */
#define VALUE_MAX	4096

struct input {
	const u8	*data;
	size_t		len;
	const u8	*pieces;
	size_t		count;
};

/* What the parser found, and where that ended. */
struct found {
	enum mc_event	event;
	size_t		at;
	u64		digest;
};

struct trace {
	size_t		count;
	struct found	found[EVENTS_MAX];
};

static struct input input_of(const u8 *data, size_t size)
{
	struct input input = { .data = data, .len = size };
	const u8 *mark = size ? memrchr(data, 0xff, size) : NULL;

	if (mark) {
		input.len = mark - data;
		input.pieces = mark + 1;
		input.count = data + size - input.pieces;
	}
	return input;
}

static u64 digest(u64 sum, const void *bytes, size_t len)
{
	const u8 *at = bytes;

	while (len--)
		sum = (sum ^ *at++) * 1099511628211ULL;
	return sum;
}

#define DIGEST(sum, field)	digest(sum, &(field), sizeof(field))

/* Everything about a request that a server looks at. */
static u64 digest_request(const struct mc_request *request)
{
	const struct mc_meta *meta = &request->meta;
	u64 sum = DIGEST(14695981039346656037ULL, request->command);

	if (request->command == MC_SAY)
		return request->text ? digest(sum, request->text,
					      strlen(request->text)) : sum;
	sum = DIGEST(sum, request->store);
	sum = DIGEST(sum, request->noreply);
	sum = DIGEST(sum, request->has_cas);
	sum = DIGEST(sum, request->key_binary);
	sum = digest(sum, request->key, request->key_len);
	sum = DIGEST(sum, request->flags);
	sum = DIGEST(sum, request->ttl);
	sum = DIGEST(sum, request->value_len);
	sum = DIGEST(sum, request->cas);
	sum = DIGEST(sum, request->delta);
	sum = digest(sum, meta->letters, meta->count);
	sum = digest(sum, meta->opaque, meta->opaque_len);
	sum = DIGEST(sum, meta->mode);
	sum = DIGEST(sum, meta->vivify_ttl);
	sum = DIGEST(sum, meta->recache_ttl);
	return DIGEST(sum, meta->initial);
}

static bool ends_line(const char *text, size_t len)
{
	return len >= 2 && !memcmp(text + len - 2, "\r\n", 2);
}

static void require_answer(const char *answer, const char *end)
{
	require(end >= answer && end - answer <= (long)MC_REPLY_MAX);
	require(end == answer || ends_line(answer, end - answer));
}

/* Every answer fits, whatever is told about an item. */
static void require_answers(const struct mc_request *request)
{
	struct mc_view view = {
		.flags = ~0U, .value_len = 1 << 20, .cas = U64_MAX,
		.ttl = -S32_MAX, .new_ttl = -S32_MAX, .idle = ~0U,
		.number = U64_MAX, .size = ~0U, .binary = true,
		.created = request->delta & 1, .won = true, .stale = true,
		.sent = true,
	};
	char *answer = malloc(MC_REPLY_MAX);
	int status;

	require(answer);
	for (status = MC_HIT; status <= MC_NO_MEMORY; status++) {
		if (mc_request_is_meta(request)) {
			require_answer(answer, mc_reply_meta(answer, request,
							     status, &view));
		} else {
			const char *text = mc_reply_text(request, status);

			require(ends_line(text, strlen(text)));
		}
	}
	if (request->command >= MC_GET && request->command <= MC_GATS)
		require_answer(answer, mc_reply_value(answer, request, &view));
	require_answer(answer, mc_reply_number(answer, view.number));
	free(answer);
}

static void require_request(const struct mc_request *request)
{
	if (request->command == MC_SAY) {
		require(!request->text ||
			ends_line(request->text, strlen(request->text)));
		return;
	}
	require(request->key_len <= MC_KEY_MAX);
	require(request->meta.opaque_len <= MC_OPAQUE_MAX);
	require(request->meta.count <= MC_META_WORDS_MAX);
	if (mc_request_has_value(request)) {
		require(request->value_len >= 0);
		require(request->value_len <= S32_MAX - 2);
		require(request->store >= MC_SET && request->store <= MC_CAS);
	}
	require_answers(request);
}

static enum mc_event feed(struct mc_parser *parser, const u8 *data, size_t len,
			  size_t *used)
{
	void *copy = exact_copy(data, len);
	enum mc_event event;

	*used = len + 1;
	event = mc_parser_feed(parser, copy, len, used);
	free(copy);
	require(*used <= len);
	require(*used == len || event != MC_EVENT_MORE);
	return event;
}

static void note(struct trace *trace, enum mc_event event, size_t at, u64 sum)
{
	if (trace->count == EVENTS_MAX)
		return;
	trace->found[trace->count++] = (struct found){
		.event = event, .at = at, .digest = sum,
	};
}

/*
 * Read everything in the pieces of the input, then in pieces of @rest bytes.
 * The bytes of a value count together, however they came.
 */
static void read_all(const struct input *input, size_t rest,
		     struct trace *trace)
{
	struct mc_parser parser;
	size_t next = 0;
	size_t at = 0;
	u64 value = 0;

	/* What the parser does not set, it must not use. */
	memset(&parser, 0xaa, sizeof(parser));
	mc_parser_init(&parser);
	trace->count = 0;
	while (at < input->len) {
		size_t len = next < input->count ? input->pieces[next++] + 1 :
						   rest;
		enum mc_event event;
		size_t used;

		if (len > input->len - at)
			len = input->len - at;
		event = feed(&parser, input->data + at, len, &used);
		if (event == MC_EVENT_VALUE)
			value = digest(value, input->data + at, used);
		at += used;
		switch (event) {
		case MC_EVENT_MORE:
		case MC_EVENT_VALUE:
			break;
		case MC_EVENT_VALUE_END:
		case MC_EVENT_BAD_VALUE:
			note(trace, event, at, value);
			break;
		case MC_EVENT_CLOSE:
			/* Where does not matter to anybody. */
			note(trace, event, 0, 0);
			require(feed(&parser, input->data, 1, &used) ==
				MC_EVENT_CLOSE);
			return;
		case MC_EVENT_END:
			note(trace, event, at, 0);
			break;
		default:
			require_request(&parser.request);
			note(trace, event, at, digest_request(&parser.request));
			value = 0;
			if (mc_request_has_value(&parser.request) &&
			    parser.request.value_len > VALUE_MAX)
				mc_parser_skip(&parser);
			break;
		}
	}
}

/* It does not matter how the bytes came. */
static void require_same(const struct trace *a, const struct trace *b)
{
	size_t i;

	require(a->count == b->count);
	for (i = 0; i < a->count; i++) {
		require(a->found[i].event == b->found[i].event);
		require(a->found[i].at == b->found[i].at);
		require(a->found[i].digest == b->found[i].digest);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	const struct input input = input_of(data, size);
	const struct input plain = { .data = data, .len = input.len };
	static struct trace whole, pieces, bytes;

	read_all(&plain, plain.len, &whole);
	read_all(&input, 1, &pieces);
	read_all(&plain, 1, &bytes);
	require_same(&whole, &pieces);
	require_same(&whole, &bytes);
	return 0;
}
