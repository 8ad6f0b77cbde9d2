// SPDX-License-Identifier: GPL-2.0-only
/*
 * reset CONFIG
 *
 * Ask the function with this configuration space for a function-level reset,
 * and make it a bus master again at once: two writes, a few microseconds apart.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define COMMAND 0x04
#define MASTER 0x04
#define DEVICE_CONTROL_HIGH 0x49 /* of the PCI Express capability at 0x40 */
#define INITIATE_RESET 0x80

static int put(int fd, off_t at, unsigned char value)
{
	return pwrite(fd, &value, 1, at) == 1;
}

int main(int argc, char **argv)
{
	int fd = argc == 2 ? open(argv[1], O_RDWR) : -1;

	if (fd < 0 || !put(fd, DEVICE_CONTROL_HIGH, INITIATE_RESET) ||
	    !put(fd, COMMAND, MASTER)) {
		perror("reset");
		return 1;
	}
	return 0;
}
