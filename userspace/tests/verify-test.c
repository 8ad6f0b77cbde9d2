// SPDX-License-Identifier: GPL-2.0-only
/*
 * What verify makes of devices that see the same memory, or do not: on a
 * machine that is an array, with devices that behave as they are told.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "callers/verify.h"
#include "lib/dma.h"
#include "lib/knobs.h"
#include "tests/tap.h"

#define IOVA 0x40000000ULL

/* --- the machine --- */

struct device {
	const char *name;
	enum dma_reason reads, writes; /* how they fault; DMA_FINE: not */
	bool elsewhere; /* it reaches memory of its own instead */
	bool kept; /* it still reaches what was unmapped */
	bool half; /* it reads the first half of each slot alone */
	int busy; /* what starting answers, or 0 */
	bool stuck; /* what it starts ends only when it is stopped */
	/* What it is doing */
	bool running, stopped;
	struct dma_status st;
	unsigned char memory[4096], data[4096];
};

static struct machine {
	struct device devices[4];
	unsigned char memory[4096]; /* of the buffer */
	bool mapped, gone; /* gone: the buffer has no file */
	unsigned int together, most; /* devices that run at the same time */
} m;

static struct device *device(const char *name, size_t len)
{
	for (int i = 0; i < 4; i++) {
		struct device *d = &m.devices[i];

		if (d->name && strlen(d->name) == len &&
		    !strncmp(d->name, name, len))
			return d;
	}
	abort();
}

/* One that can be closed, and tells whose it is. */
static int descriptor(int fd)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	dup2(null, fd);
	close(null);
	return fd;
}

/* What the module does meanwhile; its answer is fetched by dma_wait(). */
static void run(struct device *d, bool write, uint64_t offset,
		unsigned int size, uint64_t pattern)
{
	unsigned char *memory = d->elsewhere ? d->memory : m.memory;
	enum dma_reason reason = write ? d->writes : d->reads;

	if (!m.mapped && !d->kept && reason == DMA_FINE)
		reason = DMA_NOT_MAPPED;
	d->st = (struct dma_status){ .state = DMA_DONE,
				     .access = write ? 'w' : 'r',
				     .reason = reason,
				     .ret = reason == DMA_FINE ? 0 : -EFAULT };
	for (unsigned int i = 0; reason == DMA_FINE && i < size; i++) {
		if (write)
			memory[offset + i] = pattern >> 8 * (i % 8);
		else if (!d->half || i % VERIFY_SLOT < VERIFY_SLOT / 2)
			d->data[i] = memory[offset + i];
	}
}

int dma_start(struct ctx *ctx, const char *name, const char *request)
{
	struct device *d = device(name, strlen(name));
	bool write = !strncmp(request, "write ", 6);
	unsigned long long iova, pattern = 0;
	unsigned int size;

	(void)ctx;
	if (d->busy)
		return d->busy;
	if (sscanf(request,
		   write ? "write %llu %u pattern=%llu" : "read %llu %u", &iova,
		   &size, &pattern) != (write ? 3 : 2) ||
	    iova < IOVA || iova + size > IOVA + sizeof(m.memory))
		abort();
	run(d, write, iova - IOVA, size, pattern);
	d->running = true;
	if (++m.together > m.most)
		m.most = m.together;
	return descriptor(100 + (int)(d - m.devices));
}

int dma_wait(struct ctx *ctx, int fd, int timeout_ms, struct dma_status *st,
	     struct buf *line)
{
	struct device *d = &m.devices[fd - 100];

	(void)ctx;
	(void)timeout_ms;
	(void)line;
	if (d->stuck && !d->stopped)
		return -ETIMEDOUT;
	m.together -= d->running;
	d->running = false;
	*st = d->st;
	return 0;
}

int dma_stop(struct ctx *ctx, const char *name)
{
	(void)ctx;
	device(name, strlen(name))->stopped = true;
	return 0;
}

/* "buffers/buf/data" or "devices/NAME/dma_data" */
ssize_t knob_pread(struct ctx *ctx, const char *file, void *to, size_t n,
		   off_t at)
{
	const char *name = strchr(file, '/') + 1;

	(void)ctx;
	if (at)
		abort();
	if (*file == 'b' && m.gone)
		return -ENOENT;
	memcpy(to,
	       *file == 'b' ? m.memory : device(name, strcspn(name, "/"))->data,
	       n);
	return (ssize_t)n;
}

