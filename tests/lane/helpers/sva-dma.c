// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA through the addresses of this process, as TAP: what the kernel does to them is
 * seen by devices behind two instances that share the domain of the process, and
 * behind a narrow one that has its own. sva-dma.t makes the devices a, b and n.
 *
 * sva-dma [cold]      what a device reaches; cold: a has no IOTLB
 * sva-dma lost        b loses invalidations: what was cached there is stale
 * sva-dma hammer S    the process takes pages away while devices write, for S seconds
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <iommu-mock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "library.h"
#include "sva.h"

#define HUGE_PAGE 0x200000UL
#define POISON 0x6b
#define LOW ((void *)0x10000000)

/* Device 0 is a. */
static const char *const devices[] = { "a", "b", "n" };
static struct imock_bond *bonds[3];
static int cold; /* a has no IOTLB */

static void bind_all(void)
{
	const struct imock_sva *sva;

	for (int i = 0; i < 3; i++) {
		works(imock_sva_bind(im, devices[i], &bonds[i]), "bind");
		works(imock_sva_read(bonds[i], &sva), "where");
		pasid = sva->pasid;
	}
}

static void unbind_all(void)
{
	for (int i = 0; i < 3; i++)
		works(imock_sva_unbind(bonds[i]), "unbind");
}

static uint64_t stat(const char *instance, const char *key)
{
	uint64_t value = 0;

	works(imock_stat(im, instance, key, &value), key);
	return value;
}

/* ---- what a device reaches ------------------------------------------------ */

static void test_memory(void)
{
	uint64_t *memory = anonymous(4 * PAGE), words[2] = { 0 }, hits;
	uint32_t crc = 0, same = 0;

	memset(memory, 0, 4 * PAGE);
	works(dma_write("a", (char *)memory + PAGE - 8, 16, PATTERN),
	      "a device writes to an address of the process");
	ok(memory[PAGE / 8 - 1] == PATTERN && memory[PAGE / 8] == PATTERN &&
	   !memory[0] && !memory[PAGE / 8 + 1], "and there only");
	memory[3] = 0x1234;
	works(dma_read("b", &memory[3], words, 16), "another one reads");
	ok(words[0] == 0x1234 && !words[1], "what the process wrote");
	works(imock_dma_copy_pasid(im, "b", pasid, (uintptr_t)&memory[3], PAGE,
				   (uintptr_t)memory + 2 * PAGE), "a copy");
	ok(memory[2 * PAGE / 8] == 0x1234 &&
	   !memcmp(&memory[3], &memory[2 * PAGE / 8], PAGE),
	   "goes from page to page");
	works(imock_dma_sum_pasid(im, "a", pasid, (uintptr_t)&memory[3], PAGE,
				  &crc), "a sum");
	works(imock_dma_sum_pasid(im, "b", pasid,
				  (uintptr_t)memory + 2 * PAGE, PAGE, &same),
	      "and that of the copy");
	ok(crc && crc == same, "are the same");
	hits = stat("a", "hits");
	works(dma_read("a", &memory[3], words, 8), "once more");
	ok(stat("a", "hits") == hits + !cold, "by the IOTLB, if there is one");
	munmap(memory, 4 * PAGE);
}

