/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How requests end.
 */
#ifndef MC_STATUS_H
#define MC_STATUS_H

/**
 * enum mc_status - how a request has ended
 * @MC_HIT: there is such an item, or all went well
 * @MC_MISS: there is none
 * @MC_NOT_STORED: there is one, or none, contrary to what was asked for
 * @MC_EXISTS: it is another one than was asked for
 * @MC_NOT_A_NUMBER: its value cannot be added to
 * @MC_TOO_LARGE: the value is larger than an item may be
 * @MC_NO_MEMORY: there is no memory for it
 */
enum mc_status {
	MC_HIT,
	MC_MISS,
	MC_NOT_STORED,
	MC_EXISTS,
	MC_NOT_A_NUMBER,
	MC_TOO_LARGE,
	MC_NO_MEMORY,
};

#endif /* MC_STATUS_H */
