/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The inside of a conversion. Events become calls that have not returned, and
 * these become lines: converting-*.c, by what they are about.
 */
#ifndef RECORD_CONVERTING_H
#define RECORD_CONVERTING_H

#include "record/convert.h"
#include "record/event.h"
#include "record/places.h"

/* A call that has not returned yet. */
struct open_call {
	const struct probe *probe;
	pid_t tid;
	uint64_t n[T_NUMBERS];
	char *dev, *group;
	bool told; /* of a probe: its line is written */
};

/*
 * A domain that a driver has made for a caller that is not recorded. That is iommufd, or
 * the core for itself. The driver gives both the type of a user's domain, and the core
 * then sets its own (__iommu_paging_domain_alloc_flags()), so a later event tells.
 */
struct pending {
	uint64_t address;
	char *dev, *comm;
	pid_t tid;
};

struct convert {
	FILE *out;
	struct pending *pending;
	unsigned int n_pending;
	struct places *places;
	struct open_call *open; /* the youngest is last */
	unsigned int n_open;
	uint64_t seq, lines, lost, nsec;
	bool anonymous; /* without I/O addresses, names of tasks and lines of the log */
};

/* Is the thread inside of a function from which this is learnt? */
bool thread_inside(const struct convert *c, pid_t tid, enum learn learn);

/*
 * convert-lines.c: a line is begun, filled, and ended. A name with characters
 * that a line cannot have, or NULL, is written all the same.
 */
void line_begin(struct convert *c, uint64_t nsec, const char *event);
void line_name(struct convert *c, const char *key, const char *value);
void line_answer(struct convert *c, int64_t ret);
void line_end(struct convert *c, pid_t tid, const char *comm);

/* convert-domains.c */
bool is_error(uint64_t pointer);
/*
 * The domain of an event. One whose allocation is not recorded gets a name. If it is
 * pending, and has a name by its type, the line about its allocation is written.
 */
struct rdomain *domain_of(struct convert *c, uint64_t address, uint32_t type);
void line_allocated(struct convert *c, const struct traced *t,
		    const struct open_call *o);
/* A driver's function has returned a domain. */
void domain_made(struct convert *c, const struct traced *t,
		 const struct open_call *o);
void drop_pending(struct convert *c, unsigned int i);
void line_freed(struct convert *c, const struct traced *t);

/* convert-devices.c */
void line_probed(struct convert *c, const struct traced *t,
		 const struct open_call *o);
void line_released(struct convert *c, const struct traced *t);
void line_attached(struct convert *c, const struct traced *t,
		   const struct open_call *o);
void line_group_attached(struct convert *c, const struct traced *t,
			 const struct open_call *o);
/* A driver's answer about a PASID, and a user's call about one. */
void line_pasid(struct convert *c, const struct traced *t,
		const struct open_call *o);
void line_pasid_call(struct convert *c, const struct traced *t,
		     const struct open_call *o);
void line_logged(struct convert *c, const struct traced *t);

/* convert-memory.c */
void line_mapped(struct convert *c, const struct traced *t,
		 const struct open_call *o);
void line_invalidated(struct convert *c, const struct probe *p,
		      const struct traced *t);

#endif /* RECORD_CONVERTING_H */
