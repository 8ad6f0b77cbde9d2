/* SPDX-License-Identifier: GPL-2.0-only */
/* What the programs that test libiommu-mock without a kernel share. */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <iommu-mock.h>

static int tests;

static inline void ok(bool good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++tests, what);
}

static inline bool is(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* A failure with exactly this sentence. */
static inline void fails(struct imock *im, int err, int wanted,
			 const char *sentence)
{
	bool good = err == wanted && is(imock_error(im), sentence);

	ok(good, sentence);
	if (!good)
		printf("# %d, wanted %d: %s\n", err, wanted, imock_error(im));
}

/* The open files of this process, and the directory that lists them. */
static inline int open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (dir && readdir(dir))
		n++;
	closedir(dir);
	return n;
}
