// SPDX-License-Identifier: GPL-2.0-only
/* The options and keys that rows of the command table point to. */
#include "options.h"

const struct option common_options[] = {
	{ "sysroot", 0, "DIR", W_DIR,
	  "take DIR/sys, DIR/proc and DIR/dev for /sys, /proc and /dev: a recorded tree",
	  NULL },
	{ "help", 'h', NULL, W_ANY, "say what the command does", NULL },
	{ 0 },
};

const struct option table_options[] = {
	{ "json", 'J', NULL, W_ANY, "print JSON; sizes are bytes", NULL },
	{ "raw", 'r', NULL, W_ANY,
	  "print words separated by one blank, blanks in them as \\x20", NULL },
	{ "noheadings", 'n', NULL, W_ANY, "leave the headings out", NULL },
	{ "output", 'o', "COLUMNS", W_COLUMNS,
	  "print these columns, separated by commas; +COLUMNS adds to the default",
	  NULL },
	{ "bytes", 'b', NULL, W_ANY, "print sizes in bytes", NULL },
	{ "list-columns", 0, NULL, W_ANY,
	  "say what columns there are, and what they mean", NULL },
	{ 0 },
};

const struct option ktap_options[] = {
	{ "ktap", 0, NULL, W_ANY, "print KTAP, the kernel's test format",
	  NULL },
	{ 0 },
};

const struct key load_keys[] = {
	{ "journal_entries", "N", W_NUMBER,
	  "how many entries the journal keeps (64 to 1048576)" },
	{ 0 },
};

#define SHAPE_KEYS                                                           \
	{ "format", "FORMAT", W_FORMAT,                                      \
	  "page-table format; setting it puts ias, oas and pgsizes back" },  \
		{ "ias", "BITS", W_NUMBER, "input address size" },           \
		{ "oas", "BITS", W_NUMBER, "output address size" },          \
		{ "pgsizes", "LIST", W_PGSIZES,                              \
		  "page sizes, such as 4K,2M,1G" },                          \
		{ "coherent", "0|1", W_BOOL, "its walks snoop CPU caches" }, \
	{                                                                    \
		"enforce", "0|1", W_BOOL, "it can enforce snooping"          \
	}

#define BEHAVIOUR_KEYS                                                       \
	{ "iotlb", "N", W_NUMBER,                                            \
	  "entries of the IOTLB: 0, or a power of two (256); empties it" },  \
		{ "policy", "CHECKS", W_POLICY,                              \
		  "what must hold before a domain is accepted" },            \
		{ "errno", "ERRNOS", W_ERRNOS,                               \
		  "what a refusal answers: E, or E,CHECK=E,..." },           \
	{                                                                    \
		"misbehave", "BUGS", W_MISBEHAVE, "deliberate bugs, or none" \
	}

const struct key instance_keys[] = {
	{ "preset", "NAME@KERNEL", W_PRESET,
	  "what a driver of the kernel has for all keys that are not given" },
	{ "driver", "DRIVER", W_DRIVER, "its driver (mock)" },
	SHAPE_KEYS,
	{ "default", "DOMAIN", W_DEFAULT, "where its devices start" },
	BEHAVIOUR_KEYS,
	{ 0 },
};

const struct key instance_set_keys[] = {
	SHAPE_KEYS,
	BEHAVIOUR_KEYS,
	{ "stats", "0", W_NUMBER, "0: its counters begin anew" },
	{ 0 },
};

const struct key device_keys[] = {
	{ "instance", "INSTANCE", W_INSTANCE, "the IOMMU it is behind" },
	{ "group", "GROUP", W_NEW,
	  "share this group (one of its own); topology: as the kernel has it for PCI" },
	{ "bus", "BUS", W_BUS, "the bus it appears on (platform)" },
	{ "coherent", "BOOL", W_BOOL,
	  "its DMA is coherent with CPU caches, as VFIO wants (1)" },
	{ "resv", "REGIONS", W_ANY,
	  "IOVA not to be mapped: TYPE:IOVA+SIZE,...; TYPE is direct, direct-relaxable, reserved or msi" },
	{ "id", "VENDOR:DEVICE", W_ANY,
	  "bus=pci: what it says it is (0x1234:0x4d4f)" },
	{ "subsystem", "VENDOR:DEVICE", W_ANY,
	  "bus=pci: its subsystem (0x1234:0x4d4f)" },
	{ "class", "N", W_NUMBER, "bus=pci: its class, 24 bits (0xff0000)" },
	{ "serial", "N", W_NUMBER, "bus=pci: its serial number (0)" },
	{ "isolated", "BOOL", W_BOOL,
	  "bus=pci: its interrupts are isolated, as VFIO wants (1)" },
	{ "bridge", "KIND", W_BRIDGE, "bus=pci: it is a bridge" },
	{ "behind", "BRIDGE", W_DEVICE, "bus=pci: the bridge it is behind" },
	{ "slot", "SLOT", W_NEW,
	  "bus=pci: share this slot with others (one of its own)" },
	{ "acs", "BOOL", W_BOOL,
	  "bus=pci: it has Access Control Services, enabled (0)" },
	{ 0 },
};

