// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices ask for pages of this process that are not there, as TAP. page-request.t makes
 * the devices a (pri=64), b (pri=64) and c (pri=1), each behind an instance of its name.
 *
 * page-request            what is brought in, and what is not
 * page-request lost       the first answer to a is lost
 * page-request slow       answers of a and c take long: overflow, detach
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

static const char *const devices[] = { "a", "b", "c" };
static struct imock_bond *bonds[3];
static struct imock_journal *journal;

/* What the devices asked for since the last look, and what they were told. */
static struct {
	int requests, partial, refused, success, invalid, failure, lost, unknown;
} seen;

/* Look, until there are so many answers, and one for each request. */
static void look_for(int answers)
{
	const struct imock_event *ev;
	int had = 0;

	memset(&seen, 0, sizeof(seen));
	while (imock_journal_next(journal, &ev,
				  had < answers || had < seen.requests ?
					  3000 : 0) == 1) {
		if (ev->kind == IMOCK_EV_REQUEST) {
			seen.requests += ev->last == 1 && !ev->ret;
			seen.partial += ev->last == 0;
			seen.refused += ev->ret == -ENOSPC;
			continue;
		}
		had++;
		seen.success += is(ev->code, "success");
		seen.invalid += is(ev->code, "invalid");
		seen.failure += is(ev->code, "failure");
		seen.lost += ev->lost == 1;
		seen.unknown += ev->known == 0;
	}
}

static void look(void)
{
	look_for(0);
}

/* So many requests, and as many good answers. */
static void asked(int requests, const char *what)
{
	look();
	if (!ok(seen.requests == requests && seen.success == requests &&
		!seen.partial && !seen.refused && !seen.invalid &&
		!seen.failure && !seen.lost && !seen.unknown, what))
		printf("# requests=%d success=%d invalid=%d failure=%d lost=%d unknown=%d\n",
		       seen.requests, seen.success, seen.invalid, seen.failure,
		       seen.lost, seen.unknown);
}

/* One request, with the answer that the page cannot be had. */
static void no_page(int err, const char *what)
{
	faulted(err, "page-invalid", what);
	look();
	ok(seen.requests == 1 && seen.invalid == 1 && !seen.success,
	   "by one request");
}

static void start(void)
{
	const struct imock_sva *sva;

	works(imock_journal_open(im, 0, &journal), "the journal");
	imock_journal_filter(journal, 0, IMOCK_EV_BIT(IMOCK_EV_REQUEST) |
					 IMOCK_EV_BIT(IMOCK_EV_RESPONSE));
	for (int i = 0; i < 3; i++) {
		works(imock_sva_bind(im, devices[i], &bonds[i]), "bind");
		works(imock_sva_read(bonds[i], &sva), "where");
		pasid = sva->pasid;
	}
}

static void end(void)
{
	for (int i = 0; i < 3; i++)
		if (bonds[i])
			works(imock_sva_unbind(bonds[i]), "unbind");
	imock_journal_close(journal);
}

/* ---- what is brought in ------------------------------------------------------ */

static void test_pages(void)
{
	char *memory = anonymous(40 * PAGE);
	uint64_t word = 1;

	works(dma_read("a", memory, &word, 8), "read a page that is not there");
	ok(!word, "it is new");
	asked(1, "by one request");
	works(dma_read("b", memory, &word, 8), "and again, by the other");
	asked(0, "which finds it");
	works(dma_write("a", memory, 8, PATTERN), "write it");
	ok(*(uint64_t *)memory == PATTERN, "the process sees that");
	asked(1, "the zeros of all processes are not written: one request");
	works(dma_write("b", memory + PAGE - 8, 32 * PAGE, PATTERN),
	      "write 33 pages, 32 of them new");
	ok(*(uint64_t *)(memory + 33 * PAGE - 16) == PATTERN &&
	   !*(uint64_t *)(memory + 33 * PAGE - 8), "as far as it goes");
	asked(32, "one request for each new page");
	works(imock_dma_copy_pasid(im, "a", pasid, (uintptr_t)memory, PAGE,
				   (uintptr_t)memory + 35 * PAGE + 8), "copy");
	ok(*(uint64_t *)(memory + 35 * PAGE + 8) == PATTERN &&
	   *(uint64_t *)(memory + 36 * PAGE) == PATTERN, "to two new pages");
	asked(2, "two requests");
	munmap(memory, 40 * PAGE);
}

