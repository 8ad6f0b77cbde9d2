// SPDX-License-Identifier: GPL-2.0-only
/* See container.h. */
#include <unistd.h>

#include "lib/vfio.h"
#include "lib/words.h"
#include "scenario/container.h"

bool sc_no_vfio(struct scene *s)
{
	return vfio_load(s->ctx);
}

int sc_container(struct scene *s)
{
	int fd = s->broken ? -1 : vfio_container_open(s->ctx);

	if (fd >= 0)
		sc_keep_fd(s, fd);
	else
		sc_fail(s, "%s", vfio_error());
	return fd;
}

int sc_join(struct scene *s, int container, const char *device,
	    enum place place)
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
	if (!err && place != LATER)
		err = vfio_use_type1(container, dev);
	if (!err && place == FIRST)
		err = vfio_map(container, sc_memory(s, SC_BYTES), SC_IOVA,
			       SC_BYTES);
	sc_note(s, "VFIO: %s joins the container: %s", dev->name,
		err ? errno_name(err) : "done");
	if (err)
		close(group);
	else
		sc_keep_fd(s, group);
	if (err && (place == FIRST || place == EMPTY))
		sc_fail(s, "%s", vfio_error());
	model_free(m);
	return err;
}

void sc_leave(struct scene *s)
{
	close(s->fds[--s->n_fds]);
}

void sc_two_functions(struct scene *s, const char *a, const char *b)
{
	sc_instance(s, "a", a);
	if (b)
		sc_instance(s, "b", b);
	sc_device(s, "a0", "a", "bus=pci");
	sc_device(s, "b0", b ? "b" : "a", "bus=pci");
	sc_bind(s, "a0");
	sc_bind(s, "b0");
}

void sc_one_function(struct scene *s, const char *options, const char *keys)
{
	autofree char *pci = xprintf("bus=pci %s", keys ? keys : "");

	sc_instance(s, "a", options);
	sc_device(s, "a0", "a", pci);
	sc_bind(s, "a0");
}

int sc_unmap(struct scene *s, int container, uint64_t iova, uint64_t size,
	     uint64_t *told)
{
	int err;

	*told = 0;
	if (s->broken)
		return 0;
	err = vfio_unmap_told(container, iova, size, told);
	sc_note(s, "VFIO: unmap 0x%llx+0x%llx: %s, 0x%llx bytes",
		(unsigned long long)iova, (unsigned long long)size,
		err ? errno_name(err) : "done", (unsigned long long)*told);
	return err;
}
