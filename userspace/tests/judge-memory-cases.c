// SPDX-License-Identifier: GPL-2.0-only
/* Journals about R3, R11, R13, R14; see judge-cases.h. */
#include "tests/judge-cases.h"

#define DMA(dev, dom, op, iova, size, more)                         \
	"dma instance=" dev " device=" dev " domain=" dom " op=" op \
	" iova=" iova " size=" size " done=0x0 " more "\n"
#define GOOD "access=- at=- reason=- ret=0"
#define INVALIDATE(inst, dom, lost)                \
	"invalidate instance=" inst " domain=" dom \
	" scope=range iova=0x1000 size=0x1000 lost=" lost "\n"
#define UNMAP "call op=unmap object=d1 arg=0x1000 ret=0\n"

/* Lines of a recording of a real driver. */
#define LOGS "recording kernel=6 machine=x log=1\n"
#define RECORDED_NO(dev, err) NO(dev, "d1", "blocked", "-", err)
#define LOGGED(dev, tid) \
	"log device=" dev " text=no_SMMU thread=" tid " by=7:-\n"
#define TOLD_BY(iova, tid)                                       \
	"invalidate instance=- domain=d1 scope=range iova=" iova \
	" size=0x1000 thread=" tid " by=7:x\n"
#define TOLD(iova) TOLD_BY(iova, "7")
#define UNMAPPED(sync, tid)                                              \
	"unmap domain=d1 iova=0x1000 size=0x1000 done=0x1000 sync=" sync \
	" ret=0 thread=" tid " by=7:x\n"
#define MAPPED(iova) "map domain=d1 iova=" iova " size=0x1000 ret=0\n"

