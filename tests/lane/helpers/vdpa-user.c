// SPDX-License-Identifier: GPL-2.0-only
/*
 * A user of vhost-vdpa, which does what each line of standard input says, and prints
 * the answer on a line:
 *
 *	vdpa-user NODE
 *
 *	own                  VHOST_SET_OWNER
 *	limit BYTES          so much memory may be locked
 *	map IOVA SIZE        memory of its own
 *	map IOVA SIZE none   memory that is not there
 *	unmap IOVA SIZE
 *	message TYPE IOVA SIZE   a message of another type
 *	read IOVA            eight bytes of what is mapped there
 *	range                the addresses that may be mapped
 *
 * The first line that it prints is that of open().
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/vhost.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define MAPS 16

static struct map {
	uint64_t iova, size;
	char *memory;
} maps[MAPS];
static unsigned int n_maps;
static int fd;

static void say(int failed)
{
	puts(!failed ? "0" : errno == 524 ? "ENOTSUPP" : strerror(errno));
	fflush(stdout);
}

static int message(uint8_t type, uint64_t iova, uint64_t size, void *memory)
{
	struct vhost_msg_v2 msg = { .type = VHOST_IOTLB_MSG_V2 };

	msg.iotlb.type = type;
	msg.iotlb.iova = iova;
	msg.iotlb.size = size;
	msg.iotlb.uaddr = (uintptr_t)memory;
	msg.iotlb.perm = VHOST_ACCESS_RW;
	return write(fd, &msg, sizeof(msg)) == sizeof(msg) ? 0 : -1;
}

/* Memory without access has no pages to pin. */
static int map(uint64_t iova, uint64_t size, int none)
{
	char *memory = mmap(NULL, size ? size : 1,
			    none ? PROT_NONE : PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return -1;
	if (message(VHOST_IOTLB_UPDATE, iova, size, memory))
		return -1;
	if (n_maps < MAPS)
		maps[n_maps++] = (struct map){ iova, size, memory };
	return 0;
}

static void show(uint64_t iova)
{
	uint64_t value;
	unsigned int i;

	/* The last one first. */
	for (i = n_maps; i--;) {
		if (iova < maps[i].iova || iova - maps[i].iova >= maps[i].size)
			continue;
		memcpy(&value, maps[i].memory + (iova - maps[i].iova), 8);
		printf("0x%llx\n", (unsigned long long)value);
		fflush(stdout);
		return;
	}
	puts("nothing");
	fflush(stdout);
}

static void show_range(void)
{
	struct vhost_vdpa_iova_range range;

	if (ioctl(fd, VHOST_VDPA_GET_IOVA_RANGE, &range)) {
		say(1);
		return;
	}
	printf("0x%llx 0x%llx\n", (unsigned long long)range.first,
	       (unsigned long long)range.last);
	fflush(stdout);
}

static int limit(uint64_t bytes)
{
	struct rlimit now = { bytes, bytes };

	return setrlimit(RLIMIT_MEMLOCK, &now);
}

static void obey(const char *line)
{
	unsigned long long iova = 0, size = 0;
	unsigned int type;

	if (!strcmp(line, "own"))
		say(ioctl(fd, VHOST_SET_OWNER));
	else if (sscanf(line, "limit %llu", &size) == 1)
		say(limit(size));
	else if (sscanf(line, "map %lli %lli", (long long *)&iova,
			(long long *)&size) == 2)
		say(map(iova, size, !!strstr(line, " none")));
	else if (sscanf(line, "unmap %lli %lli", (long long *)&iova,
			(long long *)&size) == 2)
		say(message(VHOST_IOTLB_INVALIDATE, iova, size, NULL));
	else if (sscanf(line, "message %u %lli %lli", &type,
			(long long *)&iova, (long long *)&size) == 3)
		say(message(type, iova, size, NULL));
	else if (sscanf(line, "read %lli", (long long *)&iova) == 1)
		show(iova);
	else if (!strcmp(line, "range"))
		show_range();
	else
		puts("no such line");
}

int main(int argc, char **argv)
{
	char line[256];

	if (argc != 2) {
		fprintf(stderr, "usage: vdpa-user NODE\n");
		return 2;
	}
	fd = open(argv[1], O_RDWR);
	say(fd < 0);
	if (fd < 0)
		return 1;
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		obey(line);
	}
	return 0;
}
