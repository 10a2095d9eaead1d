// SPDX-License-Identifier: GPL-2.0
#include "reply.h"

static char *put_letter(char *at, char letter)
{
	*at++ = ' ';
	*at++ = letter;
	return at;
}

static char *put_signed(char *at, s64 number)
{
	if (number < 0)
		*at++ = '-';
	return text_put_number(at, number < 0 ? 0 - (u64)number : (u64)number);
}

char *mc_reply_value(char *at, const struct mc_request *request,
		     const struct mc_view *view)
{
	at = text_puts(at, "VALUE ");
	at = text_put(at, request->key, request->key_len);
	*at++ = ' ';
	at = text_put_number(at, view->flags);
	*at++ = ' ';
	at = text_put_number(at, view->value_len);
	if (request->command == MC_GETS || request->command == MC_GATS) {
		*at++ = ' ';
		at = text_put_number(at, view->cas);
	}
	return text_puts(at, "\r\n");
}

char *mc_reply_number(char *at, u64 number)
{
	at = text_put_number(at, number);
	return text_puts(at, "\r\n");
}

static const char *hit_text(const struct mc_request *request)
{
	switch (request->command) {
	case MC_TOUCH:
		return "TOUCHED\r\n";
	case MC_DELETE:
		return "DELETED\r\n";
	case MC_FLUSH_ALL:
		return "OK\r\n";
	default:
		return "STORED\r\n";
	}
}

const char *mc_reply_text(const struct mc_request *request,
			  enum mc_status status)
{
	switch (status) {
	case MC_HIT:
		return hit_text(request);
	case MC_MISS:
		return "NOT_FOUND\r\n";
	case MC_NOT_STORED:
		return "NOT_STORED\r\n";
	case MC_EXISTS:
		return "EXISTS\r\n";
	case MC_NOT_A_NUMBER:
		return "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n";
	case MC_TOO_LARGE:
		return "SERVER_ERROR object too large for cache\r\n";
	default:
		return mc_request_has_value(request) ?
			"SERVER_ERROR out of memory storing object\r\n" :
			"SERVER_ERROR out of memory\r\n";
	}
}

static char *put_key(char *at, const struct mc_request *request, bool binary)
{
	at = put_letter(at, 'k');
	if (!binary)
		return text_put(at, request->key, request->key_len);
	at = mc_base64_encode(at, (const u8 *)request->key, request->key_len);
	return put_letter(at, 'b');
}

/* The flags that are returned whether there is an item or not. */
static char *put_echo(char *at, const struct mc_request *request, bool binary,
		      char letter)
{
	if (letter == 'k')
		return put_key(at, request, binary);
	*at++ = ' ';
	return text_put(at, request->meta.opaque, request->meta.opaque_len);
}

/* These flags, and with a view the unique number that it has. */
static char *put_echoes(char *at, const struct mc_request *request,
			const struct mc_view *view)
{
	size_t i;

	for (i = 0; i < request->meta.count; i++) {
		char letter = request->meta.letters[i];

		if (letter == 'k' || letter == 'O') {
			at = put_echo(at, request, request->key_binary, letter);
		} else if (letter == 'c' && view) {
			at = put_letter(at, 'c');
			at = text_put_number(at, view->cas);
		}
	}
	return at;
}

/* The flags that "mg" alone returns. */
static char *put_detail(char *at, const struct mc_view *view, char letter)
{
	at = put_letter(at, letter);
	switch (letter) {
	case 's':
		return text_put_number(at, view->value_len);
	case 'f':
		return text_put_number(at, view->flags);
	case 'l':
		return text_put_number(at, view->idle);
	default:
		*at++ = view->fetched ? '1' : '0';
		return at;
	}
}

/* What the flags of a request return about an item, in their order. */
static char *put_flags(char *at, const struct mc_request *request,
		       const struct mc_view *view)
{
	s64 ttl = view->ttl;
	size_t i;

	for (i = 0; i < request->meta.count; i++) {
		char letter = request->meta.letters[i];

		switch (letter) {
		case 'T':
			ttl = view->new_ttl;
			break;
		case 'N':
			if (view->created)
				ttl = view->new_ttl;
			break;
		case 't':
			at = put_letter(at, 't');
			at = put_signed(at, ttl);
			break;
		case 'c':
			at = put_letter(at, 'c');
			at = text_put_number(at, view->cas);
			break;
		case 'k':
		case 'O':
			at = put_echo(at, request, view->binary, letter);
			break;
		case 's':
		case 'f':
		case 'l':
		case 'h':
			if (request->command == MC_META_GET)
				at = put_detail(at, view, letter);
			break;
		}
	}
	return at;
}

