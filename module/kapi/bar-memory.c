// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory behind the BARs of PCI functions: a window of physical addresses
 * that the kernel does not use.
 *
 * Either the kernel gives up a memory block while the module is loaded, or the
 * user names a range that was reserved at boot. Pages that the module allocates
 * do not do: the kernel calls them System RAM, and lets no driver have a BAR
 * there.
 */
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/string.h>

#include "internal.h"

#ifdef CONFIG_X86

/* The most that a user may name: the module has a pointer for each page. */
#define WINDOW_MAX (16ULL << 30)

static struct resource window = {
	.name = "iommu-mock BARs",
	.flags = IORESOURCE_MEM,
};

static void __iomem *window_io;

/*
 * ---- a memory block ---------------------------------------------------------
 */

#if HAVE_REMOVE_MEMORY

static int remove_block(int node, u64 start, u64 size)
{
	return offline_and_remove_memory(start, size);
}

#elif HAVE_REMOVE_MEMORY_NODE

static int remove_block(int node, u64 start, u64 size)
{
	return offline_and_remove_memory(node, start, size);
}

#endif

#if HAVE_REMOVE_MEMORY || HAVE_REMOVE_MEMORY_NODE

/* A block is taken from the top of memory; the kernel itself is further down. */
#define BLOCKS_TRIED 8

/* The node of the block that the kernel gave up, or NUMA_NO_NODE. */
static int block_node = NUMA_NO_NODE;

static int take_block(void)
{
	u64 size = memory_block_size_bytes();
	u64 start = ALIGN_DOWN((u64)totalram_pages() << PAGE_SHIFT, size);
	int ret = -ENOMEM, tries;

	for (tries = 0; tries < BLOCKS_TRIED && start; tries++, start -= size) {
		struct page *page = pfn_to_online_page(PHYS_PFN(start));
		int node = page ? page_to_nid(page) : NUMA_NO_NODE;

		if (!page)
			continue;
		ret = remove_block(node, start, size);
		if (ret)
			continue;
		block_node = node;
		window.start = start;
		window.end = start + size - 1;
		return 0;
	}
	pr_err("bar_memory=block: the kernel gives up no memory block (errno %d): reserve a range at boot, and name it\n",
	       -ret);
	return ret;
}

static void give_block(void)
{
	int ret;

	if (block_node == NUMA_NO_NODE)
		return;
	ret = add_memory(block_node, window.start, resource_size(&window),
			 MHP_NONE);
	if (ret)
		pr_err("the kernel does not take the memory block at %pa back (errno %d)\n",
		       &window.start, -ret);
	else if (!pfn_to_online_page(PHYS_PFN(window.start)))
		pr_info("the memory block at %pa is offline: write online to /sys/devices/system/memory/memory%llu/state\n",
			&window.start,
			(u64)window.start / memory_block_size_bytes());
	block_node = NUMA_NO_NODE;
}

#else

static int take_block(void)
{
	pr_err("bar_memory=block: this kernel does not give up memory (CONFIG_MEMORY_HOTREMOVE): reserve a range at boot, and name it\n");
	return -EOPNOTSUPP;
}

static void give_block(void)
{
}

#endif

/*
 * ---- a range that the user reserved -----------------------------------------
 */

/* SIZE@START, each with K, M or G. */
static int parse_range(const char *text)
{
	char *rest;
	u64 size = memparse(text, &rest), start = 0;

	if (*rest == '@')
		start = memparse(rest + 1, &rest);
	if (*rest || !size || !start || !PAGE_ALIGNED(size | start) ||
	    size > WINDOW_MAX || start + size < start) {
		pr_err("bar_memory=%s: it is neither 'block' nor SIZE@START, in whole pages, at most 16G\n",
		       text);
		return -EINVAL;
	}
	window.start = start;
	window.end = start + size - 1;
	if (region_intersects(start, size, IORESOURCE_SYSTEM_RAM,
			      IORES_DESC_NONE) == REGION_DISJOINT)
		return 0;
	pr_err("bar_memory=%s: the kernel uses memory in that range: reserve it at boot, as memmap=128M$0x30000000 does\n",
	       text);
	return -EBUSY;
}

/*
 * ---- the window -------------------------------------------------------------
 */

/* Does what is written there remain? */
static bool answers(u64 offset)
{
	const u32 word = 0x4d4f434b;
	bool same;

	writel(word, window_io + offset);
	same = readl(window_io + offset) == word;
	writel(0, window_io + offset);
	return same;
}

/*
 * Nothing may be inside of the window, but it may be inside of something: of
 * what the firmware calls reserved, or of another device's BAR.
 */
static int insert_window(void)
{
	if (!insert_resource(&iomem_resource, &window)) {
		if (!window.child)
			return 0;
		remove_resource(&window);
	}
	pr_err("bar_memory: something else is in %pR: name a smaller range\n",
	       &window);
	return -EBUSY;
}

static int open_window(void)
{
	u64 size = resource_size(&window);
	int ret = insert_window();

	if (ret)
		return ret;
	window_io = ioremap(window.start, size);
	if (window_io && answers(0) && answers(size - sizeof(u32))) {
		pr_info("the BARs of functions are in %pR\n", &window);
		return 0;
	}
	ret = window_io ? -ENODEV : -ENOMEM;
	if (window_io) {
		pr_err("bar_memory: there is no memory in %pR\n", &window);
		iounmap(window_io);
	}
	window_io = NULL;
	remove_resource(&window);
	return ret;
}

int kapi_bars_init(const char *text)
{
	int ret;

	if (!text || !*text)
		return 0;
	ret = strcmp(text, "block") ? parse_range(text) : take_block();
	if (!ret) {
		ret = open_window();
		if (ret)
			give_block();
	}
	return ret;
}

void kapi_bars_exit(void)
{
	if (!window_io)
		return;
	iounmap(window_io);
	window_io = NULL;
	remove_resource(&window);
	give_block();
}

struct resource *kapi_bars_window(void)
{
	return window_io ? &window : NULL;
}

/* On x86 memory behind ioremap() is accessed as other memory is. */
void *kapi_bars_memory(u64 address)
{
	return (void __force *)window_io + (address - window.start);
}

#else

/* Functions have not been given BARs elsewhere. */
int kapi_bars_init(const char *text)
{
	if (!text || !*text)
		return 0;
	pr_err("bar_memory: functions have BARs on x86 only\n");
	return -EOPNOTSUPP;
}

void kapi_bars_exit(void)
{
}

struct resource *kapi_bars_window(void)
{
	return NULL;
}

void *kapi_bars_memory(u64 address)
{
	return NULL;
}

#endif /* CONFIG_X86 */
