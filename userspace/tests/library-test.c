// SPDX-License-Identifier: GPL-2.0-only
/*
 * libiommu-mock without a kernel, as TAP.
 *
 *	library-test SYSROOT	on a copy of the recorded tree "shared"
 */
#define _GNU_SOURCE
#include <errno.h>

#include "library-test.h"

static void writes(struct imock *im)
{
	ok(!imock_add_instance(im, "i1", "ias=39 policy=any"), "new_instance");
	ok(!imock_add_instance(im, "i2", NULL), "new_instance, bare");
	ok(!imock_add_device(im, "d", "i1", "bus=pci"), "new_device");
	ok(!imock_add_domain(im, "m", "d"), "new_domain");
	ok(!imock_add_domain_with(im, "t", "d", "dirty=1") &&
		   !imock_add_domain_with(im, "u", "d", NULL),
	   "new_domain with options");
	ok(!imock_add_buffer(im, "b", 4096), "new_buffer");
	ok(!imock_del(im, IMOCK_INSTANCE, "i1"), "del_instance");
	ok(!imock_del(im, IMOCK_BUFFER, "b"), "del_buffer");
	ok(!imock_set(im, "smmu0", "policy", "any"), "instances/smmu0/policy");
	ok(!imock_fault(im, "smmu0", "map", "nth=2") &&
		   !imock_fault(im, "smmu0", "map", NULL),
	   "instances/smmu0/faults");
	ok(!imock_claim(im, "g1") && !imock_release(im, "g1"),
	   "groups/g1/claim");
	ok(!imock_attach(im, "dom0", "dev0", 0) &&
		   !imock_attach(im, "dom0", "dev0", IMOCK_UNCLAIMED),
	   "domains/dom0/attach");
	ok(!imock_detach(im, "dom0", "dev0"), "domains/dom0/detach");
	ok(!imock_attach_group(im, "dom0", "g1", 0) &&
		   !imock_detach_group(im, "dom0", "g1"),
	   "the same for groups");
	ok(!imock_map(im, "dom0", 0x1000, "buf0", 0, 0,
		      IMOCK_READ | IMOCK_WRITE) &&
		   !imock_map(im, "dom0", 0x2000, "buf0", 4096, 8192,
			      IMOCK_READ),
	   "domains/dom0/map");
	ok(!imock_unmap(im, "dom0", 0x1000, 0x2000), "domains/dom0/unmap");
	ok(!imock_replace_group(im, "dom0", "g1"),
	   "domains/dom0/replace_group");
	ok(!imock_reset(im), "reset");
	ok(!*imock_error(im), "no error is left");
}

/* The tree answers with what is recorded there. */
static void pasids(struct imock *im)
{
	unsigned char bytes[32];
	uint32_t crc;

	ok(!imock_attach_pasid(im, "spare", "nic0", 5) &&
		   !imock_detach_pasid(im, "spare", "nic0", 6) &&
		   !imock_replace_pasid(im, "spare", "nic0", 0),
	   "attach, detach and replace with a PASID");
	ok(!imock_dma_read_pasid(im, "dev0", 5, 0x1000, bytes, 32) &&
		   !memcmp(bytes, "0123456789abcdef", 16),
	   "DMA with a PASID: read");
	ok(!imock_dma_write_pasid(im, "dev0", 0, 0x1000, 8, 1) &&
		   !imock_dma_copy_pasid(im, "dev0", 5, 0x1000, 8, 0x2000) &&
		   !imock_dma_sum_pasid(im, "nic1", 1, 0x1000, 4, &crc) &&
		   crc == 0x0a0b0c0d,
	   "write, copy and sum");
	ok(imock_dma_result(im) && !imock_dma_result(im)->pasid,
	   "the tree's DMA had no PASID");
}

