/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A bug of each kind that the kernels of the tests are to catch, made on
 * purpose: if one is not reported, what watches for it does not work. Nothing
 * of this belongs anywhere but into a guest that is thrown away.
 */
#ifndef CANARY_H
#define CANARY_H

/**
 * struct canary - one bug
 * @name: what is written into /proc/syncsock_canary to have it
 * @make: makes it; process context
 */
struct canary {
	const char *name;
	void (*make)(void);
};

extern const struct canary memory_canaries[];
extern const struct canary locking_canaries[];
extern const struct canary object_canaries[];
extern const struct canary time_canaries[];

#endif /* CANARY_H */
