// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/values.h"
#include "lib/words.h"
#include "objects/common.h"

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
	return fail_errno(ctx, -ENOENT, name, "there is no such %s%s",
			  m_kind_words[kind], hint);
}

int list_objects(struct ctx *ctx, enum m_kind kind, fill_row fill)
{
	struct model *m = model_read(ctx);
	struct report *r;
	const char **names;
	int st;

	if (!m)
		return ST_FAILED;
	r = command_report(ctx, cli_of(ctx)->command->shape);
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
	r = command_report(ctx, cli_of(ctx)->command->shape);
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

bool fill_line(struct report_row *row, const struct report_shape *shape,
	       char *line)
{
	char *word;

	while ((word = strsep(&line, " "))) {
		char *equals = strchr(word, '=');
		uint64_t n;

		if (!*word)
			continue;
		if (!equals)
			return false;
		*equals++ = '\0';
		for (unsigned int c = 0; shape->columns[c].name; c++) {
			if (strcasecmp(shape->columns[c].name, word) ||
			    !strcmp(equals, "-"))
				continue;
			if (shape->columns[c].type == R_STRING)
				report_str(row, c, equals);
			else if (size_parse(equals, &n))
				report_num(row, c, n);
			else
				return false;
		}
	}
	return true;
}

/* As od and hexdump do: where, sixteen bytes, and the letters among them. */
static void print_hex(uint64_t at, const unsigned char *bytes, size_t n)
{
	for (size_t line = 0; line < n; line += 16) {
		printf("%012" PRIx64 " ", at + line);
		for (size_t i = line; i < line + 16; i++) {
			if (i < n)
				printf(" %02x", bytes[i]);
			else
				printf("   ");
		}
		printf("  ");
		for (size_t i = line; i < line + 16 && i < n; i++)
			putchar(bytes[i] < 0x80 && isprint(bytes[i]) ?
					bytes[i] :
					'.');
		putchar('\n');
	}
}

int print_bytes(struct ctx *ctx, const char *object, uint64_t at,
		const void *bytes, size_t n)
{
	if (isatty(STDOUT_FILENO))
		print_hex(at, bytes, n);
	else
		fwrite(bytes, 1, n, stdout);
	if (ferror(stdout))
		return fail_errno(ctx, -errno, object,
				  "cannot write to standard output: %m");
	return ST_OK;
}

int no_sense(struct ctx *ctx, const char *object)
{
	return fail(ctx, object, "the module's answer makes no sense");
}

int print_lines(struct ctx *ctx, const char *object, char *text,
		const struct report_shape *shape)
{
	struct report *r = command_report(ctx, shape);
	char *line;

	while ((line = strsep(&text, "\n"))) {
		if (*line && !fill_line(report_add(r, NULL), shape, line)) {
			report_free(r);
			return no_sense(ctx, object);
		}
	}
	return report_end(r);
}

int domain_lines(struct ctx *ctx, const char *domain, const char *name,
		 const char *what, const struct report_shape *shape)
{
	autofree char *file = xprintf("domains/%s/%s", domain, name);
	autobuf struct buf text = { 0 };
	int err = knob_read(ctx, file, &text);

	if (err == -ENOENT)
		return fail_errno(ctx, -ENOENT, domain,
				  "there is no such domain");
	if (err < 0)
		return knob_read_fail(ctx, domain, what, err);
	return print_lines(ctx, domain, text.text, shape);
}
