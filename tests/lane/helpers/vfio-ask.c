// SPDX-License-Identifier: GPL-2.0-only
/*
 * Puts the groups of functions into one type1 container, and asks it. With
 * VFIO=/dev/iommu in its environment, the container is iommufd's.
 *
 *	vfio-ask iovas FUNCTION...
 *	vfio-ask coherent FUNCTION...
 *	vfio-ask map IOVA SIZE FUNCTION...
 *	vfio-ask resets FUNCTION
 *	vfio-ask late IOVA SIZE FUNCTION FUNCTION
 *	vfio-ask untouched FUNCTION
 *	vfio-ask huge SIZE FUNCTION
 *	vfio-ask hot FUNCTION...
 *
 * iovas: the ranges that may be mapped, one a line. coherent: does the
 * container enforce cache coherency, 0 or 1. map: 0, or the errno, of mapping
 * memory there. resets: can the device be reset, 0 or 1. late: maps memory
 * there before the second group comes in: 0, or the errno that it gets.
 * untouched: maps memory for reading that nobody has touched, and lets the
 * function read and write it: status and sum of the one, status of the other,
 * and whether the memory is still all zeros. huge: maps one huge page of that
 * size, lets the function write to its last bytes, and prints the errno, or
 * whether the write has arrived and the domain's tables. hot: maps 64K at 1M, runs
 * the command in BEFORE, asks for the hot reset of the first function with the
 * groups of all of them, and prints 0 or the errno.
 */
#define main example_main
#include "../../../docs/examples/vfio-dma.c"
#undef main

static int container;

static void join(struct function *f, const char *name, int first)
{
	f->name = name;
	open_group(f, container);
	if (first && ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		die("use", "type1");
}

static int iovas(void)
{
	union {
		struct vfio_iommu_type1_info info;
		char bytes[4096];
	} u = { .info.argsz = sizeof(u) };
	struct vfio_iommu_type1_info_cap_iova_range *cap;
	unsigned int at, i;

	if (ioctl(container, VFIO_IOMMU_GET_INFO, &u.info))
		die("ask", "type1");
	for (at = u.info.cap_offset; at; at = cap->header.next) {
		cap = (void *)(u.bytes + at);
		if (cap->header.id != VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE)
			continue;
		for (i = 0; i < cap->nr_iovas; i++)
			printf("0x%llx-0x%llx\n",
			       (unsigned long long)cap->iova_ranges[i].start,
			       (unsigned long long)cap->iova_ranges[i].end);
		return 0;
	}
	fprintf(stderr, "vfio-ask: type1 has no list of IOVA\n");
	return 1;
}

/* 0 or the errno. */
static int map_at(const char *iova, const char *size)
{
	struct vfio_iommu_type1_dma_map request = {
		.argsz = sizeof(request),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.iova = strtoull(iova, NULL, 0),
		.size = strtoull(size, NULL, 0),
	};
	void *memory = mmap(NULL, request.size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		die("allocate", size);
	request.vaddr = (uintptr_t)memory;
	return ioctl(container, VFIO_IOMMU_MAP_DMA, &request) ? errno : 0;
}

static int resets(struct function *f)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };

	if (ioctl(f->device, VFIO_DEVICE_GET_INFO, &info))
		die("ask", f->name);
	return !!(info.flags & VFIO_DEVICE_FLAGS_RESET);
}

static void untouched(struct function *f)
{
	struct vfio_iommu_type1_dma_map request = {
		.argsz = sizeof(request), .flags = VFIO_DMA_MAP_FLAG_READ,
		.iova = IOVA, .size = PAGE,
	};
	const uint64_t *memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint32_t status, sum;
	unsigned int i;

	if (memory == MAP_FAILED)
		die("allocate", "memory");
	request.vaddr = (uintptr_t)memory;
	if (ioctl(container, VFIO_IOMMU_MAP_DMA, &request))
		die("map", "memory");
	status = run(f, OP_SUM, IOVA, PAGE, 0);
	sum = get(f, f->engine + R_SUM, 4);
	printf("0x%x 0x%08x 0x%x", status, sum,
	       run(f, OP_WRITE, IOVA, PAGE, ~0ULL));
	for (i = 0; i < PAGE / 8 && !memory[i]; i++)
		;
	puts(i == PAGE / 8 ? " zeros" : " written");
}

