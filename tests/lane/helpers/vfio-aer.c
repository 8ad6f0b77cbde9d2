// SPDX-License-Identifier: GPL-2.0-only
/*
 * Errors of a function, as a program of VFIO hears of them.
 *
 *	vfio-aer FUNCTION DEVICE
 *
 * FUNCTION is bound to vfio-pci, and has the name DEVICE in the module. It reports
 * errors to a root port that has AER. Prints "ok" or "bad" and a sentence for each
 * check.
 */
#include "vfio-irq.h"

static void detect(const char *error)
{
	tell_module("aer", error);
}

/* Does a register lose its value, as a reset does it? */
static int is_reset(void)
{
	int i;

	for (i = 0; i < PATIENCE / 10; i++) {
		if (!get(&f, f.engine + R_IOVA, 4))
			return 1;
		usleep(10000);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	setvbuf(stdout, NULL, _IONBF, 0);
	open_all(argv[1], argv[2]);
	irq_index = VFIO_PCI_ERR_IRQ_INDEX;
	check(count_of(irq_index) == 1 && !set_irqs(0, 1),
	      "VFIO tells of errors by an eventfd");
	put(&f, f.engine + R_IOVA, 4, 0x1000);
	detect("CmpltTO");
	check(awaited() == 1, "an error that is not fatal: an event");
	check(get(&f, f.engine + R_IOVA, 4) == 0x1000, "and no reset");
	detect("RxErr");
	detect("CmpltTO");
	check(awaited() == 1, "one that is correctable is none");
	detect("MalfTLP");
	check(awaited() == 1, "a fatal error: an event");
	check(is_reset(), "and the kernel resets the link");
	return 0;
}
