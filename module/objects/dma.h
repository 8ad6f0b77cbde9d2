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
#include "thread.h"

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
 * @op: read, write, copy or sum
 * @pasid: the PASID of its accesses, below mock_device.max_pasids; 0: none
 * @iova: first address
 * @size: bytes, 1 to MOCK_DMA_MAX; IOVA and size fit into 64 bits
 * @to: copy: the first address written
 * @pattern: write: 64 bits, little-endian
 * @repeat: number of rounds, 1 to MOCK_DMA_REPEAT_MAX
 * @stops: mock_dma.stops when the request was made
 * @by: the thread that made the request
 * @done: called when the operation has ended, in process context, before the
 *        device can go; may be NULL
 */
struct mock_dma_request {
	enum mock_dma_op op;
	u32 pasid;
	u64 iova;
	u64 size;
	u64 to;
	u64 pattern;
	u64 repeat;
	int stops;
	struct mock_thread by;
	void (*done)(struct mock_device *mdev,
		     const struct mock_dma_status *st);
};

/**
 * struct mock_dma_status - state of the current or the last operation
 * @seq: number of the operation on this device, 0: there was none
 * @busy: the operation has not ended
 * @req: the request
 * @rounds: number of rounds that were completed
 * @done: bytes that the last round moved
 * @sum: sum: the CRC-32
 * @why: why an access faulted, or MOCK_DMA_FINE
 * @access: PGT_READ or PGT_WRITE, if an access faulted
 * @at: address of that access
 * @ret: 0; -EFAULT; -ECANCELED; an injected errno
 * @since: mock_journal_last() when the operation began
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
	u64 since;
};

/**
 * struct mock_dma - the engine
 * @work: runs an operation, and writes the bytes of @data meanwhile
 * @stops: how often the engine was told to stop. Each stop ends the operations
 *         that were requested before it, even one that has not begun yet
 * @lock: protects @st, @dying and @len
 * @st: status
 * @dying: the device goes; no operation can be started
 * @data_lock: protects @data. A thread holds it to read @data, to start an
 *             operation, which may replace @data, or to wait for the end of a
 *             stopped one; outside @lock
 * @data: the bytes of the last "read", or NULL
 * @len: number of these bytes
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
void mock_dma_queue_later(struct delayed_work *work, unsigned int ms);
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
