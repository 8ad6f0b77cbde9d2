// SPDX-License-Identifier: GPL-2.0-only
/*
 * PASIDs, SVA and dirty tracking by libiommu-mock on a real module, as TAP. Where
 * the kernel does not have one of them, the functions say so. library.t runs it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <iommu-mock.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "library.h"

#define IOVA 0x100000UL
#define PATTERN 0x1122334455667788ULL

/* The instance, devices and domains of the tests below. */
static void set_up(const char *instance, const char *device,
		   const char *domain)
{
	works(imock_add_instance(im, "x", instance), "an instance");
	works(imock_add_device(im, "xd", "x", device), "a device");
	works(imock_add_domain_with(im, "x1", "xd", domain), "a domain");
	works(imock_add_domain_with(im, "x2", "xd", NULL), "and another");
}

static void clean_up(void)
{
	works(imock_del(im, IMOCK_DOMAIN, "x2"), "without the domains");
	works(imock_del(im, IMOCK_DOMAIN, "x1"), "without both");
	works(imock_del(im, IMOCK_DEVICE, "xd"), "without the device");
	works(imock_del(im, IMOCK_INSTANCE, "x"), "without the instance");
}

static void check_pasid_state(void)
{
	struct imock_state *s;

	works(imock_state_read(im, &s), "the state of PASIDs");
	ok(imock_state_instance(s, "x")->pasid == 4 &&
	   !imock_state_instance(s, "wide")->pasid, "bits of an instance");
	ok(imock_state_device(s, "xd")->pasids == 16 &&
	   is(imock_state_device(s, "xd")->attached[0], "5:x1") &&
	   !imock_state_device(s, "xd")->attached[1] &&
	   !imock_state_device(s, "d1")->attached[0], "PASIDs of a device");
	ok(is(imock_state_domain(s, "x1")->pasids[0], "xd/5") &&
	   !imock_state_domain(s, "x1")->pasids[1] &&
	   !imock_state_domain(s, "x2")->pasids[0], "PASIDs on a domain");
	imock_state_free(s);
}

static void check_pasid_dma(void)
{
	uint64_t words[2] = { 0 };
	uint32_t crc = 0, same = 0;

	works(imock_dma_write_pasid(im, "xd", 5, IOVA, 64, PATTERN),
	      "DMA with a PASID: write");
	ok(imock_dma_result(im)->pasid == 5, "its result has the PASID");
	works(imock_dma_copy_pasid(im, "xd", 5, IOVA, 64, IOVA + 0x2000),
	      "copy");
	works(imock_dma_read_pasid(im, "xd", 5, IOVA + 0x2000, words, 16),
	      "read");
	ok(words[0] == PATTERN && words[1] == PATTERN, "the pattern");
	works(imock_dma_sum_pasid(im, "xd", 5, IOVA, 8, &crc), "sum");
	works(imock_dma_sum_pasid(im, "xd", 5, IOVA + 0x2000, 8, &same),
	      "sum of the copy");
	ok(crc && crc == same, "is the same");
	fails(imock_dma_read_pasid(im, "xd", 5, 0x7000, words, 16), -EFAULT,
	      "mapped there in x1", "a fault names the domain of the PASID");
	fails(imock_dma_read_pasid(im, "xd", 6, IOVA, words, 16), -EFAULT,
	      "the PASID is blocked", "a PASID on no domain");
	fails(imock_dma_read_pasid(im, "xd", 16, IOVA, words, 16), -EINVAL,
	      "PASIDs of xd", "a PASID that the device does not have");
	fails(imock_dma_write_pasid(im, "xd", 0, IOVA, 8, 1), -EINVAL,
	      "PASIDs of xd", "PASID 0 is none");
	fails(imock_dma_write(im, "xd", IOVA, 8, 1), -EFAULT, "",
	      "DMA without a PASID does not go there");
}

