/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's basic types, for sources that user space compiles as well. */
#ifndef MOCK_TYPES_H
#define MOCK_TYPES_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;
#endif

#endif /* MOCK_TYPES_H */
