// SPDX-License-Identifier: GPL-2.0-only
/*
 * The functions of libiommu-mock on a real module, as TAP, but for those of
 * library-pasid.c, library-request.c and library-access.c. library.t runs it;
 * "library leave" leaves a domain behind, "library threads" places devices
 * from two threads at once.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <iommu-mock.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "library.h"

#define IOVA 0x100000UL
#define PATTERN 0x1122334455667788ULL

static void test_module(void)
{
	char text[64], tiny[1];

	fails(imock_open(im), -ENODEV, "not loaded", "open without the module");
	fails(imock_reset(im), -ENODEV, "not loaded", "and so does the rest");
	works(imock_load(im, NULL, "journal_entries=4096"), "load");
	fails(imock_load(im, NULL, NULL), -EEXIST, "already", "load again");
	works(imock_open(im), "open");
	works(imock_fact(im, "version", text, sizeof(text)), "a fact");
	ok(is(text, imock_version()), "module and library are of one version");
	fails(imock_fact(im, "version", tiny, 1), -ERANGE, "ERANGE", "no room");
	fails(imock_fact(im, "nothing", text, 64), -ENOENT, "nothing",
	      "no such fact");
}

static void test_topology(void)
{
	works(imock_add_instance(im, "wide", NULL), "add an instance");
	works(imock_add_instance(im, "narrow", "ias=39 errno=EXDEV"),
	      "and one with options");
	fails(imock_add_instance(im, "bad", "ias=12"), -EINVAL, "ias",
	      "an instance that cannot be");
	fails(imock_add_instance(im, "a/b", NULL), -EINVAL, "a/b", "a path");
	fails(imock_add_instance(im, NULL, NULL), -EINVAL, "NULL", "no name");
	works(imock_add_device(im, "d1", "wide", NULL), "add a device");
	works(imock_add_device(im, "d2", "narrow", "group=pair"), "a group");
	works(imock_add_device(im, "d3", "narrow", "group=pair"), "of two");
	fails(imock_add_device(im, "d4", "nothing", NULL), -ENOENT, "nothing",
	      "behind nothing");
	works(imock_add_domain(im, "dom", "d1"), "add a domain");
	works(imock_add_buffer(im, "buf", 0x10000), "add a buffer");
	fails(imock_add_buffer(im, "buf", 0x10000), -EEXIST, "buf",
	      "a name that is taken");
	fails(imock_del(im, IMOCK_GROUP, "pair"), -EINVAL, "by themselves",
	      "groups go by themselves");
	works(imock_set(im, "wide", "iotlb", "16"), "set a feature");
	fails(imock_set(im, "wide", "ias", "40"), -EBUSY, "wide",
	      "one that is frozen");
	fails(imock_set(im, "wide", "../../reset", "1"), -EINVAL, "..",
	      "a file that is elsewhere");
}

static void lists(const struct imock_state *s)
{
	const struct imock_group *g = imock_state_group(s, "pair");
	const struct imock_domain *dom = imock_state_domain(s, "dom");
	const struct imock_instance *i = imock_state_instance(s, "narrow");

	ok(g && is(g->devices[0], "d2") && is(g->devices[1], "d3") &&
	   !g->devices[2] && !g->owner, "a group and its devices");
	ok(i && i->size == sizeof(*i) && i->ias == 39 && i->devices == 2 &&
	   is(i->errnos, "EXDEV") && is(i->policy, "compatible") &&
	   is(imock_state_instance_at(s, 1)->name, "narrow") &&
	   !imock_state_instance_at(s, 2) && !imock_state_instance(s, "nothing"),
	   "an instance, by name and by number");
	ok(dom && !dom->foreign && dom->pid == getpid() && dom->fresh &&
	   !dom->devices[0] && !dom->mapped, "a domain and who made it");
	ok(is(imock_state_device(s, "d3")->bus, "platform") &&
	   is(imock_state_device(s, "d3")->group, "pair") &&
	   is(imock_state_device_at(s, 0)->name, "d1") &&
	   !strncmp(imock_state_device(s, "d1")->address, "iommu-mock.", 11),
	   "a device and its address");
	ok(imock_state_buffer(s, "buf")->bytes == 0x10000 &&
	   is(imock_state_buffer_at(s, 0)->name, "buf"), "a buffer");
	ok(imock_state_driver(s, "mock")->instances == 2 &&
	   is(imock_state_driver_at(s, 0)->default_domain, "identity") &&
	   is(imock_state_domain_at(s, 0)->name, "dom") &&
	   is(imock_state_group_at(s, 0)->name, "d1"), "a driver");
	ok(IMOCK_HAS(dom, tables), "a structure says what it has");
}

static void test_state(void)
{
	struct imock_state *s;

	works(imock_state_read(im, &s), "read the state");
	lists(s);
	imock_state_free(s);
}

static void test_domains(void)
{
	struct imock_state *s;
	uint64_t refused = 0;

	works(imock_attach(im, "dom", "d1", 0), "attach");
	works(imock_state_read(im, &s), "and then");
	ok(is(imock_state_group(s, "d1")->owner, "caller") &&
	   is(imock_state_device(s, "d1")->domain, "dom") &&
	   !imock_state_domain(s, "dom")->fresh, "the group is claimed");
	imock_state_free(s);
	works(imock_claim(im, "pair"), "claim");
	fails(imock_claim(im, "pair"), -EBUSY, "pair", "a second claim");
	fails(imock_attach_group(im, "dom", "pair", 0), -EXDEV, "ias",
	      "an attach that is refused");
	works(imock_stat(im, "narrow", "refused", &refused), "a counter");
	ok(refused > 0, "has counted it");
	fails(imock_stat(im, "narrow", "nothing", &refused), -ENOENT, "nothing",
	      "no such counter");
	works(imock_set(im, "narrow", "policy", "any"), "another policy");
	works(imock_attach_group(im, "dom", "pair", 0), "attach a group");
	works(imock_detach_group(im, "dom", "pair"), "detach it");
	works(imock_release(im, "pair"), "release it");
	works(imock_attach_group(im, "dom", "pair", IMOCK_UNCLAIMED),
	      "attach without a claim");
	works(imock_detach_group(im, "dom", "pair"), "and detach");
	works(imock_fault(im, "narrow", "attach", "errno=ENOMEM times=1"),
	      "inject a fault");
	fails(imock_attach_group(im, "dom", "pair", 0), -ENOMEM, "ENOMEM",
	      "which is no lack of memory of ours");
	works(imock_fault(im, "narrow", "attach", NULL), "no more faults");
}

static void test_memory(void)
{
	const struct imock_page *page;
	uint64_t words[2] = { PATTERN, 0 };

	fails(imock_map(im, "dom", IOVA, "buf", 0, 0, 0), -EINVAL,
	      "protection", "a mapping for nobody");
	works(imock_map(im, "dom", IOVA, "buf", 0x1000, 0,
			IMOCK_READ | IMOCK_WRITE), "map the rest of a buffer");
	works(imock_walk(im, "dom", IOVA + 0x10, &page), "walk");
	ok(page->iova == IOVA + 0x10 && page->bytes == 0x1000 &&
	   page->prot == (IMOCK_READ | IMOCK_WRITE) && page->phys &&
	   is(page->buffer, "buf") && page->offset == 0x1010, "to the buffer");
	fails(imock_walk(im, "dom", IOVA + 0xf000, &page), -ENOENT, "",
	      "where nothing is");
	works(imock_buffer_write(im, "buf", 0x1000, words, 8), "write to it");
	words[0] = 0;
	works(imock_buffer_read(im, "buf", 0x1000, words, 16), "read from it");
	ok(words[0] == PATTERN && !words[1], "what was written");
	fails(imock_buffer_read(im, "buf", 0xfff8, words, 16), -EINVAL,
	      "fewer", "past its end");
}

static void test_dma(void)
{
	const struct imock_dma *result;
	uint64_t words[2] = { 0 };
	uint32_t crc = 0;

	ok(!imock_dma_result(im), "no DMA yet");
	works(imock_dma_write(im, "d1", IOVA, 64, PATTERN), "DMA: write");
	works(imock_dma_copy(im, "d1", IOVA, 64, IOVA + 0x2000), "DMA: copy");
	works(imock_dma_read(im, "d1", IOVA + 0x2000, words, 16), "DMA: read");
	ok(words[0] == PATTERN && words[1] == PATTERN, "the pattern");
	works(imock_dma_sum(im, "d1", IOVA + 0x1000, 4, &crc), "DMA: sum");
	ok(crc == 0x2144df1c, "the CRC-32 of four zeroes");
	fails(imock_dma_read(im, "d1", 0x7000, words, 16), -EFAULT,
	      "not-mapped", "DMA: a fault");
	result = imock_dma_result(im);
	ok(result && is(result->op, "read") && result->access == 'r' &&
	   result->at == 0x7000 && is(result->reason, "not-mapped") &&
	   result->ret == -EFAULT && !result->done, "and all about it");
	works(imock_dma_start(im, "d1",
			      "write 0x100000 4096 pattern=1 repeat=1000000000"),
	      "DMA: start what does not end");
	fails(imock_dma_wait(im, "d1", 20), -ETIMEDOUT, "not ended",
	      "DMA: wait in vain");
	fails(imock_dma_start(im, "d1", "read 0 1"), -EBUSY, "d1",
	      "DMA: one at a time");
	works(imock_dma_stop(im, "d1"), "DMA: stop");
	fails(imock_dma_wait(im, "d1", 5000), -ECANCELED, "stopped",
	      "DMA: it was stopped");
	works(imock_unmap(im, "dom", IOVA, 0xf000), "unmap");
	works(imock_detach(im, "dom", "d1"), "detach");
}

static void test_journal(void)
{
	const struct imock_event *ev;
	struct imock_journal *j;
	struct pollfd p;

	works(imock_journal_open(im, 0, &j), "open the journal");
	ok(!imock_journal_next(j, &ev, 0), "nothing is new");
	p.fd = imock_journal_fd(j);
	p.events = POLLIN;
	ok(!poll(&p, 1, 0), "nor to be polled for");
	works(imock_attach(im, "dom", "d1", 0), "an event");
	ok(poll(&p, 1, 1000) == 1, "is polled for");
	imock_journal_filter(j, getpid(), IMOCK_EV_BIT(IMOCK_EV_CALL));
	ok(imock_journal_next(j, &ev, 1000) == 1 && ev->kind == IMOCK_EV_CALL &&
	   is(ev->op, "attach") && is(ev->object, "dom") && !ev->ret &&
	   ev->pid == getpid() && ev->missed == 0 && ev->fresh == -1,
	   "a call of ours");
	ok(imock_journal_next(j, &ev, 10) == 0, "and no other");
	works(imock_detach(im, "dom", "d1"), "another event");
	imock_journal_filter(j, 1, IMOCK_EV_ALL);
	ok(imock_journal_next(j, &ev, 10) == 0, "is not init's");
	imock_journal_close(j);
	works(imock_journal_open(im, IMOCK_JOURNAL_ALL, &j), "from the start");
	ok(imock_journal_next(j, &ev, 0) == 1 && ev->seq == 1 &&
	   ev->kind == IMOCK_EV_PROBE, "the first event");
	fails(imock_unload(im), -EBUSY, "in use", "a reader keeps the module");
	imock_journal_close(j);
}

/* A driver that says yes, and does nothing: what devices see tells. */
static void liar(const char *const *devices)
{
	struct imock_placement *pl;

	works(imock_set(im, "narrow", "misbehave", "accept-and-ignore"),
	      "a driver that lies");
	works(imock_place(im, "einval", devices, 2, 0, &pl), "is believed");
	ok(is(imock_placement_text(pl), "{d1,pair}") &&
	   !imock_placement_tally(pl)->failed, "by the caller");
	fails(imock_placement_verify(pl), -EIO, "d2", "but not by verify");
	works(imock_placement_undo(pl), "undo it");
	works(imock_set(im, "narrow", "misbehave", "none"), "no more lies");
}

