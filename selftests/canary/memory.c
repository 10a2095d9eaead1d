// SPDX-License-Identifier: GPL-2.0
/*
 * Bugs with memory. Each is done often, for what finds one in many only.
 */
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "canary.h"

#define TIMES 8

/* The compiler must not know that these are bugs. */
static void *hidden(void *pointer)
{
	OPTIMIZER_HIDE_VAR(pointer);
	return pointer;
}

struct chain {
	struct chain *next;
	char rest[88];
};

static struct chain *new_chain(void)
{
	struct chain *chain = kzalloc(sizeof(*chain), GFP_KERNEL);

	if (chain)
		chain->next = chain;
	return chain;
}

/* Goes where a freed object points to: poison is no address. */
static void use_after_free_read(void)
{
	int i;

	for (i = 0; i < TIMES; i++) {
		struct chain *chain = hidden(new_chain());

		if (!chain)
			return;
		kfree(chain);
		if (READ_ONCE(READ_ONCE(chain->next)->rest[0]))
			pr_info("read\n");
	}
}

/* Poison that was written to is noticed when the object is allocated again. */
static void use_after_free_write(void)
{
	int i;

	for (i = 0; i < TIMES; i++) {
		struct chain *chain = hidden(new_chain());

		if (!chain)
			return;
		kfree(chain);
		WRITE_ONCE(chain->rest[50], 1);
		kfree(new_chain());
	}
}

static void out_of_bounds_write(void)
{
	int i;

	for (i = 0; i < TIMES; i++) {
		struct chain *chain = hidden(new_chain());

		if (!chain)
			return;
		WRITE_ONCE(((char *)chain)[sizeof(*chain)], 1);
		kfree(chain);
	}
}

static void double_free(void)
{
	struct chain *chain = hidden(new_chain());

	kfree(chain);
	kfree(chain);
}

static void vmalloc_out_of_bounds(void)
{
	char *memory = hidden(vmalloc(PAGE_SIZE - 100));

	if (!memory)
		return;
	if (READ_ONCE(memory[PAGE_SIZE - 90]))
		pr_info("read\n");
	vfree(memory);
}

static void stack_out_of_bounds(void)
{
	char array[16] = {};
	char *start = hidden(array);

	WRITE_ONCE(start[17], 1);
}

static void array_index(void)
{
	static int array[4];
	int index = 7;

	OPTIMIZER_HIDE_VAR(index);
	if (READ_ONCE(array[index]))
		pr_info("read\n");
}

/* Nothing points to it any more. */
static void leak(void)
{
	int i;

	for (i = 0; i < TIMES; i++)
		hidden(new_chain());
}

static void list_corruption(void)
{
	struct list_head head, entry;

	INIT_LIST_HEAD(&head);
	list_add(&entry, &head);
	entry.next = &entry;
	list_del(&entry);
}

const struct canary memory_canaries[] = {
	{ "use_after_free_read", use_after_free_read },
	{ "use_after_free_write", use_after_free_write },
	{ "out_of_bounds_write", out_of_bounds_write },
	{ "double_free", double_free },
	{ "vmalloc_out_of_bounds", vmalloc_out_of_bounds },
	{ "stack_out_of_bounds", stack_out_of_bounds },
	{ "array_index", array_index },
	{ "leak", leak },
	{ "list_corruption", list_corruption },
	{}
};
