// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "cmd-common.h"
#include "values.h"

const void *model_object(const struct model *m, enum m_kind kind,
			 const char *name)
{
	switch (kind) {
	case M_DRIVER:
		return model_driver(m, name);
	case M_INSTANCE:
		return model_instance(m, name);
	case M_GROUP:
		return model_group(m, name);
	case M_DEVICE:
		return model_device(m, name);
	case M_DOMAIN:
		return model_domain(m, name);
	case M_BUFFER:
		return model_buffer(m, name);
	default:
		return NULL;
	}
}

int no_such_object(struct ctx *ctx, const struct model *m, enum m_kind kind,
		   const char *name)
{
	const char **names = model_names(m, kind);
	autofree char *hint = did_you_mean(names, name);

	free(names);
	return fail(ctx, name, "there is no such %s%s", m_kind_words[kind],
		    hint);
}

int list_objects(struct ctx *ctx, enum m_kind kind, fill_row fill)
{
	struct model *m = model_read(ctx);
	struct report *r;
	const char **names;
	int st;

	if (!m)
		return ST_FAILED;
	r = report_new(ctx, ctx->command->shape);
	names = model_names(m, kind);
	for (unsigned int i = 0; names[i]; i++)
		fill(report_add(r, NULL), model_object(m, kind, names[i]));
	st = report_end(r);
	free(names);
	model_free(m);
	return st;
}

int show_objects(struct ctx *ctx, enum m_kind kind, fill_row fill, int argc,
		 char **argv)
{
	struct model *m = model_read(ctx);
	struct report *r;
	int st = ST_OK, printed;

	if (!m)
		return ST_FAILED;
	r = report_new(ctx, ctx->command->shape);
	report_as_record(r);
	for (int i = 0; i < argc; i++) {
		const void *object = model_object(m, kind, argv[i]);

		if (object)
			fill(report_add(r, NULL), object);
		else
			st = no_such_object(ctx, m, kind, argv[i]);
	}
	printed = report_end(r);
	model_free(m);
	return st ? st : printed;
}

int del_objects(struct ctx *ctx, enum m_kind kind, int argc, char **argv)
{
	autofree char *file = xprintf("del_%s", m_kind_words[kind]);
	int st = ST_OK;

	for (int i = 0; i < argc; i++)
		if (knob_do(ctx, argv[i], file, "%s", argv[i]) != ST_OK)
			st = ST_FAILED;
	return st;
}

int add_object(struct ctx *ctx, enum m_kind kind, const char *name,
	       const char *more)
{
	autofree char *file = xprintf("new_%s", m_kind_words[kind]);
	const char *keys = key_line(ctx);

	return knob_do(ctx, name, file, "%s%s%s%s%s", name, more ? " " : "",
		       more ? more : "", *keys ? " " : "", keys);
}
