// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device without an IOMMU, as VFIO's mediated devices are one for iommufd: see
 * drivers/vfio/iommufd.c, vfio_iommufd_emulated_bind() and its like.
 *
 * iommufd's locks nest inside of ours: mock_access.lock, mock_access.pins_lock,
 * iommufd_access.ioas_lock. iommufd holds none of its locks when it tells us that
 * memory goes (iommufd_access_notify_unmap(), iommufd_access_change_ioas()), but a
 * replace, a detach and a destroy wait for the callback. So the callback takes
 * mock_access.pins_lock only, and no operation holds that when it calls them.
 */
#include <linux/crc32.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "../kapi/kapi.h"
#include "../objects/answers.h"
#include "access.h"
#include "caller.h"

void mock_access_init(struct mock_access *access)
{
	mutex_init(&access->lock);
	mock_lock_name(&access->lock, "mock_access.lock");
	mutex_init(&access->pins_lock);
	mock_lock_name(&access->pins_lock, "mock_access.pins_lock");
	INIT_LIST_HEAD(&access->pins);
}

/* One operation: an address and a size, or an IOAS and nothing. */
static void record(const char *op, u64 at, u64 size, int ret)
{
	char object[MOCK_NAME_LEN], arg[MOCK_NAME_LEN] = "";

	snprintf(object, sizeof(object), size ? "0x%llx" : "%llu", at);
	if (size)
		snprintf(arg, sizeof(arg), "0x%llx", size);
	mock_caller_record(op, object, arg, ret);
}

static void free_pin(struct mock_pin *pin)
{
	kvfree(pin->pages);
	kfree(pin);
}

static void unpin(struct mock_access *access, struct mock_pin *pin)
{
	lockdep_assert_held(&access->pins_lock);
	list_del(&pin->list);
	kapi_access_unpin(access->kapi, pin->iova, pin->size);
	free_pin(pin);
}

/*
 * Memory goes: let go of each pin that is partly in the range. iommufd asks a hundred
 * times and then warns (iopt_unmap_iova_range()).
 */
static void on_unmap(void *data, unsigned long iova, unsigned long length)
{
	struct mock_access *access = data;
	struct mock_pin *pin, *next;

	mutex_lock(&access->pins_lock);
	access->unmaps++;
	list_for_each_entry_safe(pin, next, &access->pins, list)
		if (pin->iova - iova < length || iova - pin->iova < pin->size)
			unpin(access, pin);
	mutex_unlock(&access->pins_lock);
	record("access_unmap", iova, length, 0);
}

/* Has the access object been made, and is it on an IOAS? */
static int check_attached(struct mock_access *access)
{
	lockdep_assert_held(&access->lock);
	if (!access->kapi)
		return mock_fail(-EINVAL, "this open file has no access object: write new first");
	if (!access->ioas)
		return mock_fail(-ENOENT, "the access object is on no IOAS: write attach first");
	return 0;
}

/* What the kernel's errnos mean. */
static int explain(int ret, u64 iova, u64 size)
{
	switch (ret) {
	case 0:
		return 0;
	case -ENOENT:
		return mock_fail(ret, "not all of 0x%llx bytes at 0x%llx is mapped in the IOAS",
				 size, iova);
	case -EPERM:
		return mock_fail(ret, "a mapping at 0x%llx does not allow that",
				 iova);
	case -EOVERFLOW:
		return mock_fail(ret, "0x%llx bytes at 0x%llx go past 2^64",
				 size, iova);
	case -EFAULT:
		return mock_fail(ret, "the process that mapped the memory does not have it any more");
	case -EINVAL:
		return mock_fail(ret, "iommufd refuses 0x%llx bytes at 0x%llx: no bytes, not whole pages, or the memory is being unmapped",
				 size, iova);
	default:
		return mock_fail(ret, "iommufd returned errno %d", -ret);
	}
}

/**
 * mock_access_new() - make the access object
 * @access: has none yet
 * @fd: an open /dev/iommu of the current process
 * @may_pin: the object can pin memory; the addresses of its IOAS are whole pages then
 *
 * Return: 0; -EBUSY: there is one already; -EOPNOTSUPP; -EBADF; -EBADFD; -ENOENT:
 * iommufd is not loaded; -ENOMEM.
 */
int mock_access_new(struct mock_access *access, int fd, bool may_pin)
{
	struct kapi_access *kapi;
	int ret;

	mutex_lock(&access->lock);
	if (access->kapi) {
		ret = mock_fail(-EBUSY, "this open file has access object %u already",
				access->id);
		goto out;
	}
	kapi = kapi_access_new(fd, may_pin, on_unmap, access, &access->id);
	ret = PTR_ERR_OR_ZERO(kapi);
	if (!ret) {
		access->kapi = kapi;
		access->may_pin = may_pin;
	} else if (ret == -ENOENT) {
		mock_fail(ret, "iommufd is not loaded");
	} else if (ret == -EBADF || ret == -EBADFD) {
		mock_fail(ret, "file descriptor %d of this process is no open /dev/iommu",
			  fd);
	}
out:
	mutex_unlock(&access->lock);
	mock_caller_record("access_new", "", "", ret);
	return ret;
}

