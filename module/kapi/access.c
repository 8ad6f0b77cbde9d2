// SPDX-License-Identifier: GPL-2.0-only
/*
 * Access objects of iommufd, by which VFIO serves devices without an IOMMU: they pin
 * the memory of an IOAS, and read and write it.
 *
 * iommufd.ko is a module of its own, and the process that has an open /dev/iommu has
 * loaded it. So its functions are looked up by name for each access object, and this
 * module loads without it.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "internal.h"

#if IS_ENABLED(CONFIG_IOMMUFD) && HAVE_IOMMUFD_ACCESS

#include <linux/iommufd.h>

/**
 * struct access_calls - the functions of iommufd.ko, each with a reference to it
 * @create: makes an access object
 * @destroy: destroys it, and waits for callbacks that run
 * @attach: puts it on its first IOAS
 * @replace: moves it to another one
 * @detach: takes it off
 * @pin: pins memory
 * @unpin: lets go of that
 * @rw: reads or writes memory
 */
struct access_calls {
	typeof(iommufd_access_create) *create;
	typeof(iommufd_access_destroy) *destroy;
	typeof(iommufd_access_attach) *attach;
	typeof(iommufd_access_replace) *replace;
	typeof(iommufd_access_detach) *detach;
	typeof(iommufd_access_pin_pages) *pin;
	typeof(iommufd_access_unpin_pages) *unpin;
	typeof(iommufd_access_rw) *rw;
};

/**
 * struct kapi_access - an access object
 * @access: the one of iommufd
 * @calls: the functions that it is used with
 * @unmap: called when memory goes
 * @data: its argument
 */
struct kapi_access {
	struct iommufd_access *access;
	struct access_calls calls;
	kapi_access_unmap_fn unmap;
	void *data;
};

static void on_unmap(void *data, unsigned long iova, unsigned long length)
{
	struct kapi_access *access = data;

	access->unmap(access->data, iova, length);
}

static const struct iommufd_access_ops pinning_ops = {
	.needs_pin_pages = 1,
	.unmap = on_unmap,
};

/* iommufd calls unmap() of every access object of an IOAS, also of those. */
static const struct iommufd_access_ops copying_ops = {
	.unmap = on_unmap,
};

bool kapi_has_access(void)
{
	return true;
}

static void calls_put(const struct access_calls *calls)
{
	if (calls->create)
		symbol_put(iommufd_access_create);
	if (calls->destroy)
		symbol_put(iommufd_access_destroy);
	if (calls->attach)
		symbol_put(iommufd_access_attach);
	if (calls->replace)
		symbol_put(iommufd_access_replace);
	if (calls->detach)
		symbol_put(iommufd_access_detach);
	if (calls->pin)
		symbol_put(iommufd_access_pin_pages);
	if (calls->unpin)
		symbol_put(iommufd_access_unpin_pages);
	if (calls->rw)
		symbol_put(iommufd_access_rw);
}

static bool calls_get(struct access_calls *calls)
{
	calls->create = symbol_get(iommufd_access_create);
	calls->destroy = symbol_get(iommufd_access_destroy);
	calls->attach = symbol_get(iommufd_access_attach);
	calls->replace = symbol_get(iommufd_access_replace);
	calls->detach = symbol_get(iommufd_access_detach);
	calls->pin = symbol_get(iommufd_access_pin_pages);
	calls->unpin = symbol_get(iommufd_access_unpin_pages);
	calls->rw = symbol_get(iommufd_access_rw);
	if (calls->create && calls->destroy && calls->attach &&
	    calls->replace && calls->detach && calls->pin && calls->unpin &&
	    calls->rw)
		return true;
	calls_put(calls);
	return false;
}

