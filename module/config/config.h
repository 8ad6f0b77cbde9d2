/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The configuration space of a mock PCI function: its bytes, and the bytes that
 * a write changes.
 *
 * This is pure code, also compiled for user-space tests.
 * docs/programming-model.md describes the registers of the DMA engine; bridges
 * have no engine. The space advertises only what works.
 * No write of any size at any place changes a capability header. That matters
 * because vfio-pci lets its user write the headers of vendor capabilities, and
 * trusts the lengths in them the next time it opens the device.
 */
#ifndef MOCK_CONFIG_H
#define MOCK_CONFIG_H

#include "../types.h"

#define MOCK_CONFIG_SIZE 4096U

/* The space of a conventional function, such as one behind a PCI bridge. */
#define MOCK_CONFIG_CONVENTIONAL_SIZE 256U

/* The places of the capabilities. */
#define MOCK_CONFIG_EXPRESS 0x40U
#define MOCK_CONFIG_ENGINE 0x80U
#define MOCK_CONFIG_ENGINE_LEN 0x40U
#define MOCK_CONFIG_MSI 0xc0U
#define MOCK_CONFIG_PM 0xd8U
#define MOCK_CONFIG_VPD 0xe0U
#define MOCK_CONFIG_MSIX 0xf0U

/* Base Address Registers of a function; one of 64 bits takes two of them. */
#define MOCK_BARS 6U

/* The most messages of a function: by MSI, by MSI-X, and by either. */
#define MOCK_MSI_MAX 32U
#define MOCK_MSIX_MAX 64U
#define MOCK_VECTORS_MAX MOCK_MSIX_MAX

/*
 * The BAR of MSI-X: 16 bytes for each message, and a bit for each. PCI Express
 * Base Specification, 7.7.2.
 */
#define MOCK_MSIX_BAR_SIZE 0x1000U
#define MOCK_MSIX_TABLE 0U
#define MOCK_MSIX_PBA 0x800U

/* Bytes of Vital Product Data; zeros follow. */
#define MOCK_VPD_SIZE 64U

/**
 * struct mock_config_ids - the identity of a function
 * @vendor: vendor id
 * @device: device id
 * @sub_vendor: subsystem vendor id
 * @sub_device: subsystem id
 * @class: class code, 24 bits
 * @serial: serial number
 */
struct mock_config_ids {
	u32 vendor;
	u32 device;
	u32 sub_vendor;
	u32 sub_device;
	u32 class;
	u64 serial;
};

/* The kind of a function, which depends on its place. */
enum mock_config_kind {
	MOCK_CONFIG_INTEGRATED, /* on a root bus: PCI Express without a link */
	MOCK_CONFIG_ENDPOINT, /* behind a root port */
	MOCK_CONFIG_LEGACY, /* behind a PCI bridge: no PCI Express, no reset */
	MOCK_CONFIG_ROOT_PORT,
	MOCK_CONFIG_PCI_BRIDGE,
};

/**
 * struct mock_config_bar - a Base Address Register
 * @size: bytes that it leads to, a power of two; 0: not a BAR, or the upper half
 *        of the one before it
 * @at: where it leads to at first, as firmware sets it up; a multiple of @size
 * @wide: it has 64 bits, and takes the next register as well
 * @prefetch: reading its memory has no side effects
 */
struct mock_config_bar {
	u64 size;
	u64 at;
	bool wide;
	bool prefetch;
};

/*
 * The hot-plug slot of a root port. With a button, the kernel's driver of such slots turns
 * a card on when the button is pressed, and not when the card is inserted.
 */
enum mock_hotplug {
	MOCK_HOTPLUG_NONE,
	MOCK_HOTPLUG_SURPRISE, /* no button: a card may be removed at any time */
	MOCK_HOTPLUG_BUTTON,
};

/**
 * struct mock_config_place - the place of a function, and what follows from it
 * @kind: the kind of function
 * @multi: it is one of several functions in its slot
 * @acs: it has Access Control Services, all of them enabled
 * @aer: it has Advanced Error Reporting
 * @pasid_bits: functions: bits of its PASIDs; 0: it has none
 * @vectors: functions: number of MSI vectors, a power of two; 0: no MSI
 * @intx: functions: it has INTx
 * @regs: functions: BAR 0 begins with the registers of the DMA engine
 * @msix: functions: number of MSI-X vectors; 0: no MSI-X
 * @msix_bar: the BAR that has the table of MSI-X
 * @bars: functions: their BARs; of a VF, registers of its PF say where they are
 * @vfs: functions: number of their virtual functions (VFs); 0: no SR-IOV
 * @vf_offset: with @vfs: distance from the function to its first VF
 * @vf_stride: with @vfs: distance from one VF to the next
 * @vf_device: with @vfs: device id of the VFs
 * @vf_bars: with @vfs: the BARs of each VF; those of VF 0 are at @at, and each other
 *           VF's follow those of the one before
 * @link: with @vfs: number of the function in its slot
 * @vf: the function is a VF
 * @ari: endpoints: the functions of the slot have numbers of 8 bits
 * @ari_next: with @ari: number of the next function in the slot, or 0
 * @hotplug: root ports: the kind of their hot-plug slot
 * @primary: bridges: number of the bus that the bridge is on
 * @secondary: bridges: number of the bus behind the bridge
 */
