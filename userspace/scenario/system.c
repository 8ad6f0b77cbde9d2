// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes of a scenario outside the module: files of the system, and the
 * drivers of functions that the scenario did not make. The scope reverts both.
 */
#include <stdlib.h>

#include "lib/root.h"
#include "lib/topology.h"
#include "lib/vfio.h"
#include "lib/words.h"
#include "scenario/scenario.h"

struct old {
	struct scene *scene;
	char *path, *text;
};

static int undo_file(struct ctx *ctx, void *what)
{
	struct old *old = what;
	int err = root_write(ctx, old->path, old->text);

	if (err)
		sc_fail(old->scene, "%s cannot be set back to %s: %s",
			old->path, old->text, errno_name(err));
	free(old->path);
	free(old->text);
	free(old);
	return err;
}

bool sc_file(struct scene *s, const char *path, const char *text)
{
	char *now = root_read(s->ctx, path);
	struct old *old;
	int err;

	if (!now)
		return false;
	if (s->broken) {
		free(now);
		return true;
	}
	old = xalloc(sizeof(*old));
	*old = (struct old){ s, xstrdup(path), now };
	scope_push(&s->scope, undo_file, old);
	err = root_write(s->ctx, path, text);
	sc_note(s, "echo %s >%s: %s", text, path,
		err ? errno_name(err) : "done");
	if (err)
		sc_fail(s, "%s cannot be set to %s: %s", path, text,
			errno_name(err));
	return true;
}

static int undo_spare(struct ctx *ctx, void *what)
{
	struct scene *s = what;
	struct m_device spare = sc_spare(s);
	int err = topo_unbind(ctx, &spare);

	if (err)
		sc_fail(s, "%s: %s (%s)", s->spare, topo_error(),
			errno_name(err));
	return err;
}

struct m_device sc_spare(const struct scene *s)
{
	return (struct m_device){ .name = s->spare,
				  .bus = "pci",
				  .dev = s->spare };
}

void sc_bind_spare(struct scene *s)
{
	struct m_device spare = sc_spare(s);
	int err = s->broken ? 0 : topo_bind(s->ctx, &spare, VFIO_DRIVER);

	if (s->broken)
		return;
	sc_note(s, "device bind %s " VFIO_DRIVER ": %s", s->spare,
		err ? errno_name(err) : "done");
	if (err)
		sc_fail(s, "%s: %s (%s)", s->spare, topo_error(),
			errno_name(err));
	else
		scope_push(&s->scope, undo_spare, s);
}
