// SPDX-License-Identifier: GPL-2.0-only
/* Journals about tables of users on a stage 2; see judge-cases.h. */
#include "tests/judge-cases.h"

/* A table for a device on a stage 2, which the driver makes or refuses. */
#define TABLE(dom, dev, on, reason, ret)                                  \
	"alloc domain=" dom " device=" dev " instance=" dev " parent=" on \
	" pasids=0 reason=" reason " ret=" ret "\n"
#define MADE(dom, dev, on) TABLE(dom, dev, on, "-", "0")
#define REFUSED(dev, on, reason, err) TABLE("-", dev, on, reason, "-" err)

/* A table on a vIOMMU of an instance. */
#define V_TABLE(dom, inst, on)                                       \
	"alloc domain=" dom " device=- instance=" inst " parent=" on \
	" pasids=0 reason=- ret=0\n"

/* a has a table on a stage 2 of its own; then b has one. */
#define A_NESTED \
	ALLOC("d1", "a") MADE("d2", "a", "d1") FIRST("a", "d2", "blocked")
#define B_NESTED \
	ALLOC("d3", "b") MADE("d4", "b", "d3") FIRST("b", "d4", "blocked")

const struct judge_case judge_nested_cases[] = {
	/* --- R1 --- */
	{ R1, "no table, EINVAL, and a stage 2 of its own",
	  "!asked b\n!told b 0\n" A_NESTED REFUSED("b", "d1", "ias", "EINVAL")
		  B_NESTED,
	  KEPT(2) },
	{ R1, "no table, and another errno for what does not fit",
	  A_NESTED REFUSED("b", "d1", "ias", "ENODEV"),
	  BROKEN(WHO_DRIVER,
		 "d1 does not fit b (ias), but the driver returned ENODEV, not EINVAL",
		 4) },
	{ R1, "no table, EINVAL, and the caller gives up",
	  "!asked b\n!told b EINVAL\n" A_NESTED REFUSED("b", "d1", "ias",
							"EINVAL"),
	  BROKEN(WHO_CALLER,
		 "after EINVAL from b on d1 the caller gave up and did not try a domain of its own for b",
		 4) },
	{ R1, "no memory for a table is taken for EINVAL",
	  A_NESTED REFUSED("b", "d1", "fault", "ENOMEM") B_NESTED,
	  BROKEN(WHO_CALLER,
		 "the caller took ENOMEM from b on d1 for a domain that does not fit, and tried d3 next",
		 4, 7) },
	{ R1, "a table, and the same stage 2 once more",
	  "!asked b\n!told b 0\n" A_NESTED MADE("d3", "b", "d1")
		  NO("b", "d3", "blocked", "fault", "ENOMEM") FREE("d3")
			  MADE("d4", "b", "d1") FIRST("b", "d4", "blocked"),
	  KEPT(1) },

	/* --- R2 --- */
	{ R2, "no memory for a table, and the caller stops",
	  "!asked b\n!told b ENOMEM\n" A_NESTED REFUSED("b", "d1", "fault",
							"ENOMEM"),
	  KEPT(1) },
	{ R2, "no memory for a table, twice",
	  "!asked b\n!told b ENOMEM\n" A_NESTED REFUSED("b", "d1", "fault",
							"ENOMEM")
		  REFUSED("b", "d1", "fault", "ENOMEM"),
	  KEPT(2) },
	{ R2, "no memory for a table, and another stage 2",
	  A_NESTED REFUSED("b", "d1", "fault", "ENOMEM") B_NESTED,
	  BROKEN(WHO_CALLER, "after ENOMEM from b on d1 the caller tried d3", 4,
		 7) },
	{ R2, "no memory for the attach of a table, and another stage 2",
	  A_NESTED MADE("d5", "b", "d1")
		  ATTACH("b", "d5", "blocked", 1, "fault", "-ENOMEM") FREE("d5")
			  B_NESTED,
	  BROKEN(WHO_CALLER, "after ENOMEM from b on d1 the caller tried d3", 5,
		 9) },
	{ R2, "no memory for a table, and then for another stage 2",
	  A_NESTED REFUSED(
		  "b", "d1", "fault",
		  "ENOMEM") "alloc domain=- device=b instance=- ret=-ENOMEM\n",
	  BROKEN(WHO_CALLER,
		 "after ENOMEM from b on d1 the caller wanted a new domain",
		 4) },
	{ R2, "one that translates by one stage, and the caller stops",
	  "!asked b\n!told b EOPNOTSUPP\n" A_NESTED REFUSED("b", "d1", "-",
							    "EOPNOTSUPP"),
	  KEPT(1) },
	{ R2, "EINVAL for a table, and then ENOMEM for one",
	  "!asked c\n!told c ENOMEM\n" A_NESTED B_NESTED REFUSED(
		  "c", "d3", "ias", "EINVAL")
		  REFUSED("c", "d1", "fault", "ENOMEM"),
	  KEPT(1) },

	/* --- R3 --- */
	{ R3, "no table, and a line in the log",
	  A_NESTED REFUSED("b", "d1", "ias", "EINVAL") "!log 1 no\n",
	  BROKEN(WHO_DRIVER, "1 line in the log, the first: no", 4) },
	{ R3, "no memory for a table, and a line in the log",
	  A_NESTED REFUSED("b", "d1", "fault", "ENOMEM") "!log 1 no\n",
	  NOTHING },

	/* --- R4 --- */
	{ R4, "no table on a fresh stage 2 of its own",
	  ALLOC("d1", "b") REFUSED("b", "d1", "-", "EINVAL"),
	  BROKEN(WHO_DRIVER,
		 "d1 is fresh and was made for b, but the driver returned EINVAL for a table on it",
		 2) },
	{ R4, "no memory for a table on a fresh stage 2 of its own",
	  ALLOC("d1", "b") REFUSED("b", "d1", "fault", "ENOMEM"), KEPT(1) },
	{ R4, "no table on the stage 2 of another",
	  ALLOC("d1", "a") REFUSED("b", "d1", "ias", "EINVAL"), NOTHING },
	{ R4, "no table on its own stage 2, where one is",
	  A_NESTED REFUSED("a", "d1", "-", "EINVAL"), KEPT(1) },

	/* --- R5 --- */
	{ R5, "a vIOMMU on a stage 2 of another driver",
	  "viommu instance=b parent=d1 op=create reason=foreign ret=-EINVAL\n",
	  BROKEN(WHO_CORE,
		 "iommufd called the driver of b for a vIOMMU on d1, a domain of another driver",
		 1) },
	{ R5, "a vIOMMU on a stage 2 that does not fit",
	  "viommu instance=b parent=d1 op=create reason=ias ret=-EINVAL\n",
	  NOTHING },

	/* --- R6: nothing was to move --- */
	{ R6, "no table", A_NESTED REFUSED("b", "d1", "ias", "EINVAL"),
	  NOTHING },
	{ R6, "a table that is refused at the attach, and the device is off",
	  A_NESTED MADE("d5", "b", "d1") NO("b", "d5", "d9", "fault", "ENOMEM")
		  OK("b", "identity", "blocked"),
	  BROKEN(WHO_DRIVER,
		 "b was on d9, but is on blocked after d1 was refused", 5, 6) },

	/* --- tables of one stage 2, and of vIOMMUs --- */
	{ R7, "from a table to another one on the same stage 2, refused",
	  A_NESTED MADE("d5", "a", "d1") NO("a", "d5", "d2", "fault", "ENOMEM"),
	  NOTHING },
	{ R7, "back to the same table, refused",
	  A_NESTED MADE("d5", "a", "d1") FIRST("a", "d5", "d2")
		  NO("a", "d2", "d5", "fault", "ENOMEM"),
	  BROKEN(WHO_DRIVER,
		 "a was on d2 before, but when the caller moved it back, the driver returned ENOMEM",
		 6) },
	{ R1,
	  "a table of another vIOMMU, and then one of its own, on one stage 2",
	  "!asked b\n!told b 0\n" A_NESTED V_TABLE("d5", "a", "d1")
		  NO("b", "d5", "blocked", "nest", "EINVAL")
			  V_TABLE("d6", "b", "d1") FIRST("b", "d6", "blocked"),
	  KEPT(2) },
	{ R4, "a table of another vIOMMU",
	  V_TABLE("d5", "a", "d1")
		  ATTACH("b", "d5", "blocked", 1, "nest", "-EINVAL"),
	  NOTHING },
	{ R4, "a table of its own vIOMMU",
	  V_TABLE("d5", "b", "d1")
		  ATTACH("b", "d5", "blocked", 1, "ias", "-EINVAL"),
	  BROKEN(WHO_DRIVER,
		 "d5 is fresh and was made for b, but the driver returned EINVAL",
		 2) },
	{ R2, "no memory for a table on a vIOMMU, tried again",
	  "!asked b\n!told b ENOMEM\n" A_NESTED MADE("d5", "b", "d1") NO(
		  "b", "d5", "blocked", "fault",
		  "ENOMEM") "alloc domain=- device=- instance=b parent=d1 pasids=0 reason=fault ret=-ENOMEM\n",
	  KEPT(1) },
	{ R2, "no memory for a table of a PASID, and the device goes elsewhere",
	  A_NESTED
	  "alloc domain=- device=b instance=b parent=d1 pasids=1 reason=fault ret=-ENOMEM\n" ALLOC(
		  "d3", "b") FIRST("b", "d3", "blocked"),
	  NOTHING },
	{ R1, "what does not track, and another errno",
	  A_NESTED REFUSED("b", "d1", "dirty", "ENODEV"),
	  BROKEN(WHO_DRIVER,
		 "d1 does not fit b (dirty), but the driver returned ENODEV, not EINVAL",
		 4) },
	{ R14, "a guest that changes its table",
	  A_NESTED "!group g a b\n" OK(
		  "b", "d2",
		  "blocked") "dma instance=a device=a domain=d2 op=read iova=0x1000 size=0x10 done=0x0 access=r at=0x1000 reason=not-mapped since=0 ret=-EFAULT\n"
			     "dma instance=b device=b domain=d2 op=read iova=0x1000 size=0x10 done=0x10 access=- at=- reason=- since=0 ret=0\n",
	  NOTHING },
	{ 0 }
};