const struct judge_case judge_memory_cases[] = {
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

	{ R3, "a recording: a refusal, and nothing in the log",
	  LOGS RECORDED_NO("b", "EINVAL"), KEPT(1) },
	{ R3, "a recording: a driver logs what it refuses",
	  LOGS LOGGED("b", "7") RECORDED_NO("b", "ENXIO"),
	  BROKEN(WHO_DRIVER, "the driver of b logged a refusal: no_SMMU", 3,
		 2) },
	{ R3, "a recording: a line about another device, or of another thread",
	  LOGS LOGGED("c", "7") RECORDED_NO("b", "EINVAL") LOGGED("b", "8")
		  RECORDED_NO("b", "EINVAL"),
	  KEPT(2) },
	{ R3, "a recording: a line that the first answer explains",
	  LOGS LOGGED("b", "7") RECORDED_NO("b", "ENOMEM")
		  RECORDED_NO("b", "EINVAL"),
	  KEPT(1) },
	{ R3, "a recording: a line before a gap",
	  LOGS LOGGED("b", "7") "!gap\n" RECORDED_NO("b", "EINVAL"),
	  NOT_KNOWN },
	{ R3, "a recording without the log",
	  "recording kernel=6 log=0\n" RECORDED_NO("b", "EINVAL"), NOTHING },

	/* --- R11 --- */
	{ R11, "a recording: what an instance refused, it takes later",
	  A_ON_D1 RECORDED_NO("b", "EINVAL") SHARED_B,
	  BROKEN(WHO_DRIVER,
		 "the instance b refused b on d1, and then accepted b: the domain has changed",
		 3, 4) },
	{ R11, "a recording: no memory, and then there is some",
	  A_ON_D1 RECORDED_NO("b", "ENOMEM") SHARED_B, NOTHING },
	{ R11, "a candidate has the features that it had",
	  A_ON_D1 "!features d1 ias=48 ias=48\n" REFUSED_B, KEPT(1) },
	{ R11, "a candidate was narrowed",
	  A_ON_D1 "!features d1 ias=48 ias=39\n" REFUSED_B,
	  BROKEN(WHO_DRIVER, "d1 was made with ias=48, but now has ias=39",
		 3) },
	{ R11, "narrowed, but never a candidate",
	  A_ON_D1 "!features d1 ias=48 ias=39\n" SHARED_B, NOTHING },
	{ R11, "a candidate whose features are not given", A_ON_D1 REFUSED_B,
	  NOTHING },
	{ R11, "what an instance refused, it takes later",
	  A_ON_D1 REFUSED_B
	  "attach instance=b device=c domain=d1 old=blocked fresh=0 reason=- ret=0\n",
	  BROKEN(WHO_DRIVER,
		 "the instance b refused b on d1, and then accepted c: the domain has changed",
		 3, 4) },
	{ R11, "what an instance took, it refuses after a probe",
	  A_ON_D1 SHARED_B NO(
		  "c", "d1", "blocked", "ias",
		  "EINVAL") "attach instance=b device=e domain=d1 old=blocked fresh=0 reason=oas ret=-EINVAL\n",
	  BROKEN(WHO_DRIVER,
		 "the instance b accepted b on d1, and then refused e: the domain has changed",
		 3, 5) },
	{ R11, "what an instance refused, it refuses again",
	  A_ON_D1 REFUSED_B OK("b", "identity", "blocked") REFUSED_B, KEPT(1) },
	{ R11,
	  "what an instance took, it takes again, and no device was refused",
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

	/* --- R13 --- */
	{ R13, "a recording: an unmap that invalidates",
	  A_ON_D1 TOLD("0x1000") UNMAPPED("1", "7"), KEPT(1) },
	{ R13, "a recording: an unmap, and nothing is invalidated",
	  A_ON_D1 TOLD("0x1000") UNMAPPED("1", "7") UNMAPPED("1", "7"),
	  BROKEN(WHO_CORE,
		 "the driver was not told to invalidate 0x1000 in d1, which was unmapped",
		 5) },
	{ R13, "a recording: an unmap, and another address is invalidated",
	  A_ON_D1 TOLD("0x2000") UNMAPPED("1", "7"),
	  BROKEN(WHO_CORE,
		 "the driver was not told to invalidate 0x1000 in d1, which was unmapped",
		 4) },
	{ R13, "a recording: an unmap, and another thread invalidates",
	  A_ON_D1 TOLD_BY("0x1000", "8") UNMAPPED("1", "7"),
	  BROKEN(WHO_CORE,
		 "the driver was not told to invalidate 0x1000 in d1, which was unmapped",
		 4) },
	{ R13, "a recording: the caller invalidates later, all of it",
	  A_ON_D1 UNMAPPED("0", "7") MAPPED(
		  "0x2000") "invalidate instance=- domain=d1 scope=domain iova=0x0 size=0x0\n",
	  KEPT(1) },
	{ R13, "a recording: the caller maps the address again before that",
	  A_ON_D1 UNMAPPED("0", "7") MAPPED("0x1000") TOLD("0x1000"),
	  BROKEN(WHO_CALLER,
		 "0x1000 in d1 was unmapped, and mapped again before the driver was told to invalidate it",
		 3, 4) },
	{ R13, "a recording: the caller may invalidate after its end",
	  A_ON_D1 TOLD("0x2000") UNMAPPED("0", "7"), NOTHING },
	{ R13, "a recording: an unmap of a domain that no device is on",
	  ALLOC("d1", "a") TOLD("0x2000") UNMAPPED("1", "7"), NOTHING },
	{ R13, "a recording: no driver is known, and nothing can be seen",
	  A_ON_D1 UNMAPPED("1", "7"), NOTHING },
	{ R13, "an unmap reaches both instances",
	  A_ON_D1 SHARED_B INVALIDATE("a", "d1", "0") INVALIDATE("b", "d1", "0")
		  UNMAP,
	  KEPT(4) },
	{ R13, "an invalidation is lost",
	  A_ON_D1 SHARED_B INVALIDATE("a", "d1", "0") INVALIDATE("b", "d1", "1")
		  UNMAP,
	  BROKEN(WHO_DRIVER, "b lost an invalidation: d1, 0x1000+0x1000", 5) },
	{ R13, "an unmap does not reach one of two instances",
	  A_ON_D1 SHARED_B INVALIDATE("a", "d1", "0") UNMAP,
	  BROKEN(WHO_DRIVER,
		 "b got no invalidation for the unmap of 0x1000 in d1, although b is on it",
		 5, 3) },
	{ R13, "an unmap, and an earlier one reached the instance",
	  A_ON_D1 INVALIDATE("a", "d1", "0") UNMAP UNMAP,
	  BROKEN(WHO_DRIVER,
		 "a got no invalidation for the unmap of 0x1000 in d1, although a is on it",
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
		 "a got no invalidation for the unmap of 0x1000 in d1, although a is on it",
		 4, 2) },
	{ R13, "an unmap, and the invalidation ends where it begins",
	  A_ON_D1
	  "invalidate instance=a domain=d1 scope=range iova=0x0 size=0x1000 lost=0\n" UNMAP,
	  BROKEN(WHO_DRIVER,
		 "a got no invalidation for the unmap of 0x1000 in d1, although a is on it",
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
		 "b cannot reach 0x1000 in d1 (not-mapped), but a can", 5, 4) },
	{ R14, "one does not reach what another does later",
	  A_ON_D1 SHARED_B DMA("b", "d1", "read", "0x1000", "0x10",
			       "access=r at=0x1000 reason=format ret=-EFAULT")
		  DMA("a", "d1", "read", "0x1000", "0x10", GOOD),
	  BROKEN(WHO_DRIVER, "b cannot reach 0x1000 in d1 (format), but a can",
		 4, 5) },
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
	{ R14, "the memory was checked, and all devices saw the same",
	  "!memory a\n!memory b\n", KEPT(2) },
	{ R14, "the memory was checked, and one device saw something else",
	  "!memory a\n!memory b b misses a\n",
	  BROKEN(WHO_DRIVER, "b misses a", 0) },

	{ R3, "events are missing, and there is no log",
	  A_ON_D1 REFUSED_B "!gap\n", NOTHING },
	{ R3, "events are missing, and nothing was logged",
	  A_ON_D1 REFUSED_B "!gap\n!log 0\n", NOT_KNOWN },
	{ R3, "events are missing, but none could show it", A_ON_D1 "!gap\n",
	  NOTHING },
	{ 0 },
};
