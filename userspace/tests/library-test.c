// SPDX-License-Identifier: GPL-2.0-only
/*
 * libiommu-mock without a kernel, as TAP.
 *
 *	library-test tree SYSROOT    on a copy of the recorded tree "shared"
 *	library-test memory SYSROOT  without memory, at each allocation in turn
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <iommu-mock.h>

static int tests;

static void ok(bool good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++tests, what);
}

static bool is(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* A failure with exactly this sentence. */
static void fails(struct imock *im, int err, int wanted, const char *sentence)
{
	bool good = err == wanted && is(imock_error(im), sentence);

	ok(good, sentence);
	if (!good)
		printf("# %d, wanted %d: %s\n", err, wanted, imock_error(im));
}

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

static int on_tree(const char *sysroot)
{
	struct imock *im = imock_new(sysroot);
	char text[64];

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
	printf("1..%d\n", tests);
	return 0;
}

/*
 * No memory: the n-th allocation from now on fails, and all after it. The
 * linker gives these to the library in place of those of the C library
 * (--wrap), whose checks by sanitizers remain.
 */
static long left = -1;

#ifdef MEMORY
static bool none(void)
{
	if (left > 0)
		left--;
	return !left;
}

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size)
{
	return none() ? NULL : __real_calloc(n, size);
}

void *__real_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size)
{
	return none() ? NULL : __real_realloc(p, size);
}

char *__real_strdup(const char *s);
char *__wrap_strdup(const char *s);
char *__wrap_strdup(const char *s)
{
	return none() ? NULL : __real_strdup(s);
}

char *__real_strndup(const char *s, size_t n);
char *__wrap_strndup(const char *s, size_t n);
char *__wrap_strndup(const char *s, size_t n)
{
	return none() ? NULL : __real_strndup(s, n);
}

int __real_vasprintf(char **text, const char *fmt, va_list ap);
int __wrap_vasprintf(char **text, const char *fmt, va_list ap);
int __wrap_vasprintf(char **text, const char *fmt, va_list ap)
{
	return none() ? -1 : __real_vasprintf(text, fmt, ap);
}
#endif

static int attach(struct imock *im)
{
	return imock_attach(im, "dom0", "dev0", 0);
}

static int refused(struct imock *im)
{
	int err = imock_attach(im, "domx", "dev0", 0);

	return err == -ENOENT ? 0 : err;
}

static int read_state(struct imock *im)
{
	struct imock_state *s;
	int err = imock_state_read(im, &s);

	if (!err)
		imock_state_free(s);
	return err;
}

static int bond(struct imock *im)
{
	const struct imock_sva *sva;
	struct imock_bond *b;
	int err = imock_sva_bind(im, "dev1", &b), read;

	if (err)
		return err;
	read = imock_sva_read(b, &sva);
	err = imock_sva_unbind(b);
	return read ? read : err;
}

static int clean(struct imock *im)
{
	struct imock_dirty *d;
	int err = imock_dirty_read(im, "clean", 0x1000, 0x1000, 0, &d);

	if (!err)
		imock_dirty_free(d);
	return err;
}

static int read_journal(struct imock *im)
{
	const struct imock_event *ev;
	struct imock_journal *j;
	int err = imock_journal_open(im, IMOCK_JOURNAL_ALL, &j);

	if (err)
		return err;
	while ((err = imock_journal_next(j, &ev, 0)) > 0)
		;
	imock_journal_close(j);
	return err;
}

static int place(struct imock *im)
{
	static const char *const devices[] = { "dev1", "nic0" };
	struct imock_placement *pl;
	int err = imock_place(im, "fresh", devices, 2, 0, &pl);

	return err ? err : imock_placement_undo(pl);
}

/*
 * It fails with ENOMEM until there is memory enough, and never otherwise; the
 * context, a new one or one that has been used, is as good as before.
 */
static void starve(const char *sysroot, int (*work)(struct imock *im),
		   const char *what)
{
	long failed[2] = { 0 }, wrong = 0;
	int used, err;

	for (used = 0; used < 2; used++)
		for (long n = 1; n < 1000; n++) {
			struct imock *im = imock_new(sysroot);

			if (used)
				wrong += work(im) != 0;
			left = n;
			err = work(im);
			left = -1;
			if (err)
				wrong += err != -ENOMEM ||
					 !strstr(imock_error(im), "memory");
			wrong += work(im) != 0;
			imock_free(im);
			if (!err)
				break;
			failed[used]++;
		}
	ok(failed[0] > 2 && failed[1] > 2 && !wrong && !err, what);
	printf("# %ld and %ld allocations failed, %ld went wrong\n", failed[0],
	       failed[1], wrong);
}

/* What a reader was not given for want of memory, it is given later. */
static void starve_reader(const char *sysroot)
{
	struct imock *im = imock_new(sysroot);
	const struct imock_event *ev;
	struct imock_journal *j;
	long given = 0, failed = 0;
	uint64_t last = 0;
	int got;

	if (imock_journal_open(im, IMOCK_JOURNAL_ALL, &j))
		return ok(false, imock_error(im));
	do {
		left = 1;
		got = imock_journal_next(j, &ev, 0);
		left = -1;
		failed += got == -ENOMEM;
		if (got == -ENOMEM)
			got = imock_journal_next(j, &ev, 0);
		given += got == 1 && ev->seq == ++last;
	} while (got == 1);
	ok(!got && given == 14 && failed > 0, "no event is lost for it");
	printf("# %ld given, %ld failed\n", given, failed);
	imock_journal_close(j);
	imock_free(im);
}

static int without_memory(const char *sysroot)
{
	starve(sysroot, attach, "no memory to attach");
	starve(sysroot, refused, "no memory for a refusal");
	starve(sysroot, read_state, "no memory for the state");
	starve(sysroot, bond, "no memory for a bond");
	starve(sysroot, clean, "no memory for dirty pages");
	starve(sysroot, read_journal, "no memory for the journal");
	starve(sysroot, place, "no memory for a placement");
	starve_reader(sysroot);
	printf("1..%d\n", tests);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	return strcmp(argv[1], "tree") ? without_memory(argv[2]) :
					 on_tree(argv[2]);
}
