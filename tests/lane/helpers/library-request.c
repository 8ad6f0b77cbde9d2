// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests of devices for pages by libiommu-mock on a real module, as TAP. Where the
 * kernel takes no requests, or gives them to no handler, the functions say so. library.t
 * runs it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <iommu-mock.h>
#include <stdio.h>
#include <string.h>

#include "library.h"

static struct imock_journal *journal;

/* A list as text: "xd:3/5 0x1000 rw " is group 3 and PASID 5; G: the module's number. */
static void list_is(struct imock_requests *requests, const char *wanted,
		    const char *what)
{
	const struct imock_request *r;
	char text[256] = "", group[16];

	for (unsigned int i = 0; (r = imock_request_at(requests, i)); i++) {
		snprintf(group, sizeof(group), "%u", r->group);
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "%s:%s/%u 0x%lx %s ", r->device,
			 r->group > 65535 ? "G" : group, r->pasid,
			 (unsigned long)r->iova, r->access);
	}
	if (!ok(is(text, wanted), what))
		printf("# %s, and wanted %s\n", text, wanted);
	imock_requests_free(requests);
}

static void waiting_are(const char *device, const char *wanted, const char *what)
{
	struct imock_requests *r = NULL;

	works(imock_requests_waiting(im, device, &r), "requests that wait");
	if (r)
		list_is(r, wanted, what);
}

static void held_are(const char *domain, const char *wanted, const char *what)
{
	struct imock_requests *r = NULL;

	works(imock_requests_held(im, domain, &r), "requests that are held");
	if (r)
		list_is(r, wanted, what);
}

/* The next response is this; group 0: a number that the module chose. */
static void response(unsigned int group, unsigned int pasid, const char *code,
		     const char *what)
{
	const struct imock_event *ev = NULL;

	ok(imock_journal_next(journal, &ev, 2000) == 1 &&
	   (group ? ev->group == group : ev->group > 65535) &&
	   ev->pasid == pasid && is(ev->code, code) && is(ev->device, "xd"), what);
}

static void no_more_responses(const char *what)
{
	const struct imock_event *ev;

	ok(!imock_journal_next(journal, &ev, 0), what);
}

/* A device whose instance takes no requests, and a domain without a handler. */
static void test_none(void)
{
	struct imock_requests *r = NULL;

	works(imock_add_instance(im, "wide", NULL), "a plain instance");
	works(imock_add_device(im, "d1", "wide", NULL), "its device");
	works(imock_add_domain(im, "dom", "d1"), "its domain");
	works(imock_add_buffer(im, "buf", 0x2000), "a buffer");
	fails(imock_request_page(im, "d1", "r 0x1000"), -EOPNOTSUPP,
	      "takes no requests for pages", "a device that cannot ask");
	fails(imock_request_page(im, "d9", "r 0x1000"), -ENOENT,
	      "there is no device d9", "a device that is not there");
	waiting_are("d1", "", "none waits");
	held_are("dom", "", "none is held");
	fails(imock_requests_waiting(im, "d9", &r), -ENOENT,
	      "there is no device d9", "requests of no device");
	fails(imock_requests_held(im, "nodom", &r), -ENOENT,
	      "there is no domain nodom", "of no domain");
	ok(!r, "and nothing is returned");
	fails(imock_answer(im, "dom", "d1", "success", 0), -ENOENT,
	      "dom holds no request of d1", "no request to answer");
	fails(imock_answer(im, "dom", "d1", "what", 0), -EINVAL, "none of success",
	      "an answer that is none");
	fails(imock_answer(im, "nodom", "d1", "success", 0), -ENOENT,
	      "there is no domain nodom", "answer for no domain");
	imock_requests_free(NULL);
}

/* The instance answers itself: the device is on no paging domain. */
static void test_asked(void)
{
	works(imock_add_instance(im, "x", "pri=3 pasid=4"), "an instance that takes requests");
	works(imock_add_device(im, "xd", "x", "pasids=16"), "its device");
	works(imock_add_domain(im, "x1", "xd"), "its domain");
	works(imock_request_page(im, "xd", "rw 0x1234 group=3"), "a request");
	response(3, 0, "invalid", "is invalid where the device is on no domain");
	works(imock_request_page(im, "xd", "r 0x1000 pasid=5"), "one with a PASID");
	response(0, 5, "invalid", "is, too");
	fails(imock_request_page(im, "xd", "x 0x1000"), -EINVAL, "", "no access");
	fails(imock_request_page(im, "xd", "r 0x1000 pasid=16"), -EINVAL, "PASIDs",
	      "a PASID that the device does not have");
	fails(imock_request_page(im, "xd", "r 0x1000 last=0"), -EINVAL, "group",
	      "half a group without a number");
	no_more_responses("a request that is refused has no response");
}

