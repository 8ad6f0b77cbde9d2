// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pgtable-owner.h"

long live_tables;
size_t table_align;

u64 *table_alloc(const struct pgt_format *fmt)
{
	size_t size = pgt_table_size(fmt);
	void *table;

	/* No more than that, so that the sanitizer sees who reads past it. */
	if (posix_memalign(&table, table_align > size ? table_align : size,
			   size + sizeof(struct pgt_side)))
		abort();
	__atomic_add_fetch(&live_tables, 1, __ATOMIC_RELAXED);
	memset(table, 0, size);
	/* What hands the table back writes there. */
	memset(pgt_side(table, size), 0x55, sizeof(struct pgt_side));
	return table;
}

void table_free(u64 *table)
{
	__atomic_add_fetch(&live_tables, -1, __ATOMIC_RELAXED);
	free(table);
}

void tables_free(const struct pgt_format *fmt, struct pgt_freed *freed)
{
	while (freed->tables) {
		u64 *table = freed->tables;

		freed->tables = pgt_side(table, pgt_table_size(fmt))->next;
		table_free(table);
	}
}

/* Free tables, or put them on a list if there is one. */
static void tables_move(const struct pgt_format *fmt, struct pgt_freed *to,
			struct pgt_freed *from)
{
	while (to && from->tables) {
		u64 *table = from->tables;

		from->tables = pgt_side(table, pgt_table_size(fmt))->next;
		pgt_push_freed(to, table, pgt_table_size(fmt));
	}
	tables_free(fmt, from);
}

int owner_map(struct pgt *pt, const struct pgt_leaf *want, size_t count,
	      int patience, size_t *done, struct pgt_freed *freed)
{
	struct pgt_request req = {
		.iova = want->iova, .phys = want->phys, .pgsize = want->size,
		.size = want->size * count, .prot = want->prot,
	};
	u64 quick = pgt_map_quick(pt, req.iova, req.phys, req.pgsize, req.size,
				  req.prot);
	unsigned int calls = 0;
	int ret = 0;

	req.iova += quick;
	req.phys += quick;
	req.size -= quick;
	while (!ret && (req.size || !count)) {
		ret = pgt_map(pt, &req);
		/* A way and its leaves for each page are the most. */
		if (!ret && calls++ > 8 * count)
			ret = -EDEADLK;
		if (ret == -EAGAIN && patience--) {
			req.spare = table_alloc(pt->fmt);
			ret = 0;
		} else if (ret == -EAGAIN) {
			ret = -ENOMEM;
		}
	}
	*done = req.iova - want->iova;
	if (req.spare)
		table_free(req.spare);
	tables_move(pt->fmt, freed, &req.freed);
	return ret;
}

size_t owner_unmap(struct pgt *pt, u64 iova, u64 size, struct pgt_freed *freed)
{
	struct pgt_freed own = PGT_FREED_INIT(own);
	size_t done = 0, step;

	do {
		step = pgt_unmap(pt, iova, size, done, &own);
		done += step;
	} while (step && done < size);
	tables_move(pt->fmt, freed, &own);
	return done;
}

void owner_trim(struct pgt *pt)
{
	struct pgt_freed freed = PGT_FREED_INIT(freed);

	pgt_trim(pt, &freed);
	tables_free(pt->fmt, &freed);
}

void owner_clear(struct pgt *pt)
{
	struct pgt_freed freed = PGT_FREED_INIT(freed);

	pgt_clear(pt, &freed);
	tables_free(pt->fmt, &freed);
}

struct pgt_walker full_walker(enum mock_format format)
{
	const struct pgt_format *fmt = pgt_format(format);

	return (struct pgt_walker){
		.fmt = fmt, .ias = fmt->ias, .oas = fmt->oas,
		.pgsizes = fmt->pgsizes,
	};
}

u32 expected_prot(const struct pgt_format *fmt, u32 prot)
{
	if (!strncmp(fmt->name, "arm", 3) || !strncmp(fmt->name, "x86", 3))
		return prot | PGT_READ;
	if (!strncmp(fmt->name, "riscv", 5) && prot & PGT_WRITE)
		return prot | PGT_READ;
	return prot;
}
