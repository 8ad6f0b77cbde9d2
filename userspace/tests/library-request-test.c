// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests for pages and access objects by libiommu-mock without a kernel, as TAP.
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
	ok(!imock_request_page(im, "dev0", "rw 0x1000 pasid=5") &&
		   !imock_handler(im, "dom0", "map buf0") &&
		   !imock_handler(im, "dom0", "none") &&
		   !imock_answer(im, "dom0", "dev0", "failure", 0) &&
		   !imock_answer(im, "dom0", "nic0", "success", UINT32_MAX),
	   "a request, handlers and answers");
	fails(im, imock_request_page(im, "dev9", "r 0"), -ENOENT,
	      "there is no device dev9 (ENOENT)");
	fails(im, imock_request_page(im, "a/b", "r 0"), -EINVAL,
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

#define OBJECT "access id=4294967295 ioas=7 pins=1 unmaps=4294967296\n"

static bool is_pin(const struct imock_pin *pin, uint64_t iova, uint64_t bytes,
		   int write, uint32_t crc32)
{
	return pin && pin->size == sizeof(*pin) && pin->iova == iova &&
	       pin->bytes == bytes && pin->write == write &&
	       pin->crc32 == crc32;
}

static void accesses(struct imock *im)
{
	const struct imock_access_state *s = NULL;
	struct imock_access *a = NULL;
	uint32_t crc = 0;

	record("access", OBJECT
	       "pin iova=0x0 size=0x1000 write=0 sum=0x00000000\n"
	       "pin iova=0xffffffff00000000 size=0x40000000 write=1 sum=0xfffefdfc\n"
	       "read iova=0x1001 size=0x3 sum=0x0a0b0c0d data=001122\n");
	ok(!imock_access_new(im, 5, 0, &a) && !imock_pin_at(a, 0) &&
		   !imock_access_state_read(a, &s),
	   "the state of an access object");
	ok(s && s->size == sizeof(*s) && s->id == UINT32_MAX && s->ioas == 7 &&
		   s->pins == 1 && s->unmaps == 1ULL << 32,
	   "all of it");
	ok(is_pin(imock_pin_at(a, 0), 0, 0x1000, 0, 0) &&
		   is_pin(imock_pin_at(a, 1), 0xffffffff00000000, 0x40000000, 1,
			  0xfffefdfc) &&
		   !imock_pin_at(a, 2),
	   "and its pins");
	ok(!imock_access_sum(a, 0x1001, 3, &crc) && crc == 0x0a0b0c0d,
	   "a sum of memory");
	fails(im, imock_access_sum(a, 0x1000, 3, &crc), -EPROTO,
	      "the access object: the module's answer makes no sense (EPROTO)");
	fails(im, imock_access_sum(a, 0x1001, 4, &crc), -EPROTO,
	      "the access object: the module's answer makes no sense (EPROTO)");
	record("access", "access id=1 ioas=0 pins=0 unmaps=0\n");
	ok(!imock_access_state_read(a, &s) && !s->ioas && !s->pins &&
		   !s->unmaps && !imock_pin_at(a, 0),
	   "one on no IOAS");
	record("access", "read iova=0x1001 size=0x3 sum=0x1234567890\n");
	crc = 1;
	fails(im, imock_access_sum(a, 0x1001, 3, &crc), -EPROTO,
	      "the access object: the module's answer makes no sense (EPROTO)");
	imock_access_free(a);
	ok(crc == 1 && *imock_error(im), "the end of it leaves the error");
	imock_access_free(NULL);
}

static void bad_accesses(struct imock *im)
{
	static const char *const bad[] = {
		"",
		"nonsense\n",
		"access\n",
		"access id=1 ioas=1 pins=1\n",
		"access id=1 ioas=1 unmaps=0\n",
		"access id=1 pins=1 unmaps=0\n",
		"access ioas=1 pins=1 unmaps=0\n",
		"access id=1 ioas=1 pins=2 unmaps=0\n",
		"access id=1 ioas=4294967296 pins=1 unmaps=0\n",
		"accesses id=1 ioas=1 pins=1 unmaps=0\n",
		OBJECT "pin size=0x1000 write=0 sum=0x0\n",
		OBJECT "pin iova=0x0 write=0 sum=0x0\n",
		OBJECT "pin iova=0x0 size=0x1000 sum=0x0\n",
		OBJECT "pin iova=0x0 size=0x1000 write=2 sum=0x0\n",
		OBJECT "pin iova=0x0 size=0x1000 write=0\n",
		OBJECT "pin iova=0x0 size=0x1000 write=0 sum=0x100000000\n",
		OBJECT
		"pin iova=0x0 size=0x1000 write=0 sum=0x0\npin iova=0x0 size=4K write=0 sum=0x0\n",
	};
	const struct imock_access_state *s = NULL;
	struct imock_access *a = NULL;

	record("access",
	       OBJECT "pin iova=0x0 size=0x1000 write=0 sum=0x00000000\n");
	ok(!imock_access_new(im, 5, 0, &a) && !imock_access_state_read(a, &s) &&
		   imock_pin_at(a, 0),
	   "an object with a pin");
	s = NULL;
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		record("access", bad[i]);
		fails(im, imock_access_state_read(a, &s), -EPROTO,
		      "the access object: the module's answer makes no sense (EPROTO)");
		ok(!s && !imock_pin_at(a, 0), "and no pins are left");
	}
	imock_access_free(a);
	a = NULL;
	record("access", NULL);
	fails(im, imock_access_new(im, 5, 0, &a), -ENOENT,
	      "the module has no file access (ENOENT)");
	ok(!a, "and no object");
}

/* library.t looks at what was written. */
static void access_lines(struct imock *im)
{
	struct imock_access *a = NULL;
	uint32_t crc;

	record("access", "");
	ok(!imock_access_new(im, 5, IMOCK_NO_PINS, &a), "one that cannot pin");
	imock_access_free(a);
	ok(!imock_access_new(im, 5, 0, &a) &&
		   !imock_access_attach(a, UINT32_MAX) &&
		   !imock_access_replace(a, 8) &&
		   !imock_access_pin(a, 0x1000, 0x2000, 2) &&
		   !imock_access_pin(a, -0x1000ULL, 0x1000, 0) &&
		   !imock_access_unpin(a, 0x1000, 0x2000) &&
		   !imock_access_write(a, 0x1001, 3, 0x1122334455667788) &&
		   imock_access_sum(a, 0x1002, 2, &crc) == -EPROTO &&
		   !imock_access_detach(a),
	   "all that an object does");
	imock_access_free(a);
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
	accesses(im);
	bad_accesses(im);
	access_lines(im);
	imock_free(im);
	ok(open_files() == files, "all files are closed");
	printf("1..%d\n", tests);
	return 0;
}
