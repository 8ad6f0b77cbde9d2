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
 * Each access is a place to switch, but those to entries that one operation
 * uses at most: it is the same when they are read or written.
 */
#undef pgt_load
#define pgt_load(p)                                                       \
	(is_used(p) ? place() : (void)0, __atomic_load_n(p, __ATOMIC_ACQUIRE))
#undef pgt_store
#define pgt_store(p, value)                                               \
	(is_used(p) ? place() : (void)0,                                  \
	 __atomic_store_n(p, value, __ATOMIC_RELAXED))
#define pgt_replace(p, old, new)                                          \
	(is_used(p) ? place() : (void)0, pgt_replace(p, old, new))
#define atomic_long_add(n, v) (place(), atomic_long_add(n, v))

#include "../pgtable/radix.c"
#include "../pgtable/tables.c"
#include "../pgtable/walk.c"

#define STACK 65536
#define FOREVER -1L

/*
 * Pages that operations name: 0 to 2 share tables; 5 is around 0 and 1, and 8
 * around 0 to 3; 6 and 7 are all that a table translates; 9 is the last page of
 * the table of 0 and 1. At each level, two operations use entries 0 to 2 and the
 * last one only.
 */
static const struct pages {
	u64 iova;
	u64 size;
	unsigned int count;
} pages[] = {
	{ 0, SZ_4K, 1 },	 { SZ_4K, SZ_4K, 1 },	{ SZ_2M, SZ_4K, 1 },
	{ 2 * SZ_2M, SZ_2M, 1 }, { SZ_1G, SZ_4K, 1 },	{ 0, SZ_2M, 1 },
	{ 0, SZ_4K, 512 },	 { 0, SZ_2M, 512 },	{ 0, SZ_1G, 1 },
	{ SZ_2M - SZ_4K, SZ_4K, 1 },
};

#define PAGES (sizeof(pages) / sizeof(pages[0]))

/*
 * What runs: "+1" maps page 1, "?1" gives up after one table, "!1" at once,
 * "-1" unmaps it, "w1" walks and must find it, "t0" trims.
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
static bool misuse;
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
		(const char *)p < (const char *)(&pt + 1)) || index <= 2 ||
	       index == 511;
}

/* ---- operations ---------------------------------------------------------- */

static void find(unsigned int page)
{
	struct pgt_leaf leaf;

	bad += !pgt_walk(&pt, pages[page].iova, &leaf) ||
	       leaf.iova != pages[page].iova || leaf.size != pages[page].size;
	bad += pgt_output(&pt, pages[page].iova + 1) != pages[page].iova + 1;
}

static u64 bytes_of(unsigned int page)
{
	return pages[page].size * pages[page].count;
}

static void map(unsigned int page, int patience, struct pgt_freed *freed)
{
	struct pgt_leaf leaf = {
		.iova = pages[page].iova, .phys = pages[page].iova,
		.size = pages[page].size, .prot = PGT_READ,
	};
	size_t done;
	int ret;

	ret = owner_map(&pt, &leaf, pages[page].count, patience, &done, freed);
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
		size = owner_unmap(&pt, pages[page].iova, bytes_of(page), freed);
		if (!misuse)
			bad += size != mapped[page] * bytes_of(page);
		mapped[page] = false;
		break;
	case 't':
		pgt_trim(&pt, freed);
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
	}
	return fiber->done;
}

/* ---- what must hold in the end ------------------------------------------- */

/* Returns how many tables there are; @trimmed: none of them may be empty. */
static long check_table(unsigned int level, u64 *table, bool trimmed)
{
	long tables = 1, used = 0;
	unsigned int i;

	for (i = 0; i < 1U << pgt_index_bits(pt.fmt, level); i++) {
		used += !!table[i];
		if (pgt_is_table(pt.fmt, level, table[i]))
			tables += check_table(level - 1,
					      pgt_slot_table(&pt, level - 1,
							     table[i]),
					      trimmed);
	}
	bad += trimmed && !used;
	return tables;
}

/* By the rules, nothing was in a table that was handed back. */
static long check_freed(const struct fiber *fiber)
{
	size_t size = pgt_table_size(pt.fmt);
	u64 *table = fiber->freed.tables;
	long tables = 0;

	for (; table; table = pgt_side(table, size)->next) {
		bad += !misuse && (table[0] || memcmp(table, table + 1,
						      size - sizeof(*table)));
		tables++;
	}
	return tables;
}

static bool overlap(unsigned int a, unsigned int b)
{
	return pages[a].iova < pages[b].iova + bytes_of(b) &&
	       pages[b].iova < pages[a].iova + bytes_of(a);
}

