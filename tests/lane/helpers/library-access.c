// SPDX-License-Identifier: GPL-2.0-only
/*
 * Access objects of iommufd by libiommu-mock on a real module, as TAP. Where the kernel
 * has none, the function says so. library.t runs it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <iommu-mock.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../../userspace/lib/iommufd-abi.h"
#include "library.h"

#define PAGE 0x1000UL
#define SIZE (4 * PAGE)
#define IOVA 0x100000UL
#define READ_ONLY 0x200000UL /* the same memory, without IOMMU_IOAS_MAP_WRITEABLE */

static struct imock_access *object;
static int iommufd;
static uint32_t ioas, second;
static uint8_t *memory;

static uint32_t crc(const uint8_t *from, size_t len)
{
	uint32_t sum = ~0U;

	while (len--) {
		sum ^= *from++;
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? 0xedb88320U : 0);
	}
	return ~sum;
}

static uint32_t new_ioas(void)
{
	struct iommu_ioas_alloc alloc = { .size = sizeof(alloc) };

	ok(!ioctl(iommufd, IOMMU_IOAS_ALLOC, &alloc), "an IOAS");
	return alloc.out_ioas_id;
}

static void map(uint64_t iova, uint32_t prot)
{
	struct iommu_ioas_map map = {
		.size = sizeof(map), .flags = IOMMU_IOAS_MAP_FIXED_IOVA | prot,
		.ioas_id = ioas, .user_va = (uintptr_t)memory, .length = SIZE,
		.iova = iova,
	};

	ok(!ioctl(iommufd, IOMMU_IOAS_MAP, &map), "with memory");
}

static int destroy(uint32_t id)
{
	struct iommu_destroy destroy = { .size = sizeof(destroy), .id = id };

	return ioctl(iommufd, IOMMU_DESTROY, &destroy) ? errno : 0;
}

/* What the object says: its IOAS, its unmaps, and so many pins. */
static void state_is(uint32_t on, int can_pin, uint64_t unmaps,
		     unsigned int pins, const char *what)
{
	const struct imock_access_state *s = NULL;
	unsigned int n = 0;

	works(imock_access_state_read(object, &s), "its state");
	while (imock_pin_at(object, n))
		n++;
	if (!ok(s && s->size == sizeof(*s) && s->id && s->ioas == on &&
		s->pins == can_pin && s->unmaps == unmaps && n == pins, what))
		printf("# IOAS %u, %lu unmaps, %u pins\n", s ? s->ioas : 0,
		       s ? (unsigned long)s->unmaps : 0, n);
}

static void pin_is(unsigned int i, uint64_t iova, uint64_t size, int write,
		   const char *what)
{
	const struct imock_pin *pin = imock_pin_at(object, i);

	ok(pin && pin->size == sizeof(*pin) && pin->iova == iova &&
	   pin->bytes == size && pin->write == write &&
	   pin->crc32 == crc(memory + (iova - IOVA), size), what);
}

static void set_up(void)
{
	iommufd = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	ok(iommufd >= 0, "/dev/iommu");
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ok(memory != MAP_FAILED, "memory");
	for (size_t i = 0; i < SIZE; i++)
		memory[i] = i / PAGE * 31 + i % 251;
	ioas = new_ioas();
	second = new_ioas();
	map(IOVA, IOMMU_IOAS_MAP_READABLE | IOMMU_IOAS_MAP_WRITEABLE);
	map(READ_ONLY, IOMMU_IOAS_MAP_READABLE);
}

static void test_new(void)
{
	struct imock_access *none = NULL;
	int null = open("/dev/null", O_RDWR);

	fails(imock_access_new(im, -1, 0, &none), -EINVAL, "'-1'",
	      "a number that is no descriptor");
	fails(imock_access_new(im, 1000, 0, &none), -EBADF, "1000", "one that is not open");
	fails(imock_access_new(im, null, 0, &none), -EBADFD, "no open /dev/iommu",
	      "another file");
	ok(!none, "no object is made");
	close(null);
	works(imock_access_new(im, iommufd, 0, &object), "an access object");
	ok(!imock_pin_at(object, 0), "no pins yet");
	state_is(0, 1, 0, 0, "it is on no IOAS");
}

static void test_attach(void)
{
	fails(imock_access_pin(object, IOVA, PAGE, 0), -ENOENT, "on no IOAS", "no pin");
	fails(imock_access_detach(object), -ENOENT, "on no IOAS", "no detach");
	fails(imock_access_replace(object, ioas), -ENOENT, "on no IOAS", "no replace");
	fails(imock_access_attach(object, 999), -ENOENT, "no IOAS 999", "no such IOAS");
	works(imock_access_attach(object, ioas), "attach");
	fails(imock_access_attach(object, second), -EBUSY, "is on IOAS", "attach twice");
	state_is(ioas, 1, 0, 0, "it is on the IOAS");
}

static void test_copy(void)
{
	static const uint8_t written[] = { 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,
					   0x88, 0x77 };
	uint8_t before = memory[PAGE - 4], behind = memory[PAGE + 7];
	uint32_t sum = 0;

	works(imock_access_write(object, IOVA + PAGE - 3, sizeof(written),
				 0x1122334455667788), "write across two pages");
	ok(!memcmp(memory + PAGE - 3, written, sizeof(written)) &&
	   memory[PAGE - 4] == before && memory[PAGE + 7] == behind, "these bytes");
	works(imock_access_sum(object, IOVA + PAGE - 100, 300, &sum), "sum up");
	ok(sum == crc(memory + PAGE - 100, 300), "is right");
	works(imock_access_sum(object, READ_ONLY, SIZE, &sum), "sum up all of it");
	ok(sum == crc(memory, SIZE), "is right, too");
	sum = 1;
	fails(imock_access_sum(object, IOVA + SIZE, 1, &sum), -ENOENT, "mapped",
	      "what is not mapped");
	fails(imock_access_sum(object, IOVA, 0x100001, &sum), -EINVAL, "at most",
	      "too much");
	ok(sum == 1, "no sum then");
	fails(imock_access_write(object, READ_ONLY, 8, 0), -EPERM, "does not allow",
	      "what may only be read");
}

