// SPDX-License-Identifier: GPL-2.0
/*
 * The module of all KUnit suites. Each of them compiles its unit into this
 * module, which makes it independent of the modules under test.
 */
#include <linux/module.h>

MODULE_AUTHOR("syncsock developers");
MODULE_DESCRIPTION("KUnit tests of syncsock");
MODULE_LICENSE("GPL");
