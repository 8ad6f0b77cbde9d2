/* SPDX-License-Identifier: GPL-2.0-only */
/* The bitmaps of dirty pages that iommufd writes. Comes after iommufd-cdev.h. */
#ifndef IOMMUFD_BITMAP_H
#define IOMMUFD_BITMAP_H

#define HUGE 0x200000UL
#define MAX_BITS (HUGE / PAGE * 2)

static uint64_t bits[MAX_BITS / 64];

static inline int track(uint32_t hwpt, uint32_t flags)
{
	struct iommu_hwpt_set_dirty_tracking set = {
		.size = sizeof(set), .flags = flags, .hwpt_id = hwpt,
	};

	return ioctl(iommufd, IOMMU_HWPT_SET_DIRTY_TRACKING, &set);
}

static inline int bitmap(uint32_t hwpt, uint32_t flags, uint64_t iova,
			 uint64_t length, uint64_t page, void *data)
{
	struct iommu_hwpt_get_dirty_bitmap get = {
		.size = sizeof(get), .hwpt_id = hwpt, .flags = flags,
		.iova = iova, .length = length, .page_size = page,
		.data = (uintptr_t)data,
	};

	memset(bits, 0, sizeof(bits));
	return ioctl(iommufd, IOMMU_HWPT_GET_DIRTY_BITMAP, &get);
}

/* A read of a range: the runs of bits, as FIRST+COUNT. */
static inline void look(const char *what, uint32_t hwpt, uint32_t flags,
			uint64_t iova, uint64_t length, uint64_t page)
{
	unsigned int i, run = 0, n = length / page;

	if (bitmap(hwpt, flags, iova, length, page, bits)) {
		say(what, 1);
		return;
	}
	printf("%s:", what);
	for (i = 0; i <= MAX_BITS; i++) {
		int set = i < MAX_BITS && bits[i / 64] >> i % 64 & 1;

		if (!set && run)
			printf(" %u+%u%s", i - run, run,
			       i > n ? " past the end" : "");
		run = set ? run + 1 : 0;
	}
	printf("\n");
}

#endif /* IOMMUFD_BITMAP_H */
