// SPDX-License-Identifier: GPL-2.0-only
/*
 * vDPA devices: vhost-vdpa opens one for a user, and puts the device that does its
 * DMA, one of ours, on a domain of its own.
 *
 * The vDPA device has one virtqueue, whose registers keep what the user writes. No
 * buffer of the queue is ever used: the DMA engine does what the file "dma" or the
 * registers of the PCI function ask for, through the same domain.
 *
 * vdpa.ko is a module of its own, which few machines load. So its functions are
 * looked up by name while there are vDPA devices, and this module loads without it.
 */
#include <linux/device.h>
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "internal.h"

#if IS_ENABLED(CONFIG_VDPA) && (HAVE_VDPA_DMA_DEV || HAVE_VDPA_MAP)

#include <linux/vdpa.h>
#include <uapi/linux/virtio_config.h>

#define FEATURES (BIT_ULL(VIRTIO_F_VERSION_1) | \
		  BIT_ULL(VIRTIO_F_ACCESS_PLATFORM))

/* No virtio device has this id, so no driver of virtio_vdpa takes ours. */
#define NO_VIRTIO_DEVICE 0

#define QUEUES 1
#define QUEUE_MAX 256

#if HAVE_VDPA_MAP
typedef struct vdpa_device *(*vdpa_alloc_fn)(struct device *parent,
					     const struct vdpa_config_ops *ops,
					     const struct virtio_map_ops *map,
					     unsigned int ngroups,
					     unsigned int nas, size_t size,
					     const char *name, bool use_va);
#else
typedef struct vdpa_device *(*vdpa_alloc_fn)(struct device *parent,
					     const struct vdpa_config_ops *ops,
					     unsigned int ngroups,
					     unsigned int nas, size_t size,
					     const char *name, bool use_va);
#endif

/**
 * struct vdpa_calls - the functions of vdpa.ko, each with a reference to it
 * @alloc: makes a device
 * @add: shows it to the drivers of vDPA devices
 * @del: takes it away, and waits for its user
 */
struct vdpa_calls {
	vdpa_alloc_fn alloc;
	typeof(vdpa_register_device) *add;
	typeof(vdpa_unregister_device) *del;
};

/**
 * struct parent - a vDPA device; vhost-vdpa calls its operations one at a time
 * @vdpa: what vdpa.ko knows of it
 * @calls: the functions that it was made with
 * @status: the status of the virtio device
 * @features: those that the user has accepted
 * @ready: the queue is enabled
 * @state: where in the queue the device is
 */
struct parent {
	struct vdpa_device vdpa;
	struct vdpa_calls calls;
	u8 status;
	u64 features;
	bool ready;
	struct vdpa_vq_state state;
};

static struct parent *to_parent(struct vdpa_device *vdpa)
{
	return container_of(vdpa, struct parent, vdpa);
}

/* ---- the queue ------------------------------------------------------------- */

static int set_vq_address(struct vdpa_device *vdpa, u16 idx, u64 desc,
			  u64 driver, u64 device)
{
	return 0;
}

static void set_vq_num(struct vdpa_device *vdpa, u16 idx, u32 num)
{
}

static void kick_vq(struct vdpa_device *vdpa, u16 idx)
{
}

static void set_vq_cb(struct vdpa_device *vdpa, u16 idx,
		      struct vdpa_callback *cb)
{
}

static void set_vq_ready(struct vdpa_device *vdpa, u16 idx, bool ready)
{
	to_parent(vdpa)->ready = ready;
}

static bool get_vq_ready(struct vdpa_device *vdpa, u16 idx)
{
	return to_parent(vdpa)->ready;
}

static int set_vq_state(struct vdpa_device *vdpa, u16 idx,
			const struct vdpa_vq_state *state)
{
	to_parent(vdpa)->state = *state;
	return 0;
}

static int get_vq_state(struct vdpa_device *vdpa, u16 idx,
			struct vdpa_vq_state *state)
{
	*state = to_parent(vdpa)->state;
	return 0;
}

static u32 get_vq_align(struct vdpa_device *vdpa)
{
	return PAGE_SIZE;
}

static u16 get_vq_num_max(struct vdpa_device *vdpa)
{
	return QUEUE_MAX;
}

/* ---- the device ------------------------------------------------------------ */

static u64 get_device_features(struct vdpa_device *vdpa)
{
	return FEATURES;
}

static int set_driver_features(struct vdpa_device *vdpa, u64 features)
{
	if (features & ~FEATURES)
		return -EINVAL;
	to_parent(vdpa)->features = features;
	return 0;
}

static u64 get_driver_features(struct vdpa_device *vdpa)
{
	return to_parent(vdpa)->features;
}

static void set_config_cb(struct vdpa_device *vdpa, struct vdpa_callback *cb)
{
}

static u32 get_device_id(struct vdpa_device *vdpa)
{
	return NO_VIRTIO_DEVICE;
}

static u32 get_vendor_id(struct vdpa_device *vdpa)
{
	return MOCK_PCI_VENDOR;
}

