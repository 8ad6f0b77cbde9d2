// SPDX-License-Identifier: GPL-2.0-only
/*
 * Access objects of iommufd (the file "access"): a program with an open /dev/iommu, two
 * IOASes, and memory in them. Prints TAP. What is expected is that of
 * drivers/iommu/iommufd/device.c and io_pagetable.c.
 *
 *	iommufd-access		all that can be tested within one process
 *	iommufd-access hold	pins 4 pages, prints "held" and the number of the process,
 *				and waits to be killed
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../../userspace/lib/iommufd-abi.h"

#define ACCESS "/sys/kernel/debug/iommu_mock/access"
#define PAGE 0x1000UL
#define SIZE (4 * PAGE)
#define IOVA 0x100000UL
#define READ_ONLY 0x200000UL /* mapped without IOMMU_IOAS_MAP_WRITEABLE */
#define WRITE_ONLY 0x300000UL /* mapped without IOMMU_IOAS_MAP_READABLE */
#define OTHER 0x400000UL /* in the second IOAS only */
#define NEXT (IOVA + SIZE) /* follows on IOVA: a mapping of its own */

static int tests, bad, iommufd, access_fd;
static uint32_t ioas, second;
static uint8_t *memory, *next, *read_only, *write_only, *other;

static bool ok(bool good, const char *what)
{
	bad += !good;
	printf("%sok %d - %s\n", good ? "" : "not ", ++tests, what);
	return good;
}

