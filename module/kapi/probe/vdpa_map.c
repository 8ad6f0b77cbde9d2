// SPDX-License-Identifier: GPL-2.0-only
/* 6.18: a vDPA device may map memory by operations of its own. */
#include <linux/vdpa.h>

struct vdpa_device *probe(struct device *dev,
			  const struct vdpa_config_ops *ops);
struct vdpa_device *probe(struct device *dev, const struct vdpa_config_ops *ops)
{
	struct vdpa_device *vdpa;

	vdpa = __vdpa_alloc_device(dev, ops, NULL, 1, 1, sizeof(*vdpa), NULL,
				   false);
	vdpa->vmap.dma_dev = dev;
	return vdpa;
}
