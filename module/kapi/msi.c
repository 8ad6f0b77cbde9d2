// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts of our own: domains with numbers of our own, which use no vector
 * of the host and have no parent.
 *
 * The PCI core writes our messages into a function's MSI capability: an address
 * that names the domain, and an interrupt's number in that domain as data. The
 * function "writes the message" by kapi_msi_send(). An irq_work then calls the
 * interrupt's handler in hard interrupt context. An interrupt that was freed
 * meanwhile is not found there.
 *
 * There are two domains, one that isolates interrupts and one that does not.
 */
#include <linux/bitmap.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/irq_work.h>
#include <linux/irqdomain.h>
#include <linux/log2.h>
#include <linux/msi.h>
#include <linux/pci.h>

#include "../objects/objects.h"
#include "internal.h"

/* The addresses of messages; the low 12 bits are 0. No memory is there. */
#define MESSAGES 0xfee4d000U
#define MESSAGES_STEP 0x1000U

/* Interrupts of one domain. An MSI message has 16 bits of data. */
#define HWIRQS 16384

/**
 * struct msi_root - a domain
 * @root: the domain of interrupts
 * @msi: the MSI domain of functions; may be the same as @root
 * @root_node: the node of @root
 * @msi_node: the node of @msi
 * @address: where its messages are written to
 * @used: the interrupts that are allocated; changed under mock_msi_lock
 * @owners: the function that each allocated interrupt is for, by its place on the
 *          buses; changed under mock_msi_lock
 * @sent: the interrupts whose message was written, and that the work handles
 * @work: handles the interrupts in @sent
 */
struct msi_root {
	struct irq_domain *root;
	struct irq_domain *msi;
	struct fwnode_handle *root_node;
	struct fwnode_handle *msi_node;
	u32 address;
	DECLARE_BITMAP(used, HWIRQS);
	u16 owners[HWIRQS];
	DECLARE_BITMAP(sent, HWIRQS);
	struct irq_work work;
};

enum { OPEN, ISOLATED, NR_ROOTS };

static struct msi_root roots[NR_ROOTS];

/* Protects msi_root.used and owners, of all domains. Irqs off; a leaf lock. */
static DEFINE_RAW_SPINLOCK(mock_msi_lock);

/* ---- delivery --------------------------------------------------------------- */

#if HAVE_HANDLE_DOMAIN_IRQ

void kapi_handle_irq(struct irq_domain *domain, unsigned int hwirq)
{
	generic_handle_domain_irq(domain, hwirq);
}

#else

void kapi_handle_irq(struct irq_domain *domain, unsigned int hwirq)
{
	unsigned int virq = irq_find_mapping(domain, hwirq);

	if (virq)
		generic_handle_irq(virq);
}

#endif /* HAVE_HANDLE_DOMAIN_IRQ */

static void deliver(struct irq_work *work)
{
	struct msi_root *root = container_of(work, struct msi_root, work);
	unsigned int hwirq;

	for_each_set_bit(hwirq, root->sent, HWIRQS)
		if (test_and_clear_bit(hwirq, root->sent))
			kapi_handle_irq(root->root, hwirq);
}

static void work_init(struct msi_root *root)
{
#if HAVE_IRQ_WORK_HARD
	root->work = IRQ_WORK_INIT_HARD(deliver);
#else
	init_irq_work(&root->work, deliver);
#endif
}

static void send(struct msi_root *root, unsigned int hwirq)
{
	set_bit(hwirq, root->sent);
	irq_work_queue(&root->work);
}

void kapi_irqs_wait(void)
{
	unsigned int i;

	for (i = 0; i < NR_ROOTS; i++)
		irq_work_sync(&roots[i].work);
	kapi_intx_wait();
}

/*
 * May a function raise an interrupt? The domain that isolates checks, as interrupt
 * remapping does, that the interrupt is the function's own: a program of VFIO can
 * write any message into a table of MSI-X that it has mapped.
 */
static bool accepts(const struct msi_root *root, u32 hwirq, u16 from)
{
	if (hwirq >= HWIRQS || !test_bit(hwirq, root->used))
		return false;
	return root != &roots[ISOLATED] ||
	       READ_ONCE(root->owners[hwirq]) == from;
}

/**
 * kapi_msi_send() - write a message
 * @from: the function that writes it
 * @address: address of the message
 * @data: its data
 *
 * Context: any, irqs off. Takes no lock.
 * Return: false if no interrupt of ours has this message, or if it is not the
 * function's and the domain isolates.
 */
bool kapi_msi_send(struct pci_dev *from, u64 address, u32 data)
{
	unsigned int i;

	for (i = 0; i < NR_ROOTS; i++) {
		if (!roots[i].root || address != roots[i].address)
			continue;
		if (!accepts(&roots[i], data, pci_dev_id(from)))
			return false;
		send(&roots[i], data);
		return true;
	}
	return false;
}