/* What the kernel has not brought in, and what it does not allow. */
static void test_limits(void)
{
	char *memory = anonymous(4 * PAGE), *low;
	uint64_t word = 1;

	faulted(dma_read("a", memory, &word, 8), "not-mapped",
		"a page that was never touched is not there");
	ok(!__atomic_load_n(memory, __ATOMIC_RELAXED),
	   "the process reads it");
	works(dma_read("a", memory, &word, 8), "and then the device can");
	ok(!word, "the zeros that all processes share");
	faulted(dma_write("a", memory, 8, PATTERN), "permission",
		"which no device writes");
	memory[PAGE] = 1;
	works(dma_write("a", memory + PAGE, 8, PATTERN), "a page of its own");
	mprotect(memory + PAGE, PAGE, PROT_READ);
	faulted(dma_write("a", memory + PAGE, 8, 0), "permission",
		"is not written once it is read-only");
	works(dma_read("b", memory + PAGE, &word, 8), "but read");
	mprotect(memory + PAGE, PAGE, PROT_NONE);
	faulted(dma_read("b", memory + PAGE, &word, 8), "not-mapped",
		"and not even that with no permission at all");
	mprotect(memory + PAGE, PAGE, PROT_READ | PROT_WRITE);
	works(dma_write("b", memory + PAGE, 8, 7), "until it is given back");
	ok(*(uint64_t *)(memory + PAGE) == 7, "with its page");
	faulted(dma_read("a", NULL, &word, 8), "not-mapped", "address 0");
	faulted(dma_read("a", (void *)0xffff800000000000, &word, 8),
		"not-mapped", "an address of the kernel");
	faulted(dma_write("a", memory + PAGE, 4 * PAGE, 9), "not-mapped",
		"a DMA that runs off the end");
	ok(*(uint64_t *)(memory + 2 * PAGE - 8) == 9 &&
	   imock_dma_result(im)->at == (uintptr_t)memory + 2 * PAGE,
	   "stops there");
	faulted(dma_read("n", memory + PAGE, &word, 8), "not-mapped",
		"a narrow instance does not reach high addresses");
	low = map(LOW, PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1);
	*low = 1;
	works(dma_write("n", low, 8, PATTERN), "but low ones");
	ok(*(uint64_t *)low == PATTERN, "of the same process");
	munmap(low, PAGE);
	faulted(dma_read("n", low, &word, 8), "not-mapped",
		"and hears of changes by its own domain");
	munmap(memory, 4 * PAGE);
}

/* Each instance is told: an entry that was used is not followed any more. */
static void test_changes(void)
{
	char *memory = anonymous(2 * PAGE), *moved, *copy;
	uint64_t word, misses;

	memset(memory, 1, 2 * PAGE);
	for (int i = 0; i < 2; i++)
		works(dma_read(devices[i], memory, &word, 8), "cached");
	munmap(memory, PAGE);
	for (int i = 0; i < 2; i++)
		faulted(dma_read(devices[i], memory, &word, 8), "not-mapped",
			"munmap");
	misses = stat("a", "misses");
	for (int i = 0; i < 2; i++)
		works(dma_read(devices[i], memory + PAGE, &word, 8),
		      "its neighbour stays");
	ok(stat("a", "misses") == misses + 1, "and is not an old entry");

	moved = mremap(memory + PAGE, PAGE, 2 * PAGE, MREMAP_MAYMOVE);
	if (moved == memory + PAGE) {
		copy = anonymous(2 * PAGE);
		moved = mremap(memory + PAGE, PAGE, PAGE,
			       MREMAP_MAYMOVE | MREMAP_FIXED, copy);
	}
	for (int i = 0; i < 2; i++)
		faulted(dma_read(devices[i], memory + PAGE, &word, 8),
			"not-mapped", "mremap: the old address");
	works(dma_read("a", moved, &word, 8), "the new one");
	ok(word == 0x0101010101010101, "with the page");
	munmap(moved, PAGE);

	memory = anonymous(PAGE);
	*memory = 1;
	works(dma_write("b", memory, PAGE, PATTERN), "written");
	madvise(memory, PAGE, MADV_DONTNEED);
	faulted(dma_write("b", memory, 8, PATTERN), "not-mapped",
		"MADV_DONTNEED: the page is gone");
	ok(!*memory, "and what was in it");
	munmap(memory, PAGE);
}

/* A write after a fork gives the writer a copy: the device keeps to the parent. */
static void test_fork(void)
{
	uint64_t *memory = anonymous(PAGE);
	int to[2], from[2], status;
	uint64_t word = 0;
	char c = 0;
	pid_t child;

	*memory = 1;
	works(dma_write("a", memory, 8, 2), "before a fork");
	if (pipe(to) || pipe(from))
		exit(1);
	fflush(stdout);
	child = fork();
	if (!child) {
		/* 10: the parent's page, as it was; then a page of its own. */
		if (read(to[0], &c, 1) == 1 && *memory == 2) {
			*memory = 3;
			c = write(from[1], "x", 1) == 1 &&
			    read(to[0], &c, 1) == 1 && *memory == 3;
			_exit(c ? 10 : 11);
		}
		_exit(12);
	}
	faulted(dma_write("a", memory, 8, 4), "permission",
		"the page is shared: no device writes it");
	works(dma_read("b", memory, &word, 8), "but reads it");
	ok(word == 2, "as the process does");
	ok(write(to[1], "x", 1) == 1 && read(from[0], &c, 1) == 1,
	   "the child has written to a copy");
	*memory = 5;
	works(dma_write("a", memory, 8, 6), "and so has the parent");
	ok(*memory == 6, "where the device writes");
	ok(write(to[1], "x", 1) == 1 && waitpid(child, &status, 0) == child &&
	   WIFEXITED(status) && WEXITSTATUS(status) == 10,
	   "nothing of which the child sees");
	munmap(memory, PAGE);
}

