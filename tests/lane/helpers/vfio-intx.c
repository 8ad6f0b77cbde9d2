// SPDX-License-Identifier: GPL-2.0-only
/*
 * INTx of a function, as a program of VFIO sees it.
 *
 *	vfio-intx FUNCTION DEVICE [nomask]
 *
 * FUNCTION is bound to vfio-pci and has the name DEVICE in the module. With nomask,
 * vfio-pci was loaded with nointxmask=1: it disables the interrupt in the kernel, and
 * not in the function (vfio_intx_handler()). Prints "ok" or "bad" and a sentence for
 * each check.
 */
#include "vfio-irq.h"

enum { R_CAUSE = 0x3a, C_DONE = 1, C_FAULT = 2, C_RAISED = 4, IRQ_STATUS = 8 };

static int config;

static unsigned int cause(void)
{
	return get(&f, f.engine + R_CAUSE, 1);
}

static void clear_causes(unsigned int bits)
{
	put(&f, f.engine + R_CAUSE, 1, bits);
}

static int status(void)
{
	return !!(get(&f, PCI_STATUS, 2) & IRQ_STATUS);
}

/* Interrupt Disable of the function itself: VFIO shows its user another one. */
static int disabled(void)
{
	uint16_t command;

	if (pread(config, &command, 2, PCI_COMMAND) != 2)
		die("read", "config");
	return !!(command & PCI_COMMAND_INTX_DISABLE);
}

/* VFIO_DEVICE_SET_IRQS for INTx, with an eventfd unless that is -1. */
static int intx(unsigned int action, int fd)
{
	char bytes[sizeof(struct vfio_irq_set) + sizeof(int)] = { 0 };
	struct vfio_irq_set *set = (void *)bytes;

	set->argsz = sizeof(*set) + (fd < 0 ? 0 : sizeof(int));
	set->flags = action | (fd < 0 ? VFIO_IRQ_SET_DATA_NONE :
					VFIO_IRQ_SET_DATA_EVENTFD);
	set->index = VFIO_PCI_INTX_IRQ_INDEX;
	set->count = 1;
	memcpy(set->data, &fd, fd < 0 ? 0 : sizeof(int));
	return ioctl(f.device, VFIO_DEVICE_SET_IRQS, set) ? errno : 0;
}

static int unmask(void)
{
	return intx(VFIO_IRQ_SET_ACTION_UNMASK, -1);
}

/* The driver has served the function: nothing is pending, and it waits for more. */
static void served(void)
{
	clear_causes(0xff);
	unmask();
}

static void level(int nomask)
{
	uint32_t event = operation(OP_WRITE, IOVA);

	event = event == 1 && get(&f, f.engine + R_STATUS, 4) == S_COMPLETE;
	check(event && cause() == C_DONE && status(),
	      "the end of an operation: an event, a cause, and Interrupt Status");
	check(disabled() == !nomask, "VFIO has masked it, where it can in the function");
	raise_irq("7");
	check(!seen() && cause() == (C_DONE | C_RAISED),
	      "masked: another cause, and no event; the vector does not matter");
	unmask();
	check(awaited() == 1, "unmasked while causes are pending: an event again");
	clear_causes(C_DONE);
	check(cause() == C_RAISED && status(), "one cause is cleared, the other is not");
	unmask();
	check(awaited() == 1, "that is enough for an event");
	served();
	check(!seen() && !status() && !disabled() && !cause(),
	      "all are cleared: unmasked, and no event");
	event = operation(OP_WRITE, IOVA + SIZE);
	check(event == 1 && cause() == C_FAULT, "a fault has a cause of its own");
	served();
	put(&f, f.engine + R_RAISE, 1, 0);
	check(awaited() == 1 && cause() == C_RAISED, "so has the register that raises");
	served();
}

