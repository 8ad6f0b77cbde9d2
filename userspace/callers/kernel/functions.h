/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's own callers share this: devices that are bound to a driver through which
 * the caller gets them, and memory for them to reach. For all but vDPA the devices are
 * PCI functions, and the driver is vfio-pci.
 */
#ifndef CALLERS_FUNCTIONS_H
#define CALLERS_FUNCTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "callers/callers.h"
#include "lib/address.h"
#include "lib/model.h"
#include "lib/scope.h"

struct function {
	const struct m_device *dev;
	int fd; /* -1 if it is not open */
	uint32_t id; /* the kernel's name for it, if it has one */
};

/* The functions of one unit: the named one, then the rest of its group. */
struct members {
	struct function *v;
	unsigned int n;
};

/* What devices are bound to. */
struct function_driver {
	const char *name;
	bool any_bus; /* it takes platform devices, too */
	uint64_t extra; /* bytes of memory beside those that the caller maps for DMA */
	/*
	 * Lets a device that is open fill memory with a pattern of 64 bits: 0, or -errno
	 * and vfio_error().
	 */
	int (*write)(struct ctx *ctx, const struct function *member,
		     uint64_t iova, uint32_t size, uint64_t pattern);
};

/* functions.c, cdev.c and vdpa.c; "nested" has room for the table of a guest */
extern const struct function_driver driver_vfio, driver_nested, driver_pasid,
	driver_vdpa;

/* That write() by the module's file "dma"; with PASID 0 without one. */
int functions_write(struct ctx *ctx, const char *device, uint32_t pasid,
		    uint64_t iova, uint32_t size, uint64_t pattern);

struct functions {
	struct ctx *ctx;
	const struct function_driver *driver;
	struct run *run;
	struct model *m;
	struct members units[RUN_UNITS];
	struct scope bound; /* by us */
	/* Of the memory to map, extra included; size 0: nothing. */
	uint64_t iova, size;
	char *memory, *area; /* area: memory, with what its alignment took */
};

/*
 * Binds all functions of the run and allocates the memory: 0, or another result
 * after a complaint. functions_end() has to follow in any case.
 */
int functions_begin(struct functions *f, struct run *run,
		    const struct function_driver *driver);
int functions_end(struct functions *f);

/*
 * Where the memory may be, as far as it is known without the kernel's own list
 * (to be freed); and choose its address with that, too: 0 or -ENOSPC.
 */
void functions_space(const struct functions *f, struct space *space);
int functions_settle(struct functions *f, const struct space *allowed);

/* Places one unit after the other, by join(), which returns 0 or -errno. */
void functions_place(struct functions *f,
		     int (*join)(struct run *run, unsigned int unit));
/* Can every function that is open reach the memory? An enum status. */
int functions_check(const struct functions *f);

void functions_close(struct members *members);

#endif /* CALLERS_FUNCTIONS_H */
