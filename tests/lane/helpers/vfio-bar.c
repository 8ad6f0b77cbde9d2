// SPDX-License-Identifier: GPL-2.0-only
/*
 * The BARs of a function, as a program of VFIO sees them, and the DMA of another
 * function into them.
 *
 *	vfio-bar TARGET SOURCE
 *
 * Both are bound to vfio-pci. TARGET has bars=16K,1M:64p. Prints "ok" or "bad"
 * and a sentence for each check.
 */
#define main example_main
#include "../../../docs/examples/vfio-dma.c"
#undef main

#define BAR0 0x4000UL
#define BAR1 0x100000UL
#define P2P 0x10000000UL

static struct function target, source;
static int container;

static void check(int good, const char *what)
{
	printf("%s %s\n", good ? "ok" : "bad", what);
}

static struct vfio_region_info bar_info(unsigned int index)
{
	struct vfio_region_info info = { .argsz = sizeof(info),
					 .index = index };

	if (ioctl(target.device, VFIO_DEVICE_GET_REGION_INFO, &info))
		die("find a region of", target.name);
	return info;
}

/* Accesses of every width, at the place; they say the same afterwards. */
static int widths(off_t at)
{
	uint64_t value = 0x1122334455667788, back;
	size_t width;

	for (width = 1; width <= 4; width *= 2) {
		back = 0;
		if (pwrite(target.device, &value, width, at) !=
			    (ssize_t)width ||
		    pread(target.device, &back, width, at) != (ssize_t)width ||
		    memcmp(&back, &value, width))
			return 0;
	}
	return 1;
}

static void regions(void)
{
	struct vfio_region_info r0 = bar_info(0), r1 = bar_info(1),
				r2 = bar_info(2);
	unsigned int all = VFIO_REGION_INFO_FLAG_READ |
			   VFIO_REGION_INFO_FLAG_WRITE |
			   VFIO_REGION_INFO_FLAG_MMAP;
	uint64_t value = ~0ULL, more = ~0ULL;

	check(pread(target.device, &value, 8, r0.offset + 0x100) == 8 &&
	      pread(target.device, &more, 8, r1.offset + BAR1 - 8) == 8 &&
	      !value && !more,
	      "the memory is zero");
	check(r0.size == BAR0 && (r0.flags & all) == all && r1.size == BAR1 &&
	      (r1.flags & all) == all && !r2.size,
	      "VFIO finds both BARs, to be read, written and mapped");
	check(widths(r0.offset) && widths(r0.offset + BAR0 - 4) &&
	      widths(r1.offset + BAR1 / 2),
	      "accesses of 1, 2 and 4 bytes read what was written");
	check(pread(target.device, &value, 4, r0.offset + BAR0) < 0 || !value,
	      "behind its end nothing is read");
	check(pwrite(target.device, &value, 4, r0.offset + BAR0 + 4096) < 0,
	      "nor written");
}

static char *mapped(unsigned int index, size_t size)
{
	void *bar = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			 target.device, bar_info(index).offset);

	if (bar == MAP_FAILED)
		die("map a BAR of", target.name);
	return bar;
}

/* Each access happens where it is written: the device changes the memory, too. */
static uint32_t word(char *bar, size_t at)
{
	return __atomic_load_n((uint32_t *)(bar + at), __ATOMIC_SEQ_CST);
}

static void set_word(char *bar, size_t at, uint32_t value)
{
	__atomic_store_n((uint32_t *)(bar + at), value, __ATOMIC_SEQ_CST);
}

static void memory_of_bars(char *bar0, char *bar1)
{
	uint32_t value = 0;

	set_word(bar0, 0x100, 0xcafe0001);
	set_word(bar1, 0x100, 0xcafe0002);
	set_word(bar1, BAR1 - 4, 0xcafe0003);
	check(pread(target.device, &value, 4, bar_info(0).offset + 0x100) ==
			      4 &&
	      value == 0xcafe0001,
	      "the mapping and the region are one memory");
	check(word(bar0, 0x100) == 0xcafe0001 &&
	      word(bar1, 0x100) == 0xcafe0002 &&
	      word(bar1, BAR1 - 4) == 0xcafe0003,
	      "each BAR has its own");
}