static void masks(void)
{
	int resample = eventfd(0, EFD_NONBLOCK);
	uint64_t one = 1;

	check(!intx(VFIO_IRQ_SET_ACTION_MASK, -1), "the program says so to VFIO");
	raise_irq("0");
	check(!seen() && status(), "masked: Interrupt Status, and no event");
	unmask();
	check(awaited() == 1, "unmasked: the event");
	served();
	put(&f, PCI_COMMAND, 2, PCI_COMMAND_MASTER | PCI_COMMAND_INTX_DISABLE);
	raise_irq("0");
	check(!seen() && status(), "the same by Interrupt Disable");
	put(&f, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	check(awaited() == 1, "and by clearing it");
	served();
	check(!intx(VFIO_IRQ_SET_ACTION_UNMASK, resample), "an eventfd that unmasks");
	raise_irq("0");
	check(awaited() == 1, "an event");
	if (write(resample, &one, sizeof(one)) != sizeof(one))
		die("write", "eventfd");
	check(awaited() == 1, "unmasked by it while the cause is pending: an event");
	clear_causes(0xff);
	if (write(resample, &one, sizeof(one)) != sizeof(one))
		die("write", "eventfd");
	check(!seen(), "unmasked by it when the cause is cleared: none");
	raise_irq("0");
	check(awaited() == 1, "until the next one");
	served();
	put(&f, PCI_COMMAND, 2, 0);
	raise_irq("0");
	check(awaited() == 1, "it needs no Bus Master Enable");
	served();
	put(&f, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
}

static void messages(void)
{
	intx(VFIO_IRQ_SET_ACTION_MASK, -1);
	raise_irq("0");
	check(!seen() && cause(), "one is pending");
	irq_index = VFIO_PCI_INTX_IRQ_INDEX;
	set_irqs(0, 0);
	irq_index = VFIO_PCI_MSI_IRQ_INDEX;
	check(!set_irqs(0, 1), "the program disables INTx and enables MSI");
	check(!seen() && cause() == C_RAISED, "what is pending stays so, and is no event");
	clear_causes(0xff);
	raise_irq("0");
	check(awaited() == 1 && !cause() && !status(),
	      "with MSI an interrupt is a message, and no cause");
	set_irqs(0, 0);
	irq_index = VFIO_PCI_INTX_IRQ_INDEX;
	raise_irq("0");
	check(!seen() && status(), "nothing is enabled: it is pending");
	check(!set_irqs(0, 1) && awaited() == 1, "INTx is enabled: there it is");
	served();
}

static void resets(void)
{
	raise_irq("0");
	check(awaited() == 1 && cause(), "one is pending");
	if (ioctl(f.device, VFIO_DEVICE_RESET))
		die("reset", f.name);
	check(!cause() && !status(), "a reset clears it");
	unmask();
	check(!seen(), "and unmasked, it is no event");
	raise_irq("0");
	check(awaited() == 1, "but the next one is");
	served();
	put(&f, pm + PCI_PM_CTRL, 2, 3);
	raise_irq("0");
	check(!seen(), "in D3hot there is none");
	put(&f, pm + PCI_PM_CTRL, 2, 0);
	check(!cause() && !status() && !seen(), "and nothing of it is left in D0");
	put(&f, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
}

int main(int argc, char **argv)
{
	struct vfio_irq_info info = { .argsz = sizeof(info),
				      .index = VFIO_PCI_INTX_IRQ_INDEX };
	unsigned int want = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE |
			    VFIO_IRQ_INFO_AUTOMASKED;
	char path[256];
	int good;

	if (argc < 3)
		return 2;
	setvbuf(stdout, NULL, _IONBF, 0);
	open_all(argv[1], argv[2]);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", argv[1]);
	config = open(path, O_RDONLY);
	if (config < 0)
		die("open", path);
	good = !ioctl(f.device, VFIO_DEVICE_GET_IRQ_INFO, &info) && info.flags == want;
	check(good && count_of(VFIO_PCI_INTX_IRQ_INDEX) == 1,
	      "VFIO finds one INTx, which masks itself");
	irq_index = VFIO_PCI_INTX_IRQ_INDEX;
	check(!set_irqs(0, 1), "the program enables it");
	put(&f, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	level(argc > 3);
	masks();
	messages();
	resets();
	raise_irq("0");
	check(awaited() == 1, "one is pending when the program ends");
	return 0;
}
