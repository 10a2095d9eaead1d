/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Decimal numbers, read as leniently as memcached reads them: with white
 * space and a sign before them, with anything behind white space after them,
 * in 64 bits and then cut to the width that is wanted.
 */
#ifndef MC_NUMBER_H
#define MC_NUMBER_H

#include "../portable.h"

/**
 * mc_number_u64() - read an unsigned number
 * @text: the text
 * @len: its length
 * @number: where to store the number
 *
 * Return: whether it is one.
 */
bool mc_number_u64(const char *text, size_t len, u64 *number);

/* The same, cut to 32 bits. */
bool mc_number_u32(const char *text, size_t len, u32 *number);

/* The same for a signed number, cut to 32 bits. */
bool mc_number_s32(const char *text, size_t len, s32 *number);

#endif /* MC_NUMBER_H */
