// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that each CPU copies small things into.
 *
 * A page per socket, as TCP's own copying would use here, would cost up to
 * 32 KiB for every idle connection.
 */
#include <linux/mm.h>
#include <linux/percpu.h>
#include <net/sock.h>
#include <syncsock/tx.h>

#include "fault.h"
#include "pages.h"

/*
 * The page that this CPU copies into. Used with bottom halves disabled, so
 * by one connection at a time.
 */
static DEFINE_PER_CPU(struct page_frag, page);

/*
 * A worker, which may be interrupted and moved, has a page of its task, as TCP
 * does for processes.
 */
static struct page_frag *own_page(void)
{
	return in_softirq() ? this_cpu_ptr(&page) : &current->task_frag;
}

/* The next @len bytes of the page, with a reference of their own. */
static void take(struct page_frag *frag, size_t len, struct bio_vec *part)
{
	get_page(frag->page);
	bvec_set_page(part, frag->page, len, frag->offset);
	frag->offset += len;
}

/**
 * ssk_pages_copy() - copy bytes into this CPU's page
 * @buf: the bytes
 * @len: how many, at least 1
 * @part: where to store the place of the copy; it holds a reference to its
 *	page
 *
 * The reference keeps skb_page_frag_refill() from using the page from its
 * beginning again before TCP has its own; both are operations on a page of
 * our own, as TCP does when it copies.
 *
 * Context: an upcall. Does not sleep.
 * Return: how many bytes of @buf have had room, or -ENOMEM.
 */
int ssk_pages_copy(const void *buf, size_t len, struct bio_vec *part)
{
	struct page_frag *frag = own_page();

	if (ssk_fault() || !skb_page_frag_refill(1, frag, GFP_ATOMIC))
		return -ENOMEM;
	len = min_t(size_t, len, frag->size - frag->offset);
	memcpy(page_address(frag->page) + frag->offset, buf, len);
	take(frag, len, part);
	return len;
}

/**
 * ssk_pages_reserve() - get room in this CPU's page
 * @len: how many bytes, at most a page
 *
 * Context: an upcall. Does not sleep.
 * Return: the room, or NULL without memory.
 */
void *ssk_pages_reserve(size_t len)
{
	struct page_frag *frag = own_page();

	BUILD_BUG_ON(SYNCSOCK_RESERVE_MAX > PAGE_SIZE);
	if (ssk_fault() || !skb_page_frag_refill(len, frag, GFP_ATOMIC))
		return NULL;
	return page_address(frag->page) + frag->offset;
}

/**
 * ssk_pages_commit() - take what was reserved last
 * @len: how many bytes of it
 * @part: as in ssk_pages_copy()
 *
 * Context: the same upcall.
 */
void ssk_pages_commit(size_t len, struct bio_vec *part)
{
	take(own_page(), len, part);
}

/* Nobody copies any more. */
void ssk_pages_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct page_frag *frag = per_cpu_ptr(&page, cpu);

		if (frag->page)
			put_page(frag->page);
		frag->page = NULL;
	}
}
