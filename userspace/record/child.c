// SPDX-License-Identifier: GPL-2.0-only
/* See child.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/signals.h"
#include "record/child.h"

static void run(char **argv, int tell)
{
	int err;

	signals_child();
	execvp(argv[0], argv);
	err = errno;
	/* If this write fails, the exit status still shows that nothing ran. */
	if (write(tell, &err, sizeof(err)) < 0)
		_exit(125);
	_exit(127);
}

int child_start(struct ctx *ctx, struct child *c, char **argv)
{
	int said[2], err = 0;

	if (pipe2(said, O_CLOEXEC) < 0)
		return fail_errno(ctx, -errno, argv[0], "cannot be run: %m");
	c->pid = fork();
	if (c->pid < 0) {
		err = -errno;
		close(said[0]);
		close(said[1]);
		c->pid = 0;
		return fail_errno(ctx, err, argv[0], "cannot be run: %s",
				  strerror(-err));
	}
	if (!c->pid)
		run(argv, said[1]);
	close(said[1]);
	/* The pipe ends without a byte when the program has started. */
	if (read(said[0], &err, sizeof(err)) != sizeof(err))
		err = 0;
	close(said[0]);
	if (!err)
		return 0;
	waitpid(c->pid, NULL, 0);
	c->pid = 0;
	c->refused = true;
	c->status = err == ENOENT ? 127 : 126;
	return fail_errno(ctx, -err, argv[0], "cannot be run: %s",
			  strerror(err));
}

bool child_ended(struct child *c)
{
	int status;

	if (!c->pid || c->ended || waitpid(c->pid, &status, WNOHANG) != c->pid)
		return c->ended;
	c->ended = true;
	c->status = WIFEXITED(status) ? WEXITSTATUS(status) :
					128 + WTERMSIG(status);
	return true;
}
