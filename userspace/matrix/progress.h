/* SPDX-License-Identifier: GPL-2.0-only */
/* A line on a terminal: how far it is, and how long it will still take. */
#ifndef MATRIX_PROGRESS_H
#define MATRIX_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct progress {
	bool on;
	unsigned int total;
	double next; /* when to show it again */
};

void progress_begin(struct progress *p, unsigned int total, bool on);
void progress_show(struct progress *p, unsigned int done, unsigned int failed,
		   double seconds);
void progress_end(struct progress *p);

/* "[=====     ] 120/240 50%, 1 failed, 0:12 left" */
char *progress_text(unsigned int done, unsigned int total, unsigned int failed,
		    double seconds); /* free() it */

#endif /* MATRIX_PROGRESS_H */