static void bonds(struct imock *im)
{
	const struct imock_sva *sva = NULL;
	struct imock_bond *bond = NULL;

	ok(!imock_sva_bind(im, "dev1", &bond) && !imock_sva_read(bond, &sva) &&
		   sva->pasid == 9 && is(sva->domain, "d3") &&
		   sva->size == sizeof(*sva),
	   "a bond has a PASID and a domain");
	ok(!imock_sva_unbind(bond) && !imock_sva_unbind(NULL), "and ends");
	ok(!imock_sva_bind(im, "dev0", &bond) && !imock_sva_read(bond, &sva) &&
		   !sva->pasid && !sva->domain && !imock_sva_unbind(bond),
	   "one that the removal of the device has ended");
	fails(im, imock_sva_bind(im, "dev9", &bond), -ENOENT,
	      "there is no device dev9 (ENOENT)");
	fails(im, imock_sva_bind(im, "../x", &bond), -EINVAL,
	      "'../x' cannot be a name (EINVAL)");
}

/* The file of the tree contains what was written to it, which is no answer. */
static void dirty(struct imock *im)
{
	struct imock_dirty *d = NULL;

	ok(!imock_dirty_set(im, "dom0", 1) && !imock_dirty_set(im, "dom0", 0),
	   "tracking on and off");
	fails(im, imock_dirty_read(im, "dom0", 0, 0, 0, &d), -EPROTO,
	      "dom0: the module's answer makes no sense (EPROTO)");
	fails(im, imock_dirty_read(im, "dom0", 0x1000, 0x2000, IMOCK_PEEK, &d),
	      -EPROTO, "dom0: the module's answer makes no sense (EPROTO)");
	fails(im, imock_dirty_read(im, "domx", 0, 0, 0, &d), -ENOENT,
	      "there is no domain domx (ENOENT)");
	ok(!d, "and nothing is returned");
	imock_dirty_free(NULL);
	ok(!imock_dirty_read(im, "clean", 0, 0, 0, &d) && !imock_dirty_at(d, 0),
	   "a list of nothing");
	imock_dirty_free(d);
}

static void refusals(struct imock *im)
{
	struct imock_placement *pl;
	const char *names[2] = { "dev0", "nothing" };
	char text[8];

	fails(im, imock_attach(im, "domx", "dev0", 0), -ENOENT,
	      "there is no domain domx (ENOENT)");
	fails(im, imock_attach(im, "d3", "dev0", 0), -ENOENT,
	      "d3 has no attach: it is another caller's (ENOENT)");
	fails(im, imock_attach(im, "..", "dev0", 0), -EINVAL,
	      "'..' cannot be a name (EINVAL)");
	fails(im, imock_set(im, "smmu0", "../smmu1/policy", "any"), -EINVAL,
	      "'../smmu1/policy' cannot be a name (EINVAL)");
	fails(im, imock_add_device(im, "a b", "smmu0", NULL), -EINVAL,
	      "'a b' cannot be a name (EINVAL)");
	fails(im, imock_stat(im, "smmu0", "nothing", &(uint64_t){ 0 }), -ENOENT,
	      "smmu0: it does not count nothing (ENOENT)");
	fails(im, imock_place(im, "nobody", names, 1, 0, &pl), -ENOENT,
	      "no caller is named nobody (ENOENT)");
	fails(im, imock_place(im, "einval", names, 2, 0, &pl), -ENOENT,
	      "nothing: no such device");
	fails(im, imock_fact(im, "family", text, sizeof(text)), -ERANGE,
	      "Numerical result out of range (ERANGE)");
	fails(im, imock_load(im, NULL, NULL), -EINVAL,
	      "needs the running kernel, not --sysroot");
	fails(im, imock_bind(im, "nothing", "x"), -ENOENT,
	      "nothing: there is no such device (ENOENT)");
	fails(im, imock_unbind(im, "dev0"), -ENODEV,
	      "dev0: dev0 is not bound to a driver (ENODEV)");
	fails(im, imock_del(im, IMOCK_DRIVER, "mock"), -EINVAL,
	      "mock: drivers and groups go by themselves (EINVAL)");
}

