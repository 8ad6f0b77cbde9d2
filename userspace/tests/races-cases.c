// SPDX-License-Identifier: GPL-2.0-only
/* See races-cases.h. */
#include <stddef.h>

#include "tests/races-cases.h"

const struct by_hand by_hand[] = {
#define ALLOC "1 alloc domain=x device=a instance=A ret=0\n"
#define COMES(ns, dev, old)                           \
	ns " attach device=" dev " domain=x old=" old \
	   " fresh=0 reason=- ret=0\n"
#define LEAVES(ns, dev, old)                                \
	ns " attach device=" dev " domain=blocked old=" old \
	   " fresh=0 reason=- ret=0\n"
#define BEGINS(ns, dev, dom)                                           \
	ns " fault instance=A point=attach device=" dev " domain=" dom \
	   " delay_us=9 ret=0\n"
#define FREE(n) "90 free domain=x attached=" n "\n"

	{ "nothing happens", NULL, "" },
	{ "a device comes and goes, and its domain is freed", NULL,
	  ALLOC COMES("2", "a", "blocked") LEAVES("3", "a", "x") FREE("0") },
	{ "it stays", NULL,
	  ALLOC COMES("2", "a", "blocked") "!at a x\n!list x a\n" },
	{ "a refusal leaves it where it was", NULL,
	  ALLOC COMES("2", "a", "blocked") "3 attach device=a domain=x old=x fresh=0 reason=fault ret=-EIO\n" LEAVES(
		  "4", "a", "x") },
	{ "a stale old domain", "chain",
	  ALLOC COMES("2", "a", "blocked") LEAVES("3", "a", "blocked") },
	{ "a refusal that moves it", "chain",
	  ALLOC COMES("2", "a", "blocked") "3 attach device=a domain=x old=x fresh=0 reason=fault ret=-EIO\n" LEAVES(
		  "4", "a", "identity") },
	{ "a device that goes while it is attached", "chain",
	  ALLOC COMES("2", "a", "blocked") "3 release instance=A device=a\n" },
	{ "a device that goes, and comes again", NULL,
	  ALLOC COMES("2", "a", "blocked")
		  LEAVES("3", "a", "x") "4 release instance=A device=a\n5 probe instance=A device=a ret=0\n" LEAVES(
			  "6", "a", "none") },
	{ "what was probed is on nothing", "chain",
	  "5 probe instance=A device=a ret=0\n" LEAVES("6", "a", "identity") },
	{ "two attaches of one group, and no detach", "owner",
	  ALLOC "1 alloc domain=y device=a instance=A ret=0\n" COMES(
		  "2", "a",
		  "blocked") "3 attach device=a domain=y old=x fresh=0 reason=- ret=0\n" },
	{ "attaches of two groups may overlap", NULL,
	  ALLOC BEGINS("2", "a", "x") BEGINS("3", "b", "x")
		  COMES("4", "a", "blocked") COMES("5", "b", "blocked") },
	{ "those of one group may not", "alone",
	  ALLOC BEGINS("2", "g1", "x") BEGINS("3", "g2", "x")
		  COMES("4", "g1", "blocked") COMES("5", "g2", "blocked") },
	{ "one after the other they may", NULL,
	  ALLOC BEGINS("2", "g1", "x") COMES("3", "g1", "blocked")
		  BEGINS("4", "g2", "x") COMES("5", "g2", "blocked") },
	{ "a detach in the middle of an attach", "alone",
	  ALLOC BEGINS("2", "g1", "x") LEAVES("3", "g1", "identity")
		  COMES("4", "g1", "blocked") },
	{ "the other device of the group in the middle of an attach", "alone",
	  ALLOC BEGINS("2", "g1", "x") COMES("3", "g2", "blocked") },
	{ "a domain freed with a device on it, as the module says", "lives",
	  ALLOC FREE("1") },
	{ "a domain freed with a device on it, as the journal shows", "lives",
	  ALLOC COMES("2", "a", "blocked") FREE("0") },
	{ "a domain freed twice", "lives",
	  ALLOC FREE("0") "91 free domain=x attached=0\n" },
	{ "an attach after the free", "lives",
	  ALLOC FREE("0") COMES("92", "a", "blocked") },
	{ "an attach that begins after the free", "lives",
	  ALLOC FREE("0") BEGINS("92", "a", "x") },
	{ "an attach to what was never made", "lives",
	  COMES("2", "a", "blocked") },
	{ "a domain of the same name is another one", NULL,
	  ALLOC FREE("0") "91 alloc domain=x device=a instance=A ret=0\n" COMES(
		  "92", "a", "blocked") },
	{ "an allocation that failed makes nothing", "lives",
	  "1 alloc domain=x device=a instance=A ret=-ENOMEM\n" COMES(
		  "2", "a", "blocked") },
	{ "a device that is not where it was told to be", "lists",
	  ALLOC COMES("2", "a", "blocked") "!at a blocked\n" },
	{ "a device that is on no list", "lists",
	  ALLOC COMES("2", "a", "blocked") "!at a x\n" },
	{ "a device that is still on a list", "lists",
	  ALLOC COMES("2", "a", "blocked")
		  LEAVES("3", "a", "x") "!at a blocked\n!list x a\n" },
	{ "a device on the list without an attach", "lists",
	  ALLOC "!list x b\n" },
	{ "documented answers", NULL,
	  "!did 0 0 attach x a 0 1 2 EBUSY\n!did 1 0 attach x a 0 1 2 0\n"
	  "2 call op=attach_group object=x arg=a ret=0 by=1:race-1\n" },
	{ "an errno that is not documented", "answers",
	  "!did 0 1 detach x a 0 1 2 EPERM\n" },
	{ "a success that cannot be", "answers",
	  "!did 0 1 free x - 0 1 5 0\n2 call op=del_domain object=x arg=- ret=0\n" },
	{ "an operation that was not to be done", "answers",
	  "!did 0 1 claim - a 0 1 2 EBUSY\n" },
	{ "calls of several threads, each in its own order", NULL,
	  "2 call op=map object=x arg=m ret=0 by=1:race-1\n"
	  "3 call op=map object=x arg=n ret=0 by=1:race-0\n"
	  "7 call op=unmap object=x arg=0x1000 ret=0 by=1:race-1\n"
	  "!did 0 0 map x n 2000 1 4 0\n!did 1 0 map x m 1000 1 4 0\n"
	  "!did 1 0 unmap x m 1000 6 8 0\n" },
	{ "a success that the journal has not", "told",
	  "!did 0 0 map x n 2000 1 4 0\n" },
	{ "a call that the thread knows nothing of", "told",
	  "3 call op=map object=x arg=n ret=0\n" },
	{ "another answer than the journal has", "told",
	  "!did 0 0 map x n 2000 1 4 0\n3 call op=map object=x arg=n ret=-EIO\n" },
	{ "a call that was made at another time", "told",
	  "!did 0 0 map x n 2000 1 4 0\n5 call op=map object=x arg=n ret=0\n" },
	{ "refused before it came to a call", NULL,
	  "!did 0 0 detach x a 0 1 4 EINVAL\n" },
#define ATTACHED_0                      \
	"!did 0 0 attach x a 0 1 4 0\n" \
	"3 call op=attach_group object=x arg=a ret=0\n!at a blocked\n"
	{ "an attach that was done, and a detach", NULL,
	  ALLOC COMES("2", "a", "blocked") ATTACHED_0
	  "!did 0 0 detach x a 0 5 9 0\n" LEAVES(
		  "6", "a",
		  "x") "7 call op=detach_group object=x arg=a ret=0\n" },
	{ "an attach that was not done", "did", ATTACHED_0 },
	{ "an attach that was done at another time", "did",
	  ALLOC ATTACHED_0 COMES("9", "a", "blocked") },
	{ "a detach from where the device was not", "did",
	  ALLOC COMES("2", "a", "blocked") LEAVES("3", "a", "x") LEAVES(
		  "6", "a",
		  "blocked") "!at a blocked\n!did 0 0 detach x a 0 5 9 0\n"
			     "7 call op=detach_group object=x arg=a ret=0\n" },
	{ "two rivals who both win", "rivals",
	  "2 call op=attach_group object=x arg=a ret=0 by=1:race-0\n"
	  "3 call op=attach_group object=y arg=a ret=0 by=1:race-1\n"
	  "!did 0 1 attach x a 0 1 4 0\n!did 1 1 attach y a 0 1 4 0\n" },
	{ "two rivals who both lose", "rivals",
	  "!did 0 1 attach x a 0 1 4 EBUSY\n!did 1 1 attach y a 0 1 4 EBUSY\n" },
	{ "the next round is another one", NULL,
	  "2 call op=attach_group object=x arg=a ret=0 by=1:race-0\n"
	  "6 call op=attach_group object=y arg=a ret=0 by=1:race-1\n"
	  "!did 0 1 attach x a 0 1 4 0\n!did 1 2 attach y a 0 5 8 0\n" },

#define MAPPED "!did main 0 map x m 1000 1 2 0\n"
#define THERE "!did main 0 attach x a 0 3 4 0\n"
#define READS(begin, end, answer) \
	"!did 2 0 read - a 1000 " begin " " end " " answer "\n"
#define UNMAP(begin, end)                                   \
	"!did 1 0 unmap x m 1000 " begin " " end " 0\n" end \
	" call op=unmap object=x arg=0x1000 ret=0 by=1:race-1\n"

	{ "mapped and attached is reached", NULL,
	  MAPPED THERE READS("5", "6", "0") },
	{ "mapped and attached is not reached", "memory",
	  MAPPED THERE READS("5", "6", "not-mapped") },
	{ "attached, and said to be blocked", "memory",
	  MAPPED THERE READS("5", "6", "blocked") },
	{ "reached before it is mapped", "memory", THERE READS("5", "6", "0") },
	{ "not attached is blocked", NULL, MAPPED READS("5", "6", "blocked") },
	{ "not attached, and reached", "memory", MAPPED READS("5", "6", "0") },
	{ "reached after the unmap", "memory",
	  MAPPED THERE UNMAP("5", "6") READS("7", "8", "0") },
	{ "stale after the unmap", "memory",
	  MAPPED THERE UNMAP("5", "6") READS("7", "8", "stale") },
	{ "gone after the unmap", NULL,
	  MAPPED THERE UNMAP("5", "6") READS("7", "8", "not-mapped") },
	{ "reached during the unmap", NULL,
	  MAPPED THERE UNMAP("5", "8") READS("6", "7", "0") },
	{ "gone during the unmap", NULL,
	  MAPPED THERE UNMAP("5", "8") READS("6", "7", "not-mapped") },
	{ "stale is never right", "memory",
	  MAPPED THERE UNMAP("5", "8") READS("6", "7", "stale") },
	{ "another page does not count", "memory",
	  MAPPED THERE
	  "!did main 0 unmap x m 2000 5 6 0\n" READS("7", "8", "not-mapped") },
	{ "a refused detach does not count", "memory",
	  MAPPED THERE
	  "!did 1 0 detach x a 0 5 6 EINVAL\n" READS("7", "8", "blocked") },
#define ON(ns, dev, inst)                          \
	ns " attach instance=" inst " device=" dev \
	   " domain=x old=blocked fresh=0 reason=- ret=0\n"
#define TOLD(ns, inst, iova, lost)                                         \
	ns " invalidate instance=" inst " domain=x scope=range iova=" iova \
	   " size=0x1000 lost=" lost "\n"
#define BOTH                                            \
	ALLOC ON("3", "a", "A") ON("3", "b", "B") THERE \
		"!did main 0 attach x b 0 3 4 0\n"
	{ "an unmap tells both instances", NULL,
	  BOTH TOLD("6", "A", "0x1000", "0") TOLD("6", "B", "0x1000", "0")
		  UNMAP("5", "8") },
	{ "an unmap tells one of two", "invalidated",
	  BOTH TOLD("6", "A", "0x1000", "0") UNMAP("5", "8") },
	{ "an unmap tells them of another page", "invalidated",
	  BOTH TOLD("6", "A", "0x1000", "0") TOLD("6", "B", "0x2000", "0")
		  UNMAP("5", "8") },
	{ "what an unmap tells is lost", "invalidated",
	  BOTH TOLD("6", "A", "0x1000", "0") TOLD("6", "B", "0x1000", "1")
		  UNMAP("5", "8") },
	{ "an unmap tells too late", "invalidated",
	  BOTH TOLD("6", "A", "0x1000", "0") TOLD("9", "B", "0x1000", "0")
		  UNMAP("5", "8") },
	{ "a device that leaves meanwhile needs no invalidation", NULL,
	  BOTH TOLD("6", "A", "0x1000", "0") UNMAP(
		  "5",
		  "8") "!did 2 0 detach x b 0 7 9 0\n"
		       "8 call op=detach_group object=x arg=b ret=0 by=1:race-2\n" },
	{ "a device on another domain needs no invalidation", NULL,
	  ALLOC ON("3", "a", "A") THERE "!did main 0 attach y b 0 3 4 0\n" TOLD(
		  "6", "A", "0x1000", "0") UNMAP("5", "8") },
	{ "unmapped while another thread maps: either result is right", NULL,
	  MAPPED THERE "!did main 0 map x m 1000 5 9 0\n" UNMAP("6", "8")
		  READS("10", "11", "not-mapped") },
	{ 0 }
};