/* Against the rules, is it one of the pages that were fought over? */
static bool is_contested(unsigned int page)
{
	unsigned int i;
	const char *op;

	for (i = 0; i < 2 && misuse; i++)
		for (op = fibers[i].ops; *op; op += 2)
			if (overlap(op[1] - '0', page))
				return true;
	return false;
}

/* Should its first leaf be there? */
static bool is_expected(unsigned int page)
{
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		if (mapped[i] && pages[i].size == pages[page].size &&
		    pages[page].iova - pages[i].iova < bytes_of(i))
			return true;
	return false;
}

static void check_end(bool trimmed)
{
	long tables = pt.root ? check_table(pt.fmt->levels - 1,
					    pgt_address_table(pt.root),
					    trimmed) : 0;
	long freed = check_freed(&fibers[0]) + check_freed(&fibers[1]);
	unsigned int i;
	u64 bytes = 0;

	bad += tables != pt.tables || tables + freed != live_tables;
	for (i = 0; i < PAGES; i++) {
		struct pgt_leaf leaf;
		bool there = pgt_walk(&pt, pages[i].iova, &leaf) &&
			     leaf.iova == pages[i].iova &&
			     leaf.size == pages[i].size;

		bad += there != is_expected(i) && !is_contested(i);
		bytes += mapped[i] * bytes_of(i);
	}
	/* Not exact, but no nonsense either. */
	bad += misuse ? pgt_mapped(&pt) > 2 * SZ_1G : pgt_mapped(&pt) != bytes;
}

/* ---- schedules ----------------------------------------------------------- */

static void prepare(const char *before, const char *const ops[2])
{
	unsigned int i;

	pgt_init(&pt, pgt_format(MOCK_FORMAT_VTD_3L), 39, 52);
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

static void finish(void)
{
	run(&fibers[1], FOREVER);
	run(&fibers[0], FOREVER);
	check_end(false);
	pgt_trim(&pt, &fibers[0].freed);
	check_end(true);
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
	ok(!bad, "%s\"%s\", then \"%s\" beside \"%s\": %lu schedules (%lu bad)",
	   misuse ? "misuse: " : "", before, a, b, n, bad);
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
	/* The last page of a table, beside the first ones. */
	scenario("+9", "-9", "+0");
	scenario("+9+0", "-9", "w0");
	scenario("+9+0", "-9+9", "-0+1");
	/* From nothing. */
	scenario("", "+0", "+1");
	scenario("", "+0", "+3");
	scenario("", "+0", "+1-1");
	scenario("", "?0", "+1");
	scenario("", "?0", "?1");
	/* One that gives up. */
	scenario("+1", "-1", "?0");
	scenario("+3", "?0", "-3");
	scenario("+4", "!0", "-4");
	/* A page that stays is found. */
	scenario("+0+1", "-0", "w1");
	scenario("+0+2", "-0+0", "w2");
	scenario("+0+4", "-0", "w4");
}

/* Tables that are covered whole, beside their neighbours. */
static void covered(void)
{
	scenario("+6", "-6", "+2");
	scenario("+6", "-6+6", "+2-2");
	scenario("+6+2", "-6", "-2");
	scenario("+6+2", "-6+5", "w2");
	scenario("+6", "-6", "+3");
	scenario("+7", "-7", "+4");
	scenario("+7+4", "-7", "-4");
	scenario("+7+4", "-7+0", "w4");
}

/* Empty tables make room for a large page; a trim takes them all. */
static void empty(void)
{
	scenario("+0-0", "+5", "+2");
	scenario("+0-0", "+5", "+2-2");
	scenario("+0-0", "+0", "+2-2");
	scenario("+0-0+2-2", "+8", "+4");
	scenario("+0-0+2-2", "+8-8", "+4-4");
	scenario("+0-0+4", "+8-8+0", "w4");
	scenario("+0-0+1+4-4", "t0", "w1");
	scenario("+0-0+2-2+4", "t0", "w4");
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
	/* A page in a table that is covered, or makes room. */
	scenario("+6", "-6", "+0");
	scenario("+6", "-6", "-6+1");
	scenario("+7", "-7", "+0");
	scenario("+7", "-7", "-7+2");
	scenario("+0-0", "+5", "+1");
	scenario("+0-0", "+8", "+2");
	scenario("+0-0", "+8-8", "+2-2");
	scenario("+0-0+2-2", "+8", "+8");
	scenario("+0-0+2-2", "+8", "+5");
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
	covered();
	empty();
	against_the_rules();
	both_map();
	return done_testing();
}
