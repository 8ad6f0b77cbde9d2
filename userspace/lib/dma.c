// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/dma.h"
#include "lib/env.h"
#include "lib/knobs.h"
#include "lib/root.h"
#include "lib/stop.h"
#include "lib/words.h"

static const char *const state_words[] = { "idle", "busy", "done", NULL };

/* A word of a list; "-" is its end. */
static bool set_word(const char *const *list, const char *value, int *to)
{
	int i = word_index(list, value);

	if (i >= 0)
		*to = i;
	return i >= 0 || !strcmp(value, "-");
}

static bool set_sum(struct dma_status *st, const char *value)
{
	uint64_t sum;

	if (!strcmp(value, "-"))
		return true;
	if (!number_parse(value, &sum) || sum > UINT32_MAX)
		return false;
	st->has_sum = true;
	st->sum = sum;
	return true;
}

static bool set_access(struct dma_status *st, const char *value)
{
	if (!strcmp(value, "-"))
		return true;
	st->access = *value;
	return !strcmp(value, "r") || !strcmp(value, "w");
}

static bool set_number(const char *value, uint64_t *to)
{
	return !strcmp(value, "-") || number_parse(value, to);
}

static bool set(struct dma_status *st, const char *key, const char *value)
{
	int word = -1, err;

	if (!strcmp(key, "seq"))
		return set_number(value, &st->seq);
	if (!strcmp(key, "iova"))
		return set_number(value, &st->iova);
	if (!strcmp(key, "size"))
		return set_number(value, &st->size);
	if (!strcmp(key, "rounds"))
		return set_number(value, &st->rounds);
	if (!strcmp(key, "done"))
		return set_number(value, &st->done);
	if (!strcmp(key, "pasid"))
		return set_number(value, &st->pasid);
	if (!strcmp(key, "at"))
		return set_number(value, &st->at);
	if (!strcmp(key, "sum"))
		return set_sum(st, value);
	if (!strcmp(key, "access"))
		return set_access(st, value);
	if (!strcmp(key, "ret")) {
		err = errno_parse(value);
		st->ret = -err;
		return err >= 0;
	}
	if (!strcmp(key, "state")) {
		if (!set_word(state_words, value, &word) || word < 0)
			return false;
		st->state = (enum dma_state)word;
	} else if (!strcmp(key, "op")) {
		if (!set_word(dma_words, value, &word))
			return false;
		st->op = word < 0 ? DMA_NO_OP : (enum dma_op)word;
		return st->op <= DMA_NO_OP;
	} else if (!strcmp(key, "reason")) {
		if (!set_word(dma_reason_words, value, &word))
			return false;
		st->reason = word < 0 ? DMA_FINE : (enum dma_reason)word;
	}
	return true; /* keys that are unknown are passed over */
}

const char *dma_status_parse(char *line, struct dma_status *st)
{
	bool state = false;
	char *word;

	*st = (struct dma_status){ .op = DMA_NO_OP, .reason = DMA_FINE };
	line[strcspn(line, "\n")] = '\0';
	while ((word = strsep(&line, " "))) {
		char *equals = strchr(word, '=');

		if (!*word)
			continue;
		if (!equals)
			return "a word that is not KEY=VALUE";
		*equals = '\0';
		if (!set(st, word, equals + 1))
			return "a value that cannot be";
		state |= !strcmp(word, "state");
	}
	if (!state)
		return "no state";
	if (st->state == DMA_DONE && st->op == DMA_NO_OP)
		return "it is done, but no operation";
	return NULL;
}

static char *file_of(const char *device)
{
	return xprintf("devices/%s/dma", device);
}

int dma_start(struct ctx *ctx, const char *device, const char *request)
{
	autofree char *file = file_of(device);

	return knob_start(ctx, file, "%s", request);
}

int dma_watch(struct ctx *ctx, const char *device)
{
	autofree char *file = file_of(device);

	return knob_watch(ctx, file);
}

