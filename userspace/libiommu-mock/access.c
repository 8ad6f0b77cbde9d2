// SPDX-License-Identifier: GPL-2.0-only
/* Access objects of iommufd. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/words.h"
#include "libiommu-mock/internal.h"

/* The module ends an access object when its file is closed. */
struct imock_access {
	struct imock *im;
	int fd;
	struct imock_access_state state;
	unsigned int n; /* pins */
	struct imock_pin *pins;
};

/* In sentences. */
#define OBJECT "the access object"

static int new_access(struct imock *im, int iommufd, unsigned int flags,
		      struct imock_access **access)
{
	struct imock_access *a = xalloc(sizeof(*a));

	a->im = im;
	a->fd = knob_start(&im->ctx, "access", "new fd=%d%s", iommufd,
			   flags & IMOCK_NO_PINS ? " pins=0" : "");
	if (a->fd < 0) {
		int err = a->fd;

		free(a);
		return of_knob(im, err);
	}
	*access = a;
	return 0;
}

EXPORT int imock_access_new(struct imock *im, int iommufd, unsigned int flags,
			    struct imock_access **access)
{
	return WITH_MODULE(im, new_access(im, iommufd, flags, access));
}

/*
 * Another process may have the file open, too, and then closing it does not end the
 * object. An object that is on no IOAS refuses the detach, which is fine.
 */
EXPORT void imock_access_free(struct imock_access *access)
{
	if (!access)
		return;
	knob_end(access->fd, "detach\n");
	free(access->pins);
	free(access);
}

static int add(struct imock_access *access, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int add(struct imock_access *access, const char *fmt, ...)
{
	struct imock *im = access->im;
	autofree char *line = NULL;
	va_list ap;

	va_start(ap, fmt);
	line = xvprintf(fmt, ap);
	va_end(ap);
	return of_knob(im, knob_add(&im->ctx, access->fd, line));
}

EXPORT int imock_access_attach(struct imock_access *access, uint32_t ioas)
{
	return WITH_MODULE(access->im, add(access, "attach %" PRIu32, ioas));
}

EXPORT int imock_access_replace(struct imock_access *access, uint32_t ioas)
{
	return WITH_MODULE(access->im, add(access, "replace %" PRIu32, ioas));
}

EXPORT int imock_access_detach(struct imock_access *access)
{
	return WITH_MODULE(access->im, add(access, "detach"));
}

EXPORT int imock_access_pin(struct imock_access *access, uint64_t iova,
			    uint64_t size, int write)
{
	return WITH_MODULE(access->im,
			   add(access,
			       "pin 0x%" PRIx64 " 0x%" PRIx64 " write=%d", iova,
			       size, write != 0));
}

EXPORT int imock_access_unpin(struct imock_access *access, uint64_t iova,
			      uint64_t size)
{
	return WITH_MODULE(access->im,
			   add(access, "unpin 0x%" PRIx64 " 0x%" PRIx64, iova,
			       size));
}

EXPORT int imock_access_write(struct imock_access *access, uint64_t iova,
			      uint64_t size, uint64_t pattern)
{
	return WITH_MODULE(access->im, add(access,
					   "write 0x%" PRIx64 " 0x%" PRIx64
					   " pattern=0x%" PRIx64,
					   iova, size, pattern));
}

/* What the open file says now. */
static int look(struct imock_access *access, struct buf *text)
{
	int err = knob_look(access->fd, text);

	return err ? knob_read_fail(&access->im->ctx, NULL, OBJECT, err) : 0;
}

/* The next line that begins with this word; *rest goes on behind it. */
static char *next_line(char **rest, const char *word)
{
	size_t n = strlen(word);
	char *line;

	while ((line = strsep(rest, "\n")))
		if (!strncmp(line, word, n) && line[n] == ' ')
			return line;
	return NULL;
}

enum { IOVA, SIZE, WRITE, SUM, KEYS };

static const char *const keys[] = { "iova", "size", "write", "sum", NULL };

/* "read iova=0x1000 size=0x40 sum=0x0a0b0c0d data=00112233", of this range. */
static bool parse_sum(char *text, uint64_t iova, uint64_t size, uint32_t *crc32)
{
	char *line = next_line(&text, "read");
	char *values[KEYS];
	uint64_t at, bytes;

	if (!line)
		return false;
	find_values(line, keys, values);
	return value_u64(values[IOVA], &at) && at == iova &&
	       value_u64(values[SIZE], &bytes) && bytes == size &&
	       value_u32(values[SUM], crc32);
}

static int sum(struct imock_access *access, uint64_t iova, uint64_t size,
	       uint32_t *crc32)
{
	autobuf struct buf text = { 0 };
	int err = add(access, "read 0x%" PRIx64 " 0x%" PRIx64, iova, size);

	if (!err)
		err = look(access, &text);
	if (!err && !parse_sum(text.text, iova, size, crc32))
		err = nonsense(access->im, OBJECT);
	return err;
}

EXPORT int imock_access_sum(struct imock_access *access, uint64_t iova,
			    uint64_t size, uint32_t *crc32)
{
	return WITH_MODULE(access->im, sum(access, iova, size, crc32));
}

/* "pin iova=0x1000 size=0x2000 write=1 sum=0x0a0b0c0d" */
static bool parse_pin(char *line, struct imock_pin *pin)
{
	char *values[KEYS];
	uint32_t write;

	find_values(line, keys, values);
	if (!value_u64(values[IOVA], &pin->iova) ||
	    !value_u64(values[SIZE], &pin->bytes) ||
	    !value_u32(values[WRITE], &write) || write > 1 ||
	    !value_u32(values[SUM], &pin->crc32))
		return false;
	pin->size = sizeof(*pin);
	pin->write = (int)write;
	return true;
}

/* "access id=3 ioas=1 pins=1 unmaps=0" */
static bool parse_state(char *line, struct imock_access_state *state)
{
	static const char *const words[] = { "id", "ioas", "pins", "unmaps",
					     NULL };
	char *values[ARRAY_SIZE(words)];
	uint32_t pins;

	find_values(line, words, values);
	if (!value_u32(values[0], &state->id) ||
	    !value_u32(values[1], &state->ioas) ||
	    !value_u32(values[2], &pins) || pins > 1 ||
	    !value_u64(values[3], &state->unmaps))
		return false;
	state->size = sizeof(*state);
	state->pins = (int)pins;
	return true;
}

/* There is room for as many pins as the text has lines before the last. */
static bool parse(struct imock_access *a, char *text)
{
	char *line = next_line(&text, "access");
	unsigned int n = 0;

	if (!line || !parse_state(line, &a->state))
		return false;
	while ((line = next_line(&text, "pin")))
		if (!parse_pin(line, &a->pins[n++]))
			return false;
	a->n = n;
	return true;
}

static int state(struct imock_access *access,
		 const struct imock_access_state **state)
{
	autobuf struct buf text = { 0 };
	int err = look(access, &text);

	access->n = 0;
	if (err)
		return err;
	access->pins = xrealloc(access->pins, count_lines(text.text),
				sizeof(*access->pins));
	if (!parse(access, text.text))
		return nonsense(access->im, OBJECT);
	*state = &access->state;
	return 0;
}

EXPORT int imock_access_state_read(struct imock_access *access,
				   const struct imock_access_state **found)
{
	return WITH_MODULE(access->im, state(access, found));
}

EXPORT const struct imock_pin *imock_pin_at(const struct imock_access *access,
					    unsigned int i)
{
	return i < access->n ? &access->pins[i] : NULL;
}
