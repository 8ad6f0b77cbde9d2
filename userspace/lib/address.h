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
 * The first address of so many bytes (at least 1) that ends at last or below,
 * is in none of the n ranges that are taken (in any order; they may overlap),
 * and is a multiple of align (a power of two): preferred if that is free,
 * otherwise the lowest. False if there is none; *address is kept then.
 */
bool address_find(uint64_t bytes, uint64_t align, uint64_t preferred,
		  uint64_t last, const struct iova_range *taken, unsigned int n,
		  uint64_t *address);

/* What is known of one address space; begin with space_init(). */
struct space {
	uint64_t last; /* of what the page tables can map */
	struct iova_range *taken;
	unsigned int n;
};

void space_init(struct space *space); /* all 64 bits are free */
void space_free(struct space *space);
void space_copy(struct space *to, const struct space *from); /* as an init */
void space_take(struct space *space, uint64_t start, uint64_t last);
/* Page tables whose IOVA have so many bits: at least 1; above 64 is as 64. */
void space_bits(struct space *space, uint64_t bits);
/* Only what is in one of the n ranges, which go upwards, may be mapped. */
void space_allow(struct space *space, const struct iova_range *ranges,
		 unsigned int n);
/*
 * The text of a group's reserved_regions in sysfs. As VFIO and iommufd do, it
 * passes over what is direct-relaxable. What is no region is passed over, too.
 */
void space_reserve(struct space *space, const char *text);

/*
 * Where so many bytes can be mapped: *iova, a multiple of 64 KiB, if that is
 * free; otherwise the lowest multiple of 2 MiB (one large page), or else of
 * 64 KiB (any small page). False if there is none; *iova is kept then.
 */
bool space_find(const struct space *space, uint64_t bytes, uint64_t *iova);

#endif /* LIB_ADDRESS_H */
