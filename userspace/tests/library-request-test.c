// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests for pages by libiommu-mock without a kernel, as TAP.
 *
 *	library-request-test SYSROOT	on a copy of the recorded tree "shared"
 */
#define _GNU_SOURCE
#include <errno.h>

#include "library-test.h"

static const char *sysroot;

/* The module's file has this text from now on; NULL: it is not there. */
static void record(const char *file, const char *text)
{
	char path[512];
	FILE *out;

	snprintf(path, sizeof(path), "%s/sys/kernel/debug/iommu_mock/%s",
		 sysroot, file);
	if (!text) {
		ok(!remove(path), "a file goes");
		return;
	}
	out = fopen(path, "w");
	if (!out || fputs(text, out) < 0 || fclose(out))
		ok(false, path);
}

static bool is_request(const struct imock_request *r, const char *device,
		       unsigned int group, unsigned int pasid, uint64_t iova,
		       const char *access)
{
	return r && r->size == sizeof(*r) && is(r->device, device) &&
	       r->group == group && r->pasid == pasid && r->iova == iova &&
	       is(r->access, access);
}

static void requests(struct imock *im)
{
	struct imock_requests *r = NULL;

	record("devices/dev1/request",
	       "group=65536 iova=0x1000 access=r\ngroup=7 pasid=5 iova=0x0 access=rw\n");
	ok(!imock_requests_waiting(im, "dev1", &r) &&
		   is_request(imock_request_at(r, 0), "dev1", 65536, 0, 0x1000,
			      "r") &&
		   is_request(imock_request_at(r, 1), "dev1", 7, 5, 0, "rw") &&
		   !imock_request_at(r, 2),
	   "requests of a device");
	imock_requests_free(r);
	record("domains/dom0/answer",
	       "device=nic0 group=4294967295 pasid=1048575 iova=0xfffffffffffff000 access=w\n"
	       "device=dev0 group=1 iova=0x1000 access=r later=x");
	ok(!imock_requests_held(im, "dom0", &r) &&
		   is_request(imock_request_at(r, 0), "nic0", UINT32_MAX,
			      1048575, -0x1000ULL, "w") &&
		   is_request(imock_request_at(r, 1), "dev0", 1, 0, 0x1000,
			      "r") &&
		   !imock_request_at(r, 2),
	   "and those that a domain holds; the last line lacks its end");
	imock_requests_free(r);
	record("domains/dom0/answer", "");
	ok(!imock_requests_held(im, "dom0", &r) && !imock_request_at(r, 0) &&
		   !imock_request_at(r, UINT32_MAX),
	   "no requests");
	imock_requests_free(r);
	imock_requests_free(NULL);
}

static void bad_requests(struct imock *im)
{
	static const char *const bad[] = {
		"nonsense\n",
		"\n",
		"group=1 iova=0x1000\n",
		"group=1 access=r\n",
		"iova=0x1000 access=r\n",
		"group=1 iova=0x1000 access=\n",
		"group=1 iova=0x1000 access=wr\n",
		"group= iova=0x1000 access=r\n",
		"group=-1 iova=0x1000 access=r\n",
		"group=4294967296 iova=0x1000 access=r\n",
		"group=1 iova=0x10000000000000000 access=r\n",
		"group=1 pasid=- iova=0x1000 access=r\n",
		"group=1 iova=0x1000 access=r\ngroup=2 iova=0x1\n",
		"group=1 iova=0x1000 access=r\n\ngroup=2 iova=0x1000 access=r\n",
	};
	struct imock_requests *r = NULL;

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		record("devices/dev1/request", bad[i]);
		fails(im, imock_requests_waiting(im, "dev1", &r), -EPROTO,
		      "dev1: the module's answer makes no sense (EPROTO)");
	}
	record("domains/dom0/answer", "group=1 iova=0x1000 access=r\n");
	fails(im, imock_requests_held(im, "dom0", &r), -EPROTO,
	      "dom0: the module's answer makes no sense (EPROTO)");
	fails(im, imock_requests_waiting(im, "dev9", &r), -ENOENT,
	      "there is no device dev9 (ENOENT)");
	fails(im, imock_requests_held(im, "d3", &r), -ENOENT,
	      "d3 has no answer: it is another caller's (ENOENT)");
	fails(im, imock_requests_waiting(im, "../x", &r), -EINVAL,
	      "'../x' cannot be a name (EINVAL)");
	fails(im, imock_requests_held(im, NULL, &r), -EINVAL,
	      "'NULL' cannot be a name (EINVAL)");
	ok(!r, "and nothing is returned");
}

/* library.t looks at what was written. */
static void asks(struct imock *im)
{
	record("devices/dev0/request", "");
	record("domains/dom0/handler", "");
	record("domains/dom0/answer", "");
	ok(!imock_request(im, "dev0", "rw 0x1000 pasid=5") &&
		   !imock_handler(im, "dom0", "map buf0") &&
		   !imock_handler(im, "dom0", "none") &&
		   !imock_answer(im, "dom0", "dev0", "failure", 0) &&
		   !imock_answer(im, "dom0", "nic0", "success", UINT32_MAX),
	   "a request, handlers and answers");
	fails(im, imock_request(im, "dev9", "r 0"), -ENOENT,
	      "there is no device dev9 (ENOENT)");
	fails(im, imock_request(im, "a/b", "r 0"), -EINVAL,
	      "'a/b' cannot be a name (EINVAL)");
	fails(im, imock_handler(im, "..", "none"), -EINVAL,
	      "'..' cannot be a name (EINVAL)");
	fails(im, imock_handler(im, "domx", "none"), -ENOENT,
	      "there is no domain domx (ENOENT)");
	fails(im, imock_answer(im, "dom0", "a b", "success", 0), -EINVAL,
	      "'a b' cannot be a name (EINVAL)");
	fails(im, imock_answer(im, "a/b", "dev0", "success", 0), -EINVAL,
	      "'a/b' cannot be a name (EINVAL)");
	fails(im, imock_answer(im, "d3", "dev0", "success", 0), -ENOENT,
	      "d3 has no answer: it is another caller's (ENOENT)");
}

int main(int argc, char **argv)
{
	struct imock *im;
	int files;

	if (argc != 2)
		return 2;
	sysroot = argv[1];
	files = open_files();
	im = imock_new(sysroot);
	if (!im)
		return 1;
	requests(im);
	bad_requests(im);
	asks(im);
	imock_free(im);
	ok(open_files() == files, "all files are closed");
	printf("1..%d\n", tests);
	return 0;
}
