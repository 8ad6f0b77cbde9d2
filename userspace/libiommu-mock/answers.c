// SPDX-License-Identifier: GPL-2.0-only
/* What the module answers: files, lines, and words "key=value". */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/words.h"
#include "libiommu-mock/internal.h"

int nonsense(struct imock *im, const char *object)
{
	fail_errno(&im->ctx, -EPROTO, object,
		   "the module's answer makes no sense (EPROTO)");
	return -EPROTO;
}

unsigned int count_lines(const char *text)
{
	unsigned int n = 0;

	for (; (text = strchr(text, '\n')); text++)
		n++;
	return n;
}