const struct key domain_keys[] = {
	{ "device", "DEVICE", W_DEVICE, "the device it is allocated for" },
	{ 0 },
};

const struct key map_keys[] = {
	{ "offset", "SIZE", W_SIZE, "where in the buffer to begin (0)" },
	{ "size", "SIZE", W_SIZE, "how much of it (all)" },
	{ "prot", "PROT", W_PROT, "what devices may do (rw)" },
	{ 0 },
};

const struct key data_keys[] = {
	{ "offset", "SIZE", W_SIZE, "where to begin (0)" },
	{ "size", "SIZE", W_SIZE, "how much (to the end)" },
	{ 0 },
};

const struct key fault_keys[] = {
	{ "errno", "E", W_ERRNO, "what the call answers; 0 delays only" },
	{ "nth", "N", W_NUMBER, "fail exactly the N-th call" },
	{ "probability", "PERCENT", W_NUMBER, "of the candidates (100)" },
	{ "interval", "N", W_NUMBER, "each N-th call is a candidate (1)" },
	{ "times", "N", W_NUMBER, "at most so often (-1: no limit)" },
	{ "space", "N", W_SIZE, "after so many calls, or bytes (0)" },
	{ "delay_us", "N", W_NUMBER, "wait so long before answering" },
	{ "filter", "WHICH", W_FILTER, "fresh or existing domains only" },
	{ "device", "DEVICE", W_DEVICE, "calls for this device only" },
	{ 0 },
};

const struct option load_options[] = {
	{ "file", 0, "PATH", W_FILE,
	  "this file instead of the installed module", NULL },
	{ 0 },
};

const struct key dma_keys[] = {
	{ "pattern", "N", W_NUMBER,
	  "write: 64 bits, little-endian, beginning anew at IOVA" },
	{ "to", "IOVA", W_SIZE, "copy: where to" },
	{ "repeat", "N", W_NUMBER, "do it so often, until one faults (1)" },
	{ 0 },
};

const struct option dma_options[] = {
	{ "timeout", 0, "SECONDS", W_NUMBER,
	  "stop it if it takes longer (10); 0: wait for ever", NULL },
	{ "no-wait", 0, NULL, W_ANY, "start it, and do not wait for its end",
	  NULL },
	{ 0 },
};

const struct option attach_options[] = {
	{ "group", 0, NULL, W_ANY, "DEVICE is a group: all of it, at once",
	  NULL },
	{ "unclaimed", 0, NULL, W_ANY, "do not claim the group first", NULL },
	{ 0 },
};

const struct option detach_options[] = {
	{ "group", 0, NULL, W_ANY, "DEVICE is a group", NULL },
	{ 0 },
};

const struct option event_options[] = {
	{ "follow", 'f', NULL, W_ANY, "go on with what is new", NULL },
	{ "since", 0, "SEQ", W_NUMBER, "only what came after number SEQ",
	  NULL },
	{ "type", 't', "EVENT", W_EVENT, "only these; may be repeated", NULL },
	{ "instance", 0, "NAME", W_INSTANCE, "only about this instance", NULL },
	{ "device", 0, "NAME", W_DEVICE, "only about this device", NULL },
	{ "domain", 0, "NAME", W_DOMAIN, "only about this domain", NULL },
	{ "clear", 0, NULL, W_ANY, "drop all entries, print nothing", NULL },
	{ "record", 0, "EVENTS", W_EVENTS,
	  "record only these from now on, or all, or none; print nothing",
	  NULL },
	{ 0 },
};

const struct option batch_options[] = {
	{ "force", 0, NULL, W_ANY, "go on after an error", NULL },
	{ 0 },
};
