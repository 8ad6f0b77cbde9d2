// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interrupts of a function with four vectors of MSI, as a program of VFIO
 * sees them.
 *
 *	vfio-msi FUNCTION DEVICE
 *
 * FUNCTION is bound to vfio-pci and has the name DEVICE in the module. Prints
 * "ok" or "bad" and a sentence for each check.
 */
#include "vfio-irq.h"

static unsigned int msi;

static void engine(void)
{
	unsigned int i, good;

	good = operation(OP_WRITE, IOVA) == 0x1 &&
	       get(&f, f.engine + R_STATUS, 4) == S_COMPLETE;
	check(good, "the end of an operation raises vector 0, after the status is written");
	good = 0;
	for (i = 0; i < 50; i++)
		good += operation(OP_SUM, IOVA) == 0x1;
	check(good == 50, "fifty operations, fifty events");
	put(&f, f.engine + R_VECTOR, 1, 2);
	put(&f, f.engine + R_FAULT_VECTOR, 1, 3);
	check(operation(OP_WRITE, IOVA) == 0x100, "a register chooses the vector");
	good = operation(OP_WRITE, IOVA + SIZE) == 0x1000 &&
	       get(&f, f.engine + R_STATUS, 4) & S_FAULT;
	check(good, "another one that of a fault");
	put(&f, f.engine + R_RAISE, 1, 1);
	check(awaited() == 0x10, "another one raises an interrupt");
	raise_irq("3");
	check(awaited() == 0x1000, "so does the file irq");
	raise_irq("4");
	raise_irq("31");
	check(!seen(), "a vector that was not allocated is lost");
}

static void masks(void)
{
	put(&f, msi + PCI_MSI_MASK_64, 4, 0x2);
	raise_irq("1");
	raise_irq("1");
	check(!seen() && get(&f, msi + PCI_MSI_PENDING_64, 4) == 0x2,
	      "a masked vector is pending");
	raise_irq("2");
	check(awaited() == 0x100, "and the others are not masked");
	put(&f, msi + PCI_MSI_MASK_64, 4, 0);
	check(awaited() == 0x10 && !get(&f, msi + PCI_MSI_PENDING_64, 4),
	      "unmasked: it comes once");
	put(&f, PCI_COMMAND, 2, 0);
	raise_irq("1");
	check(!seen(), "without Bus Master Enable no message is sent");
	put(&f, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	check(awaited() == 0x10, "but as soon as it is set");
}

static void switched_off(void)
{
	/* VFIO shows its user no allocation until the user has written one. */
	unsigned int flags = PCI_MSI_FLAGS_ENABLE | 2 << 4;

	put(&f, msi + PCI_MSI_MASK_64, 4, 0x1);
	raise_irq("0");
	put(&f, msi + PCI_MSI_FLAGS, 2, flags & ~PCI_MSI_FLAGS_ENABLE);
	put(&f, msi + PCI_MSI_MASK_64, 4, 0);
	raise_irq("1");
	put(&f, msi + PCI_MSI_FLAGS, 2, flags);
	check(!seen(), "disabled while one is pending: it is lost, and so is the next");
	raise_irq("1");
	check(awaited() == 0x10, "enabled again: the next one comes");
}

/* What only root can do: write the message behind VFIO's back. */
static void messages(void)
{
	uint64_t address, data, garbage;
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", f.name);
	fd = open(path, O_RDWR);
	if (fd < 0 || pread(fd, &address, 4, msi + PCI_MSI_ADDRESS_LO) != 4 ||
	    pread(fd, &data, 2, msi + PCI_MSI_DATA_64) != 2)
		die("read", path);
	garbage = 0xdead0000;
	if (pwrite(fd, &garbage, 4, msi + PCI_MSI_ADDRESS_LO) != 4)
		die("write", path);
	raise_irq("1");
	check(!seen(), "a message to a bad address is lost");
	if (pwrite(fd, &address, 4, msi + PCI_MSI_ADDRESS_LO) != 4)
		die("write", path);
	garbage = 0xfff0;
	if (pwrite(fd, &garbage, 2, msi + PCI_MSI_DATA_64) != 2)
		die("write", path);
	raise_irq("1");
	check(!seen(), "and so is one that names no interrupt");
	if (pwrite(fd, &data, 2, msi + PCI_MSI_DATA_64) != 2)
		die("write", path);
	raise_irq("1");
	check(awaited() == 0x10, "put right: the next one comes");
	close(fd);
}

static void power(void)
{
	put(&f, pm + PCI_PM_CTRL, 2, 3);
	check((get(&f, pm + PCI_PM_CTRL, 2) & 3) == 3, "the program puts it into D3hot");
	raise_irq("1");
	check(!seen(), "where it sends no message");
	put(&f, pm + PCI_PM_CTRL, 2, 0);
	check(!(get(&f, pm + PCI_PM_CTRL, 2) & 3), "and back into D0");
	check(!get(&f, f.engine + R_VECTOR, 2), "where it has been reset");
}

static void function_reset(void)
{
	put(&f, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	put(&f, msi + PCI_MSI_MASK_64, 4, 0x2);
	raise_irq("1");
	if (ioctl(f.device, VFIO_DEVICE_RESET))
		die("reset", f.name);
	put(&f, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	put(&f, msi + PCI_MSI_MASK_64, 4, 0);
	check(!seen(), "a reset loses what is pending");
	raise_irq("1");
	check(awaited() == 0x10, "and VFIO enables the interrupt again");
}

static void allocation(void)
{
	int counts = count_of(VFIO_PCI_MSI_IRQ_INDEX) == 4 &&
		     !count_of(VFIO_PCI_INTX_IRQ_INDEX) &&
		     !count_of(VFIO_PCI_MSIX_IRQ_INDEX);

	check(counts, "VFIO finds four vectors of MSI, no INTx and no MSI-X");
	check(set_irqs(0, 5) == EINVAL && set_irqs(4, 1) == EINVAL,
	      "more than that is refused");
	check(!set_irqs(0, 1), "one is not");
	raise_irq("0");
	check(awaited() == 0x1, "it comes");
	raise_irq("1");
	check(!seen(), "the second was not allocated");
	check(!set_irqs(0, 0) && !set_irqs(0, 4), "all four");
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	open_all(argv[1], argv[2]);
	msi = capability(PCI_CAP_ID_MSI);
	allocation();
	engine();
	masks();
	switched_off();
	messages();
	function_reset();
	power();
	check(!set_irqs(0, 0), "all are released");
	raise_irq("0");
	check(!seen(), "and none comes any more");
	return 0;
}