static void test_files(void)
{
	int fd = memfd_create("pages", 0);
	uint64_t word = 0;
	char *shared, *private;

	ok(fd >= 0 && !ftruncate(fd, 2 * PAGE) &&
	   pwrite(fd, &(uint64_t){ 77 }, 8, PAGE) == 8, "a file");
	shared = map(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	private = map(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd);
	works(dma_read("a", shared + PAGE, &word, 8), "read from a file");
	ok(word == 77, "what is in it");
	works(dma_write("b", private + PAGE, 8, 78), "write a private copy");
	ok(pread(fd, &word, 8, PAGE) == 8 && word == 77 &&
	   *(uint64_t *)(private + PAGE) == 78, "which the file does not have");
	works(dma_write("b", shared, 8, 79), "write to the file");
	ok(pread(fd, &word, 8, 0) == 8 && word == 79, "which has it");
	look();
	ok(seen.requests == seen.success && seen.requests >= 2 &&
	   !seen.invalid, "all answers are good");
	munmap(shared, 2 * PAGE);
	munmap(private, 2 * PAGE);
	close(fd);
}

static void test_refusals(void)
{
	char *memory = anonymous(4 * PAGE);
	uint64_t word;

	memory[0] = 1;
	mprotect(memory, PAGE, PROT_READ);
	no_page(dma_write("a", memory, 8, 0), "write a page that is read-only");
	works(dma_read("a", memory, &word, 8), "read it");
	asked(0, "it is there");
	mprotect(memory + PAGE, PAGE, PROT_NONE);
	no_page(dma_read("a", memory + PAGE, &word, 8), "no permission at all");
	munmap(memory + 2 * PAGE, PAGE);
	no_page(dma_read("b", memory + 2 * PAGE, &word, 8), "no such address");
	no_page(dma_write("b", memory + PAGE, 8, 1), "no permission to write");
	works(dma_write("b", memory + 3 * PAGE, 8, 1), "and the next is good");
	asked(1, "by one request");
	munmap(memory, 4 * PAGE);
}

static void test_fork(void)
{
	uint64_t *memory = anonymous(PAGE);
	int pipes[2], status;
	pid_t child;
	char c;

	*memory = 1;
	works(dma_write("a", memory, 8, 2), "before a fork");
	asked(0, "nobody asks");
	if (pipe(pipes))
		exit(1);
	fflush(stdout);
	child = fork();
	if (!child)
		_exit(read(pipes[0], &c, 1) == 1 && *memory == 2 ? 0 : 1);
	works(dma_write("a", memory, 8, 3),
	      "a page that is shared since a fork");
	ok(*memory == 3, "the device gives the parent a copy");
	asked(1, "by one request");
	ok(write(pipes[1], "x", 1) == 1 && waitpid(child, &status, 0) == child &&
	   !status, "and the child keeps what it had");
	munmap(memory, PAGE);
}

static int send(const char *fmt, void *at, unsigned int group)
{
	char text[96];
	int fd = open("/sys/kernel/debug/iommu_mock/devices/a/request",
		      O_WRONLY), n;

	snprintf(text, sizeof(text), fmt, (unsigned long)at, pasid, group);
	n = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return n;
}

static void test_groups(void)
{
	char *memory = anonymous(8 * PAGE);
	uint64_t word;

	ok(!send("w 0x%lx pasid=%u group=%u last=0", memory, 7) &&
	   !send("w 0x%lx pasid=%u group=%u last=0", memory + PAGE, 7) &&
	   !send("r 0x%lx pasid=%u group=%u last=0", memory + 2 * PAGE, 8),
	   "requests of two groups");
	look();
	ok(seen.partial == 3 && !seen.success && !seen.invalid,
	   "are not answered before they are complete");
	ok(!send("rw 0x%lx pasid=%u group=%u", memory + 3 * PAGE, 7),
	   "the last of one");
	asked(1, "is answered once");
	for (int i = 0; i < 4; i++)
		if (i != 2)
			works(dma_write("a", memory + i * PAGE, 8, i),
			      "its pages are there");
	asked(0, "nobody asks");
	ok(!send("r 0x%lx pasid=%u group=%u", memory + 4 * PAGE, 8),
	   "the last of the other");
	asked(1, "is answered");
	works(dma_read("a", memory + 2 * PAGE, &word, 8), "its page is there");
	asked(0, "nobody asks");
	munmap(memory + 5 * PAGE, PAGE);
	ok(!send("r 0x%lx pasid=%u group=%u last=0", memory + 5 * PAGE, 9) &&
	   !send("r 0x%lx pasid=%u group=%u", memory + 6 * PAGE, 9),
	   "a group of which one page cannot be had");
	look();
	ok(seen.requests == 1 && seen.invalid == 1 && !seen.success,
	   "is answered: invalid");
	ok(!send("r 0x%lx pasid=%u group=%u", memory + 7 * PAGE, 9),
	   "the number is used again");
	asked(1, "by another group");
	munmap(memory, 8 * PAGE);
}

/* A process that has ended has no pages. */
static void test_dead(void)
{
	char text[64] = "";
	int sva = open("/sys/kernel/debug/iommu_mock/devices/a/sva", O_RDWR);
	uint64_t word;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child)
		_exit(write(sva, "bind", 4) != 4);
	waitpid(child, NULL, 0);
	ok(pread(sva, text, sizeof(text) - 1, 0) > 0, "a bond of a dead process");
	look();
	no_page(imock_dma_read_pasid(im, "a", strtoul(text + strlen("pasid="),
						      NULL, 10),
				     0x10000, &word, 8),
		"which has no pages");
	close(sva);
}

