/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The in-kernel caller: a driver that behaves well.
 *
 * The in-kernel caller uses only the public IOMMU API. It owns a group before
 * it attaches the group, and it detaches a domain before it frees the domain.
 * Each function is one operation, and returns the errno of the kernel. If the
 * caller itself refuses an operation, it leaves a sentence (mock_fail()). Each
 * operation leaves a "call" in the journal.
 */
#ifndef MOCK_CALLER_H
#define MOCK_CALLER_H

#include "../objects/objects.h"

int mock_caller_claim(struct mock_group *mg, bool claim);
int mock_caller_domain_new(const char *name, struct mock_device *mdev,
			   bool dirty);
int mock_caller_domain_del(struct mock_domain *dom);
int mock_caller_use(struct mock_domain *dom);
void mock_caller_unuse(struct mock_domain *dom);
int mock_caller_attach(struct mock_domain *dom, struct mock_device *mdev,
		       bool claim);
int mock_caller_detach(struct mock_domain *dom, struct mock_device *mdev);
int mock_caller_attach_group(struct mock_domain *dom, struct mock_group *mg,
			     bool claim);
int mock_caller_detach_group(struct mock_domain *dom, struct mock_group *mg);
int mock_caller_attach_pasid(struct mock_domain *dom, struct mock_device *mdev,
			     u32 pasid);
int mock_caller_detach_pasid(struct mock_domain *dom, struct mock_device *mdev,
			     u32 pasid);
int mock_caller_replace_pasid(struct mock_domain *dom, struct mock_device *mdev,
			      u32 pasid);
int mock_caller_replace_group(struct mock_domain *dom, struct mock_group *mg);
int mock_caller_let_go(struct mock_group *mg);

/**
 * struct mock_bond - a place for one process that is bound to a device
 * @device: the device, with a reference; immutable
 * @node: place in mock_group.bonds, or empty: no process is bound. It and what
 *        follows are protected by mock_group.lock
 * @sva: what the core keeps of it
 * @pasid: the PASID of the process
 */
struct mock_bond {
	struct mock_device *device;
	struct list_head node;
	struct iommu_sva *sva;
	u32 pasid;
};

void mock_bond_init(struct mock_bond *bond, struct mock_device *mdev);
void mock_bond_exit(struct mock_bond *bond);
int mock_caller_bind(struct mock_bond *bond);
int mock_caller_unbind(struct mock_bond *bond);
u32 mock_caller_bound(struct mock_bond *bond, char *domain);

/**
 * struct mock_map_request - a request to map a buffer
 * @iova: first input address
 * @buffer: the buffer
 * @offset: first byte of the buffer to map
 * @size: bytes
 * @prot: IOMMU_READ | IOMMU_WRITE
 */
struct mock_map_request {
	u64 iova;
	struct mock_buffer *buffer;
	u64 offset;
	u64 size;
	int prot;
};

int mock_caller_map(struct mock_domain *dom,
		    const struct mock_map_request *req);
int mock_caller_unmap(struct mock_domain *dom, u64 iova, u64 size);
int mock_caller_trim(struct mock_domain *dom);
int mock_caller_walk(struct mock_domain *dom, u64 iova);
void mock_caller_unmap_all(struct mock_domain *dom);
void mock_caller_forget_maps(struct mock_domain *dom);

int mock_caller_handle(struct mock_domain *dom, enum mock_handler handler,
		       struct mock_buffer *buf);
int mock_caller_answer(struct mock_domain *dom, struct mock_device *mdev,
		       u32 group, enum mock_page_code code);
void mock_caller_each_held(struct mock_domain *dom,
			   void (*each)(void *arg,
					const struct mock_device *mdev,
					const struct mock_page *page),
			   void *arg);

int mock_maps_each(struct mock_domain *dom, u64 iova, u64 size,
		   int (*each)(struct mock_domain *dom, u64 iova, u64 size,
			       void *arg),
		   void *arg);

/**
 * struct mock_dirty_range - pages that were written
 * @iova: first address
 * @size: bytes
 */
struct mock_dirty_range {
	u64 iova;
	u64 size;
};

/**
 * struct mock_dirty_list - the pages that a look found
 * @ranges: @count ranges in ascending order, with gaps between them; for
 *          kvfree()
 * @count: number of ranges
 * @max: room for so many
 */
struct mock_dirty_list {
	struct mock_dirty_range *ranges;
	u64 count;
	u64 max;
};

int mock_caller_track(struct mock_domain *dom, bool on);
int mock_caller_read_dirty(struct mock_domain *dom, u64 iova, u64 size,
			   bool clear, struct mock_dirty_list *list);

void mock_caller_record_pasid(const char *op, const char *object,
			      const char *arg, u32 pasid, int ret);
void mock_caller_record(const char *op, const char *object, const char *arg,
			int ret);

#endif /* MOCK_CALLER_H */
