// SPDX-License-Identifier: GPL-2.0-only
/* VFIO's containers in races; see race.h. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/topology.h"
#include "lib/vfio.h"
#include "lib/words.h"
#include "matrix/race/race.h"

#define MEMORY 0x2000UL /* that a container maps */

/* Quietly: a kernel without it is no fault. */
struct model *race_vfio_begin(struct ctx *ctx, struct trial *t)
{
	struct model *m = model_read(ctx);

	if (!m)
		trial_wrong(t, "the state could not be read");
	for (unsigned int i = 0; m && i < m->n_devices; i++) {
		if (topo_bind(ctx, &m->devices[i], VFIO_DRIVER))
			trial_wrong(t, "%s: %s", m->devices[i].name,
				    topo_error());
	}
	return m;
}

void race_vfio_end(struct ctx *ctx, struct trial *t, struct model *m)
{
	for (unsigned int i = 0; m && i < m->n_devices; i++) {
		int err = topo_unbind(ctx, &m->devices[i]);

		if (err && err != -ENODEV)
			trial_wrong(t, "%s: %s", m->devices[i].name,
				    topo_error());
	}
	model_free(m);
}

/* Through its own container, into its own memory. */
static int reach(struct container *c, const struct m_device *dev,
		 uint64_t pattern)
{
	struct vfio_function f;
	int err;

	c->device = vfio_device_open(c->group, dev);
	if (c->device < 0)
		return c->device;
	err = vfio_function_use(c->device, dev, &f);
	if (!err)
		err = vfio_function_write(&f, MX_IOVA, sizeof(pattern),
					  pattern);
	if (!err && memcmp(c->memory, &pattern, sizeof(pattern)))
		err = -EIO;
	return err;
}

static int fill(struct container *c, struct ctx *ctx,
		const struct m_device *dev, uint64_t pattern)
{
	int err;

	c->fd = vfio_container_open(ctx);
	if (c->fd < 0)
		return c->fd;
	c->group = vfio_group_open(ctx, dev);
	if (c->group < 0)
		return c->group;
	err = vfio_group_join(c->group, c->fd, dev);
	if (!err)
		err = vfio_use_type1(c->fd, dev);
	if (!err)
		err = vfio_map(c->fd, c->memory, MX_IOVA, MEMORY);
	return err ? err : reach(c, dev, pattern);
}

static void close_all(struct container *c)
{
	int *const fds[] = { &c->device, &c->group, &c->fd };

	for (unsigned int i = 0; i < ARRAY_SIZE(fds); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
	munmap(c->memory, MEMORY);
	c->memory = NULL;
}

int container_place(struct container *c, struct ctx *ctx,
		    const struct m_device *dev, uint64_t pattern)
{
	int err;

	if (!dev || c->memory)
		return -EINVAL;
	*c = (struct container){ -1, -1, -1, NULL };
	c->memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (c->memory == MAP_FAILED) {
		c->memory = NULL;
		return -ENOMEM;
	}
	err = fill(c, ctx, dev, pattern);
	if (err)
		close_all(c);
	return err;
}

int container_leave(struct container *c)
{
	if (!c->memory)
		return -EINVAL;
	close_all(c);
	return 0;
}
