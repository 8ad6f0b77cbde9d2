/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device without an IOMMU (mdev), as iommufd sees it: it pins memory of an IOAS, and
 * reads and writes it, through an access object.
 */
#ifndef MOCK_ACCESS_H
#define MOCK_ACCESS_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct kapi_access;
struct page;

/* The most bytes that are copied at once. */
#define MOCK_ACCESS_COPY_MAX 0x100000UL

/* The first bytes of what was read are kept. */
#define MOCK_ACCESS_DATA 32

/**
 * struct mock_pin - memory that is pinned
 * @list: place in mock_access.pins
 * @iova: its first address
 * @size: its bytes
 * @write: it was pinned for writing
 * @pages: its pages
 */
struct mock_pin {
	struct list_head list;
	u64 iova;
	u64 size;
	bool write;
	struct page **pages;
};

/**
 * struct mock_access - one access object
 * @lock: held during each operation; protects all members but @pins and @unmaps
 * @pins_lock: protects @pins and @unmaps. iommufd's callback takes it, also within an
 *             operation that holds @lock. A pin holds it until the pin is in the list:
 *             so the callback finds all that is pinned
 * @kapi: the access object, or NULL: it is not made yet
 * @id: its number in iommufd
 * @may_pin: it was made to pin memory
 * @ioas: the IOAS that it is on, or 0
 * @pins: what is pinned, oldest first
 * @unmaps: number of callbacks
 * @read_iova: address of what was read last
 * @read_size: its bytes, 0: nothing
 * @read_sum: its CRC-32
 * @data: its first bytes
 */
struct mock_access {
	struct mutex lock; /* see above */
	struct mutex pins_lock; /* see above */
	struct kapi_access *kapi;
	u32 id;
	bool may_pin;
	u32 ioas;
	struct list_head pins;
	u64 unmaps;
	u64 read_iova;
	u64 read_size;
	u32 read_sum;
	u8 data[MOCK_ACCESS_DATA];
};

void mock_access_init(struct mock_access *access);
void mock_access_exit(struct mock_access *access);
int mock_access_new(struct mock_access *access, int fd, bool may_pin);
int mock_access_attach(struct mock_access *access, u32 ioas);
int mock_access_replace(struct mock_access *access, u32 ioas);
int mock_access_detach(struct mock_access *access);
int mock_access_pin(struct mock_access *access, u64 iova, u64 size, bool write);
int mock_access_unpin(struct mock_access *access, u64 iova, u64 size);
int mock_access_read(struct mock_access *access, u64 iova, u64 size);
int mock_access_write(struct mock_access *access, u64 iova, u64 size,
		      u64 pattern);
u32 mock_pin_sum(const struct mock_pin *pin);

#endif /* MOCK_ACCESS_H */
