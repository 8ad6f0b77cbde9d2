// SPDX-License-Identifier: GPL-2.0-only
/* The steps of scenarios; see scenario.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/knobs.h"
#include "lib/scope.h"
#include "lib/topology.h"
#include "lib/vfio.h"
#include "lib/words.h"
#include "scenario/scenario.h"

const char *const verdict_words[] = { "present", "absent", "cannot", "error",
				      NULL };

/* Aligned as buffers of the module are, so that pages may be large. */
#define ALIGN (2UL * 1024 * 1024)

void sc_note(struct scene *s, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvprintf(fmt, ap);
	va_end(ap);
	buf_printf(&s->out->steps, "%s\n", text);
}

static void set_why(struct scene *s, const char *fmt, va_list ap)
{
	autofree char *text = xvprintf(fmt, ap);

	buf_drop(&s->out->why, s->out->why.len);
	buf_str(&s->out->why, text);
}

enum verdict sc_end(struct scene *s, enum verdict v, const char *fmt, ...)
{
	va_list ap;

	if (s->broken)
		return SC_ERROR;
	va_start(ap, fmt);
	set_why(s, fmt, ap);
	va_end(ap);
	return v;
}

void sc_fail(struct scene *s, const char *fmt, ...)
{
	va_list ap;

	if (s->broken)
		return;
	s->broken = true;
	va_start(ap, fmt);
	set_why(s, fmt, ap);
	va_end(ap);
}

/* After a request to end, steps do nothing. */
bool sc_over(struct scene *s)
{
	if (!s->broken && stopped(s->ctx))
		sc_fail(s, "interrupted (EINTR)");
	return s->broken;
}

static int not_removed(struct scene *s, const char *name, const char *why,
		       int err)
{
	sc_note(s, "undo %s: %s (%s)", name, why, errno_name(err));
	sc_fail(s, "%s could not be removed: %s (%s)", name, why,
		errno_name(err));
	return err;
}

struct thing {
	struct scene *scene;
	enum m_kind kind; /* M_KINDS: a device of the scene that is bound */
	char name[MOCK_NAME_LEN];
};

static int unbind(struct ctx *ctx, const char *name)
{
	struct model *m = model_read(ctx);
	const struct m_device *dev = m ? model_device(m, name) : NULL;
	int err = dev ? topo_unbind(ctx, dev) : 0;

	model_free(m);
	return err;
}

static int undo_thing(struct ctx *ctx, void *what)
{
	struct thing *t = what;
	bool bound = t->kind == M_KINDS;
	int err = bound ? unbind(ctx, t->name) :
			  topo_del(ctx, t->kind, t->name);
	int st = !err ? 0 :
			not_removed(t->scene, t->name,
				    bound ? topo_error() : knob_last_error(ctx),
				    err);

	free(t);
	return st;
}

static void add_thing(struct scene *s, enum m_kind kind, const char *name)
{
	struct thing *t = xalloc(sizeof(*t));

	t->scene = s;
	t->kind = kind;
	snprintf(t->name, sizeof(t->name), "%s", name);
	scope_push(&s->scope, undo_thing, t);
}

/* new_KIND must have been right; the object is removed at the end. */
static void made(struct scene *s, enum m_kind kind, const char *name,
		 const char *options, int err)
{
	sc_note(s, "%s add %s %s: %s", m_kind_words[kind], name,
		options ? options : "", err ? errno_name(err) : "done");
	if (err)
		sc_fail(s, "%s %s cannot be made: %s (%s)", m_kind_words[kind],
			name, knob_last_error(s->ctx), errno_name(err));
	else
		add_thing(s, kind, name);
}

void sc_instance(struct scene *s, const char *name, const char *options)
{
	autofree char *full = xprintf(SC_PREFIX "%s", name);

	if (!sc_over(s))
		made(s, M_INSTANCE, full, options,
		     topo_add_instance(s->ctx, full, options));
}