static u8 get_status(struct vdpa_device *vdpa)
{
	return to_parent(vdpa)->status;
}

static void set_status(struct vdpa_device *vdpa, u8 status)
{
	to_parent(vdpa)->status = status;
}

/* vhost-vdpa resets the device before it makes the domain, and at the end. */
static int reset(struct vdpa_device *vdpa)
{
	struct parent *parent = to_parent(vdpa);

	parent->status = 0;
	parent->features = 0;
	parent->ready = false;
	memset(&parent->state, 0, sizeof(parent->state));
	return 0;
}

/* There is no configuration: its size is 0. */
static size_t get_config_size(struct vdpa_device *vdpa)
{
	return 0;
}

static void get_config(struct vdpa_device *vdpa, unsigned int offset,
		       void *buf, unsigned int len)
{
	memset(buf, 0, len);
}

static void set_config(struct vdpa_device *vdpa, unsigned int offset,
		       const void *buf, unsigned int len)
{
}

/*
 * It has no set_map() and no dma_map(): then vhost-vdpa makes a domain for the
 * device that does the DMA, and maps memory into that.
 */
static const struct vdpa_config_ops config_ops = {
	.set_vq_address = set_vq_address,
	.set_vq_num = set_vq_num,
	.kick_vq = kick_vq,
	.set_vq_cb = set_vq_cb,
	.set_vq_ready = set_vq_ready,
	.get_vq_ready = get_vq_ready,
	.set_vq_state = set_vq_state,
	.get_vq_state = get_vq_state,
	.get_vq_align = get_vq_align,
	.get_vq_num_max = get_vq_num_max,
	.get_device_features = get_device_features,
	.set_driver_features = set_driver_features,
	.get_driver_features = get_driver_features,
	.set_config_cb = set_config_cb,
	.get_device_id = get_device_id,
	.get_vendor_id = get_vendor_id,
	.get_status = get_status,
	.set_status = set_status,
	.reset = reset,
	.get_config_size = get_config_size,
	.get_config = get_config,
	.set_config = set_config,
};

/* ---- life ------------------------------------------------------------------ */

#if HAVE_VDPA_MAP
static struct vdpa_device *alloc(const struct vdpa_calls *calls,
				 struct device *dev)
{
	struct vdpa_device *vdpa;

	vdpa = calls->alloc(dev, &config_ops, NULL, 1, 1,
			    sizeof(struct parent), NULL, false);
	if (!IS_ERR(vdpa))
		vdpa->vmap.dma_dev = dev;
	return vdpa;
}
#else
static struct vdpa_device *alloc(const struct vdpa_calls *calls,
				 struct device *dev)
{
	struct vdpa_device *vdpa;

	vdpa = calls->alloc(dev, &config_ops, 1, 1, sizeof(struct parent),
			    NULL, false);
	if (!IS_ERR(vdpa))
		vdpa->dma_dev = dev;
	return vdpa;
}
#endif

bool kapi_has_vdpa(void)
{
	return true;
}

static void calls_put(const struct vdpa_calls *calls)
{
	if (calls->alloc)
		symbol_put(__vdpa_alloc_device);
	if (calls->add)
		symbol_put(vdpa_register_device);
	if (calls->del)
		symbol_put(vdpa_unregister_device);
}

/* The first one loads vdpa.ko, if it is not loaded. */
static bool calls_get(struct vdpa_calls *calls)
{
	calls->alloc = symbol_request(__vdpa_alloc_device);
	calls->add = symbol_get(vdpa_register_device);
	calls->del = symbol_get(vdpa_unregister_device);
	if (calls->alloc && calls->add && calls->del)
		return true;
	calls_put(calls);
	return false;
}

int kapi_vdpa_add(struct device *dev)
{
	struct vdpa_calls calls;
	struct vdpa_device *vdpa;
	int ret;

	if (!calls_get(&calls))
		return -ENOENT;
	vdpa = alloc(&calls, dev);
	ret = PTR_ERR_OR_ZERO(vdpa);
	if (ret)
		goto err_calls;
	to_parent(vdpa)->calls = calls;
	ret = calls.add(vdpa, QUEUES);
	if (ret)
		goto err_device;
	dev_set_drvdata(dev, to_parent(vdpa));
	return 0;

err_device:
	put_device(&vdpa->dev);
err_calls:
	calls_put(&calls);
	return ret;
}

void kapi_vdpa_del(struct device *dev)
{
	struct parent *parent = dev_get_drvdata(dev);
	struct vdpa_calls calls = parent->calls;

	/* Frees it. */
	calls.del(&parent->vdpa);
	dev_set_drvdata(dev, NULL);
	calls_put(&calls);
}

#else /* no vDPA: nobody calls what follows */

bool kapi_has_vdpa(void)
{
	return false;
}

int kapi_vdpa_add(struct device *dev)
{
	return -EOPNOTSUPP;
}

void kapi_vdpa_del(struct device *dev)
{
}

#endif
