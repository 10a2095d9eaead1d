// SPDX-License-Identifier: GPL-2.0
/*
 * Reading: the get commands, "me", and "mg" where it changes nothing.
 */
#include "operations.h"

/* Whether "mg" changes more than that the item was asked for. */
bool mc_lookup_changes(const struct mc_request *request,
		       const struct mc_item *item)
{
	const struct mc_meta *meta = &request->meta;

	if (!item)
		return mc_meta_has(meta, 'N');
	return test_bit(MC_ITEM_STALE, &item->bits) ||
	       mc_meta_has(meta, 'T') || mc_meta_has(meta, 'R');
}

/* Everything that any answer tells about an item. */
void mc_lookup_view(const struct mc_item *item, struct mc_view *view)
{
	view->flags = item->flags;
	view->value_len = item->len;
	view->cas = READ_ONCE(item->cas);
	view->ttl = mc_store_ttl(READ_ONCE(item->expires));
	view->new_ttl = view->ttl;
	view->idle = mc_store_now() - READ_ONCE(item->used);
	view->size = item->charge;
	view->binary = test_bit(MC_ITEM_BINARY, &item->bits);
	view->fetched = test_bit(MC_ITEM_FETCHED, &item->bits);
	view->created = false;
	view->won = false;
	view->stale = test_bit(MC_ITEM_STALE, &item->bits);
	view->sent = test_bit(MC_ITEM_SENT, &item->bits);
}

static bool is_touch(const struct mc_request *request)
{
	return request->command == MC_TOUCH || request->command == MC_GAT ||
	       request->command == MC_GATS ||
	       (request->command == MC_META_GET &&
		mc_meta_has(&request->meta, 'T'));
}

/**
 * mc_lookup_count() - an item was asked for, and the answer is on its way
 * @store: the store
 * @request: the request
 * @item: the item, or NULL if there is none
 */
void mc_lookup_count(struct mc_store *store, const struct mc_request *request,
		     struct mc_item *item)
{
	bool touch = is_touch(request);

	if (touch)
		mc_count(store, cmd_touch);
	else
		mc_count(store, cmd_get);
	if (!item) {
		if (touch)
			mc_count(store, touch_misses);
		else
			mc_count(store, get_misses);
		return;
	}
	if (touch)
		mc_count(store, touch_hits);
	else
		mc_count(store, get_hits);
	if (!mc_request_is_meta(request) || !mc_meta_has(&request->meta, 'u'))
		mc_clock_note(item);
}
