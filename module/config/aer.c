// SPDX-License-Identifier: GPL-2.0-only
/*
 * Advanced Error Reporting (AER): PCI Express Base Specification, 6.2 and 7.8.4. A
 * function detects an error, and may send a message, which its root port receives.
 */
#include <linux/pci_regs.h>

#include "space.h"

/* The names are those of the kernel: aer_correctable_error_string[], aer.c. */
const struct mock_aer_error mock_aer_errors[MOCK_AER_ERRORS] = {
	{ "RxErr", true, PCI_ERR_COR_RCVR },
	{ "BadTLP", true, PCI_ERR_COR_BAD_TLP },
	{ "BadDLLP", true, PCI_ERR_COR_BAD_DLLP },
	{ "Rollover", true, PCI_ERR_COR_REP_ROLL },
	{ "Timeout", true, PCI_ERR_COR_REP_TIMER },
	{ "CorrIntErr", true, PCI_ERR_COR_INTERNAL },
	{ "DLP", false, PCI_ERR_UNC_DLP },
	{ "TLP", false, PCI_ERR_UNC_POISON_TLP },
	{ "FCP", false, PCI_ERR_UNC_FCP },
	{ "CmpltTO", false, PCI_ERR_UNC_COMP_TIME },
	{ "CmpltAbrt", false, PCI_ERR_UNC_COMP_ABORT },
	{ "UnxCmplt", false, PCI_ERR_UNC_UNX_COMP },
	{ "RxOF", false, PCI_ERR_UNC_RX_OVER },
	{ "MalfTLP", false, PCI_ERR_UNC_MALF_TLP },
	{ "UnsupReq", false, PCI_ERR_UNC_UNSUP },
	{ "UncorrIntErr", false, PCI_ERR_UNC_INTN },
};

#define CORRECTABLE (PCI_ERR_COR_RCVR | PCI_ERR_COR_BAD_TLP |		\
		     PCI_ERR_COR_BAD_DLLP | PCI_ERR_COR_REP_ROLL |	\
		     PCI_ERR_COR_REP_TIMER | PCI_ERR_COR_INTERNAL)

/* 7.8.4.4: the uncorrectable errors that are fatal by default. */
#define FATAL (PCI_ERR_UNC_DLP | PCI_ERR_UNC_FCP | PCI_ERR_UNC_RX_OVER |	\
	       PCI_ERR_UNC_MALF_TLP | PCI_ERR_UNC_INTN)

/* 6.2.7: the errors whose TLP has a header to record. */
#define HEADERS (PCI_ERR_UNC_POISON_TLP | PCI_ERR_UNC_COMP_ABORT |	\
		 PCI_ERR_UNC_UNX_COMP | PCI_ERR_UNC_MALF_TLP |		\
		 PCI_ERR_UNC_UNSUP)

#define UNCORRECTABLE (FATAL | HEADERS | PCI_ERR_UNC_COMP_TIME)

#define DEVSTA (MOCK_CONFIG_EXPRESS + PCI_EXP_DEVSTA)
#define DEVCTL (MOCK_CONFIG_EXPRESS + PCI_EXP_DEVCTL)

#define ROOT_COMMAND (PCI_ERR_ROOT_CMD_COR_EN | PCI_ERR_ROOT_CMD_NONFATAL_EN | \
		      PCI_ERR_ROOT_CMD_FATAL_EN)

static const struct mock_field fields[] = {
	{ MOCK_CONFIG_AER + PCI_ERR_UNCOR_MASK, UNCORRECTABLE },
	{ MOCK_CONFIG_AER + PCI_ERR_UNCOR_SEVER, UNCORRECTABLE },
	{ MOCK_CONFIG_AER + PCI_ERR_COR_MASK, CORRECTABLE },
	{ }
};

static const struct mock_field root_fields[] = {
	{ MOCK_CONFIG_AER + PCI_ERR_ROOT_COMMAND, ROOT_COMMAND },
	{ }
};

/* Bits that a write of one clears. */
static const struct mock_field status_fields[] = {
	{ DEVSTA, PCI_EXP_DEVSTA_CED | PCI_EXP_DEVSTA_NFED |
			  PCI_EXP_DEVSTA_FED | PCI_EXP_DEVSTA_URD },
	{ MOCK_CONFIG_AER + PCI_ERR_UNCOR_STATUS, UNCORRECTABLE },
	{ MOCK_CONFIG_AER + PCI_ERR_COR_STATUS, CORRECTABLE },
	{ }
};

