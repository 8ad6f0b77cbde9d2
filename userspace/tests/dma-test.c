// SPDX-License-Identifier: GPL-2.0-only
/* What the module says about a DMA operation, and what people are told. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/dma.h"
#include "lib/words.h"
#include "tests/tap.h"

static const char *parse(const char *text, struct dma_status *st)
{
	autofree char *copy = xstrdup(text);

	return dma_status_parse(copy, st);
}

#define READ \
	"seq=7 state=done op=read iova=0x1000 size=0x2000 rounds=3 done=0x1800 "

static void understood(void)
{
	struct dma_status st;

	ok(!parse("seq=0 state=idle\n", &st) && st.state == DMA_IDLE &&
		   !st.seq && st.op == DMA_NO_OP && st.reason == DMA_FINE &&
		   !st.ret && !st.has_sum && !st.access,
	   "a device that did nothing yet");
	ok(!parse(READ "sum=- access=- at=- reason=- ret=0\n", &st) &&
		   st.state == DMA_DONE && st.seq == 7 && st.op == DMA_READ &&
		   st.iova == 0x1000 && st.size == 0x2000 && st.rounds == 3 &&
		   st.done == 0x1800 && !st.has_sum && !st.access &&
		   st.reason == DMA_FINE && !st.ret,
	   "one that read");
	ok(!parse(READ "sum=- access=r at=0x2800 reason=not-ram ret=-EFAULT",
		  &st) &&
		   st.access == 'r' && st.at == 0x2800 &&
		   st.reason == DMA_NOT_RAM && st.ret == -EFAULT,
	   "one that faulted");
	ok(!parse("seq=1 state=done op=sum sum=0x00000000 reason=- ret=0",
		  &st) &&
		   st.has_sum && !st.sum,
	   "a sum of 0 is one");
	ok(!parse("seq=2 state=busy op=copy mood=fair ret=0", &st) &&
		   st.state == DMA_BUSY && st.op == DMA_COPY,
	   "a key that is not known is passed over");
}

/* A configuration space with these bytes, and what it is like afterwards. */
static unsigned char space[256];

static void byte_at(unsigned int at, unsigned char value)
{
	space[at] = value;
}

static int enabled(size_t size)
{
	FILE *file = tmpfile();
	int err = -1;

	if (file && fwrite(space, size, 1, file) == 1 && !fflush(file)) {
		err = dma_enable_in(fileno(file));
		rewind(file);
		if (fread(space, size, 1, file) != 1)
			err = -1;
	}
	if (file)
		fclose(file);
	return err;
}

static void enable(void)
{
	byte_at(PCI_COMMAND, PCI_COMMAND_MEMORY);
	ok(!enabled(256) && space[PCI_COMMAND] ==
				    (PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER),
	   "a function without power management becomes a bus master");
	byte_at(PCI_CAPABILITY_LIST, 0x40);
	byte_at(0x40, PCI_CAP_ID_EXP);
	byte_at(0x41, 0xd8);
	byte_at(0xd8, PCI_CAP_ID_PM);
	byte_at(0xdc, PCI_PM_CTRL_NO_SOFT_RESET | 3);
	byte_at(PCI_COMMAND, 0);
	ok(!enabled(256) && space[0xdc] == PCI_PM_CTRL_NO_SOFT_RESET &&
		   space[PCI_COMMAND] == PCI_COMMAND_MASTER,
	   "one that is in D3hot goes into D0 first");
	byte_at(0xd8, PCI_CAP_ID_VNDR);
	byte_at(0xd9, 0x40);
	byte_at(0xdc, 3);
	ok(!enabled(256) && space[0xdc] == 3,
	   "a list of capabilities that goes round ends");
	ok(enabled(64) == -EIO, "a capability that cannot be read is an error");
	memset(space, 0, sizeof(space));
}

static void refused(void)
{
	static const char *const bad[] = {
		"",
		"\n",
		"seq=1",
		"seq=1 state",
		"seq=1 state=sleeping",
		"seq=1 state=-",
		"seq=1 state=done",
		"seq=1 state=done op=-",
		"seq=one state=idle",
		"state=done op=erase",
		"state=done op=stop",
		"state=done op=read iova=here",
		"state=done op=read size=",
		"state=done op=read size=4K",
		"state=done op=sum sum=0x100000000",
		"state=done op=read access=x",
		"state=done op=read access=",
		"state=done op=read reason=bad-luck",
		"state=done op=read ret=-EBADLUCK",
	};
	bool all = true;

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		struct dma_status st;

		if (parse(bad[i], &st))
			continue;
		printf("# taken: %s\n", bad[i]);
		all = false;
	}
	ok(all, "what makes no sense is refused");
}