/* Kilobytes of huge pages in this process. */
static long huge_kilobytes(void)
{
	FILE *f = fopen("/proc/self/smaps_rollup", "r");
	char line[256];
	long kb = 0;

	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "AnonHugePages: %ld", &kb);
	if (f)
		fclose(f);
	return kb;
}

static void test_huge(void)
{
	char *area = anonymous(2 * HUGE_PAGE);
	char *huge = (char *)(((uintptr_t)area + HUGE_PAGE - 1) &
			      ~(HUGE_PAGE - 1));
	uint64_t word = 0;

	madvise(huge, HUGE_PAGE, MADV_HUGEPAGE);
	*huge = 1;
	ok(huge_kilobytes() >= 2048, "a huge page");
	for (size_t at = PAGE - 8; at < HUGE_PAGE; at += HUGE_PAGE / 4)
		works(dma_write("a", huge + at, 16, at), "is written");
	ok(*(uint64_t *)(huge + PAGE - 8) == PAGE - 8 &&
	   *(uint64_t *)(huge + PAGE) == PAGE - 8 &&
	   *(uint64_t *)(huge + HUGE_PAGE * 3 / 4 + PAGE) ==
		   HUGE_PAGE * 3 / 4 + PAGE - 8, "all over");
	works(dma_read("b", huge, &word, 8), "cached behind the other");
	/* The kernel splits it. */
	munmap(huge + PAGE, PAGE);
	for (int i = 0; i < 2; i++)
		faulted(dma_read(devices[i], huge + PAGE, &word, 8),
			"not-mapped", "a small part is unmapped");
	works(dma_write("b", huge + 2 * PAGE, 8, 77), "the rest stays");
	ok(*(uint64_t *)(huge + 2 * PAGE) == 77, "where it was");
	munmap(area, 2 * HUGE_PAGE);
}

static void test_lost(void)
{
	char *memory = anonymous(PAGE);
	uint64_t word;

	*memory = 1;
	for (int i = 0; i < 2; i++)
		works(dma_write(devices[i], memory, 8, 1), "cached");
	munmap(memory, PAGE);
	faulted(dma_read("a", memory, &word, 8), "not-mapped", "a was told");
	faulted(dma_read("b", memory, &word, 8), "stale", "b was not");
	map(memory, PAGE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1);
	*memory = 2;
	works(dma_read("a", memory, &word, 8), "a finds the new page");
	ok(word == 2, "and what is in it");
	faulted(dma_write("b", memory, 8, 3), "stale", "b still has the old one");
	ok(*memory == 2, "and writes nowhere");
	munmap(memory, PAGE);
}

/* ---- processes that end ---------------------------------------------------- */

enum end {
	EXITS, /* and with it the bond */
	KEPT, /* it exits, and the parent has the bond's file, too */
	UNBINDS, /* and then it exits */
};

/* A child binds itself by the file @sva, or by a bond of its own; its PASID. */
static unsigned long bind_child(struct imock *own, int sva,
				struct imock_bond **bond)
{
	const struct imock_sva *bound;
	char text[64] = "";

	if (sva < 0)
		return imock_sva_bind(own, "a", bond) ||
		       imock_sva_read(*bond, &bound) ? 0 : bound->pasid;
	if (write(sva, "bind", 4) != 4 ||
	    pread(sva, text, sizeof(text) - 1, 0) < 1)
		return 0;
	return strtoul(text + strlen("pasid="), NULL, 10);
}

/* shared: the child is ready; its PASID; the address; the device wrote there. */
static void child_of_test(uint64_t *shared, int sva, enum end end)
{
	struct imock *own = imock_new(NULL);
	uint64_t *memory = anonymous(PAGE);
	struct imock_bond *bond = NULL;

	*memory = 0;
	shared[1] = bind_child(own, sva, &bond);
	shared[2] = (uintptr_t)memory;
	__atomic_store_n(&shared[0], 1, __ATOMIC_RELEASE);
	shared[3] = at_work(memory, PATTERN);
	if (end == UNBINDS && imock_sva_unbind(bond))
		_exit(1);
	_exit(!shared[1] || !shared[3]);
}

