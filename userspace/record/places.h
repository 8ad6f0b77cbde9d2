/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The names of what is recorded: devices with their groups, units and places,
 * domains by their addresses, processes by their threads.
 */
#ifndef RECORD_PLACES_H
#define RECORD_PLACES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/ctx.h"

/* What the core keeps in struct iommu_domain.type; all kernels from 5.10 on. */
enum domain_type {
	TYPE_BLOCKED = 0,
	TYPE_PAGING = 1, /* a bit: page tables */
	TYPE_DMA = 2, /* a bit: the core's own, for the DMA API */
	TYPE_IDENTITY = 4, /* a bit */
};

struct rdomain {
	uint64_t address; /* 0: it is freed */
	char *name; /* "d1"; NULL: a domain of the core, see place_of() */
	bool stands_in; /* for blocked, which the driver lacks */
	bool used; /* a device was attached */
	bool made; /* its allocation was recorded */
};

/* A PASID of a device, and its place. */
struct rspace {
	uint64_t pasid;
	char *place;
};

struct rdevice {
	char *name, *group, *unit;
	char *place; /* "none", "identity", "d1"; NULL: not known */
	struct rspace *spaces;
	unsigned int n_spaces;
};

struct places;
struct places *places_new(struct ctx *ctx);
void places_free(struct places *p);

/* The known device, or a new one as sysfs describes it now. */
struct rdevice *places_device(struct places *p, const char *name);
bool places_knows(const struct places *p, const char *name);
/* The device is removed: a later one of this name starts with a new place. */
void places_forget(struct places *p, const char *name);
void places_put(struct rdevice *d, const char *place);
/* The same of a PASID. Its place is NULL if it was not recorded yet. */
const char *places_space(const struct rdevice *d, uint64_t pasid);
void places_put_space(struct rdevice *d, uint64_t pasid, const char *place);

/* A domain that is made, and one that is freed. */
struct rdomain *places_make(struct places *p, uint64_t address, bool made,
			    bool stands_in);
struct rdomain *places_find(struct places *p, uint64_t address);
void places_end(struct rdomain *d);

/* How many devices, and PASIDs of devices, are on a domain. */
unsigned int places_on(const struct places *p, const char *place);

/* The word for a domain of this type; d may be NULL where it needs none. */
const char *place_of(uint32_t type, const struct rdomain *d);
/* Has a domain of this type a name of its own? */
bool type_named(uint32_t type);

/* The process of a thread; the thread itself if it is gone. */
pid_t places_process(struct places *p, pid_t tid);

#endif /* RECORD_PLACES_H */
