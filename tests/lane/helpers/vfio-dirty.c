// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dirty bitmap of VFIO's type1, as a program that migrates a VM reads it:
 *
 *	vfio-dirty FUNCTION
 *
 * The function is of the mock, and bound to vfio-pci. Prints what each call returns, and
 * how many pages are dirty.
 */
#define main example_main
#include "../../../docs/examples/vfio-dma.c"
#undef main

#define PAGES (SIZE / PAGE)

static struct function f;
static int container;
static uint64_t bits[PAGES / 64 + 1];

static void say(const char *what, int ret)
{
	printf("%s: %s\n", what, ret ? strerror(errno) : "0");
}

static int track(uint32_t flags)
{
	struct vfio_iommu_type1_dirty_bitmap request = {
		.argsz = sizeof(request), .flags = flags,
	};

	return ioctl(container, VFIO_IOMMU_DIRTY_PAGES, &request);
}

/* Reads a range into a bitmap of so many bytes. */
static int bitmap(uint64_t iova, uint64_t size, uint64_t page, uint64_t bytes,
		  void *data)
{
	struct {
		struct vfio_iommu_type1_dirty_bitmap request;
		struct vfio_iommu_type1_dirty_bitmap_get range;
	} get = {
		.request = {
			.argsz = sizeof(get),
			.flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP,
		},
		.range = {
			.iova = iova, .size = size,
			.bitmap = { .pgsize = page, .size = bytes, .data = data },
		},
	};

	return ioctl(container, VFIO_IOMMU_DIRTY_PAGES, &get);
}

static int unmap_with_bitmap(void)
{
	struct {
		struct vfio_iommu_type1_dma_unmap request;
		struct vfio_bitmap bitmap;
	} unmap = {
		.request = {
			.argsz = sizeof(unmap), .iova = IOVA, .size = SIZE,
			.flags = VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP,
		},
		.bitmap = { .pgsize = PAGE, .size = 8, .data = (void *)bits },
	};

	return ioctl(container, VFIO_IOMMU_UNMAP_DMA, &unmap);
}

static void count(const char *what, int ret)
{
	if (ret)
		say(what, ret);
	else
		printf("%s: %d of %lu\n", what, __builtin_popcountll(bits[0]),
		       PAGES);
	memset(bits, 0, sizeof(bits));
}

/* What cannot be. Each call is refused. */
static void nonsense(void)
{
	static const struct {
		const char *what;
		uint64_t iova, size, page, bytes;
	} bad[] = {
		{ "a part of what was mapped", IOVA, SIZE / 2, PAGE, 8 },
		{ "from the middle", IOVA + PAGE, SIZE - PAGE, PAGE, 8 },
		{ "huge pages", IOVA, SIZE, 0x200000, 8 },
		{ "pages of half of all addresses", IOVA, SIZE, 1ULL << 63, 8 },
		{ "an address that is not aligned", IOVA + 1, SIZE, PAGE, 8 },
		{ "a size that is not aligned", IOVA, SIZE + 1, PAGE, 8 },
		{ "no size", IOVA, 0, PAGE, 8 },
		{ "a range that wraps", -PAGE, 2 * PAGE, PAGE, 8 },
		{ "a bitmap that is too short", IOVA, SIZE, PAGE, 1 },
		{ "a bitmap of half of all addresses", IOVA, SIZE, PAGE, 1ULL << 63 },
		{ NULL }
	};
	unsigned int i;

	for (i = 0; bad[i].what; i++)
		say(bad[i].what, bitmap(bad[i].iova, bad[i].size, bad[i].page,
					bad[i].bytes, bits));
	say("on and off at once", track(VFIO_IOMMU_DIRTY_PAGES_FLAG_START |
					VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP));
	say("another flag", track(1 << 3));
}

int main(int argc, char **argv)
{
	void *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	container = open("/dev/vfio/vfio", O_RDWR);
	if (argc != 2 || container < 0 || memory == MAP_FAILED)
		die("begin", "with /dev/vfio/vfio and a function");
	f.name = argv[1];
	open_group(&f, container);
	if (ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		die("use", "type1");
	map(container, memory);
	open_device(&f);

	count("before", bitmap(IOVA, SIZE, PAGE, 8, bits));
	say("unmap, before", unmap_with_bitmap());
	say("on", track(VFIO_IOMMU_DIRTY_PAGES_FLAG_START));
	count("nothing written", bitmap(IOVA, SIZE, PAGE, 8, bits));
	if (run(&f, OP_WRITE, IOVA + 3 * PAGE, 8, 1) != S_COMPLETE)
		die("let write", f.name);
	count("a page written", bitmap(IOVA, SIZE, PAGE, 8, bits));
	count("once more", bitmap(IOVA, SIZE, PAGE, 8, bits));
	nonsense();
	say("a bitmap that is not there", bitmap(IOVA, SIZE, PAGE, 8, (void *)8));
	count("after all that", bitmap(IOVA, SIZE, PAGE, 8, bits));
	count("unmap", unmap_with_bitmap());
	count("of nothing", bitmap(IOVA, SIZE, PAGE, 8, bits));
	say("off", track(VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP));
	return 0;
}
