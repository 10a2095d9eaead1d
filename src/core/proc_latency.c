// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/net/syncsock/{latency,histogram}: how long handlers took, in short and
 * in full. A handler's name, written to either, begins its histograms anew.
 */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>
#include <linux/string.h>
#include <net/net_namespace.h>

#include "fault.h"
#include "handler.h"
#include "net.h"
#include "service.h"

static const char *const latency_names[SSK_LATENCY_COUNT] = {
	[SSK_LATENCY_UPCALL]	= "upcall",
	[SSK_LATENCY_RESPONSE]	= "response",
};

/* What was counted since the histogram was begun. */
static void read_buckets(const struct ssk_service *service,
			 enum ssk_latency latency, u64 *buckets)
{
	unsigned int i;

	for (i = 0; i < SSK_LATENCY_BUCKETS; i++)
		buckets[i] = ssk_latency_read(service->stats, latency, i) -
			     service->latency_begin[latency][i];
}

static void show_histogram(struct seq_file *seq,
			   const struct ssk_service *service,
			   enum ssk_latency latency)
{
	u64 buckets[SSK_LATENCY_BUCKETS];
	unsigned int i;

	read_buckets(service, latency, buckets);
	for (i = 0; i < SSK_LATENCY_BUCKETS; i++)
		if (buckets[i])
			seq_printf(seq, "%s %s %llu %llu\n",
				   service->handler->ops->name,
				   latency_names[latency],
				   ssk_latency_from(i), buckets[i]);
}

static void show_latency(struct seq_file *seq,
			 const struct ssk_service *service,
			 enum ssk_latency latency)
{
	u64 buckets[SSK_LATENCY_BUCKETS], count = 0;
	unsigned int i;

	read_buckets(service, latency, buckets);
	for (i = 0; i < SSK_LATENCY_BUCKETS; i++)
		count += buckets[i];
	seq_printf(seq, "%s %s %llu %llu %llu %llu\n",
		   service->handler->ops->name, latency_names[latency], count,
		   ssk_latency_percentile(buckets, 500),
		   ssk_latency_percentile(buckets, 990),
		   ssk_latency_percentile(buckets, 999));
}

static void show_latencies(struct seq_file *seq, struct ssk_service *service)
{
	int i;

	for (i = 0; i < SSK_LATENCY_COUNT; i++)
		show_latency(seq, service, i);
}

static void show_histograms(struct seq_file *seq, struct ssk_service *service)
{
	int i;

	for (i = 0; i < SSK_LATENCY_COUNT; i++)
		show_histogram(seq, service, i);
}

static int latency_show(struct seq_file *seq, void *v)
{
	seq_puts(seq, "handler latency count p50_ns p99_ns p999_ns\n");
	ssk_proc_show_services(seq, show_latencies);
	return 0;
}

/* Empty buckets are left out. */
static int histogram_show(struct seq_file *seq, void *v)
{
	seq_puts(seq, "handler latency from_ns count\n");
	ssk_proc_show_services(seq, show_histograms);
	return 0;
}

static void begin_anew(struct ssk_service *service)
{
	int i, bucket;

	for (i = 0; i < SSK_LATENCY_COUNT; i++)
		for (bucket = 0; bucket < SSK_LATENCY_BUCKETS; bucket++)
			service->latency_begin[i][bucket] =
				ssk_latency_read(service->stats, i, bucket);
}

static int latency_write(struct file *file, char *text, size_t size)
{
	struct ssk_net *sn = ssk_net(seq_file_single_net(file->private_data));
	const char *name = strim(text);
	struct ssk_service *service;
	int err = -ENOENT;

	mutex_lock(&sn->lock);
	list_for_each_entry(service, &sn->services, node) {
		if (strcmp(service->handler->ops->name, name))
			continue;
		begin_anew(service);
		err = 0;
	}
	mutex_unlock(&sn->lock);
	return err;
}

/**
 * ssk_proc_latency_init() - add the files to /proc/net/syncsock
 * @dir: that directory
 *
 * Context: Process context. May sleep.
 * Return: whether there was memory for them.
 */
bool ssk_proc_latency_init(struct proc_dir_entry *dir)
{
	return !ssk_fault() &&
	       proc_create_net_single_write("latency", 0644, dir, latency_show,
					    latency_write, NULL) &&
	       !ssk_fault() &&
	       proc_create_net_single_write("histogram", 0644, dir,
					    histogram_show, latency_write,
					    NULL);
}
