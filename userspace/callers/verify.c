// SPDX-License-Identifier: GPL-2.0-only
/* See verify.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "callers/verify.h"
#include "lib/dma.h"
#include "lib/knobs.h"
#include "lib/stop.h"
#include "lib/words.h"

/* Far more than the DMA of a page takes, also on a busy machine. */
#define VERIFY_MS 10000

bool verify_add(struct verify *v, const char *device)
{
	if (v->n == VERIFY_DEVICES)
		return false;
	snprintf(v->devices[v->n++], MOCK_NAME_LEN, "%s", device);
	return true;
}

static void complain(struct buf *why, const char *device, const char *what,
		     const char *detail)
{
	buf_printf(why, "%s%s:%s%s%s", why->len ? "," : "", device, what,
		   *detail ? ":" : "", detail);
}

/* The DMA of a device, and its result. */
struct op {
	int fd, err;
	struct dma_status st;
};

/* It succeeded. */
static bool went_well(const struct op *op)
{
	return !op->err && !op->st.ret;
}

/* The reason of a fault, or the errno if the DMA did not start. */
static const char *reason_of(const struct op *op)
{
	if (op->err)
		return errno_name(op->err);
	return op->st.reason == DMA_FINE ? errno_name(op->st.ret) :
					   dma_reason_words[op->st.reason];
}

static void finish(const struct verify *v, unsigned int i, struct op *op)
{
	autobuf struct buf line = { 0 };
	struct ctx patient = deaf(v->ctx);
	bool late;

	op->err = op->fd;
	if (op->fd < 0)
		return;
	do
		op->err = dma_wait(v->ctx, op->fd, VERIFY_MS, &op->st, &line);
	while (op->err == -EINTR && !stopped(v->ctx));
	late = op->err == -ETIMEDOUT || op->err == -EINTR;
	if (late && !dma_stop(v->ctx, v->devices[i]))
		dma_wait(&patient, op->fd, DMA_STOP_MS, &op->st, &line);
	close(op->fd);
}

/*
 * All devices at the same time: each of them takes a while to begin, and so
 * they take that while together.
 */
static void run_all(const struct verify *v,
		    char *(*request)(const struct verify *v, unsigned int i),
		    struct op *ops)
{
	for (unsigned int i = 0; i < v->n; i++) {
		autofree char *text = request(v, i);

		ops[i] = (struct op){ 0 };
		ops[i].fd = dma_start(v->ctx, v->devices[i], text);
	}
	for (unsigned int i = 0; i < v->n; i++)
		finish(v, i, &ops[i]);
}

/* No pattern is a part of another, or of the old contents. */
static uint64_t pattern_of(unsigned int i)
{
	return 0xd1ce000000000000ULL | (uint64_t)(i + 1) * 0x100010001ULL;
}

/*
 * Clears what an earlier placement wrote, so that no device seems to see this
 * one's bytes.
 */
static bool clear_slots(const struct verify *v)
{
	static const char zeroes[VERIFY_DEVICES * VERIFY_SLOT];
	autofree char *file = xprintf("buffers/%s/data", v->buffer);
	size_t size = v->n * VERIFY_SLOT;

	return knob_pwrite(v->ctx, file, zeroes, size, 0) == (ssize_t)size;
}

static char *write_own(const struct verify *v, unsigned int i)
{
	return xprintf("write %" PRIu64 " %u pattern=%" PRIu64,
		       v->iova + i * VERIFY_SLOT, VERIFY_SLOT, pattern_of(i));
}

static char *read_all(const struct verify *v, unsigned int i)
{
	(void)i;
	return xprintf("read %" PRIu64 " %u", v->iova, v->n * VERIFY_SLOT);
}

static char *read_one(const struct verify *v, unsigned int i)
{
	(void)i;
	return xprintf("read %" PRIu64 " %u", v->iova, VERIFY_SLOT);
}

/* The bytes of a device that could not write are not expected. */
static bool write_slots(const struct verify *v, struct op *wrote,
			struct buf *why)
{
	bool good = true;

	run_all(v, write_own, wrote);
	for (unsigned int i = 0; i < v->n; i++) {
		if (went_well(&wrote[i]))
			continue;
		complain(why, v->devices[i], "write", reason_of(&wrote[i]));
		good = false;
	}
	return good;
}

static bool compare(const struct verify *v, const struct op *wrote,
		    const char *reader, const uint64_t *slots, struct buf *why)
{
	bool good = true;

	for (unsigned int i = 0; i < v->n; i++) {
		const uint64_t *slot = slots + i * VERIFY_SLOT / 8;

		if (!went_well(&wrote[i]) ||
		    (slot[0] == pattern_of(i) && slot[1] == pattern_of(i)))
			continue;
		complain(why, reader, "misses", v->devices[i]);
		good = false;
	}
	return good;
}

/* The first bytes of a file, which the slots take, as the reader has them. */
static bool compare_file(const struct verify *v, const struct op *wrote,
			 const char *reader, const char *file, struct buf *why)
{
	uint64_t slots[VERIFY_DEVICES * VERIFY_SLOT / 8];
	ssize_t size = v->n * VERIFY_SLOT;

	if (knob_pread(v->ctx, file, slots, size, 0) != size) {
		complain(why, reader, "read", "EIO");
		return false;
	}
	return compare(v, wrote, reader, slots, why);
}

static bool read_slots(const struct verify *v, const struct op *wrote,
		       struct buf *why)
{
	struct op reads[VERIFY_DEVICES];
	bool good = true;

	run_all(v, read_all, reads);
	for (unsigned int i = 0; i < v->n; i++) {
		const char *device = v->devices[i];
		autofree char *file = xprintf("devices/%s/dma_data", device);

		if (went_well(&reads[i])) {
			good &= compare_file(v, wrote, device, file, why);
			continue;
		}
		complain(why, device, "read", reason_of(&reads[i]));
		good = false;
	}
	return good;
}

bool verify_shared(const struct verify *v, struct buf *why)
{
	autofree char *file = xprintf("buffers/%s/data", v->buffer);
	struct op wrote[VERIFY_DEVICES];
	bool good;

	if (!v->n)
		return true;
	if (!clear_slots(v)) {
		complain(why, "cpu", "write", "EIO");
		return false;
	}
	good = write_slots(v, wrote, why);
	good &= read_slots(v, wrote, why);
	return compare_file(v, wrote, "cpu", file, why) && good;
}

bool verify_gone(const struct verify *v, struct buf *why)
{
	struct op reads[VERIFY_DEVICES];
	bool good = true;

	run_all(v, read_one, reads);
	for (unsigned int i = 0; i < v->n; i++) {
		const struct op *op = &reads[i];

		if (!op->err && op->st.ret && op->st.reason != DMA_STALE)
			continue;
		complain(why, v->devices[i],
			 went_well(op) ? "reaches" : reason_of(op), "");
		good = false;
	}
	return good;
}