static void test_placements(void)
{
	static const char *const devices[] = { "d1", "d2" };
	const struct imock_placed *placed;
	struct imock_placement *pl, *second;

	works(imock_set(im, "narrow", "policy", "compatible"), "the policy");
	works(imock_set(im, "narrow", "errno", "EINVAL"), "and the contract");
	fails(imock_place(im, "nobody", devices, 2, 0, &pl), -ENOENT, "nobody",
	      "no such caller");
	works(imock_place(im, "einval", devices, 2, 0, &pl), "place");
	ok(is(imock_placement_text(pl), "{d1} {pair}") &&
	   imock_placement_tally(pl)->domains == 2 &&
	   imock_placement_tally(pl)->mapped == 2 * (0x200000 + 0x4000) &&
	   imock_placement_tally(pl)->tables > 0, "one domain for each");
	ok(imock_placement_tally(pl)->refusals == 1 &&
	   is(imock_placement_refusal(pl, 0)->reason, "ias") &&
	   imock_placement_refusal(pl, 0)->err == -EINVAL &&
	   !imock_placement_refusal(pl, 1), "the refusal");
	placed = imock_placement_of(pl, "d3");
	ok(placed && placed == imock_placement_at(pl, 1) &&
	   is(placed->group, "pair") && placed->domain && !placed->err &&
	   !imock_placement_at(pl, 2) && !imock_placement_of(pl, "d4"),
	   "where a device of the group is");
	works(imock_placement_verify(pl), "verify");
	works(imock_place(im, "fresh", devices, 1, IMOCK_EMPTY, &second),
	      "a second placement at the same time");
	ok(imock_placement_of(second, "d1")->err &&
	   imock_placement_tally(second)->failed == 1,
	   "cannot have what is taken");
	fails(imock_placement_verify(second), -ENODATA, "nothing",
	      "nor verify what is empty");
	works(imock_placement_undo(second), "undo the second");
	works(imock_placement_undo(pl), "undo the first");
	ok(!imock_placement_undo(NULL), "undo nothing");
	liar(devices);
	ok(is(imock_caller_name(0), "einval") && imock_caller_what(0) &&
	   !imock_caller_name(1000), "the list of callers");
}

