/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the kernel's own IOMMU drivers refuse, by kernel version, in the words
 * of this project's knobs: "instance add smmu0 preset=arm-smmu-v3@6.1".
 */
#ifndef LIB_PRESETS_H
#define LIB_PRESETS_H

#include <stdbool.h>

#include "lib/mem.h"

/* "6.12" as a number that can be compared. */
#define KERNEL(major, minor) ((major)*1000U + (minor))

/* A behaviour of the driver, and why no knob expresses it. */
struct preset_gap {
	const char *what;
	const char *why;
};

#define PRESET_GAPS 7
#define PRESET_SOURCES 3

struct preset {
	const char *name;
	unsigned int from, to; /* KERNEL(), both included */
	const char *file; /* the driver's, below drivers/iommu/ */
	/* Keys of new_instance, except driver, which is the name. */
	const char *keys;
	/* FUNCTION (KERNELS): what in it the keys say; ends with NULL */
	const char *sources[PRESET_SOURCES];
	struct preset_gap gaps[PRESET_GAPS]; /* ends with what == NULL */
};

/* In order of names, then of kernels; ends with name == NULL. */
extern const struct preset presets[];

/*
 * A preset whose driver a test ran: what it saw of the driver that the preset
 * says. A preset of which there is none was only read in the kernel's source.
 */
struct preset_run {
	const char *name;
	unsigned int from; /* of the preset */
	bool refused; /* a refusal was seen, or only what the driver accepts */
	const char *test; /* in tests/lane/ */
	const char *saw;
};

extern const struct preset_run preset_runs[]; /* ends with name == NULL */

/* The one of a preset, or NULL. */
const struct preset_run *preset_run_of(const struct preset *p);

/* "6.12" or "6.12.107"; 0 if it is neither. */
unsigned int kernel_parse(const char *text);
char *kernel_text(unsigned int kernel); /* and back; free() it */

/* "5.10-6.1", or "7.3"; free() it. */
char *preset_kernels(const struct preset *p);

/*
 * Finds NAME@VERSION. If there is none, returns NULL with a sentence in *why,
 * which names near ones.
 */
const struct preset *preset_find(const char *text, struct buf *why);

/* The value of one key in a preset, or NULL. free() it. */
char *preset_value(const struct preset *p, const char *key);

#endif /* LIB_PRESETS_H */