struct mock_config_place {
	enum mock_config_kind kind;
	bool multi;
	bool acs;
	bool aer;
	u8 pasid_bits;
	u8 vectors;
	bool intx;
	bool regs;
	u8 msix;
	u8 msix_bar;
	struct mock_config_bar bars[MOCK_BARS];
	u8 vfs;
	u32 vf_offset;
	u32 vf_stride;
	u32 vf_device;
	struct mock_config_bar vf_bars[MOCK_BARS];
	u8 link;
	bool vf;
	bool ari;
	u8 ari_next;
	enum mock_hotplug hotplug;
	u8 primary;
	u8 secondary;
};

/**
 * struct mock_config - one function
 * @ids: its identity
 * @place: its place
 * @bytes: its configuration space
 */
struct mock_config {
	struct mock_config_ids ids;
	struct mock_config_place place;
	u8 bytes[MOCK_CONFIG_SIZE];
};

/* The action that the caller has to do after a write. */
enum mock_config_action {
	MOCK_CONFIG_NOTHING,
	MOCK_CONFIG_RESET,
	MOCK_CONFIG_START,
	MOCK_CONFIG_RESET_BELOW, /* of a bridge: all functions behind it */
	MOCK_CONFIG_INTERRUPT, /* raise the interrupt that a register names */
	/* interrupts that are pending may be sent, or BARs answer, from now on */
	MOCK_CONFIG_PENDING,
	MOCK_CONFIG_VFS, /* other VFs may be enabled from now on */
	MOCK_CONFIG_LINK, /* of a hot-plug slot: the link went up or down */
};

/* The DMA engine's registers, from MOCK_CONFIG_ENGINE on. */
enum {
	MOCK_ENGINE_VERSION = 0x03, /* 8 bits, read-only */
	MOCK_ENGINE_IOVA = 0x04, /* 64 */
	MOCK_ENGINE_SIZE = 0x0c, /* 32 */
	MOCK_ENGINE_PATTERN = 0x10, /* 64 */
	MOCK_ENGINE_TO = 0x18, /* 64 */
	MOCK_ENGINE_COMMAND = 0x20, /* 8: writing it starts an operation */
	MOCK_ENGINE_STATUS = 0x24, /* 32, read-only; so are the following */
	MOCK_ENGINE_SUM = 0x28, /* 32 */
	MOCK_ENGINE_DONE = 0x2c, /* 32 */
	MOCK_ENGINE_AT = 0x30, /* 64 */
	MOCK_ENGINE_VECTOR = 0x38, /* 8, writable: raised at the end */
	MOCK_ENGINE_FAULT_VECTOR = 0x39, /* 8, writable: after a fault */
	MOCK_ENGINE_CAUSE = 0x3a, /* 8: writing ones clears them */
	MOCK_ENGINE_RAISE = 0x3c, /* 8: writing it raises an interrupt */
};

/* MOCK_ENGINE_STATUS; bits 15:8 are the reason of a fault, 0 if none. */
#define MOCK_ENGINE_BUSY 0x1U
#define MOCK_ENGINE_COMPLETE 0x2U
#define MOCK_ENGINE_FAULT 0x4U
#define MOCK_ENGINE_CANCELED 0x8U
#define MOCK_ENGINE_INVALID 0x10U

/* MOCK_ENGINE_CAUSE: why INTx is pending. */
#define MOCK_CAUSE_DONE 0x1U
#define MOCK_CAUSE_FAULT 0x2U
#define MOCK_CAUSE_RAISED 0x4U

void mock_config_init(struct mock_config *cfg,
		      const struct mock_config_ids *ids,
		      const struct mock_config_place *place);

/* Bytes of the space. */
u32 mock_config_size(const struct mock_config *cfg);

/* Set the space to its initial bytes. */
void mock_config_reset(struct mock_config *cfg);
/* The same of the registers that a reset leaves alone: power has been off. */
void mock_config_power_up(struct mock_config *cfg);