/* A recorded file is always ready, and its answer stays what it is. */
static int wait_ready(struct ctx *ctx, int fd, long long left)
{
	int ms = left < 0 ? 0 : left < 1000 ? left : 1000;

	if (ctx_recorded(ctx))
		usleep(10000);
	return wait_for(ctx, fd, ms);
}

int dma_wait(struct ctx *ctx, int fd, int timeout_ms, struct dma_status *st,
	     struct buf *line)
{
	long long end = now_ms() + timeout_ms;

	for (;;) {
		long long left = timeout_ms < 0 ? 1000 : end - now_ms();
		autofree char *copy = NULL;
		int err = wait_ready(ctx, fd, left);

		if (!err)
			err = knob_look(fd, line);
		if (err)
			return err;
		line->len = strcspn(line->text, "\n");
		line->text[line->len] = '\0';
		copy = xstrdup(line->text);
		if (dma_status_parse(copy, st))
			return -EPROTO;
		if (st->state != DMA_BUSY)
			return 0;
		if (left <= 0)
			return -ETIMEDOUT;
	}
}

static int get_bytes(int fd, uint8_t *bytes, size_t n, off_t at)
{
	ssize_t got = pread(fd, bytes, n, at);

	return got < 0 ? -errno : (size_t)got == n ? 0 : -EIO;
}

/* Give a byte of the configuration space these bits where the mask says. */
static int set_bits(int fd, off_t at, uint8_t mask, uint8_t bits)
{
	uint8_t byte;
	int err = get_bytes(fd, &byte, 1, at);
	ssize_t put;

	if (err || (byte & mask) == bits)
		return err;
	byte = (byte & ~mask) | bits;
	put = pwrite(fd, &byte, 1, at);
	return put < 0 ? -errno : put == 1 ? 0 : -EIO;
}

/* The place of the power management capability in *at; 0: there is none. */
static int find_power(int fd, uint8_t *at)
{
	uint8_t entry[2]; /* id, place of the next */
	int err = get_bytes(fd, at, 1, PCI_CAPABILITY_LIST);

	/* The capabilities fit into 192 bytes; a list that goes round ends, too. */
	for (unsigned int i = 0; !err && *at && i < 48; i++) {
		err = get_bytes(fd, entry, sizeof(entry), *at);
		if (err || entry[0] == PCI_CAP_ID_PM)
			return err;
		*at = entry[1];
	}
	*at = 0;
	return err;
}

/* The change to D0 may reset the function, so bus mastering comes after it. */
int dma_enable_in(int fd)
{
	uint8_t power;
	int err = find_power(fd, &power);

	if (!err && power)
		err = set_bits(fd, power + PCI_PM_CTRL, PCI_PM_CTRL_STATE_MASK,
			       0);
	if (!err)
		err = set_bits(fd, PCI_COMMAND, PCI_COMMAND_MASTER,
			       PCI_COMMAND_MASTER);
	return err;
}

int dma_enable(struct ctx *ctx, const char *device)
{
	autofree char *info = xprintf("devices/%s/info", device);
	autofree char *bus = NULL, *dev = NULL, *path = NULL;
	autobuf struct buf text = { 0 };
	int fd, err;

	if (ctx_recorded(ctx) || knob_read(ctx, info, &text))
		return 0;
	bus = env_fact(text.text, "bus");
	dev = env_fact(text.text, "dev");
	if (!bus || !dev || strcmp(bus, "pci"))
		return 0;
	path = xprintf("/sys/bus/pci/devices/%s/config", dev);
	fd = root_open(ctx, path, O_RDWR);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	err = dma_enable_in(fd);
	close(fd);
	return err;
}

int dma_stop(struct ctx *ctx, const char *device)
{
	autofree char *file = file_of(device);

	return knob_write(ctx, file, "stop");
}