/* Where a kernel lacks the call, the module says so. */
static void move_pasid(void)
{
	char replaces[64];
	struct imock_state *s;

	works(imock_fact(im, "replaces", replaces, sizeof(replaces)),
	      "what the kernel can move");
	if (!strstr(replaces, "pasids")) {
		fails(imock_replace_pasid(im, "x2", "xd", 5), -EOPNOTSUPP, "",
		      "replace a PASID: not on this kernel");
		return;
	}
	works(imock_replace_pasid(im, "x2", "xd", 5), "replace a PASID");
	works(imock_state_read(im, &s), "the state after it");
	ok(is(imock_state_device(s, "xd")->attached[0], "5:x2"), "it moved");
	imock_state_free(s);
	works(imock_replace_pasid(im, "x1", "xd", 5), "and back");
}

static void move_group(void)
{
	char replaces[64];

	works(imock_attach(im, "x2", "xd", 0), "a group on a domain");
	works(imock_fact(im, "replaces", replaces, sizeof(replaces)),
	      "what the kernel can move");
	if (strstr(replaces, "groups"))
		works(imock_replace_group(im, "x1", "xd"), "replace it");
	else
		fails(imock_replace_group(im, "x1", "xd"), -EOPNOTSUPP, "",
		      "replace it: not on this kernel");
	works(imock_detach(im, strstr(replaces, "groups") ? "x1" : "x2", "xd"),
	      "and it is on the right one");
}

static void test_pasids(void)
{
	const struct imock_event *ev;
	struct imock_journal *j;

	if (!kernel_has("pasids")) {
		set_up(NULL, NULL, NULL);
		fails(imock_attach_pasid(im, "x1", "xd", 5), -EOPNOTSUPP,
		      "PASID", "attach a PASID: not on this kernel");
		move_group();
		clean_up();
		return;
	}
	set_up("pasid=4", "pasids=16", NULL);
	works(imock_map(im, "x1", IOVA, "buf", 0, 0x4000,
			IMOCK_READ | IMOCK_WRITE), "with memory");
	works(imock_journal_open(im, 0, &j), "the journal of PASIDs");
	imock_journal_filter(j, 0, IMOCK_EV_BIT(IMOCK_EV_CALL));
	works(imock_attach_pasid(im, "x1", "xd", 5), "attach a PASID");
	ok(imock_journal_next(j, &ev, 1000) == 1 && ev->pasid == 5 &&
	   is(ev->op, "attach_pasid"), "its event has the PASID");
	imock_journal_close(j);
	fails(imock_attach_pasid(im, "x2", "xd", 5), -EBUSY, "PASID 5",
	      "attach it twice");
	check_pasid_state();
	check_pasid_dma();
	move_pasid();
	works(imock_detach_pasid(im, "x1", "xd", 5), "detach the PASID");
	fails(imock_detach_pasid(im, "x1", "xd", 5), -EINVAL, "PASID 5",
	      "detach it twice");
	move_group();
	clean_up();
}

static void test_sva(void)
{
	struct imock_bond *bond = NULL, *second = NULL;
	const struct imock_sva *sva;
	struct imock_state *s;
	char attached[64];

	ok(!imock_sva_unbind(NULL), "end no bond");
	if (!kernel_has("sva")) {
		fails(imock_sva_bind(im, "d1", &bond), -EOPNOTSUPP, "bind",
		      "SVA: not on this kernel");
		return;
	}
	fails(imock_sva_bind(im, "d1", &bond), -EOPNOTSUPP, "no PASIDs",
	      "bind to a device without PASIDs");
	set_up("pasid=4 sva=1", "pasids=16", NULL);
	works(imock_sva_bind(im, "xd", &bond), "bind this process");
	works(imock_sva_bind(im, "xd", &second), "twice");
	works(imock_sva_read(bond, &sva), "where it is bound");
	works(imock_state_read(im, &s), "the state of SVA");
	snprintf(attached, sizeof(attached), "%u:%s", sva->pasid, sva->domain);
	ok(sva->pasid && is(imock_state_device(s, "xd")->attached[0], attached),
	   "the PASID is on the domain");
	ok(imock_state_instance(s, "x")->sva && !imock_state_instance(s, "wide")->sva &&
	   imock_state_domain(s, sva->domain)->sva &&
	   imock_state_domain(s, sva->domain)->pid == getpid() &&
	   !imock_state_domain(s, "x1")->sva, "a domain of this process");
	imock_state_free(s);
	works(imock_sva_unbind(second), "end the second bond");
	works(imock_sva_read(bond, &sva), "the first one");
	ok(sva->pasid && sva->domain, "remains");
	works(imock_sva_unbind(bond), "end it, too");
	clean_up();
}

