// SPDX-License-Identifier: GPL-2.0-only
/*
 * Journals about PASIDs, made by hand, and what the contract says of them: R9,
 * and the rules that hold for each address space.
 */
#include "tests/judge-cases.h"

#define PASID(dev, pasid, dom, from, reason, ret)                            \
	"attach instance=" dev " device=" dev " pasid=" pasid " domain=" dom \
	" old=" from " fresh=0 reason=" reason " ret=" ret "\n"
#define P_OK(dev, dom, from) PASID(dev, "5", dom, from, "-", "0")
#define P_NO(dev, dom, from, reason, err) \
	PASID(dev, "5", dom, from, reason, "-" err)
#define P_CALL(dom, dev, ret) \
	"call op=attach_pasid object=" dom " arg=" dev " pasid=5 ret=" ret "\n"
#define P_DETACH(dom, dev) \
	"call op=detach_pasid object=" dom " arg=" dev " pasid=5 ret=0\n"
#define SVA_BIND(dom, dev) \
	"call op=sva_bind object=" dom " arg=" dev " pasid=5 ret=0\n"
#define SVA_UNBIND(dom, dev) \
	"call op=sva_unbind object=" dom " arg=" dev " pasid=5 ret=0\n"
#define ON_D2 A_ON_D1 P_OK("b", "d2", "blocked")
#define UNMAP "call op=unmap object=d1 arg=0x1000 ret=0\n"
#define INVALIDATED(inst)           \
	"invalidate instance=" inst \
	" domain=d1 scope=range iova=0x1000 size=0x1000 lost=0\n"
#define READ(dev, pasid, how)                    \
	"dma instance=" dev " device=" dev pasid \
	" domain=d1 op=read iova=0x1000 size=0x10 done=0x0 " how "\n"

