/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Functions that build and remove topologies, and bind devices to drivers, for
 * commands and callers that need more than one write.
 *
 * All return 0 or -errno without complaint. knob_last_error() is the module's
 * sentence, topo_error() the sentence about sysfs.
 */
#ifndef LIB_TOPOLOGY_H
#define LIB_TOPOLOGY_H

#include "lib/ctx.h"
#include "lib/model.h"

/* options: "policy=any ias=39" as in docs/ABI.md, or NULL */
int topo_add_instance(struct ctx *ctx, const char *name, const char *options);
int topo_add_device(struct ctx *ctx, const char *name, const char *instance,
		    const char *options);
int topo_add_domain(struct ctx *ctx, const char *name, const char *device);
int topo_add_domain_with(struct ctx *ctx, const char *name, const char *device,
			 const char *options);
int topo_add_buffer(struct ctx *ctx, const char *name, uint64_t size);
int topo_del(struct ctx *ctx, enum m_kind kind, const char *name);

enum topo_attach { ATTACH_CLAIM, ATTACH_UNCLAIMED };
int topo_attach(struct ctx *ctx, const char *domain, const char *device,
		enum topo_attach how);
int topo_detach(struct ctx *ctx, const char *domain, const char *device);
/* A PASID of the device, for its whole group */
int topo_attach_pasid(struct ctx *ctx, const char *domain, const char *device,
		      unsigned int pasid);
int topo_detach_pasid(struct ctx *ctx, const char *domain, const char *device,
		      unsigned int pasid);
int topo_replace_pasid(struct ctx *ctx, const char *domain, const char *device,
		       unsigned int pasid);
int topo_replace_group(struct ctx *ctx, const char *domain, const char *group);
int topo_attach_group(struct ctx *ctx, const char *domain, const char *group,
		      enum topo_attach how);
int topo_detach_group(struct ctx *ctx, const char *domain, const char *group);
int topo_claim(struct ctx *ctx, const char *group, bool claim);

int topo_map(struct ctx *ctx, const char *domain, uint64_t iova,
	     const char *buffer);
/* prot: "r", "w" or "rw"; size 0: the rest of the buffer */
int topo_map_part(struct ctx *ctx, const char *domain, uint64_t iova,
		  const char *buffer, uint64_t offset, uint64_t size,
		  const char *prot);
int topo_unmap(struct ctx *ctx, const char *domain, uint64_t iova,
	       uint64_t size);

/* Everything away: the knob "reset". */
int topo_reset(struct ctx *ctx);

/*
 * topo_bind() binds a device to a kernel driver by driver_override, and waits
 * until it is bound. topo_unbind() unbinds the device, and clears the override.
 * A device that is bound already is refused with -EBUSY, an unbound device with
 * -ENODEV.
 */
int topo_bind(struct ctx *ctx, const struct m_device *dev, const char *driver);
int topo_unbind(struct ctx *ctx, const struct m_device *dev);
const char *topo_error(void);

/*
 * True for a PCI bridge: vfio-pci does not accept bridges, and VFIO ignores
 * their drivers.
 */
bool topo_is_bridge(struct ctx *ctx, const struct m_device *dev);

/*
 * The kernel driver bound to the device, from sysfs; NULL if none. free() it.
 */
char *topo_bound_to(struct ctx *ctx, const struct m_device *dev);

#endif /* LIB_TOPOLOGY_H */
