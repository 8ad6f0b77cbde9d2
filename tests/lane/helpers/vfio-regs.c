// SPDX-License-Identifier: GPL-2.0-only
/*
 * The DMA registers in BAR 0 of a function, as a program of VFIO uses them.
 *
 *	vfio-regs FUNCTION PEER [vf]
 *
 * Both are bound to vfio-pci. FUNCTION has bars=16K bar_regs=1, or is a VF (vf) of a
 * function with vf_bars=16K bar_regs=1. Prints "ok" or
 * "bad" and a sentence for each check.
 */
#define main example_main
#include "../../../docs/examples/vfio-dma.c"
#undef main

#define BAR0 0x4000UL
#define P2P 0x10000000UL
#define LONG 0x20000000UL
#define LONG_SIZE 0x100000UL

enum { R_DONE = 0x2c };
enum { OP_NONE_SUCH = 9, S_INVALID = 0x10 };
enum { NOT_MAPPED = 4, NOT_MASTER = 10 };

static struct function f, peer;
static int container;
static char *bar;
static uint64_t *memory;

static void check(int good, const char *what)
{
	printf("%s %s\n", good ? "ok" : "bad", what);
}

static void map_at(void *address, uint64_t iova, size_t size)
{
	struct vfio_iommu_type1_dma_map request = {
		.argsz = sizeof(request),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)address,
		.iova = iova,
		.size = size,
	};

	if (ioctl(container, VFIO_IOMMU_MAP_DMA, &request))
		die("map", "a BAR");
}

static void map_bar(void)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = 0 };

	if (ioctl(f.device, VFIO_DEVICE_GET_REGION_INFO, &info))
		die("find BAR 0 of", f.name);
	bar = mmap(NULL, info.size, PROT_READ | PROT_WRITE, MAP_SHARED,
		   f.device, info.offset);
	if (bar == MAP_FAILED)
		die("map BAR 0 of", f.name);
}

/* Each access happens where it is written: the device changes the memory, too. */
static uint32_t word(unsigned int at)
{
	return __atomic_load_n((uint32_t *)(bar + at), __ATOMIC_SEQ_CST);
}

static void set_word(unsigned int at, uint32_t value)
{
	__atomic_store_n((uint32_t *)(bar + at), value, __ATOMIC_SEQ_CST);
}

/* The end of an operation: the status. */
static uint32_t ended(void)
{
	do
		wait_end(&f);
	while (word(R_COMMAND) || !(word(R_STATUS) & S_COMPLETE));
	return word(R_STATUS);
}

/* One operation by the registers in the BAR. */
static uint32_t bar_run(int op, uint64_t iova, uint32_t size, uint64_t pattern)
{
	set_word(R_IOVA, iova);
	set_word(R_IOVA + 4, iova >> 32);
	set_word(R_SIZE, size);
	set_word(R_PATTERN, pattern);
	set_word(R_PATTERN + 4, pattern >> 32);
	set_word(R_COMMAND, op);
	return ended();
}

static int only_version(void)
{
	unsigned int at;

	for (at = 4; at < 0x40; at += 4)
		if (word(at))
			return 0;
	return word(0) == 2U << 24;
}

/* A write moves a page, and both places of the registers say so. */
static void one_page(void)
{
	uint64_t pattern = 0x1122334455667788;
	uint32_t status = bar_run(OP_WRITE, IOVA, PAGE, pattern);
	int good = status == S_COMPLETE && word(R_DONE) == PAGE;

	good = good && memory[0] == pattern && memory[PAGE / 8 - 1] == pattern;
	check(good, "a command written into the BAR starts a write");
	good = get(&f, f.engine + R_STATUS, 4) == S_COMPLETE;
	good = good && get(&f, f.engine + R_IOVA, 4) == IOVA;
	check(good, "the registers in configuration space say the same");
}