static void look(struct imock *im)
{
	const struct imock_domain *d;
	const struct imock_group *g;
	struct imock_state *s = NULL;

	ok(!imock_state_read(im, &s), "the state is read");
	if (!s)
		return;
	d = imock_state_domain(s, "d3");
	ok(d && d->foreign && d->pid == 977 && is(d->comm, "CPU_0/KVM") &&
		   is(d->devices[0], "dev2") && !d->devices[1] &&
		   is(d->instances[0], "dmar0") && d->mapped == 1UL << 30 &&
		   !d->coherent && d->oas == 52 && d->size == sizeof(*d),
	   "a foreign domain");
	d = imock_state_domain_at(s, 2);
	ok(d && is(d->name, "spare") && !d->instance && !d->made_for &&
		   d->fresh && !d->devices[0] && !imock_state_domain_at(s, 3),
	   "a fresh one, the last");
	g = imock_state_group(s, "g1");
	ok(g && g->id == 6 && is(g->owner, "caller") && is(g->domain, "dom0") &&
		   is(g->devices[1], "nic1") && !g->devices[2],
	   "a group");
	ok(!imock_state_group(s, "dev0")->devices[1] &&
		   !imock_state_group(s, "") && !imock_state_group(s, NULL) &&
		   !imock_state_device(s, "smmu0"),
	   "names are of one kind");
	ok(is(imock_state_device(s, "dev1")->driver, "iommu-mock-client") &&
		   is(imock_state_device(s, "dev1")->address, "iommu-mock.1"),
	   "a device");
	ok(imock_state_buffer(s, "odd")->bytes == 1540096 &&
		   imock_state_instance(s, "smmu1")->iotlb == 16 &&
		   imock_state_driver(s, "vtd")->instances == 1,
	   "and the rest");
	imock_state_free(s);
}

/* Of the journal of the tree; 14 events. */
static void journal(struct imock *im)
{
	const struct imock_event *ev;
	struct imock_journal *j = NULL;
	int n = 0;

	ok(!imock_journal_open(im, IMOCK_JOURNAL_ALL, &j), "the journal opens");
	if (!j)
		return;
	imock_journal_filter(j, 812, IMOCK_EV_BIT(IMOCK_EV_ATTACH));
	ok(imock_journal_next(j, &ev, 0) == 1 && ev->seq == 4 &&
		   is(ev->old, "identity") && ev->fresh == 1 && !ev->reason &&
		   ev->lost == -1 && !ev->ret && ev->size == sizeof(*ev),
	   "the first attach of a process");
	ok(imock_journal_next(j, &ev, 0) == 1 && is(ev->reason, "fault") &&
		   ev->ret == -ENOMEM && is(ev->type, "attach"),
	   "the second");
	imock_journal_filter(j, 0, IMOCK_EV_ALL);
	while (imock_journal_next(j, &ev, 0) == 1)
		n++;
	ok(n == 7, "and all that follow, without a filter");
	imock_journal_close(j);
	ok(!imock_journal_open(im, 0, &j) && !imock_journal_next(j, &ev, 5),
	   "at its end nothing is new");
	imock_interrupt(im);
	ok(imock_journal_next(j, &ev, -1) == -EINTR &&
		   is(imock_error(im), "interrupted (EINTR)"),
	   "a wait without end can be interrupted");
	ok(!imock_journal_next(j, &ev, 5), "and the next one waits again");
	imock_journal_close(j);
}

int main(int argc, char **argv)
{
	struct imock *im;
	char text[64];
	int files;

	if (argc != 2)
		return 2;
	files = open_files();
	im = imock_new(argv[1]);
	ok(im && !*imock_error(im), "a context");
	ok(!imock_open(im), "finds the module");
	ok(!imock_fact(im, "version", text, sizeof(text)) &&
		   is(text, imock_version()),
	   "of its own version");
	writes(im);
	ok(!imock_dma_result(im), "no DMA was waited for");
	pasids(im);
	bonds(im);
	dirty(im);
	look(im);
	journal(im);
	refusals(im);
	imock_free(im);
	imock_free(NULL);
	im = imock_new("/nonexistent");
	fails(im, imock_open(im), -ENODEV,
	      "the module iommu_mock is not loaded: load it with \"iommu-mock load\" or modprobe");
	fails(im, imock_reset(im), -ENODEV,
	      "the module iommu_mock is not loaded: load it with \"iommu-mock load\" or modprobe");
	imock_free(im);
	ok(open_files() == files, "all files are closed");
	printf("1..%d\n", tests);
	return 0;
}
