// SPDX-License-Identifier: GPL-2.0-only
/*
 * Advanced Error Reporting: the numbers are those of the PCI Express Base
 * Specification, 6.2 and 7.8.4.
 */
#include "config-test.h"

/* The capability is at 0x130. */
enum {
	UNCOR = 0x134,
	UNCOR_MASK = 0x138,
	SEVERITY = 0x13c,
	COR = 0x140,
	COR_MASK = 0x144,
	FIRST = 0x148,
	HEADER = 0x14c,
	COMMAND = 0x15c,
	ROOT = 0x160,
	SOURCES = 0x164,
	DEVCTL = 0x48,
	DEVSTA = 0x4a,
};

static u32 reg(const struct mock_config *cfg, u32 where)
{
	return mock_config_read(cfg, where, 4);
}

static const struct mock_aer_error *error(const char *name)
{
	u32 i;

	for (i = 0; i < MOCK_AER_ERRORS; i++)
		if (!strcmp(mock_aer_errors[i].name, name))
			return &mock_aer_errors[i];
	return NULL;
}

static struct mock_config function(void)
{
	return made((struct mock_config_place){ .kind = MOCK_CONFIG_ENDPOINT,
						.vectors = 1, .aer = true });
}

static void capability(void)
{
	struct mock_config cfg = function();

	ok(reg(&cfg, 0x100) == 0x13010003 && reg(&cfg, 0x130) == 0x00020001,
	   "AER, version 2, follows the serial number");
	ok(reg(&cfg, SEVERITY) == 0x00462010,
	   "fatal: data link, flow control, overflow, malformed, internal");
	ok(reg(&cfg, UNCOR_MASK) == 0x00400000 && reg(&cfg, COR_MASK) == 0x4000,
	   "internal errors are masked");
	mock_config_write(&cfg, COMMAND, 4, 7);
	mock_config_write(&cfg, UNCOR, 4, ~0U);
	ok(!reg(&cfg, COMMAND) && !reg(&cfg, UNCOR),
	   "a function has no root registers, and ones set no status");
	cfg = made((struct mock_config_place){ .kind = MOCK_CONFIG_ENDPOINT });
	mock_config_write(&cfg, SEVERITY, 4, ~0U);
	ok(reg(&cfg, 0x100) == 0x00010003 && !reg(&cfg, 0x130) &&
		   !reg(&cfg, SEVERITY),
	   "without aer= there is none");
}

static void correctable(void)
{
	struct mock_config cfg = function();

	ok(mock_aer_detect(&cfg, error("RxErr")) == MOCK_AER_NONE &&
		   reg(&cfg, COR) == 1 && mock_config_read(&cfg, DEVSTA, 2) == 1,
	   "not enabled: both states, and no message");
	mock_config_write(&cfg, DEVCTL, 2, 1);
	ok(mock_aer_detect(&cfg, error("BadDLLP")) == MOCK_AER_COR &&
		   reg(&cfg, COR) == 0x81,
	   "enabled: ERR_COR");
	ok(mock_aer_detect(&cfg, error("CorrIntErr")) == MOCK_AER_NONE &&
		   reg(&cfg, COR) == 0x4081,
	   "masked: no message");
	mock_config_write(&cfg, COR, 4, 0x80);
	mock_config_write(&cfg, DEVSTA, 2, 0);
	ok(reg(&cfg, COR) == 0x4001 && mock_config_read(&cfg, DEVSTA, 2) == 1,
	   "a one clears a bit, and a zero none");
	mock_config_write(&cfg, DEVSTA, 2, 1);
	ok(!mock_config_read(&cfg, DEVSTA, 2), "a one clears Device Status");
}

