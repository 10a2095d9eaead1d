/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Registered handlers.
 */
#ifndef SSK_HANDLER_H
#define SSK_HANDLER_H

#include <linux/cache.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <syncsock/handler.h>

/**
 * struct ssk_handler - a registered handler
 * @ops: what the handler's module registered
 * @conn_cache: its connections, with their private memory
 * @node: in the registry's list of handlers
 *
 * Every request reads it, so nothing else is in its cache line.
 */
struct ssk_handler {
	const struct syncsock_handler	*ops;
	struct kmem_cache		*conn_cache;
	struct list_head		node;
} ____cacheline_aligned_in_smp;

#endif /* SSK_HANDLER_H */
