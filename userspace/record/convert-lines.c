// SPDX-License-Identifier: GPL-2.0-only
/* The lines of a recording, in the form of the module's journal. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "lib/words.h"
#include "record/converting.h"

/* As the module shows the names of tasks. */
static void write_safely(FILE *out, const char *text)
{
	if (!*text)
		fputc('_', out);
	for (; *text; text++)
		fputc(isalnum((unsigned char)*text) || strchr("_.-/:+", *text) ?
			      *text :
			      '_',
		      out);
}

void line_begin(struct convert *c, uint64_t nsec, const char *event)
{
	c->lines++;
	fprintf(c->out, "%" PRIu64 " %" PRIu64 " %s", ++c->seq, nsec, event);
}

void line_end(struct convert *c, pid_t tid, const char *comm)
{
	fprintf(c->out, " thread=%d by=%d:", (int)tid,
		(int)places_process(c->places, tid));
	write_safely(c->out, comm && !c->anonymous ? comm : "-");
	fputc('\n', c->out);
}

void line_name(struct convert *c, const char *key, const char *value)
{
	fprintf(c->out, " %s=", key);
	write_safely(c->out, value ? value : "-");
}

void line_answer(struct convert *c, int64_t ret)
{
	if (ret >= 0)
		fputs(" ret=0", c->out);
	else
		fprintf(c->out, " ret=-%s", errno_name((int)-ret));
}

void convert_note(struct convert *c, const char *what, const char *words)
{
	line_begin(c, c->nsec, what);
	fprintf(c->out, "%s%s by=0:recorder\n", *words ? " " : "", words);
}
