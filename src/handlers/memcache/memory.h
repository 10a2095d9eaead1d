/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory of a store: its limit, and what makes room.
 */
#ifndef MC_MEMORY_H
#define MC_MEMORY_H

#include <linux/types.h>

struct mc_store;

bool mc_memory_reserve(struct mc_store *store, u32 bytes, bool page);
void mc_memory_unreserve(struct mc_store *store, u32 bytes);
void mc_memory_linked(struct mc_store *store, u32 bytes);
void mc_memory_release(struct mc_store *store, u32 bytes);
void mc_memory_wait(struct mc_store *store, u32 bytes);
void mc_memory_freed(struct mc_store *store, u32 bytes);
void mc_memory_limit(struct mc_store *store, unsigned long limit);

#endif /* MC_MEMORY_H */
