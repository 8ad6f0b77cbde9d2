// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a terminal of 20 columns is sent by the line that says how far a command
 * is, and by a complaint that comes meanwhile, as TAP.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/say.h"
#include "cli/signals.h"
#include "cli/status-line.h"

#define END '|'
#define PATIENCE_MS 10000

static int number, failures, master;

/* What say.c asks of the rest of the tool. */
char *command_name(const struct command *cmd)
{
	(void)cmd;
	return NULL;
}

bool signals_unread(void)
{
	return false;
}

/*
 * What the terminal was sent since the last call is exactly this. The kernel
 * hands a terminal's bytes on later, so that a mark follows them.
 */
static void sent(const char *wanted, const char *what)
{
	struct pollfd ready = { .fd = master, .events = POLLIN };
	char got[256] = "";
	size_t n = 0;

	fputc(END, stderr);
	while (n < sizeof(got) - 1 && poll(&ready, 1, PATIENCE_MS) == 1 &&
	       read(master, got + n, 1) == 1 && got[n] != END)
		n++;
	got[n] = '\0';
	printf("%sok %d - %s\n", strcmp(got, wanted) ? "not " : "", ++number,
	       what);
	if (strcmp(got, wanted))
		failures++;
}

int main(void)
{
	struct winsize size = { .ws_row = 5, .ws_col = 20 };
	struct cli cli = { .ctx = {
				   .say = say, .owner = &cli, .sysroot = "" } };
	int slave;

	if (openpty(&master, &slave, NULL, NULL, &size))
		return 1;
	dup2(slave, STDERR_FILENO);
	status_line(NULL);
	sent("", "nothing is cleared where nothing stands");
	status_line("ten of 20");
	sent("\r\033[Kten of 20", "a line");
	status_line("eleven of twenty, and then some");
	sent("\r\033[Keleven of twenty, a", "one that is too long is cut");
	fail(&cli.ctx, NULL, "no");
	sent("\r\033[K" PROGRAM ": no\r\n",
	     "a complaint stands where the line was");
	fail(&cli.ctx, NULL, "nor this");
	sent(PROGRAM ": nor this\r\n", "the next complaint clears nothing");
	status_line("12 of 20");
	warning(&cli.ctx, "odd");
	sent("\r\033[K12 of 20\r\033[K" PROGRAM ": odd\r\n",
	     "a warning clears the line, too");
	status_line("13 of 20");
	status_line(NULL);
	sent("\r\033[K13 of 20\r\033[K", "at the end the line is gone");
	dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
	status_line("14 of 20");
	dup2(slave, STDERR_FILENO);
	sent("", "nothing is written where there is no terminal");
	printf("1..%d\n", number);
	return failures != 0;
}
