/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside buses/: PCI functions, and the buses they are on.
 *
 *   slots.c  the buses, and which function is in which slot
 *   pci.c    creation and removal, and what the PCI core tells of them
 *   access.c accesses to configuration space, and resets
 *   engine.c the DMA engine, and its registers
 *   irq.c    interrupts
 *   aer.c    errors
 *   port.c   the interrupt and the hot-plug slot of a root port; locks of a bus
 *   intx.c   the line of INTx
 *   msix.c   the table of MSI-X, which is memory of a BAR
 *   bars.c   memory behind BARs
 *   regs.c   the DMA registers in a BAR
 *   sriov.c  virtual functions
 */
#ifndef MOCK_BUSES_FUNCTION_H
#define MOCK_BUSES_FUNCTION_H

#include <linux/bitmap.h>
#include <linux/ioport.h>
#include <linux/pci.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "../objects/objects.h"
#include "../config/config.h"

#define MOCK_DEVFNS 256

/* The values of a register that names a vector. */
#define MOCK_VECTOR_REGS 256

struct mock_bus;

/**
 * struct mock_irqs - what a function's interrupts need; protected by
 *                    mock_slots_lock
 * @intx: the function's line of INTx, if it has one; immutable
 * @asserted: the line is high
 * @delivered: number of interrupts that were delivered
 * @dropped: number of interrupts that were lost
 * @pending: the vectors of MSI-X that are pending; those of MSI are in the
 *           configuration space
 * @sent: of each vector, the messages that a write released and that the
 *        journal does not have yet
 * @lost: the same, of messages to a bad address
 * @asked: vectors that a register asked for; atomic
 * @by: of each vector with @sent or @lost, the thread that released the last message
 * @asker: the last thread whose write asked for a vector of @asked
 * @work: writes the journal, and raises what was asked for
 * @look: looks whether a vector that is pending is still masked in the table of
 *        MSI-X
 */
struct mock_irqs {
	unsigned int intx;
	bool asserted;
	u64 delivered;
	u64 dropped;
	u64 pending;
	u16 sent[MOCK_VECTORS_MAX];
	u16 lost[MOCK_VECTORS_MAX];
	DECLARE_BITMAP(asked, MOCK_VECTOR_REGS);
	struct mock_thread by[MOCK_VECTORS_MAX];
	struct mock_thread asker;
	struct work_struct work;
	struct delayed_work look;
};

/**
 * struct mock_function - a function
 * @mdev: its device, which stays until the function is gone
 * @dev: the PCI device, with a reference; set when the core makes it, each time
 *       if it is transient. Changes under mock_slots_lock
 * @bus: the bus it is on
 * @devfn: its place on the bus
 * @slot: name of the slot that it shares, or empty
 * @below: bridges: the bus behind it; NULL for other functions
 * @pf: the function is a VF: its physical function; else NULL
 * @number: VFs: its number among those of the PF
 * @present: configuration accesses reach it; protected by mock_slots_lock
 * @enabled: VFs: the registers of its PF enable it; without that no access reaches
 *           it. Protected by mock_slots_lock
 * @config: its configuration space; protected by mock_slots_lock
 * @request: the process that started the DMA engine by its registers; protected
 *           by mock_slots_lock
 * @silent: the operation under way was reset: its end raises no interrupt;
 *          protected by mock_slots_lock
 * @work: starts the operation that the registers ask for
 * @look: looks at the DMA registers in its BAR, as long as it decodes
 * @irqs: its interrupts
 * @errors: counts its errors; protected by mock_slots_lock
 */
struct mock_function {
	struct mock_device *mdev;
	struct pci_dev *dev;
	struct mock_bus *bus;
	unsigned int devfn;
	char slot[MOCK_NAME_LEN];
	struct mock_bus *below;
	struct mock_function *pf;
	u32 number;
	bool present;
	bool enabled;
	struct mock_config config;
	struct mock_dma_request request;
	bool silent;
	struct work_struct work;
	struct delayed_work look;
	struct mock_irqs irqs;
	struct mock_error_status errors;
};

/**
 * struct mock_bus - a bus
 * @bus: the core's bus; NULL before it is needed, and after the bridge that led
 *       to it was removed
 * @number: its number
 * @numbers: root buses: the numbers of the bus and of the buses behind it
 * @bridge: the bridge that leads to it; NULL for a root bus
 * @users: number of functions on it; changed under mock_topology and mock_slots_lock
 * @functions: the functions by devfn, NULL for an empty place; changed under
 *             mock_topology and mock_slots_lock
 */
struct mock_bus {
	struct pci_bus *bus;
	unsigned int number;
	struct resource numbers;
	struct mock_function *bridge;
	unsigned int users;
	struct mock_function *functions[MOCK_DEVFNS];
};

