/* SPDX-License-Identifier: GPL-2.0-only */
/* Buffers: memory to map. */
#ifndef MOCK_BUFFER_H
#define MOCK_BUFFER_H

#include <linux/atomic.h>
#include <linux/types.h>

#include "registry.h"

struct page;

/**
 * struct mock_buffer - memory to map
 * @obj: name, lifetime
 * @size: bytes
 * @maps: number of mappings of it; -1 if it is being deleted
 * @nr_pieces: number of @pieces
 * @pieces: physically contiguous parts, in the order of their offsets
 */
struct mock_buffer {
	struct mock_obj obj;
	u64 size;
	atomic_t maps;
	unsigned int nr_pieces;
	struct mock_piece {
		struct page *page;
		u64 offset;
		unsigned int order;
	} *pieces;
};

int mock_buffer_create(const char *name, u64 size);
int mock_buffer_delete(struct mock_buffer *buf);
const struct mock_piece *mock_buffer_piece(const struct mock_buffer *buf,
					   u64 offset);

#define to_buffer(o) container_of(o, struct mock_buffer, obj)

#endif /* MOCK_BUFFER_H */