void sc_device(struct scene *s, const char *name, const char *instance,
	       const char *options)
{
	autofree char *full = xprintf(SC_PREFIX "%s", name);
	autofree char *inst = xprintf(SC_PREFIX "%s", instance);
	autofree char *said =
		xprintf("instance=%s %s", inst, options ? options : "");

	if (!sc_over(s))
		made(s, M_DEVICE, full, said,
		     topo_add_device(s->ctx, full, inst, options));
}

void sc_domain(struct scene *s, const char *name, const char *device)
{
	autofree char *full = xprintf(SC_PREFIX "%s", name);
	autofree char *dev = xprintf(SC_PREFIX "%s", device);
	autofree char *said = xprintf("device=%s", dev);

	if (!sc_over(s))
		made(s, M_DOMAIN, full, said,
		     topo_add_domain(s->ctx, full, dev));
}

void sc_fault(struct scene *s, const char *instance, const char *fault)
{
	autofree char *file =
		xprintf("instances/" SC_PREFIX "%s/faults", instance);
	int err = sc_over(s) ? 0 : knob_write(s->ctx, file, "%s", fault);

	if (s->broken)
		return;
	sc_note(s, "fault add " SC_PREFIX "%s %s: %s", instance, fault,
		err ? errno_name(err) : "done");
	if (err)
		sc_fail(s, "the fault '%s' cannot be set: %s (%s)", fault,
			knob_last_error(s->ctx), errno_name(err));
}

void sc_set(struct scene *s, const char *instance, const char *key,
	    const char *value)
{
	autofree char *file =
		xprintf("instances/" SC_PREFIX "%s/%s", instance, key);
	int err = sc_over(s) ? 0 : knob_write(s->ctx, file, "%s", value);

	if (s->broken)
		return;
	sc_note(s, "instance set " SC_PREFIX "%s %s=%s: %s", instance, key,
		value, err ? errno_name(err) : "done");
	if (err)
		sc_fail(s, "%s cannot be set: %s (%s)", key,
			knob_last_error(s->ctx), errno_name(err));
}

const struct m_device *sc_look(struct scene *s, const char *device,
			       struct model **m)
{
	autofree char *full = xprintf(SC_PREFIX "%s", device);
	const struct m_device *dev;

	*m = sc_over(s) ? NULL : model_read(s->ctx);
	dev = *m ? model_device(*m, full) : NULL;
	if (!dev)
		sc_fail(s, "the device %s is gone", full);
	return dev;
}

void sc_bind(struct scene *s, const char *device)
{
	struct model *m;
	const struct m_device *dev = sc_look(s, device, &m);
	int err = dev ? topo_bind(s->ctx, dev, VFIO_DRIVER) : 0;

	if (dev)
		sc_note(s, "device bind %s " VFIO_DRIVER ": %s", dev->name,
			err ? errno_name(err) : "done");
	if (err)
		sc_fail(s, "%s (%s)", topo_error(), errno_name(err));
	else if (dev)
		add_thing(s, M_KINDS, dev->name);
	model_free(m);
}

/*
 * The module refuses to undo what the scenario has undone itself; that is no
 * failure.
 */
struct hold {
	char *domain; /* NULL: a claim */
	char *group;
};

static int undo_hold(struct ctx *ctx, void *what)
{
	struct hold *h = what;

	if (h->domain)
		topo_detach_group(ctx, h->domain, h->group);
	else
		topo_claim(ctx, h->group, false);
	free(h->domain);
	free(h->group);
	free(h);
	return 0;
}

static void add_hold(struct scene *s, const char *domain, const char *group)
{
	struct hold *h = xalloc(sizeof(*h));

	h->domain = xstrdup_or_null(domain);
	h->group = xstrdup(group);
	scope_push(&s->scope, undo_hold, h);
}

