/* SPDX-License-Identifier: GPL-2.0-only */
/* What the commands of several nouns do in the same way. */
#ifndef OBJECTS_COMMON_H
#define OBJECTS_COMMON_H

#include "cli/command.h"
#include "lib/knobs.h"
#include "lib/mem.h"
#include "lib/model.h"

/* Put the object's line into a row of the noun's shape. */
typedef void (*fill_row)(struct report_row *row, const void *object);

/* Every object of a kind, as a table. */
int list_objects(struct ctx *ctx, enum m_kind kind, fill_row fill);

/* The named ones, as records; a name that is none is an error. */
int show_objects(struct ctx *ctx, enum m_kind kind, fill_row fill, int argc,
		 char **argv);

/* The same two with a model and a shape that the caller has. */
const void *model_object(const struct model *m, enum m_kind kind,
			 const char *name);
int no_such_object(struct ctx *ctx, const struct model *m, enum m_kind kind,
		   const char *name);

/* Write each name to del_KIND; goes on after a refusal. */
int del_objects(struct ctx *ctx, enum m_kind kind, int argc, char **argv);

/* "NAME [MORE] KEY=VALUE..." to new_KIND. more may be NULL. */
int add_object(struct ctx *ctx, enum m_kind kind, const char *name,
	       const char *more);

/*
 * A line of KEY=VALUE, which is cut up, into the columns of these names;
 * other keys are passed over. False if it makes no sense.
 */
bool fill_line(struct report_row *row, const struct report_shape *shape,
	       char *line);

/*
 * Bytes to standard output: as they are, or in hexadecimal if a person looks
 * at them; at is the address of the first. ST_OK, or the status after having
 * said why. object may be NULL.
 */
int print_bytes(struct ctx *ctx, const char *object, uint64_t at,
		const void *bytes, size_t n);

/* instance.c: what instance add takes; a preset is in the same words. */
extern const struct key instance_keys[];

#endif /* OBJECTS_COMMON_H */
