// SPDX-License-Identifier: GPL-2.0-only
/* 6.17: one domain is the parent of the MSI domains of all its devices. */
#include <linux/irqdomain.h>
#include <linux/msi.h>

struct irq_domain *probe(struct irq_domain_info *info,
			 const struct msi_parent_ops *ops);
struct irq_domain *probe(struct irq_domain_info *info,
			 const struct msi_parent_ops *ops)
{
	return msi_create_parent_irq_domain(info, ops);
}
