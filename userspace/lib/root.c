// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/mem.h"
#include "lib/root.h"

char *root_path(const struct ctx *ctx, const char *fmt, ...)
{
	autofree char *path = NULL;
	va_list ap;

	va_start(ap, fmt);
	path = xvprintf(fmt, ap);
	va_end(ap);
	return xprintf("%s%s", ctx->sysroot, path);
}

int root_open(const struct ctx *ctx, const char *path, int flags)
{
	autofree char *full = root_path(ctx, "%s", path);
	int fd = open(full, flags | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

bool root_exists(const struct ctx *ctx, const char *path)
{
	autofree char *full = root_path(ctx, "%s", path);

	return access(full, F_OK) == 0;
}

char *root_read(const struct ctx *ctx, const char *path)
{
	struct buf b = { 0 };
	char chunk[4096];
	ssize_t n;
	int fd = root_open(ctx, path, O_RDONLY);

	if (fd < 0) {
		errno = -fd;
		return NULL;
	}
	buf_str(&b, "");
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		buf_add(&b, chunk, n);
	if (n < 0) {
		int err = errno;

		close(fd);
		buf_free(&b);
		errno = err;
		return NULL;
	}
	close(fd);
	if (b.len && b.text[b.len - 1] == '\n')
		b.text[b.len - 1] = '\0';
	return b.text;
}

int root_write(const struct ctx *ctx, const char *path, const char *text)
{
	int flags = O_WRONLY | (ctx_recorded(ctx) ? O_APPEND : 0);
	int fd = root_open(ctx, path, flags);

	return fd < 0 ? fd : root_put(fd, text);
}

int root_put(int fd, const char *text)
{
	autofree char *line = xprintf("%s\n", text);
	int err = write(fd, line, strlen(line)) < 0 ? -errno : 0;

	close(fd);
	return err;
}

char *root_link_name(const struct ctx *ctx, const char *path)
{
	autofree char *full = root_path(ctx, "%s", path);
	char to[PATH_MAX];
	ssize_t n = readlink(full, to, sizeof(to) - 1);
	char *slash;

	if (n < 0)
		return NULL;
	to[n] = '\0';
	slash = strrchr(to, '/');
	return xstrdup(slash ? slash + 1 : to);
}

char *root_entry(const struct ctx *ctx, const char *path, const char *begin)
{
	autofree char *full = root_path(ctx, "%s", path);
	DIR *dir = opendir(full);
	const struct dirent *entry;
	char *name = NULL;

	if (!dir)
		return NULL;
	while (!name && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.' &&
		    !strncmp(entry->d_name, begin, strlen(begin)))
			name = xstrdup(entry->d_name);
	}
	closedir(dir);
	if (!name)
		errno = ENOENT;
	return name;
}
