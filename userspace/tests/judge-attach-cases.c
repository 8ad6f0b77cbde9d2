// SPDX-License-Identifier: GPL-2.0-only
/* Journals about R4, R6 to R8, R10; see judge-cases.h. */
#include "tests/judge-cases.h"

const struct judge_case judge_attach_cases[] = {
	/* --- R4 --- */
	{ R4, "a fresh domain is accepted", A_ON_D1, KEPT(1) },
	{ R4, "a fresh domain answers EINVAL",
	  ALLOC("d1", "a") ATTACH("a", "d1", "blocked", 1, "fresh", "-EINVAL"),
	  BROKEN(WHO_DRIVER,
		 "d1 is fresh and was made for a, but the driver returned EINVAL",
		 2) },
	{ R4, "a fresh domain answers another errno",
	  ALLOC("d1", "a") ATTACH("a", "d1", "blocked", 1, "fresh", "-EXDEV"),
	  KEPT(1) },
	{ R4, "a fresh domain that was made for another device",
	  ALLOC("d1", "a") ATTACH("b", "d1", "blocked", 1, "ias", "-EINVAL"),
	  NOTHING },
	{ R4, "a fresh domain that was made for another device of the group",
	  GROUP_BC ALLOC("d1", "b")
		  ATTACH("c", "d1", "blocked", 1, "ias", "-EINVAL"),
	  BROKEN(WHO_DRIVER,
		 "d1 is fresh and was made for c, but the driver returned EINVAL",
		 2) },
	{ R4, "a fresh domain that was made for none in particular",
	  "alloc domain=d1 device=- instance=- ret=0\n" ATTACH(
		  "b", "d1", "blocked", 1, "fresh", "-EINVAL"),
	  BROKEN(WHO_DRIVER,
		 "d1 is fresh and was made for b, but the driver returned EINVAL",
		 2) },
	{ R4, "a domain that is not fresh answers EINVAL",
	  ALLOC("d1", "b") REFUSED_B, NOTHING },
	{ R4, "a fresh domain whose allocation was not seen",
	  ATTACH("b", "d1", "blocked", 1, "ias", "-EINVAL"), NOTHING },
	{ R4, "the core refuses one device of several",
	  GROUP_BC ALLOC("d1", "b") CALL("attach", "d1", "b", "-EINVAL"),
	  BROKEN(WHO_CORE,
		 "d1 is fresh and was made for b, but the core returned EINVAL and called no driver",
		 2) },
	{ R4, "the core refuses the domain of another",
	  ALLOC("d1", "a") CALL("attach", "d1", "b", "-EINVAL"), NOTHING },
	{ R4, "the core is busy",
	  ALLOC("d1", "b") CALL("attach", "d1", "b", "-EBUSY"), KEPT(1) },

	/* --- R6 --- */
	{ R6, "refused, and where it was",
	  A_ON_D1 REFUSED_B OK("b", "identity", "blocked"), KEPT(1) },
	{ R6, "refused, and let go",
	  A_ON_D1 NO("b", "d1", "identity", "ias", "EINVAL")
		  OK("b", "d2", "blocked"),
	  BROKEN(WHO_DRIVER,
		 "b was on identity, but is on blocked after d1 was refused", 3,
		 4) },
	{ R6, "refused, let go, and put back by the core",
	  A_ON_D1 NO("b", "d1", "identity", "ias", "EINVAL")
		  OK("b", "identity", "blocked") OK("b", "d2", "identity"),
	  KEPT(1) },
	{ R6, "refused on a move, and let go",
	  A_ON_D1 FIRST("b", "d2", "blocked")
		  NO("b", "d1", "d2", "ias", "EINVAL") OK("b", "d3", "blocked"),
	  BROKEN(WHO_DRIVER,
		 "b was on d2, but is on blocked after d1 was refused", 4, 5) },
	{ R6, "refused, and the state says where",
	  A_ON_D1 NO("b", "d1", "identity", "ias",
		     "EINVAL") "!place b blocked\n",
	  BROKEN(WHO_DRIVER,
		 "b was on identity, but is on blocked after d1 was refused",
		 3) },
	{ R6, "refused, let go, and what refused it is freed later",
	  A_ON_D1 NO("b", "d1", "identity", "ias", "EINVAL")
		  OK("a", "identity", "d1") FREE("d1") "!place b blocked\n",
	  BROKEN(WHO_DRIVER,
		 "b was on identity, but is on blocked after d1 was refused",
		 3) },
	{ R6, "refused, and no later event shows its place", A_ON_D1 REFUSED_B,
	  NOTHING },
	{ R6, "refused, and events are missing",
	  A_ON_D1 NO("b", "d1", "identity", "ias",
		     "EINVAL") "!gap\n" OK("b", "d2", "blocked"),
	  NOT_KNOWN },
	{ R6, "refused, and on blocked after it was put there",
	  A_ON_D1 NO("b", "d1", "identity", "ias", "EINVAL")
		  OK("b", "blocked", "identity") OK("b", "d2", "blocked"),
	  KEPT(1) },
	{ R6, "half a group stays on what the other half refused", JOURNAL_HALF,
	  BROKEN(WHO_CORE,
		 "b was on blocked, but is on d1 after d1 was refused", 4, 6) },
	{ R6, "half a group is put back", JOURNAL_UNDONE, KEPT(2) },
	{ R6, "half a group, and the domain is freed under it",
	  GROUP_BC ALLOC("d1", "b") FIRST("b", "d1", "identity")
		  NO("c", "d1", "identity", "ias",
		     "EINVAL") "free domain=d1 attached=1\n",
	  BROKEN(WHO_CORE,
		 "b was on identity, but is on d1 after d1 was refused", 3,
		 4) },
	{ R6, "half a group, and the call has returned",
	  GROUP_BC A_ON_D1 CALL("attach_group", "d1", "a", "0")
		  OK("b", "d1", "identity")
			  NO("c", "d1", "identity", "ias", "EINVAL")
				  CALL("attach_group", "d1", "g", "-EINVAL"),
	  BROKEN(WHO_CORE,
		 "b was on identity, but is on d1 after d1 was refused", 5,
		 4) },
	{ R6, "a group that a call names, without being told of it",
	  A_ON_D1 CALL("attach_group", "d1", "a", "0") OK("b", "d1", "identity")
		  NO("c", "d1", "identity", "ias", "EINVAL")
			  CALL("attach_group", "d1", "g", "-EINVAL"),
	  BROKEN(WHO_CORE,
		 "b was on identity, but is on d1 after d1 was refused", 5,
		 4) },
	{ R6, "a call after a gap says nothing about the attaches before it",
	  A_ON_D1 CALL("attach_group", "d1", "a", "0") OK("b", "d1", "identity")
		  NO("c", "d1", "identity", "ias", "EINVAL") "!gap\n" CALL(
			  "attach_group", "d1", "g", "-EINVAL"),
	  NOT_KNOWN },

	/* --- R7 --- */
	{ R7, "the core puts half a group back", JOURNAL_UNDONE, KEPT(1) },
	{ R7, "the core wants to, and the driver has no memory",
	  GROUP_BC A_ON_D1 FIRST("b", "d2", "blocked") OK("c", "d2", "blocked")
		  OK("b", "d1", "d2") NO("c", "d1", "d2", "ias", "EINVAL")
			  NO("b", "d2", "d1", "fault", "ENOMEM"),
	  BROKEN(WHO_DRIVER,
		 "b was on d2 before, but when the core moved it back, the driver returned ENOMEM",
		 7) },
	{ R7, "the caller goes back, and the driver has no memory",
	  "!asked b\n" A_ON_D1 ALLOC("d2", "b") FIRST("b", "d2", "blocked")
		  OK("b", "blocked", "d2")
			  REFUSED_B NO("b", "d2", "blocked", "fault", "ENOMEM"),
	  BROKEN(WHO_DRIVER,
		 "b was on d2 before, but when the caller moved it back, the driver returned ENOMEM",
		 7) },
	{ R7, "the caller goes back", JOURNAL_TYPE1, KEPT(3) },
	{ R7, "a later wish for a domain that it was on once",
	  A_ON_D1 CLAIM_B SHARED_B OK("b", "blocked", "d1")
		  GIVE_B CLAIM_B NO("b", "d1", "blocked", "fault", "ENOMEM"),
	  KEPT(1) },
	{ R7, "what has refused is tried again, and refuses again",
	  "!asked b\n" A_ON_D1 NO("b", "d1", "blocked", "fault", "ENOMEM")
		  NO("b", "d1", "blocked", "fault", "ENOMEM"),
	  NOTHING },
	{ R7, "a first attach that fails",
	  A_ON_D1 NO("b", "d1", "blocked", "fault", "ENOMEM"), NOTHING },

	/* --- R8 --- */
	{ R8, "from one domain to another, and the first is empty",
	  A_ON_D1 OK("a", "d2", "d1") FREE("d1"), KEPT(1) },
	{ R8, "from one domain to another, and the first still has it",
	  A_ON_D1 OK("a", "d2", "d1") "free domain=d1 attached=1\n",
	  BROKEN(WHO_DRIVER,
		 "a moved from d1 to d2, but the driver still counted it on d1",
		 3, 4) },
	{ R8, "from one domain to another, and another device is on the first",
	  A_ON_D1 SHARED_B OK("a", "d2", "d1") "free domain=d1 attached=1\n",
	  KEPT(1) },
	{ R8, "from one domain to another, and seen there",
	  A_ON_D1 OK("a", "d2", "d1") OK("a", "blocked", "d2"), KEPT(1) },
	{ R8, "with a detach in between",
	  A_ON_D1 OK("a", "blocked", "d1") OK("a", "d2", "blocked") FREE("d1"),
	  NOTHING },
	{ R8, "from one domain to another, which is refused",
	  A_ON_D1 NO("a", "d2", "d1", "ias", "EINVAL") FREE("d1"), NOTHING },

	/* --- R10 --- */
	{ R10, "the first attach", PROBE("a") OK("a", "identity", "none"),
	  KEPT(1) },
	{ R10, "the first attach fails",
	  PROBE("a") NO("a", "identity", "none", "-", "ENOMEM"),
	  BROKEN(WHO_DRIVER,
		 "the first attach of a, to identity, failed with ENOMEM", 2) },
	{ R10, "a probe that fails", "probe instance=a device=a ret=-ENOMEM\n",
	  NOTHING },
	{ R10, "a device that joins a group on a paging domain",
	  PROBE("a") NO("a", "d1", "none", "ias", "EINVAL"), NOTHING },
	{ R10, "a device that goes back to its default domain",
	  OK("a", "identity", "blocked"), NOTHING },
	{ R10, "a later attach fails",
	  PROBE("a") OK("a", "identity", "none")
		  NO("a", "d1", "identity", "fault", "ENOMEM"),
	  KEPT(1) },
	{ 0 },
};
