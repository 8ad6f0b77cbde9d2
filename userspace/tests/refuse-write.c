// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded: a write that contains the text REFUSED fails with EINVAL, as a kernel
 * answers that lets no probe be set in a function.
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
