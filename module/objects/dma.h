/* SPDX-License-Identifier: GPL-2.0-only */
/* The DMA engine of a device: one operation at a time, in the background. */
#ifndef MOCK_DMA_H
#define MOCK_DMA_H

#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "../datapath/mmu.h"

struct mock_device;
struct wait_queue_head;

enum mock_dma_op {
#define X(sym, name) MOCK_DMA_OP_##sym,
	MOCK_DMA_OPS(X)
#undef X
	MOCK_NR_DMA_OPS,
};

struct mock_dma_status;

/**
 * struct mock_dma_request - one operation
 * @op: which
 * @iova: first address
 * @size: bytes, 1 to MOCK_DMA_MAX; IOVA and size fit into 64 bits
 * @to: copy: the first address written
 * @pattern: write: 64 bits, little-endian
 * @repeat: how often, 1 to MOCK_DMA_REPEAT_MAX
 * @stops: mock_dma.stops when it was asked for
 * @pid: who asks: a process
 * @tid: and its thread
 * @comm: its name
 * @done: told when it has ended, in process context, before the device can go;
 *        may be NULL
 */
struct mock_dma_request {
	enum mock_dma_op op;
	u64 iova;
	u64 size;
	u64 to;
	u64 pattern;
	u64 repeat;
	int stops;
	pid_t pid;
	pid_t tid;
	char comm[16];
	void (*done)(struct mock_device *mdev,
		     const struct mock_dma_status *st);
};

/**
 * struct mock_dma_status - how the last operation goes or went
 * @seq: its number on this device, 0: there was none
 * @busy: it is not finished
 * @req: what was asked
 * @rounds: how often it was done
 * @done: bytes of the last round that were moved
 * @sum: sum: the CRC-32
 * @why: what faulted, or MOCK_DMA_FINE
 * @access: PGT_READ or PGT_WRITE, if it faulted
 * @at: the address, likewise
 * @ret: 0; -EFAULT; -ECANCELED; an injected errno
 */
struct mock_dma_status {
	u64 seq;
	bool busy;
	struct mock_dma_request req;
	u64 rounds;
	u64 done;
	u32 sum;
	enum mock_dma_reason why;
	u32 access;
	u64 at;
	int ret;
};

/**
 * struct mock_dma - the engine
 * @work: runs an operation, and writes what @data points to meanwhile
 * @stops: how often it was told to stop: what was asked for before ends, even
 *         if it has not begun yet
 * @lock: protects @st, @dying and @len
 * @st: status
 * @dying: the device goes; nothing is started any more
 * @data_lock: who reads @data holds it, and who starts an operation, which
 *             may change it, or waits for the end of a stopped one; outside
 *             @lock
 * @data: what the last "read" brought, or NULL
 * @len: bytes of it
 */
struct mock_dma {
	struct work_struct work;
	atomic_t stops;
	spinlock_t lock; /* protects @st, @dying and @len */
	struct mock_dma_status st;
	bool dying;
	struct mutex data_lock; /* keeps @data while it is read */
	u8 *data;
	size_t len;
};

void mock_dma_asked(struct mock_device *mdev, struct mock_dma_request *req);

void mock_dma_queue(struct work_struct *work);
int mock_dma_init(void);
void mock_dma_exit(void);

void mock_dma_setup(struct mock_device *mdev);
void mock_dma_shutdown(struct mock_device *mdev);
int mock_dma_start(struct mock_device *mdev,
		   const struct mock_dma_request *req);
void mock_dma_stop(struct mock_device *mdev);
void mock_dma_stop_wait(struct mock_device *mdev);
bool mock_dma_valid(const struct mock_dma_request *req);
int mock_dma_wait(struct mock_device *mdev);
void mock_dma_get_status(struct mock_device *mdev, struct mock_dma_status *st);
struct wait_queue_head *mock_dma_waitqueue(void);

#endif /* MOCK_DMA_H */
