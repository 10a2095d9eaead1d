/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What parsers and writers of replies need from their environment. They
 * neither allocate nor know sockets, so they can be built as programs as well,
 * to be fuzzed.
 */
#ifndef HANDLERS_PORTABLE_H
#define HANDLERS_PORTABLE_H

#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int s32;
typedef long long s64;

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define S32_MAX			0x7fffffff
#define U64_MAX			(~0ULL)
#endif

#endif /* HANDLERS_PORTABLE_H */
