/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where devices may be mapped: below the end of the apertures of their IOMMUs,
 * beside their reserved regions, and inside the ranges that the kernel allows.
 */
#ifndef LIB_ADDRESS_H
#define LIB_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

/* Both ends are inside. */
struct iova_range {
	uint64_t start, last;
};

/*
 * Finds room for so many bytes (at least 1). The bytes must end at last or
 * below, meet none of the n ranges taken (in any order; ranges may overlap),
 * and begin at a multiple of align, a power of two. The result is preferred if
 * that is free, otherwise the lowest address. Without room the function returns
 * false, and keeps *address.
 */
bool address_find(uint64_t bytes, uint64_t align, uint64_t preferred,
		  uint64_t last, const struct iova_range *taken, unsigned int n,
		  uint64_t *address);

/* The known limits of one address space. Begin with space_init(). */
struct space {
	uint64_t last; /* of what the page tables can map */
	struct iova_range *taken;
	unsigned int n;
};

void space_init(struct space *space); /* all 64 bits are free */
void space_free(struct space *space);
void space_copy(struct space *to, const struct space *from); /* as an init */
void space_take(struct space *space, uint64_t start, uint64_t last);
/*
 * Excludes addresses beyond the page tables' IOVA bits: at least 1; above 64
 * counts as 64.
 */
void space_bits(struct space *space, uint64_t bits);
/*
 * Allows only addresses in one of the n ranges. The ranges are in ascending
 * order.
 */
void space_allow(struct space *space, const struct iova_range *ranges,
		 unsigned int n);
/*
 * Excludes the regions in the text of a group's reserved_regions in sysfs. Like
 * VFIO and iommufd, it skips regions that are direct-relaxable. It also skips
 * lines that are no region.
 */
void space_reserve(struct space *space, const char *text);

/*
 * Finds where so many bytes can be mapped: *iova, a multiple of 64 KiB, if that
 * is free; otherwise the lowest multiple of 2 MiB (one large page); otherwise
 * the lowest multiple of 64 KiB (any small page). Without room the function
 * returns false, and keeps *iova.
 */
bool space_find(const struct space *space, uint64_t bytes, uint64_t *iova);

#endif /* LIB_ADDRESS_H */