/*
 * Protects the places of functions and their configuration spaces. Irqs off; a
 * leaf lock, which a bus's masters() takes under mock_instance.mmu_lock.
 */
extern raw_spinlock_t mock_slots_lock;

struct mock_function *mock_slots_find(const struct pci_bus *bus,
				      unsigned int devfn);
struct mock_function *mock_slots_reach(const struct pci_bus *bus,
				       unsigned int devfn);
bool mock_slots_reached(const struct mock_function *fn);
int mock_slots_take(struct mock_function *fn,
		    const struct mock_device_spec *spec);
void mock_slots_give(struct mock_function *fn);
void mock_slots_exit(void);

extern struct pci_ops mock_config_ops;

int mock_bars_init(const char *text);
void mock_bars_exit(void);
int mock_bars_take(struct mock_function *fn, struct mock_config_bar *bars,
		   u32 count);
void mock_bars_share(struct mock_function *vf, u32 number,
		     struct mock_config_bar *bars);
void mock_bars_give(const struct mock_config_bar *bars, u32 count,
		    struct mock_function *to);
int mock_bars_decode(const struct mock_function *fn, u64 address);
void mock_bars_claim(struct mock_function *fn);
bool mock_bars_claimed(const struct mock_function *fn);
void mock_bars_offer(struct list_head *resources);
void *mock_bars_memory(u64 phys);

void mock_irq_setup(struct mock_function *fn);
void mock_irq_raise(struct mock_function *fn, u32 vector,
		    u32 cause, const struct mock_thread *by);
void mock_irq_done(struct mock_function *fn, bool faulted,
		   const struct mock_thread *by);
void mock_irq_ask_locked(struct mock_function *fn, u32 vector);
void mock_irq_asked_locked(struct mock_function *fn);
void mock_irq_written_locked(struct mock_function *fn);
void mock_irq_reset_locked(struct mock_function *fn);
void mock_irq_stop(struct mock_function *fn);
void mock_irq_status(struct mock_function *fn, struct mock_irq_status *st);

void mock_engine_setup(struct mock_function *fn);
void mock_engine_stop(struct mock_function *fn);
void mock_engine_start_locked(struct mock_function *fn);
void mock_function_reset_locked(struct mock_function *fn);

bool mock_vf_reached(const struct mock_function *fn);
void mock_vfs_update_locked(struct mock_function *pf);
void mock_vf_setup(struct mock_function *vf);
void mock_vf_remove(struct mock_function *vf);
void mock_vfs_disable(struct mock_function *pf);
bool mock_vfs_fit(const struct mock_bus *mbus, unsigned int devfn,
		  const struct mock_device_spec *spec, unsigned int places);
void mock_ari_relink(struct mock_bus *mbus);
void mock_vf_status(struct mock_device *mdev, struct mock_vf_status *st);

int mock_function_error(struct mock_device *mdev,
			const struct mock_aer_error *error);
void mock_function_errors(struct mock_device *mdev, struct mock_error_status *st);

unsigned int mock_port_events(const struct mock_function *port);
void mock_port_notify_locked(struct mock_function *port, unsigned int before);
bool mock_card_reached(const struct mock_function *fn);
void mock_port_link_locked(struct mock_function *port);
void mock_port_empty_locked(struct mock_function *port);
void mock_bus_lock(const struct mock_bus *bus);
void mock_bus_unlock(const struct mock_bus *bus);
void mock_port_settle(struct mock_function *port);
bool mock_port_full(const struct mock_function *port);
int mock_port_slot(struct mock_device *mdev, enum mock_slot_act act);
bool mock_port_status(struct mock_device *mdev, struct mock_slot_status *st);

void mock_regs_setup(struct mock_function *fn);
void mock_regs_stop(struct mock_function *fn);
void mock_regs_reset(struct mock_function *fn);
void mock_regs_show_locked(struct mock_function *fn);
void mock_regs_written_locked(struct mock_function *fn);

int mock_intx_take(struct mock_function *fn);
void mock_intx_give(struct mock_function *fn);
void mock_intx_attach(struct mock_function *fn);
bool mock_intx_update_locked(struct mock_function *fn);
enum mock_irq_reason mock_intx_raise_locked(struct mock_function *fn, u32 cause);

void mock_msix_reset(struct mock_function *fn);
bool mock_msix_masked(const struct mock_function *fn, u32 vector);
u64 mock_msix_address(const struct mock_function *fn, u32 vector);
u32 mock_msix_data(const struct mock_function *fn, u32 vector);
void mock_msix_set_pending(struct mock_function *fn, u64 pending);

#endif /* MOCK_BUSES_FUNCTION_H */
