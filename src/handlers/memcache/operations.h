/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the commands do to a store.
 *
 * All functions: Context: any. They do not sleep. Those that are not about an
 * item that was found lock its shard. Those that are want it to stay: found
 * under RCU, with a reference, or with its shard locked. Where an answer needs
 * to know about an item, they fill a view.
 */
#ifndef MC_OPERATIONS_H
#define MC_OPERATIONS_H

#include "item.h"
#include "reply.h"
#include "request.h"
#include "status.h"
#include "store.h"

/* update.c */
enum mc_status mc_update_begin(struct mc_store *store,
			       const struct mc_request *request,
			       struct mc_item **item);
enum mc_status mc_update_end(struct mc_store *store,
			     const struct mc_request *request,
			     struct mc_item *item, struct mc_view *view);
enum mc_status mc_update_fail(struct mc_store *store,
			      const struct mc_request *request,
			      enum mc_status status);
enum mc_status mc_update_commit(struct mc_store *store, struct mc_shard *shard,
				struct mc_item *item, struct mc_item *old,
				enum mc_status status, struct mc_view *view);

/* arithmetic.c */
enum mc_status mc_arithmetic(struct mc_store *store,
			     const struct mc_request *request,
			     struct mc_view *view);

/* change.c */
struct mc_item *mc_touch(struct mc_store *store,
			 const struct mc_request *request);
enum mc_status mc_delete(struct mc_store *store,
			 const struct mc_request *request);
struct mc_item *mc_change(struct mc_store *store,
			  const struct mc_request *request,
			  struct mc_view *view, enum mc_status *status);

/* lookup.c */
bool mc_lookup_changes(const struct mc_request *request,
		       const struct mc_item *item);
void mc_lookup_view(const struct mc_item *item, struct mc_view *view);
void mc_lookup_count(struct mc_store *store, const struct mc_request *request,
		     struct mc_item *item);

/* stats.c */
#define MC_STATS_MAX	8192

size_t mc_stats(struct mc_store *store, const struct mc_request *request,
		char *buf);
void mc_stats_reset(struct mc_store *store);

#endif /* MC_OPERATIONS_H */
