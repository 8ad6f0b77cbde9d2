/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The DMA engines of devices: start an operation, wait until it ends, and
 * describe its result. docs/ABI.md describes the file devices/NAME/dma.
 */
#ifndef LIB_DMA_H
#define LIB_DMA_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/ctx.h"
#include "lib/mem.h"
#include "module/abi.h"

enum dma_op {
#define X(id, name) DMA_##id,
	MOCK_DMA_OPS(X)
#undef X
		DMA_NO_OP,
};

enum dma_reason {
#define X(id, name) DMA_##id,
	MOCK_DMA_REASONS(X)
#undef X
		DMA_FINE, /* nothing faulted */
};

enum dma_state { DMA_IDLE, DMA_BUSY, DMA_DONE };

/* The module's record of the last operation of a device. */
struct dma_status {
	uint64_t seq;
	enum dma_state state;
	enum dma_op op;
	uint64_t iova, size;
	uint64_t rounds; /* that were completed */
	uint64_t done; /* bytes of the last round */
	bool has_sum;
	uint32_t sum; /* CRC-32 */
	char access; /* the access that faulted, 'r' or 'w'; 0: none */
	uint64_t at; /* where it did */
	enum dma_reason reason;
	int ret; /* 0 or -errno */
	uint64_t pasid; /* 0: without a PASID */
};

/* The longest time that a stopped operation takes to end its current page. */
#define DMA_STOP_MS 2000

/* One line, which is cut into pieces; NULL or what is wrong with it. */
const char *dma_status_parse(char *line, struct dma_status *st);

/*
 * Makes a PCI function able to do DMA, as a driver does first: in D0, and a bus
 * master. vfio-pci leaves a function that nobody has opened in D3hot. Leaves
 * other devices alone, and does nothing for a device that does not exist. 0 or
 * -errno.
 */
int dma_enable(struct ctx *ctx, const char *device);

/* The same for the function whose configuration space the fd has. */
int dma_enable_in(int fd);

/* Start an operation, "read 0x1000 4096": an fd for dma_wait(), or -errno. */
int dma_start(struct ctx *ctx, const char *device, const char *request);

/* An fd to wait for an operation that runs already, or -errno. */
int dma_watch(struct ctx *ctx, const char *device);

/*
 * Waits until the operation ends: 0. -ETIMEDOUT after timeout_ms (-1: no
 * limit); the status is then that of the running operation. -EINTR if the work
 * is to end (stop.h); the operation continues. -EPROTO if the answer makes no
 * sense; or another -errno. *line is the module's line, uncut.
 */
int dma_wait(struct ctx *ctx, int fd, int timeout_ms, struct dma_status *st,
	     struct buf *line);

/* Stops the operation and waits for its end: 0 or -errno. */
int dma_stop(struct ctx *ctx, const char *device);

/*
 * Describes why an operation ended with st->ret, in a sentence without subject:
 * "read at 0x1000 faulted: ..."; free() it. instance is the instance that the
 * device is behind, domain the domain that the device, or the PASID, is on.
 */
char *dma_sentence(const struct dma_status *st, const char *instance,
		   const char *domain);

/*
 * Complains with that sentence about a failed operation. The function looks up
 * the device's place, which explains a fault better than the status. Returns
 * -errno.
 */
int dma_fail(struct ctx *ctx, const char *device, const struct dma_status *st);

#endif /* LIB_DMA_H */
