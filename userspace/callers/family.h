/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel families: the set of driver callbacks in the running kernel, from
 * build_info ("family="). The behaviour of callers follows from the family,
 * never from a version number.
 */
#ifndef CALLERS_FAMILY_H
#define CALLERS_FAMILY_H

#include <stdbool.h>

enum family {
	FAM_BUS_OPS, /* one iommu_ops per bus, no ownership of groups */
	FAM_DOMAIN_OPS, /* ownership, one driver per system */
	FAM_STATIC_BY_BUS, /* static identity and blocked, the gatekeeper */
	FAM_STATIC_DOMAINS, /* a domain is allocated for a device, not a bus */
	FAM_ATTACH_OLD, /* attach_dev() receives the old domain */
	FAMILIES,
};

extern const char *const family_words[]; /* ends with NULL */
int family_parse(const char *word); /* an enum family, or -1 */

/* iommu_group_claim_dma_owner() exists: a claimed group is blocked. */
static inline bool family_has_owner(enum family f)
{
	return f != FAM_BUS_OPS;
}

/* __iommu_attach_group() keeps domains of other drivers away (R5). */
static inline bool family_has_gatekeeper(enum family f)
{
	return f >= FAM_STATIC_BY_BUS;
}

/*
 * A domain is allocated for a device: it has features at once, it may belong to
 * one of several drivers, and a caller learns why an allocation failed.
 */
static inline bool family_allocs_for_device(enum family f)
{
	return f >= FAM_STATIC_DOMAINS;
}

/* iommufd is part of this kernel's source. */
static inline bool family_has_iommufd(enum family f)
{
	return f >= FAM_STATIC_BY_BUS;
}

#endif /* CALLERS_FAMILY_H */
