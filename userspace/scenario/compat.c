// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios of iommufd in the place of a container of VFIO. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/iommufd.h"
#include "lib/root.h"
#include "lib/vfio.h"
#include "lib/words.h"
#include "scenario/container.h"
#include "scenario/judge.h"

/*
 * The function's group joins the container, and the function is opened: its
 * file. Here the open does the attach. The first function makes the container
 * type1, version 1.
 */
static int sit(struct scene *s, int container, const char *device, bool first)
{
	struct model *m;
	const struct m_device *dev = sc_look(s, device, &m);
	int group = dev ? vfio_group_open(s->ctx, dev) : -1;
	int err = group < 0 ? group : 0, fd = -1;

	if (group >= 0) {
		sc_keep_fd(s, group);
		err = vfio_group_join(group, container, dev);
	}
	if (!err && first)
		err = vfio_use_type1_v1(container, dev);
	if (!err)
		fd = err = vfio_device_open(group, dev);
	if (fd >= 0)
		sc_keep_fd(s, fd);
	if (dev && err < 0)
		sc_fail(s, "%s", vfio_error());
	else if (dev)
		sc_note(s, "VFIO: %s is in the container", dev->name);
	model_free(m);
	return fd;
}

/* Memory that is accounted to us as pinned, in KiB. */
static long pinned(struct scene *s)
{
	autofree char *status = root_read(s->ctx, "/proc/self/status");
	const char *line = status ? strstr(status, "VmPin:") : NULL;

	if (!line)
		sc_fail(s, "/proc/self/status has no VmPin");
	return line ? atol(line + strlen("VmPin:")) : 0;
}

/* ---- B19 ----------------------------------------------------------------- */

#define HOLE (SC_IOVA + 0x4000)
#define HOLE_BYTES 0x4000

/* A mapping on two page tables loses its middle, then one of them goes. */
enum verdict sc_b19(struct scene *s)
{
	const char *missing = iommufd_missing(s->ctx);
	struct seen_b19 seen = { .middle = HOLE_BYTES, .mapped = SC_BYTES };
	const char *reason;
	int container, a0;

	if (missing)
		return sc_end(s, SC_CANNOT, "this kernel has no %s", missing);
	sc_two_functions(s, "policy=same-instance", "policy=same-instance");
	container = s->broken ? -1 : iommufd_container_open(s->ctx);
	if (container >= 0)
		sc_keep_fd(s, container);
	else
		sc_fail(s, "%s", vfio_error());
	a0 = sit(s, container, "a0", true);
	sit(s, container, "b0", false);
	seen.pinned_before = pinned(s);
	if (!s->broken &&
	    vfio_map(container, sc_memory(s, SC_BYTES), SC_IOVA, SC_BYTES))
		sc_fail(s, "%s", vfio_error());
	if (sc_domains_in_use(s) != 2)
		sc_fail(s, "the two functions are not on two page tables");
	sc_unmap(s, container, HOLE, HOLE_BYTES, &seen.middle_told);
	seen.hole_faults = sc_dma(s, "b0", HOLE, &reason) &&
			   sc_dma(s, "a0", HOLE, &reason);
	sc_close_fd(s, a0);
	seen.rest_faults = sc_dma(s, "b0", SC_IOVA, &reason) ||
			   sc_dma(s, "b0", HOLE + HOLE_BYTES, &reason);
	sc_unmap(s, container, SC_IOVA, SC_BYTES, &seen.rest_told);
	seen.end_faults = sc_dma(s, "b0", SC_IOVA, &reason) &&
			  sc_dma(s, "b0", HOLE + HOLE_BYTES, &reason);
	seen.pinned_after = pinned(s);
	return sc_judge_b19(s, &seen);
}