/* The ranges of a look, as text: "0x1000+0x2000 ". */
static void look_dirty(unsigned int flags, uint64_t iova, uint64_t size,
		       const char *wanted, const char *what)
{
	struct imock_dirty *dirty = NULL;
	const struct imock_range *r;
	char text[256] = "";

	works(imock_dirty_read(im, "x1", iova, size, flags, &dirty), what);
	for (unsigned int i = 0; (r = imock_dirty_at(dirty, i)); i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "0x%lx+0x%lx ", (unsigned long)r->iova,
			 (unsigned long)r->bytes);
	if (!ok(is(text, wanted), "is right"))
		printf("# %s, and wanted %s\n", text, wanted);
	imock_dirty_free(dirty);
}

static void test_dirty(void)
{
	struct imock_dirty *dirty = NULL;
	struct imock_state *s;

	imock_dirty_free(NULL);
	if (!kernel_has("dirty")) {
		fails(imock_add_domain_with(im, "x1", "d1", "dirty=1"),
		      -EOPNOTSUPP, "track", "dirty tracking: not on this kernel");
		fails(imock_dirty_set(im, "dom", 1), -EOPNOTSUPP, "track", "nor set");
		return;
	}
	set_up("dirty=1", NULL, "dirty=1");
	works(imock_map(im, "x1", IOVA, "buf", 0, 0x4000,
			IMOCK_READ | IMOCK_WRITE), "with memory");
	fails(imock_dirty_set(im, "x2", 1), -EOPNOTSUPP, "x2",
	      "a domain that was not made for it");
	fails(imock_dirty_read(im, "x1", 0, 0, 0, &dirty), -EINVAL, "x1",
	      "one that does not track");
	works(imock_attach(im, "x1", "xd", 0), "a device");
	works(imock_dma_write(im, "xd", IOVA, 8, 1), "which writes before");
	works(imock_dirty_set(im, "x1", 1), "track");
	look_dirty(0, 0, 0, "", "what was written before");
	works(imock_dma_write(im, "xd", IOVA + 0xffc, 8, 1), "write two pages");
	works(imock_dma_write(im, "xd", IOVA + 0x3000, 8, 1), "and another");
	look_dirty(IMOCK_PEEK, 0, 0, "0x100000+0x2000 0x103000+0x1000 ", "peek");
	look_dirty(0, IOVA + 0x1000, 0x1000, "0x101000+0x1000 ", "a part");
	look_dirty(0, 0, 0, "0x100000+0x1000 0x103000+0x1000 ", "the rest");
	look_dirty(0, 0, 0, "", "nothing");
	fails(imock_dirty_read(im, "x1", IOVA, 0, 0, &dirty), -EINVAL, "size",
	      "no size");
	works(imock_state_read(im, &s), "the state of tracking");
	ok(imock_state_instance(s, "x")->dirty && imock_state_domain(s, "x1")->dirty &&
	   imock_state_domain(s, "x1")->tracking &&
	   !imock_state_domain(s, "x2")->dirty, "says who tracks");
	imock_state_free(s);
	works(imock_dirty_set(im, "x1", 0), "track no more");
	works(imock_detach(im, "x1", "xd"), "detach it");
	clean_up();
}

/* What the tests below find: a device that can do nothing of all this. */
static void begin(void)
{
	works(imock_add_instance(im, "wide", NULL), "a plain instance");
	works(imock_add_device(im, "d1", "wide", NULL), "its device");
	works(imock_add_domain(im, "dom", "d1"), "its domain");
	works(imock_add_buffer(im, "buf", 0x10000), "a buffer");
}

int main(void)
{
	im = imock_new(NULL);
	if (!im)
		return 1;
	begin();
	test_pasids();
	test_sva();
	test_dirty();
	works(imock_reset(im), "reset");
	imock_free(im);
	printf("1..%d\n", tests);
	return 0;
}