/* ---- the domain of interrupts ---------------------------------------------- */

static void chip_nothing(struct irq_data *d)
{
}

static void chip_message(struct irq_data *d, struct msi_msg *msg)
{
	const struct msi_root *root = d->domain->host_data;

	msg->address_hi = 0;
	msg->address_lo = root->address;
	msg->data = d->hwirq;
}

/*
 * The mask is recorded. The message is the same for each CPU, and the interrupt
 * is handled on the CPU that sends it.
 */
static int chip_affinity(struct irq_data *d, const struct cpumask *mask,
			 bool force)
{
	irq_data_update_effective_affinity(d, cpumask_of(cpumask_first(mask)));
	return IRQ_SET_MASK_OK_DONE;
}

/* It came while it was disabled: once more. */
static int chip_retrigger(struct irq_data *d)
{
	send(d->domain->host_data, d->hwirq);
	return 1;
}

static struct irq_chip root_chip = {
	.name = "iommu-mock",
	.irq_ack = chip_nothing,
	.irq_mask = chip_nothing,
	.irq_unmask = chip_nothing,
	.irq_compose_msi_msg = chip_message,
	.irq_set_affinity = chip_affinity,
	.irq_retrigger = chip_retrigger,
};

#ifdef CONFIG_PCI_MSI

static u16 owner_of(const msi_alloc_info_t *info)
{
	return pci_dev_id(to_pci_dev(msi_desc_to_dev(info->desc)));
}

#else

static u16 owner_of(const void *info)
{
	return 0;
}

#endif

/*
 * Interrupts of one function are neighbours, the first a multiple of their
 * number: a function adds a vector to the data of its message by an OR.
 */
static int root_alloc(struct irq_domain *domain, unsigned int virq,
		      unsigned int count, void *arg)
{
	struct msi_root *root = domain->host_data;
	u16 owner = owner_of(arg);
	unsigned long flags, first;
	unsigned int i;

	raw_spin_lock_irqsave(&mock_msi_lock, flags);
	first = bitmap_find_next_zero_area(root->used, HWIRQS, 0, count,
					   roundup_pow_of_two(count) - 1);
	for (i = 0; first < HWIRQS && i < count; i++)
		WRITE_ONCE(root->owners[first + i], owner);
	if (first < HWIRQS)
		bitmap_set(root->used, first, count);
	raw_spin_unlock_irqrestore(&mock_msi_lock, flags);
	if (first >= HWIRQS)
		return -ENOSPC;
	for (i = 0; i < count; i++)
		irq_domain_set_info(domain, virq + i, first + i, &root_chip,
				    NULL, handle_edge_irq, NULL, "edge");
	return 0;
}

/* A message on its way to a freed interrupt is not for the next owner. */
static void root_free(struct irq_domain *domain, unsigned int virq,
		      unsigned int count)
{
	struct irq_data *data = irq_domain_get_irq_data(domain, virq);
	struct msi_root *root = domain->host_data;
	unsigned long flags, first = data->hwirq;
	unsigned int i;

	irq_domain_free_irqs_common(domain, virq, count);
	raw_spin_lock_irqsave(&mock_msi_lock, flags);
	for (i = 0; i < count; i++)
		clear_bit(first + i, root->sent);
	bitmap_clear(root->used, first, count);
	raw_spin_unlock_irqrestore(&mock_msi_lock, flags);
}

static const struct irq_domain_ops root_ops = {
	.alloc = root_alloc,
	.free = root_free,
};

/* ---- the MSI domain of functions ------------------------------------------- */

#if HAVE_MSI_PARENT_DOMAIN && defined(CONFIG_PCI_MSI)

static bool init_info(struct device *dev, struct irq_domain *domain,
		      struct irq_domain *parent, struct msi_domain_info *info)
{
	const struct msi_parent_ops *ops = parent->msi_parent_ops;

	info->flags &= ops->supported_flags;
	info->flags |= ops->required_flags;
	info->chip->irq_ack = irq_chip_ack_parent;
	info->chip->irq_set_affinity = irq_chip_set_affinity_parent;
	return true;
}

static const struct msi_parent_ops parent_ops = {
	.supported_flags = MSI_GENERIC_FLAGS_MASK | MSI_FLAG_PCI_MSIX |
			   MSI_FLAG_MULTI_PCI_MSI,
	.required_flags = MSI_FLAG_USE_DEF_DOM_OPS | MSI_FLAG_USE_DEF_CHIP_OPS,
	.bus_select_token = DOMAIN_BUS_VMD_MSI,
	.prefix = "iommu-mock-",
	.init_dev_msi_info = init_info,
};

bool kapi_msi_possible(void)
{
	return kapi_pci_possible();
}

