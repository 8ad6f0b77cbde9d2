// SPDX-License-Identifier: GPL-2.0-only
/*
 * 6.6, with CONFIG_IOMMUFD: access objects of iommufd, which move from one IOAS to
 * another. Kernels before 6.2 have no such header.
 */
#include <linux/types.h>

#if IS_ENABLED(CONFIG_IOMMUFD)
#include <linux/iommufd.h>
#endif

struct iommufd_access *probe(struct iommufd_ctx *ictx,
			     const struct iommufd_access_ops *ops, void *data,
			     u32 *id, struct page **pages);
struct iommufd_access *probe(struct iommufd_ctx *ictx,
			     const struct iommufd_access_ops *ops, void *data,
			     u32 *id, struct page **pages)
{
	struct iommufd_access *access = iommufd_access_create(ictx, ops, data, id);
	int ret = iommufd_access_attach(access, 1);

	ret += iommufd_access_replace(access, 2);
	ret += iommufd_access_pin_pages(access, 0, 1, pages, 0);
	iommufd_access_unpin_pages(access, 0, 1);
	ret += iommufd_access_rw(access, 0, data, 1, IOMMUFD_ACCESS_RW_WRITE);
	iommufd_access_detach(access);
	return ret ? NULL : access;
}
