// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vital Product Data of a function: PCI Local Bus Specification 3.0, Appendix I.
 * It has a part number and the serial number, and cannot be written.
 */
#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "config.h"

#define NAME "iommu-mock"
#define PART "IOMMU-MOCK-1"

#define LARGE_NAME 0x82U
#define LARGE_READ_ONLY 0x90U
#define SMALL_END 0x78U

/**
 * struct writer - data that grows
 * @bytes: the data
 * @at: number of bytes
 */
struct writer {
	u8 *bytes;
	u32 at;
};

static void add(struct writer *to, const char *text, u32 len)
{
	memcpy(to->bytes + to->at, text, len);
	to->at += len;
}

/* Begin a large resource of @len bytes. */
static void add_large(struct writer *to, u8 tag, u32 len)
{
	to->bytes[to->at++] = tag;
	to->bytes[to->at++] = len;
	to->bytes[to->at++] = len >> 8;
}

static void add_field(struct writer *to, const char *keyword, const char *text,
		      u32 len)
{
	add(to, keyword, 2);
	to->bytes[to->at++] = len;
	add(to, text, len);
}

/* The checksum makes the sum of all bytes up to it 0. */
static void add_checksum(struct writer *to)
{
	u8 sum = 0;
	u32 i;

	add_field(to, "RV", "", 0);
	to->bytes[to->at - 1] = 1;
	for (i = 0; i < to->at; i++)
		sum += to->bytes[i];
	to->bytes[to->at++] = -sum;
}

static void vpd_fill(u64 serial, u8 *bytes)
{
	static const char digits[] = "0123456789abcdef";
	struct writer to = { bytes, 0 };
	char text[16];
	u32 i;

	memset(bytes, 0, MOCK_VPD_SIZE);
	for (i = 0; i < 16; i++)
		text[i] = digits[serial >> (60 - 4 * i) & 0xf];
	add_large(&to, LARGE_NAME, sizeof(NAME) - 1);
	add(&to, NAME, sizeof(NAME) - 1);
	/* Three fields with headers of 3 bytes, the last of one byte. */
	add_large(&to, LARGE_READ_ONLY,
		  3 + sizeof(PART) - 1 + 3 + sizeof(text) + 3 + 1);
	add_field(&to, "PN", PART, sizeof(PART) - 1);
	add_field(&to, "SN", text, sizeof(text));
	add_checksum(&to);
	to.bytes[to.at++] = SMALL_END;
}

/**
 * mock_vpd_read() - read four bytes of the data
 * @cfg: the function
 * @where: offset of the first byte; past the end there are zeros
 */
u32 mock_vpd_read(const struct mock_config *cfg, u32 where)
{
	u8 bytes[MOCK_VPD_SIZE];
	u32 value = 0, i;

	vpd_fill(cfg->ids.serial, bytes);
	for (i = 0; i < 4 && where + i < MOCK_VPD_SIZE; i++)
		value |= (u32)bytes[where + i] << 8 * i;
	return value;
}