static void test_bind(void)
{
	struct imock_state *s;

	works(imock_bind(im, "d1", "iommu-mock-client"), "bind");
	fails(imock_bind(im, "d1", "iommu-mock-client"), -EBUSY, "is bound",
	      "bind again");
	works(imock_state_read(im, &s), "the state");
	ok(is(imock_state_device(s, "d1")->driver, "iommu-mock-client"), "says so");
	imock_state_free(s);
	works(imock_unbind(im, "d1"), "unbind");
	fails(imock_unbind(im, "d1"), -ENODEV, "not bound", "unbind again");
	fails(imock_bind(im, "d9", "x"), -ENOENT, "no such", "no such device");
}

static void test_finish(void)
{
	struct imock_state *s;

	works(imock_del(im, IMOCK_DOMAIN, "dom"), "delete the domain");
	works(imock_reset(im), "reset");
	works(imock_state_read(im, &s), "the state");
	ok(!imock_state_instance_at(s, 0) && !imock_state_device_at(s, 0) &&
	   !imock_state_domain_at(s, 0) && !imock_state_buffer_at(s, 0) &&
	   !imock_state_group_at(s, 0) && !imock_state_driver_at(s, 0), "is empty");
	imock_state_free(s);
	works(imock_unload(im), "unload");
	fails(imock_unload(im), -ENODEV, "not loaded", "unload again");
}

