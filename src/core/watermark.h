/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Watermarks of a queue. Pure.
 */
#ifndef SSK_WATERMARK_H
#define SSK_WATERMARK_H

#include <linux/types.h>

/**
 * ssk_watermark_has_room() - whether a queue takes more
 * @queued: how full it is
 * @high: how full it may become
 *
 * Return: whether it is below the high watermark.
 */
static inline bool ssk_watermark_has_room(u32 queued, u32 high)
{
	return queued < high;
}

/**
 * ssk_watermark_is_low() - whether a queue that was full takes more again
 * @queued: how full it is
 * @low: the low watermark; one above @high counts for nothing
 * @high: the high watermark, at least 1
 *
 * Return: whether it is at the low watermark or below.
 */
static inline bool ssk_watermark_is_low(u32 queued, u32 low, u32 high)
{
	return queued <= low && ssk_watermark_has_room(queued, high);
}

#endif /* SSK_WATERMARK_H */