/* The access object holds a reference to the file; this one is for its making. */
static int create(struct kapi_access *access, int fd, bool pins, u32 *id)
{
	typeof(iommufd_ctx_from_fd) *from_fd = symbol_get(iommufd_ctx_from_fd);
	typeof(iommufd_ctx_put) *put = symbol_get(iommufd_ctx_put);
	struct iommufd_ctx *ictx;
	int ret = -ENOENT;

	if (!from_fd || !put)
		goto out;
	ictx = from_fd(fd);
	ret = PTR_ERR_OR_ZERO(ictx);
	if (ret)
		goto out;
	access->access = access->calls.create(ictx, pins ? &pinning_ops :
							   &copying_ops,
					      access, id);
	ret = PTR_ERR_OR_ZERO(access->access);
	put(ictx);
out:
	if (put)
		symbol_put(iommufd_ctx_put);
	if (from_fd)
		symbol_put(iommufd_ctx_from_fd);
	return ret;
}

struct kapi_access *kapi_access_new(int fd, bool pins,
				    kapi_access_unmap_fn unmap, void *data,
				    u32 *id)
{
	struct kapi_access *access = kzalloc(sizeof(*access), GFP_KERNEL_ACCOUNT);
	int ret = -ENOENT;

	if (!access)
		return ERR_PTR(-ENOMEM);
	access->unmap = unmap;
	access->data = data;
	if (!calls_get(&access->calls))
		goto err_free;
	ret = create(access, fd, pins, id);
	if (!ret)
		return access;
	calls_put(&access->calls);
err_free:
	kfree(access);
	return ERR_PTR(ret);
}

void kapi_access_free(struct kapi_access *access)
{
	access->calls.destroy(access->access);
	calls_put(&access->calls);
	kfree(access);
}

int kapi_access_attach(struct kapi_access *access, u32 ioas)
{
	return access->calls.attach(access->access, ioas);
}

int kapi_access_replace(struct kapi_access *access, u32 ioas)
{
	return access->calls.replace(access->access, ioas);
}

void kapi_access_detach(struct kapi_access *access)
{
	access->calls.detach(access->access);
}

int kapi_access_pin(struct kapi_access *access, unsigned long iova,
		    unsigned long size, struct page **pages, bool write)
{
	return access->calls.pin(access->access, iova, size, pages,
				 write ? IOMMUFD_ACCESS_RW_WRITE :
					 IOMMUFD_ACCESS_RW_READ);
}

void kapi_access_unpin(struct kapi_access *access, unsigned long iova,
		       unsigned long size)
{
	access->calls.unpin(access->access, iova, size);
}

int kapi_access_rw(struct kapi_access *access, unsigned long iova, void *data,
		   size_t size, bool write)
{
	return access->calls.rw(access->access, iova, data, size,
				write ? IOMMUFD_ACCESS_RW_WRITE :
					IOMMUFD_ACCESS_RW_READ);
}

#else /* no iommufd: there is no access object to call what follows for */

bool kapi_has_access(void)
{
	return false;
}

struct kapi_access *kapi_access_new(int fd, bool pins,
				    kapi_access_unmap_fn unmap, void *data,
				    u32 *id)
{
	return ERR_PTR(-EOPNOTSUPP);
}

void kapi_access_free(struct kapi_access *access)
{
}

int kapi_access_attach(struct kapi_access *access, u32 ioas)
{
	return -EOPNOTSUPP;
}

int kapi_access_replace(struct kapi_access *access, u32 ioas)
{
	return -EOPNOTSUPP;
}

void kapi_access_detach(struct kapi_access *access)
{
}

int kapi_access_pin(struct kapi_access *access, unsigned long iova,
		    unsigned long size, struct page **pages, bool write)
{
	return -EOPNOTSUPP;
}

void kapi_access_unpin(struct kapi_access *access, unsigned long iova,
		       unsigned long size)
{
}

int kapi_access_rw(struct kapi_access *access, unsigned long iova, void *data,
		   size_t size, bool write)
{
	return -EOPNOTSUPP;
}

#endif
