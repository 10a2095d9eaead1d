/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parser needs from its environment. It neither allocates nor knows
 * sockets, so it can be built as a program as well, to be fuzzed.
 */
#ifndef HTTP_PORTABLE_H
#define HTTP_PORTABLE_H

#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#endif

#endif /* HTTP_PORTABLE_H */