/* A device writes to the memory of a child, which then ends. */
static void test_exit(const char *what, enum end end)
{
	uint64_t *shared = map(NULL, PAGE, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1);
	char request[128];
	int sva = -1, status, err;
	pid_t child;

	printf("# %s\n", what);
	if (end == KEPT)
		sva = open("/sys/kernel/debug/iommu_mock/devices/a/sva", O_RDWR);
	fflush(stdout);
	child = fork();
	if (!child)
		child_of_test(shared, sva, end);
	ok(at_work(shared, 1) && shared[1], "the child is bound");
	snprintf(request, sizeof(request),
		 "write 0x%lx 8 pattern=0x%llx pasid=%lu repeat=1000000000",
		 (unsigned long)shared[2], PATTERN, (unsigned long)shared[1]);
	works(imock_dma_start(im, "a", request), "a device writes for long");
	ok(waitpid(child, &status, 0) == child && status == 0,
	   "the child ends after the device wrote");
	err = imock_dma_wait(im, "a", 10000);
	/* Its memory goes before its files. */
	if (end == EXITS)
		ok(err == -EFAULT && (is(reason(), "not-mapped") ||
				      is(reason(), "blocked")),
		   "and with it the DMA");
	else
		faulted(err, end == KEPT ? "not-mapped" : "blocked",
			"and with it the DMA");
	if (sva >= 0)
		close(sva);
	munmap(shared, PAGE);
}

/* ---- under load -------------------------------------------------------------- */

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static unsigned int rounds, written, violations, wrong;

/*
 * The memory has two addresses. Devices write by one of them, which then goes: from
 * there on the process fills the memory with poison by the other, and watches.
 */
static void take_away(int how, uint64_t *view, size_t size, int fd)
{
	char *window = map(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	char request[128];
	int seen;

	memset(window, 0, size);
	for (int i = 0; i < 2; i++) {
		snprintf(request, sizeof(request),
			 "write 0x%lx 0x%lx pattern=0x%llx pasid=%u repeat=1000000000",
			 (unsigned long)window, (unsigned long)size, PATTERN,
			 pasid);
		wrong += !!imock_dma_start(im, devices[i], request);
	}
	seen = at_work(view, PATTERN);
	if (how == 0)
		munmap(window, size);
	else if (how == 1)
		mprotect(window, size, PROT_NONE);
	else
		map(window, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS |
		    MAP_FIXED, -1);
	memset(view, POISON, size);
	for (int i = 0; i < 2; i++)
		if (imock_dma_wait(im, devices[i], 10000) != -EFAULT)
			wrong++;
	for (size_t at = 0; at < size / 8; at++)
		if (view[at] != 0x0101010101010101 * POISON) {
			violations++;
			break;
		}
	if (how)
		munmap(window, size);
	rounds++;
	written += seen;
}

static void hammer(double seconds)
{
	double end = now() + seconds;
	size_t size = 8 * PAGE;
	int fd = memfd_create("hammer", 0);
	void *view;

	if (fd < 0 || ftruncate(fd, size))
		exit(1);
	view = map(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	do
		take_away(rounds % 3, view, size, fd);
	while (now() < end || rounds < 3);
	ok(written >= rounds * 3 / 4 && !wrong, "devices write while they may");
	ok(!violations, "and nothing lands after the address is gone");
	printf("# rounds=%u written=%u violations=%u wrong=%u\n", rounds,
	       written, violations, wrong);
	close(fd);
}

int main(int argc, char **argv)
{
	im = imock_new(NULL);
	if (!im)
		return 1;
	cold = argc == 2 && !strcmp(argv[1], "cold");
	bind_all();
	if (argc == 3 && !strcmp(argv[1], "hammer")) {
		hammer(atof(argv[2]));
	} else if (argc == 2 && !strcmp(argv[1], "lost")) {
		test_lost();
	} else {
		test_memory();
		test_limits();
		test_changes();
		test_fork();
		test_huge();
		test_exit("the bond ends with the process", EXITS);
		test_exit("the bond outlives the process", KEPT);
		test_exit("the bond ends before the process", UNBINDS);
	}
	unbind_all();
	imock_free(im);
	printf("1..%d\n", tests);
	return 0;
}