static void test_hold(void)
{
	works(imock_request_page(im, "xd", "r 0x50123 group=1"), "ask");
	works(imock_request_page(im, "xd", "w 0x51000 pasid=5"), "with a PASID");
	fails(imock_request_page(im, "xd", "r 0x53000 group=1"), -EEXIST, "group 1",
	      "a group that waits");
	works(imock_request_page(im, "xd", "rw 0x52000 group=2"), "and again");
	fails(imock_request_page(im, "xd", "r 0x53000"), -ENOSPC, "no room", "no room for more");
	waiting_are("xd", "xd:1/0 0x50000 r xd:G/5 0x51000 w xd:2/0 0x52000 rw ", "three wait");
	held_are("x1", "xd:1/0 0x50000 r xd:G/5 0x51000 w xd:2/0 0x52000 rw ", "and are held");
	no_more_responses("none has a response");
	fails(imock_answer(im, "x1", "xd", "success", 7), -ENOENT,
	      "no request of group 7", "a group that is not held");
	works(imock_answer(im, "x1", "xd", "failure", 2), "answer a group");
	response(2, 0, "failure", "that group");
	works(imock_answer(im, "x1", "xd", "invalid", 0), "answer the oldest one");
	response(1, 0, "invalid", "that one");
	waiting_are("xd", "xd:G/5 0x51000 w ", "one waits");
	works(imock_answer(im, "x1", "xd", "success", 0), "answer the last one");
	response(0, 5, "success", "with the PASID");
	fails(imock_answer(im, "x1", "xd", "success", 0), -ENOENT, "holds no request",
	      "no request is left");
	waiting_are("xd", "", "none waits");
}

static void test_map(void)
{
	const struct imock_page *page = NULL;

	fails(imock_handler(im, "x1", "map nobuffer"), -ENOENT, "nobuffer",
	      "a buffer that is not there");
	fails(imock_handler(im, "x1", "what"), -EINVAL, "", "no handler of that name");
	fails(imock_handler(im, "nodom", "none"), -ENOENT, "there is no domain nodom",
	      "a handler of no domain");
	fails(imock_handler(im, "x1", "none"), -EBUSY, "devices are on x1",
	      "the handler stays while devices are there");
	works(imock_handler(im, "x1", "map buf"), "a handler that maps");
	works(imock_request_page(im, "xd", "rw 0x11000 pasid=5"), "ask it");
	response(0, 5, "success", "the page is there");
	works(imock_walk(im, "x1", 0x11000, &page), "look at it");
	ok(page && is(page->buffer, "buf") && page->offset == 0x1000, "the right page");
}

/* Held, and then its domain goes. */
static void test_detach(void)
{
	works(imock_handler(im, "x1", "hold"), "hold again");
	works(imock_request_page(im, "xd", "r 0x50000 group=9"), "ask");
	works(imock_detach(im, "x1", "xd"), "detach the device");
	response(9, 0, "invalid", "the detach answers");
	held_are("x1", "", "nothing is held");
	works(imock_detach_pasid(im, "x1", "xd", 5), "detach the PASID");
	works(imock_handler(im, "x1", "none"), "no handler then");
}

static void test_requests(void)
{
	test_none();
	if (!kernel_has("pri")) {
		fails(imock_add_instance(im, "x", "pri=3"), -EOPNOTSUPP,
		      "takes no requests for pages", "requests: not on this kernel");
		fails(imock_handler(im, "dom", "hold"), -EOPNOTSUPP, "to no handler",
		      "nor handlers");
		return;
	}
	works(imock_journal_open(im, 0, &journal), "the journal of responses");
	imock_journal_filter(journal, 0, IMOCK_EV_BIT(IMOCK_EV_RESPONSE));
	test_asked();
	if (!kernel_has("handlers")) {
		fails(imock_handler(im, "x1", "hold"), -EOPNOTSUPP, "to no handler",
		      "handlers: not on this kernel");
	} else {
		works(imock_handler(im, "x1", "hold"), "a handler that holds");
		works(imock_attach(im, "x1", "xd", 0), "a device on its domain");
		works(imock_attach_pasid(im, "x1", "xd", 5), "and a PASID");
		test_hold();
		test_map();
		test_detach();
	}
	no_more_responses("each request had one response");
	imock_journal_close(journal);
}

int main(void)
{
	im = imock_new(NULL);
	if (!im)
		return 1;
	test_requests();
	works(imock_reset(im), "reset");
	imock_free(im);
	printf("1..%d\n", tests);
	return 0;
}
