// SPDX-License-Identifier: GPL-2.0-only
/* The pages of a domain that devices wrote. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/words.h"
#include "libiommu-mock/internal.h"

struct imock_dirty {
	unsigned int n;
	struct imock_range ranges[];
};

static int set(struct imock *im, const char *domain, int on)
{
	autofree char *file = xprintf("domains/%s/dirty", domain);

	return of_knob(im, knob_write(&im->ctx, file, on ? "on" : "off"));
}

EXPORT int imock_dirty_set(struct imock *im, const char *domain, int on)
{
	return WITH_WORD(im, domain, set(im, domain, on));
}

/* One line, "iova=0x1000 size=0x2000", which is cut into pieces. */
static bool parse_range(char *line, struct imock_range *range)
{
	char *size = strstr(line, " size=");

	if (strncmp(line, "iova=", 5) || !size)
		return false;
	*size = '\0';
	range->size = sizeof(*range);
	return number_parse(line + 5, &range->iova) &&
	       number_parse(size + 6, &range->bytes);
}

/* NULL: the text makes no sense. */
static struct imock_dirty *parse(char *text)
{
	unsigned int n = count_lines(text);
	struct imock_dirty *d = xalloc(sizeof(*d) + n * sizeof(*d->ranges));
	char *line;

	while (d->n < n && (line = strsep(&text, "\n"))) {
		if (!parse_range(line, &d->ranges[d->n])) {
			free(d);
			return NULL;
		}
		d->n++;
	}
	return d;
}

static int look(struct imock *im, const char *domain, uint64_t iova,
		uint64_t size, unsigned int flags, struct imock_dirty **dirty)
{
	autofree char *file = xprintf("domains/%s/dirty", domain);
	autofree char *range =
		iova || size ?
			xprintf(" 0x%" PRIx64 " 0x%" PRIx64, iova, size) :
			xstrdup("");
	autobuf struct buf answer = { 0 };
	int err = knob_ask(&im->ctx, file, &answer, "%s%s",
			   flags & IMOCK_PEEK ? "peek" : "read", range);

	if (err < 0)
		return of_knob(im, err);
	*dirty = parse(answer.text);
	return *dirty ? 0 : nonsense(im, domain);
}

EXPORT int imock_dirty_read(struct imock *im, const char *domain, uint64_t iova,
			    uint64_t size, unsigned int flags,
			    struct imock_dirty **dirty)
{
	return WITH_WORD(im, domain,
			 look(im, domain, iova, size, flags, dirty));
}

EXPORT void imock_dirty_free(struct imock_dirty *dirty)
{
	free(dirty);
}

EXPORT const struct imock_range *imock_dirty_at(const struct imock_dirty *dirty,
						unsigned int i)
{
	return i < dirty->n ? &dirty->ranges[i] : NULL;
}
