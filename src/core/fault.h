/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Failing on purpose, for a test: every place of the core that may find no
 * memory asks whether it is to find none. Modules that are not built for that
 * (SYNCSOCK_FAULTS) have nothing of it.
 */
#ifndef SSK_FAULT_H
#define SSK_FAULT_H

#include <linux/types.h>

#ifdef SYNCSOCK_FAULTS
bool ssk_fault(void);
#else
static inline bool ssk_fault(void)
{
	return false;
}
#endif

#endif /* SSK_FAULT_H */
