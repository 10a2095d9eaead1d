// SPDX-License-Identifier: GPL-2.0
/*
 * net.syncsock.<handler>.*, in every network namespace.
 */
#include <linux/capability.h>
#include <linux/slab.h>
#include <linux/sysctl.h>
#include <syncsock/setting.h>

#include "../compat.h"
#include "address.h"
#include "fault.h"
#include "handler.h"
#include "home.h"
#include "service.h"
#include "sysctl.h"

/* A list of CPUs seldom is longer than a few ranges. */
#define CPUS_TEXT_MAX	4096

/*
 * Text of at most table->maxlen bytes. The whole is written at once; what does
 * not fit is refused, not cut off.
 */
static int do_text(const struct ctl_table *table, int write, void *buffer,
		   size_t *lenp, loff_t *ppos,
		   int (*get)(const struct ctl_table *table, char *text),
		   int (*set)(const struct ctl_table *table, char *text))
{
	struct ctl_table text = { .maxlen = table->maxlen };
	int err;

	if (write && (*ppos || *lenp >= table->maxlen))
		return -EINVAL;

	text.data = ssk_fault() ? NULL : kzalloc(table->maxlen, GFP_KERNEL);
	if (!text.data)
		return -ENOMEM;
	err = write ? 0 : get(table, text.data);
	if (!err)
		err = proc_dostring(&text, write, buffer, lenp, ppos);
	if (!err && write)
		err = set(table, text.data);
	kfree(text.data);
	return err;
}

static int get_listen(const struct ctl_table *table, char *text)
{
	struct ssk_service *service = table->extra1;
	struct ssk_address *list;
	int count;

	list = ssk_fault() ? NULL :
		kcalloc(SSK_ADDRESS_LIST_MAX, sizeof(*list), GFP_KERNEL);
	if (!list)
		return -ENOMEM;
	count = ssk_service_addresses(service, list);
	ssk_address_list_print(service->net, list, count, text, table->maxlen);
	kfree(list);
	return 0;
}

static int set_listen(const struct ctl_table *table, char *text)
{
	return ssk_service_listen(table->extra1, text);
}

/* "listen": the addresses, read back in canonical form. */
static int listen_handler(SSK_COMPAT_CTL_TABLE *table, int write, void *buffer,
			  size_t *lenp, loff_t *ppos)
{
	return do_text(table, write, buffer, lenp, ppos, get_listen,
		       set_listen);
}

static int get_cpus(const struct ctl_table *table, char *text)
{
	const struct ssk_service *service = table->extra1;

	scnprintf(text, table->maxlen, "%*pbl", cpumask_pr_args(service->cpus));
	return 0;
}

static int set_cpus(const struct ctl_table *table, char *text)
{
	cpumask_var_t cpus;
	int err;

	/* As for rps_cpus: CPUs belong to the machine, not to a namespace. */
	if (!capable(CAP_NET_ADMIN))
		return -EPERM;
	if (ssk_fault() || !zalloc_cpumask_var(&cpus, GFP_KERNEL))
		return -ENOMEM;
	err = cpulist_parse(text, cpus) ? -EINVAL :
		ssk_service_serve_on(table->extra1, cpus);
	free_cpumask_var(cpus);
	return err;
}

/* "cpus": a list as for taskset -c. */
static int cpus_handler(SSK_COMPAT_CTL_TABLE *table, int write, void *buffer,
			size_t *lenp, loff_t *ppos)
{
	return do_text(table, write, buffer, lenp, ppos, get_cpus, set_cpus);
}

static int get_setting(const struct ctl_table *table, char *text)
{
	const struct syncsock_setting *setting = table->extra2;
	const struct ssk_service *service = table->extra1;

	setting->read(service->net, text);
	return 0;
}

static int set_setting(const struct ctl_table *table, char *text)
{
	const struct syncsock_setting *setting = table->extra2;
	const struct ssk_service *service = table->extra1;

	return setting->write(service->net, text);
}

/* A setting of the handler. */
static int setting_handler(SSK_COMPAT_CTL_TABLE *table, int write, void *buffer,
			   size_t *lenp, loff_t *ppos)
{
	return do_text(table, write, buffer, lenp, ppos, get_setting,
		       set_setting);
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
	.steer			= SSK_STEER_FLOW,
	.listener_per_cpu	= 1,
};

static const int most_steer = SSK_STEER_HOME;
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
	{
		.procname	= "cpus",
		.maxlen		= CPUS_TEXT_MAX,
		.mode		= 0644,
		.proc_handler	= cpus_handler,
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
	LIMIT(steer, SYSCTL_ZERO, &most_steer),
	LIMIT(listener_per_cpu, SYSCTL_ZERO, SYSCTL_ONE),
};

static size_t count_settings(const struct syncsock_setting *settings)
{
	size_t count = 0;

	while (settings && settings[count].name)
		count++;
	return count;
}

/* What a service has of service_table, and its handler's settings behind it. */
static void fill_table(struct ssk_service *service, struct ctl_table *table)
{
	const struct syncsock_setting *setting = service->handler->ops->settings;
	int i;

	memcpy(table, service_table, sizeof(service_table));
	for (i = 0; i < ARRAY_SIZE(service_table); i++) {
		if (table[i].proc_handler == proc_dointvec_minmax)
			table[i].data = (void *)&service->limits +
					(size_t)table[i].data;
		else
			table[i].extra1 = service;
	}
	for (; setting && setting->name; setting++, i++) {
		table[i].procname = setting->name;
		table[i].maxlen = setting->size;
		table[i].mode = 0644;
		table[i].proc_handler = setting_handler;
		table[i].extra1 = service;
		table[i].extra2 = (void *)setting;
	}
}

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
	size_t count = ARRAY_SIZE(service_table) +
		       count_settings(service->handler->ops->settings);
	struct ctl_table *table;

	/* One more: older kernels look for an empty entry at the end. */
	table = ssk_fault() ? NULL :
		kcalloc(count + 1, sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	fill_table(service, table);

	snprintf(path, sizeof(path), "net/syncsock/%s",
		 service->handler->ops->name);
	service->sysctl = ssk_fault() ? NULL :
		ssk_compat_register_net_sysctl(service->net, path, table,
					       count);
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
