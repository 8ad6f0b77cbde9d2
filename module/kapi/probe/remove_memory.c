// SPDX-License-Identifier: GPL-2.0-only
/* 5.15: memory is taken offline and removed by its address alone. */
#include <linux/memory_hotplug.h>

int probe(u64 start, u64 size);
int probe(u64 start, u64 size)
{
	return offline_and_remove_memory(start, size);
}