ssize_t knob_pwrite(struct ctx *ctx, const char *file, const void *from,
		    size_t n, off_t at)
{
	(void)ctx;
	if (strcmp(file, "buffers/buf/data") || at)
		abort();
	if (m.gone)
		return -ENOENT;
	memcpy(m.memory, from, n);
	return (ssize_t)n;
}

/* --- the tests --- */

static struct ctx ctx;
static struct verify v = { .ctx = &ctx };

/* Three devices, and nothing wrong with them. */
static void machine(void)
{
	static const char *const names[] = { "nic0", "gpu0", "ssd0" };

	memset(&m, 0, sizeof(m));
	memset(m.memory, 0xd1, sizeof(m.memory));
	m.mapped = true;
	v = (struct verify){ .ctx = &ctx };
	v.iova = IOVA;
	v.buffer = "buf";
	for (int i = 0; i < 3; i++) {
		m.devices[i].name = names[i];
		m.devices[i].reads = m.devices[i].writes = DMA_FINE;
		verify_add(&v, names[i]);
	}
}

static void says(bool (*verify)(const struct verify *v, struct buf *why),
		 const char *wanted, const char *what)
{
	autobuf struct buf why = { 0 };
	bool good = verify(&v, &why);
	const char *got = why.len ? why.text : "";

	ok(good == !*wanted && !strcmp(got, wanted), what);
	if (strcmp(got, wanted))
		printf("# got: %s\n# wanted: %s\n", got, wanted);
}

static void shared(void)
{
	machine();
	says(verify_shared, "", "all see the same");
	ok(m.most == 3, "all of them are at work together");
	says(verify_shared, "", "and again, over what was there");
	machine();
	v.n = 0;
	says(verify_shared, "", "no device was placed");
	machine();
	m.devices[1].elsewhere = true;
	says(verify_shared,
	     "nic0:misses:gpu0,gpu0:misses:nic0,gpu0:misses:ssd0,ssd0:misses:gpu0,cpu:misses:gpu0",
	     "one has memory of its own");
	machine();
	for (int i = 0; i < 3; i++)
		m.devices[i].elsewhere = true;
	says(verify_shared,
	     "nic0:misses:gpu0,nic0:misses:ssd0,gpu0:misses:nic0,gpu0:misses:ssd0,ssd0:misses:nic0,ssd0:misses:gpu0,cpu:misses:nic0,cpu:misses:gpu0,cpu:misses:ssd0",
	     "each has memory of its own");
	machine();
	m.devices[2].reads = m.devices[2].writes = DMA_FORMAT;
	says(verify_shared, "ssd0:write:format,ssd0:read:format",
	     "one cannot read the table: what it did not write is not missed");
	machine();
	m.devices[0].writes = DMA_PERMISSION;
	says(verify_shared, "nic0:write:permission", "one may not write");
	machine();
	m.devices[0].reads = DMA_BLOCKED;
	says(verify_shared, "nic0:read:blocked", "one may not read");
	machine();
	m.devices[1].half = true;
	says(verify_shared,
	     "gpu0:misses:nic0,gpu0:misses:gpu0,gpu0:misses:ssd0",
	     "one sees the first half of what was written");
}

static void trouble(void)
{
	machine();
	m.devices[1].busy = -EBUSY;
	says(verify_shared, "gpu0:write:EBUSY,gpu0:read:EBUSY",
	     "one is busy with something else");
	machine();
	m.devices[1].stuck = true;
	says(verify_shared, "gpu0:write:ETIMEDOUT",
	     "one does not end: it is stopped, and asked again");
	ok(m.devices[1].stopped, "it was stopped");
	machine();
	m.gone = true;
	says(verify_shared, "cpu:write:EIO", "the buffer has gone");
	machine();
	v.n = VERIFY_DEVICES - 1;
	ok(verify_add(&v, "last") && !verify_add(&v, "one too many"),
	   "there is room for so many devices, and no more");
}

static void unmapped(void)
{
	machine();
	m.mapped = false;
	says(verify_gone, "", "no device reaches what was unmapped");
	m.devices[1].reads = DMA_STALE;
	says(verify_gone, "gpu0:stale", "one has a stale entry");
	m.devices[1].reads = DMA_BLOCKED;
	says(verify_gone, "", "whatever the reason is, a fault is right");
	m.devices[2].kept = true;
	says(verify_gone, "ssd0:reaches", "one still gets there");
	m.devices[2].busy = -ENODEV;
	says(verify_gone, "ssd0:ENODEV", "one has gone");
}

int main(void)
{
	shared();
	trouble();
	unmapped();
	return done_testing();
}
