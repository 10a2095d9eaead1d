/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The home of a connection: the CPU that it belongs to.
 */
#ifndef SSK_HOME_H
#define SSK_HOME_H

#include <linux/smp.h>
#include <net/sock.h>

#include "conn.h"

/**
 * enum ssk_steer - what to do about segments that arrive on another CPU
 * @SSK_STEER_NOT: serve them there
 * @SSK_STEER_FLOW: the same, and have receive flow steering bring the next
 *	ones home, where it is turned on
 * @SSK_STEER_HOME: serve them at home nevertheless
 */
enum ssk_steer {
	SSK_STEER_NOT,
	SSK_STEER_FLOW,
	SSK_STEER_HOME,
};

int ssk_home_choose(const struct ssk_service *service);
bool ssk_home_wants(struct syncsock_conn *conn);

/*
 * Whether an upcall is where it should be. A backlog is replayed wherever its
 * process runs, which says nothing about where segments arrive.
 */
static inline bool ssk_home_is_here(const struct syncsock_conn *conn)
{
	return conn->cpu == smp_processor_id() || sock_owned_by_user(conn->sk);
}

#endif /* SSK_HOME_H */
