// SPDX-License-Identifier: GPL-2.0-only
/* See deviations.h. */
#include <errno.h>
#include <string.h>

#include "judge/deviations.h"
#include "lib/words.h"

#define TYPE1 "type1 vfio"
#define SVA "sva sva-model"
#define NO_OWNER "bus_ops"
#define ONE_DRIVER "bus_ops domain_ops"
#define SEVERAL "static_domains attach_old"
#define TOLD_OLD "attach_old"

#define TYPE1_FACT                                                           \
	"VFIO type1 does not look at the errno of a candidate: every error " \
	"means the next"
#define SVA_FACT                                                             \
	"the core does not look at the errno of a candidate for a process: " \
	"every error means the next"
#define ANY_FACT "this caller takes every error for \"next\", by definition"
#define MEDIUM_FACT                                                  \
	"this caller takes EMEDIUMTYPE for \"next\" and EINVAL for " \
	"an error, by definition"

const struct deviation deviations[] = {
	/* callers */
	{ TYPE1, NULL, R1, SAW_HARD, 0, true, TYPE1_FACT,
	  "vfio_iommu_type1_attach_group" },
	{ TYPE1, NULL, R2, SAW_HARD, 0, true, TYPE1_FACT,
	  "vfio_iommu_type1_attach_group" },
	{ SVA, NULL, R1, SAW_HARD, 0, true, SVA_FACT, "iommu_sva_bind_device" },
	{ SVA, NULL, R2, SAW_HARD, 0, true, SVA_FACT, "iommu_sva_bind_device" },
	{ "any", NULL, R1, SAW_HARD, 0, true, ANY_FACT,
	  "callers/played/any.c" },
	{ "any", NULL, R2, SAW_HARD, 0, true, ANY_FACT,
	  "callers/played/any.c" },
	{ "emediumtype", NULL, R1, SAW_HARD, -EMEDIUMTYPE, true, MEDIUM_FACT,
	  "callers/played/emediumtype.c" },
	{ "emediumtype", NULL, R2, SAW_HARD, -EMEDIUMTYPE, true, MEDIUM_FACT,
	  "callers/played/emediumtype.c" },
	{ "emediumtype", NULL, R1, SAW_SOFT, -EINVAL, true, MEDIUM_FACT,
	  "callers/played/emediumtype.c" },

	/* the core */
	{ NULL, NULL, R4, SAW_FRESH_CORE, -EINVAL, true,
	  "a group of several devices cannot be attached by one of them",
	  "iommu_attach_device" },
	{ NULL, ONE_DRIVER, R5, SAW_FOREIGN, 0, false,
	  "there is no gatekeeper; one driver per bus makes up for it",
	  "__iommu_attach_group" },
	{ NULL, SEVERAL, R5, SAW_FOREIGN_REPLACE, 0, false,
	  "a device that is replaced does not pass the gatekeeper",
	  "iommu_replace_group_handle" },
	{ NULL, TOLD_OLD, R5, SAW_FOREIGN_VIOMMU, 0, false,
	  "the stage 2 of a vIOMMU does not pass the gatekeeper",
	  "iommufd_viommu_alloc_ioctl" },
	{ NULL, NO_OWNER, R6, SAW_HALF, 0, true,
	  "a group attach that fails half-way is not undone",
	  "__iommu_attach_group" },
	{ NULL, NO_OWNER, R6, SAW_REFUSED, 0, false,
	  "a device that a driver unhooked before it refused is not put back",
	  "__iommu_attach_group" },
	{ NULL, TOLD_OLD, R6, SAW_REFUSED, 0, false,
	  "the device that refused is taken to be still where it was",
	  "__iommu_group_set_domain_internal" },
	{ NULL, NULL, R16, SAW_PARTIAL, 0, false,
	  "a request for which there is no handler is answered, whether its group is complete or not",
	  "iommu_report_device_fault" },
	{ NULL, NULL, R16, SAW_LATE, 0, false,
	  "what still waits when a device is detached is answered after the detach",
	  "iommufd_hwpt_detach_device" },
	{ NULL, NO_OWNER, R12, SAW_FREE, 0, false,
	  "after half an attach the domain is freed, with devices on it",
	  "__iommu_attach_group" },
	{ 0 },
};

static bool covers(const struct deviation *d, const char *caller,
		   const char *family, const struct observation *o)
{
	return d->rule == o->rule && d->what == o->what &&
	       (!d->err || d->err == o->err) &&
	       (!d->callers ||
		(caller && word_listed(d->callers, ' ', caller))) &&
	       (!d->families ||
		(family && word_listed(d->families, ' ', family)));
}

const struct deviation *deviation_find(const char *caller, const char *family,
				       const struct observation *o)
{
	for (const struct deviation *d = deviations; d->fact; d++)
		if (covers(d, caller, family, o))
			return d;
	return NULL;
}

static void say(struct surprise *s, char *why)
{
	if (s->why)
		free_text(&why);
	else
		s->why = why;
}

void deviation_judge(const struct judge *j, enum rule rule, const char *caller,
		     const char *family, struct surprise *s)
{
	const struct observation *o;
	unsigned int n = judge_observations(j, &o);

	memset(s, 0, sizeof(*s));
	for (; n--; o++) {
		const struct deviation *d;

		if (o->rule != rule)
			continue;
		d = deviation_find(caller, family, o);
		if (o->broken && !d) {
			s->unexpected++;
			say(s, xstrdup(o->why));
		} else if (!o->broken && d && d->always) {
			s->missing++;
			say(s,
			    xprintf("it was kept, though it is known that %s (%s)",
				    d->fact, d->where));
		} else if (o->broken && !s->known) {
			s->known = d;
		}
	}
}
