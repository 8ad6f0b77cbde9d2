// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios about the owner of a group: VFIO, or the kernel. */
#include <errno.h>
#include <string.h>

#include "lib/root.h"
#include "lib/topology.h"
#include "lib/words.h"
#include "scenario/container.h"

/* ---- B14 ----------------------------------------------------------------- */

/* No machine has memory here: a mapping of it touches nothing. */
#define DIRECT 0xfed00000

/* A function whose firmware needs an address mapped to itself, always. */
enum verdict sc_b14(struct scene *s)
{
	autofree char *before = NULL, *after = NULL;
	const char *reason;
	int container, err;

	if (sc_no_vfio(s))
		return NO_VFIO;
	sc_one_function(s, NULL, "resv=direct:0xfed00000+4K");
	before = sc_where(s, "a0");
	container = sc_container(s);
	err = sc_join(s, container, "a0", ASKED);
	after = sc_where(s, "a0");
	if (err && !strcmp(before, after))
		return sc_end(
			s, SC_ABSENT,
			"VFIO cannot take a device that needs its firmware's map (%s); the device is on %s, as before",
			errno_name(err), after);
	if (err)
		return sc_end(
			s, SC_PRESENT,
			"VFIO cannot take a device that needs its firmware's map (%s), but the device was on %s and is on %s",
			errno_name(err), before, after);
	if (sc_dma(s, "a0", DIRECT, &reason) && strcmp(reason, "not-mapped"))
		return sc_end(
			s, SC_ABSENT,
			"VFIO took the device, and its firmware's map is still there");
	return sc_end(
		s, SC_PRESENT,
		"VFIO took a device whose firmware needs a map, and the map is gone: DMA there faults (%s)",
		reason);
}

/* ---- B81 ----------------------------------------------------------------- */

/*
 * A driver that does DMA itself and that every VM has; its probe refuses the
 * mock device.
 */
#define HOST_DRIVER "virtio-pci"

/*
 * A user owns one device of a group; a driver of the kernel is to get the
 * other.
 */
enum verdict sc_b81(struct scene *s)
{
	const struct m_device *a1;
	const char *reason;
	struct model *m;
	int container, err = 0, dma;

	if (sc_no_vfio(s))
		return NO_VFIO;
	if (!root_exists(s->ctx, "/sys/bus/pci/drivers/" HOST_DRIVER))
		return sc_end(s, SC_CANNOT,
			      "this kernel has no driver " HOST_DRIVER
			      " to try it with");
	sc_instance(s, "a", NULL);
	sc_device(s, "a0", "a", "bus=pci group=" SC_PREFIX "g");
	sc_device(s, "a1", "a", "bus=pci group=" SC_PREFIX "g");
	sc_bind(s, "a0");
	container = sc_container(s);
	sc_join(s, container, "a0", FIRST);
	if (sc_dma(s, "a0", SC_IOVA, &reason))
		sc_fail(s, "DMA does not arrive before (%s)", reason);
	a1 = sc_look(s, "a1", &m);
	if (a1 && a1->driver)
		sc_fail(s, "%s is bound to %s already", a1->name, a1->driver);
	if (a1 && !s->broken) {
		err = topo_bind(s->ctx, a1, HOST_DRIVER);
		sc_note(s, "device bind %s " HOST_DRIVER ": %s", a1->name,
			err ? errno_name(err) : "done");
		if (!err)
			topo_unbind(s->ctx, a1);
	}
	model_free(m);
	dma = sc_dma(s, "a0", SC_IOVA, &reason);
	if (err == -EBUSY && !dma)
		return sc_end(
			s, SC_ABSENT,
			"a kernel driver cannot bind a device of a group that user space owns (EBUSY), and the group's DMA continues");
	return sc_end(
		s, SC_PRESENT,
		"the kernel probed a driver for a device of a group that user space owns (%s), and the group's DMA %s",
		err ? errno_name(err) : "bound", dma ? "faults" : "continues");
}
