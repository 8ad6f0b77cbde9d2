// SPDX-License-Identifier: GPL-2.0-only
/*
 * raw FILE OP...: system calls on one open file that no shell makes.
 *
 *   z       write nothing
 *   b       write from an address that is none
 *   w=TEXT  write TEXT, without a newline
 *   s=N     write N bytes of 'a'
 *   r       read to the end, and print it
 *   p=MS    wait that long for something to read
 *   e=FILE  print the first line of another file
 *   t=FILE  make an empty file, which tells others how far it is
 *
 * Prints a line for each: what came of it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void report(const char *op, ssize_t ret)
{
	if (ret < 0)
		printf("%c %s\n", *op, strerrorname_np(errno));
	else
		printf("%c %zd\n", *op, ret);
}

static void write_many(int fd, size_t size)
{
	char *bytes = malloc(size);

	if (!bytes)
		exit(2);
	memset(bytes, 'a', size);
	report("s", write(fd, bytes, size));
	free(bytes);
}

static void read_all(int fd)
{
	char bytes[4096];
	ssize_t got;

	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		fwrite(bytes, 1, got, stdout);
	report("r", got);
}

static void wait_for(int fd, int ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	report("p", poll(&pfd, 1, ms));
}

static void first_line(const char *path)
{
	char line[512] = "";
	FILE *file = fopen(path, "r");

	if (file && !fgets(line, sizeof(line), file))
		*line = '\0';
	if (file)
		fclose(file);
	line[strcspn(line, "\n")] = '\0';
	printf("e %s\n", line);
}

static void tell(const char *path)
{
	report("t", close(open(path, O_WRONLY | O_CREAT | O_EXCL, 0600)));
}

static void operate(int fd, const char *op)
{
	const char *arg = op[1] == '=' ? op + 2 : "";

	switch (*op) {
	case 'z':
		report(op, write(fd, "", 0));
		break;
	case 'b':
		/* Not a constant: the compiler knows a bad address. */
		report(op, write(fd, (void *)strtoul("8", NULL, 10), 4));
		break;
	case 'w':
		report(op, write(fd, arg, strlen(arg)));
		break;
	case 's':
		write_many(fd, strtoul(arg, NULL, 10));
		break;
	case 'r':
		read_all(fd);
		break;
	case 'p':
		wait_for(fd, atoi(arg));
		break;
	case 'e':
		first_line(arg);
		break;
	case 't':
		tell(arg);
		break;
	default:
		exit(2);
	}
	fflush(stdout);
}

int main(int argc, char **argv)
{
	int fd = -1, i;

	if (argc > 1)
		fd = open(argv[1], O_RDWR);
	if (fd < 0 && argc > 1)
		fd = open(argv[1], O_WRONLY);
	if (fd < 0) {
		report("o", -1);
		return 2;
	}
	for (i = 2; i < argc; i++)
		operate(fd, argv[i]);
	return 0;
}
