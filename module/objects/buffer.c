// SPDX-License-Identifier: GPL-2.0-only
/* Buffers: memory to map, in pieces as large as the page allocator gives. */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "objects.h"

/* 2 MiB: the largest piece that a leaf of the next size can map. */
#define PIECE_ORDER_MAX (21 - PAGE_SHIFT)

void mock_buffer_free(struct mock_obj *obj)
{
	struct mock_buffer *buf = to_buffer(obj);
	unsigned int i;

	for (i = 0; i < buf->nr_pieces; i++)
		__free_pages(buf->pieces[i].page, buf->pieces[i].order);
	kvfree(buf->pieces);
	kfree(buf);
}

static struct page *alloc_piece(u64 left, unsigned int *order)
{
	gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN;
	struct page *page;

	*order = min_t(unsigned int, *order, ilog2(left >> PAGE_SHIFT));
	while (*order) {
		page = alloc_pages(gfp | __GFP_NORETRY, *order);
		if (page)
			return page;
		--*order;
	}
	/* A failure is better than a process that the OOM killer ends. */
	return alloc_pages(gfp | __GFP_RETRY_MAYFAIL, 0);
}

/*
 * Would a buffer of this size leave a sixteenth of the memory free? The kernel
 * cannot reclaim the memory of a buffer, so the next process that needs a page
 * would wake the OOM killer.
 */
static bool affordable(u64 size)
{
	return (long)(size >> PAGE_SHIFT) <
	       si_mem_available() - (long)(totalram_pages() / 16);
}

static int fill_buffer(struct mock_buffer *buf)
{
	unsigned int order = PIECE_ORDER_MAX;
	u64 offset = 0;

	while (offset < buf->size) {
		struct mock_piece *piece = &buf->pieces[buf->nr_pieces];

		if (fatal_signal_pending(current))
			return -EINTR;
		piece->page = alloc_piece(buf->size - offset, &order);
		if (!piece->page)
			return -ENOMEM;
		piece->order = order;
		piece->offset = offset;
		buf->nr_pieces++;
		offset += (u64)PAGE_SIZE << order;
		cond_resched();
	}
	return 0;
}

/**
 * mock_buffer_create() - allocate a buffer
 * @name: a valid name
 * @size: bytes, a multiple of 4K
 *
 * Context: process, under mock_topology.
 * Return: 0, -EEXIST, -ENOMEM, -EINTR.
 */
int mock_buffer_create(const char *name, u64 size)
{
	struct mock_buffer *buf;
	int ret;

	lockdep_assert_held(&mock_topology);
	if (!affordable(size))
		return -ENOMEM;
	buf = kzalloc(sizeof(*buf), GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	ret = mock_obj_add(&buf->obj, MOCK_BUFFER, name);
	if (ret) {
		kfree(buf);
		return ret;
	}
	buf->size = size;
	/* At worst, every piece is one page. */
	buf->pieces = kvcalloc(size >> PAGE_SHIFT, sizeof(*buf->pieces),
			       GFP_KERNEL | __GFP_NOWARN);
	ret = buf->pieces ? fill_buffer(buf) : -ENOMEM;
	if (!ret)
		ret = mock_obj_publish(&buf->obj);
	if (ret)
		mock_obj_del(&buf->obj);
	return ret;
}

/**
 * mock_buffer_delete() - free a buffer
 * @buf: the buffer; the caller keeps its own reference
 *
 * A mapping that is being made holds a reference and has raised @maps.
 *
 * Context: process, under mock_topology.
 * Return: 0, or -EBUSY while it is mapped.
 */
int mock_buffer_delete(struct mock_buffer *buf)
{
	lockdep_assert_held(&mock_topology);
	/* From 0 to -1: no mapping can start any more. */
	if (atomic_cmpxchg(&buf->maps, 0, -1))
		return -EBUSY;
	mock_obj_withdraw(&buf->obj);
	mock_obj_del(&buf->obj);
	return 0;
}

/**
 * mock_buffer_piece() - find the piece that contains an offset
 * @buf: the buffer
 * @offset: less than the buffer's size
 */
const struct mock_piece *mock_buffer_piece(const struct mock_buffer *buf,
					   u64 offset)
{
	unsigned int lo = 0, hi = buf->nr_pieces - 1;

	while (lo < hi) {
		unsigned int mid = lo + (hi - lo + 1) / 2;

		if (buf->pieces[mid].offset <= offset)
			lo = mid;
		else
			hi = mid - 1;
	}
	return &buf->pieces[lo];
}