/* ---- answers that are lost, or late ------------------------------------------ */

static void test_lost(void)
{
	char *memory = anonymous(2 * PAGE);

	faulted(dma_write("a", memory, 8, 1), "page-lost", "the answer is lost");
	look();
	ok(seen.requests == 1 && seen.success == 1 && seen.lost == 1,
	   "although it is a good one");
	works(dma_write("a", memory, 8, 2), "the page is there, then");
	ok(*(uint64_t *)memory == 2, "and the next write finds it");
	asked(0, "without asking");
	munmap(memory, 2 * PAGE);
}

static int start_write(const char *device, void *at)
{
	char request[128];

	snprintf(request, sizeof(request), "write 0x%lx 8 pattern=1 pasid=%u",
		 (unsigned long)at, pasid);
	return imock_dma_start(im, device, request);
}

/* Wait until the device has asked. */
static int has_asked(void)
{
	const struct imock_event *ev;

	while (imock_journal_next(journal, &ev, 5000) == 1)
		if (ev->kind == IMOCK_EV_REQUEST)
			return 1;
	return 0;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void test_overflow(void)
{
	char *memory = anonymous(4 * PAGE);

	works(start_write("c", memory), "c asks, and waits");
	ok(has_asked(), "for its answer");
	faulted(imock_dma_write_pasid(im, "c2", pasid,
				      (uintptr_t)memory + PAGE, 8, 1),
		"page-overflow", "there is no room for c2 meanwhile");
	works(imock_dma_wait(im, "c", 10000), "c is answered");
	look_for(1);
	ok(seen.refused == 1 && seen.success == 1 && !seen.invalid,
	   "and c2 has no answer");
	works(imock_dma_write_pasid(im, "c2", pasid, (uintptr_t)memory + PAGE,
				    8, 1), "then there is room");
	look();
	ok(seen.requests == 1 && seen.success == 1, "for one");
	munmap(memory, 4 * PAGE);
}

static void test_detach(void)
{
	char *memory = anonymous(2 * PAGE);
	double begin;
	int err;

	works(start_write("a", memory), "a asks, and waits");
	ok(has_asked(), "for its answer");
	begin = now();
	works(imock_sva_unbind(bonds[0]), "the bond ends meanwhile");
	bonds[0] = NULL;
	ok(now() - begin > 0.05, "the detach waits for the answer");
	look();
	ok(seen.success == 1 && !seen.unknown, "which comes before");
	err = imock_dma_wait(im, "a", 10000);
	faulted(err, "blocked", "and the DMA goes nowhere then");
	works(imock_sva_bind(im, "a", &bonds[0]), "bind again");
	works(start_write("a", memory + PAGE), "a asks again");
	ok(has_asked(), "and waits");
	works(imock_dma_stop(im, "a"), "and is stopped");
	ok(imock_dma_wait(im, "a", 10000) == -ECANCELED, "before the answer");
	look_for(1);
	ok(seen.success == 1 && !seen.unknown, "which comes all the same");
	munmap(memory, 2 * PAGE);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	im = imock_new(NULL);
	if (!im)
		return 1;
	start();
	if (!strcmp(what, "lost")) {
		test_lost();
	} else if (!strcmp(what, "slow")) {
		struct imock_bond *bond;

		works(imock_sva_bind(im, "c2", &bond), "bind c2");
		test_overflow();
		test_detach();
		works(imock_sva_unbind(bond), "unbind c2");
	} else {
		test_pages();
		test_files();
		test_refusals();
		test_fork();
		test_groups();
		test_dead();
	}
	end();
	imock_free(im);
	printf("1..%d\n", tests);
	return 0;
}