static void test_pin(void)
{
	works(imock_access_pin(object, IOVA, SIZE, 1), "pin for writing");
	works(imock_access_pin(object, IOVA + PAGE, PAGE, 0), "pin for reading");
	works(imock_access_pin(object, IOVA + PAGE, PAGE, 1), "and again");
	state_is(ioas, 1, 0, 3, "three pins");
	pin_is(0, IOVA, SIZE, 1, "the oldest");
	pin_is(1, IOVA + PAGE, PAGE, 0, "the second");
	pin_is(2, IOVA + PAGE, PAGE, 1, "the youngest");
	works(imock_access_unpin(object, IOVA + PAGE, PAGE), "unpin the youngest");
	memory[PAGE] ^= 0xff;
	state_is(ioas, 1, 0, 2, "two are left");
	pin_is(0, IOVA, SIZE, 1, "the oldest, with what it contains now");
	pin_is(1, IOVA + PAGE, PAGE, 0, "and the second");
	fails(imock_access_unpin(object, IOVA, PAGE), -ENOENT, "no pin has", "a part of it");
	fails(imock_access_pin(object, IOVA + 1, PAGE, 0), -EINVAL, "not whole pages",
	      "a pin within a page");
	fails(imock_access_pin(object, READ_ONLY, PAGE, 1), -EPERM, "does not allow",
	      "a pin of what may only be read");
	works(imock_access_pin(object, READ_ONLY, PAGE, 0), "for reading");
	state_is(ioas, 1, 0, 3, "three again");
}

/* Memory goes, and the object is told. */
static void test_unmap(void)
{
	struct iommu_ioas_unmap unmap = {
		.size = sizeof(unmap), .ioas_id = ioas, .iova = IOVA, .length = SIZE,
	};

	ok(!ioctl(iommufd, IOMMU_IOAS_UNMAP, &unmap), "unmap memory with pins");
	state_is(ioas, 1, 1, 1, "its pins have ended");
	ok(imock_pin_at(object, 0) && imock_pin_at(object, 0)->iova == READ_ONLY,
	   "the other one is left");
}

static void test_replace(void)
{
	uint32_t sum;

	works(imock_access_replace(object, second), "replace the IOAS");
	state_is(second, 1, 2, 0, "and all pins have ended");
	works(imock_access_replace(object, ioas), "and back");
	works(imock_access_pin(object, READ_ONLY, PAGE, 0), "pin");
	works(imock_access_detach(object), "detach");
	state_is(0, 1, 4, 0, "it is on no IOAS");
	fails(imock_access_sum(object, READ_ONLY, 8, &sum), -ENOENT, "on no IOAS", "no sum");
	imock_access_free(object);
}

static void test_no_pins(void)
{
	uint32_t sum = 0;

	works(imock_access_new(im, iommufd, IMOCK_NO_PINS, &object), "an object that cannot pin");
	works(imock_access_attach(object, ioas), "attach it");
	fails(imock_access_pin(object, READ_ONLY, PAGE, 0), -EINVAL, "pins=0", "it does not pin");
	works(imock_access_sum(object, READ_ONLY, SIZE, &sum), "but it sums up");
	ok(sum == crc(memory, SIZE), "the right bytes");
	state_is(ioas, 0, 0, 0, "and says so");
	ok(destroy(ioas) == EBUSY, "the IOAS is in use");
	imock_access_free(object);
}

/* A child has the object open, too, until it ends. */
static void test_child(void)
{
	int hold[2], status = 0;
	pid_t child;
	char byte;

	works(imock_access_new(im, iommufd, 0, &object), "an object");
	works(imock_access_attach(object, ioas), "on the IOAS");
	works(imock_access_pin(object, READ_ONLY, SIZE, 0), "with a pin");
	ok(!pipe(hold), "a pipe");
	fflush(stdout);
	child = fork();
	if (!child) {
		close(hold[1]);
		_exit(read(hold[0], &byte, 1) != 0);
	}
	ok(child > 0, "and a child");
	close(hold[0]);
	fails(imock_access_attach(object, second), -EBUSY, "is on IOAS", "an error");
	imock_access_free(object);
	ok(!!strstr(imock_error(im), "is on IOAS"), "stays when the object is freed");
	ok(!destroy(ioas), "nothing is on the IOAS, although the child lives");
	close(hold[1]);
	ok(waitpid(child, &status, 0) == child && !status, "the child ends");
	imock_access_free(NULL);
	ok(!destroy(second) && !close(iommufd), "and all is undone");
}

int main(void)
{
	im = imock_new(NULL);
	if (!im)
		return 1;
	if (!kernel_has("access")) {
		fails(imock_access_new(im, 0, 0, &object), -EOPNOTSUPP,
		      "this kernel has no access objects", "access objects: not on this kernel");
		ok(!object, "and none is made");
	} else {
		set_up();
		test_new();
		test_attach();
		test_copy();
		test_pin();
		test_unmap();
		test_replace();
		test_no_pins();
		test_child();
	}
	imock_free(im);
	printf("1..%d\n", tests);
	return 0;
}
