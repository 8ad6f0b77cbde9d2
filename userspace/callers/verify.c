// SPDX-License-Identifier: GPL-2.0-only
/* See verify.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "callers/verify.h"
#include "lib/dma.h"
#include "lib/knobs.h"
#include "lib/words.h"

/* Far more than a page takes, however busy the machine is. */
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

/* The reason of a fault, or the errno if it did not even come to that. */
static const char *reason_of(int err, const struct dma_status *st)
{
	if (err)
		return errno_name(err);
	return st->reason == DMA_FINE ? errno_name(st->ret) :
					dma_reason_words[st->reason];
}

/* Nobody's pattern is a part of another's, nor what was there before. */
static uint64_t pattern_of(unsigned int i)
{
	return 0xd1ce000000000000ULL | (uint64_t)(i + 1) * 0x100010001ULL;
}

/* So that nobody is taken for seeing what an earlier placement wrote. */
static bool clear_slots(const struct verify *v)
{
	static const char zeroes[VERIFY_DEVICES * VERIFY_SLOT];
	autofree char *file = xprintf("buffers/%s/data", v->buffer);
	size_t size = v->n * VERIFY_SLOT;

	return knob_pwrite(v->ctx, file, zeroes, size, 0) == (ssize_t)size;
}

/* Those that could not write are not missed. */
static bool write_slots(const struct verify *v, bool *wrote, struct buf *why)
{
	bool good = true;

	for (unsigned int i = 0; i < v->n; i++) {
		struct dma_status st = { 0 };
		int err = dma_run(v->ctx, v->devices[i], VERIFY_MS, &st,
				  "write %" PRIu64 " %u pattern=%" PRIu64,
				  v->iova + i * VERIFY_SLOT, VERIFY_SLOT,
				  pattern_of(i));

		wrote[i] = !err && !st.ret;
		if (wrote[i])
			continue;
		complain(why, v->devices[i], "write", reason_of(err, &st));
		good = false;
	}
	return good;
}

static bool compare(const struct verify *v, const bool *wrote,
		    const char *reader, const uint64_t *slots, struct buf *why)
{
	bool good = true;

	for (unsigned int i = 0; i < v->n; i++) {
		const uint64_t *slot = slots + i * VERIFY_SLOT / 8;

		if (!wrote[i] ||
		    (slot[0] == pattern_of(i) && slot[1] == pattern_of(i)))
			continue;
		complain(why, reader, "misses", v->devices[i]);
		good = false;
	}
	return good;
}

/* What a device reads of all the slots. */
static bool read_slots(const struct verify *v, const bool *wrote,
		       const char *device, struct buf *why)
{
	uint64_t slots[VERIFY_DEVICES * VERIFY_SLOT / 8];
	autofree char *file = xprintf("devices/%s/dma_data", device);
	size_t size = v->n * VERIFY_SLOT;
	struct dma_status st = { 0 };
	int err = dma_run(v->ctx, device, VERIFY_MS, &st,
			  "read %" PRIu64 " %zu", v->iova, size);

	if (err || st.ret) {
		complain(why, device, "read", reason_of(err, &st));
		return false;
	}
	if (knob_pread(v->ctx, file, slots, size, 0) != (ssize_t)size) {
		complain(why, device, "read", "EIO");
		return false;
	}
	return compare(v, wrote, device, slots, why);
}

/* What the CPU sees, from where the buffer begins. */
static bool look(const struct verify *v, const bool *wrote, struct buf *why)
{
	uint64_t slots[VERIFY_DEVICES * VERIFY_SLOT / 8];
	autofree char *file = xprintf("buffers/%s/data", v->buffer);
	size_t size = v->n * VERIFY_SLOT;

	if (knob_pread(v->ctx, file, slots, size, 0) != (ssize_t)size) {
		complain(why, "cpu", "read", "EIO");
		return false;
	}
	return compare(v, wrote, "cpu", slots, why);
}

bool verify_shared(const struct verify *v, struct buf *why)
{
	bool wrote[VERIFY_DEVICES], good;

	if (!v->n)
		return true;
	if (!clear_slots(v)) {
		complain(why, "cpu", "write", "EIO");
		return false;
	}
	good = write_slots(v, wrote, why);
	for (unsigned int i = 0; i < v->n; i++)
		good &= read_slots(v, wrote, v->devices[i], why);
	return look(v, wrote, why) && good;
}

bool verify_gone(const struct verify *v, struct buf *why)
{
	bool good = true;

	for (unsigned int i = 0; i < v->n; i++) {
		struct dma_status st = { 0 };
		int err = dma_run(v->ctx, v->devices[i], VERIFY_MS, &st,
				  "read %" PRIu64 " %u", v->iova, VERIFY_SLOT);

		if (!err && st.ret && st.reason != DMA_STALE)
			continue;
		complain(why, v->devices[i],
			 err	? errno_name(err) :
			 st.ret ? "stale" :
				  "reaches",
			 "");
		good = false;
	}
	return good;
}
