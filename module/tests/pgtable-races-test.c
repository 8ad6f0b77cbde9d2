// SPDX-License-Identifier: GPL-2.0-only
/*
 * All schedules of two operations on one table that switch at most four times
 * between them, at any access to shared memory; with callers that keep the
 * rules of pgtable.h, and with some that do not.
 */
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "pgtable-owner.h"
#include "tap.h"

static void place(void);

static bool is_used(const void *p);

/*
 * Each access is a place to switch, but those to entries that nobody ever uses:
 * it is the same whenever they are read.
 */
#undef pgt_load
#define pgt_load(p)                                                       \
	(is_used(p) ? place() : (void)0, __atomic_load_n(p, __ATOMIC_ACQUIRE))
#undef pgt_store
#define pgt_store(p, value)                                               \
	(place(), __atomic_store_n(p, value, __ATOMIC_RELAXED))
#define pgt_replace(p, old, new) (place(), pgt_replace(p, old, new))
#define atomic_long_read(v) (place(), atomic_long_read(v))
#define atomic_long_read_acquire(v) (place(), atomic_long_read_acquire(v))
#define atomic_long_cmpxchg(v, old, new)                                  \
	(place(), atomic_long_cmpxchg(v, old, new))
#define atomic_long_sub_return(n, v) (place(), atomic_long_sub_return(n, v))
#define atomic_long_add(n, v) (place(), atomic_long_add(n, v))

#include "../pgtable/radix.c"
#include "../pgtable/tables.c"
#include "../pgtable/walk.c"

#define STACK 65536
#define FOREVER -1L

/*
 * Pages that operations name: 0 to 2 share tables; 5 is around 0 and 1. At each
 * level, they use entries 0 to 2.
 */
static const struct pgt_leaf pages[] = {
	{ .iova = 0, .size = SZ_4K },
	{ .iova = SZ_4K, .size = SZ_4K },
	{ .iova = SZ_2M, .size = SZ_4K },
	{ .iova = 2 * SZ_2M, .size = SZ_2M },
	{ .iova = SZ_1G, .size = SZ_4K },
	{ .iova = 0, .size = SZ_2M },
};

#define PAGES (sizeof(pages) / sizeof(pages[0]))

/*
 * What runs: "+1" maps page 1, "?1" gives up after one table, "!1" at once,
 * "-1" unmaps it, "w1" walks and must find it.
 */
struct fiber {
	ucontext_t context;
	const char *ops;
	bool done;
	struct pgt_freed freed;
	char stack[STACK];
};

static struct pgt pt;
static struct fiber fibers[2], *current;
static ucontext_t scheduler;
static long quantum;
static bool mapped[PAGES];
static bool misuse, keeps;
static unsigned long bad;

static void place(void)
{
	if (current && !quantum--)
		swapcontext(&current->context, &scheduler);
}

static bool is_used(const void *p)
{
	size_t index = (uintptr_t)p % pgt_table_size(pt.fmt) / sizeof(u64);

	return ((const char *)p >= (const char *)&pt &&
		(const char *)p < (const char *)(&pt + 1)) || index <= 2;
}

/* ---- operations ---------------------------------------------------------- */

static void find(unsigned int page)
{
	struct pgt_leaf leaf;

	bad += !pgt_walk(&pt, pages[page].iova, &leaf) ||
	       leaf.iova != pages[page].iova || leaf.size != pages[page].size;
	bad += pgt_output(&pt, pages[page].iova + 1) != pages[page].iova + 1;
}

static void map(unsigned int page, int patience, struct pgt_freed *freed)
{
	struct pgt_leaf leaf = pages[page];
	size_t done;
	int ret;

	leaf.prot = PGT_READ;
	leaf.phys = leaf.iova;
	ret = owner_map(&pt, &leaf, 1, patience, &done, freed);
	mapped[page] |= !ret;
	if (!misuse)
		bad += patience < 0 ? ret : ret && ret != -ENOMEM;
}

static void operate(const char *op, struct pgt_freed *freed)
{
	unsigned int page = op[1] - '0';
	size_t size;

	switch (op[0]) {
	case '+':
		map(page, -1, freed);
		break;
	case '?': case '!':
		map(page, op[0] == '?', freed);
		break;
	case '-':
		size = owner_unmap(&pt, pages[page].iova, pages[page].size,
				   freed);
		if (!misuse)
			bad += size != mapped[page] * pages[page].size;
		mapped[page] = false;
		if (keeps)
			pgt_cover(&pt, pages[page].iova, pages[page].size);
		break;
	default:
		find(page);
	}
}

