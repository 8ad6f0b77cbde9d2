// SPDX-License-Identifier: GPL-2.0-only
/* See tracing.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/mount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/env.h"
#include "lib/mem.h"
#include "lib/root.h"
#include "lib/tracing.h"

#define GROUP "iommu_mock_record"
#define INSTANCE "instances/" GROUP
#define MAXACTIVE 64 /* returns that can be waited for at once */

/*
 * A recorded tree is no tracefs: its files are there already, and keep what is
 * written to them.
 */
struct tracing {
	struct ctx *ctx;
	int root; /* the top directory of tracefs */
	int lock; /* kprobe_events, locked */
	int pipe; /* trace_pipe of our instance */
	bool instance; /* it is there */
	bool boot; /* of the probes that were set at boot, in no instance */
};

/* --- files --- */

static int open_file(const struct tracing *t, const char *file, int flags)
{
	int fd = openat(t->root, file, flags | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* One write(2) at the end: what is there stays. */
static int put(const struct tracing *t, const char *file, const char *text)
{
	int fd = open_file(t, file, O_WRONLY | O_APPEND);

	return fd < 0 ? fd : root_put(fd, text);
}

/* A file of our instance. */
static int put_ours(const struct tracing *t, const char *file, const char *text)
{
	autofree char *path = xprintf(INSTANCE "/%s", file);

	return put(t, path, text);
}

static int get(const struct tracing *t, const char *file, struct buf *text)
{
	int fd = open_file(t, file, O_RDONLY);
	char chunk[4096];
	ssize_t n;

	if (fd < 0)
		return fd;
	buf_str(text, "");
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		buf_add(text, chunk, n);
	n = n < 0 ? -errno : 0;
	close(fd);
	return (int)n;
}

/* --- to find it --- */

/* Of this process alone; it is gone when its last file is closed. */
static int mount_alone(const char *type)
{
	int fs, mount = -1, err = 0;

	fs = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
	if (fs < 0)
		return -errno;
	if (syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		err = -errno;
	if (!err) {
		mount = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0);
		err = mount < 0 ? -errno : 0;
	}
	close(fs);
	return err ? err : mount;
}

/*
 * To be known before tracefs is mounted: a kernel that is locked down like that
 * has put nothing into it, and Linux 6.12 then crashes when it is unmounted
 * (list corruption in tracefs_destroy_inode()).
 */
static bool locked_down(const struct ctx *ctx)
{
	const char *level = env_lockdown(ctx);
	char text[128] = "";
	int securityfs, fd;

	if (level || ctx_recorded(ctx))
		return level && !strcmp(level, "confidentiality");
	/* securityfs need not be mounted either. */
	securityfs = mount_alone("securityfs");
	if (securityfs < 0)
		return false;
	fd = openat(securityfs, "lockdown", O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	if (fd >= 0)
		close(fd);
	close(securityfs);
	return strstr(text, "[confidentiality]");
}

static int find_tracefs(const struct ctx *ctx)
{
	if (ctx_recorded(ctx))
		return root_open(ctx, "/sys/kernel/tracing",
				 O_RDONLY | O_DIRECTORY);
	return mount_alone("tracefs");
}

static int no_tracefs(struct ctx *ctx, int err)
{
	if (err == -EPERM || err == -EACCES)
		return env_errno(ctx, err,
				 "probes can be set by root only (%s)",
				 err == -EPERM ? "EPERM" : "EACCES");
	if (err == -ENODEV || err == -ENOENT)
		return env_errno(
			ctx, err,
			"this kernel has no tracefs, which probes need (CONFIG_TRACING)");
	return env_errno(ctx, err, "tracefs cannot be mounted: %s",
			 strerror(-err));
}

static void close_files(struct tracing *t)
{
	if (t->pipe >= 0)
		close(t->pipe);
	if (t->lock >= 0)
		close(t->lock);
	if (t->root >= 0)
		close(t->root);
	free(t);
}

static int lock_probes(struct ctx *ctx, struct tracing *t)
{
	int fd = open_file(t, "kprobe_events", O_RDONLY);

	if (fd == -ENOENT)
		return env_errno(
			ctx, fd,
			"this kernel has no dynamic probes (CONFIG_KPROBE_EVENTS)");
	if (fd < 0)
		return no_tracefs(ctx, fd);
	t->lock = fd;
	if (!flock(fd, LOCK_EX | LOCK_NB))
		return 0;
	if (errno == EWOULDBLOCK)
		return fail_errno(
			ctx, -EBUSY, NULL,
			"another recorder is running: wait for its end, or end it (EBUSY)");
	if (errno == ENOSYS)
		return env_errno(
			ctx, -ENOSYS,
			"this kernel has no file locks, which tell whether another recorder is running (CONFIG_FILE_LOCKING)");
	return env_errno(ctx, -errno, "kprobe_events cannot be locked: %m");
}

/* --- what is ours, and removed --- */

/* Each of our probes in the kernel's list: "p:GROUP/EVENT SYMBOL ARGS". */
static int remove_probes(struct tracing *t, const char *group, bool *any)
{
	autofree char *ours = xprintf(":%s/", group);
	autobuf struct buf text = { 0 };
	int err = get(t, "kprobe_events", &text);
	char *at = text.text, *line;

	while (!err && at && (line = strsep(&at, "\n"))) {
		const char *name = strstr(line, ours);
		autofree char *remove = NULL;
		int st;

		if (!name)
			continue;
		*any = true;
		remove = xprintf("-%.*s", (int)strcspn(name, " "), name);
		st = put(t, "kprobe_events", remove);
		err = err ? err : st;
	}
	return err;
}

/* The instance holds the probes: it goes first. */
static int remove_all(struct tracing *t, bool *any)
{
	int err = 0, st;

	*any = false;
	if (ctx_recorded(t->ctx))
		return 0;
	if (unlinkat(t->root, INSTANCE, AT_REMOVEDIR) == 0)
		*any = true;
	else if (errno != ENOENT)
		err = -errno;
	st = remove_probes(t, GROUP, any);
	return err ? err : st;
}

static int make_instance(struct tracing *t)
{
	int err;

	if (!ctx_recorded(t->ctx)) {
		if (mkdirat(t->root, INSTANCE, 0700) < 0)
			return -errno;
		t->instance = true;
	}
	err = put_ours(t, "tracing_on", "0");
	if (!err)
		err = put_ours(t, "trace_clock", "mono");
	if (!err)
		err = put_ours(t, "buffer_size_kb", "4096");
	if (!err) {
		t->pipe = open_file(t, INSTANCE "/trace_pipe",
				    O_RDONLY | O_NONBLOCK);
		err = t->pipe < 0 ? t->pipe : 0;
	}
	return err;
}

/* tracefs, and the lock of its probes. */
static int open_locked(struct ctx *ctx, struct tracing **out)
{
	struct tracing *t = xalloc(sizeof(*t));
	int err;

	*t = (struct tracing){ .ctx = ctx, .root = -1, .lock = -1, .pipe = -1 };
	*out = t;
	if (locked_down(ctx))
		err = env_errno(
			ctx, -EPERM,
			"the kernel is locked down (confidentiality) and closes tracefs: boot without lockdown=");
	else if ((t->root = find_tracefs(ctx)) < 0)
		err = no_tracefs(ctx, t->root);
	else
		err = lock_probes(ctx, t);
	if (!err)
		return 0;
	*out = NULL;
	close_files(t);
	return err;
}

int tracing_open(struct ctx *ctx, struct tracing **out, bool *leftovers)
{
	struct tracing *t;
	int err = open_locked(ctx, &t);

	if (err)
		return err;
	err = remove_all(t, leftovers);
	if (err)
		err = fail_errno(
			ctx, err, NULL,
			"the probes that a killed recorder has left cannot be removed: %s",
			strerror(-err));
	if (!err) {
		err = make_instance(t);
		if (err)
			fail_errno(ctx, err, NULL,
				   "no instance of tracefs can be made: %s",
				   strerror(-err));
	}
	if (err) {
		tracing_close(ctx, t);
		return err;
	}
	*out = t;
	return 0;
}

/* --- the probes of the kernel's command line --- */

int tracing_open_boot(struct ctx *ctx, struct tracing **out, bool *any)
{
	autobuf struct buf probes = { 0 };
	int err = open_locked(ctx, out);

	if (err)
		return err;
	(*out)->boot = true;
	err = get(*out, "kprobe_events", &probes);
	*any = !err && strstr(probes.text, ":" TRACING_BOOT_GROUP "/");
	return err ? fail_errno(ctx, err, NULL, "probes cannot be read: %s",
				strerror(-err)) :
		     0;
}

int tracing_boot_text(struct tracing *t, struct buf *text)
{
	return get(t, "trace", text);
}

int tracing_boot_remove(struct tracing *t)
{
	bool any;
	int err = put(t, "events/" TRACING_BOOT_GROUP "/enable", "0");

	if (err || ctx_recorded(t->ctx))
		return err;
	return remove_probes(t, TRACING_BOOT_GROUP, &any);
}

int tracing_close(struct ctx *ctx, struct tracing *t)
{
	bool any;
	int err;

	if (!t)
		return 0;
	if (t->boot) {
		close_files(t);
		return 0;
	}
	tracing_stop(t);
	if (t->pipe >= 0)
		close(t->pipe);
	t->pipe = -1;
	err = remove_all(t, &any);
	if (err)
		fail_errno(
			ctx, err, NULL,
			"probes are left in the kernel: %s; the next recorder removes them",
			strerror(-err));
	close_files(t);
	return err;
}

/* --- functions --- */

/*
 * "ffffffff8190efc0 t viommu_iotlb_sync	[virtio_iommu]": the name. *module:
 * that of its module, or "vmlinux".
 */
static const char *function_name(char *line, const char **module)
{
	char *type = strchr(line, ' '), *end;

	if (!type || (type[1] != 't' && type[1] != 'T') || type[2] != ' ')
		return NULL;
	*module = "vmlinux";
	end = type + 3 + strcspn(type + 3, "\t\n");
	if (end[0] == '\t' && end[1] == '[') {
		*module = end + 2;
		end[2 + strcspn(end + 2, "]")] = '\0';
	}
	*end = '\0';
	return type + 3;
}

static bool has_btf(const struct ctx *ctx, const char *module)
{
	autofree char *path = root_path(ctx, "/sys/kernel/btf/%s", module);

	return !access(path, R_OK);
}

/* A name that is looked for, and its place among them. */
struct wanted {
	const char *name;
	unsigned int at;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct wanted *)a)->name,
		      ((const struct wanted *)b)->name);
}

