// SPDX-License-Identifier: GPL-2.0-only
/* Journals about requests for pages, made by hand, and R16; see judge-cases.h. */
#include "tests/judge-cases.h"

#define ASKS(dev, group, last, ret)                                          \
	"request instance=" dev " device=" dev                               \
	" pasid=5 domain=d1 group=" group " iova=0x1000 access=w last=" last \
	" ret=" ret "\n"
#define ASK(dev, group) ASKS(dev, group, "1", "0")
#define PART(dev, group) ASKS(dev, group, "0", "0")
#define ANSWER(dev, group, code, lost)                                  \
	"response instance=" dev " device=" dev " pasid=5 group=" group \
	" code=" code " known=1 lost=" lost "\n"
#define GOOD(dev, group) ANSWER(dev, group, "success", "0")
#define ON(dev)                                                    \
	"attach instance=" dev " device=" dev " pasid=5 domain=d1" \
	" old=blocked fresh=0 reason=- ret=0\n"
#define OFF(dev)                                                        \
	"attach instance=" dev " device=" dev " pasid=5 domain=blocked" \
	" old=d1 fresh=0 reason=- ret=0\n"
#define WITH_A ALLOC("d1", "a") ON("a")

const struct judge_case judge_request_cases[] = {
	{ R16, "a request, and its answer", WITH_A ASK("a", "7") GOOD("a", "7"),
	  KEPT(1) },
	{ R16, "an answer that says no is an answer",
	  WITH_A ASK("a", "7") ANSWER("a", "7", "invalid", "0") ASK("a", "8")
		  ANSWER("a", "8", "failure", "0"),
	  KEPT(2) },
	{ R16, "answers in another order than the requests",
	  WITH_A ASK("a", "7") ASK("a", "8") GOOD("a", "8") GOOD("a", "7")
		  OFF("a"),
	  KEPT(2) },
	{ R16, "a group of three has one answer",
	  WITH_A PART("a", "7") PART("a", "7") ASK("a", "7") GOOD("a", "7"),
	  KEPT(1) },
	{ R16, "groups that are mixed",
	  WITH_A PART("a", "7") PART("a", "8") ASK("a", "8") ASK("a", "7")
		  GOOD("a", "7") GOOD("a", "8"),
	  KEPT(2) },
	{ R16, "a number that is used again",
	  WITH_A ASK("a", "7") GOOD("a", "7") ASK("a", "7") GOOD("a", "7"),
	  KEPT(2) },
	{ R16, "two devices use the same number",
	  WITH_A ON("b") ASK("a", "7") ASK("b", "7") GOOD("b", "7")
		  GOOD("a", "7"),
	  KEPT(2) },
	{ R16, "a request that waits for its answer", WITH_A ASK("a", "7"),
	  NOTHING },
	{ R16, "a group that is not complete", WITH_A PART("a", "7") OFF("a"),
	  NOTHING },
	{ R16, "a request that found no room",
	  WITH_A ASKS("a", "7", "1", "-ENOSPC") OFF("a"), NOTHING },
	{ R16, "a request that is not answered before the detach",
	  WITH_A ASK("a", "7") OFF("a"),
	  BROKEN(WHO_CORE,
		 "group 7 of a/5 was not answered before it left the domain", 3,
		 4) },
	{ R16, "a request that is answered after the detach",
	  WITH_A ASK("a", "7") OFF("a") GOOD("a", "7"),
	  BROKEN(WHO_CORE,
		 "group 7 of a/5 was answered, but not before it left the domain",
		 3, 5) },
	{ R16, "an answer after the detach, and then all is as it was",
	  WITH_A ASK("a", "7") OFF("a") GOOD("a", "7") ON("a") ASK("a", "7")
		  GOOD("a", "7") OFF("a"),
	  BROKEN(WHO_CORE,
		 "group 7 of a/5 was answered, but not before it left the domain",
		 3, 5) },
	{ R16, "a request that is not answered before the release",
	  WITH_A ASK("a", "7") "release instance=a device=a\n",
	  BROKEN(WHO_CORE,
		 "group 7 of a/5 was not answered before the device was released",
		 3, 4) },
	{ R16, "the detach of another device is no end",
	  WITH_A ON("b") ASK("a", "7") OFF("b") GOOD("a", "7"), KEPT(1) },
	{ R16, "an attach that was refused is no end",
	  WITH_A ASK("a", "7") "attach instance=a device=a pasid=5 domain=d2 old=d1 fresh=0 reason=ias ret=-EINVAL\n" GOOD(
		  "a", "7"),
	  KEPT(1) },
	{ R16, "the answer is lost",
	  WITH_A ASK("a", "7") ANSWER("a", "7", "success", "1"),
	  BROKEN(WHO_DRIVER, "the answer to group 7 of a/5 was lost", 3, 4) },
	{ R16, "a second answer",
	  WITH_A ASK("a", "7") GOOD("a", "7") ANSWER("a", "7", "invalid", "0"),
	  BROKEN(WHO_CORE, "group 7 of a/5 was answered twice", 5, 3) },
	{ R16, "an answer without a request", WITH_A GOOD("a", "7"),
	  BROKEN(WHO_CORE,
		 "group 7 of a/5 was answered, though the device had not asked",
		 3) },
	{ R16, "an answer to the group of another device",
	  WITH_A ON("b") ASK("a", "7") GOOD("b", "7") GOOD("a", "7"),
	  BROKEN(WHO_CORE,
		 "group 7 of b/5 was answered, though the device had not asked",
		 5) },
	{ R16, "an answer before the last request",
	  WITH_A PART("a", "7") ANSWER("a", "7", "invalid", "0"),
	  BROKEN(WHO_CORE,
		 "group 7 of a/5 was answered, though its last request had not come",
		 4, 3) },
	{ R16, "a request without a PASID",
	  "request instance=a device=a domain=d1 group=7 iova=0x0 access=r last=1 ret=0\n"
	  "response instance=a device=a group=7 code=invalid known=1 lost=0\n",
	  KEPT(1) },
	{ R16, "events are missing between the two",
	  WITH_A ASK("a", "7") "!gap 3\n" GOOD("a", "7"), NOT_KNOWN },
	{ R16, "events are missing, and a second answer",
	  WITH_A "!gap 3\n" ASK("a", "7") GOOD("a", "7") GOOD("a", "7"),
	  BROKEN(WHO_CORE, "group 7 of a/5 was answered twice", 5, 3) },
	{ R16, "it is over, and a request has no answer",
	  WITH_A ASK("a", "7") "!over\n",
	  BROKEN(WHO_CORE, "group 7 of a/5 was not answered at all", 3) },
	{ R16, "requests were not recorded",
	  "!recorded attach\n" WITH_A GOOD("a", "7"), NOTHING },
	{ 0 },
};