/* The fault in words. */
static char *because(const struct dma_status *st, const char *instance,
		     const char *domain)
{
	switch (st->reason) {
	case DMA_NO_DOMAIN:
		return xstrdup("the device is on no domain: attach it to one");
	case DMA_BLOCKED:
		return xprintf(
			"the %s is blocked: attach it to a domain that maps the address",
			st->pasid ? "PASID" : "device");
	case DMA_IDENTITY:
		return xstrdup(
			"the device is on identity, through which mock devices touch nothing: attach it to a domain");
	case DMA_NOT_MAPPED:
		return xprintf(
			"nothing is mapped there in %s for the walker of %s",
			domain, instance);
	case DMA_PERMISSION:
		return xprintf("the mapping in %s does not allow it", domain);
	case DMA_FORMAT:
		return xprintf(
			"the walker of %s cannot read what it finds in the table of %s: format, address sizes and page sizes must fit",
			instance, domain);
	case DMA_STALE:
		return xprintf(
			"the IOTLB of %s still has what %s mapped there before: its invalidation was lost",
			instance, domain);
	case DMA_NOT_RAM:
		return xprintf("what %s maps there is not memory", domain);
	case DMA_INJECTED:
		return xprintf("a fault is injected at dma of %s", instance);
	case DMA_NOT_MASTER:
		return xstrdup(
			"the function is in D3hot or not a bus master: its driver has not set bit 2 of its command register");
	case DMA_PAGE_INVALID:
		return xprintf(
			"%s asked for the page, and the answer is that it cannot be had",
			instance);
	case DMA_PAGE_FAILURE:
		return xprintf("%s asked for the page, and got no good answer",
			       instance);
	case DMA_PAGE_LOST:
		return xprintf("the answer to a request of %s was lost",
			       instance);
	case DMA_PAGE_OVERFLOW:
		return xprintf(
			"%s has no room for one more request for a page: set pri= larger",
			instance);
	case DMA_STAGE1_TABLE:
		return xprintf(
			"%s is the table of a user, and a part of it is not in memory that its stage 2 lets the device read",
			domain);
	case DMA_STAGE2:
		return xprintf(
			"%s, the table of a user, leads to an address that its stage 2 does not map",
			domain);
	case DMA_FINE:
		break;
	}
	return xstrdup("");
}

char *dma_sentence(const struct dma_status *st, const char *instance,
		   const char *domain)
{
	autofree char *why = NULL;

	if (st->ret == -ECANCELED)
		return xprintf("%s was stopped after %" PRIu64
			       " rounds (ECANCELED)",
			       dma_words[st->op], st->rounds);
	if (st->reason == DMA_FINE)
		return xprintf("%s failed (%s)", dma_words[st->op],
			       errno_name(st->ret));
	why = because(st, instance, domain);
	return xprintf("%s at 0x%" PRIx64 " faulted: %s (%s)",
		       st->access == 'w' ? "write" : "read", st->at, why,
		       st->reason == DMA_INJECTED ?
			       errno_name(st->ret) :
			       dma_reason_words[st->reason]);
}

/* "5:dom0,6:dom1" of a device: the domain of a PASID; NULL: none. free() it. */
static char *domain_of_pasid(const char *attached, uint64_t pasid)
{
	for (const char *at = attached; at && *at;) {
		char *end;
		size_t len;

		if (strtoull(at, &end, 10) == pasid && *end == ':')
			return xstrndup(end + 1, strcspn(end + 1, ","));
		len = strcspn(at, ",");
		at += len + (at[len] == ',');
	}
	return NULL;
}

int dma_fail(struct ctx *ctx, const char *device, const struct dma_status *st)
{
	autofree char *file = xprintf("devices/%s/info", device);
	autofree char *instance = NULL;
	autofree char *attached = NULL;
	autofree char *domain = NULL;
	autofree char *sentence = NULL;
	autobuf struct buf info = { 0 };

	if (!knob_read(ctx, file, &info)) {
		instance = env_fact(info.text, "instance");
		attached = env_fact(info.text, "attached");
		domain = st->pasid ? domain_of_pasid(attached, st->pasid) :
				     env_fact(info.text, "domain");
	}
	sentence = dma_sentence(st, instance ? instance : "its instance",
				domain ? domain : "its domain");
	return fail_errno(ctx, st->ret, device, "%s", sentence);
}
