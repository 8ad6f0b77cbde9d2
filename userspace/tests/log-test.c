// SPDX-License-Identifier: GPL-2.0-only
/* How much of the kernel log is read, with a read() that answers as the kernel's. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "judge/given.h"
#include "lib/mem.h"

#define LOG 1000 /* no file of this program */

static unsigned int turn;

/*
 * devkmsg_read(): a record that does not fit is passed over with EINVAL, one
 * that was overwritten with EPIPE; 8192 bytes are the most that one has
 * (CONSOLE_EXT_LOG_MAX).
 */
ssize_t __real_read(int fd, void *to, size_t n);
ssize_t __wrap_read(int fd, void *to, size_t n);
ssize_t __wrap_read(int fd, void *to, size_t n)
{
	const char *text =
		"6,1,1,-;iommu_mock: smmu1 refuses x for nic0: ias\n";
	static char record[8192];
	size_t len;

	if (fd != LOG)
		return __real_read(fd, to, n);
	turn++;
	memset(record, '.', sizeof(record));
	memcpy(record, text, strlen(text));
	len = turn == 2 ? sizeof(record) : strlen(text);
	if (turn > 5)
		errno = EAGAIN;
	else if (turn == 3)
		errno = EPIPE;
	else if (turn == 4 || len > n)
		errno = EINVAL;
	else
		return memcpy(to, record, len) ? (ssize_t)len : 0;
	return -1;
}

int main(void)
{
	autobuf struct buf first = { 0 };
	unsigned int lines = log_read(LOG, &first);

	printf("1..2\n%sok 1 - a long record is read, and those after it: %u of 3\n",
	       lines == 3 ? "" : "not ", lines);
	printf("%sok 2 - the first is kept: %s\n",
	       first.text && !strcmp(first.text,
				     "iommu_mock: smmu1 refuses x for nic0: ias") ?
		       "" :
		       "not ",
	       first.text ? first.text : "");
	return 0;
}