int tracing_symbols(struct ctx *ctx, unsigned int n, const char *const *names,
		    struct tracing_symbol *symbols)
{
	int fd = root_open(ctx, "/proc/kallsyms", O_RDONLY);
	FILE *in = fd < 0 ? NULL : fdopen(fd, "r");
	struct wanted *wanted, key = { 0 }, *found;
	const char *module;
	char *line = NULL;
	size_t room = 0;

	memset(symbols, 0, n * sizeof(*symbols));
	if (!in)
		return fd < 0 ? fd : -errno;
	wanted = xalloc(n * sizeof(*wanted));
	for (unsigned int i = 0; i < n; i++)
		wanted[i] = (struct wanted){ names[i], i };
	qsort(wanted, n, sizeof(*wanted), by_name);
	while (getline(&line, &room, in) > 0) {
		key.name = function_name(line, &module);
		found = key.name ? bsearch(&key, wanted, n, sizeof(*wanted),
					   by_name) :
				   NULL;
		if (!found)
			continue;
		symbols[found->at].functions++;
		symbols[found->at].typed = has_btf(ctx, module);
	}
	free(wanted);
	free(line);
	fclose(in);
	return 0;
}

/* --- probes --- */

bool tracing_takes_names(const struct tracing *t)
{
	autobuf struct buf text = { 0 };

	return !get(t, "README", &text) &&
	       strstr(text.text, "<argname>[->field");
}