void sc_claim(struct scene *s, const char *group, bool claim)
{
	autofree char *full = xprintf(SC_PREFIX "%s", group);
	int err = sc_over(s) ? 0 : topo_claim(s->ctx, full, claim);

	if (s->broken)
		return;
	sc_note(s, "group %s %s: %s", claim ? "claim" : "release", full,
		err ? errno_name(err) : "done");
	if (err)
		sc_fail(s, "%s cannot be %s: %s (%s)", full,
			claim ? "claimed" : "released", knob_last_error(s->ctx),
			errno_name(err));
	else if (claim)
		add_hold(s, NULL, full);
}

int sc_attach_group(struct scene *s, const char *domain, const char *group)
{
	autofree char *dom = xprintf(SC_PREFIX "%s", domain);
	autofree char *grp = xprintf(SC_PREFIX "%s", group);
	int err;

	if (sc_over(s))
		return 0;
	err = topo_attach_group(s->ctx, dom, grp, ATTACH_CLAIM);
	sc_note(s, "domain attach --group %s %s: %s", dom, grp,
		err ? errno_name(err) : "done");
	if (!err)
		add_hold(s, dom, grp);
	return err;
}

void sc_detach_group(struct scene *s, const char *domain, const char *group)
{
	autofree char *dom = xprintf(SC_PREFIX "%s", domain);
	autofree char *grp = xprintf(SC_PREFIX "%s", group);
	int err = sc_over(s) ? 0 : topo_detach_group(s->ctx, dom, grp);

	if (s->broken)
		return;
	sc_note(s, "domain detach --group %s %s: %s", dom, grp,
		err ? errno_name(err) : "done");
	if (err)
		sc_fail(s, "%s cannot be detached: %s (%s)", grp,
			knob_last_error(s->ctx), errno_name(err));
}

void sc_keep_fd(struct scene *s, int fd)
{
	if (s->n_fds < SCENE_FILES)
		s->fds[s->n_fds++] = fd;
	else
		sc_fail(s, "the scenario has too many open files");
}

void sc_close(struct scene *s)
{
	while (s->n_fds)
		close(s->fds[--s->n_fds]);
}

void sc_close_fd(struct scene *s, int fd)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < s->n_fds; i++)
		if (s->fds[i] != fd)
			s->fds[kept++] = s->fds[i];
	if (kept < s->n_fds)
		close(fd);
	s->n_fds = kept;
}

void *sc_memory(struct scene *s, uint64_t size)
{
	s->memory_size = size + ALIGN;
	s->memory = mmap(NULL, s->memory_size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (s->memory == MAP_FAILED) {
		s->memory = NULL;
		sc_fail(s, "there is no memory to map");
		return NULL;
	}
	return (char *)s->memory + ALIGN - (uintptr_t)s->memory % ALIGN;
}

/* ---- beginning and end ------------------------------------------------------ */

/* Undoes the scene in any case. A failure to undo is an error of its own. */
static void strike(struct scene *s)
{
	sc_close(s);
	if (s->memory)
		munmap(s->memory, s->memory_size);
	scope_undo(&s->scope, 0);
}

void scenario_run(struct ctx *ctx, const struct scenario *sc, const char *spare,
		  struct sc_outcome *out)
{
	struct scene *s = xalloc(sizeof(*s));

	*out = (struct sc_outcome){ .verdict = SC_ERROR };
	s->ctx = s->scope.ctx = ctx;
	s->out = out;
	s->spare = spare;
	if (kernel_info(ctx, &s->info) || kernel_open(&s->kernel, ctx)) {
		sc_fail(s, "the module's files cannot be read");
	} else {
		s->kernel.keep = true;
		kernel_restart(&s->kernel);
		out->verdict = sc->run(s);
		kernel_drain(&s->kernel);
		if (s->kernel.missed)
			sc_fail(s,
				"%llu %s overwritten unread: load the module with more journal_entries",
				(unsigned long long)s->kernel.missed,
				by_count(s->kernel.missed,
					 "event of the journal was",
					 "events of the journal were"));
		strike(s);
		if (s->kernel.lines.text)
			buf_str(&out->steps, s->kernel.lines.text);
	}
	if (s->broken)
		out->verdict = SC_ERROR;
	kernel_close(&s->kernel);
	free(s);
}
