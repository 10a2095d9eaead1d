/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables of parameters.
 */
#ifndef SSK_KUNIT_TABLE_H
#define SSK_KUNIT_TABLE_H

#include <kunit/test.h>
#include <linux/string.h>

/*
 * Makes KUNIT_CASE_PARAM(test, NAME_gen_params) run test once for each entry
 * of NAME_params[], whose member desc is the name of the case.
 */
#define SSK_KUNIT_TABLE(name)						\
	static void name##_desc(typeof(name##_params[0]) *param, char *desc) \
	{								\
		strscpy(desc, param->desc, KUNIT_PARAM_DESC_SIZE);	\
	}								\
	KUNIT_ARRAY_PARAM(name, name##_params, name##_desc)

#endif /* SSK_KUNIT_TABLE_H */
