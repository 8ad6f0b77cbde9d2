// SPDX-License-Identifier: GPL-2.0-only
/*
 * failnth [-e ERRNO]... FILE TEXT [UNDO_FILE UNDO_TEXT]
 *
 * Write TEXT to FILE again and again, the first time with the first allocation
 * of memory in there failing, then the second one, and so on until there are no
 * more (fail-nth of the kernel's Documentation/fault-injection). Each time it has
 * to say ENOMEM, in a sentence too, and to have changed nothing; or to have done
 * all of it, which is undone then. -e: that number is as good as ENOMEM.
 *
 * With TRIM=DOMAIN in the environment the empty tables of that domain do not
 * count: they go before each look.
 *
 * Prints "allocations=N failed=N done=N". When something is wrong, prints what it
 * is and ends with 1.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOCK "/sys/kernel/debug/iommu_mock/"
#define SELF "/proc/thread-self/fail-nth"
#define MOST 500
#define ROOM 65536
#define ERRNOS 140

static const char *file, *text, *undo_file, *undo_text;
static int nth_fd, number;

struct look {
	int entries; /* in all directories */
	char state[ROOM];
};

static void wrong(const char *fmt, ...)
{
	va_list ap;

	if (number)
		printf("allocation %d: ", number);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	exit(1);
}

static int open_knob(const char *name, int flags)
{
	char path[160];
	int fd;

	snprintf(path, sizeof(path), MOCK "%s", name);
	fd = open(path, flags);
	if (fd < 0)
		wrong("cannot open %s: %s", name, strerror(errno));
	return fd;
}

static size_t read_knob(const char *name, char *to, size_t room)
{
	int fd = open_knob(name, O_RDONLY);
	size_t used = 0;
	ssize_t n;

	while ((n = read(fd, to + used, room - 1 - used)) > 0)
		used += n;
	if (n < 0 || used == room - 1)
		wrong("cannot read %s", name);
	to[used] = '\0';
	close(fd);
	return used;
}

static int write_knob(const char *name, const char *what)
{
	int fd = open_knob(name, O_WRONLY), err = 0;

	if (write(fd, what, strlen(what)) != (ssize_t)strlen(what))
		err = errno;
	close(fd);
	return err;
}

/* The number of files and directories below; by their types, since a stat() of each costs more. */
static int count(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *at;
	char below[PATH_MAX];
	int n = 0;

	if (!dir)
		wrong("cannot open %s: %s", path, strerror(errno));
	while ((at = readdir(dir))) {
		if (!strcmp(at->d_name, ".") || !strcmp(at->d_name, ".."))
			continue;
		n++;
		if (at->d_type != DT_DIR)
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, at->d_name);
		n += count(below);
	}
	closedir(dir);
	return n;
}

/* All that a write can change, but for numbers that only grow. */
static void look(struct look *to)
{
	const char *domain = getenv("TRIM");
	char path[160];
	size_t used;

	snprintf(path, sizeof(path), "domains/%s/trim", domain ? domain : "");
	if (domain && write_knob(path, "1"))
		wrong("%s cannot be written: %s", path, strerror(errno));
	used = read_knob("state", to->state, ROOM / 2);
	snprintf(path, sizeof(path), MOCK "%s", file);
	if (!strncmp(file, "instances/", 10) && !access(path, R_OK))
		read_knob(file, to->state + used, ROOM / 2);
	to->entries = count(MOCK);
}

static int same(const struct look *a, const struct look *b)
{
	return a->entries == b->entries && !strcmp(a->state, b->state);
}

/* One write, its @number-th allocation failing. Was there one? */
static int attempt(int *err)
{
	int fd = open_knob(file, O_WRONLY);
	char left[32] = "";
	ssize_t n;

	snprintf(left, sizeof(left), "%d", number);
	if (pwrite(nth_fd, left, strlen(left), 0) < 0)
		wrong("fail-nth cannot be set: %s", strerror(errno));
	n = write(fd, text, strlen(text));
	*err = n < 0 ? errno : 0;
	memset(left, 0, sizeof(left));
	if (pread(nth_fd, left, sizeof(left) - 1, 0) <= 0 ||
	    pwrite(nth_fd, "0", 1, 0) != 1)
		wrong("fail-nth cannot be read");
	close(fd);
	return !atoi(left);
}

static void check_failed(const struct look *before)
{
	static struct look after;
	char sentence[512];

	/* Before the next write. */
	if (!read_knob("last_error", sentence, sizeof(sentence)))
		wrong("failed without a sentence");
	look(&after);
	if (!same(before, &after))
		wrong("failed, and there is a change from\n%s(%d files) to\n%s(%d files)",
		      before->state, before->entries, after.state,
		      after.entries);
}

static void check_done(const struct look *before)
{
	static struct look after;
	static int first;

	if (!undo_file)
		return;
	look(&after);
	if (same(before, &after))
		wrong("done, but nothing has changed");
	if (!first)
		first = after.entries;
	if (first != after.entries)
		wrong("done, but there are %d files, and not %d", after.entries,
		      first);
	if (write_knob(undo_file, undo_text))
		wrong("cannot be undone: %s", strerror(errno));
	look(&after);
	if (!same(before, &after))
		wrong("undone, it is not as it was:\n%s", after.state);
}

/* Errnos that mean that memory is short. */
static bool expected[ERRNOS] = { [ENOMEM] = true };

static void expect(const char *name)
{
	for (int i = 1; i < ERRNOS; i++)
		if (strerrorname_np(i) && !strcmp(strerrorname_np(i), name))
			expected[i] = true;
}

int main(int argc, char **argv)
{
	static struct look before;
	int failed = 0, done = 0, hit, err, opt;

	while ((opt = getopt(argc, argv, "e:")) == 'e')
		expect(optarg);
	argv += optind;
	argc -= optind;
	if (argc != 2 && argc != 4)
		return 2;
	file = argv[0];
	text = argv[1];
	undo_file = argc == 4 ? argv[2] : NULL;
	undo_text = argc == 4 ? argv[3] : NULL;
	nth_fd = open(SELF, O_RDWR);
	if (nth_fd < 0)
		wrong("there is no fail-nth: %s", strerror(errno));
	do {
		number++;
		/* With an undo, the attempt before has ended as it began. */
		if (number == 1 || !undo_file)
			look(&before);
		hit = attempt(&err);
		if (!err) {
			check_done(&before);
			done++;
		} else if (hit && err < ERRNOS && expected[err]) {
			check_failed(&before);
			failed++;
		} else {
			wrong("%s", strerror(err));
		}
	} while (hit && number < MOST);
	if (hit)
		wrong("there is no end to it");
	printf("allocations=%d failed=%d done=%d\n", number - 1, failed, done);
	return 0;
}
