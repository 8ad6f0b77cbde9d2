// SPDX-License-Identifier: GPL-2.0-only
/* Journals about writes that a domain tracks, made by hand, and R17; see judge-cases.h. */
#include "tests/judge-cases.h"

#define DOES(op, iova, size, dirty, since, ret)                              \
	"dirty domain=d1 op=" op " iova=" iova " size=" size " dirty=" dirty \
	" since=" since " ret=" ret "\n"
#define TRACK(since) DOES("on", "0x0", "0x0", "0x0", since, "0")
/* All of the memory that these journals are about */
#define READ(dirty, since) DOES("read", "0x10000", "0x10000", dirty, since, "0")
#define PEEK(dirty, since) DOES("peek", "0x10000", "0x10000", dirty, since, "0")
#define DMA(dev, op, iova, size, since, ret)                                 \
	"dma instance=" dev " device=" dev " domain=d1 op=" op " iova=" iova \
	" size=" size " done=" size " access=- at=- reason=- since=" since   \
	" ret=" ret "\n"
#define WRITE(dev, iova, size, since) DMA(dev, "write", iova, size, since, "0")
#define FORGETS(dev, scope, iova, size, lost)                              \
	"invalidate instance=" dev " domain=d1 scope=" scope " iova=" iova \
	" size=" size " lost=" lost "\n"
/* Events 1 to 3: a is on d1, which tracks. */
#define TRACKED A_ON_D1 TRACK("2")

