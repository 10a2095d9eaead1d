// SPDX-License-Identifier: GPL-2.0
/*
 * Keeping a connection on one CPU.
 *
 * What a connection uses is warm in the cache of the CPU that served it last:
 * its home, which is where its handshake ended, if that CPU is to serve. The
 * network card, receive packet steering or an administrator may send its
 * segments elsewhere, then or later. It is served correctly there, and
 * counted.
 */
#include <linux/cpumask.h>

#include "../compat.h"
#include "conn.h"
#include "home.h"

/**
 * ssk_home_choose() - choose the home of a new connection
 * @service: its service
 *
 * This CPU, or if it is not to serve, one of those that are, in turn.
 *
 * Context: Bottom halves are disabled.
 * Return: the CPU.
 */
int ssk_home_choose(const struct ssk_service *service)
{
	int here = smp_processor_id();
	int other;

	if (cpumask_test_cpu(here, service->cpus))
		return here;
	other = cpumask_any_and_distribute(service->cpus, cpu_online_mask);
	return other < nr_cpu_ids ? other : here;
}

/**
 * ssk_home_wants() - segments have arrived away from home
 * @conn: the connection, which has something to do
 *
 * Context: as ssk_conn_run(), where segments are received.
 * Return: false if it shall be done here; true if it will be done at home.
 */
bool ssk_home_wants(struct syncsock_conn *conn)
{
	struct ssk_service *service = conn->service;
	enum ssk_steer steer = READ_ONCE(service->limits.steer);

	if (conn->state == SSK_CONN_DEAD)
		return false;
	ssk_stat_inc(service->stats, SSK_STAT_migrations);
	WRITE_ONCE(conn->migrations, conn->migrations + 1);
	if (steer == SSK_STEER_NOT || !cpu_online(conn->cpu))
		return false;
	if (steer == SSK_STEER_FLOW) {
		ssk_compat_record_flow(conn->sk, conn->cpu);
		return false;
	}
	ssk_schedule(conn);
	return true;
}
