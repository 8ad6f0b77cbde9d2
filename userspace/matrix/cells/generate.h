/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The whole cross product: topology, order of arrival, policy, mappings,
 * disturbance, errno, caller. What cannot make a difference is left out: see
 * docs/matrix.md.
 */
#ifndef MATRIX_GENERATE_H
#define MATRIX_GENERATE_H

#include "matrix/cells/cells.h"

/* Adds the cells of a topology, in both orders where that matters. */
void generate(struct cells *cells, const struct topo *topo);
/* Those in which all drivers refuse as a driver of the kernel does. */
struct preset;
void generate_preset(struct cells *cells, const struct topo *topo,
		     const struct preset *preset);

/*
 * relation.c: the answer for a device behind instance "dev" on a domain made
 * for instance "dom" under a policy, as a letter of a row's relation. The
 * function follows the definition of the checks in docs/ABI.md; rows.c contains
 * the same worked out by hand.
 */
char relation(const struct topo *t, const char *policy,
	      const char *const pairs[4], int dev, int dom);
/*
 * Does a domain that was made for one instance lose width or page sizes when
 * alter-candidate lets another one look at it?
 */
bool relation_narrows(const struct topo_inst *made, const struct topo_inst *in);

#endif /* MATRIX_GENERATE_H */
