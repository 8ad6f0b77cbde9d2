// SPDX-License-Identifier: GPL-2.0-only
/* Parsers for the values that only devices have; pure code, as parse.c. */
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
	/*
	 * A word that is too long leaves an empty copy, which is refused below.
	 */
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

/* iommufd warns of a driver that has other combinations. */
static int check_msi(const struct mock_resv *resv)
{
	u32 i, hardware = 0, software = 0;

	for (i = 0; i < resv->count; i++) {
		hardware += resv->regions[i].type == MOCK_RESV_MSI;
		software += resv->regions[i].type == MOCK_RESV_SW_MSI;
	}
	if (software > 1 || (software && hardware))
		return mock_fail(-EINVAL, "a device has at most one region of the type sw-msi, and then none of the type msi");
	return 0;
}

int mock_parse_resv(const char *value, void *dst)
{
	struct mock_resv resv = { };
	int ret = mock_parse_list(value, &resv, resv_item);

	if (!ret)
		ret = check_msi(&resv);
	if (!ret)
		*(struct mock_resv *)dst = resv;
	return ret;
}

struct bar_list {
	struct mock_config_bar bars[MOCK_BARS];
	u32 next;
};

/* SIZE, SIZE:32, SIZE:64, with p for prefetchable. */
static int bar_item(const char *word, void *dst)
{
	static const char *const types[] = { "32", "32p", "64", "64p" };
	struct bar_list *list = dst;
	struct mock_config_bar *bar;
	char text[64], *type;
	int ret, index = 0;
	u64 size;

	/* As above: a word that is too long is refused. */
	scnprintf(text, sizeof(text), "%s",
		  strlen(word) < sizeof(text) ? word : "");
	type = strchr(text, ':');
	if (type) {
		*type++ = '\0';
		index = mock_word_index(types, ARRAY_SIZE(types), type);
		if (index < 0)
			return mock_fail(-EINVAL, "a BAR is 32, 32p, 64 or 64p (prefetchable), not '%.64s'",
					 type);
	}
	ret = mock_parse_size(text, &size);
	if (ret)
		return ret;
	if (size < 4096 || (size & (size - 1)))
		return mock_fail(-EINVAL, "the size of a BAR is a power of two, 4K or more");
	if (list->next + index / 2 >= MOCK_BARS)
		return mock_fail(-EINVAL, "a function has at most %u BARs, and one of 64 bits takes two",
				 MOCK_BARS);
	bar = &list->bars[list->next];
	bar->size = size;
	bar->wide = index >= 2;
	bar->prefetch = index % 2;
	list->next += bar->wide ? 2 : 1;
	return 0;
}

/* A list of BARs, for an array of MOCK_BARS. */
int mock_parse_bars(const char *value, void *dst)
{
	struct bar_list list = { };
	int ret = mock_parse_list(value, &list, bar_item);

	if (!ret)
		memcpy(dst, list.bars, sizeof(list.bars));
	return ret;
}

/* VENDOR:DEVICE, each at most 16 bits. */
static int parse_ids(const char *value, u32 *vendor, u32 *device)
{
	const char *colon = strchr(value, ':');
	char first[32];
	u32 ids[2];
	int ret;

	if (!colon)
		return mock_fail(-EINVAL, "'%.64s' is not VENDOR:DEVICE, as in 0x1234:0x5678",
				 value);
	if (colon - value >= sizeof(first))
		return mock_fail(-EINVAL, "'%.64s' is too long for a vendor id",
				 value);
	memcpy(first, value, colon - value);
	first[colon - value] = '\0';
	ret = mock_parse_u32(first, &ids[0]);
	if (!ret)
		ret = mock_parse_u32(colon + 1, &ids[1]);
	if (ret)
		return ret;
	/* A vendor id of all ones means an empty slot. */
	if (ids[0] >= 0xffff || ids[1] > 0xffff)
		return mock_fail(-EINVAL, "an id of '%.64s' is out of range",
				 value);
	*vendor = ids[0];
	*device = ids[1];
	return 0;
}

int mock_parse_id(const char *value, void *dst)
{
	struct mock_config_ids *ids = dst;

	return parse_ids(value, &ids->vendor, &ids->device);
}

int mock_parse_subsystem(const char *value, void *dst)
{
	struct mock_config_ids *ids = dst;

	return parse_ids(value, &ids->sub_vendor, &ids->sub_device);
}

#define X(sym, name, ...) name,
static const char *const like_words[] = { MOCK_LIKES(X) };
#undef X

#define X(sym, name, id1, id2, sub1, sub2, code)                  \
	{ .vendor = (id1), .device = (id2), .sub_vendor = (sub1), \
	  .sub_device = (sub2), .class = (code) },
static const struct mock_config_ids like_ids[] = { MOCK_LIKES(X) };
#undef X

#define X(sym, name, ...) " " name
static const char like_list[] = MOCK_LIKES(X);
#undef X

int mock_parse_like(const char *value, void *dst)
{
	int like = mock_word_index(like_words, ARRAY_SIZE(like_words), value);

	if (like < 0)
		return mock_fail(-EINVAL, "'%.64s' is none of the devices that a function can be like:%s",
				 value, like_list);
	*(u32 *)dst = like;
	return 0;
}

void mock_like_ids(u32 like, struct mock_config_ids *ids)
{
	u64 serial = ids->serial;

	*ids = like_ids[like];
	ids->serial = serial;
}

int mock_parse_sriov(const char *value, void *dst)
{
	u32 vfs;
	int ret = mock_parse_u32(value, &vfs);

	if (!ret && vfs > MOCK_VFS_MAX)
		ret = mock_fail(-EINVAL, "a function has at most %u virtual functions",
				MOCK_VFS_MAX);
	if (!ret)
		*(u32 *)dst = vfs;
	return ret;
}

/* A distance between two functions on one bus. */
int mock_parse_vf_step(const char *value, void *dst)
{
	u32 step;
	int ret = mock_parse_u32(value, &step);

	if (!ret && (!step || step > 255))
		ret = mock_fail(-EINVAL, "vf_offset and vf_stride are 1 to 255");
	if (!ret)
		*(u32 *)dst = step;
	return ret;
}

int mock_parse_vf_id(const char *value, void *dst)
{
	u32 id;
	int ret = mock_parse_u32(value, &id);

	if (!ret && id > 0xffff)
		ret = mock_fail(-EINVAL, "vf_id is a device id of 16 bits: the vendor is that of the physical function");
	if (!ret)
		*(u32 *)dst = id;
	return ret;
}

static int name_item(const char *word, void *dst)
{
	struct mock_names *list = dst;
	int ret;

	if (list->count == MOCK_VF_INSTANCES_MAX)
		return mock_fail(-EINVAL, "vf_instance names at most %d instances, which virtual functions are behind in turn",
				 MOCK_VF_INSTANCES_MAX);
	ret = mock_parse_name(word, list->names[list->count]);
	if (!ret)
		list->count++;
	return ret;
}

int mock_parse_vf_instance(const char *value, void *dst)
{
	struct mock_names list = { };
	int ret = mock_parse_list(value, &list, name_item);

	if (!ret)
		*(struct mock_names *)dst = list;
	return ret;
}