/* Let go of everything. No operation is under way. */
void mock_access_exit(struct mock_access *access)
{
	if (access->kapi) {
		/* Calls on_unmap() if the object is on an IOAS. */
		kapi_access_free(access->kapi);
		mock_caller_record("access_free", "", "", 0);
	}
	WARN_ON(!list_empty(&access->pins));
	mutex_destroy(&access->pins_lock);
	mutex_destroy(&access->lock);
}

static int no_ioas(int ret, u32 ioas)
{
	if (ret == -ENOENT)
		mock_fail(ret, "that /dev/iommu has no IOAS %u", ioas);
	if (ret == -EADDRINUSE)
		mock_fail(ret, "what is mapped in IOAS %u is not whole pages",
			  ioas);
	return ret;
}

/**
 * mock_access_attach() - put the object on its first IOAS
 * @access: an access object
 * @ioas: iommufd's number of the IOAS
 *
 * Return: 0; -EINVAL: no object; -EBUSY: it is on an IOAS; -ENOENT: there is no such
 * IOAS; -EADDRINUSE: its addresses are not whole pages, and the object can pin.
 */
int mock_access_attach(struct mock_access *access, u32 ioas)
{
	int ret;

	mutex_lock(&access->lock);
	if (access->ioas)
		ret = mock_fail(-EBUSY, "the access object is on IOAS %u: write replace",
				access->ioas);
	else if (!access->kapi)
		ret = check_attached(access);
	else
		ret = no_ioas(kapi_access_attach(access->kapi, ioas), ioas);
	if (!ret)
		access->ioas = ioas;
	mutex_unlock(&access->lock);
	record("access_attach", ioas, 0, ret);
	return ret;
}

/**
 * mock_access_replace() - move the object to another IOAS
 * @access: an access object that is on an IOAS
 * @ioas: iommufd's number of the other one
 *
 * All pins are let go of, unless it is the same IOAS. If the function fails, the
 * object is where it was, with its pins.
 *
 * Return: as mock_access_attach(); -ENOENT if the object is on no IOAS.
 */
int mock_access_replace(struct mock_access *access, u32 ioas)
{
	int ret;

	mutex_lock(&access->lock);
	ret = check_attached(access);
	if (!ret)
		ret = no_ioas(kapi_access_replace(access->kapi, ioas), ioas);
	if (!ret)
		access->ioas = ioas;
	mutex_unlock(&access->lock);
	record("access_replace", ioas, 0, ret);
	return ret;
}

/* Take the object off its IOAS; pins are let go of. Return 0, -EINVAL or -ENOENT. */
int mock_access_detach(struct mock_access *access)
{
	u32 ioas;
	int ret;

	mutex_lock(&access->lock);
	ioas = access->ioas;
	ret = check_attached(access);
	if (!ret) {
		kapi_access_detach(access->kapi);
		access->ioas = 0;
	}
	mutex_unlock(&access->lock);
	record("access_detach", ioas, 0, ret);
	return ret;
}

static struct mock_pin *new_pin(u64 iova, u64 size, bool write)
{
	struct mock_pin *pin = kzalloc(sizeof(*pin), GFP_KERNEL_ACCOUNT);

	if (!pin)
		return NULL;
	pin->iova = iova;
	pin->size = size;
	pin->write = write;
	/* An address within a page touches one page more. iommufd refuses it. */
	pin->pages = kvcalloc((size >> PAGE_SHIFT) + 2, sizeof(*pin->pages),
			      GFP_KERNEL_ACCOUNT);
	if (pin->pages)
		return pin;
	kfree(pin);
	return NULL;
}

static int pin_locked(struct mock_access *access, u64 iova, u64 size, bool write)
{
	struct mock_pin *pin;
	int ret = check_attached(access);

	if (ret)
		return ret;
	if (!access->may_pin)
		return mock_fail(-EINVAL, "the access object was made with pins=0");
	if (size > MOCK_BUFFER_MAX)
		return mock_fail(-EINVAL, "a pin has at most 0x%lx bytes",
				 MOCK_BUFFER_MAX);
	pin = new_pin(iova, size, write);
	if (!pin)
		return -ENOMEM;
	mutex_lock(&access->pins_lock);
	ret = kapi_access_pin(access->kapi, iova, size, pin->pages, write);
	if (!ret)
		list_add_tail(&pin->list, &access->pins);
	mutex_unlock(&access->pins_lock);
	if (ret)
		free_pin(pin);
	return explain(ret, iova, size);
}

