/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The matrix: rows of (topology, policy, errno of a refusal, disturbance),
 * each crossed with callers. A cell is one placement on the running kernel,
 * compared with what the contract (R1-R17) and the caller's definition
 * demand.
 */
#ifndef MATRIX_CELLS_H
#define MATRIX_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "callers/family.h"
#include "judge/judge.h"
#include "lib/mem.h"

#define MX_INSTS 8
#define MX_DEVS 16
#define MX_UNITS 8
#define MX_GROUP 4 /* devices in a group */

/* Why a device was refused: the reasons of the journal, one letter each. */
#define MX_REASONS(X)      \
	X('D', "driver")   \
	X('I', "instance") \
	X('F', "format")   \
	X('A', "ias")      \
	X('O', "oas")      \
	X('P', "pgsizes")  \
	X('C', "coherent") \
	X('E', "enforce")  \
	X('N', "never")    \
	X('X', "pair")     \
	X('f', "fresh")    \
	X('!', "fault")

enum {
#define X(letter, word) +1
	MX_N_REASONS = 0 MX_REASONS(X)
#undef X
};

extern const char mx_letters[]; /* "DIF..." */
extern const char *const mx_reasons[]; /* ends with NULL */
int mx_reason_letter(char letter); /* index, or -1 */
int mx_reason_word(const char *word); /* index, or -1 */

/* --- topologies: topo.c --- */

struct topo_inst {
	const char *name;
	const char *driver; /* NULL: "mock" */
	const char *options; /* features, as new_instance takes them */
	bool enforce; /* the features in the options, for the oracle */
};

struct topo_dev {
	const char *name;
	int inst;
	const char *group; /* NULL: its own */
	const char *bus; /* NULL: platform */
};

struct topo {
	const char *name;
	struct topo_inst insts[MX_INSTS]; /* ends with name == NULL */
	struct topo_dev devs[MX_DEVS]; /* ends with name == NULL */
};

extern const struct topo mx_topos[]; /* ends with name == NULL */
const struct topo *topo_find(const char *name);
bool topo_multi_driver(const struct topo *t);
bool topo_has_functions(const struct topo *t); /* of PCI */
/* "A, B: format=... C: ...; devices a on A, g1 on A and g2 on B in group g" */
void topo_text(const struct topo *t, struct buf *b);

/* The groups of a topology, in the order in which they are placed. */
struct topo_unit {
	const char *group;
	int devs[MX_GROUP]; /* indices into topo->devs */
	int n;
};
int topo_units(const struct topo *t, struct topo_unit units[MX_UNITS]);

/* --- rows: rows.c --- */

enum fault_point { FAULT_NONE, FAULT_ATTACH, FAULT_ALLOC, FAULT_MAP };
enum fault_filter { ON_ANY, ON_FRESH, ON_EXISTING };

/* Something wrong on purpose. */
struct disturb {
	const char *name; /* in the id; "-" is none */
	const char *misbehave; /* of the instances in "who", or NULL */
	const char *who; /* instances by letter: "B"; NULL: all */
	enum fault_point point;
	enum fault_filter filter;
	int times; /* -1: always */
	int nth; /* only the nth of the attaches that match; 0: off */
	const char *dev; /* the fault is for this device, and on its instance */
};

enum caller_kind {
	K_EINVAL,
	K_EMEDIUMTYPE,
	K_ANY,
	K_TYPE1,
	K_IOMMUFD,
	K_FRESH,
	K_BEST,
	KINDS
};
extern const char *const kind_words[];

/*
 * relation[i] contains, for devices behind instance i, one letter for each
 * instance that a domain can be made for: '.' accepted; '-' refused by the
 * core, because the driver is another; otherwise the reason of the refusal. 'N'
 * means refused unless the domain was made for the device's own group.
 */
struct row {
	const char *topo;
	const char *name; /* of the policy, in the id */
	const char *policy; /* as written to all instances */
	const char *pairs[4]; /* "B deny C" */
	const char *relation[MX_INSTS];
	const char *const *errnos; /* each is as the knob takes it */
	const struct disturb *const *disturbs; /* NULL: none only */
	unsigned int callers; /* bits of enum caller_kind */
	bool maps; /* with a mapping in the address space */
	bool dma; /* which devices read all the time; only with maps */
};

extern const struct row mx_rows[]; /* ends with topo == NULL */
extern const struct disturb no_disturb;

/* --- cells: cells.c --- */

struct special;

struct cell {
	const struct topo *topo;
	const struct row *row; /* NULL if special */
	const char *errnos;
	const struct disturb *disturb;
	enum caller_kind caller;
	const struct special *special; /* NULL if of a row */
};

struct cells {
	struct cell *v;
	unsigned int n;
	const struct choice
		*choice; /* the cells that cells_add() accepts; NULL: all */
	struct kept *kept; /* the rows of generated cells */
};

/*
 * Makes the slice that rows.c lists, and the special cells of these lists (NULL
 * ends them); with all, every cell. Keeps only the wanted cells (NULL: all),
 * see select.h.
 */
struct choice;
struct preset;
void cells_make(struct cells *cells, bool all, const struct choice *choice,
		const struct special *const *specials);
/* Those in which drivers refuse as these do; NULL ends them. */
void cells_make_presets(struct cells *cells,
			const struct preset *const *presets,
			const struct choice *choice);
/* If it is wanted */
void cells_add(struct cells *cells, const struct cell *cell);
void *cells_keep(struct cells *cells, size_t size); /* zeroed */
void cells_free(struct cells *cells);
char *cell_id(const struct cell *cell); /* free() it */

/* Parts of ids: with mappings present; devices arrive last first. */
#define MX_MAPS "+maps"
#define MX_DMA "+dma" /* and devices do DMA meanwhile */
#define MX_REVERSED "-reversed"

#endif /* MATRIX_CELLS_H */
