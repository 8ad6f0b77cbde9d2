// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA while others are placed. A device that is placed already must not notice
 * a refusal, a domain that is tried and left, or an unwind.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "lib/dma.h"
#include "lib/words.h"
#include "matrix/run/runner.h"

/* Far more than a page takes, however busy the machine is. */
#define STOP_MS (5 * DMA_STOP_MS)

static void start(struct runner *r, int dev)
{
	const char *device = r->built.topo->devs[dev].name;
	autofree char *request = xprintf("sum %llu %u repeat=%lu", MX_IOVA,
					 MX_BUFFER_SIZE, MOCK_DMA_REPEAT_MAX);
	int fd = dma_start(r->target.ctx, device, request);

	if (fd < 0) {
		trial_wrong(&r->trial, "%s does no DMA: %s", device,
			    errno_name(fd));
		return;
	}
	close(fd);
	r->trial.reading[dev] = true;
}

void traffic_start(struct runner *r)
{
	if (!r->trial.cell->row || !r->trial.cell->row->dma ||
	    r->options.no_verify || r->trial.run.probing)
		return;
	for (unsigned int u = 0; u < r->trial.run.n_units; u++)
		for (int i = 0; r->trial.run.units[u].domain >= 0 &&
				i < r->built.units[u].n;
		     i++)
			if (!r->trial.reading[r->built.units[u].devs[i]])
				start(r, r->built.units[u].devs[i]);
}

/* Stopped, or why it has ended before: the reason; NULL: all is well. */
static const char *ended(const struct dma_status *st)
{
	if (st->reason != DMA_FINE)
		return dma_reason_words[st->reason];
	return st->ret && st->ret != -ECANCELED ? errno_name(st->ret) : NULL;
}

static void stop(struct runner *r, int dev)
{
	const char *device = r->built.topo->devs[dev].name, *why;
	int fd = dma_watch(r->target.ctx, device), err;
	autobuf struct buf line = { 0 };
	autofree char *wrong = NULL;
	struct dma_status st;

	dma_stop(r->target.ctx, device);
	err = fd < 0 ? fd : dma_wait(r->target.ctx, fd, STOP_MS, &st, &line);
	if (fd >= 0)
		close(fd);
	if (err) {
		trial_wrong(&r->trial, "the DMA of %s does not end: %s", device,
			    errno_name(err));
		return;
	}
	why = ended(&st);
	if (why)
		wrong = xprintf(
			"%s cannot read its memory while others are placed: %s",
			device, why);
	judge_state(r->trial.judge, R14, WHO_DRIVER, wrong);
}

void traffic_stop(struct runner *r)
{
	for (int i = 0; i < MX_DEVS; i++)
		if (r->trial.reading[i])
			stop(r, i);
	memset(r->trial.reading, 0, sizeof(r->trial.reading));
}