const struct judge_case judge_pasid_cases[] = {
	/* --- R9 --- */
	{ R9, "a PASID is refused, and then on another domain",
	  A_ON_D1 P_NO("b", "d1", "blocked", "ias", "EINVAL")
		  P_OK("b", "d2", "blocked"),
	  KEPT(1) },
	{ R9, "a PASID is refused, and nothing more is known of it",
	  A_ON_D1 P_NO("b", "d1", "blocked", "ias", "EINVAL"), NOTHING },
	{ R9, "a PASID is attached", ON_D2 P_OK("b", "blocked", "d2"),
	  NOTHING },
	{ R9, "a PASID is refused, and is on the domain",
	  A_ON_D1 P_NO("b", "d1", "blocked", "fault", "ENOMEM")
		  P_OK("b", "d2", "d1"),
	  BROKEN(WHO_DRIVER,
		 "PASID 5 of b was on blocked, but is on d1 after d1 was refused",
		 3, 4) },
	{ R9, "a PASID is refused, and is on the domain at the end",
	  A_ON_D1 P_NO("b", "d1", "blocked", "fault",
		       "ENOMEM") "!place b identity\n!pasid b 5 d1\n",
	  BROKEN(WHO_DRIVER,
		 "PASID 5 of b was on blocked, but is on d1 after d1 was refused",
		 3) },
	{ R9, "a PASID is refused, and is on no domain at the end",
	  A_ON_D1 P_NO("b", "d1", "blocked", "fault",
		       "ENOMEM") "!place b identity\n",
	  KEPT(1) },
	{ R9, "another PASID, and the device itself, say nothing about it",
	  A_ON_D1 P_NO("b", "d1", "blocked", "fault", "ENOMEM")
		  PASID("b", "6", "d2", "d1", "-", "0") OK("b", "d2", "d1"),
	  NOTHING },
	{ R9, "half a group, and the core takes it back",
	  GROUP_BC A_ON_D1 P_OK("b", "d1", "blocked") P_NO("c", "d1", "blocked",
							   "fault", "ENOMEM")
		  P_OK("b", "blocked", "d1") P_CALL("d1", "b", "-ENOMEM")
			  P_OK("b", "d2", "blocked") P_OK("c", "d2", "blocked"),
	  KEPT(2) },
	{ R9, "half a group, and the core leaves it there",
	  GROUP_BC A_ON_D1 P_OK("b", "d1", "blocked")
		  P_NO("c", "d1", "blocked", "fault", "ENOMEM")
			  P_CALL("d1", "b", "-ENOMEM") P_OK("b", "d2", "d1"),
	  BROKEN(WHO_CORE,
		 "PASID 5 of b was on blocked, but is on d1 after d1 was refused",
		 4, 6) },
	{ R9, "half a group that only its call shows",
	  A_ON_D1 P_OK("b", "d1", "blocked")
		  P_NO("c", "d1", "blocked", "fault", "ENOMEM")
			  P_CALL("d1", "b", "-ENOMEM") P_OK("b", "d2", "d1"),
	  BROKEN(WHO_CORE,
		 "PASID 5 of b was on blocked, but is on d1 after d1 was refused",
		 4, 6) },
	{ R9, "a replace is refused, and the PASID is where it was",
	  ON_D2 P_NO("b", "d1", "d2", "ias", "EINVAL")
		  P_OK("b", "blocked", "d2"),
	  KEPT(1) },
	{ R9, "a replace is refused, and the PASID has lost its domain",
	  ON_D2 P_NO("b", "d1", "d2", "ias", "EINVAL")
		  P_OK("b", "d1", "blocked"),
	  BROKEN(WHO_DRIVER,
		 "PASID 5 of b was on d2, but is on blocked after d1 was refused",
		 4, 5) },
	{ R9, "a device goes, and its PASIDs with it",
	  A_ON_D1 P_NO("b", "d1", "blocked", "fault",
		       "ENOMEM") "release instance=b device=b\n" PROBE("b")
		  P_OK("b", "d2", "d1"),
	  NOTHING },
	{ R9, "a device without a PASID is refused",
	  A_ON_D1 NO("b", "d1", "blocked", "ias", "EINVAL")
		  OK("b", "identity", "d1"),
	  NOTHING },

	{ R9, "a PASID is refused, and events are missing then",
	  A_ON_D1 P_NO("b", "d1", "blocked", "fault", "ENOMEM") "!gap\n",
	  NOT_KNOWN },

	/* --- processes: the core chooses the domain of a bond --- */
	{ R9, "a bond: the core tries a domain, and makes one",
	  A_ON_D1 P_NO("b", "d1", "blocked", "ias", "EINVAL") ALLOC("d2", "b")
		  P_OK("b", "d2", "blocked") SVA_BIND("d2", "b"),
	  KEPT(1) },
	{ R2,
	  "a bond: no memory for the first domain, and the core tries another",
	  A_ON_D1 P_NO("b", "d1", "blocked", "fault", "ENOMEM") ALLOC("d2", "b")
		  P_OK("b", "d2", "blocked") SVA_BIND("d2", "b"),
	  BROKEN(WHO_CALLER, "after ENOMEM from b on d1 the caller tried d2", 3,
		 5) },
	{ R7, "a bond that has ended, and a new one",
	  ON_D2 SVA_BIND("d2", "b") P_OK("b", "blocked", "d2") SVA_UNBIND(
		  "d2", "b") P_NO("b", "d2", "blocked", "fault", "ENOMEM"),
	  NOTHING },
	{ R1, "a bond, and an instance without SVA",
	  A_ON_D1 P_NO("b", "d1", "blocked", "sva", "EOPNOTSUPP"),
	  BROKEN(WHO_DRIVER,
		 "d1 does not fit b (sva), but the driver returned EOPNOTSUPP, not EINVAL",
		 3) },
	/* --- the others --- */
	{ R6, "the refusal of a PASID is R9",
	  A_ON_D1 P_NO("b", "d1", "blocked", "fault", "ENOMEM")
		  P_OK("b", "d2", "d1"),
	  NOTHING },
	{ R1, "a PASID that does not fit, and not EINVAL",
	  A_ON_D1 P_NO("b", "d1", "blocked", "ias", "EMEDIUMTYPE"),
	  BROKEN(WHO_DRIVER,
		 "d1 does not fit b (ias), but the driver returned EMEDIUMTYPE, not EINVAL",
		 3) },
	{ R1, "a PASID that is attached as it was said",
	  ON_D2 P_OK("b", "blocked", "d2"), KEPT(1) },
	{ R1, "a PASID, and a domain of its own says EINVAL: that is R4",
	  ALLOC("d1",
		"b") "attach instance=b device=b pasid=5 domain=d1 old=blocked fresh=1 reason=fresh ret=-EINVAL\n",
	  NOTHING },
	{ R4, "a fresh domain of its own, for a PASID",
	  ALLOC("d1",
		"b") "attach instance=b device=b pasid=5 domain=d1 old=blocked fresh=1 reason=fresh ret=-EINVAL\n",
	  BROKEN(WHO_DRIVER,
		 "d1 is fresh and was made for b, but the driver returned EINVAL",
		 2) },
	{ R7, "the core puts a PASID back, and its driver refuses",
	  GROUP_BC A_ON_D1 P_OK("b", "d2", "blocked") P_OK("c", "d2", "blocked")
		  P_OK("b", "d1", "d2") P_NO("c", "d1", "d2", "ias", "EINVAL")
			  P_NO("b", "d2", "d1", "fault", "ENOMEM"),
	  BROKEN(WHO_DRIVER,
		 "b was on d2 before, but when the core moved it back, the driver returned ENOMEM",
		 7) },
	{ R7, "a PASID goes back to where it was, and its driver refuses",
	  ON_D2 P_CALL("d2", "b", "0") P_OK("b", "d1", "d2") P_CALL(
		  "d1", "b", "0") P_NO("b", "d2", "d1", "fault", "ENOMEM"),
	  BROKEN(WHO_DRIVER,
		 "b was on d2 before, but when the caller moved it back, the driver returned ENOMEM",
		 7) },
	{ R7, "a PASID that its user has detached, and attaches later",
	  ON_D2 P_CALL("d2", "b", "0") P_OK("b", "blocked", "d2") P_DETACH(
		  "d2", "b") P_NO("b", "d2", "blocked", "fault", "ENOMEM"),
	  NOTHING },
	{ R12, "a domain is freed with a PASID on it",
	  A_ON_D1 OK("a", "blocked", "d1")
		  P_OK("b", "d1", "blocked") "free domain=d1 attached=1\n",
	  BROKEN(WHO_CALLER, "d1 was freed while 1 device was on it", 5) },
	{ R12, "a domain is freed with a PASID that it refused: R9",
	  A_ON_D1 OK("a", "blocked", "d1")
		  P_NO("b", "d1", "blocked", "fault",
		       "ENOMEM") "free domain=d1 attached=1\n",
	  NOTHING },
	{ R13, "an unmap does not reach an instance with a PASID on the domain",
	  A_ON_D1 P_OK("b", "d1", "blocked") INVALIDATED("a") UNMAP,
	  BROKEN(WHO_DRIVER,
		 "b got no invalidation for the unmap of 0x1000 in d1, although b/5 is on it",
		 5, 3) },
	{ R13, "an unmap after a PASID has left",
	  A_ON_D1 P_OK("b", "d1", "blocked") P_OK("b", "blocked", "d1")
		  INVALIDATED("a") UNMAP,
	  KEPT(2) },
	{ R13, "an unmap after the device of a PASID has gone",
	  A_ON_D1 P_OK(
		  "b",
		  "d1",
		  "blocked") "release instance=b device=b\n" INVALIDATED("a")
		  UNMAP,
	  KEPT(2) },
	{ R14, "a PASID does not reach what a device reaches",
	  A_ON_D1 P_OK("b", "d1",
		       "blocked") READ("a", "", "access=- at=- reason=- ret=0")
		  READ("b", " pasid=5",
		       "access=r at=0x1000 reason=not-mapped ret=-EFAULT"),
	  BROKEN(WHO_DRIVER,
		 "b cannot reach 0x1000 in d1 (not-mapped), but a can", 5, 4) },
	{ R14, "a page of a process that comes between two reads",
	  A_ON_D1 P_OK("a", "d1", "blocked") P_OK("b", "d1",
						  "blocked") SVA_BIND("d1", "b")
		  READ("a", " pasid=5",
		       "access=r at=0x1000 reason=not-mapped ret=-EFAULT")
			  READ("b", " pasid=5", "access=- at=- reason=- ret=0"),
	  NOTHING },
	{ R14, "a page of a process that both read",
	  A_ON_D1 P_OK("a", "d1", "blocked") P_OK("b", "d1", "blocked")
		  SVA_BIND("d1", "b") READ("a", " pasid=5",
					   "access=- at=- reason=- ret=0")
			  READ("b", " pasid=5", "access=- at=- reason=- ret=0"),
	  KEPT(1) },
	{ R14, "a page of a process that one instance cannot decode",
	  A_ON_D1 P_OK("a", "d1", "blocked") P_OK("b", "d1", "blocked")
		  SVA_BIND("d1", "b") READ("a", " pasid=5",
					   "access=- at=- reason=- ret=0")
			  READ("b", " pasid=5",
			       "access=r at=0x1000 reason=format ret=-EFAULT"),
	  BROKEN(WHO_DRIVER, "b cannot reach 0x1000 in d1 (format), but a can",
		 7, 6) },
	{ 0 },
};