/**
 * mock_access_pin() - pin memory
 * @access: an access object that is on an IOAS
 * @iova: its first address
 * @size: its bytes
 * @write: for writing, so that the process gets a copy of what it shares
 *
 * Return: 0; -EINVAL: also what is not whole pages; -ENOENT: not all of it is mapped;
 * -EPERM: a mapping does not allow that; -EOVERFLOW: the range wraps; -EFAULT: the
 * process has the memory no more; -ENOMEM.
 */
int mock_access_pin(struct mock_access *access, u64 iova, u64 size, bool write)
{
	int ret;

	mutex_lock(&access->lock);
	ret = pin_locked(access, iova, size, write);
	mutex_unlock(&access->lock);
	record("access_pin", iova, size, ret);
	return ret;
}

/* The youngest pin of exactly this range. */
static struct mock_pin *find_pin(struct mock_access *access, u64 iova, u64 size)
{
	struct mock_pin *pin;

	lockdep_assert_held(&access->pins_lock);
	list_for_each_entry_reverse(pin, &access->pins, list)
		if (pin->iova == iova && pin->size == size)
			return pin;
	return NULL;
}

/* Let go of a range that was pinned. Return 0, or -ENOENT: it is not pinned. */
int mock_access_unpin(struct mock_access *access, u64 iova, u64 size)
{
	struct mock_pin *pin;
	int ret = 0;

	mutex_lock(&access->lock);
	mutex_lock(&access->pins_lock);
	pin = find_pin(access, iova, size);
	if (pin)
		unpin(access, pin);
	else
		ret = mock_fail(-ENOENT, "no pin has 0x%llx bytes at 0x%llx",
				size, iova);
	mutex_unlock(&access->pins_lock);
	mutex_unlock(&access->lock);
	record("access_unpin", iova, size, ret);
	return ret;
}

/* Check, and get memory to copy from or to. */
static int prepare_copy(struct mock_access *access, u64 size, u8 **memory)
{
	int ret = check_attached(access);

	if (ret)
		return ret;
	if (size > MOCK_ACCESS_COPY_MAX)
		return mock_fail(-EINVAL, "at most 0x%lx bytes are copied at once",
				 MOCK_ACCESS_COPY_MAX);
	*memory = kvzalloc(size + 1, GFP_KERNEL_ACCOUNT);
	return *memory ? 0 : -ENOMEM;
}

static u32 sum_of(u32 sum, const void *from, size_t len)
{
	return ~crc32_le(~sum, from, len);
}

/**
 * mock_access_read() - read memory
 * @access: an access object that is on an IOAS
 * @iova: its first address
 * @size: its bytes, to 1M
 *
 * Return: as mock_access_pin(), for any address.
 */
int mock_access_read(struct mock_access *access, u64 iova, u64 size)
{
	u8 *memory = NULL;
	int ret;

	mutex_lock(&access->lock);
	ret = prepare_copy(access, size, &memory);
	if (!ret)
		ret = explain(kapi_access_rw(access->kapi, iova, memory, size,
					     false), iova, size);
	if (!ret) {
		access->read_iova = iova;
		access->read_size = size;
		access->read_sum = sum_of(0, memory, size);
		memcpy(access->data, memory, min_t(u64, size, MOCK_ACCESS_DATA));
	}
	kvfree(memory);
	mutex_unlock(&access->lock);
	record("access_read", iova, size, ret);
	return ret;
}

/**
 * mock_access_write() - write memory
 * @access: an access object that is on an IOAS
 * @iova: its first address
 * @size: its bytes, to 1M
 * @pattern: 64 bits, little-endian, repeated
 *
 * iommufd writes mapping by mapping: after an error the first ones may be written.
 *
 * Return: as mock_access_read().
 */
int mock_access_write(struct mock_access *access, u64 iova, u64 size,
		      u64 pattern)
{
	u8 *memory = NULL;
	u64 i;
	int ret;

	mutex_lock(&access->lock);
	ret = prepare_copy(access, size, &memory);
	if (!ret) {
		for (i = 0; i < size; i++)
			memory[i] = pattern >> i % 8 * 8;
		ret = explain(kapi_access_rw(access->kapi, iova, memory, size,
					     true), iova, size);
	}
	kvfree(memory);
	mutex_unlock(&access->lock);
	record("access_write", iova, size, ret);
	return ret;
}

/* The CRC-32 of what is in pinned memory now. Context: under mock_access.pins_lock. */
u32 mock_pin_sum(const struct mock_pin *pin)
{
	u64 done, len;
	u32 sum = 0;

	for (done = 0; done < pin->size; done += len) {
		len = min_t(u64, pin->size - done, PAGE_SIZE);
		sum = sum_of(sum, page_address(pin->pages[done >> PAGE_SHIFT]),
			     len);
		cond_resched();
	}
	return sum;
}