/* The core makes an MSI domain for each function itself. */
static int domains_make(struct msi_root *root)
{
	struct irq_domain_info info = {
		.fwnode = root->root_node, .ops = &root_ops,
		.host_data = root, .size = HWIRQS,
	};

	root->root = msi_create_parent_irq_domain(&info, &parent_ops);
	root->msi = root->root;
	return root->root ? 0 : -ENOMEM;
}

#elif HAVE_PCI_MSI_DOMAIN && defined(CONFIG_PCI_MSI)

static struct irq_chip msi_chip = {
	.name = "iommu-mock-MSI",
	.irq_ack = irq_chip_ack_parent,
};

static struct msi_domain_ops msi_ops;

static struct msi_domain_info msi_info = {
	.flags = MSI_FLAG_USE_DEF_DOM_OPS | MSI_FLAG_USE_DEF_CHIP_OPS |
		 MSI_FLAG_PCI_MSIX | MSI_FLAG_MULTI_PCI_MSI,
	.ops = &msi_ops,
	.chip = &msi_chip,
	.handler = handle_edge_irq,
	.handler_name = "edge",
};

bool kapi_msi_possible(void)
{
	return kapi_pci_possible();
}

/* The token keeps the drivers of real IOMMUs from taking it for theirs. */
static int domains_make(struct msi_root *root)
{
	root->root = irq_domain_create_tree(root->root_node, &root_ops, root);
	if (!root->root)
		return -ENOMEM;
	root->msi = pci_msi_create_irq_domain(root->msi_node, &msi_info,
					      root->root);
	if (!root->msi)
		return -ENOMEM;
	irq_domain_update_bus_token(root->msi, DOMAIN_BUS_VMD_MSI);
	return 0;
}

#else

bool kapi_msi_possible(void)
{
	return false;
}

/* A domain that only says whether it isolates: nothing allocates in it. */
static int domains_make(struct msi_root *root)
{
	root->root = irq_domain_create_tree(root->root_node, &root_ops, root);
	root->msi = root->root;
	return root->root ? 0 : -ENOMEM;
}

#endif /* HAVE_MSI_PARENT_DOMAIN */

/* ---- isolation --------------------------------------------------------------- */

#if HAVE_ISOLATED_MSI

static void isolate(struct irq_domain *domain)
{
	domain->flags |= IRQ_DOMAIN_FLAG_ISOLATED_MSI;
}

bool kapi_msi_isolated(const struct mock_device *mdev, enum iommu_cap cap)
{
	return false;
}

#else

static void isolate(struct irq_domain *domain)
{
}

#if !HAVE_CAP_INTR_REMAP
#error "unknown IOMMU API: nothing says whether interrupts are isolated"
#endif

bool kapi_msi_isolated(const struct mock_device *mdev, enum iommu_cap cap)
{
	return cap == IOMMU_CAP_INTR_REMAP && (!mdev || mdev->isolated);
}

#endif /* HAVE_ISOLATED_MSI */

/* ---- load and unload --------------------------------------------------------- */

static void root_exit(struct msi_root *root)
{
	irq_work_sync(&root->work);
	if (root->msi && root->msi != root->root)
		irq_domain_remove(root->msi);
	if (root->root)
		irq_domain_remove(root->root);
	if (root->msi_node)
		irq_domain_free_fwnode(root->msi_node);
	if (root->root_node)
		irq_domain_free_fwnode(root->root_node);
	root->root = NULL;
	root->msi = NULL;
}

static int root_init(struct msi_root *root, const char *name,
		     const char *msi_name)
{
	work_init(root);
	root->address = MESSAGES + MESSAGES_STEP * (root - roots);
	root->root_node = irq_domain_alloc_named_fwnode(name);
	root->msi_node = irq_domain_alloc_named_fwnode(msi_name);
	if (!root->root_node || !root->msi_node)
		return -ENOMEM;
	return domains_make(root);
}

int kapi_msi_init(void)
{
	int ret;

	if (!kapi_pci_possible())
		return 0;
	ret = root_init(&roots[OPEN], "iommu-mock-open", "iommu-mock-open-msi");
	if (!ret)
		ret = root_init(&roots[ISOLATED], "iommu-mock-isolated",
				"iommu-mock-isolated-msi");
	if (ret) {
		kapi_msi_exit();
		return ret;
	}
	isolate(roots[ISOLATED].msi);
	return 0;
}

/* All functions are gone, and so are their interrupts. */
void kapi_msi_exit(void)
{
	unsigned int i;

	if (!kapi_pci_possible())
		return;
	for (i = 0; i < NR_ROOTS; i++)
		root_exit(&roots[i]);
}

/* Give a function its MSI domain, before it is on its bus. */
void kapi_msi_attach(struct device *dev, bool isolated)
{
	dev_set_msi_domain(dev, roots[isolated ? ISOLATED : OPEN].msi);
}
