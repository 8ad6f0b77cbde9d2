// SPDX-License-Identifier: GPL-2.0-only
/*
 *	poke CONFIG ACCESSES SEED
 *
 * Reads and writes a configuration space through sysfs: each size of 1, 2 and
 * 4 at each offset once, then at random, most of it where something is. Says
 * "sane" if the ids and the list of capabilities are what they were, and stay
 * within it.
 */
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SPACE 4096

/* The ids, the header's type and where the capabilities are. */
struct shape {
	unsigned char ids[4], type;
	unsigned char where[48], what[48], length[48];
	unsigned int n;
};

static int fd;

static int get(unsigned int at)
{
	unsigned char byte;

	return pread(fd, &byte, 1, at) == 1 ? byte : -1;
}

static struct shape look(void)
{
	struct shape s = { 0 };
	int at;

	for (at = 0; at < 4; at++)
		s.ids[at] = get(at);
	s.type = get(PCI_HEADER_TYPE);
	for (at = get(PCI_CAPABILITY_LIST); at > 0 && s.n < 48;
	     at = get(at + 1)) {
		s.where[s.n] = at;
		s.what[s.n] = get(at);
		s.length[s.n] = s.what[s.n] == PCI_CAP_ID_VNDR ? get(at + 2) : 0;
		s.n++;
	}
	return s;
}

static void poke(off_t at, size_t size, uint32_t value, int write)
{
	ssize_t n = write ? pwrite(fd, &value, size, at) :
			    pread(fd, &value, size, at);

	/* Past the end there is nothing, which is what it says. */
	(void)n;
}

int main(int argc, char **argv)
{
	struct shape before, after;
	long i;

	if (argc != 4)
		return 2;
	fd = open(argv[1], O_RDWR);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	srandom(atoi(argv[3]));
	before = look();
	for (i = 0; i < 3 * (SPACE + 4); i++) {
		poke(i / 3, 1UL << i % 3, random(), 0);
		poke(i / 3, 1UL << i % 3, random(), 1);
	}
	for (i = 0; i < atol(argv[2]); i++)
		poke(random() % (random() % 4 ? 0x120 : SPACE),
		     1UL << random() % 3, random() << 1, random() % 2);
	after = look();
	puts(memcmp(&before, &after, sizeof(after)) ? "not what it was" :
						      "sane");
	return 0;
}
