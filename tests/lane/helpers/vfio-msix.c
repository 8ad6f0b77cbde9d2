// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSI-X of a function with four vectors, as a program of VFIO sees it.
 *
 *	vfio-msix FUNCTION DEVICE OTHER
 *
 * FUNCTION and OTHER are bound to vfio-pci. FUNCTION has bars=16K,1M:64p msix=4
 * and the name DEVICE in the module. Prints "ok" or "bad" and a sentence for each
 * check. vfio-irq.h says why "no event" needs no waiting.
 */
#define _GNU_SOURCE /* memmem() */
#include "vfio-irq.h"

enum { BAR = 3, TABLE = 0, PBA = 0x800, ENTRY = 16, E_DATA = 8, E_MASK = 12 };

static unsigned int msix;
static char *table;

/* Each access happens where it is written: the device changes the memory, too. */
static uint32_t word(unsigned int at)
{
	return __atomic_load_n((uint32_t *)(table + at), __ATOMIC_SEQ_CST);
}

static void set_word(unsigned int at, uint32_t value)
{
	__atomic_store_n((uint32_t *)(table + at), value, __ATOMIC_SEQ_CST);
}

static unsigned int entry(unsigned int vector, unsigned int at)
{
	return TABLE + vector * ENTRY + at;
}

static void map_table(void)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = BAR };

	if (ioctl(f.device, VFIO_DEVICE_GET_REGION_INFO, &info))
		die("find the table of", f.name);
	table = mmap(NULL, info.size, PROT_READ | PROT_WRITE, MAP_SHARED,
		     f.device, info.offset);
	if (table == MAP_FAILED)
		die("map the table of", f.name);
}

/* The configuration space behind VFIO's back, which shows its user its own. */
static int real_config(const char *function)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", function);
	fd = open(path, O_RDWR);
	if (fd < 0)
		die("open", path);
	return fd;
}

static void set_flags(uint16_t flags)
{
	int fd = real_config(f.name);

	if (pwrite(fd, &flags, 2, msix + PCI_MSIX_FLAGS) != 2)
		die("write", "the flags of MSI-X");
	close(fd);
}

static void found(void)
{
	uint32_t i, off = 0;

	check(count_of(VFIO_PCI_MSIX_IRQ_INDEX) == 4 &&
	      count_of(VFIO_PCI_MSI_IRQ_INDEX) == 1,
	      "VFIO finds four vectors of MSI-X, and one of MSI");
	check(get(&f, msix + PCI_MSIX_FLAGS, 2) == 3 &&
	      get(&f, msix + PCI_MSIX_TABLE, 4) == (TABLE | BAR) &&
	      get(&f, msix + PCI_MSIX_PBA, 4) == (PBA | BAR),
	      "the table and the pending bits are in the BAR after the others");
	for (i = 0; i < VECTORS; i++)
		off += word(entry(i, E_MASK)) == 1;
	check(off == VECTORS, "where all vectors are masked at first");
	check(set_irqs(0, 5) == EINVAL && set_irqs(4, 1) == EINVAL,
	      "more than that is refused");
	check(!set_irqs(0, 4), "four are not");
}

static void vectors(void)
{
	unsigned int i, good = 0;
	char name[2] = "0";

	for (i = 0; i < VECTORS; i++) {
		name[0] = '0' + i;
		raise_irq(name);
		good += awaited() == 1U << 4 * i;
	}
	check(good == VECTORS, "each vector has its event");
	put(&f, f.engine + R_VECTOR, 1, 3);
	check(operation(OP_WRITE, IOVA) == 0x1000 &&
	      get(&f, f.engine + R_STATUS, 4) == S_COMPLETE,
	      "the end of an operation raises the vector that the register names");
	put(&f, f.engine + R_RAISE, 1, 2);
	check(awaited() == 0x100, "so does the register that raises one");
	raise_irq("4");
	raise_irq("63");
	check(!seen(), "a vector that the function does not have is lost");
}

/* Wait until the journal has a message of the vector that a worker sent. */
static int worker_sent(const char *vector)
{
	char journal[65536], line[64];
	int fd, tries;
	ssize_t len;
	char *at;

	snprintf(line, sizeof(line), " vector=%s delivered=1 ", vector);
	for (tries = 0; tries < PATIENCE / 10; tries++) {
		fd = open("/sys/kernel/debug/iommu_mock/journal", O_RDONLY);
		len = fd < 0 ? -1 : read(fd, journal, sizeof(journal) - 1);
		if (len < 0)
			die("read", "the journal");
		close(fd);
		journal[len] = '\0';
		for (at = journal; (at = strstr(at, line)); at++)
			if (memmem(at, strcspn(at, "\n"), ":kworker", 8))
				return 1;
		usleep(10000);
	}
	return 0;
}

static void table_masks(void)
{
	set_word(entry(1, E_MASK), 1);
	raise_irq("1");
	raise_irq("1");
	check(!seen() && word(PBA) == 0x2 && !word(PBA + 4),
	      "masked in the table: its pending bit is set");
	raise_irq("2");
	check(awaited() == 0x100 && word(PBA) == 0x2,
	      "and the others are not masked");
	set_word(entry(1, E_MASK), 0);
	check(awaited() == 0x10 && !word(PBA) && !seen(),
	      "unmasked in memory: it comes once, and soon");
	check(worker_sent("1"), "a worker saw the mask go");
	set_word(entry(1, E_MASK), 1);
	raise_irq("1");
	set_word(entry(1, E_MASK), 0);
	raise_irq("1");
	check(awaited() == 0x10 && !word(PBA),
	      "unmasked, and raised again: that sends it at once");
}