static void operations(void)
{
	uint32_t status;
	int good;

	check(only_version(), "the registers are those of version 2, and zero");
	one_page();
	status = bar_run(OP_SUM, IOVA, PAGE, 0);
	good = status == S_COMPLETE && word(R_SUM);
	good = good && word(R_SUM) == get(&f, f.engine + R_SUM, 4);
	check(good, "a sum");
	status = bar_run(OP_WRITE, IOVA + SIZE, PAGE, 0);
	good = status == (S_COMPLETE | S_FAULT | NOT_MAPPED << 8);
	check(good && word(R_AT) == IOVA + SIZE,
	      "a fault, with its reason and its address");
	check(bar_run(OP_NONE_SUCH, IOVA, PAGE, 0) == (S_COMPLETE | S_INVALID),
	      "values that make no sense");
	status = run(&f, OP_SUM, IOVA, SIZE, 0);
	good = status == S_COMPLETE && word(R_STATUS) == S_COMPLETE;
	check(good && word(R_DONE) == SIZE,
	      "an operation of configuration space shows its end in the BAR");
}

/* An operation that takes longer than the function needs to see a command. */
static void while_busy(void)
{
	char *data = mmap(NULL, LONG_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (data == MAP_FAILED)
		die("have memory for", f.name);
	map_at(data, LONG, LONG_SIZE);
	put(&f, f.engine + R_IOVA, 4, LONG);
	put(&f, f.engine + R_SIZE, 4, LONG_SIZE);
	put(&f, f.engine + R_COMMAND, 1, OP_SUM);
	check(bar_run(OP_WRITE, IOVA, PAGE, 7) == S_COMPLETE && memory[0] == 7,
	      "a command that comes while an operation runs waits for its end");
}

static void not_a_master(void)
{
	uint16_t command = get(&f, PCI_COMMAND, 2);

	put(&f, PCI_COMMAND, 2, command & ~PCI_COMMAND_MASTER);
	set_word(R_COMMAND, OP_WRITE);
	/* The interrupt is pending, too. */
	while (word(R_COMMAND) || !(word(R_STATUS) & S_COMPLETE))
		usleep(1000);
	check(word(R_STATUS) == (S_COMPLETE | S_FAULT | NOT_MASTER << 8),
	      "without Bus Master Enable it does no DMA");
	put(&f, PCI_COMMAND, 2, command);
	ended();
}

static void resets(void)
{
	set_word(R_IOVA, 0x1234);
	set_word(0x100, 0xcafe0001);
	if (ioctl(f.device, VFIO_DEVICE_RESET))
		die("reset", f.name);
	put(&f, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	check(only_version() && word(0x100) == 0xcafe0001,
	      "a reset clears the registers, and not the memory behind them");
	check(bar_run(OP_WRITE, IOVA, PAGE, 5) == S_COMPLETE && memory[0] == 5,
	      "and they work as before");
}

/* A write to the BAR is one, also if a function makes it. */
static void rung_by_peer(void)
{
	uint32_t status;

	map_at(bar, P2P, BAR0);
	set_word(R_PATTERN, 6);
	set_word(R_STATUS, 0);
	status = run(&peer, OP_WRITE, P2P + R_COMMAND, 1, OP_WRITE);
	check(status == S_COMPLETE && ended() == S_COMPLETE && memory[0] == 6,
	      "another function rings the doorbell by DMA");
}

static void start(struct function *function, char *name)
{
	function->name = name;
	open_group(function, container);
}

int main(int argc, char **argv)
{
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	container = open("/dev/vfio/vfio", O_RDWR);
	if (argc < 3 || container < 0 || memory == MAP_FAILED)
		return 2;
	start(&f, argv[1]);
	if (ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		die("use", "type1");
	start(&peer, argv[2]);
	map(container, memory);
	open_device(&f);
	open_device(&peer);
	put(&f, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	map_bar();
	operations();
	while_busy();
	not_a_master();
	resets();
	rung_by_peer();
	return 0;
}