static void must(bool good, const char *what)
{
	if (good)
		return;
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Writes a line to an open file: 0 or errno. */
static int tell_file(int fd, const char *line)
{
	return write(fd, line, strlen(line)) < 0 ? errno : 0;
}

static int tell(const char *line)
{
	return tell_file(access_fd, line);
}

static int tell_range(const char *word, uint64_t iova, uint64_t size,
		      const char *more)
{
	char line[128];

	snprintf(line, sizeof(line), "%s 0x%llx 0x%llx %s", word,
		 (unsigned long long)iova, (unsigned long long)size, more);
	return tell(line);
}

static void returns(int got, int wanted, const char *what)
{
	if (!ok(got == wanted, what))
		printf("#   got %s, wanted %s\n", strerror(got),
		       strerror(wanted));
}

/* What the open file says. */
static const char *said(void)
{
	static char text[8192];
	ssize_t n;

	n = pread(access_fd, text, sizeof(text) - 1, 0);
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

static bool shows(const char *words)
{
	bool found = strstr(said(), words);

	if (!found)
		printf("#   it says: %s#   wanted:  %s\n", said(), words);
	return found;
}

static uint32_t crc(const uint8_t *from, size_t len)
{
	uint32_t sum = ~0U;
	int bit;

	while (len--) {
		sum ^= *from++;
		for (bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? 0xedb88320U : 0);
	}
	return ~sum;
}

/* The pin of this range, with what this process sees at @at. */
static bool pinned(uint64_t iova, uint64_t size, int write, const uint8_t *at)
{
	char line[128];

	snprintf(line, sizeof(line),
		 "pin iova=0x%llx size=0x%llx write=%d sum=0x%08x\n",
		 (unsigned long long)iova, (unsigned long long)size, write,
		 crc(at, size));
	return shows(line);
}

static bool was_read(uint64_t iova, uint64_t size, const uint8_t *at)
{
	char line[128];

	snprintf(line, sizeof(line), "read iova=0x%llx size=0x%llx sum=0x%08x data=%02x",
		 (unsigned long long)iova, (unsigned long long)size,
		 crc(at, size), *at);
	return shows(line);
}

static uint32_t new_ioas(void)
{
	struct iommu_ioas_alloc alloc = { .size = sizeof(alloc) };

	must(!ioctl(iommufd, IOMMU_IOAS_ALLOC, &alloc), "IOMMU_IOAS_ALLOC");
	return alloc.out_ioas_id;
}

static uint8_t *map(uint32_t to, uint64_t iova, uint32_t prot, uint8_t fill)
{
	uint8_t *at = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct iommu_ioas_map map = {
		.size = sizeof(map), .flags = IOMMU_IOAS_MAP_FIXED_IOVA | prot,
		.ioas_id = to, .user_va = (uintptr_t)at, .length = SIZE,
		.iova = iova,
	};
	size_t i;

	must(at != MAP_FAILED, "mmap");
	for (i = 0; i < SIZE; i++)
		at[i] = fill + i / PAGE * 31 + i % 251;
	must(!ioctl(iommufd, IOMMU_IOAS_MAP, &map), "IOMMU_IOAS_MAP");
	return at;
}

/* Maps the first 100 bytes of what is mapped elsewhere. */
static void map_part(uint32_t to, uint64_t iova, const uint8_t *at)
{
	struct iommu_ioas_map map = {
		.size = sizeof(map),
		.flags = IOMMU_IOAS_MAP_FIXED_IOVA | IOMMU_IOAS_MAP_READABLE,
		.ioas_id = to, .user_va = (uintptr_t)at, .length = 100,
		.iova = iova,
	};

	must(!ioctl(iommufd, IOMMU_IOAS_MAP, &map), "IOMMU_IOAS_MAP of 100 bytes");
}

static int unmap(uint32_t from, uint64_t iova)
{
	struct iommu_ioas_unmap unmap = {
		.size = sizeof(unmap), .ioas_id = from, .iova = iova,
		.length = SIZE,
	};

	return ioctl(iommufd, IOMMU_IOAS_UNMAP, &unmap) ? errno : 0;
}

static int destroy(uint32_t id)
{
	struct iommu_destroy destroy = { .size = sizeof(destroy), .id = id };

	return ioctl(iommufd, IOMMU_DESTROY, &destroy) ? errno : 0;
}

/* Kilobytes of this process's pins, as its limit counts them. */
static long pins(void)
{
	FILE *status = fopen("/proc/self/status", "r");
	char line[256];
	long kb = -1;

	must(status, "/proc/self/status");
	while (fgets(line, sizeof(line), status))
		if (sscanf(line, "VmPin: %ld", &kb) == 1)
			break;
	fclose(status);
	return kb;
}

static int make_for(int fd, int iommu, const char *more)
{
	char line[64];

	snprintf(line, sizeof(line), "new fd=%d%s", iommu, more);
	return tell_file(fd, line);
}

static int on_ioas(const char *word, uint32_t id)
{
	char line[64];

	snprintf(line, sizeof(line), "%s %u", word, id);
	return tell(line);
}

static void set_up(void)
{
	const uint32_t r = IOMMU_IOAS_MAP_READABLE, w = IOMMU_IOAS_MAP_WRITEABLE;

	iommufd = open("/dev/iommu", O_RDWR);
	must(iommufd >= 0, "/dev/iommu");
	access_fd = open(ACCESS, O_RDWR);
	must(access_fd >= 0, ACCESS);
	ioas = new_ioas();
	second = new_ioas();
	memory = map(ioas, IOVA, r | w, 1);
	next = map(ioas, NEXT, r | w, 2);
	read_only = map(ioas, READ_ONLY, r, 3);
	write_only = map(ioas, WRITE_ONLY, w, 4);
	other = map(second, OTHER, r | w, 5);
}

/* ---- tests ----------------------------------------------------------------- */

static void test_new(void)
{
	int null = open("/dev/null", O_RDWR);

	returns(tell("read 0x100000 1"), EINVAL, "nothing works before there is an object");
	returns(tell("new"), EINVAL, "a new object needs a file");
	returns(make_for(access_fd, 1000, ""), EBADF, "which is open");
	returns(make_for(access_fd, null, ""), EBADFD, "and is /dev/iommu");
	ok(!*said(), "no object was made");
	returns(make_for(access_fd, iommufd, ""), 0, "an object");
	returns(make_for(access_fd, iommufd, ""), EBUSY, "a file has one object");
	close(null);
}

static void test_attach(void)
{
	uint32_t parts = new_ioas();

	returns(tell_range("pin", IOVA, PAGE, ""), ENOENT, "it pins nothing before it is on an IOAS");
	returns(tell_range("read", IOVA, 1, ""), ENOENT, "it reads nothing");
	returns(tell("detach"), ENOENT, "it is not taken off");
	returns(on_ioas("replace", ioas), ENOENT, "and it is not moved");
	returns(on_ioas("attach", 999), ENOENT, "it is attached to no IOAS that is not there");
	/* iopt_add_access(), iopt_calculate_iova_alignment() */
	map_part(parts, IOVA, memory);
	returns(on_ioas("attach", parts), EADDRINUSE, "nor to one that maps parts of pages, for it pins");
	ok(shows(" ioas=0 "), "it is on none then");
	returns(destroy(parts), 0, "and holds none");
	returns(on_ioas("attach", ioas), 0, "it is attached to one that is");
	returns(on_ioas("attach", second), EBUSY, "but not to a second one");
	returns(destroy(ioas), EBUSY, "its IOAS cannot be destroyed");
}

static void test_copy(void)
{
	uint8_t copy[SIZE];
	size_t i;

	returns(tell_range("read", IOVA + 5, 300, ""), 0, "any bytes are read");
	ok(was_read(IOVA + 5, 300, memory + 5), "the right ones");
	returns(tell_range("read", IOVA + PAGE - 7, PAGE, ""), 0, "across pages");
	ok(was_read(IOVA + PAGE - 7, PAGE, memory + PAGE - 7), "too");

	memcpy(copy, memory, SIZE);
	returns(tell_range("write", IOVA + PAGE - 3, 6, "pattern=0x665544332211"), 0, "bytes are written");
	for (i = 0; i < 6; i++)
		copy[PAGE - 3 + i] = 0x11 * (i + 1);
	ok(!memcmp(copy, memory, SIZE), "these and no others");

	returns(tell_range("read", NEXT - 2, 4, ""), 0, "a read goes on in the next mapping");
	returns(tell_range("read", IOVA - 1, 2, ""), ENOENT, "not before the first one");
	returns(tell_range("read", NEXT + SIZE - 1, 2, ""), ENOENT, "and not behind the last one");
	returns(tell_range("read", OTHER, 1, ""), ENOENT, "nor in another IOAS");
	memcpy(copy, read_only, SIZE);
	returns(tell_range("write", READ_ONLY, 8, "pattern=0"), EPERM, "what may only be read is not written");
	ok(!memcmp(copy, read_only, SIZE), "and stays");
	returns(tell_range("read", READ_ONLY, 8, ""), 0, "but read");
	returns(tell_range("read", WRITE_ONLY, 8, ""), EPERM, "what may only be written is not read");
	returns(tell_range("write", WRITE_ONLY, 8, "pattern=0"), 0, "but written");
	ok(!*write_only && !write_only[7], "there");
}

static void test_bad_ranges(void)
{
	returns(tell_range("read", IOVA, 0, ""), EINVAL, "no bytes are not read");
	returns(tell_range("pin", IOVA, 0, ""), EINVAL, "nor pinned");
	returns(tell_range("read", -8UL, 16, ""), EOVERFLOW, "a range that wraps is not read");
	returns(tell_range("pin", -PAGE, 2 * PAGE, ""), EOVERFLOW, "nor pinned");
	returns(tell_range("read", IOVA, 1UL << 62, ""), EINVAL, "a huge one is not read");
	returns(tell_range("pin", IOVA, 1UL << 62, ""), EINVAL, "nor pinned");
	returns(tell_range("pin", IOVA, 1UL << 30, ""), ENOENT, "the largest pin finds no memory");
	returns(tell_range("pin", IOVA + 1, PAGE, ""), EINVAL, "a pin begins with a page");
	returns(tell_range("pin", OTHER, PAGE, ""), ENOENT, "what is not mapped is not pinned");
	returns(tell_range("pin", READ_ONLY, PAGE, "write=1"), EPERM, "what is only read is not pinned for writing");
	returns(tell_range("pin", NEXT + SIZE - PAGE, 2 * PAGE, ""), ENOENT, "a pin that fails at its end");
	ok(!strstr(said(), "pin iova"), "leaves none");
	returns(tell_range("unpin", IOVA, PAGE, ""), ENOENT, "and there is none to let go of");
}

static void test_pin(void)
{
	long before = pins();

	returns(tell_range("pin", IOVA, SIZE, "write=1"), 0, "pages are pinned");
	ok(pinned(IOVA, SIZE, 1, memory), "the right ones");
	memory[2 * PAGE + 9] ^= 0xff;
	ok(pinned(IOVA, SIZE, 1, memory), "which are those that the process writes");
	tell_range("write", IOVA + 100, 8, "pattern=0x77");
	ok(memory[100] == 0x77 && pinned(IOVA, SIZE, 1, memory), "and that the object writes");
	ok(pins() == before + (long)(SIZE >> 10), "the pins are counted");
	returns(tell_range("pin", IOVA, SIZE, ""), 0, "pages are pinned twice");
	ok(pinned(IOVA, SIZE, 0, memory), "for reading then");
	returns(tell_range("pin", NEXT - PAGE, 2 * PAGE, ""), 0, "pages of two mappings");
	returns(tell_range("unpin", NEXT - PAGE, 2 * PAGE, ""), 0, "which go together");
	returns(tell_range("unpin", IOVA, PAGE, ""), ENOENT, "a part is not let go of");
	returns(tell_range("unpin", IOVA, SIZE, ""), 0, "one pin goes");
	ok(pinned(IOVA, SIZE, 1, memory), "the other one stays");
	returns(tell_range("unpin", IOVA, SIZE, ""), 0, "until it goes");
	ok(!strstr(said(), "pin iova") && pins() == before, "then nothing is pinned");
}

static void test_unmap(void)
{
	long before = pins();

	must(shows(" unmaps=0\n"), "the object was told of an unmap");
	returns(unmap(ioas, NEXT), 0, "memory without pins is unmapped");
	ok(shows(" unmaps=0\n"), "and the object is not told");
	tell_range("pin", IOVA, SIZE, "");
	tell_range("pin", IOVA + PAGE, PAGE, "");
	tell_range("pin", READ_ONLY, PAGE, "");
	returns(unmap(ioas, IOVA), 0, "memory with pins is unmapped");
	ok(shows(" unmaps=1\npin iova=0x200000"), "the object was told, and has let go of these pins, and of no others");
	returns(tell_range("pin", IOVA, PAGE, ""), ENOENT, "what was unmapped is not pinned");
	returns(tell_range("read", IOVA, 1, ""), ENOENT, "nor read");
	returns(tell_range("unpin", READ_ONLY, PAGE, ""), 0, "the other pin goes");
	ok(pins() == before, "nothing is pinned");
}

static void test_replace(void)
{
	long before = pins();

	tell_range("pin", READ_ONLY, SIZE, "");
	returns(on_ioas("replace", 999), ENOENT, "it is not moved to an IOAS that is not there");
	ok(pinned(READ_ONLY, SIZE, 0, read_only), "and keeps its pins");
	returns(on_ioas("replace", ioas), 0, "a move to where it is");
	ok(pinned(READ_ONLY, SIZE, 0, read_only), "keeps them, too");
	returns(on_ioas("replace", second), 0, "it is moved to another IOAS");
	ok(!strstr(said(), "pin iova") && pins() == before, "and its pins are let go of");
	returns(tell_range("read", READ_ONLY, 1, ""), ENOENT, "what is mapped in the first one is not read");
	returns(tell_range("read", OTHER, SIZE, ""), 0, "what is mapped in the second one is");
	ok(was_read(OTHER, SIZE, other), "with its bytes");
	returns(destroy(ioas), 0, "the first one can be destroyed");
	returns(destroy(second), EBUSY, "the second one cannot");
	tell_range("pin", OTHER, SIZE, "");
	returns(tell("detach"), 0, "it is detached");
	ok(shows(" ioas=0 ") && !strstr(said(), "pin iova") && pins() == before, "and nothing is pinned");
	returns(tell("detach"), ENOENT, "it is detached once");
	returns(on_ioas("attach", second), 0, "it is attached again");
	tell_range("pin", OTHER, SIZE, "");
}

/* An object that cannot pin, beside the one that can. */
static void test_copying(void)
{
	uint32_t parts = new_ioas();
	int pinning = access_fd;

	access_fd = open(ACCESS, O_RDWR);
	must(access_fd >= 0, ACCESS);
	returns(make_for(access_fd, iommufd, " pins=0"), 0, "an object that does not pin");
	map_part(parts, IOVA, other);
	returns(on_ioas("attach", parts), 0, "may be on an IOAS that maps parts of pages");
	returns(tell_range("read", IOVA, 100, ""), 0, "and reads these");
	returns(tell_range("read", IOVA, 101, ""), ENOENT, "and no more");
	returns(on_ioas("replace", second), 0, "on the IOAS of the other one it");
	returns(tell_range("pin", OTHER, PAGE, ""), EINVAL, "does not");
	returns(tell_range("read", OTHER, PAGE, ""), 0, "but reads");
	close(access_fd);
	access_fd = pinning;
	ok(pinned(OTHER, SIZE, 0, other), "and the other one keeps its pins when it goes");
}

static void test_close(long before)
{
	returns(close(iommufd) ? errno : 0, 0, "/dev/iommu is closed");
	returns(tell_range("read", OTHER, SIZE, ""), 0, "the object keeps it");
	ok(pinned(OTHER, SIZE, 0, other), "with its pins");
	close(access_fd);
	ok(pins() == before, "the object goes with its file, and all pins with it");
}

static int hold(void)
{
	set_up();
	must(!make_for(access_fd, iommufd, "") && !on_ioas("attach", ioas) &&
	     !tell_range("pin", IOVA, SIZE, "write=1"), "pin");
	printf("held %d\n", (int)getpid());
	fflush(stdout);
	pause();
	return 0;
}

int main(int argc, char **argv)
{
	long before = pins();

	if (argc == 2 && !strcmp(argv[1], "hold"))
		return hold();
	set_up();
	test_new();
	test_attach();
	test_copy();
	test_bad_ranges();
	test_pin();
	test_unmap();
	test_replace();
	test_copying();
	test_close(before);
	printf("1..%d\n", tests);
	return bad > 0;
}
