// SPDX-License-Identifier: GPL-2.0-only
/* See status-line.h. */
#include <stdbool.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/status-line.h"

#define USUAL_WIDTH 80

static bool shown;

/* A longer text would go on in a second line, which nothing clears. */
static int room(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || size.ws_col < 2)
		return USUAL_WIDTH - 1;
	return size.ws_col - 1;
}

void status_line(const char *text)
{
	if (!isatty(STDERR_FILENO) || (!text && !shown))
		return;
	fprintf(stderr, "\r\033[K%.*s", room(), text ? text : "");
	fflush(stderr);
	shown = text != NULL;
}