static void uncorrectable(void)
{
	struct mock_config cfg = function();

	ok(mock_aer_detect(&cfg, error("MalfTLP")) == MOCK_AER_NONE &&
		   reg(&cfg, UNCOR) == 0x40000 &&
		   mock_config_read(&cfg, DEVSTA, 2) == 4,
	   "not enabled: fatal error detected, and no message");
	ok(reg(&cfg, FIRST) == 18 && reg(&cfg, HEADER) == 0x40000001,
	   "the first error, and the header of its packet");
	mock_config_write(&cfg, DEVCTL, 2, 2);
	ok(mock_aer_detect(&cfg, error("CmpltTO")) == MOCK_AER_NONFATAL &&
		   mock_config_read(&cfg, DEVSTA, 2) == 6 &&
		   reg(&cfg, FIRST) == 18,
	   "ERR_NONFATAL, and the first error is still the first");
	ok(mock_aer_detect(&cfg, error("DLP")) == MOCK_AER_NONE,
	   "fatal errors are enabled by themselves");
	mock_config_write(&cfg, DEVCTL, 2, 4);
	ok(mock_aer_detect(&cfg, error("DLP")) == MOCK_AER_FATAL, "ERR_FATAL");
	mock_config_write(&cfg, UNCOR, 4, ~0U);
	mock_config_write(&cfg, SEVERITY, 4, 0x4000);
	ok(mock_aer_detect(&cfg, error("CmpltTO")) == MOCK_AER_FATAL &&
		   reg(&cfg, FIRST) == 14 && !reg(&cfg, HEADER),
	   "software makes an error fatal; its packet has no header");
	mock_config_write(&cfg, UNCOR_MASK, 4, 0x10000);
	mock_config_write(&cfg, UNCOR, 4, ~0U);
	mock_config_write(&cfg, SEVERITY, 4, 0x10000);
	ok(mock_aer_detect(&cfg, error("UnxCmplt")) == MOCK_AER_NONE &&
		   reg(&cfg, UNCOR) == 0x10000 && reg(&cfg, FIRST) == 14,
	   "masked: the state, and nothing else");
	mock_config_write(&cfg, DEVCTL, 2, 2);
	ok(mock_aer_detect(&cfg, error("UnsupReq")) == MOCK_AER_NONE &&
		   mock_config_read(&cfg, DEVSTA, 2) & 8,
	   "an unsupported request has a state of its own");
	mock_config_write(&cfg, DEVCTL, 2, 0xa);
	ok(mock_aer_detect(&cfg, error("UnsupReq")) == MOCK_AER_NONFATAL,
	   "and is enabled by two bits");
	mock_config_reset(&cfg);
	ok(reg(&cfg, UNCOR) == 0x110000 && reg(&cfg, UNCOR_MASK) == 0x10000 &&
		   reg(&cfg, SEVERITY) == 0x10000 &&
		   !mock_config_read(&cfg, DEVSTA, 2) &&
		   reg(&cfg, 0x130) == 0x00020001,
	   "a reset clears Device Status, and no register of AER");
}

static void root(void)
{
	struct mock_config cfg =
		made((struct mock_config_place){ .kind = MOCK_CONFIG_ROOT_PORT,
						 .vectors = 1, .aer = true,
						 .secondary = 1 });

	ok(mock_config_read(&cfg, 0x41, 1) == 0xc0 &&
		   mock_config_read(&cfg, 0xc0, 2) == 0x0005,
	   "the port has MSI, and that is its last capability");
	ok(!mock_aer_forwards(&cfg, MOCK_AER_FATAL) &&
		   mock_config_read(&cfg, 0x1e, 2) == 0x4000,
	   "without SERR# Enable nothing goes on; Received System Error");
	mock_config_write(&cfg, 0x1e, 2, 0x4000);
	mock_config_write(&cfg, 0x3e, 2, 2);
	ok(mock_aer_forwards(&cfg, MOCK_AER_COR) &&
		   !mock_config_read(&cfg, 0x1e, 2),
	   "with it messages do; a correctable error is no system error");
	mock_aer_receive(&cfg, MOCK_AER_COR, 0x0108);
	ok(reg(&cfg, ROOT) == 1 && reg(&cfg, SOURCES) == 0x0108 &&
		   !mock_aer_interrupts(&cfg),
	   "ERR_COR: received, from whom, and no interrupt");
	mock_config_write(&cfg, COMMAND, 4, 6);
	ok(!mock_aer_interrupts(&cfg), "others are enabled: none");
	mock_config_write(&cfg, COMMAND, 4, ~0U);
	ok(mock_aer_interrupts(&cfg) && reg(&cfg, COMMAND) == 7,
	   "enabled: an interrupt");
	mock_aer_receive(&cfg, MOCK_AER_COR, 0x0200);
	ok(reg(&cfg, ROOT) == 3 && reg(&cfg, SOURCES) == 0x0108,
	   "one more: several, and the first one is named");
	mock_config_write(&cfg, ROOT, 4, 3);
	ok(!reg(&cfg, ROOT) && !mock_aer_interrupts(&cfg), "ones clear them");
	mock_aer_receive(&cfg, MOCK_AER_FATAL, 0x0300);
	ok(reg(&cfg, ROOT) == 0x54 && reg(&cfg, SOURCES) == 0x03000108 &&
		   mock_aer_interrupts(&cfg),
	   "ERR_FATAL: the first uncorrectable one is fatal");
	mock_aer_receive(&cfg, MOCK_AER_NONFATAL, 0x0400);
	ok(reg(&cfg, ROOT) == 0x7c && reg(&cfg, SOURCES) == 0x03000108,
	   "ERR_NONFATAL after it: several, of both kinds");
}

int main(void)
{
	capability();
	correctable();
	uncorrectable();
	root();
	return done_testing();
}
