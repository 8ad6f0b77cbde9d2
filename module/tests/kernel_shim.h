/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What parse.c and words.c use of the kernel, for user-space tests.
 *
 * Where the kernel's function differs from the C library's of that name, this
 * does as the kernel does: its isalnum() and isprint() know Latin-1, its
 * kstrto*() take a sign and one trailing newline.
 */
#ifndef MOCK_KERNEL_SHIM_H
#define MOCK_KERNEL_SHIM_H

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../types.h"

#define U32_MAX UINT32_MAX
#define S64_MAX INT64_MAX
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define scnprintf snprintf

/* lib/ctype.c: 0xa0 to 0xff are punctuation or letters of Latin-1. */
static inline bool kernel_isascii(unsigned char c)
{
	return !(c & ~0x7f);
}

static inline bool kernel_isdigit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static inline bool kernel_isalnum(unsigned char c)
{
	return kernel_isdigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= 0xc0 && c != 0xd7 && c != 0xf7);
}

static inline bool kernel_isprint(unsigned char c)
{
	return (c >= 0x20 && c < 0x7f) || c >= 0xa0;
}

#define isascii kernel_isascii
#define isdigit kernel_isdigit
#define isalnum kernel_isalnum
#define isprint kernel_isprint

static inline int kstrtoull(const char *s, unsigned int base,
			    unsigned long long *res)
{
	char *end;

	if (*s == '+')
		s++;
	if (base == 16 && s[0] == '0' && (s[1] | 0x20) == 'x')
		s += 2;
	/* strtoull() would skip blanks and take signs and 0x. */
	if (!isalnum((unsigned char)*s) ||
	    (base == 16 && s[0] == '0' && (s[1] | 0x20) == 'x'))
		return -EINVAL;
	errno = 0;
	*res = strtoull(s, &end, base);
	if (end == s)
		return -EINVAL;
	if (errno)
		return -ERANGE;
	if (*end == '\n')
		end++;
	return *end ? -EINVAL : 0;
}

static inline int kstrtouint(const char *s, unsigned int base,
			     unsigned int *res)
{
	unsigned long long wide;
	int ret = kstrtoull(s, base, &wide);

	if (!ret && wide > UINT_MAX)
		return -ERANGE;
	if (!ret)
		*res = wide;
	return ret;
}

/* The sentence of the last failure, for the test to look at. */
extern char fail_sentence[];

__attribute__((format(printf, 2, 3)))
int mock_fail(int err, const char *fmt, ...);

#include "../objects/words.h"

#endif /* MOCK_KERNEL_SHIM_H */
