// SPDX-License-Identifier: GPL-2.0-only
/* The result of a scenario's steps: the places of devices, and their DMA. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/dma.h"
#include "lib/knobs.h"
#include "lib/stop.h"
#include "lib/words.h"
#include "scenario/scenario.h"

char *sc_where(struct scene *s, const char *device)
{
	struct model *m;
	const struct m_device *dev = sc_look(s, device, &m);
	char *where = NULL;

	if (dev) {
		where = xstrdup(
			strncmp(dev->domain, SC_PREFIX, strlen(SC_PREFIX)) ?
				dev->domain :
				dev->domain + strlen(SC_PREFIX));
		sc_note(s, "device show %s: it is on %s", dev->name,
			dev->domain);
	}
	model_free(m);
	return where ? where : xstrdup("?");
}

bool sc_enforces(struct scene *s, const char *device)
{
	struct model *m;
	const struct m_device *dev = sc_look(s, device, &m);
	const struct m_domain *dom = dev ? model_domain(m, dev->domain) : NULL;
	bool enforces = dom && dom->enforce;

	if (dom)
		sc_note(s, "domain show %s: enforce=%d", dom->name, enforces);
	else if (dev)
		sc_fail(s, "%s is on no domain", dev->name);
	model_free(m);
	return enforces;
}

unsigned int sc_domains_in_use(struct scene *s)
{
	struct model *m = sc_over(s) ? NULL : model_read(s->ctx);
	unsigned int n = 0;

	for (unsigned int i = 0; m && i < m->n_domains; i++) {
		const struct names *devices = &m->domains[i].devices;

		n += devices->n &&
		     !strncmp(devices->v[0], SC_PREFIX, strlen(SC_PREFIX));
	}
	model_free(m);
	if (!s->broken)
		sc_note(s, "domain list: %u have devices", n);
	return n;
}

static unsigned int count(struct scene *s, const char *a, const char *b,
			  const char *c)
{
	char *line, *rest, *text;
	unsigned int n = 0;

	kernel_drain(&s->kernel);
	text = rest = xstrdup(s->kernel.lines.text ? s->kernel.lines.text : "");
	while ((line = strsep(&rest, "\n")))
		n += strstr(line, a) && strstr(line, b) && strstr(line, c);
	free(text);
	return n;
}

unsigned int sc_count(struct scene *s, const char *a, const char *b)
{
	return count(s, a, b, "");
}

bool sc_saw(struct scene *s, const char *event, const char *key,
	    const char *reason)
{
	autofree char *why = xprintf(" reason=%s ", reason);

	return count(s, event, key, why);
}

bool sc_attached_with(struct scene *s, const char *device, const char *reason)
{
	autofree char *dev = xprintf(" device=" SC_PREFIX "%s ", device);

	return sc_saw(s, " attach ", dev, reason);
}

static int run_dma(struct scene *s, const char *device, const char *request,
		   struct dma_status *st)
{
	autobuf struct buf line = { 0 };
	struct ctx patient = deaf(s->ctx);
	int fd = dma_enable(s->ctx, device), err;

	if (!fd)
		fd = dma_start(s->ctx, device, request);
	err = fd < 0 ? fd : dma_wait(&patient, fd, 5000, st, &line);
	if (fd >= 0)
		close(fd);
	return err;
}

static int dma(struct scene *s, const char *device, const char *request,
	       const char **reason)
{
	autofree char *full = xprintf(SC_PREFIX "%s", device);
	struct dma_status st = { 0 };
	int err;

	*reason = "";
	if (s->broken)
		return 0;
	err = run_dma(s, full, request, &st);
	/*
	 * vfio-pci lets a function sleep a moment after it was bound, which takes back
	 * what dma_enable() did. It does so once.
	 */
	if (!err && st.reason == DMA_NOT_MASTER)
		err = run_dma(s, full, request, &st);
	if (err) {
		sc_fail(s, "the DMA of %s did not end: %s (%s)", full,
			knob_last_error(s->ctx), errno_name(err));
		return err;
	}
	if (st.reason != DMA_FINE)
		*reason = dma_reason_words[st.reason];
	sc_note(s, "device dma %s %s: %s %s", full, request,
		st.ret ? errno_name(st.ret) : "done", *reason);
	return st.ret;
}

int sc_dma(struct scene *s, const char *device, uint64_t iova,
	   const char **reason)
{
	autofree char *request = xprintf("write 0x%llx 16 pattern=0x42",
					 (unsigned long long)iova);

	return dma(s, device, request, reason);
}

int sc_dma_read(struct scene *s, const char *device, uint64_t iova,
		const char **reason)
{
	autofree char *request =
		xprintf("sum 0x%llx 16", (unsigned long long)iova);

	return dma(s, device, request, reason);
}
