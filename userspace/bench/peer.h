/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A PCI function in a type1 container of its own: a mock function, or any other
 * behind an IOMMU. A function that returns an int returns 0, or another result
 * after a complaint.
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
 * name is that of a mock device, or a PCI address as lspci -D prints it. The
 * lab's scope reverts what opening changes: until then *p must not move.
 */
int peer_open(struct lab *lab, const char *which, struct peer *p);

#endif /* BENCH_PEER_H */
