/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What vfio-loop.c and iommufd-loop.c share: a caller maps 64K at 1M and unmaps them,
 * ROUNDS times, and the program prints how many nanoseconds a round took.
 */
#ifndef LOOP_H
#define LOOP_H

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define AT 0x100000
#define SIZE 0x10000

static const char *program;

static void die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program, what, strerror(errno));
	exit(1);
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/*
 * PROGRAM ROUNDS FUNCTION...: join() puts the n functions on one address space, and
 * returns the descriptor that one_round() uses. Returns the exit status.
 */
static int loop(int argc, char **argv, int (*join)(char **functions, int n),
		void (*one_round)(int fd, void *memory))
{
	unsigned long rounds = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	uint64_t start;
	void *memory;
	int fd;

	program = argv[0];
	if (!rounds) {
		fprintf(stderr, "usage: %s ROUNDS FUNCTION...\n", program);
		return 2;
	}
	fd = join(argv + 2, argc - 2);
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (memory == MAP_FAILED)
		die("mmap");
	start = now();
	for (unsigned long i = 0; i < rounds; i++)
		one_round(fd, memory);
	printf("%llu\n", (unsigned long long)((now() - start) / rounds));
	return 0;
}

#endif /* LOOP_H */
