// SPDX-License-Identifier: GPL-2.0-only
/* Requests of devices for pages, and the handlers that answer them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/words.h"
#include "libiommu-mock/internal.h"

struct imock_requests {
	char *text; /* the module's answer, in pieces: all strings but device are in it */
	char *device; /* the one that was asked for, or NULL */
	unsigned int n;
	struct imock_request requests[];
};

static int ask(struct imock *im, const char *device, const char *request)
{
	autofree char *file = xprintf("devices/%s/request", device);

	return of_knob(im, knob_write(&im->ctx, file, "%s", request));
}

EXPORT int imock_request_page(struct imock *im, const char *device,
			      const char *request)
{
	return WITH_WORD(im, device, ask(im, device, request));
}

static int handle(struct imock *im, const char *domain, const char *handler)
{
	autofree char *file = xprintf("domains/%s/handler", domain);

	return of_knob(im, knob_write(&im->ctx, file, "%s", handler));
}

EXPORT int imock_handler(struct imock *im, const char *domain,
			 const char *handler)
{
	return WITH_WORD(im, domain, handle(im, domain, handler));
}

enum { DEVICE, GROUP, PASID, IOVA, ACCESS, KEYS };

static const char *const keys[] = { "device", "group",	"pasid",
				    "iova",   "access", NULL };

/* One line, "device=nic0 group=3 pasid=5 iova=0x1000 access=rw". */
static bool parse_request(char *line, struct imock_request *request,
			  const char *device)
{
	char *values[KEYS];

	find_values(line, keys, values);
	request->size = sizeof(*request);
	request->device = device ? device : values[DEVICE];
	request->access = values[ACCESS];
	return request->device && request->access &&
	       word_index(prot_words, request->access) >= 0 &&
	       value_u32(values[GROUP], &request->group) &&
	       (!values[PASID] || value_u32(values[PASID], &request->pasid)) &&
	       value_u64(values[IOVA], &request->iova);
}

static bool parse(struct imock_requests *r)
{
	char *line, *rest = r->text;

	while ((line = strsep(&rest, "\n")) && (*line || rest))
		if (!parse_request(line, &r->requests[r->n++], r->device))
			return false;
	return true;
}

EXPORT void imock_requests_free(struct imock_requests *requests)
{
	if (!requests)
		return;
	free(requests->text);
	free(requests->device);
	free(requests);
}

/* device: that of all the lines; NULL if each line names its own. */
static int list(struct imock *im, const char *object, const char *file,
		const char *device, struct imock_requests **requests)
{
	autobuf struct buf answer = { 0 };
	int err = read_answer(im, object, "its requests", file, &answer);
	struct imock_requests *r;

	if (err)
		return err;
	/* The last line may lack its end. */
	r = xalloc(sizeof(*r) +
		   (count_lines(answer.text) + 1) * sizeof(*r->requests));
	r->text = xstrdup(answer.text);
	r->device = xstrdup_or_null(device);
	if (!parse(r)) {
		imock_requests_free(r);
		return nonsense(im, object);
	}
	*requests = r;
	return 0;
}

static int waiting(struct imock *im, const char *device,
		   struct imock_requests **requests)
{
	autofree char *file = xprintf("devices/%s/request", device);

	return list(im, device, file, device, requests);
}

EXPORT int imock_requests_waiting(struct imock *im, const char *device,
				  struct imock_requests **requests)
{
	return WITH_WORD(im, device, waiting(im, device, requests));
}

static int held(struct imock *im, const char *domain,
		struct imock_requests **requests)
{
	autofree char *file = xprintf("domains/%s/answer", domain);

	return list(im, domain, file, NULL, requests);
}

EXPORT int imock_requests_held(struct imock *im, const char *domain,
			       struct imock_requests **requests)
{
	return WITH_WORD(im, domain, held(im, domain, requests));
}

EXPORT const struct imock_request *
imock_request_at(const struct imock_requests *requests, unsigned int i)
{
	return i < requests->n ? &requests->requests[i] : NULL;
}

static int answer_held(struct imock *im, const char *domain, const char *device,
		       const char *answer, unsigned int group)
{
	autofree char *file = xprintf("domains/%s/answer", domain);
	autofree char *key = group ? xprintf(" group=%u", group) : xstrdup("");

	return of_knob(im, knob_write(&im->ctx, file, "%s %s%s", device, answer,
				      key));
}

EXPORT int imock_answer(struct imock *im, const char *domain,
			const char *device, const char *answer,
			unsigned int group)
{
	return WITH_WORDS(im, domain, device,
			  answer_held(im, domain, device, answer, group));
}
