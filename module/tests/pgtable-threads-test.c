// SPDX-License-Identifier: GPL-2.0-only
/*
 * radix.c with threads that own every fourth page, so that they share all
 * tables. Each also owns a place for a large page, which it fills in other ways,
 * too: so tables are covered and make room all the time, beside the others'.
 * Round by round: what a round hands back is kept until its threads are joined,
 * as RCU does it in the kernel.
 */
#include <pthread.h>
#include <stdlib.h>

#include "pgtable-owner.h"
#include "tap.h"

#define THREADS 4
#define OWN 6
#define OPS 400
#define ROUNDS 150

static struct pgt pt;

/*
 * One of the threads; @page are its pages, the last one a large one, which
 * consists of @count leaves of @size.
 */
struct worker {
	pthread_t thread;
	unsigned int id;
	u64 state;
	u64 page[OWN];
	u64 size;
	u64 count;
	bool mapped[OWN];
	unsigned long bad;
	struct pgt_freed freed;
};

static u64 size_of(unsigned int i)
{
	return i == OWN - 1 ? 1ULL << pgt_shift(pt.fmt, 1) :
			      1ULL << pt.fmt->granule;
}

/* What an address is mapped to follows from it. */
static u64 phys_of(u64 iova)
{
	return iova ^ (1ULL << 38);
}

/*
 * Two leaf tables, at the end of one table of level 1 and at the beginning of
 * the next, have small pages; the large ones are beside them.
 */
static void set_pages(struct worker *worker)
{
	u64 middle = 1ULL << pgt_shift(pt.fmt, 2), page = size_of(0);
	unsigned int i;

	for (i = 0; i < OWN - 1; i++)
		worker->page[i] = middle + (i % 2 ? 0 : -(THREADS * (OWN - 1) * page)) +
				  (i * THREADS + worker->id) * page;
	/* Three and two before the middle, one and two after it. */
	worker->page[i] = middle + size_of(i) * worker->id -
			  size_of(i) * (worker->id < 2 ? 3 : 1);
	for (i = 0; i < OWN; i++)
		worker->mapped[i] = false;
}

static void check_own(struct worker *worker, unsigned int i)
{
	bool large = i == OWN - 1 && worker->mapped[i];
	u64 size = large ? worker->size : size_of(i), iova = worker->page[i];
	struct pgt_leaf leaf;
	bool there;

	if (large)
		iova += rnd(&worker->state, worker->count) * size;
	there = pgt_walk(&pt, iova + rnd(&worker->state, size), &leaf) &&
		leaf.iova == iova;
	worker->bad += there != worker->mapped[i];
	if (there)
		worker->bad += leaf.phys != phys_of(iova) || leaf.size != size ||
			       leaf.prot != (PGT_READ | PGT_WRITE);
}

/* One large leaf; small ones in its place, as many as there can be, or one. */
static void choose_leaves(struct worker *worker)
{
	u32 way = rnd(&worker->state, 3);

	worker->size = size_of(way ? 0 : OWN - 1);
	worker->count = way == 1 ? size_of(OWN - 1) / size_of(0) : 1;
}

static void toggle(struct worker *worker, unsigned int i)
{
	struct pgt_leaf leaf = {
		.iova = worker->page[i], .phys = phys_of(worker->page[i]),
		.size = size_of(i), .prot = PGT_READ | PGT_WRITE,
	};
	int patience = rnd(&worker->state, 4) ? -1 : (int)rnd(&worker->state, 3);
	size_t count = 1, done;

	if (i == OWN - 1 && !worker->mapped[i])
		choose_leaves(worker);
	if (i == OWN - 1) {
		leaf.size = worker->size;
		count = worker->count;
	}
	if (worker->mapped[i]) {
		worker->bad += owner_unmap(&pt, leaf.iova, leaf.size * count,
					   &worker->freed) != leaf.size * count;
		worker->mapped[i] = false;
		return;
	}
	if (!owner_map(&pt, &leaf, count, patience, &done, &worker->freed))
		worker->mapped[i] = true;
	else
		worker->bad += patience < 0 || done;
}

/*
 * Leaves of all threads, in order; each must be one that a thread could map. A
 * thread may have put a large leaf where the last small one was found, so a leaf
 * may begin before the address that was asked for, but it must contain that.
 */
static void check_all(struct worker *worker)
{
	struct pgt_leaf leaf;
	u64 iova = 0;

	while (pgt_walk(&pt, iova, &leaf)) {
		worker->bad += leaf.iova + leaf.size <= iova ||
			       leaf.phys != phys_of(leaf.iova) ||
			       (leaf.size != size_of(0) &&
				leaf.size != size_of(OWN - 1));
		iova = leaf.iova + leaf.size;
	}
}

static void *work(void *arg)
{
	struct worker *worker = arg;
	unsigned int n;

	for (n = 0; n < OPS; n++) {
		u32 i = rnd(&worker->state, OWN);

		toggle(worker, i);
		check_own(worker, rnd(&worker->state, OWN));
		if (n % 16 == 0)
			check_all(worker);
	}
	for (n = 0; n < OWN; n++)
		if (worker->mapped[n])
			toggle(worker, n);
	return NULL;
}

static void all(enum mock_format format)
{
	static struct worker workers[THREADS];
	unsigned long bad = 0, left = 0, lost = 0;
	unsigned int round, i;

	pgt_init(&pt, pgt_format(format), pgt_format(format)->ias,
		 pgt_format(format)->oas);
	for (i = 0; i < THREADS; i++)
		workers[i] = (struct worker){ .id = i, .state = 88172645 + i };
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < THREADS; i++) {
			set_pages(&workers[i]);
			if (pthread_create(&workers[i].thread, NULL, work,
					   &workers[i]))
				abort();
		}
		for (i = 0; i < THREADS; i++)
			pthread_join(workers[i].thread, NULL);
		pgt_trim(&pt, &workers[0].freed);
		left += pt.tables || pgt_mapped(&pt) || pt.root;
		for (i = 0; i < THREADS; i++)
			tables_free(pt.fmt, &workers[i].freed);
		lost += !!live_tables;
	}
	for (i = 0; i < THREADS; i++)
		bad += workers[i].bad;
	ok(!bad, "%s: %u threads: each finds its pages as it left them (%lu not)",
	   pt.fmt->name, THREADS, bad);
	ok(!left, "%s: counts are 0 when all is unmapped and trimmed (%lu rounds not)",
	   pt.fmt->name, left);
	ok(!lost, "%s: all tables are back (%lu rounds not)", pt.fmt->name,
	   lost);
}

int main(void)
{
	all(MOCK_FORMAT_RISCV_SV39);
	all(MOCK_FORMAT_ARM_4K);
	all(MOCK_FORMAT_AMD_V1);
	return done_testing();
}
