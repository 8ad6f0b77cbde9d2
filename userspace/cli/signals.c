// SPDX-License-Identifier: GPL-2.0-only
/* See signals.h. */
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "cli/signals.h"
#include "lib/words.h"

static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };

static int fd = -1;
static sigset_t held, before;

/*
 * Signals that would end the tool now: neither ignored, nor blocked by the
 * parent.
 */
static void would_end(sigset_t *set)
{
	struct sigaction action;

	sigemptyset(set);
	sigprocmask(SIG_BLOCK, NULL, &before);
	for (unsigned int i = 0; i < ARRAY_SIZE(ends); i++)
		if (!sigaction(ends[i], NULL, &action) &&
		    action.sa_handler == SIG_DFL &&
		    !sigismember(&before, ends[i]))
			sigaddset(set, ends[i]);
}

void signals_hold(struct ctx *ctx)
{
	would_end(&held);
	sigprocmask(SIG_BLOCK, &held, NULL);
	fd = signalfd(-1, &held, SFD_CLOEXEC);
	/*
	 * Without this file the signals wait all the same, but the command does
	 * not notice.
	 */
	ctx->stop = fd < 0 ? NULL : &fd;
}

void signals_take(void)
{
	sigset_t taken = held;

	sigdelset(&taken, SIGPIPE);
	while (sigtimedwait(&taken, NULL, &(struct timespec){ 0 }) > 0)
		;
}

void signals_child(void)
{
	sigprocmask(SIG_SETMASK, &before, NULL);
}

bool signals_unread(void)
{
	sigset_t pending;

	return !sigpending(&pending) && sigismember(&pending, SIGPIPE);
}

void signals_release(struct ctx *ctx)
{
	fflush(stdout);
	ctx->stop = NULL;
	if (fd >= 0)
		close(fd);
	fd = -1;
	sigprocmask(SIG_SETMASK, &before, NULL);
}