static void fiber_main(void)
{
	struct fiber *fiber = current;
	const char *op;

	for (op = fiber->ops; *op; op += 2)
		operate(op, &fiber->freed);
	fiber->done = true;
	swapcontext(&fiber->context, &scheduler);
}

static bool run(struct fiber *fiber, long steps)
{
	if (!fiber->done) {
		current = fiber;
		quantum = steps;
		swapcontext(&scheduler, &fiber->context);
		current = NULL;
		/* Somebody may read it now. */
		bad += pt.tables < 0;
	}
	return fiber->done;
}

/* ---- what must hold in the end ------------------------------------------- */

/* May this one be empty? */
static bool stays(unsigned int level, u64 *table)
{
	unsigned int at;

	return pt.kept && pgt_descend(&pt, kept_iova(pt.kept), level, &at) ==
				  table && at == level;
}

/* Every table in use has the count of its pointers; returns how many tables. */
static long check_table(unsigned int level, u64 *table)
{
	long tables = 1, pointers = 0, used = 0;
	unsigned int i;

	for (i = 0; i < 1U << pgt_index_bits(pt.fmt, level); i++) {
		used += !!table[i];
		if (!pgt_is_table(pt.fmt, level, table[i]))
			continue;
		pointers++;
		tables += check_table(level - 1,
				      pgt_slot_table(&pt, level - 1, table[i]));
	}
	bad += (!used && !stays(level, table)) || pgt_is_dead(&pt, table) ||
	       (*pgt_count_of(&pt, table) & PGT_USERS) != pointers;
	return tables;
}

/* Did the fiber do anything at this address? */
static bool was_at(const struct fiber *fiber, u64 iova)
{
	const char *op;

	for (op = fiber->ops; *op; op += 2)
		if (pages[op[1] - '0'].iova == iova)
			return true;
	return false;
}

/* Whatever was freed is dead by the fiber's hand, and nobody filled it. */
static long check_freed(const struct fiber *fiber)
{
	size_t size = pgt_table_size(pt.fmt);
	u64 *table = fiber->freed.tables;
	long tables = 0;

	for (; table; table = pgt_side(table, size)->next) {
		bad += pgt_side(table, size)->count >= 0 || table[0] ||
		       memcmp(table, table + 1, size - sizeof(*table)) ||
		       !was_at(fiber, pgt_freed_iova(table, size));
		tables++;
	}
	return tables;
}

/* Against the rules, is it one of the pages that were fought over? */
static bool is_contested(unsigned int page)
{
	unsigned int i;
	const char *op;

	for (i = 0; i < 2 && misuse; i++) {
		for (op = fibers[i].ops; *op; op += 2) {
			const struct pgt_leaf *other = &pages[op[1] - '0'];

			if (other->iova < pages[page].iova + pages[page].size &&
			    pages[page].iova < other->iova + other->size)
				return true;
		}
	}
	return false;
}

static void check_end(void)
{
	long tables = pt.root ? check_table(pt.fmt->levels - 1,
					    pgt_address_table(pt.root)) : 0;
	long freed = check_freed(&fibers[0]) + check_freed(&fibers[1]);
	unsigned int i;
	u64 bytes = 0;

	bad += tables != pt.tables || tables + freed != live_tables;
	for (i = 0; i < PAGES; i++) {
		struct pgt_leaf leaf;
		bool there = pgt_walk(&pt, pages[i].iova, &leaf) &&
			     leaf.iova == pages[i].iova &&
			     leaf.size == pages[i].size;

		bad += there != mapped[i] && !is_contested(i);
		bytes += mapped[i] * pages[i].size;
	}
	/* Not exact, but no nonsense either. */
	bad += misuse ? pgt_mapped(&pt) > SZ_1G : pgt_mapped(&pt) != bytes;
}

/* ---- schedules ----------------------------------------------------------- */

static void prepare(const char *before, const char *const ops[2])
{
	unsigned int i;

	pgt_init(&pt, pgt_format(MOCK_FORMAT_VTD_3L), 39, 52);
	pt.keeps = keeps;
	memset(mapped, 0, sizeof(mapped));
	for (; *before; before += 2)
		operate(before, NULL);
	for (i = 0; i < 2; i++) {
		struct fiber *fiber = &fibers[i];

		getcontext(&fiber->context);
		fiber->context.uc_stack.ss_sp = fiber->stack;
		fiber->context.uc_stack.ss_size = STACK;
		fiber->context.uc_link = NULL;
		makecontext(&fiber->context, fiber_main, 0);
		fiber->ops = ops[i];
		fiber->done = false;
		fiber->freed.tables = NULL;
	}
}

