// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses to the configuration spaces of functions, and what follows from them.
 *
 * A configuration access of a user runs with interrupts off, under a raw
 * spinlock of the PCI core. An access of the kernel may run without any lock.
 * So a raw spinlock of ours protects the data of an access, and a worker does
 * the work that may sleep.
 */
#include <linux/pci.h>

#include "function.h"

static bool inside(const struct mock_function *fn, int where, int size)
{
	return where >= 0 && where + size <= mock_config_size(&fn->config);
}

static int config_read(struct pci_bus *bus, unsigned int devfn, int where,
		       int size, u32 *value)
{
	int ret = PCIBIOS_DEVICE_NOT_FOUND;
	struct mock_function *fn;
	unsigned long flags;

	/*
	 * All ones means that no function is there. Not every core sets this.
	 */
	*value = ~0U;
	raw_spin_lock_irqsave(&mock_slots_lock, flags);
	fn = mock_slots_reach(bus, devfn);
	if (fn && inside(fn, where, size)) {
		*value = mock_config_read(&fn->config, where, size);
		ret = PCIBIOS_SUCCESSFUL;
	} else if (fn) {
		ret = PCIBIOS_BAD_REGISTER_NUMBER;
	}
	raw_spin_unlock_irqrestore(&mock_slots_lock, flags);
	return ret;
}

void mock_function_reset_locked(struct mock_function *fn)
{
	u64 busy;

	lockdep_assert_held(&mock_slots_lock);
	busy = mock_engine_get(&fn->config, MOCK_ENGINE_STATUS, 4) &
	       MOCK_ENGINE_BUSY;
	mock_dma_stop(fn->mdev);
	mock_irq_reset_locked(fn);
	fn->silent = busy;
	mock_config_reset(&fn->config);
	mock_intx_update_locked(fn);
	/*
	 * The engine stays busy until the current step ends: see engine_done().
	 */
	mock_engine_set(&fn->config, MOCK_ENGINE_STATUS, 4, busy);
	mock_regs_reset(fn);
	mock_vfs_update_locked(fn);
	/* A VF that leaves D3hot answers again. */
	mock_regs_written_locked(fn);
}

static void reset_below_locked(struct mock_bus *mbus)
{
	unsigned int i;

	lockdep_assert_held(&mock_slots_lock);
	for (i = 0; i < MOCK_DEVFNS; i++)
		if (mbus->functions[i])
			mock_function_reset_locked(mbus->functions[i]);
}

static void write_locked(struct mock_function *fn, int where, int size,
			 u32 value)
{
	unsigned int before = mock_port_events(fn);

	lockdep_assert_held(&mock_slots_lock);
	switch (mock_config_write(&fn->config, where, size, value)) {
	case MOCK_CONFIG_RESET:
		mock_function_reset_locked(fn);
		break;
	case MOCK_CONFIG_START:
		mock_engine_start_locked(fn);
		break;
	case MOCK_CONFIG_RESET_BELOW:
		reset_below_locked(fn->below);
		break;
	case MOCK_CONFIG_INTERRUPT:
		mock_irq_asked_locked(fn);
		break;
	case MOCK_CONFIG_VFS:
		mock_vfs_update_locked(fn);
		break;
	case MOCK_CONFIG_LINK:
		mock_port_link_locked(fn);
		break;
	case MOCK_CONFIG_PENDING:
		mock_irq_written_locked(fn);
		mock_regs_written_locked(fn);
		break;
	default:
		break;
	}
	/* A root port may have been allowed to tell of an event. */
	mock_port_notify_locked(fn, before);
}

static int config_write(struct pci_bus *bus, unsigned int devfn, int where,
			int size, u32 value)
{
	int ret = PCIBIOS_DEVICE_NOT_FOUND;
	struct mock_function *fn;
	unsigned long flags;

	raw_spin_lock_irqsave(&mock_slots_lock, flags);
	fn = mock_slots_reach(bus, devfn);
	if (fn && inside(fn, where, size)) {
		write_locked(fn, where, size, value);
		ret = PCIBIOS_SUCCESSFUL;
	} else if (fn) {
		ret = PCIBIOS_BAD_REGISTER_NUMBER;
	}
	raw_spin_unlock_irqrestore(&mock_slots_lock, flags);
	return ret;
}

struct pci_ops mock_config_ops = {
	.read = config_read,
	.write = config_write,
};
