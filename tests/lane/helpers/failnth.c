// SPDX-License-Identifier: GPL-2.0-only
/*
 * failnth N FILE TEXT: write TEXT to FILE, and let the N-th allocation of
 * memory in there fail (Documentation/fault-injection of the kernel, fail-nth).
 *
 * Prints "WHEN RESULT": hit, if there were so many, or past; 0, or the errno.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SELF "/proc/thread-self/fail-nth"

static int must_open(const char *file, int flags)
{
	int fd = open(file, flags);

	if (fd < 0) {
		fprintf(stderr, "failnth: %s: %s\n", file, strerror(errno));
		exit(2);
	}
	return fd;
}

int main(int argc, char **argv)
{
	int nth, knob, err;
	char left[32] = "";
	size_t size;
	ssize_t n;

	if (argc != 4)
		return 2;
	knob = must_open(argv[2], O_WRONLY);
	nth = must_open(SELF, O_RDWR);
	size = strlen(argv[3]);
	if (write(nth, argv[1], strlen(argv[1])) < 0)
		return 2;
	n = write(knob, argv[3], size);
	err = n < 0 ? errno : 0;
	if (pread(nth, left, sizeof(left) - 1, 0) <= 0 ||
	    pwrite(nth, "0", 1, 0) != 1)
		return 2;
	if (n >= 0 && (size_t)n != size)
		return 2;
	printf("%s %s\n", atoi(left) ? "past" : "hit",
	       err ? strerrorname_np(err) : "0");
	return 0;
}
