// SPDX-License-Identifier: GPL-2.0-only
/* See stop.h. */
#include <errno.h>
#include <poll.h>

#include "lib/stop.h"

bool stopped(const struct ctx *ctx)
{
	struct pollfd p = { .fd = ctx->stop ? *ctx->stop : -1,
			    .events = POLLIN };

	return p.fd >= 0 && poll(&p, 1, 0) > 0;
}

int fail_stopped(const struct ctx *ctx, const char *object)
{
	return fail_errno(ctx, -EINTR, object, "interrupted (EINTR)");
}

struct ctx deaf(const struct ctx *ctx)
{
	struct ctx copy = *ctx;

	copy.stop = NULL;
	return copy;
}

int wait_for(const struct ctx *ctx, int fd, int ms)
{
	struct pollfd p[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = ctx->stop ? *ctx->stop : -1, .events = POLLIN },
	};

	if (poll(p, 2, ms) < 0)
		return -errno;
	return p[1].revents ? -EINTR : 0;
}
