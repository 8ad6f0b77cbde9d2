/* SPDX-License-Identifier: GPL-2.0-only */
/* Steps that the commands of several nouns share. */
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

/* Prints the named objects as records; an unknown name is an error. */
int show_objects(struct ctx *ctx, enum m_kind kind, fill_row fill, int argc,
		 char **argv);

/* The same two with a model and a shape that the caller has. */
const void *model_object(const struct model *m, enum m_kind kind,
			 const char *name);
int no_such_object(struct ctx *ctx, const struct model *m, enum m_kind kind,
		   const char *name);

/* Writes each name to del_KIND, and continues after a refusal. */
int del_objects(struct ctx *ctx, enum m_kind kind, int argc, char **argv);

/* "NAME [MORE] KEY=VALUE..." to new_KIND. more may be NULL. */
int add_object(struct ctx *ctx, enum m_kind kind, const char *name,
	       const char *more);

/*
 * Puts the values of a line of KEY=VALUE into the columns with these names, and
 * skips other keys. The function writes into the line. False if the line makes
 * no sense.
 */
bool fill_line(struct report_row *row, const struct report_shape *shape,
	       char *line);

/* The module's answer cannot be read: a complaint, and its result. */
int no_sense(struct ctx *ctx, const char *object);

/* Prints a text with a row for each line, as fill_line() fills it. */
int print_lines(struct ctx *ctx, const char *object, char *text,
		const struct report_shape *shape);

/* The same with a file of a domain; what names the file in errors. */
int domain_lines(struct ctx *ctx, const char *domain, const char *name,
		 const char *what, const struct report_shape *shape);

/*
 * Prints bytes to standard output: in hexadecimal to a terminal, otherwise raw.
 * at is the address of the first byte. ST_OK, or -errno after a complaint.
 * object may be NULL.
 */
int print_bytes(struct ctx *ctx, const char *object, uint64_t at,
		const void *bytes, size_t n);

/* instance.c: the keys of instance add; presets use the same keys. */
extern const struct key instance_keys[];

#endif /* OBJECTS_COMMON_H */
