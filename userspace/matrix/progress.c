// SPDX-License-Identifier: GPL-2.0-only
/* See progress.h. */
#include <stdio.h>
#include <string.h>

#include "cli/status-line.h"
#include "lib/mem.h"
#include "matrix/progress.h"

#define WIDTH 20
#define EVERY 0.2 /* seconds */

char *progress_text(unsigned int done, unsigned int total, unsigned int failed,
		    double seconds)
{
	char bar[WIDTH + 1];
	unsigned int full = total ? (unsigned int)((unsigned long long)done *
						   WIDTH / total) :
				    WIDTH;
	autofree char *bad = failed ? xprintf(", %u failed", failed) :
				      xstrdup("");
	double left = done ? seconds / done * (total - done) : 0;
	unsigned int s = (unsigned int)(left + 0.5);

	memset(bar, '=', full);
	memset(bar + full, ' ', WIDTH - full);
	bar[WIDTH] = '\0';
	return xprintf("[%s] %u/%u %u%%%s, %u:%02u left", bar, done, total,
		       total ? (unsigned int)(100.0 * done / total) : 100, bad,
		       s / 60, s % 60);
}

void progress_begin(struct progress *p, unsigned int total, bool on)
{
	p->on = on;
	p->total = total;
	p->next = EVERY;
}

void progress_show(struct progress *p, unsigned int done, unsigned int failed,
		   double seconds)
{
	autofree char *text = NULL;

	if (!p->on || seconds < p->next)
		return;
	p->next = seconds + EVERY;
	text = progress_text(done, p->total, failed, seconds);
	status_line(text);
}

void progress_end(struct progress *p)
{
	if (p->on)
		status_line(NULL);
}