const struct judge_case judge_dirty_cases[] = {
	{ R17, "a write, and the report after it",
	  TRACKED WRITE("a", "0x11000", "0x10", "3") READ("0x1000", "4"),
	  KEPT(1) },
	{ R17, "a report that finds more",
	  TRACKED WRITE("a", "0x11000", "0x10", "3") READ("0x10000", "4"),
	  KEPT(1) },
	{ R17, "a report that leaves the bits, and one that clears them",
	  TRACKED WRITE("a", "0x11000", "0x10", "3") PEEK("0x1000", "4")
		  READ("0x1000", "5"),
	  KEPT(2) },
	{ R17, "a write that is in no report",
	  TRACKED WRITE("a", "0x11000", "0x10", "3") READ("0x0", "4"),
	  BROKEN(WHO_DRIVER,
		 "devices had written 0x10 bytes of 0x10000+0x10000 in d1, but 0x0 were reported dirty",
		 5, 4) },
	{ R17, "two writes that overlap are one page",
	  TRACKED WRITE("a", "0x11000", "0x1000", "3")
		  WRITE("a", "0x11800", "0x800", "4") READ("0x1000", "5"),
	  KEPT(1) },
	{ R17, "a write in the middle of another",
	  TRACKED WRITE("a", "0x11000", "0x1000", "3")
		  WRITE("a", "0x11100", "0x100", "4") READ("0x800", "5"),
	  BROKEN(WHO_DRIVER,
		 "devices had written 0x1000 bytes of 0x10000+0x10000 in d1, but 0x800 were reported dirty",
		 6, 5) },
	{ R17, "two writes to two pages, and one is lost",
	  TRACKED WRITE("a", "0x11000", "0x1000", "3")
		  WRITE("b", "0x13000", "0x1000", "4") READ("0x1000", "5"),
	  BROKEN(WHO_DRIVER,
		 "devices had written 0x2000 bytes of 0x10000+0x10000 in d1, but 0x1000 were reported dirty",
		 6, 5) },
	{ R17, "only what is inside of the report's range counts",
	  TRACKED WRITE("a", "0x1f000", "0x4000", "3") READ("0x1000", "4"),
	  KEPT(1) },
	{ R17, "a write before the range",
	  TRACKED WRITE("a", "0xf000", "0x1000", "3") READ("0x0", "4"),
	  NOTHING },
	{ R17, "an invalidation was lost, and a write after it has no trace",
	  TRACKED WRITE("a", "0x11000", "0x10", "3") READ("0x1000", "4")
		  FORGETS("a", "range", "0x11000", "0x1000", "1")
			  WRITE("a", "0x11000", "0x10", "6") READ("0x0", "7"),
	  BROKEN(WHO_DRIVER,
		 "devices had written 0x10 bytes of 0x10000+0x10000 in d1, but 0x0 were reported dirty",
		 8, 7) },
	{ R17,
	  "a write between a report and its invalidation belongs to neither",
	  TRACKED WRITE("a", "0x11000", "0x10", "3") READ("0x1000", "4")
		  WRITE("a", "0x11000", "0x10", "5")
			  FORGETS("a", "range", "0x11000", "0x1000", "0")
				  READ("0x0", "7"),
	  KEPT(1) },
	{ R17, "a write that had begun before the report",
	  TRACKED READ("0x1000", "3") WRITE("a", "0x11000", "0x10", "3")
		  READ("0x0", "5"),
	  NOTHING },
	{ R17, "a write that ended while the report was made",
	  TRACKED WRITE("a", "0x11000", "0x10", "3") READ("0x0", "3"),
	  NOTHING },
	{ R17, "a report that cleared another page takes no trace away",
	  TRACKED WRITE("a", "0x11000", "0x10", "3")
		  DOES("read", "0x12000", "0x1000", "0x0", "4", "0")
			  READ("0x0", "5"),
	  BROKEN(WHO_DRIVER,
		 "devices had written 0x10 bytes of 0x10000+0x10000 in d1, but 0x0 were reported dirty",
		 6, 4) },
	{ R17, "an unmap takes the trace away",
	  TRACKED WRITE("a", "0x11000", "0x10", "3")
		  CALL("unmap", "d1", "0x11000", "0") READ("0x0", "5"),
	  NOTHING },
	{ R17, "an unmap of other addresses does not",
	  TRACKED WRITE("a", "0x11000", "0x10", "3") FORGETS(
		  "a", "range", "0x14000", "0x1000", "0") READ("0x0", "5"),
	  BROKEN(WHO_DRIVER,
		 "devices had written 0x10 bytes of 0x10000+0x10000 in d1, but 0x0 were reported dirty",
		 6, 4) },
	{ R17, "nor does one in another domain",
	  TRACKED WRITE("a", "0x11000", "0x10", "3")
		  CALL("unmap", "d2", "0x11000", "0") "invalidate instance=a domain=d2 scope=range iova=0x11000 size=0x1000 lost=0\n" READ(
			  "0x0", "6"),
	  BROKEN(WHO_DRIVER,
		 "devices had written 0x10 bytes of 0x10000+0x10000 in d1, but 0x0 were reported dirty",
		 7, 4) },
	{ R17, "the whole IOTLB is forgotten",
	  TRACKED WRITE("a", "0x11000", "0x10", "3") "invalidate instance=a domain=- scope=all iova=0x0 size=0x0 lost=0\n" READ(
		  "0x0", "5"),
	  NOTHING },
	{ R17, "the tracking begins anew",
	  TRACKED WRITE("a", "0x11000", "0x10", "3") TRACK("4")
		  READ("0x0", "5"),
	  NOTHING },
	{ R17, "the write had begun before the tracking",
	  A_ON_D1 TRACK("2") WRITE("a", "0x11000", "0x10", "2")
		  READ("0x0", "4"),
	  NOTHING },
	{ R17, "the device was moved while it wrote",
	  TRACKED OK("a", "blocked", "d1") OK("a", "d1", "blocked")
		  WRITE("a", "0x11000", "0x10", "3") READ("0x0", "6"),
	  NOTHING },
	{ R17, "a device that is moved after its write leaves the trace",
	  TRACKED WRITE("a", "0x11000", "0x10", "3") OK("a", "blocked", "d1")
		  READ("0x0", "5"),
	  BROKEN(WHO_DRIVER,
		 "devices had written 0x10 bytes of 0x10000+0x10000 in d1, but 0x0 were reported dirty",
		 6, 4) },
	{ R17, "a write that failed, and a read",
	  TRACKED DMA("a", "write", "0x11000", "0x10", "3", "-EFAULT") DMA(
		  "a", "read", "0x11000", "0x10", "4", "0") READ("0x0", "5"),
	  NOTHING },
	{ R17, "a report that failed",
	  TRACKED WRITE("a", "0x11000", "0x10", "3")
		  DOES("read", "0x10000", "0x10000", "0x0", "4", "-EINVAL"),
	  NOTHING },
	{ R17, "events are missing between the two",
	  TRACKED WRITE("a", "0x11000", "0x10", "3") "!gap 3\n" READ("0x0",
								     "4"),
	  NOT_KNOWN },
	{ R17, "the last address there is",
	  TRACKED WRITE("a", "0xfffffffffffff000", "0x1000", "3")
		  WRITE("a", "0xfffffffffffff800", "0x800", "4")
			  DOES("read", "0xfffffffffffff000", "0x1000", "0xfff",
			       "5", "0"),
	  BROKEN(WHO_DRIVER,
		 "devices had written 0x1000 bytes of 0xfffffffffffff000+0x1000 in d1, but 0xfff were reported dirty",
		 6, 5) },
	{ R17, "invalidations were not recorded",
	  "!recorded attach dma dirty\n" TRACKED WRITE("a", "0x11000", "0x10",
						       "3") READ("0x0", "4"),
	  NOTHING },
	{ 0 },
};