static const struct mock_field root_status_fields[] = {
	/* of the secondary side: Received System Error */
	{ PCI_SEC_STATUS, PCI_STATUS_SIG_SYSTEM_ERROR },
	{ MOCK_CONFIG_AER + PCI_ERR_ROOT_STATUS, 0x7f },
	{ }
};

static bool is_root(const struct mock_config *cfg)
{
	return cfg->place.kind == MOCK_CONFIG_ROOT_PORT;
}

static u32 aer(const struct mock_config *cfg, u32 reg)
{
	return get(cfg, MOCK_CONFIG_AER + reg, 4);
}

static void set(struct mock_config *cfg, u32 where, u32 bits)
{
	put(cfg, where, 4, get(cfg, where, 4) | bits);
}

/* The values of sticky registers, which no reset restores; internal errors are masked. */
void mock_aer_init(struct mock_config *cfg)
{
	if (!cfg->place.aer)
		return;
	put(cfg, MOCK_CONFIG_AER + PCI_ERR_UNCOR_MASK, 4, PCI_ERR_UNC_INTN);
	put(cfg, MOCK_CONFIG_AER + PCI_ERR_UNCOR_SEVER, 4, FATAL);
	put(cfg, MOCK_CONFIG_AER + PCI_ERR_COR_MASK, 4, PCI_ERR_COR_INTERNAL);
}

u8 mock_aer_writable(const struct mock_config *cfg, u32 where)
{
	if (!cfg->place.aer)
		return 0;
	return mock_field_bits(fields, where) |
	       (is_root(cfg) ? mock_field_bits(root_fields, where) : 0);
}

u8 mock_aer_clearable(const struct mock_config *cfg, u32 where)
{
	if (!cfg->place.aer)
		return 0;
	return mock_field_bits(status_fields, where) |
	       (is_root(cfg) ? mock_field_bits(root_status_fields, where) : 0);
}

static enum mock_aer_message detect_correctable(struct mock_config *cfg, u32 bit)
{
	set(cfg, MOCK_CONFIG_AER + PCI_ERR_COR_STATUS, bit);
	cfg->bytes[DEVSTA] |= PCI_EXP_DEVSTA_CED;
	if (aer(cfg, PCI_ERR_COR_MASK) & bit)
		return MOCK_AER_NONE;
	return get(cfg, DEVCTL, 2) & PCI_EXP_DEVCTL_CERE ? MOCK_AER_COR :
							   MOCK_AER_NONE;
}

/*
 * 7.8.4.7: the First Error Pointer is valid as long as the bit is set that it points
 * to. The header that is recorded is that of a write of four bytes to address 0.
 */
static void record_first(struct mock_config *cfg, u32 bit)
{
	u32 first = aer(cfg, PCI_ERR_CAP) & 0x1f, number = 0;

	if (aer(cfg, PCI_ERR_UNCOR_STATUS) >> first & 1)
		return;
	while (bit >> number > 1)
		number++;
	put(cfg, MOCK_CONFIG_AER + PCI_ERR_CAP, 1, number);
	put(cfg, MOCK_CONFIG_AER + PCI_ERR_HEADER_LOG, 4,
	    bit & HEADERS ? 0x40000001 : 0);
	put(cfg, MOCK_CONFIG_AER + PCI_ERR_HEADER_LOG + 4, 4,
	    bit & HEADERS ? 0x0000000f : 0);
}

/**
 * mock_aer_detect() - a function detects an error
 * @cfg: the function, which has AER
 * @error: the error
 *
 * Figure 6-2. The severity of an uncorrectable error is what its register says.
 *
 * Return: the message that the function sends.
 */
