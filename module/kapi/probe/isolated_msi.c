// SPDX-License-Identifier: GPL-2.0-only
/* 6.3: a device's interrupt domain tells whether it isolates interrupts. */
#include <linux/irqdomain.h>

int probe(void);
int probe(void)
{
	return IRQ_DOMAIN_FLAG_ISOLATED_MSI;
}