/* What was kept goes, and nothing else is empty. */
static void settle(void)
{
	struct pgt_freed freed = PGT_FREED_INIT(freed);

	pgt_settle(&pt, &freed);
	tables_free(pt.fmt, &freed);
	bad += !!pt.kept;
	check_end();
}

static void finish(void)
{
	run(&fibers[1], FOREVER);
	run(&fibers[0], FOREVER);
	check_end();
	if (keeps)
		settle();
	owner_clear(&pt);
	tables_free(pt.fmt, &fibers[0].freed);
	tables_free(pt.fmt, &fibers[1].freed);
	bad += !!live_tables;
	live_tables = 0;
}

/*
 * The first for a while, the second for a while, the first, the second to its
 * end, the first to its end. Each while is longer by one until it is enough.
 */
static unsigned long schedules(const char *before, const char *const ops[2])
{
	bool first, second = false, third;
	unsigned long n = 0;
	long k1, k2, k3;

	for (first = false, k1 = 0; !first; k1++) {
		for (second = false, k2 = 0; !first && !second; k2++) {
			for (third = false, k3 = 1; !third; k3++, n++) {
				prepare(before, ops);
				first = run(&fibers[0], k1);
				second = !first && run(&fibers[1], k2);
				third = first || second ||
					run(&fibers[0], k3);
				finish();
			}
		}
	}
	return n;
}

static void scenario(const char *before, const char *a, const char *b)
{
	const char *const ops[2] = { a, b };
	unsigned long n;

	bad = 0;
	n = schedules(before, ops);
	ok(!bad, "%s%s\"%s\", then \"%s\" beside \"%s\": %lu schedules (%lu bad)",
	   keeps ? "keeping: " : "", misuse ? "misuse: " : "", before, a, b,
	   n, bad);
}

static void within_the_rules(void)
{
	/* The last two pages of a table; of the table above; of the root. */
	scenario("+0+1", "-0", "-1");
	scenario("+0+2", "-0", "-2");
	scenario("+0+4", "-0", "-4");
	/* A new one while the last goes; and when it went. */
	scenario("+0", "-0", "+1");
	scenario("+0", "-0", "+2");
	scenario("+0", "-0", "+3");
	scenario("+0", "-0", "+4");
	scenario("+0", "-0", "+1-1");
	/* One that gives up. */
	scenario("+1", "-1", "?0");
	scenario("+3", "?0", "-3");
	scenario("+4", "!0", "-4");
	/* A page that stays is found. */
	scenario("+0+1", "-0", "w1");
	scenario("+0+2", "-0+0", "w2");
	scenario("+0+4", "-0", "w4");
}

/* From nothing: it is the same whether one would be kept. */
static void from_nothing(void)
{
	scenario("", "+0", "+1");
	scenario("", "+0", "+3");
	scenario("", "+0", "+1-1");
	scenario("", "?0", "+1");
	scenario("", "?0", "?1");
}

/* With a table that was kept: it is in nobody's way, and taken out once. */
static void with_one_kept(void)
{
	scenario("+0-0", "+5", "+2");
	scenario("+0-0", "+5", "+2-2");
	scenario("+0-0", "+0", "+2-2");
	scenario("+0-0", "+0-0", "+2-2");
	scenario("+2-2", "+5", "+4-4");
	scenario("+0+2-2", "+2-2", "w0");
	/* That of a large page, above that of a small one. */
	scenario("+3", "-3", "+0-0");
	scenario("+3-3", "+3-3", "+0-0");
	scenario("+3-3", "+3", "+4-4");
}

static void against_the_rules(void)
{
	misuse = true;
	scenario("+0", "-0", "-0");
	scenario("+0+1", "-0", "-0");
	scenario("+5", "-5", "-5+0");
	scenario("+0", "-0", "+5");
	scenario("+0", "-0", "+0");
	scenario("+1", "+0-0", "+0-0");
	scenario("+5", "-5+5", "-5+0");
	scenario("+0+1+3", "-0", "-0+2");
}

/* Two who map the same. */
static void both_map(void)
{
	scenario("", "+0", "+0");
	scenario("+1", "+0", "+0");
	scenario("+3", "+0", "+5");
}

int main(void)
{
	within_the_rules();
	from_nothing();
	against_the_rules();
	both_map();
	misuse = false;
	keeps = true;
	within_the_rules();
	with_one_kept();
	against_the_rules();
	return done_testing();
}
