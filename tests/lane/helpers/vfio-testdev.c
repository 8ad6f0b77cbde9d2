// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA of real PCI functions through real IOMMUs, by VFIO's type1:
 *
 *	vfio-testdev FUNCTION...
 *
 * The functions are QEMU's iommu-testdev, and bound to vfio-pci already. Their groups come
 * into one container, in that order. Such a function writes its pattern to an I/O address
 * when its register is read, and then compares it with what it reads at a physical
 * address, past the IOMMU. Prints TAP: each function reaches what is mapped and writable
 * (R14), and nothing after an unmap (R13).
 */
#define main example_main
#include "../../../docs/examples/vfio-dma.c"
#undef main

/* Its registers in BAR 0, of 32 bits each (docs/specs/iommu-testdev.rst of QEMU). */
enum {
	T_TRIGGER = 0x00,
	T_IOVA = 0x04,
	T_SIZE = 0x0c,
	T_RESULT = 0x10,
	T_ARM = 0x14,
	T_ATTRIBUTES = 0x18,
	T_PHYSICAL = 0x1c
};

#define PAGES 4
#define BYTES (PAGES * PAGE)
#define CLEAN 0x11
#define READ_ONLY 0x400000UL

static struct function functions[MAX];
static off_t bars[MAX];
static int container, count, tests;
static unsigned char *first, *second;

static void ok(int good, const char *name, const char *what)
{
	printf("%sok %d - %s %s\n", good ? "" : "not ", ++tests, name, what);
}

static uint32_t read_register(int i, unsigned int where)
{
	uint32_t value;

	if (pread(functions[i].device, &value, 4, bars[i] + where) != 4)
		die("read a register of", functions[i].name);
	return value;
}

static void write_register(int i, unsigned int where, uint32_t value)
{
	if (pwrite(functions[i].device, &value, 4, bars[i] + where) != 4)
		die("write a register of", functions[i].name);
}

static uint64_t physical(const void *page)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t entry = 0;

	if (fd < 0 ||
	    pread(fd, &entry, 8, (uintptr_t)page / PAGE * 8) != 8)
		die("read", "/proc/self/pagemap");
	close(fd);
	return (entry & ((1ULL << 55) - 1)) * PAGE;
}

/* A page of DMA by a function; 0 if what it wrote is in the page of memory. */
static uint32_t dma(int i, uint64_t iova, const void *page)
{
	uint64_t address = physical(page);

	write_register(i, T_IOVA, iova);
	write_register(i, T_IOVA + 4, iova >> 32);
	write_register(i, T_PHYSICAL, address);
	write_register(i, T_PHYSICAL + 4, address >> 32);
	write_register(i, T_SIZE, PAGE);
	write_register(i, T_ATTRIBUTES, 0);
	write_register(i, T_ARM, 1);
	read_register(i, T_TRIGGER);
	return read_register(i, T_RESULT);
}

/* Which pages have changed since the last look, a bit for each. */
static unsigned int changed(unsigned char *memory)
{
	unsigned int bits = 0;
	size_t at;

	for (at = 0; at < BYTES; at++)
		if (memory[at] != CLEAN)
			bits |= 1U << at / PAGE;
	memset(memory, CLEAN, BYTES);
	return bits;
}

static unsigned char *buffer(void)
{
	unsigned char *memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
				     -1, 0);

	if (memory == MAP_FAILED)
		die("allocate", "memory");
	changed(memory);
	return memory;
}

static void map_at(const void *memory, uint64_t iova, uint32_t flags)
{
	struct vfio_iommu_type1_dma_map request = {
		.argsz = sizeof(request), .flags = flags,
		.vaddr = (uintptr_t)memory, .iova = iova, .size = BYTES,
	};

	if (ioctl(container, VFIO_IOMMU_MAP_DMA, &request))
		die("map", "memory");
}

static void unmap_at(uint64_t iova)
{
	struct vfio_iommu_type1_dma_unmap request = {
		.argsz = sizeof(request), .iova = iova, .size = BYTES,
	};

	if (ioctl(container, VFIO_IOMMU_UNMAP_DMA, &request))
		die("unmap", "memory");
}

static void open_function(int i, const char *name)
{
	struct vfio_region_info bar = {
		.argsz = sizeof(bar), .index = VFIO_PCI_BAR0_REGION_INDEX,
	};
	struct function *f = &functions[i];

	f->device = ioctl(f->group, VFIO_GROUP_GET_DEVICE_FD, name);
	if (f->device < 0)
		die("open", name);
	if (ioctl(f->device, VFIO_DEVICE_GET_REGION_INFO, &bar))
		die("find BAR 0 of", name);
	bars[i] = bar.offset;
}

static void while_mapped(int i)
{
	const char *name = functions[i].name;

	ok(!dma(i, IOVA + PAGE, first + PAGE) && changed(first) == 2, name,
	   "writes the page that is mapped there, and no other");
	ok(dma(i, IOVA + BYTES, first) && !changed(first), name,
	   "reaches nothing behind it");
	ok(dma(i, READ_ONLY, second) && !changed(second), name,
	   "does not write what is mapped to be read");
}

int main(int argc, char **argv)
{
	uint32_t both = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE;
	int i;

	container = open("/dev/vfio/vfio", O_RDWR);
	if (container < 0)
		die("open", "/dev/vfio/vfio");
	for (i = 1; i < argc && i <= MAX; i++, count++) {
		functions[count].name = argv[i];
		open_group(&functions[count], container);
		if (!count && ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
			die("use", "type1");
	}
	for (i = 0; i < count; i++)
		open_function(i, functions[i].name);
	first = buffer();
	second = buffer();
	map_at(first, IOVA, both);
	map_at(second, READ_ONLY, VFIO_DMA_MAP_FLAG_READ);
	for (i = 0; i < count; i++)
		while_mapped(i);

	unmap_at(READ_ONLY);
	unmap_at(IOVA);
	for (i = 0; i < count; i++)
		ok(dma(i, IOVA + PAGE, first + PAGE) && !changed(first),
		   functions[i].name, "reaches nothing that was unmapped");
	map_at(second, IOVA, both);
	for (i = 0; i < count; i++)
		ok(!dma(i, IOVA + PAGE, second + PAGE) && !changed(first) &&
		   changed(second) == 2, functions[i].name,
		   "writes what is mapped there now, and not what was before");
	unmap_at(IOVA);
	printf("1..%d\n", tests);
	return 0;
}
