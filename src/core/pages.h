/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages that each CPU copies small things into.
 */
#ifndef SSK_PAGES_H
#define SSK_PAGES_H

#include <linux/bvec.h>
#include <linux/types.h>

void ssk_pages_exit(void);
int ssk_pages_copy(const void *buf, size_t len, struct bio_vec *part);
void *ssk_pages_reserve(size_t len);
void ssk_pages_commit(size_t len, struct bio_vec *part);

#endif /* SSK_PAGES_H */
