// SPDX-License-Identifier: GPL-2.0-only
/* The values that only devices have, from text; pure, as parse.c. */
#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../objects/answers.h"
#include "../objects/words.h"
#else
#include "kernel_shim.h"
#include "../objects/words.h"
#endif
#include "parse.h"

/* TYPE:IOVA+SIZE. */
static int resv_item(const char *word, void *dst)
{
	struct mock_resv *resv = dst;
	struct mock_resv_region region;
	char text[64], *iova, *size;
	int ret, type;

	if (resv->count == MOCK_RESV_MAX)
		return mock_fail(-EINVAL, "a device has at most %d reserved regions",
				 MOCK_RESV_MAX);
	/* An empty copy is not what it takes, either. */
	scnprintf(text, sizeof(text), "%s",
		  strlen(word) < sizeof(text) ? word : "");
	iova = strchr(text, ':');
	size = iova ? strchr(iova, '+') : NULL;
	if (!size)
		return mock_fail(-EINVAL, "'%.64s' is not TYPE:IOVA+SIZE, as in msi:0xfee00000+1M",
				 word);
	*iova++ = '\0';
	*size++ = '\0';
	type = mock_word_index(mock_resv_words, MOCK_NR_RESV_TYPES, text);
	if (type < 0)
		return mock_fail(-EINVAL, "there is no type of reserved region '%.64s'",
				 text);
	ret = mock_parse_size(iova, &region.iova);
	if (!ret)
		ret = mock_parse_size(size, &region.size);
	if (ret)
		return ret;
	if (!region.size || ((region.iova | region.size) & 0xfff))
		return mock_fail(-EINVAL, "a reserved region has whole pages of 4K, and at least one");
	if (region.iova + (region.size - 1) < region.iova)
		return mock_fail(-EINVAL, "the reserved region '%.64s' goes past 2^64",
				 word);
	region.type = type;
	resv->regions[resv->count++] = region;
	return 0;
}

int mock_parse_resv(const char *value, void *dst)
{
	struct mock_resv resv = { };
	int ret = mock_parse_list(value, &resv, resv_item);

	if (!ret)
		*(struct mock_resv *)dst = resv;
	return ret;
}
