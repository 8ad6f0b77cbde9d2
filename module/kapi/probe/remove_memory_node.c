// SPDX-License-Identifier: GPL-2.0-only
/* Until 5.14: memory is taken offline and removed by its node and address. */
#include <linux/memory_hotplug.h>

int probe(int node, u64 start, u64 size);
int probe(int node, u64 start, u64 size)
{
	return offline_and_remove_memory(node, start, size);
}
