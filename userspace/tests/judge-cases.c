// SPDX-License-Identifier: GPL-2.0-only
/* See judge-cases.h. */
#include "judge-cases.h"

#define KEPT(n)             \
	J_KEPT, n, 0, NULL, \
	{                   \
		0           \
	}
#define BROKEN(who, why, ...)  \
	J_BROKEN, 0, who, why, \
	{                      \
		__VA_ARGS__    \
	}
#define NOTHING                       \
	J_NOT_APPLICABLE, 0, 0, NULL, \
	{                             \
		0                     \
	}

/* Neither, as what is missing may break it. */
#define NOT_KNOWN                \
	J_NOT_KNOWN, 0, 0, NULL, \
	{                        \
		0                \
	}

#define REFUSED_B NO("b", "d1", "blocked", "ias", "EINVAL")
#define SHARED_B OK("b", "d1", "blocked")
#define DMA(dev, dom, op, iova, size, more)                         \
	"dma instance=" dev " device=" dev " domain=" dom " op=" op \
	" iova=" iova " size=" size " done=0x0 " more "\n"
#define GOOD "access=- at=- reason=- ret=0"
#define INVALIDATE(inst, dom, lost)                \
	"invalidate instance=" inst " domain=" dom \
	" scope=range iova=0x1000 size=0x1000 lost=" lost "\n"
#define UNMAP "call op=unmap object=d1 arg=0x1000 ret=0\n"