static void function_mask(void)
{
	set_flags(PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	raise_irq("0");
	raise_irq("3");
	check(!seen() && word(PBA) == 0x9, "the whole function is masked");
	set_word(entry(3, E_MASK), 1);
	set_flags(PCI_MSIX_FLAGS_ENABLE);
	check(awaited() == 0x1 && word(PBA) == 0x8,
	      "it is not any more: what the table masks waits");
	set_word(entry(3, E_MASK), 0);
	check(awaited() == 0x1000, "until the table does not, either");
}

static void not_a_master(void)
{
	put(&f, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	raise_irq("1");
	check(!seen() && word(PBA) == 0x2,
	      "without Bus Master Enable no message is sent");
	put(&f, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	check(awaited() == 0x10 && !word(PBA), "but as soon as it is set");
}

static void undecoded(void)
{
	put(&f, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	raise_irq("1");
	check(awaited() == 0x10,
	      "the function reads its table without Memory Space Enable");
	put(&f, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

static void set_message(unsigned int vector, uint32_t address, uint32_t data)
{
	set_word(entry(vector, 0), address);
	set_word(entry(vector, E_DATA), data);
}

/* A program that has mapped the table can write any message into it. */
static void messages(void)
{
	uint32_t address = word(entry(1, 0)), data = word(entry(1, E_DATA));

	set_message(1, 0xdead0000, data);
	raise_irq("1");
	check(!seen(), "a message to a bad address is lost");
	set_message(1, address, 0xfffffff0);
	raise_irq("1");
	check(!seen(), "and so is one that names no interrupt");
	set_message(1, address, word(entry(2, E_DATA)));
	raise_irq("1");
	check(awaited() == 0x100, "the message of its vector 2 reaches vector 2");
	set_message(1, address, data);
}

/* The MSI of another function, as the kernel has set it up. */
static void message_of(const char *function, uint32_t *address, uint32_t *data)
{
	unsigned int msi = 0;
	uint8_t at = 0, id = 0;
	int fd = real_config(function);

	if (pread(fd, &at, 1, PCI_CAPABILITY_LIST) != 1)
		die("read", function);
	for (; at && !msi; pread(fd, &at, 1, at + 1) == 1 || (at = 0))
		if (pread(fd, &id, 1, at) == 1 && id == PCI_CAP_ID_MSI)
			msi = at;
	if (!msi || pread(fd, address, 4, msi + PCI_MSI_ADDRESS_LO) != 4 ||
	    pread(fd, data, 2, msi + PCI_MSI_DATA_64) != 2)
		die("find the message of", function);
	close(fd);
}

static void isolation(struct function *other)
{
	uint32_t address = word(entry(1, 0)), data = word(entry(1, E_DATA));
	uint32_t other_address = 0, other_data = 0;
	struct pollfd fd = { .fd = other->event, .events = POLLIN };

	message_of(other->name, &other_address, &other_data);
	check(other_address == address && other_data != data,
	      "another function has messages to the same address");
	set_message(1, other_address, other_data);
	raise_irq("1");
	check(!seen() && !poll(&fd, 1, 0),
	      "which this function cannot send");
	set_message(1, address, data);
	raise_irq("1");
	check(awaited() == 0x10, "put right: the next one comes");
}

static void resets(void)
{
	set_word(entry(1, E_MASK), 1);
	raise_irq("1");
	if (ioctl(f.device, VFIO_DEVICE_RESET))
		die("reset", f.name);
	put(&f, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	check(!seen() && !word(PBA), "a reset loses what is pending");
	raise_irq("1");
	check(awaited() == 0x10, "and the kernel sets up the table again");
	set_word(entry(2, E_MASK), 1);
	raise_irq("2");
	check(!set_irqs(0, 0) && !set_irqs(0, 4) && !seen() && !word(PBA),
	      "released while one is pending: it is lost");
}

static void low_power(void)
{
	put(&f, pm + PCI_PM_CTRL, 2, 3);
	raise_irq("1");
	check(!seen(), "in D3hot it sends no message");
	put(&f, pm + PCI_PM_CTRL, 2, 0);
	put(&f, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	raise_irq("1");
	check(awaited() == 0x10, "back in D0 it does");
}

/* The end leaves one pending, which the module looks for. */
static void last(void)
{
	check(!set_irqs(0, 0), "all are released");
	raise_irq("0");
	check(!seen(), "and none comes any more");
	check(!set_irqs(0, 1), "one vector");
	set_word(entry(0, E_MASK), 1);
	raise_irq("0");
	check(word(PBA) == 0x1, "stays pending at the end");
}

int main(int argc, char **argv)
{
	struct function other = { .name = argv[argc - 1] };
	int container;

	if (argc != 4)
		return 2;
	irq_index = VFIO_PCI_MSIX_IRQ_INDEX;
	container = open_all(argv[1], argv[2]);
	open_group(&other, container);
	open_device(&other);
	msix = capability(PCI_CAP_ID_MSIX);
	put(&f, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	map_table();
	found();
	vectors();
	table_masks();
	function_mask();
	not_a_master();
	undecoded();
	messages();
	isolation(&other);
	resets();
	low_power();
	last();
	return 0;
}