static int map_huge(struct function *f, const char *text)
{
	unsigned long long size = strtoull(text, NULL, 0);
	struct vfio_iommu_type1_dma_map request = {
		.argsz = sizeof(request), .iova = 1UL << 30, .size = size,
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
	};
	const unsigned char *memory =
		mmap(NULL, size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB |
			     __builtin_ctzll(size) << MAP_HUGE_SHIFT, -1, 0);

	if (memory == MAP_FAILED)
		die("allocate a huge page of", text);
	request.vaddr = (uintptr_t)memory;
	if (ioctl(container, VFIO_IOMMU_MAP_DMA, &request)) {
		puts(strerror(errno));
		return 0;
	}
	run(f, OP_WRITE, request.iova + size - PAGE, PAGE, 0x42);
	puts(memory[size - PAGE] == 0x42 ? "arrived" : "lost");
	fflush(stdout);
	return system("cat /sys/kernel/debug/iommu_mock/domains/*/tables");
}

static int hot(struct function *f, int n)
{
	struct {
		struct vfio_pci_hot_reset reset;
		int groups[MAX];
	} u = { .reset.argsz = sizeof(u.reset) + n * sizeof(int),
		.reset.count = n };
	const char *before = getenv("BEFORE");
	int i;

	if (map_at("0x100000", "0x10000"))
		die("map", "memory");
	if (before && system(before))
		return 1;
	for (i = 0; i < n; i++)
		u.groups[i] = f[i].group;
	return ioctl(f->device, VFIO_DEVICE_PCI_HOT_RESET, &u) ? errno : 0;
}

static void late(char **argv, struct function *f)
{
	int err;

	join(&f[0], argv[2], 1);
	err = map_at(argv[0], argv[1]);
	if (err) {
		fprintf(stderr, "vfio-ask: map: %s\n", strerror(err));
		exit(1);
	}
	/* Prints the errno itself. */
	join(&f[1], argv[3], 0);
	puts("0");
}

int main(int argc, char **argv)
{
	struct function f[MAX] = { 0 };
	const char *what = argc > 1 ? argv[1] : "", *path = getenv("VFIO");
	int first = !strcmp(what, "map") ? 4 : !strcmp(what, "huge") ? 3 : 2, i;

	path = path ? path : "/dev/vfio/vfio";
	container = open(path, O_RDWR);
	if (container < 0)
		die("open", path);
	if (argc == 6 && !strcmp(what, "late")) {
		late(argv + 2, f);
		return 0;
	}
	if (argc <= first || argc > first + MAX)
		return 2;
	for (i = first; i < argc; i++)
		join(&f[i - first], argv[i], i == first);
	/* Before that, iommufd does not attach them. */
	for (i = 0; i < argc - first; i++)
		open_device(&f[i]);
	if (!strcmp(what, "iovas"))
		return iovas();
	if (!strcmp(what, "coherent"))
		printf("%d\n", ioctl(container, VFIO_CHECK_EXTENSION,
				     VFIO_DMA_CC_IOMMU));
	else if (!strcmp(what, "map"))
		printf("%s\n", strerror(map_at(argv[2], argv[3])));
	else if (!strcmp(what, "untouched"))
		untouched(f);
	else if (!strcmp(what, "huge"))
		return map_huge(f, argv[2]);
	else if (!strcmp(what, "hot"))
		printf("%s\n", strerror(hot(f, argc - first)));
	else if (!strcmp(what, "resets"))
		printf("%d\n", resets(f));
	else
		return 2;
	return 0;
}