struct worker {
	pthread_t thread;
	const char *device;
	int rounds;
	int wrong;
	char why[256]; /* what the library says of it */
	unsigned int attaches, others; /* of the first round; that differ */
	unsigned int events, strangers; /* of this thread; of others */
};

/* The first sentence is the one that counts. */
static void keep_why(struct worker *w, struct imock *own)
{
	if (w->wrong && !*w->why)
		snprintf(w->why, sizeof(w->why), "%s", imock_error(own));
}

static void place(struct worker *w, struct imock *own)
{
	const struct imock_tally *tally;
	struct imock_placement *pl;

	w->wrong = imock_place(own, "type1", &w->device, 1, 0, &pl);
	keep_why(w, own);
	if (w->wrong)
		return;
	tally = imock_placement_tally(pl);
	if (!w->attaches)
		w->attaches = tally->attaches;
	w->others += tally->attaches != w->attaches || tally->missed ||
		     tally->refused || tally->refusals;
	w->wrong = imock_placement_of(pl, w->device)->err;
	if (!w->wrong)
		w->wrong = imock_placement_verify(pl);
	keep_why(w, own);
	w->wrong |= imock_placement_undo(pl);
	keep_why(w, own);
}

/* A context of its own, and a device of its own. */
static void *work(void *arg)
{
	struct worker *w = arg;
	struct imock *own = imock_new(NULL);
	const struct imock_event *ev;
	struct imock_journal *j;
	int i;

	w->wrong = !own || imock_journal_open(own, 0, &j);
	if (w->wrong)
		return NULL;
	imock_journal_thread(j, gettid());
	for (i = 0; i < w->rounds && !w->wrong; i++)
		place(w, own);
	while (!w->wrong && imock_journal_next(j, &ev, 0) == 1) {
		w->events += ev->kind == IMOCK_EV_ATTACH;
		w->strangers += ev->device && strcmp(ev->device, w->device);
		w->wrong |= ev->tid != gettid() || ev->pid != getpid();
	}
	imock_journal_close(j);
	imock_free(own);
	return NULL;
}