/* @where + @size must be inside the space, and @size must be 1, 2 or 4. */
u32 mock_config_read(const struct mock_config *cfg, u32 where, u32 size);
enum mock_config_action mock_config_write(struct mock_config *cfg, u32 where,
					  u32 size, u32 value);

/* setup.c: is it in D0, and may it do DMA and send messages? */
bool mock_config_powered(const struct mock_config *cfg);
bool mock_config_masters(const struct mock_config *cfg);

/*
 * setup.c: does the function answer at this address? Returns the number of the BAR,
 * or -1: in D3hot and without Memory Space Enable no BAR answers.
 */
int mock_config_decodes(const struct mock_config *cfg, u64 address);

/* setup.c: MSI */
bool mock_msi_enabled(const struct mock_config *cfg);
/* Number of vectors that software allocated. */
u32 mock_msi_allocated(const struct mock_config *cfg);
u32 mock_msi_masked(const struct mock_config *cfg);
u32 mock_msi_pending(const struct mock_config *cfg);
void mock_msi_set_pending(struct mock_config *cfg, u32 pending);
u64 mock_msi_address(const struct mock_config *cfg);
u32 mock_msi_data(const struct mock_config *cfg);

/*
 * setup.c: MSI-X. Software that enables both gets MSI-X only: 6.1.4 leaves open
 * what a function then does.
 */
bool mock_msix_enabled(const struct mock_config *cfg);
/* The whole function is masked, whatever its table says. */
bool mock_msix_masked_all(const struct mock_config *cfg);

/*
 * setup.c: INTx. It is pending as long as the register of causes is not 0, and
 * asserted if besides nothing is in the way: PCI Express Base Specification, 6.1.2,
 * 7.5.1.1.3 and 7.5.1.1.4.
 */
bool mock_intx_pending(const struct mock_config *cfg);
bool mock_intx_disabled(const struct mock_config *cfg);
bool mock_intx_asserted(const struct mock_config *cfg);
void mock_intx_set_cause(struct mock_config *cfg, u32 cause);

/**
 * struct mock_aer_error - an error that a function can detect
 * @name: its name
 * @correctable: it is correctable; otherwise it is fatal or not by a register
 * @bit: its bit in the status, mask and severity registers
 */
struct mock_aer_error {
	const char *name;
	bool correctable;
	u32 bit;
};

#define MOCK_AER_ERRORS 16

extern const struct mock_aer_error mock_aer_errors[MOCK_AER_ERRORS];

enum mock_aer_message {
	MOCK_AER_NONE,
	MOCK_AER_COR,
	MOCK_AER_NONFATAL,
	MOCK_AER_FATAL,
};

/* aer.c */
enum mock_aer_message mock_aer_detect(struct mock_config *cfg,
				      const struct mock_aer_error *error);
bool mock_aer_forwards(struct mock_config *port, enum mock_aer_message message);
void mock_aer_receive(struct mock_config *port, enum mock_aer_message message,
		      u32 source);
bool mock_aer_interrupts(const struct mock_config *cfg);
/* The status registers; 0 without AER. */
u32 mock_aer_correctable(const struct mock_config *cfg);
u32 mock_aer_uncorrectable(const struct mock_config *cfg);

/* sriov.c: number of VFs that are enabled, the first ones */
u32 mock_sriov_enabled(const struct mock_config *cfg);
/*
 * sriov.c: does a VF of this PF answer at this address? Returns the number of the BAR,
 * or -1: without VF Memory Space Enable no BAR of a VF answers.
 */
int mock_sriov_decodes(const struct mock_config *cfg, u32 vf, u64 address);
/* The functions of the slot have changed. */
void mock_ari_set_next(struct mock_config *cfg, u8 next);

/*
 * slot.c: the hot-plug slot of a root port. A port without one has a link that is always
 * up. The others of these functions are for ports that have one.
 */
bool mock_slot_up(const struct mock_config *cfg);
bool mock_slot_has_card(const struct mock_config *cfg);
/* Put the card in, or take it out. Return whether the link went up or down. */
bool mock_slot_move_card(struct mock_config *cfg);
/* The attention button. */
void mock_slot_press(struct mock_config *cfg);
/* Slot Control: the state of the power controller and of the indicators. */
u32 mock_slot_control(const struct mock_config *cfg);
/* Each time that this becomes true, the port sends an interrupt. Of any function. */
bool mock_slot_interrupts(const struct mock_config *cfg);

/* vpd.c */
u32 mock_vpd_read(const struct mock_config *cfg, u32 where);

/* Read and write registers of the engine by their offsets. */
u64 mock_engine_get(const struct mock_config *cfg, u32 reg, u32 size);
void mock_engine_set(struct mock_config *cfg, u32 reg, u32 size, u64 value);

#endif /* MOCK_CONFIG_H */
