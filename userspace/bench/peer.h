/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A PCI function in a type1 container of its own: one of the mock's, or any
 * other that is behind an IOMMU. What returns an int returns an enum status,
 * and has said what is wrong.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include "bench/lab.h"
#include "lib/model.h"

struct peer {
	char *unit; /* the IOMMU that it is behind, as the kernel calls it */
	char *format; /* of a mock's tables; NULL: it is not the mock's */
	uint64_t iotlb; /* entries; of a mock */
	char *name, *address;
	struct m_device dev; /* in terms of these */
	bool bound; /* by us */
	int group, container; /* -1: not open */
};

/*
 * The name of a mock's device, or a PCI address as lspci -D has it. The lab's
 * scope puts back what opening changes: until then *p stays where it is.
 */
int peer_open(struct lab *lab, const char *which, struct peer *p);

#endif /* BENCH_PEER_H */
