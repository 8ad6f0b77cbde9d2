// SPDX-License-Identifier: GPL-2.0-only
/*
 * libiommu-mock without memory, at each allocation in turn, as TAP.
 *
 *	library-memory-test SYSROOT	on a copy of the recorded tree "shared"
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>

#include "library-test.h"

/*
 * No memory: the n-th allocation from now on fails, and all after it. The
 * linker gives these to the library in place of those of the C library
 * (--wrap), whose checks by sanitizers remain.
 */
static long left = -1;

static bool none(void)
{
	if (left > 0)
		left--;
	return !left;
}

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size)
{
	return none() ? NULL : __real_calloc(n, size);
}

void *__real_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size)
{
	return none() ? NULL : __real_realloc(p, size);
}

char *__real_strdup(const char *s);
char *__wrap_strdup(const char *s);
char *__wrap_strdup(const char *s)
{
	return none() ? NULL : __real_strdup(s);
}

char *__real_strndup(const char *s, size_t n);
char *__wrap_strndup(const char *s, size_t n);
char *__wrap_strndup(const char *s, size_t n)
{
	return none() ? NULL : __real_strndup(s, n);
}

int __real_vasprintf(char **text, const char *fmt, va_list ap);
int __wrap_vasprintf(char **text, const char *fmt, va_list ap);
int __wrap_vasprintf(char **text, const char *fmt, va_list ap)
{
	return none() ? -1 : __real_vasprintf(text, fmt, ap);
}

static int attach(struct imock *im)
{
	return imock_attach(im, "dom0", "dev0", 0);
}

static int refused(struct imock *im)
{
	int err = imock_attach(im, "domx", "dev0", 0);

	return err == -ENOENT ? 0 : err;
}

static int read_state(struct imock *im)
{
	struct imock_state *s;
	int err = imock_state_read(im, &s);

	if (!err)
		imock_state_free(s);
	return err;
}

static int bond(struct imock *im)
{
	const struct imock_sva *sva;
	struct imock_bond *b;
	int err = imock_sva_bind(im, "dev1", &b), read;

	if (err)
		return err;
	read = imock_sva_read(b, &sva);
	err = imock_sva_unbind(b);
	return read ? read : err;
}

static int clean(struct imock *im)
{
	struct imock_dirty *d;
	int err = imock_dirty_read(im, "clean", 0x1000, 0x1000, 0, &d);

	if (!err)
		imock_dirty_free(d);
	return err;
}

static int list_requests(struct imock *im)
{
	struct imock_requests *r;
	int err = imock_requests_waiting(im, "dev1", &r);

	if (!err)
		imock_requests_free(r);
	return err;
}

/* Answers to "new" and "attach" are of no matter here. */
static int access_object(struct imock *im)
{
	const struct imock_access_state *state;
	struct imock_access *a;
	uint32_t crc;
	int err = imock_access_new(im, 5, IMOCK_NO_PINS, &a);

	if (err)
		return err;
	err = imock_access_attach(a, 1);
	if (!err)
		err = imock_access_state_read(a, &state);
	if (!err)
		err = imock_access_sum(a, 0x1000, 0x40, &crc);
	imock_access_free(a);
	return err;
}

static int read_journal(struct imock *im)
{
	const struct imock_event *ev;
	struct imock_journal *j;
	int err = imock_journal_open(im, IMOCK_JOURNAL_ALL, &j);

	if (err)
		return err;
	while ((err = imock_journal_next(j, &ev, 0)) > 0)
		;
	imock_journal_close(j);
	return err;
}

static int place(struct imock *im)
{
	static const char *const devices[] = { "dev1", "nic0" };
	struct imock_placement *pl;
	int err = imock_place(im, "fresh", devices, 2, 0, &pl);

	return err ? err : imock_placement_undo(pl);
}

/*
 * It fails with ENOMEM until there is memory enough, and never otherwise; the
 * context, a new one or one that has been used, is as good as before.
 */
static void starve(const char *sysroot, int (*work)(struct imock *im),
		   const char *what)
{
	long failed[2] = { 0 }, wrong = 0;
	int used, err;

	for (used = 0; used < 2; used++)
		for (long n = 1; n < 1000; n++) {
			struct imock *im = imock_new(sysroot);

			if (used)
				wrong += work(im) != 0;
			left = n;
			err = work(im);
			left = -1;
			if (err)
				wrong += err != -ENOMEM ||
					 !strstr(imock_error(im), "memory");
			wrong += work(im) != 0;
			imock_free(im);
			if (!err)
				break;
			failed[used]++;
		}
	ok(failed[0] > 2 && failed[1] > 2 && !wrong && !err, what);
	printf("# %ld and %ld allocations failed, %ld went wrong\n", failed[0],
	       failed[1], wrong);
}

/* What a reader was not given for want of memory, it is given later. */
static void starve_reader(const char *sysroot)
{
	struct imock *im = imock_new(sysroot);
	const struct imock_event *ev;
	struct imock_journal *j;
	long given = 0, failed = 0;
	uint64_t last = 0;
	int got;

	if (imock_journal_open(im, IMOCK_JOURNAL_ALL, &j))
		return ok(false, imock_error(im));
	do {
		left = 1;
		got = imock_journal_next(j, &ev, 0);
		left = -1;
		failed += got == -ENOMEM;
		if (got == -ENOMEM)
			got = imock_journal_next(j, &ev, 0);
		given += got == 1 && ev->seq == ++last;
	} while (got == 1);
	ok(!got && given == 14 && failed > 0, "no event is lost for it");
	printf("# %ld given, %ld failed\n", given, failed);
	imock_journal_close(j);
	imock_free(im);
}

int main(int argc, char **argv)
{
	const char *sysroot = argv[1];

	if (argc != 2)
		return 2;
	starve(sysroot, attach, "no memory to attach");
	starve(sysroot, refused, "no memory for a refusal");
	starve(sysroot, read_state, "no memory for the state");
	starve(sysroot, bond, "no memory for a bond");
	starve(sysroot, clean, "no memory for dirty pages");
	starve(sysroot, list_requests, "no memory for requests");
	starve(sysroot, access_object, "no memory for an access object");
	starve(sysroot, read_journal, "no memory for the journal");
	starve(sysroot, place, "no memory for a placement");
	starve_reader(sysroot);
	printf("1..%d\n", tests);
	return 0;
}
