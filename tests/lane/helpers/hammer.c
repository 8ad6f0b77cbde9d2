// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices write through a domain as fast as they can, while buffers come and
 * go under them. Once an unmap, or a detach, has returned, the memory is
 * free for another use: it is filled with poison, and no write may land in it
 * any more (R13).
 *
 * hammer unmap|leave|detach SECONDS DOMAIN DEVICE...
 *
 * unmap: each round makes a buffer, maps it, waits until a device has written
 * to it, unmaps and poisons it, watches it, and frees it. leave: the same,
 * while the last DEVICE, which alone writes, is detached and attached all the
 * time by somebody else. detach: the buffer stays mapped, and the last DEVICE,
 * the only one that writes, is detached instead. Prints "rounds=N written=N
 * violations=N"; exit status 1 if something could not be done.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOCK "/sys/kernel/debug/iommu_mock/"
#define IOVA 0x40000000UL
#define SIZE 0x8000UL
#define POISON 0x6b
#define WRITTEN 0xd5
#define ROUNDS 3 /* at least, if devices write */

static void die(const char *what)
{
	fprintf(stderr, "hammer: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static int open_knob(const char *file, int flags)
{
	char path[160];
	int fd;

	snprintf(path, sizeof(path), MOCK "%s", file);
	fd = open(path, flags);
	if (fd < 0)
		die(file);
	return fd;
}

static void put(const char *file, const char *fmt, ...)
{
	int fd = open_knob(file, O_WRONLY), n;
	char text[160];
	va_list ap;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (write(fd, text, n) != n)
		die(file);
	close(fd);
}

/* A device that writes, again and again, whatever becomes of it. */
static void device(const char *name)
{
	char file[64], text[128], answer[512];
	int fd, n;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(file, sizeof(file), "devices/%s/dma", name);
	fd = open_knob(file, O_RDWR);
	n = snprintf(text, sizeof(text),
		     "write 0x%lx 0x%lx pattern=0x%016llx repeat=100", IOVA,
		     SIZE, WRITTEN * 0x0101010101010101ULL);
	for (;;) {
		if (write(fd, text, n) != n)
			die(file);
		if (pread(fd, answer, sizeof(answer), 0) <= 0)
			die(file);
	}
}

/* Somebody who takes a device off the domain and puts it back. */
static void leaver(const char *domain, const char *dev)
{
	char attach[64], detach[64];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(attach, sizeof(attach), "domains/%s/attach", domain);
	snprintf(detach, sizeof(detach), "domains/%s/detach", domain);
	for (;;) {
		put(detach, "%s", dev);
		put(attach, "%s", dev);
	}
}

/* How many bytes of the buffer are @byte. */
static unsigned long count(int data, unsigned char byte)
{
	static unsigned char bytes[SIZE];
	unsigned long i, n = 0;

	if (pread(data, bytes, SIZE, 0) != (ssize_t)SIZE)
		die("read the buffer");
	for (i = 0; i < SIZE; i++)
		n += bytes[i] == byte;
	return n;
}

static void fill(int data, unsigned char byte)
{
	static unsigned char bytes[SIZE];

	memset(bytes, byte, SIZE);
	if (pwrite(data, bytes, SIZE, 0) != (ssize_t)SIZE)
		die("write the buffer");
}

/* Has a device written? On a busy machine it may not get a CPU for seconds. */
static int wait_written(int data)
{
	double end = now() + 30;

	while (now() < end)
		if (count(data, WRITTEN))
			return 1;
	return 0;
}

/*
 * The memory is ours alone now. Watched longer than the longest access can
 * take that an injected delay holds up.
 */
static int violated(int data)
{
	double end;

	fill(data, POISON);
	for (end = now() + 0.003; now() < end;)
		if (count(data, POISON) != SIZE)
			return 1;
	return 0;
}

static void unmap_round(const char *domain, int *written, int *violations)
{
	static unsigned int number;
	char name[32], file[64];
	int data;

	snprintf(name, sizeof(name), "hammer%u", number++);
	put("new_buffer", "%s 0x%lx", name, SIZE);
	snprintf(file, sizeof(file), "buffers/%s/data", name);
	data = open_knob(file, O_RDWR);
	snprintf(file, sizeof(file), "domains/%s/map", domain);
	put(file, "0x%lx %s", IOVA, name);
	*written += wait_written(data);
	snprintf(file, sizeof(file), "domains/%s/unmap", domain);
	put(file, "0x%lx 0x%lx", IOVA, SIZE);
	*violations += violated(data);
	close(data);
	put("del_buffer", "%s", name);
}

static void detach_round(const char *domain, const char *dev, int data,
			 int *written, int *violations)
{
	char file[64];

	snprintf(file, sizeof(file), "domains/%s/attach", domain);
	put(file, "%s", dev);
	*written += wait_written(data);
	snprintf(file, sizeof(file), "domains/%s/detach", domain);
	put(file, "%s", dev);
	*violations += violated(data);
}

int main(int argc, char **argv)
{
	int i, rounds = 0, written = 0, violations = 0, data = -1;
	int detach = argc > 1 && !strcmp(argv[1], "detach");
	int leave = argc > 1 && !strcmp(argv[1], "leave");
	double end;

	if (argc < 5)
		return 2;
	if (detach)
		data = open_knob("buffers/hammer/data", O_RDWR);
	for (i = detach || leave ? argc - 1 : 4; i < argc; i++)
		if (!fork())
			device(argv[i]);
	if (leave && !fork())
		leaver(argv[3], argv[argc - 1]);
	/* A round may take longer than all the time that there is. */
	for (end = now() + atof(argv[2]);
	     now() < end || (rounds < ROUNDS && written == rounds); rounds++)
		if (detach)
			detach_round(argv[3], argv[argc - 1], data, &written,
				     &violations);
		else
			unmap_round(argv[3], &written, &violations);
	printf("rounds=%d written=%d violations=%d\n", rounds, written,
	       violations);
	/* The devices end with their process group. */
	fflush(stdout);
	signal(SIGTERM, SIG_IGN);
	kill(0, SIGTERM);
	while (wait(NULL) > 0)
		;
	return 0;
}