const struct judge_case judge_cases[] = {
	/* --- R1: 0 is attached --- */
	{ R1, "0, and seen there",
	  FIRST("a", "d1", "blocked") OK("a", "blocked", "d1"), KEPT(1) },
	{ R1, "0, and seen elsewhere",
	  FIRST("a", "d1", "blocked") OK("a", "blocked", "blocked"),
	  BROKEN(WHO_DRIVER, "a was told 0 for d1, and is on blocked", 1, 2) },
	{ R1, "0, and still on the domain before",
	  OK("a", "d2", "d1") OK("a", "blocked", "d1"),
	  BROKEN(WHO_DRIVER, "a was told 0 for d2, and is on d1", 1, 2) },
	{ R1, "0, and the state says elsewhere",
	  FIRST("a", "d1", "blocked") "!place a blocked\n",
	  BROKEN(WHO_DRIVER, "a was told 0 for d1, and is on blocked", 1) },
	{ R1, "0, and the state agrees",
	  FIRST("a", "d1", "blocked") "!place a d1\n", KEPT(1) },
	{ R1, "0, and nobody says more", FIRST("a", "d1", "blocked"), NOTHING },
	{ R1, "0, and events are missing before it is seen elsewhere",
	  FIRST("a", "d1", "blocked") "!gap\n" OK("a", "blocked", "blocked"),
	  NOT_KNOWN },
	{ R1, "0, and events are missing after it was seen",
	  FIRST("a", "d1", "blocked") OK("a", "blocked", "d1") "!gap 3\n",
	  NOT_KNOWN },
	{ R1, "0, and events are missing before all others",
	  "!gap 92\n" FIRST("a", "d1", "blocked") OK("a", "blocked", "d1"),
	  NOT_KNOWN },
	{ R1, "0, and it is elsewhere, and events are missing",
	  FIRST("a", "d1", "blocked") OK("a", "d1", "blocked") "!gap 3\n",
	  BROKEN(WHO_DRIVER, "a was told 0 for d1, and is on blocked", 1, 2) },
	{ R1, "0, and it is probed anew",
	  OK("a", "blocked", "identity") PROBE("a") OK("a", "identity", "none"),
	  NOTHING },
	{ R1, "0, and the domain was freed under it",
	  FIRST("a", "d1", "blocked") "free domain=d1 attached=1\n" OK(
		  "a", "blocked", "none"),
	  NOTHING },
	{ R1, "0, and another domain of the same name is where it is not",
	  FIRST("a", "d1", "blocked") OK("a", "blocked", "d1") FREE("d1")
		  ALLOC("d1", "b") FIRST("b", "d1", "blocked"),
	  KEPT(1) },

	/* --- R1: EINVAL is incompatible --- */
	{ R1, "incompatible, and EINVAL, and its caller was told to say so",
	  "!asked b\n!told b 0\n" REFUSED_B, KEPT(1) },
	{ R1, "incompatible, and another errno",
	  NO("b", "d1", "blocked", "ias", "ENODEV"),
	  BROKEN(WHO_DRIVER,
		 "d1 does not fit b (ias), and its driver says ENODEV, not EINVAL",
		 1) },
	{ R1, "no memory, and ENOMEM",
	  NO("b", "d1", "blocked", "fault", "ENOMEM"), NOTHING },

	/* --- R1: the only soft code --- */
	{ R1, "EINVAL, and a domain of its own",
	  A_ON_D1 NO("b", "d1", "blocked", "-", "EINVAL") ALLOC("d2", "b")
		  FIRST("b", "d2", "blocked"),
	  KEPT(1) },
	{ R1, "EINVAL, and the caller gives up",
	  "!asked b\n!told b EINVAL\n" A_ON_D1 NO("b", "d1", "blocked", "-",
						  "EINVAL"),
	  BROKEN(WHO_CALLER,
		 "after EINVAL from b on d1 the caller gave up, without a domain of its own for b",
		 3) },
	{ R1, "EINVAL, and there is no memory for another domain",
	  "!asked b\n!told b ENOMEM\n" A_ON_D1 NO(
		  "b", "d1", "blocked", "-",
		  "EINVAL") "alloc domain=- device=b instance=- ret=-ENOMEM\n",
	  NOTHING },
	{ R1, "EINVAL from its own domain: there is nothing left to try",
	  "!asked b\n!told b EINVAL\n" ALLOC("d1", "b")
		  ATTACH("b", "d1", "blocked", 1, "-", "-EINVAL"),
	  NOTHING },
	{ R1, "EINVAL from a domain that was made for none in particular",
	  "!asked b\n!told b EINVAL\nalloc domain=d1 device=- instance=- ret=0\n" ATTACH(
		  "b", "d1", "blocked", 1, "-", "-EINVAL"),
	  NOTHING },
	{ R1, "EINVAL, no more, and nobody says what was asked for",
	  A_ON_D1 NO("b", "d1", "blocked", "-", "EINVAL"), NOT_KNOWN },
	{ R1, "incompatible, EINVAL, no more, and nobody says so either",
	  A_ON_D1 REFUSED_B, NOT_KNOWN },
	{ R1, "EINVAL, no more, and any domain was asked for",
	  "!asked b\n!told b EINVAL\n" A_ON_D1 REFUSED_B,
	  BROKEN(WHO_CALLER,
		 "after EINVAL from b on d1 the caller gave up, without a domain of its own for b",
		 3) },
	{ R1, "ENOMEM is taken for EINVAL", JOURNAL_GOES_ON,
	  BROKEN(WHO_CALLER,
		 "ENOMEM from b on d1 was taken for a domain that does not fit: d2 was next",
		 4, 6) },

	/* --- R2 --- */
	{ R2, "ENOMEM, and the caller stops", JOURNAL_STOPS, KEPT(1) },
	{ R2, "ENOMEM, and the caller allocates another", JOURNAL_GOES_ON,
	  BROKEN(WHO_CALLER, "after ENOMEM from b on d1 the caller tried d2", 4,
		 6) },
	{ R2, "ENOMEM, and back to its own", JOURNAL_TYPE1,
	  BROKEN(WHO_CALLER, "after ENOMEM from b on d1 the caller tried d2", 7,
		 9) },
	{ R2, "EBUSY from its own, and the caller tries a candidate",
	  A_ON_D1 ALLOC("d2", "b")
		  ATTACH("b", "d2", "blocked", 1, "fault", "-EBUSY") SHARED_B,
	  BROKEN(WHO_CALLER, "after EBUSY from b on d2 the caller tried d1", 4,
		 5) },
	{ R2, "EINVAL, and the caller goes on",
	  A_ON_D1 REFUSED_B ALLOC("d2", "b") FIRST("b", "d2", "blocked"),
	  NOTHING },
	{ R2, "ENOMEM, and the core puts it back on its domain",
	  "!asked b\n!told b ENOMEM\n" A_ON_D1 FIRST("b", "d2", "blocked")
		  NO("b", "d1", "d2", "fault", "ENOMEM") OK("b", "d2", "d2"),
	  KEPT(1) },
	{ R2, "ENOMEM, and the same domain again",
	  "!asked b\n!told b 0\n" A_ON_D1 NO("b", "d1", "blocked", "fault",
					     "ENOMEM") SHARED_B,
	  KEPT(1) },
	{ R2, "ENOMEM, the end, and a new wish",
	  JOURNAL_STOPS CLAIM_B ALLOC("d2", "b") FIRST("b", "d2", "blocked"),
	  KEPT(1) },
	{ R2, "ENOMEM, the end by release, and a new wish",
	  A_ON_D1 NO("b", "d1", "blocked", "fault", "ENOMEM")
		  CALL("release", "b", "-", "0") ALLOC("d2", "b")
			  FIRST("b", "d2", "blocked"),
	  KEPT(1) },
	{ R2, "ENOMEM, its domain freed, and a new wish",
	  A_ON_D1 ALLOC("d2", "b")
		  ATTACH("b", "d2", "identity", 1, "fault", "-ENOMEM")
			  FREE("d2") OK("b", "d1", "identity"),
	  KEPT(1) },
	{ R2, "ENOMEM, and another process tries another domain",
	  A_ON_D1
	  "attach instance=b device=b domain=d1 old=blocked fresh=0 reason=fault ret=-ENOMEM by=8:y\n" ALLOC(
		  "d2", "b") FIRST("b", "d2", "blocked"),
	  KEPT(1) },
	{ R2, "ENOMEM, and from the first candidate again",
	  A_ON_D1 ALLOC("d2", "c") FIRST("c", "d2", "blocked") REFUSED_B NO(
		  "b", "d2", "blocked", "fault", "ENOMEM") REFUSED_B,
	  KEPT(1) },
	{ R2, "ENOMEM, and nobody knows what came of it",
	  A_ON_D1 NO("b", "d1", "blocked", "fault", "ENOMEM"), NOTHING },
	{ R2, "ENOMEM, and events are missing",
	  A_ON_D1 NO("b", "d1", "blocked", "fault", "ENOMEM") "!gap\n" ALLOC(
		  "d2", "b") FIRST("b", "d2", "blocked"),
	  NOT_KNOWN },
	{ R2, "ENOMEM, and another group tries another domain",
	  "!asked b\n!told b ENOMEM\n" A_ON_D1 NO("b", "d1", "blocked", "fault",
						  "ENOMEM") ALLOC("d2", "c")
		  FIRST("c", "d2", "blocked"),
	  KEPT(1) },
	{ R2, "ENOMEM, and the caller wants another, of which there is none",
	  "!asked b\n!told b ENOMEM\n" A_ON_D1 NO("b", "d1", "blocked", "fault",
						  "ENOMEM")
		  CALL("new_domain", "d2", "b", "-ENOSPC"),
	  BROKEN(WHO_CALLER,
		 "after ENOMEM from b on d1 the caller wanted a new domain",
		 3) },
	{ R2, "ENOMEM, and the next device's domain cannot be made",
	  "!asked b\n!told b ENOMEM\n" A_ON_D1 NO("b", "d1", "blocked", "fault",
						  "ENOMEM")
		  CALL("new_domain", "d2", "c", "-ENOSPC"),
	  KEPT(1) },
	{ R2, "EBUSY from the core alone, and the caller goes on",
	  A_ON_D1 CALL("attach_group", "d1", "a", "0")
		  CALL("attach_group", "d1", "b", "-EBUSY") ALLOC("d2", "b")
			  FIRST("b", "d2", "blocked")
				  CALL("attach_group", "d2", "b", "0"),
	  BROKEN(WHO_CALLER,
		 "after EBUSY from the core on d1 the caller tried d2", 4, 6) },
	{ R2, "ENOMEM from the second of a group, and the first tries again",
	  GROUP_BC A_ON_D1 SHARED_B NO("c", "d1", "blocked", "fault", "ENOMEM")
		  OK("b", "blocked", "d1") ALLOC("d2", "b")
			  NO("b", "d2", "blocked", "ias", "EINVAL"),
	  BROKEN(WHO_CALLER, "after ENOMEM from c on d1 the caller tried d2", 4,
		 7) },

	/* --- R3 --- */
	{ R3, "a refusal, and nothing in the log", "!log 0\n" REFUSED_B,
	  KEPT(1) },
	{ R3, "a refusal that was logged", "!log 2 b refuses d1\n" REFUSED_B,
	  BROKEN(WHO_DRIVER, "2 lines in the log, the first: b refuses d1",
		 1) },
	{ R3, "a refusal with one line in the log", "!log 1 no\n" REFUSED_B,
	  BROKEN(WHO_DRIVER, "1 line in the log, the first: no", 1) },
	{ R3, "a refusal, and no log to look at", REFUSED_B, NOTHING },
	{ R3, "a log, and no refusal", "!log 1 hello\n" A_ON_D1, NOTHING },
	{ R3, "no memory is no refusal: that may be logged",
	  "!log 1 no memory\n" NO("b", "d1", "blocked", "fault", "ENOMEM"),
	  NOTHING },

	/* --- R4 --- */
	{ R4, "a fresh domain is accepted", A_ON_D1, KEPT(1) },
	{ R4, "a fresh domain answers EINVAL",
	  ALLOC("d1", "a") ATTACH("a", "d1", "blocked", 1, "fresh", "-EINVAL"),
	  BROKEN(WHO_DRIVER, "d1 is fresh, and made for a, which says EINVAL",
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
	  BROKEN(WHO_DRIVER, "d1 is fresh, and made for c, which says EINVAL",
		 2) },
	{ R4, "a fresh domain that was made for none in particular",
	  "alloc domain=d1 device=- instance=- ret=0\n" ATTACH(
		  "b", "d1", "blocked", 1, "fresh", "-EINVAL"),
	  BROKEN(WHO_DRIVER, "d1 is fresh, and made for b, which says EINVAL",
		 2) },
	{ R4, "a domain that is not fresh answers EINVAL",
	  ALLOC("d1", "b") REFUSED_B, NOTHING },
	{ R4, "a fresh domain whose allocation was not seen",
	  ATTACH("b", "d1", "blocked", 1, "ias", "-EINVAL"), NOTHING },
	{ R4, "the core refuses one device of several",
	  GROUP_BC ALLOC("d1", "b") CALL("attach", "d1", "b", "-EINVAL"),
	  BROKEN(WHO_CORE,
		 "d1 is fresh, and was made for b: the core says EINVAL, and asks no driver",
		 2) },
	{ R4, "the core refuses the domain of another",
	  ALLOC("d1", "a") CALL("attach", "d1", "b", "-EINVAL"), NOTHING },
	{ R4, "the core is busy",
	  ALLOC("d1", "b") CALL("attach", "d1", "b", "-EBUSY"), KEPT(1) },

	/* --- R5 --- */
	{ R5, "a driver is given the domain of another",
	  A_ON_D1 NO("b", "d1", "blocked", "foreign", "EINVAL"),
	  BROKEN(WHO_CORE,
		 "the driver of b was asked about d1, a domain of another driver",
		 3) },
	{ R5, "a driver is asked, and the names say it is not its own",
	  "!driver a p\n!driver b q\n" A_ON_D1 SHARED_B,
	  BROKEN(WHO_CORE, "the driver q was asked about d1, which is of p",
		 3) },
	{ R5, "the core says EINVAL",
	  "!driver a p\n!driver b q\n" A_ON_D1 CALL("attach_group", "d1", "a",
						    "0")
		  CALL("attach_group", "d1", "b", "-EINVAL"),
	  KEPT(1) },
	{ R5, "the core says something else",
	  "!driver a p\n!driver b q\n" A_ON_D1 CALL("attach_group", "d1", "a",
						    "0")
		  CALL("attach_group", "d1", "b", "-ENODEV"),
	  BROKEN(WHO_CORE,
		 "the core keeps d1, of the driver p, away from b by ENODEV, not EINVAL",
		 4) },
	{ R5, "one driver", "!driver a p\n!driver b p\n" A_ON_D1 SHARED_B,
	  NOTHING },
	{ R5, "two drivers, each with its own",
	  "!driver a p\n!driver b q\n" A_ON_D1 ALLOC("d2", "b")
		  FIRST("b", "d2", "blocked"),
	  NOTHING },
	{ R5, "drivers that nobody has named", A_ON_D1 SHARED_B, NOTHING },

	/* --- R6 --- */
	{ R6, "refused, and where it was",
	  A_ON_D1 REFUSED_B OK("b", "identity", "blocked"), KEPT(1) },
	{ R6, "refused, and let go",
	  A_ON_D1 NO("b", "d1", "identity", "ias", "EINVAL")
		  OK("b", "d2", "blocked"),
	  BROKEN(WHO_DRIVER,
		 "b was on identity, and is on blocked after d1 was refused", 3,
		 4) },
	{ R6, "refused, let go, and put back by the core",
	  A_ON_D1 NO("b", "d1", "identity", "ias", "EINVAL")
		  OK("b", "identity", "blocked") OK("b", "d2", "identity"),
	  KEPT(1) },
	{ R6, "refused on a move, and let go",
	  A_ON_D1 FIRST("b", "d2", "blocked")
		  NO("b", "d1", "d2", "ias", "EINVAL") OK("b", "d3", "blocked"),
	  BROKEN(WHO_DRIVER,
		 "b was on d2, and is on blocked after d1 was refused", 4, 5) },
	{ R6, "refused, and the state says where",
	  A_ON_D1 NO("b", "d1", "identity", "ias",
		     "EINVAL") "!place b blocked\n",
	  BROKEN(WHO_DRIVER,
		 "b was on identity, and is on blocked after d1 was refused",
		 3) },
	{ R6, "refused, let go, and what refused it is freed later",
	  A_ON_D1 NO("b", "d1", "identity", "ias", "EINVAL")
		  OK("a", "identity", "d1") FREE("d1") "!place b blocked\n",
	  BROKEN(WHO_DRIVER,
		 "b was on identity, and is on blocked after d1 was refused",
		 3) },
	{ R6, "refused, and nobody says where it is", A_ON_D1 REFUSED_B,
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
		 "b was on blocked, and is on d1 after d1 was refused", 4, 6) },
	{ R6, "half a group is put back", JOURNAL_UNDONE, KEPT(2) },
	{ R6, "half a group, and the domain is freed under it",
	  GROUP_BC ALLOC("d1", "b") FIRST("b", "d1", "identity")
		  NO("c", "d1", "identity", "ias",
		     "EINVAL") "free domain=d1 attached=1\n",
	  BROKEN(WHO_CORE,
		 "b was on identity, and is on d1 after d1 was refused", 3,
		 4) },
	{ R6, "half a group, and the call has returned",
	  GROUP_BC A_ON_D1 CALL("attach_group", "d1", "a", "0")
		  OK("b", "d1", "identity")
			  NO("c", "d1", "identity", "ias", "EINVAL")
				  CALL("attach_group", "d1", "g", "-EINVAL"),
	  BROKEN(WHO_CORE,
		 "b was on identity, and is on d1 after d1 was refused", 5,
		 4) },
	{ R6, "a group that a call names, without being told of it",
	  A_ON_D1 CALL("attach_group", "d1", "a", "0") OK("b", "d1", "identity")
		  NO("c", "d1", "identity", "ias", "EINVAL")
			  CALL("attach_group", "d1", "g", "-EINVAL"),
	  BROKEN(WHO_CORE,
		 "b was on identity, and is on d1 after d1 was refused", 5,
		 4) },

	/* --- R7 --- */
	{ R7, "the core puts half a group back", JOURNAL_UNDONE, KEPT(1) },
	{ R7, "the core wants to, and the driver has no memory",
	  GROUP_BC A_ON_D1 FIRST("b", "d2", "blocked") OK("c", "d2", "blocked")
		  OK("b", "d1", "d2") NO("c", "d1", "d2", "ias", "EINVAL")
			  NO("b", "d2", "d1", "fault", "ENOMEM"),
	  BROKEN(WHO_DRIVER,
		 "the core puts b back on d2, where it was, and it says ENOMEM",
		 7) },
	{ R7, "the caller goes back, and the driver has no memory",
	  "!asked b\n" A_ON_D1 ALLOC("d2", "b") FIRST("b", "d2", "blocked")
		  OK("b", "blocked", "d2")
			  REFUSED_B NO("b", "d2", "blocked", "fault", "ENOMEM"),
	  BROKEN(WHO_DRIVER,
		 "the caller wants b back on d2, where it was, and it says ENOMEM",
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
	  BROKEN(WHO_DRIVER, "a went from d1 to d2, and d1 did not notice", 3,
		 4) },
	{ R8, "from one domain to another, and the first has somebody else",
	  A_ON_D1 SHARED_B OK("a", "d2", "d1") "free domain=d1 attached=1\n",
	  KEPT(1) },
	{ R8, "from one domain to another, and seen there",
	  A_ON_D1 OK("a", "d2", "d1") OK("a", "blocked", "d2"), KEPT(1) },
	{ R8, "with a detach in between",
	  A_ON_D1 OK("a", "blocked", "d1") OK("a", "d2", "blocked") FREE("d1"),
	  NOTHING },
	{ R8, "from one domain to another, which is refused",
	  A_ON_D1 NO("a", "d2", "d1", "ias", "EINVAL") FREE("d1"), NOTHING },

	/* --- R9 --- */
	{ R9, "no event is about PASIDs",
	  A_ON_D1
	  "attach instance=a device=a domain=d1 pasid=1 old=blocked fresh=0 reason=- ret=-EINVAL\n",
	  NOTHING },

	/* --- R10 --- */
	{ R10, "the first attach", PROBE("a") OK("a", "identity", "none"),
	  KEPT(1) },
	{ R10, "the first attach fails",
	  PROBE("a") NO("a", "identity", "none", "-", "ENOMEM"),
	  BROKEN(WHO_DRIVER,
		 "a says ENOMEM to identity, its first domain of all", 2) },
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

	/* --- R11 --- */
	{ R11, "a candidate has the features that it had",
	  A_ON_D1 "!features d1 ias=48 ias=48\n" REFUSED_B, KEPT(1) },
	{ R11, "a candidate was narrowed",
	  A_ON_D1 "!features d1 ias=48 ias=39\n" REFUSED_B,
	  BROKEN(WHO_DRIVER, "d1 was made with ias=48, and has ias=39", 3) },
	{ R11, "narrowed, but never a candidate",
	  A_ON_D1 "!features d1 ias=48 ias=39\n" SHARED_B, NOTHING },
	{ R11, "a candidate, and nobody has looked at its features",
	  A_ON_D1 REFUSED_B, NOTHING },
	{ R11, "what an instance refused, it takes later",
	  A_ON_D1 REFUSED_B
	  "attach instance=b device=c domain=d1 old=blocked fresh=0 reason=- ret=0\n",
	  BROKEN(WHO_DRIVER,
		 "b refused b on d1, and then took c: the domain is not what it was",
		 3, 4) },
	{ R11, "what an instance took, it refuses after a probe",
	  A_ON_D1 SHARED_B NO(
		  "c", "d1", "blocked", "ias",
		  "EINVAL") "attach instance=b device=e domain=d1 old=blocked fresh=0 reason=oas ret=-EINVAL\n",
	  BROKEN(WHO_DRIVER,
		 "b took b on d1, and then refused e: the domain is not what it was",
		 3, 5) },
	{ R11, "what an instance refused, it refuses again",
	  A_ON_D1 REFUSED_B OK("b", "identity", "blocked") REFUSED_B, KEPT(1) },
	{ R11, "what an instance took, it takes again, and nobody was refused",
	  A_ON_D1 SHARED_B OK("b", "blocked", "d1") SHARED_B, NOTHING },
	{ R11, "what one instance refused, another takes",
	  A_ON_D1 REFUSED_B OK("c", "d1", "blocked"), NOTHING },
	{ R11, "memory comes back",
	  A_ON_D1 NO("b", "d1", "blocked", "fault", "ENOMEM") SHARED_B,
	  NOTHING },
	{ R11, "what depends on the group, and not on the instance",
	  A_ON_D1 NO(
		  "b", "d1", "blocked", "never",
		  "EINVAL") "attach instance=b device=c domain=d1 old=blocked fresh=0 reason=- ret=0\n",
	  NOTHING },
	{ R11, "another domain of the same name",
	  A_ON_D1 REFUSED_B FREE("d1") ALLOC("d1", "b") SHARED_B, NOTHING },

	/* --- R12 --- */
	{ R12, "freed when it is empty",
	  A_ON_D1 OK("a", "blocked", "d1") FREE("d1"), KEPT(1) },
	{ R12, "freed with a device on it",
	  A_ON_D1 "free domain=d1 attached=1\n",
	  BROKEN(WHO_CALLER, "d1 was freed with 1 on it", 3) },
	{ R12, "freed, as it seems, with a device that has left: R8",
	  A_ON_D1 OK("a", "d2", "d1") "free domain=d1 attached=1\n", NOTHING },
	{ R12, "nothing is freed", A_ON_D1, NOTHING },
	{ R12, "frees are not recorded",
	  "!recorded attach\n" A_ON_D1 "free domain=d1 attached=1\n", NOTHING },

	/* --- R13 --- */
	{ R13, "an unmap reaches both instances",
	  A_ON_D1 SHARED_B INVALIDATE("a", "d1", "0") INVALIDATE("b", "d1", "0")
		  UNMAP,
	  KEPT(4) },
	{ R13, "an invalidation is lost",
	  A_ON_D1 SHARED_B INVALIDATE("a", "d1", "0") INVALIDATE("b", "d1", "1")
		  UNMAP,
	  BROKEN(WHO_DRIVER, "b has lost an invalidation: d1, 0x1000+0x1000",
		 5) },
	{ R13, "an unmap does not reach one of two instances",
	  A_ON_D1 SHARED_B INVALIDATE("a", "d1", "0") UNMAP,
	  BROKEN(WHO_DRIVER,
		 "b was not told of the unmap of 0x1000 in d1, which b is on",
		 5, 3) },
	{ R13, "an unmap, and an earlier one reached the instance",
	  A_ON_D1 INVALIDATE("a", "d1", "0") UNMAP UNMAP,
	  BROKEN(WHO_DRIVER,
		 "a was not told of the unmap of 0x1000 in d1, which a is on",
		 5, 2) },
	{ R13, "an unmap after a device has left",
	  A_ON_D1 SHARED_B OK("b", "blocked", "d1") INVALIDATE("a", "d1", "0")
		  UNMAP,
	  KEPT(2) },
	{ R13, "an unmap, and a driver that never put the device there",
	  A_ON_D1 SHARED_B INVALIDATE("a", "d1", "0")
		  UNMAP OK("b", "identity", "blocked"),
	  KEPT(2) },
	{ R13, "an unmap that failed",
	  A_ON_D1 INVALIDATE(
		  "a", "d2",
		  "0") "call op=unmap object=d1 arg=0x1000 ret=-ENOENT\n",
	  KEPT(1) },
	{ R13, "an unmap, and no invalidation is recorded", A_ON_D1 UNMAP,
	  NOTHING },
	{ R13, "an unmap, and the invalidation is of another address",
	  A_ON_D1
	  "invalidate instance=a domain=d1 scope=range iova=0x9000 size=0x1000 lost=0\n" UNMAP,
	  BROKEN(WHO_DRIVER,
		 "a was not told of the unmap of 0x1000 in d1, which a is on",
		 4, 2) },
	{ R13, "an unmap, and the invalidation ends where it begins",
	  A_ON_D1
	  "invalidate instance=a domain=d1 scope=range iova=0x0 size=0x1000 lost=0\n" UNMAP,
	  BROKEN(WHO_DRIVER,
		 "a was not told of the unmap of 0x1000 in d1, which a is on",
		 4, 2) },
	{ R13, "an unmap, and a flush of all of the domain",
	  A_ON_D1
	  "invalidate instance=a domain=d1 scope=domain iova=0x0 size=0x0 lost=0\n" UNMAP,
	  KEPT(2) },
	{ R13, "a stale translation",
	  A_ON_D1 DMA("a", "d1", "read", "0x1000", "0x10",
		      "access=r at=0x1008 reason=stale ret=-EFAULT"),
	  BROKEN(WHO_DRIVER,
		 "a still had a translation for 0x1008 in d1, which is unmapped",
		 3) },
	{ R13, "nothing is unmapped", A_ON_D1 SHARED_B, NOTHING },
	{ R13, "an address that is not mapped",
	  A_ON_D1 DMA("a", "d1", "read", "0x1000", "0x10",
		      "access=r at=0x1000 reason=not-mapped ret=-EFAULT"),
	  NOTHING },

	/* --- R14 --- */
	{ R14, "two reach the same address",
	  A_ON_D1 SHARED_B DMA("a", "d1", "read", "0x1000", "0x10", GOOD)
		  DMA("b", "d1", "sum", "0x1008", "0x8", GOOD),
	  KEPT(1) },
	{ R14, "one reaches what another does not",
	  A_ON_D1 SHARED_B DMA("a", "d1", "write", "0x1000", "0x10", GOOD)
		  DMA("b", "d1", "write", "0x1000", "0x10",
		      "access=w at=0x1000 reason=not-mapped ret=-EFAULT"),
	  BROKEN(WHO_DRIVER,
		 "b cannot reach 0x1000 in d1 (not-mapped), which a can", 5,
		 4) },
	{ R14, "one does not reach what another does later",
	  A_ON_D1 SHARED_B DMA("b", "d1", "read", "0x1000", "0x10",
			       "access=r at=0x1000 reason=format ret=-EFAULT")
		  DMA("a", "d1", "read", "0x1000", "0x10", GOOD),
	  BROKEN(WHO_DRIVER,
		 "b cannot reach 0x1000 in d1 (format), which a can", 4, 5) },
	{ R14, "it was unmapped in between",
	  A_ON_D1 SHARED_B DMA("a", "d1", "read", "0x1000", "0x10",
			       GOOD) INVALIDATE("a", "d1", "0")
		  DMA("b", "d1", "read", "0x1000", "0x10",
		      "access=r at=0x1000 reason=not-mapped ret=-EFAULT"),
	  NOTHING },
	{ R14, "one may read, and not write",
	  A_ON_D1 SHARED_B DMA("a", "d1", "read", "0x1000", "0x10", GOOD)
		  DMA("b", "d1", "write", "0x1000", "0x10",
		      "access=w at=0x1000 reason=permission ret=-EFAULT"),
	  NOTHING },
	{ R14, "one device, twice",
	  A_ON_D1 DMA("a", "d1", "read", "0x1000", "0x10", GOOD)
		  DMA("a", "d1", "read", "0x1000", "0x10", GOOD),
	  NOTHING },
	{ R14, "two domains",
	  DMA("a", "d1", "read", "0x1000", "0x10", GOOD)
		  DMA("b", "d2", "read", "0x1000", "0x10",
		      "access=r at=0x1000 reason=not-mapped ret=-EFAULT"),
	  NOTHING },
	{ R14, "an injected fault",
	  A_ON_D1 SHARED_B DMA("a", "d1", "read", "0x1000", "0x10", GOOD)
		  DMA("b", "d1", "read", "0x1000", "0x10",
		      "access=r at=0x1000 reason=injected ret=-EIO"),
	  NOTHING },
	{ R14, "somebody has looked, and all saw the same",
	  "!memory a\n!memory b\n", KEPT(2) },
	{ R14, "somebody has looked, and one did not",
	  "!memory a\n!memory b b misses a\n",
	  BROKEN(WHO_DRIVER, "b misses a", 0) },

	/* --- R15 --- */
	{ R15, "all is over, and freed",
	  A_ON_D1 OK("a", "blocked", "d1") FREE("d1") "!over\n", KEPT(1) },
	{ R15, "all is over, and a domain is left", A_ON_D1 "!over\n",
	  BROKEN(WHO_CALLER, "d1 was never freed", 1) },
	{ R15, "all is over, and something else is left",
	  A_ON_D1 FREE("d1") "!over tables\n",
	  BROKEN(WHO_DRIVER, "left behind: tables", 0) },
	{ R15, "it is not over", A_ON_D1, NOTHING },
	{ R15, "an allocation that failed",
	  "alloc domain=- device=a instance=- ret=-ENOMEM\n!over\n", NOTHING },
	{ R15, "the name is used again, and the first was freed",
	  ALLOC("d1", "a") FREE("d1") ALLOC("d1", "a") FREE("d1") "!over\n",
	  KEPT(2) },
	{ R15, "events are missing, among which it may have been freed",
	  A_ON_D1 "!gap\n!over\n", NOT_KNOWN },
	{ R15, "events are missing, but it is not over", A_ON_D1 "!gap\n",
	  NOTHING },
	{ R3, "events are missing, and there is no log",
	  A_ON_D1 REFUSED_B "!gap\n", NOTHING },
	{ R3, "events are missing, and nothing was logged",
	  A_ON_D1 REFUSED_B "!gap\n!log 0\n", NOT_KNOWN },
	{ R9, "events are missing, but none could show it", A_ON_D1 "!gap\n",
	  NOTHING },
	{ 0 },
};
