// SPDX-License-Identifier: GPL-2.0
/*
 * The answers to "stats": of memcached's those that mean something here.
 */
#include <linux/kernel.h>
#include <linux/ktime.h>

#include "operations.h"
#include "parser.h"

#define MC_COUNTER(name) #name
static const char *const names[MC_COUNTERS] = {
#include "counters.h"
};

/* A counter, of all CPUs, since the module was loaded. */
static u64 total_of(const struct mc_store *store, enum mc_counter counter)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(store->counters, cpu)->value[counter]);
	return sum;
}

/* The same since the last "stats reset". */
static u64 sum_of(const struct mc_store *store, enum mc_counter counter)
{
	return total_of(store, counter) - READ_ONCE(store->at_reset[counter]);
}

static size_t put(char *buf, size_t at, const char *name, u64 number)
{
	return at + scnprintf(buf + at, MC_STATS_MAX - at, "STAT %s %llu\r\n",
			      name, number);
}

static size_t put_text(char *buf, size_t at, const char *name,
		       const char *text)
{
	return at + scnprintf(buf + at, MC_STATS_MAX - at, "STAT %s %s\r\n",
			      name, text);
}

static size_t general(const struct mc_store *store, char *buf)
{
	size_t at = 0;
	size_t i;

	at = put(buf, at, "pid", 0);
	at = put(buf, at, "uptime", mc_store_now() - store->started);
	at = put(buf, at, "time", ktime_get_real_seconds());
	at = put_text(buf, at, "version", MC_VERSION);
	at = put(buf, at, "pointer_size", BITS_PER_LONG);
	at = put(buf, at, "curr_connections",
		 atomic_read(&store->connections));
	for (i = 0; i < MC_COUNTERS; i++)
		at = put(buf, at, names[i], sum_of(store, i));
	at = put(buf, at, "limit_maxbytes", READ_ONCE(store->limit));
	at = put(buf, at, "accepting_conns", 1);
	at = put(buf, at, "threads", num_online_cpus());
	at = put(buf, at, "bytes", atomic_long_read(&store->used));
	return put(buf, at, "curr_items", mc_store_items(store));
}

/* All items are of one class here. */
static size_t put_item(char *buf, size_t at, const char *name, u64 number)
{
	return at + scnprintf(buf + at, MC_STATS_MAX - at,
			      "STAT items:1:%s %llu\r\n", name, number);
}

static size_t class(const struct mc_store *store, char *buf)
{
	static const enum mc_counter counters[] = {
		MC_COUNT_reclaimed, MC_COUNT_expired_unfetched,
		MC_COUNT_evicted_unfetched, MC_COUNT_evicted_active,
		MC_COUNT_crawler_reclaimed, MC_COUNT_crawler_items_checked,
		MC_COUNT_moves_to_warm,
	};
	u64 cold = mc_store_count(store, MC_PROBATION);
	u64 warm = mc_store_count(store, MC_PROTECTED);
	size_t at = 0;
	size_t i;

	if (!cold && !warm)
		return 0;
	at = put_item(buf, at, "number", cold + warm);
	at = put_item(buf, at, "number_hot", 0);
	at = put_item(buf, at, "number_warm", warm);
	at = put_item(buf, at, "number_cold", cold);
	at = put_item(buf, at, "mem_requested", atomic_long_read(&store->used));
	at = put_item(buf, at, "evicted", sum_of(store, MC_COUNT_evictions));
	at = put_item(buf, at, "outofmemory", sum_of(store, MC_COUNT_store_no_memory));
	for (i = 0; i < ARRAY_SIZE(counters); i++)
		at = put_item(buf, at, names[counters[i]],
			      sum_of(store, counters[i]));
	return at;
}

static size_t settings(const struct mc_store *store, char *buf)
{
	size_t at = 0;

	at = put(buf, at, "maxbytes", READ_ONCE(store->limit));
	at = put(buf, at, "udpport", 0);
	at = put(buf, at, "verbosity", 0);
	at = put(buf, at, "oldest", READ_ONCE(store->flush_at));
	at = put_text(buf, at, "evictions", "on");
	at = put_text(buf, at, "domain_socket", "NULL");
	at = put_text(buf, at, "shutdown_command", "no");
	at = put(buf, at, "num_threads", num_online_cpus());
	at = put_text(buf, at, "detail_enabled", "no");
	at = put_text(buf, at, "cas_enabled", "yes");
	at = put_text(buf, at, "binding_protocol", "ascii");
	at = put_text(buf, at, "auth_enabled_sasl", "no");
	at = put_text(buf, at, "auth_enabled_ascii", "no");
	at = put(buf, at, "item_size_max", MC_ITEM_MAX);
	at = put_text(buf, at, "flush_enabled", "yes");
	at = put_text(buf, at, "dump_enabled", "no");
	at = put_text(buf, at, "hash_algorithm", "siphash");
	return put_text(buf, at, "lru_segmented", "yes");
}

/**
 * mc_stats() - write the answer to "stats"
 * @store: the store
 * @request: the request
 * @buf: MC_STATS_MAX bytes
 *
 * Context: Any. Does not sleep.
 * Return: the length.
 */
size_t mc_stats(struct mc_store *store, const struct mc_request *request,
		char *buf)
{
	size_t len;

	switch (request->command) {
	case MC_STATS_ITEMS:
		len = class(store, buf);
		break;
	case MC_STATS_SETTINGS:
		len = settings(store, buf);
		break;
	default:
		len = general(store, buf);
		break;
	}
	return len + scnprintf(buf + len, MC_STATS_MAX - len, "END\r\n");
}

/**
 * mc_stats_reset() - let the counters begin at 0
 * @store: the store
 *
 * Context: Any. Does not sleep.
 */
void mc_stats_reset(struct mc_store *store)
{
	enum mc_counter i;

	for (i = 0; i < MC_COUNTERS; i++)
		WRITE_ONCE(store->at_reset[i], total_of(store, i));
}