enum mock_aer_message mock_aer_detect(struct mock_config *cfg,
				      const struct mock_aer_error *error)
{
	u32 bit = error->bit, control = get(cfg, DEVCTL, 2);
	bool fatal, masked;

	if (error->correctable)
		return detect_correctable(cfg, bit);
	fatal = aer(cfg, PCI_ERR_UNCOR_SEVER) & bit;
	masked = aer(cfg, PCI_ERR_UNCOR_MASK) & bit;
	cfg->bytes[DEVSTA] |= fatal ? PCI_EXP_DEVSTA_FED : PCI_EXP_DEVSTA_NFED;
	if (bit == PCI_ERR_UNC_UNSUP)
		cfg->bytes[DEVSTA] |= PCI_EXP_DEVSTA_URD;
	if (!masked)
		record_first(cfg, bit);
	set(cfg, MOCK_CONFIG_AER + PCI_ERR_UNCOR_STATUS, bit);
	if (masked || (bit == PCI_ERR_UNC_UNSUP &&
		       !(control & PCI_EXP_DEVCTL_URRE)))
		return MOCK_AER_NONE;
	if (fatal)
		return control & PCI_EXP_DEVCTL_FERE ? MOCK_AER_FATAL :
						       MOCK_AER_NONE;
	return control & PCI_EXP_DEVCTL_NFERE ? MOCK_AER_NONFATAL :
						MOCK_AER_NONE;
}

/**
 * mock_aer_forwards() - a message arrives at the secondary side of a root port
 * @port: the root port
 * @message: the message, which is one
 *
 * 7.5.1.3.7 and 7.5.1.3.10: SERR# Enable of Bridge Control lets it through.
 *
 * Return: whether the message goes on, to mock_aer_receive().
 */
bool mock_aer_forwards(struct mock_config *port, enum mock_aer_message message)
{
	if (message != MOCK_AER_COR && port->place.aer)
		port->bytes[PCI_SEC_STATUS + 1] |=
			PCI_STATUS_SIG_SYSTEM_ERROR >> 8;
	return get(port, PCI_BRIDGE_CONTROL, 2) & PCI_BRIDGE_CTL_SERR;
}

/**
 * mock_aer_receive() - a root port receives a message
 * @port: the root port, which has AER
 * @message: the message, which is one
 * @source: the routing ID of the function that sent it
 *
 * 7.8.4.10 and 7.8.4.11: of several messages the first one is identified.
 */
void mock_aer_receive(struct mock_config *port, enum mock_aer_message message,
		      u32 source)
{
	u32 status = aer(port, PCI_ERR_ROOT_STATUS);

	if (message == MOCK_AER_COR) {
		if (!(status & PCI_ERR_ROOT_COR_RCV))
			put(port, MOCK_CONFIG_AER + PCI_ERR_ROOT_ERR_SRC, 2,
			    source);
		status |= status & PCI_ERR_ROOT_COR_RCV ?
				  PCI_ERR_ROOT_MULTI_COR_RCV :
				  PCI_ERR_ROOT_COR_RCV;
	} else {
		bool fatal = message == MOCK_AER_FATAL;

		if (!(status & PCI_ERR_ROOT_UNCOR_RCV)) {
			put(port, MOCK_CONFIG_AER + PCI_ERR_ROOT_ERR_SRC + 2, 2,
			    source);
			status |= fatal ? PCI_ERR_ROOT_FIRST_FATAL : 0;
		} else {
			status |= PCI_ERR_ROOT_MULTI_UNCOR_RCV;
		}
		status |= PCI_ERR_ROOT_UNCOR_RCV |
			  (fatal ? PCI_ERR_ROOT_FATAL_RCV :
				   PCI_ERR_ROOT_NONFATAL_RCV);
	}
	put(port, MOCK_CONFIG_AER + PCI_ERR_ROOT_STATUS, 4, status);
}

/* 6.2.4.1.2: each time that this becomes true, the port sends an interrupt. */
bool mock_aer_interrupts(const struct mock_config *cfg)
{
	u32 command, status;

	if (!cfg->place.aer || !is_root(cfg))
		return false;
	command = aer(cfg, PCI_ERR_ROOT_COMMAND);
	status = aer(cfg, PCI_ERR_ROOT_STATUS);
	return (command & PCI_ERR_ROOT_CMD_COR_EN &&
		status & PCI_ERR_ROOT_COR_RCV) ||
	       (command & PCI_ERR_ROOT_CMD_NONFATAL_EN &&
		status & PCI_ERR_ROOT_NONFATAL_RCV) ||
	       (command & PCI_ERR_ROOT_CMD_FATAL_EN &&
		status & PCI_ERR_ROOT_FATAL_RCV);
}

u32 mock_aer_correctable(const struct mock_config *cfg)
{
	return cfg->place.aer ? aer(cfg, PCI_ERR_COR_STATUS) : 0;
}

u32 mock_aer_uncorrectable(const struct mock_config *cfg)
{
	return cfg->place.aer ? aer(cfg, PCI_ERR_UNCOR_STATUS) : 0;
}
