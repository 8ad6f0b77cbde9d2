// SPDX-License-Identifier: GPL-2.0-only
/* Sets the probes, and names the functions that the kernel does not have. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/root.h"
#include "lib/words.h"
#include "record/recording.h"

#define UNITS "/sys/class/iommu"

/* The outcome of setting a probe. */
struct outcome {
	struct tracing_symbol symbol;
	int err; /* -ENOENT: there is none, and the probe is not set */
};

/* The functions of which owners are probed. */
struct choice {
	bool owner[OWNERS];
	bool lacks; /* a driver is asked for, and none is found */
};

/* --- the drivers --- */

const char *driver_choice(unsigned int i)
{
	if (!i)
		return "auto";
	return i <= OWNERS ? owner_words[i - 1] : NULL;
}

/* Does a unit in sysfs belong to this driver? */
static bool is_unit_of(struct ctx *ctx, const char *unit, const char *mark)
{
	autofree char *link = xprintf(UNITS "/%s/device/driver", unit);
	autofree char *driver = NULL;

	if (*mark != '/')
		return !strncmp(unit, mark, strlen(mark));
	driver = root_link_name(ctx, link);
	return text_is(driver, mark + 1);
}

static void choose_by_units(struct ctx *ctx, struct choice *choice)
{
	autofree char *path = root_path(ctx, UNITS);
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		for (int i = OWNER_CORE + 1; i < OWNERS; i++)
			choice->owner[i] |=
				is_unit_of(ctx, entry->d_name, owner_units[i]);
	if (dir)
		closedir(dir);
}

static struct choice choose(struct ctx *ctx)
{
	const char *word = opt_value(ctx, "driver", 0);
	struct choice choice = { .owner[OWNER_CORE] = true };

	for (int i = OWNER_CORE + 1; word && i < OWNERS; i++)
		choice.owner[i] = !strcmp(owner_words[i], word);
	if (!word || !strcmp(word, "auto"))
		choose_by_units(ctx, &choice);
	choice.lacks = !text_is(word, "core");
	for (int i = OWNER_CORE + 1; i < OWNERS; i++)
		choice.lacks &= !choice.owner[i];
	return choice;
}

/* --- what is not there --- */

static bool is_there(const struct outcome *o, const char *symbol)
{
	for (unsigned int i = 0; symbol && i < n_probes; i++)
		if (o[i].symbol.functions == 1 &&
		    !strcmp(probes[i].symbol, symbol))
			return true;
	return false;
}

static const char *why_not(const struct outcome *o)
{
	if (!o->symbol.functions)
		return "this kernel has no such function, or has made it a part of its callers";
	if (o->symbol.functions > 1)
		return "this kernel has several functions of that name";
	return o->err == -EINVAL ? "this kernel lets no probe be set there" :
				   strerror(-o->err);
}

/* Can nothing but functions of drivers show it? */
static bool is_drivers(enum learn learn)
{
	for (unsigned int i = 0; i < n_probes; i++)
		if (probes[i].learn == learn && probes[i].owner == OWNER_CORE)
			return false;
	return true;
}

/* Nothing of it is recorded: names the functions, and what cannot be seen. */
static void name_missing(struct recording *r, const struct outcome *o,
			 enum learn learn, enum owner owner)
{
	autobuf struct buf names = { 0 };
	const char *why = NULL;

	for (unsigned int i = 0; i < n_probes; i++) {
		if (probes[i].learn != learn || probes[i].owner != owner)
			continue;
		if (!o[i].err)
			return;
		if (!why || o[i].symbol.functions)
			why = why_not(&o[i]);
		buf_printf(&names, "%s%s", names.len ? ", " : "",
			   probes[i].symbol);
	}
	if (!why && is_drivers(learn) && owner != OWNER_CORE)
		warning(r->ctx,
			"%s: %s is not recorded (%s): no function shows it",
			owner_words[owner], learn_what[learn],
			learn_without[learn]);
	if (why)
		warning(r->ctx, "%s%s%s is not recorded (%s): %s: %s",
			owner == OWNER_CORE ? "" : owner_words[owner],
			owner == OWNER_CORE ? "" : ": ", learn_what[learn],
			learn_without[learn], names.text, why);
}