static char *put_value_len(char *at, u32 len)
{
	at = text_puts(at, "VA ");
	return text_put_number(at, len);
}

static char *put_get(char *at, const struct mc_request *request,
		     const struct mc_view *view)
{
	if (mc_meta_has(&request->meta, 'v'))
		at = put_value_len(at, view->value_len);
	else
		at = text_puts(at, "HD");
	at = put_flags(at, request, view);
	if (view->sent)
		at = text_puts(at, " Z");
	if (view->stale)
		at = text_puts(at, " X");
	if (view->won)
		at = text_puts(at, " W");
	return at;
}

static char *put_arithmetic(char *at, const struct mc_request *request,
			    const struct mc_view *view)
{
	char number[TEXT_DIGITS_MAX];
	size_t len = text_put_number(number, view->number) - number;
	bool value = mc_meta_has(&request->meta, 'v');

	at = value ? put_value_len(at, len) : text_puts(at, "HD");
	at = put_flags(at, request, view);
	if (value) {
		at = text_puts(at, "\r\n");
		at = text_put(at, number, len);
	}
	return at;
}

static char *put_debug(char *at, const struct mc_request *request,
		       const struct mc_view *view)
{
	at = text_puts(at, "ME ");
	if (view->binary)
		at = mc_base64_encode(at, (const u8 *)request->key,
				      request->key_len);
	else
		at = text_put(at, request->key, request->key_len);
	/* As memcached has it, the time left counts down from below. */
	at = text_puts(at, " exp=");
	at = put_signed(at, view->ttl < 0 ? -1 : -(s64)(s32)view->ttl);
	at = text_puts(at, " la=");
	at = text_put_number(at, view->idle);
	at = text_puts(at, " cas=");
	at = text_put_number(at, view->cas);
	at = text_puts(at, view->fetched ? " fetch=yes" : " fetch=no");
	at = text_puts(at, " cls=1 size=");
	return text_put_number(at, view->size);
}

static char *put_hit(char *at, const struct mc_request *request,
		     const struct mc_view *view)
{
	switch (request->command) {
	case MC_META_GET:
		return put_get(at, request, view);
	case MC_META_ARITHMETIC:
		return put_arithmetic(at, request, view);
	case MC_META_DEBUG:
		return put_debug(at, request, view);
	case MC_META_SET:
		at = text_puts(at, "HD");
		return put_echoes(at, request, view);
	default:
		at = text_puts(at, "HD");
		return put_echoes(at, request, NULL);
	}
}

static const char *miss_code(const struct mc_request *request)
{
	if (request->command == MC_META_GET || request->command == MC_META_DEBUG)
		return "EN";
	return "NF";
}

/* Which answers a client that wants none is spared. */
static bool is_expected(const struct mc_request *request,
			enum mc_status status, const struct mc_view *view)
{
	switch (request->command) {
	case MC_META_GET:
		return status == MC_MISS;
	case MC_META_ARITHMETIC:
		return status == MC_HIT && !view->created;
	default:
		return status == MC_HIT;
	}
}

char *mc_reply_meta(char *at, const struct mc_request *request,
		    enum mc_status status, const struct mc_view *view)
{
	static const struct mc_view none;

	if (request->noreply && is_expected(request, status, view))
		return at;
	switch (status) {
	case MC_HIT:
		at = put_hit(at, request, view);
		return text_puts(at, "\r\n");
	case MC_MISS:
		at = text_puts(at, miss_code(request));
		break;
	case MC_NOT_STORED:
		at = text_puts(at, "NS");
		break;
	case MC_EXISTS:
		at = text_puts(at, "EX");
		break;
	default:
		return text_puts(at, mc_reply_text(request, status));
	}
	at = put_echoes(at, request,
			request->command == MC_META_SET ? &none : NULL);
	return text_puts(at, "\r\n");
}
