// SPDX-License-Identifier: GPL-2.0-only
/* The file of a recording; its first line and its last. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lib/words.h"
#include "record/recording.h"

int output_open(struct recording *r)
{
	int fd, flags = O_WRONLY | O_CREAT | O_CLOEXEC;

	r->name = opt_value(r->ctx, "output", 0);
	r->out = stdout;
	if (!r->name)
		return 0;
	fd = open(r->name, flags | O_EXCL, 0600);
	r->made = fd >= 0;
	if (fd < 0 && errno == EEXIST)
		fd = open(r->name, flags, 0600);
	r->out = fd < 0 ? NULL : fdopen(fd, "w");
	return r->out ? 0 :
			fail_errno(r->ctx, -errno, r->name,
				   "cannot be written: %m");
}

void output_leave(struct recording *r)
{
	if (r->made)
		unlink(r->name);
}

int output_empty(struct recording *r)
{
	if (r->name && ftruncate(fileno(r->out), 0) < 0 && errno != EINVAL) {
		fail_errno(r->ctx, -errno, r->name, "cannot be emptied: %m");
		return -EIO;
	}
	return 0;
}

int output_close(struct recording *r)
{
	int bad;

	if (!r->out)
		return 0;
	bad = fflush(r->out) | ferror(r->out);
	if (r->out != stdout)
		bad |= fclose(r->out);
	r->out = NULL;
	return bad ? fail_errno(r->ctx, -EIO, r->name, "cannot be written") : 0;
}

void output_head(struct recording *r, bool log)
{
	autofree char *words = NULL;
	struct utsname u;

	uname(&u);
	words = xprintf("kernel=%s machine=%s log=%d", u.release, u.machine,
			log);
	convert_note(r->convert, "recording", words);
}

void output_end(struct recording *r)
{
	convert_end(r->convert);
	convert_note(r->convert, "end", "");
	if (convert_lost(r->convert))
		warning(r->ctx,
			"%" PRIu64
			" %s lost: the recording has gaps in their place",
			convert_lost(r->convert),
			by_count(convert_lost(r->convert), "event was",
				 "events were"));
}
