/* SPDX-License-Identifier: GPL-2.0-only */
/* What the programs that test libiommu-mock share. */
static struct imock *im;
static int tests;

static int ok(int good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++tests, what);
	if (!good)
		printf("# the last error is: %s\n", imock_error(im));
	return good;
}

/* It succeeds, and there is no error then. */
static void works(int err, const char *what)
{
	ok(!err && !*imock_error(im), what);
}

/* It fails with this errno and a sentence that has these words. */
static void fails(int err, int wanted, const char *words, const char *what)
{
	if (!ok(err == wanted && strstr(imock_error(im), words), what))
		printf("# %d, and wanted %d: %s\n", err, wanted, words);
}

static int is(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* What the kernel has of something; the fact is 0 where it has nothing. */
static inline int kernel_has(const char *fact)
{
	char text[64];

	works(imock_fact(im, fact, text, sizeof(text)), fact);
	return !is(text, "0");
}