static int map_bar(void *bar, uint64_t iova, size_t size)
{
	struct vfio_iommu_type1_dma_map request = {
		.argsz = sizeof(request),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)bar,
		.iova = iova,
		.size = size,
	};

	return ioctl(container, VFIO_IOMMU_MAP_DMA, &request);
}

static void unmap_bar(uint64_t iova, size_t size)
{
	struct vfio_iommu_type1_dma_unmap request = {
		.argsz = sizeof(request),
		.iova = iova,
		.size = size,
	};

	if (ioctl(container, VFIO_IOMMU_UNMAP_DMA, &request) ||
	    request.size != size)
		die("unmap a BAR of", target.name);
}

/* What a fault of the source's last operation was for; 0: none. */
static unsigned int reason(uint32_t status)
{
	return status & S_FAULT ? status >> 8 & 0xff : 0;
}

enum { NOT_RAM = 8 };

static void peer_to_peer(char *bar1)
{
	uint16_t command = get(&target, PCI_COMMAND, 2);
	uint32_t sum, status;

	check(!map_bar(bar1, P2P, BAR1), "type1 maps a BAR");
	status = run(&source, OP_WRITE, P2P, PAGE, 0x4242424242424242);
	check(!reason(status) && word(bar1, 0) == 0x42424242 &&
	      word(bar1, PAGE - 4) == 0x42424242,
	      "another function writes into it");
	status = run(&source, OP_SUM, P2P, PAGE, 0);
	sum = get(&source, source.engine + R_SUM, 4);
	set_word(bar1, 8, 0);
	check(!reason(status) && !reason(run(&source, OP_SUM, P2P, PAGE, 0)) &&
	      sum != get(&source, source.engine + R_SUM, 4),
	      "and reads from it what the program writes");
	put(&target, PCI_COMMAND, 2, command & ~PCI_COMMAND_MEMORY);
	check(reason(run(&source, OP_WRITE, P2P, PAGE, 0)) == NOT_RAM,
	      "without Memory Space Enable the function does not answer");
	put(&target, PCI_COMMAND, 2, command | PCI_COMMAND_MEMORY);
	check(!reason(run(&source, OP_WRITE, P2P, PAGE, 1)),
	      "with it, it does");
	unmap_bar(P2P, BAR1);
	check(reason(run(&source, OP_WRITE, P2P, PAGE, 0)) &&
	      !reason(run(&source, OP_WRITE, IOVA, PAGE, 0)),
	      "after the unmap the write faults, and others do not");
}

static void resets(char *bar0)
{
	set_word(bar0, 0x40, 0xbabe0001);
	if (ioctl(target.device, VFIO_DEVICE_RESET))
		die("reset", target.name);
	put(&target, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	check(bar_info(0).size == BAR0 && word(bar0, 0x40) == 0xbabe0001,
	      "after a reset the BARs are where they were");
}

static void start(struct function *f, char *name)
{
	f->name = name;
	open_group(f, container);
}

int main(int argc, char **argv)
{
	void *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *bar0, *bar1;

	container = open("/dev/vfio/vfio", O_RDWR);
	if (argc != 3 || container < 0 || memory == MAP_FAILED)
		return 2;
	start(&target, argv[1]);
	if (ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		die("use", "type1");
	start(&source, argv[2]);
	map(container, memory);
	open_device(&target);
	open_device(&source);
	put(&target, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	regions();
	bar0 = mapped(0, BAR0);
	bar1 = mapped(1, BAR1);
	memory_of_bars(bar0, bar1);
	peer_to_peer(bar1);
	resets(bar0);
	return 0;
}
