// SPDX-License-Identifier: GPL-2.0-only
/* 6.0: a vDPA device says which device does its DMA (to 6.17). */
#include <linux/vdpa.h>

struct vdpa_device *probe(struct device *dev,
			  const struct vdpa_config_ops *ops);
struct vdpa_device *probe(struct device *dev, const struct vdpa_config_ops *ops)
{
	struct vdpa_device *vdpa;

	vdpa = __vdpa_alloc_device(dev, ops, 1, 1, sizeof(*vdpa), NULL, false);
	vdpa->dma_dev = dev;
	return vdpa;
}