/* Alone, to know what a placement costs when nobody else places anything. */
static unsigned int undisturbed(void)
{
	struct worker w = { .device = "t0", .rounds = 1 };

	work(&w);
	ok(!w.wrong && w.attaches && !w.others, "a placement, alone");
	return w.attaches;
}

static int threads(void)
{
	struct worker w[2] = { { .device = "t0", .rounds = 20 },
			       { .device = "t1", .rounds = 20 } };
	unsigned int attaches;
	int i;

	works(imock_add_instance(im, "t", NULL), "an instance");
	for (i = 0; i < 2; i++)
		works(imock_add_device(im, w[i].device, "t", NULL), "a device");
	attaches = undisturbed();
	for (i = 0; i < 2; i++)
		pthread_create(&w[i].thread, NULL, work, &w[i]);
	for (i = 0; i < 2; i++) {
		pthread_join(w[i].thread, NULL);
		ok(!w[i].wrong, "a thread with a context of its own");
		ok(w[i].attaches == attaches && !w[i].others,
		   "counts its own attaches, each time as if it were alone");
		ok(w[i].events >= attaches * w[i].rounds && !w[i].strangers,
		   "and reads the events of its own");
		printf("# %u attaches, %u alone, %u placements differ, %u events, %u of others; %s\n",
		       w[i].attaches, attaches, w[i].others, w[i].events,
		       w[i].strangers, w[i].why);
	}
	works(imock_reset(im), "reset");
	printf("1..%d\n", tests);
	return 0;
}

/* The module must not go while the domain of a dead program is there. */
static int leave(void)
{
	return imock_add_instance(im, "left", NULL) ||
	       imock_add_device(im, "left", "left", NULL) ||
	       imock_add_domain(im, "left", "left") ||
	       imock_unload(im) != -EBUSY;
}

int main(int argc, char **argv)
{
	im = imock_new(NULL);
	if (!im)
		return 1;
	if (argc > 1 && !strcmp(argv[1], "leave"))
		return leave();
	if (argc > 1 && !strcmp(argv[1], "threads"))
		return threads();
	test_module();
	test_topology();
	test_state();
	test_domains();
	test_memory();
	test_dma();
	test_journal();
	test_placements();
	test_bind();
	test_finish();
	imock_free(im);
	printf("1..%d\n", tests);
	return 0;
}
