// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios of VFIO's type1: real containers, with PCI functions of ours. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/vfio.h"
#include "lib/words.h"
#include "scenario/scenario.h"

#define IOVA 0x100000
#define BYTES 0x10000

/* VFIO, which says itself what the kernel lacks. */
static bool no_vfio(struct scene *s)
{
	return vfio_load(s->ctx) != ST_OK;
}

#define NO_VFIO \
	sc_end(s, SC_CANNOT, "this kernel has no VFIO with type1 containers")

static int open_container(struct scene *s)
{
	int fd = s->broken ? -1 : vfio_container_open(s->ctx);

	if (fd >= 0)
		sc_keep_fd(s, fd);
	else
		sc_fail(s, "%s", vfio_error());
	return fd;
}

/*
 * The device's group joins a container: what the kernel says. The first one
 * also makes it type1 and brings memory.
 */
static int join(struct scene *s, int container, const char *device, bool first)
{
	struct model *m;
	const struct m_device *dev = sc_look(s, device, &m);
	int group = dev ? vfio_group_open(s->ctx, dev) : -1;
	int err = 0;

	if (!dev)
		return 0;
	if (group < 0) {
		sc_fail(s, "%s", vfio_error());
		model_free(m);
		return 0;
	}
	err = vfio_group_join(group, container, dev);
	if (!err && first)
		err = vfio_use_type1(container, dev);
	if (!err && first)
		err = vfio_map(container, sc_memory(s, BYTES), IOVA, BYTES);
	sc_note(s, "VFIO: %s joins the container: %s", dev->name,
		err ? errno_name(err) : "done");
	if (err)
		close(group);
	else
		sc_keep_fd(s, group);
	if (err && first)
		sc_fail(s, "%s", vfio_error());
	model_free(m);
	return err;
}

/* Two functions, behind instances of these options; b may be NULL. */
static void two_functions(struct scene *s, const char *a, const char *b)
{
	sc_instance(s, "a", a);
	if (b)
		sc_instance(s, "b", b);
	sc_device(s, "a0", "a", "bus=pci");
	sc_device(s, "b0", b ? "b" : "a", "bus=pci");
	sc_bind(s, "a0");
	sc_bind(s, "b0");
}

/* ---- B06 ----------------------------------------------------------------- */

/* The last fds that were kept: the group of b0, if it has joined. */
static void leave(struct scene *s)
{
	close(s->fds[--s->n_fds]);
}

/* Everything but EINVAL means: stop. */
enum verdict sc_b06(struct scene *s)
{
	static const char *const hard[] = { "ENXIO",	  "EXDEV",  "EFAULT",
					    "EOPNOTSUPP", "EBUSY",  "ENODEV",
					    "ENOMEM",	  "ENOSPC", "EPERM",
					    "EIO" };
	autobuf struct buf swallowed = { 0 };
	unsigned int n = 0;
	int container;

	if (no_vfio(s))
		return NO_VFIO;
	two_functions(s, "policy=same-instance", "policy=same-instance");
	container = open_container(s);
	join(s, container, "a0", true);
	for (unsigned int i = 0; i < ARRAY_SIZE(hard) && !s->broken; i++) {
		sc_set(s, "b", "errno", hard[i]);
		if (join(s, container, "b0", false) || s->broken)
			continue;
		leave(s);
		buf_printf(&swallowed, "%s%s", n++ ? ", " : "", hard[i]);
	}
	if (!n)
		return sc_end(s, SC_ABSENT,
			      "all %zu errnos but EINVAL ended the attach",
			      ARRAY_SIZE(hard));
	return sc_end(
		s, SC_PRESENT,
		"type1 took %u of %zu errnos that mean 'stop' for 'try the next domain': %s",
		n, ARRAY_SIZE(hard), swallowed.text);
}

/* ---- B07 ----------------------------------------------------------------- */

/* No memory, once, when the second function comes to the domain of the first. */
enum verdict sc_b07(struct scene *s)
{
	unsigned int domains;
	int container, err;

	if (no_vfio(s))
		return NO_VFIO;
	two_functions(s, "policy=compatible", NULL);
	container = open_container(s);
	join(s, container, "a0", true);
	sc_fault(s, "a",
		 "attach errno=ENOMEM times=1 filter=existing device=" SC_PREFIX
		 "b0");
	err = join(s, container, "b0", false);
	domains = sc_domains_in_use(s);
	if (!sc_attached_with(s, "b0", "fault"))
		return sc_end(s, SC_ERROR,
			      "the second function was never asked to share");
	if (!err && domains == 2)
		return sc_end(
			s, SC_PRESENT,
			"both functions fit one domain, but an attach that found no memory once left two of them, and everything is mapped twice");
	return sc_end(s, SC_ABSENT,
		      "the attach ended with %s, and there is %u domain",
		      err ? errno_name(err) : "success", domains);
}

/* ---- B09 ----------------------------------------------------------------- */

/* Both take any domain, but only one of them can enforce snooping. */
enum verdict sc_b09(struct scene *s)
{
	unsigned int domains;
	int container, err;

	if (no_vfio(s))
		return NO_VFIO;
	two_functions(s, "policy=any enforce=1", "policy=any enforce=0");
	container = open_container(s);
	join(s, container, "a0", true);
	err = join(s, container, "b0", false);
	domains = sc_domains_in_use(s);
	if (err)
		return sc_end(s, SC_ERROR, "the second function: %s",
			      vfio_error());
	if (domains == 1)
		return sc_end(s, SC_ABSENT, "both functions share one domain");
	return sc_end(
		s, SC_PRESENT,
		"there are %u domains for two functions that accept any: their drivers were not asked",
		domains);
}

/* ---- B17 ----------------------------------------------------------------- */

/* The second function has to have a domain of its own, which cannot be filled. */
enum verdict sc_b17(struct scene *s)
{
	const char *reason;
	int container, first, second;

	if (no_vfio(s))
		return NO_VFIO;
	two_functions(s, "policy=same-instance", "policy=same-instance");
	container = open_container(s);
	join(s, container, "a0", true);
	sc_fault(s, "b", "map errno=ENOMEM");
	first = join(s, container, "b0", false);
	sc_fault(s, "b", "map off");
	if (!first && !s->broken)
		return sc_end(
			s, SC_PRESENT,
			"the attach succeeded, although nothing could be mapped");
	second = join(s, container, "b0", false);
	if (second)
		return sc_end(
			s, SC_PRESENT,
			"the attach failed with %s as it must, but then also without a fault: %s",
			errno_name(first), errno_name(second));
	if (sc_dma(s, "b0", IOVA, &reason) || sc_dma(s, "a0", IOVA, &reason))
		return sc_end(s, SC_PRESENT,
			      "after a second try, DMA does not arrive (%s)",
			      reason);
	return sc_end(
		s, SC_ABSENT,
		"the attach failed with %s, a second one succeeded, and both functions see the memory",
		errno_name(first));
}