static void name_invisible(struct recording *r, const struct outcome *o,
			   const struct choice *choice)
{
	for (int l = 0; l < LEARNS; l++)
		for (int w = 0; w < OWNERS; w++)
			if (choice->owner[w] &&
			    (!learn_only[l] || is_there(o, learn_only[l])))
				name_missing(r, o, (enum learn)l,
					     (enum owner)w);
	if (choice->lacks)
		warning(r->ctx,
			UNITS
			" has no unit of a driver that --driver knows: %s (%s), and %s (%s), are not recorded",
			learn_what[LEARN_PASID], learn_without[LEARN_PASID],
			learn_what[LEARN_INVALIDATE],
			learn_without[LEARN_INVALIDATE]);
}

/* --- the probes --- */

static int set_event(struct recording *r, const struct probe *p,
		     enum tracing_at at, enum probe_form form)
{
	bool call = at == TRACING_CALL;
	autofree char *event = xprintf("%s%s", p->event, call ? "" : "_ret");
	autofree char *args = probe_args(call ? p->call : p->ret, form);

	return tracing_probe(r->tracing, event, p->symbol, at, args,
			     call ? p->filter : NULL);
}

/*
 * By name, if the kernel can: it then refuses (EINVAL, ENOENT) a function whose
 * parameters are not those that are meant.
 */
static int set_either(struct recording *r, const struct probe *p,
		      enum tracing_at at, bool by_name)
{
	int err = by_name ? set_event(r, p, at, PROBE_BY_NAME) : -EINVAL;

	if (err != -EINVAL && err != -ENOENT)
		return err;
	err = set_event(r, p, at, PROBE_BY_PLACE);
	if (by_name && !err)
		warning(r->ctx,
			"%s: this kernel does not know the names of what is recorded of it: it is taken by its place, and may be wrong",
			p->symbol);
	return err;
}

static int set_probe(struct recording *r, const struct probe *p, bool by_name)
{
	int err = 0;

	if (p->call)
		err = set_either(r, p, TRACING_CALL, by_name);
	if (!err && p->ret)
		err = set_either(r, p, TRACING_RETURN, by_name);
	return err;
}

int probes_find(struct ctx *ctx, struct tracing_symbol *symbols)
{
	const char **names = xalloc(n_probes * sizeof(*names));
	int err;

	for (unsigned int i = 0; i < n_probes; i++)
		names[i] = probes[i].symbol;
	err = tracing_symbols(ctx, n_probes, names, symbols);
	free(names);
	return err ? env_errno(ctx, err, "/proc/kallsyms cannot be read: %s",
			       strerror(-err)) :
		     0;
}

/* Each function that is there, that is asked for, and that no other one shows. */
static bool is_wanted(const struct outcome *o, const struct choice *choice,
		      unsigned int i)
{
	return o[i].symbol.functions == 1 && choice->owner[probes[i].owner] &&
	       !is_there(o, probes[i].instead);
}

int probes_set(struct recording *r)
{
	struct outcome *o = xalloc(n_probes * sizeof(*o));
	struct tracing_symbol *symbols = xalloc(n_probes * sizeof(*symbols));
	struct choice choice = choose(r->ctx);
	int err = probes_find(r->ctx, symbols);
	bool names = tracing_takes_names(r->tracing), any = false;

	for (unsigned int i = 0; i < n_probes; i++)
		o[i].symbol = symbols[i];
	for (unsigned int i = 0; !err && i < n_probes; i++) {
		o[i].err = is_wanted(o, &choice, i) ?
				   set_probe(r, &probes[i],
					     names && symbols[i].typed) :
				   -ENOENT;
		any |= !o[i].err && (probes[i].call || probes[i].ret);
	}
	if (!err && any)
		name_invisible(r, o, &choice);
	else if (!err)
		err = env_error(
			r->ctx,
			"no probe can be set in any of the functions that are to be recorded");
	free(symbols);
	free(o);
	return err;
}
