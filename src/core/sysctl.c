// SPDX-License-Identifier: GPL-2.0
/*
 * net.syncsock.<handler>.*, in every network namespace.
 */
#include <linux/slab.h>
#include <linux/sysctl.h>

#include "../compat.h"
#include "address.h"
#include "handler.h"
#include "service.h"
#include "sysctl.h"

/*
 * "listen": the addresses. The whole list is written at once and read back
 * in canonical form. Text that does not fit is refused, not cut off.
 */
static int listen_handler(SSK_COMPAT_CTL_TABLE *table, int write, void *buffer,
			  size_t *lenp, loff_t *ppos)
{
	struct ssk_service *service = table->extra1;
	struct ctl_table text = { .maxlen = SSK_ADDRESS_TEXT_MAX };
	struct ssk_address *list;
	int count, err;

	if (write && (*ppos || *lenp >= SSK_ADDRESS_TEXT_MAX))
		return -EINVAL;

	text.data = kzalloc(SSK_ADDRESS_TEXT_MAX, GFP_KERNEL);
	if (!text.data)
		return -ENOMEM;

	if (write) {
		err = proc_dostring(&text, write, buffer, lenp, ppos);
		if (!err)
			err = ssk_service_listen(service, text.data);
		goto free_text;
	}

	list = kcalloc(SSK_ADDRESS_LIST_MAX, sizeof(*list), GFP_KERNEL);
	if (!list) {
		err = -ENOMEM;
		goto free_text;
	}
	count = ssk_service_addresses(service, list);
	ssk_address_list_print(service->net, list, count, text.data,
			       SSK_ADDRESS_TEXT_MAX);
	kfree(list);
	err = proc_dostring(&text, write, buffer, lenp, ppos);

free_text:
	kfree(text.data);
	return err;
}

/*
 * A limit between @_least and @_most. Its .data is an offset here, and points
 * into a service's own limits in the service's copy of the table.
 */
#define LIMIT(_name, _least, _most) {					\
	.procname	= #_name,					\
	.data		= (void *)offsetof(struct ssk_limits, _name),	\
	.maxlen		= sizeof(int),					\
	.mode		= 0644,						\
	.proc_handler	= proc_dointvec_minmax,				\
	.extra1		= (void *)(_least),				\
	.extra2		= (void *)(_most),				\
}

const struct ssk_limits ssk_limits_default = {
	.connections		= 0,
	.connections_per_second	= 0,
	.memory_kib		= 0,
	.connect_timeout_ms	= 10 * MSEC_PER_SEC,
	.first_byte_timeout_ms	= 30 * MSEC_PER_SEC,
	.idle_timeout_ms	= 60 * MSEC_PER_SEC,
	.linger_timeout_ms	= 10 * MSEC_PER_SEC,
	.budget_bytes		= 64 * 1024,
	.budget_us		= 200,
	.offload_us		= 500,
	.send_high_bytes	= 1024 * 1024,
	.send_low_bytes		= 256 * 1024,
	.mailbox		= 256,
};

static const int least_linger = 10;
static const int most_connections = 10 * 1000 * 1000;
static const int most_rate = 1000 * 1000;
static const int most_budget = 1 << 30;
static const int most_posts = 1000 * 1000;
static const int one_second = USEC_PER_SEC;
static const int one_day = 24 * 3600 * MSEC_PER_SEC;

static const struct ctl_table service_table[] = {
	{
		.procname	= "listen",
		.maxlen		= SSK_ADDRESS_TEXT_MAX,
		.mode		= 0644,
		.proc_handler	= listen_handler,
	},
	LIMIT(connections, SYSCTL_ZERO, &most_connections),
	LIMIT(connections_per_second, SYSCTL_ZERO, &most_rate),
	LIMIT(memory_kib, SYSCTL_ZERO, SYSCTL_INT_MAX),
	LIMIT(connect_timeout_ms, SYSCTL_ZERO, &one_day),
	LIMIT(first_byte_timeout_ms, SYSCTL_ZERO, &one_day),
	LIMIT(idle_timeout_ms, SYSCTL_ZERO, &one_day),
	LIMIT(linger_timeout_ms, &least_linger, &one_day),
	LIMIT(budget_bytes, SYSCTL_ONE, &most_budget),
	LIMIT(budget_us, SYSCTL_ONE, &one_second),
	LIMIT(offload_us, SYSCTL_ZERO, &one_second),
	LIMIT(send_high_bytes, SYSCTL_ONE, &most_budget),
	LIMIT(send_low_bytes, SYSCTL_ZERO, &most_budget),
	LIMIT(mailbox, SYSCTL_ONE, &most_posts),
};

/**
 * ssk_sysctl_register() - make the sysctls of a service
 * @service: the service
 *
 * Context: Process context. May sleep.
 * Return: 0 or -ENOMEM.
 */
int ssk_sysctl_register(struct ssk_service *service)
{
	char path[sizeof("net/syncsock/") + SYNCSOCK_NAME_MAX];
	struct ctl_table *table;
	int i;

	/* One more: older kernels look for an empty entry at the end. */
	table = kcalloc(ARRAY_SIZE(service_table) + 1, sizeof(*table),
			GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	memcpy(table, service_table, sizeof(service_table));
	for (i = 0; i < ARRAY_SIZE(service_table); i++) {
		if (table[i].proc_handler == listen_handler)
			table[i].extra1 = service;
		else
			table[i].data = (void *)&service->limits +
					(size_t)table[i].data;
	}

	snprintf(path, sizeof(path), "net/syncsock/%s",
		 service->handler->ops->name);
	service->sysctl =
		ssk_compat_register_net_sysctl(service->net, path, table,
					       ARRAY_SIZE(service_table));
	if (!service->sysctl) {
		kfree(table);
		return -ENOMEM;
	}
	return 0;
}

/**
 * ssk_sysctl_unregister() - remove the sysctls of a service
 * @service: the service
 *
 * Context: Process context. Waits for those who are reading or writing one.
 */
void ssk_sysctl_unregister(struct ssk_service *service)
{
	const struct ctl_table *table = service->sysctl->ctl_table_arg;

	unregister_net_sysctl_table(service->sysctl);
	kfree(table);
}