static void sliced(void)
{
	static const char line[] = READ
		"sum=0x12 access=w at=0x3000 reason=format ret=-EFAULT\n";
	struct dma_status st;
	char copy[sizeof(line)];

	for (size_t n = 0; n < sizeof(line); n++) {
		memcpy(copy, line, n);
		copy[n] = '\0';
		dma_status_parse(copy, &st);
		for (int c = 1; c < 256 && n < sizeof(line) - 1; c++) {
			memcpy(copy, line, sizeof(line));
			copy[n] = (char)c;
			dma_status_parse(copy, &st);
		}
	}
	ok(true, "a line cut or changed anywhere does no harm");
}

struct verdict_told {
	enum dma_reason reason;
	char access;
	int ret;
	const char *text;
};

/* One for each reason of docs/ABI.md; what to do where something helps. */
static const struct verdict_told told[] = {
	{ DMA_NO_DOMAIN, 'r', -EFAULT,
	  "read at 0x1000 faulted: the device is on no domain: attach it to one (no-domain)" },
	{ DMA_BLOCKED, 'w', -EFAULT,
	  "write at 0x1000 faulted: the device is blocked: attach it to a domain that maps the address (blocked)" },
	{ DMA_IDENTITY, 'r', -EFAULT,
	  "read at 0x1000 faulted: the device is on identity, through which mock devices touch nothing: attach it to a domain (identity)" },
	{ DMA_NOT_MAPPED, 'r', -EFAULT,
	  "read at 0x1000 faulted: nothing is mapped there in dom0 for the walker of smmu1 (not-mapped)" },
	{ DMA_PERMISSION, 'w', -EFAULT,
	  "write at 0x1000 faulted: the mapping in dom0 does not allow it (permission)" },
	{ DMA_FORMAT, 'r', -EFAULT,
	  "read at 0x1000 faulted: the walker of smmu1 cannot read what it finds in the table of dom0: format, address sizes and page sizes must fit (format)" },
	{ DMA_STALE, 'r', -EFAULT,
	  "read at 0x1000 faulted: the IOTLB of smmu1 still has what dom0 mapped there before: its invalidation was lost (stale)" },
	{ DMA_NOT_RAM, 'w', -EFAULT,
	  "write at 0x1000 faulted: what dom0 maps there is not memory (not-ram)" },
	{ DMA_STAGE1_TABLE, 'r', -EFAULT,
	  "read at 0x1000 faulted: dom0 is the table of a user, and a part of it is not in memory that its stage 2 lets the device read (stage1-table)" },
	{ DMA_STAGE2, 'w', -EFAULT,
	  "write at 0x1000 faulted: dom0, the table of a user, leads to an address that its stage 2 does not map (stage2)" },
	{ DMA_INJECTED, 'r', -EIO,
	  "read at 0x1000 faulted: a fault is injected at dma of smmu1 (EIO)" },
	{ DMA_NOT_MASTER, 'r', -EFAULT,
	  "read at 0x1000 faulted: the function is in D3hot or not a bus master: its driver has not set bit 2 of its command register (not-master)" },
	{ DMA_PAGE_INVALID, 'r', -EFAULT,
	  "read at 0x1000 faulted: smmu1 asked for the page, and the answer is that it cannot be had (page-invalid)" },
	{ DMA_PAGE_FAILURE, 'w', -EFAULT,
	  "write at 0x1000 faulted: smmu1 asked for the page, and got no good answer (page-failure)" },
	{ DMA_PAGE_LOST, 'r', -EFAULT,
	  "read at 0x1000 faulted: the answer to a request of smmu1 was lost (page-lost)" },
	{ DMA_PAGE_OVERFLOW, 'r', -EFAULT,
	  "read at 0x1000 faulted: smmu1 has no room for one more request for a page: set pri= larger (page-overflow)" },
	{ DMA_FINE, 0, -ECANCELED,
	  "copy was stopped after 3 rounds (ECANCELED)" },
	{ DMA_FINE, 0, -ENOMEM, "copy failed (ENOMEM)" },
};

static void sentences(void)
{
	struct {
		struct dma_status st;
		char *text;
	} blocked = { .st = { .reason = DMA_BLOCKED,
			      .access = 'r',
			      .pasid = 5,
			      .ret = -EFAULT } };
	unsigned int reasons = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(told); i++) {
		struct dma_status st = { .op = DMA_COPY,
					 .rounds = 3,
					 .access = told[i].access,
					 .at = 0x1000,
					 .reason = told[i].reason,
					 .ret = told[i].ret };
		autofree char *text = dma_sentence(&st, "smmu1", "dom0");

		ok(!strcmp(text, told[i].text), told[i].text);
		if (strcmp(text, told[i].text))
			printf("# got: %s\n", text);
		reasons += told[i].reason != DMA_FINE;
	}
	ok(reasons == DMA_FINE, "every reason has a sentence");
	blocked.text = dma_sentence(&blocked.st, "smmu1", NULL);
	ok(strstr(blocked.text, ": the PASID is blocked: ") != NULL,
	   "a PASID that is blocked");
	free(blocked.text);
}

int main(void)
{
	enable();
	understood();
	refused();
	sliced();
	sentences();
	return done_testing();
}
