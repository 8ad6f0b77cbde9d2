// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded: a kernel that refuses. A write that contains the text REFUSED fails with
 * EINVAL, as where no probe can be set in a function. With NO_LOCKS each lock of a file
 * fails with that errno: 38 (ENOSYS) is that of a kernel without CONFIG_FILE_LOCKING.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

ssize_t write(int fd, const void *text, size_t size)
{
	static ssize_t (*next)(int, const void *, size_t);
	const char *refused = getenv("REFUSED");

	if (!next)
		next = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT,
								    "write");
	if (refused && memmem(text, size, refused, strlen(refused))) {
		errno = EINVAL;
		return -1;
	}
	return next(fd, text, size);
}

int flock(int fd, int operation)
{
	static int (*next)(int, int);
	const char *err = getenv("NO_LOCKS");

	if (!next)
		next = (int (*)(int, int))dlsym(RTLD_NEXT, "flock");
	if (err) {
		errno = atoi(err);
		return -1;
	}
	return next(fd, operation);
}
