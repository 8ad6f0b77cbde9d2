// SPDX-License-Identifier: GPL-2.0-only
/*
 * The in-kernel caller: mapping buffers. The caller remembers its mappings, as
 * every caller does (VFIO's vfio_dma, iommufd's areas). An unmap must cover
 * whole mappings, and a buffer that is mapped stays.
 */
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/rbtree.h>
#include <linux/slab.h>

#include "../kapi/kapi.h"
#include "../objects/answers.h"
#include "caller.h"

/**
 * struct mapping - one map operation
 * @node: place in mock_domain.maps, sorted by @iova; no two overlap
 * @iova: first input address
 * @size: bytes
 * @buffer: the buffer, with a reference and its maps raised
 * @offset: first byte of the buffer that is mapped
 */
struct mapping {
	struct rb_node node;
	u64 iova;
	u64 size;
	struct mock_buffer *buffer;
	u64 offset;
};

/* The first mapping that ends after @iova. */
static struct mapping *first_after(struct mock_domain *dom, u64 iova)
{
	struct rb_node *node = dom->maps.rb_node;
	struct mapping *found = NULL;

	lockdep_assert_held(&dom->maps_lock);
	while (node) {
		struct mapping *map = rb_entry(node, struct mapping, node);

		if (map->iova + map->size > iova) {
			found = map;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return found;
}

static struct mapping *next_mapping(struct mapping *map)
{
	struct rb_node *node = rb_next(&map->node);

	return node ? rb_entry(node, struct mapping, node) : NULL;
}

static void insert(struct mock_domain *dom, struct mapping *map)
{
	struct rb_node **link = &dom->maps.rb_node, *parent = NULL;

	lockdep_assert_held(&dom->maps_lock);
	while (*link) {
		parent = *link;
		if (map->iova < rb_entry(parent, struct mapping, node)->iova)
			link = &parent->rb_left;
		else
			link = &parent->rb_right;
	}
	rb_link_node(&map->node, parent, link);
	rb_insert_color(&map->node, &dom->maps);
}

static void forget(struct mock_domain *dom, struct mapping *map)
{
	lockdep_assert_held(&dom->maps_lock);
	rb_erase(&map->node, &dom->maps);
	atomic_dec(&map->buffer->maps);
	mock_obj_put(&map->buffer->obj);
	kfree(map);
}

/* Forget the part of a mapping below @end. */
static void forget_until(struct mock_domain *dom, struct mapping *map, u64 end)
{
	u64 gone = end - map->iova;

	if (gone >= map->size) {
		forget(dom, map);
		return;
	}
	map->iova += gone;
	map->offset += gone;
	map->size -= gone;
}

static int check_range(struct mock_domain *dom, u64 iova, u64 size)
{
	u64 end = dom->domain.geometry.aperture_end;
	u64 page = dom->domain.pgsize_bitmap & -dom->domain.pgsize_bitmap;

	if (!dom->caller)
		return mock_fail(-EPERM, "%s was made by %s (process %d): only its maker can map",
				 dom->obj.name, dom->by.comm, dom->by.pid);
	if (!size || ((iova | size) & (page - 1)))
		return mock_fail(-EINVAL, "IOVA and size must be multiples of 0x%llx, the domain's smallest page, and the size not 0",
				 page);
	if (iova > end || size - 1 > end - iova)
		return mock_fail(-EINVAL, "0x%llx + 0x%llx is past the aperture, which ends at 0x%llx",
				 iova, size, end);
	return 0;
}

/*
 * Call a function for each part of a range that is mapped, until it fails. The
 * caller holds maps_lock, so that the mappings stay.
 */
int mock_maps_each(struct mock_domain *dom, u64 iova, u64 size,
		   int (*each)(struct mock_domain *dom, u64 iova, u64 size,
			       void *arg),
		   void *arg)
{
	struct mapping *map = first_after(dom, iova);
	int ret = 0;

	for (; map && !ret; map = next_mapping(map)) {
		u64 at = max(map->iova, iova), end = map->iova + map->size;

		if (size && map->iova >= iova && map->iova - iova >= size)
			break;
		if (size && end - iova > size)
			end = iova + size;
		ret = each(dom, at, end - at, arg);
	}
	return ret;
}

/* Map piece by piece; *@done counts the bytes that are mapped. */
static int map_pieces(struct mock_domain *dom,
		      const struct mock_map_request *req, u64 *done)
{
	u64 page = dom->domain.pgsize_bitmap & -dom->domain.pgsize_bitmap;
	int ret = 0;

	while (!ret && *done < req->size) {
		u64 offset = req->offset + *done;
		const struct mock_piece *piece =
			mock_buffer_piece(req->buffer, offset);
		u64 inside = offset - piece->offset;
		u64 size = min_t(u64, req->size - *done,
				 ((u64)PAGE_SIZE << piece->order) - inside);

		u64 phys = page_to_phys(piece->page) + inside;

		if ((phys | size) & (page - 1))
			return mock_fail(-EINVAL, "the memory of %s is in pieces smaller than the domain's smallest page, 0x%llx",
					 req->buffer->obj.name, page);
		ret = kapi_map(&dom->domain, req->iova + *done, phys, size,
			       req->prot | IOMMU_CACHE);
		if (!ret)
			*done += size;
		cond_resched();
	}
	return ret;
}

static void record(struct mock_domain *dom, struct mapping *map,
		   const struct mock_map_request *req, u64 iova, u64 size)
{
	map->iova = iova;
	map->size = size;
	map->buffer = req->buffer;
	map->offset = req->offset + (iova - req->iova);
	kref_get(&req->buffer->obj.ref);
	insert(dom, map);
}

/*
 * A map has failed, and undoing it may have failed as well. Then the table
 * still contains leaves, through which devices reach the buffer. The function
 * records the range from the first leaf to the last one as a mapping: it keeps
 * the buffer, and can be unmapped like any other mapping. It returns false if
 * no leaf is left.
 */
static bool record_rest(struct mock_domain *dom, struct mapping *map,
			const struct mock_map_request *req)
{
	u64 end = req->iova + req->size, at;
	struct pgt_leaf leaf;

	if (!mock_domain_walk(dom, req->iova, &leaf) || leaf.iova >= end)
		return false;
	at = leaf.iova + leaf.size;
	record(dom, map, req, leaf.iova, leaf.size);
	while (at < end && mock_domain_walk(dom, at, &leaf) &&
	       leaf.iova < end) {
		at = leaf.iova + leaf.size;
		map->size = at - map->iova;
		cond_resched();
	}
	return true;
}

static int map_locked(struct mock_domain *dom,
		      const struct mock_map_request *req)
{
	struct mapping *map, *next = first_after(dom, req->iova);
	u64 done = 0;
	int ret;

	lockdep_assert_held(&dom->maps_lock);
	if (next && next->iova < req->iova + req->size)
		return mock_fail(-EEXIST, "0x%llx to 0x%llx is mapped already",
				 next->iova, next->iova + next->size - 1);
	map = kzalloc(sizeof(*map), GFP_KERNEL);
	if (!map)
		return -ENOMEM;
	/* Below 0: the buffer is being deleted. */
	if (!atomic_inc_unless_negative(&req->buffer->maps)) {
		kfree(map);
		return -ENODEV;
	}

	ret = map_pieces(dom, req, &done);
	if (ret) {
		if (done)
			iommu_unmap(&dom->domain, req->iova, done);
		if (record_rest(dom, map, req))
			return mock_fail(ret, "the kernel did not map the buffer, and 0x%llx bytes at 0x%llx could not be unmapped again",
					 map->size, map->iova);
		atomic_dec(&req->buffer->maps);
		kfree(map);
		if (!mock_answer_has_error())
			mock_fail(ret, "the kernel did not map the buffer");
		return ret;
	}
	record(dom, map, req, req->iova, req->size);
	return 0;
}

/**
 * mock_caller_map() - iommu_map() a buffer, or a part of one
 * @dom: a domain of the in-kernel caller
 * @req: the request
 *
 * Return: 0; -EPERM, -EINVAL, -EEXIST; the errno of the kernel. On failure
 * nothing of the request is mapped, unless unmapping it failed as well.
 */
int mock_caller_map(struct mock_domain *dom,
		    const struct mock_map_request *req)
{
	int ret = check_range(dom, req->iova, req->size);

	if (ret)
		return ret;
	if (!PAGE_ALIGNED(req->offset) || req->offset > req->buffer->size ||
	    req->size > req->buffer->size - req->offset)
		return mock_fail(-EINVAL, "0x%llx bytes from offset 0x%llx are not a part of %s, which has 0x%llx bytes",
				 req->size, req->offset, req->buffer->obj.name,
				 req->buffer->size);
	mutex_lock(&dom->maps_lock);
	ret = map_locked(dom, req);
	mutex_unlock(&dom->maps_lock);
	mock_caller_record("map", dom->obj.name, req->buffer->obj.name, ret);
	return ret;
}

/* Do whole maps fill the range without a gap? */
static bool covered(struct mock_domain *dom, u64 iova, u64 size)
{
	struct mapping *map = first_after(dom, iova);
	u64 at = iova;

	while (map && map->iova == at && map->size <= iova + size - at) {
		at += map->size;
		if (at == iova + size)
			return true;
		map = next_mapping(map);
	}
	return false;
}

static int unmap_locked(struct mock_domain *dom, u64 iova, u64 size)
{
	struct mapping *map, *next;
	size_t done;

	lockdep_assert_held(&dom->maps_lock);
	if (!covered(dom, iova, size))
		return mock_fail(-ENOENT, "0x%llx to 0x%llx is not the range of one or more whole maps",
				 iova, iova + size - 1);
	done = iommu_unmap(&dom->domain, iova, size);
	for (map = first_after(dom, iova); map && map->iova < iova + done;
	     map = next) {
		next = next_mapping(map);
		forget_until(dom, map, iova + done);
	}
	if (done != size)
		return mock_fail(-EIO, "the kernel unmapped 0x%zx of 0x%llx bytes: try the rest again",
				 done, size);
	return 0;
}

/**
 * mock_caller_unmap() - iommu_unmap()
 * @dom: a domain of the in-kernel caller
 * @iova: first input address
 * @size: bytes
 *
 * Return: 0; -EPERM, -EINVAL, -ENOENT with nothing unmapped; -EIO if the
 * kernel unmapped less than it was asked to.
 */
int mock_caller_unmap(struct mock_domain *dom, u64 iova, u64 size)
{
	char arg[MOCK_NAME_LEN];
	int ret = check_range(dom, iova, size);

	if (ret)
		return ret;
	mutex_lock(&dom->maps_lock);
	ret = unmap_locked(dom, iova, size);
	mutex_unlock(&dom->maps_lock);
	snprintf(arg, sizeof(arg), "0x%llx", iova);
	mock_caller_record("unmap", dom->obj.name, arg, ret);
	return ret;
}

/**
 * mock_caller_trim() - give back the empty tables of a domain
 * @dom: a domain of the in-kernel caller
 *
 * Return: 0.
 */
int mock_caller_trim(struct mock_domain *dom)
{
	mutex_lock(&dom->maps_lock);
	mock_domain_trim(dom);
	mutex_unlock(&dom->maps_lock);
	mock_caller_record("trim", dom->obj.name, "", 0);
	return 0;
}

/*
 * Unmap everything in a domain that is going to be freed. An unmap may fail:
 * then the leaves stay until the table is freed.
 */
void mock_caller_unmap_all(struct mock_domain *dom)
{
	struct mapping *map;

	mutex_lock(&dom->maps_lock);
	for (map = first_after(dom, 0); map; map = next_mapping(map))
		iommu_unmap(&dom->domain, map->iova, map->size);
	mutex_unlock(&dom->maps_lock);
}

/* The domain and its table have been freed: drop the buffers. */
void mock_caller_forget_maps(struct mock_domain *dom)
{
	struct mapping *map;

	mutex_lock(&dom->maps_lock);
	while ((map = first_after(dom, 0)))
		forget(dom, map);
	mutex_unlock(&dom->maps_lock);
}

/**
 * mock_caller_walk() - iommu_iova_to_phys(), and a look into the table
 * @dom: any domain
 * @iova: the address
 *
 * The function keeps the answer for the current process (MOCK_ANSWER_WALK).
 *
 * Return: 0, or -ENOENT if nothing is mapped there.
 */
int mock_caller_walk(struct mock_domain *dom, u64 iova)
{
	struct pgt_leaf leaf;
	struct mapping *map;
	phys_addr_t phys;
	bool known;

	phys = dom->caller ? iommu_iova_to_phys(&dom->domain, iova) :
			     mock_domain_iova_to_phys(dom, iova);
	if (!phys || !mock_domain_walk(dom, iova, &leaf) || leaf.iova > iova)
		return mock_fail(-ENOENT, "nothing is mapped at 0x%llx in %s",
				 iova, dom->obj.name);

	mutex_lock(&dom->maps_lock);
	map = first_after(dom, iova);
	known = map && map->iova <= iova;
	mock_answer_set(MOCK_ANSWER_WALK,
			"iova=0x%llx phys=0x%llx page=0x%llx prot=%s%s buffer=%s offset=0x%llx",
			iova, (u64)phys, leaf.size,
			leaf.prot & PGT_READ ? "r" : "",
			leaf.prot & PGT_WRITE ? "w" : "",
			known ? map->buffer->obj.name : "-",
			known ? map->offset + (iova - map->iova) : 0);
	mutex_unlock(&dom->maps_lock);
	return 0;
}