int tracing_probe(struct tracing *t, const char *event, const char *symbol,
		  enum tracing_at at, const char *args, const char *filter)
{
	autofree char *kind = at == TRACING_RETURN ? xprintf("r%d", MAXACTIVE) :
						     xstrdup("p");
	autofree char *probe = xprintf("%s:" GROUP "/" TRACING_PREFIX
				       "%s %s %s",
				       kind, event, symbol, args);
	autofree char *directory =
		xprintf("events/" GROUP "/" TRACING_PREFIX "%s", event);
	autofree char *enable = xprintf("%s/enable", directory);
	autofree char *which = xprintf("%s/filter", directory);
	int err = put(t, "kprobe_events", probe);

	if (err || ctx_recorded(t->ctx))
		return err;
	if (filter)
		err = put_ours(t, which, filter);
	return err ? err : put_ours(t, enable, "1");
}

int tracing_log(struct tracing *t)
{
	return put_ours(t, "events/printk/console/enable", "1");
}

int tracing_start(struct tracing *t)
{
	return put_ours(t, "tracing_on", "1");
}

void tracing_stop(struct tracing *t)
{
	put_ours(t, "tracing_on", "0");
}

ssize_t tracing_read(struct tracing *t, char *text, size_t room)
{
	ssize_t n = read(t->pipe, text, room);

	if (n < 0 && errno == EAGAIN)
		return 0;
	return n < 0 ? -errno : n;
}

int tracing_fd(const struct tracing *t)
{
	return t->pipe;
}

/* Each line: EVENT HITS MISSED, of all probes of the system. */
uint64_t tracing_missed(struct tracing *t)
{
	autobuf struct buf text = { 0 };
	char *at, *line;
	uint64_t sum = 0;

	if (get(t, "kprobe_profile", &text))
		return 0;
	at = text.text;
	while ((line = strsep(&at, "\n"))) {
		char name[128];
		uint64_t hits, missed;

		if (sscanf(line, "%127s %" SCNu64 " %" SCNu64, name, &hits,
			   &missed) == 3 &&
		    !strncmp(name, TRACING_PREFIX, strlen(TRACING_PREFIX)))
			sum += missed;
	}
	return sum;
}
