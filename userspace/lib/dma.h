/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The DMA engines of devices: start an operation, wait until it ends, and say
 * what came of it. docs/ABI.md, devices/NAME/dma.
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

/* What the module says about the last operation of a device. */
struct dma_status {
	uint64_t seq;
	enum dma_state state;
	enum dma_op op;
	uint64_t iova, size;
	uint64_t rounds; /* that were completed */
	uint64_t done; /* bytes of the last one */
	bool has_sum;
	uint32_t sum; /* CRC-32 */
	char access; /* 'r' or 'w' if one faulted, else 0 */
	uint64_t at; /* where it did */
	enum dma_reason reason;
	int ret; /* 0 or -errno */
};

/* What is stopped ends after the page that it is at: within this, at most. */
#define DMA_STOP_MS 2000

/* One line, which is cut into pieces; NULL or what is wrong with it. */
const char *dma_status_parse(char *line, struct dma_status *st);

/*
 * What a driver does first: a PCI function becomes a bus master. Others, and
 * devices that there are not, are left alone. 0 or -errno.
 */
int dma_make_master(struct ctx *ctx, const char *device);

/* Start an operation, "read 0x1000 4096": an fd for dma_wait(), or -errno. */
int dma_start(struct ctx *ctx, const char *device, const char *request);

/* An fd for what runs already, or -errno. */
int dma_watch(struct ctx *ctx, const char *device);

/*
 * Until nothing runs: 0; -ETIMEDOUT after timeout_ms (-1: for ever), and then
 * what it was doing; -EINTR if we are told to end (stop.h), and then it goes on;
 * -EPROTO if the answer makes no sense; -errno. The line as it came is in *line,
 * uncut.
 */
int dma_wait(struct ctx *ctx, int fd, int timeout_ms, struct dma_status *st,
	     struct buf *line);

/* End what runs, and wait for that: 0 or -errno. */
int dma_stop(struct ctx *ctx, const char *device);

/*
 * Why an operation ended with st->ret: a sentence without its subject, such
 * as "read at 0x1000 faulted: ..."; free() it. instance is the one that the
 * device is behind, domain where it is.
 */
char *dma_sentence(const struct dma_status *st, const char *instance,
		   const char *domain);

/*
 * Say that sentence about an operation that has failed; where the device is
 * says more about a fault than the status does. Returns -errno.
 */
int dma_fail(struct ctx *ctx, const char *device, const struct dma_status *st);

#endif /* LIB_DMA_H */
