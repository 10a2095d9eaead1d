/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory of a service's connections.
 */
#ifndef SSK_MEMORY_H
#define SSK_MEMORY_H

#include <linux/types.h>

struct ssk_service;

void ssk_memory_init(struct ssk_service *service);
bool ssk_memory_is_full(struct ssk_service *service);

#endif /* SSK_MEMORY_H */
