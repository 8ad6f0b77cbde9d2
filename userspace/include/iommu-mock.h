/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libiommu-mock: mock IOMMUs on the running kernel, from a program of yours.
 *
 *	struct imock *im = imock_new(NULL);
 *
 *	if (imock_open(im) || imock_add_instance(im, "smmu0", "ias=39"))
 *		errx(1, "%s", imock_error(im));
 *
 * libiommu-mock(3) explains; what instances, groups, domains, policies and
 * faults are, and all words that are passed as text, is in docs/ABI.md.
 *
 * Results. Unless it says otherwise, a function returns 0 or -errno; after a
 * failure imock_error() is one sentence about it. What the kernel or the
 * module answered is passed on unchanged. No function prints, or ends the
 * program. Any may fail with -ENOMEM: what it had begun may then stay behind.
 *
 * Threads. There is no state outside of the objects below: each context, and
 * what was made from it, is for one thread at a time. The module keeps its
 * sentences, and the journal its events, by process.
 *
 * Lifetimes. What was made from a context has to go before it does. Strings
 * and structures belong to the object that they were asked of, and live as
 * long as it does, or as said.
 *
 * Binary interface. Symbols are versioned. Structures are made by the library
 * only, never by you, and get new members at their end: "size" is how much of
 * one there is, see IMOCK_HAS(). Lists of events, reasons and operations may
 * get longer, too.
 */
#ifndef IOMMU_MOCK_H
#define IOMMU_MOCK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct imock; /* a context */
struct imock_state; /* all objects, at one moment */
struct imock_journal; /* a reader of the journal */
struct imock_placement; /* what a caller made of some devices */

/* Is a member of a structure there, in the library that made it? */
#define IMOCK_HAS(p, member)                                               \
	((size_t)((const char *)(&(p)->member + 1) - (const char *)(p)) <= \
	 (p)->size)

/*
 * Contexts and the module
 */

/*
 * A context, or NULL with errno ENOMEM or EMFILE. sysroot: NULL for the running system,
 * or the directory of a recorded one, where writes are kept, but do nothing.
 */
struct imock *imock_new(const char *sysroot);
void imock_free(struct imock *im); /* NULL is fine; no object is removed */

/* About the last function that was called with im: "" if it succeeded. */
const char *imock_error(const struct imock *im);

/*
 * What waits in the context, or the next that is about to, ends with -EINTR: a
 * DMA that was waited for to its end is stopped, and a placement that is not
 * complete is undone. For another thread, or a signal handler. Signals are the
 * program's own: the library blocks and handles none, and a wait that a
 * handler interrupts ends with -EINTR, too.
 */
void imock_interrupt(struct imock *im);

/* Of the library: "0.1.0" */
const char *imock_version(void);

/*
 * Load the module: the installed one, or that in file; both may be NULL.
 * parameters: "journal_entries=1024". -EEXIST: it is loaded already.
 */
int imock_load(struct imock *im, const char *file, const char *parameters);

/* -EBUSY while anybody uses it, be it a journal or a placement of yours. */
int imock_unload(struct imock *im);

/*
 * Find the loaded module, which the first use does otherwise. -EPERM: not
 * root, or the kernel is locked down; -ENODEV: it is not loaded; -ENOENT: no
 * debugfs; -EPROTO: it is of another version.
 */
int imock_open(struct imock *im);

/* Detach and remove all objects, of all programs; clear the journal. */
int imock_reset(struct imock *im);

/*
 * A value of build_info ("family", "running", ...) as text. -ENOENT: it has no
 * such key; -ERANGE: there is more than room for.
 */
int imock_fact(struct imock *im, const char *key, char *value, size_t room);

/*
 * Objects. options: as in docs/ABI.md, "ias=39 policy=any"; or NULL
 */

enum imock_kind {
	IMOCK_DRIVER,
	IMOCK_INSTANCE,
	IMOCK_GROUP,
	IMOCK_DEVICE,
	IMOCK_DOMAIN,
	IMOCK_BUFFER
};

/* -EEXIST: the name is taken; -EBUSY, ...: as docs/ABI.md says */
int imock_add_instance(struct imock *im, const char *name, const char *options);
int imock_add_device(struct imock *im, const char *name, const char *instance,
		     const char *options);
int imock_add_domain(struct imock *im, const char *name, const char *device);
int imock_add_buffer(struct imock *im, const char *name, uint64_t size);
/* An instance, device, domain or buffer; the others go by themselves. */
int imock_del(struct imock *im, enum imock_kind kind, const char *name);

/*
 * Write to a file of an instance: "policy", "errno", "misbehave", "pairs"
 * ("deny smmu1"), "iotlb", "ias", ...
 */
int imock_set(struct imock *im, const char *instance, const char *file,
	      const char *value);

/* Inject failures at "attach", "map", ...; options NULL: no more. */
int imock_fault(struct imock *im, const char *instance, const char *point,
		const char *options);

/* A counter of an instance: "refused", "misses", ... -ENOENT: none such */
int imock_stat(struct imock *im, const char *instance, const char *key,
	       uint64_t *value);

/*
 * The in-kernel caller: devices and groups on domains. An attach claims the
 * group, as VFIO does, if it is not claimed yet.
 */

#define IMOCK_UNCLAIMED 1u /* do not, as vhost-vdpa */

/* The errno is the kernel's: -EINVAL, the domain does not fit the device. */
int imock_claim(struct imock *im, const char *group);
int imock_release(struct imock *im, const char *group);
int imock_attach(struct imock *im, const char *domain, const char *device,
		 unsigned int flags);
int imock_detach(struct imock *im, const char *domain, const char *device);
int imock_attach_group(struct imock *im, const char *domain, const char *group,
		       unsigned int flags);
int imock_detach_group(struct imock *im, const char *domain, const char *group);

/*
 * A device to a kernel driver, such as vfio-pci, by driver_override, and back.
 * -EBUSY: it is bound already; -ENODEV: it is not bound.
 */
int imock_bind(struct imock *im, const char *device, const char *driver);
int imock_unbind(struct imock *im, const char *device);

/*
 * Memory
 */

#define IMOCK_READ 1u
#define IMOCK_WRITE 2u

/* size 0: from offset to the buffer's end */
int imock_map(struct imock *im, const char *domain, uint64_t iova,
	      const char *buffer, uint64_t offset, uint64_t size,
	      unsigned int prot);
int imock_unmap(struct imock *im, const char *domain, uint64_t iova,
		uint64_t size);

/* Where an address goes. */
struct imock_page {
	size_t size;
	uint64_t iova, phys;
	uint64_t bytes; /* of the page */
	unsigned int prot; /* IMOCK_READ | IMOCK_WRITE */
	const char *buffer; /* or NULL: of no buffer */
	uint64_t offset; /* in there */
};

/* *page lives until the next call. -ENOENT: nothing is mapped there. */
int imock_walk(struct imock *im, const char *domain, uint64_t iova,
	       const struct imock_page **page);

/* All of it, or an error: -EINVAL, the buffer has fewer bytes than that. */
int imock_buffer_read(struct imock *im, const char *buffer, uint64_t offset,
		      void *to, size_t size);
int imock_buffer_write(struct imock *im, const char *buffer, uint64_t offset,
		       const void *from, size_t size);

/*
 * DMA of a device, through the domain that it is on. These wait until it has
 * ended, ten seconds at most. -EFAULT: it faulted; -ECANCELED: it was stopped;
 * -ETIMEDOUT, -EINTR: it is stopped now; -EBUSY: the device does something already.
 */

/* to: what was read, all of it */
int imock_dma_read(struct imock *im, const char *device, uint64_t iova,
		   void *to, size_t size);
/* memory: the pattern again and again, little-endian */
int imock_dma_write(struct imock *im, const char *device, uint64_t iova,
		    size_t size, uint64_t pattern);
int imock_dma_copy(struct imock *im, const char *device, uint64_t iova,
		   size_t size, uint64_t to);
int imock_dma_sum(struct imock *im, const char *device, uint64_t iova,
		  size_t size, uint32_t *crc32);

/*
 * Or any, as text: "write 0x1000 64K pattern=1 repeat=1000"; and wait for it,
 * -1: for ever. -ETIMEDOUT, -EINTR: it goes on.
 */
int imock_dma_start(struct imock *im, const char *device, const char *request);
int imock_dma_wait(struct imock *im, const char *device, int timeout_ms);
int imock_dma_stop(struct imock *im, const char *device);

struct imock_dma {
	size_t size;
	const char *op; /* "read", ...; NULL: the device has done nothing yet */
	uint64_t iova, bytes;
	uint64_t rounds; /* completed */
	uint64_t done; /* bytes of the last one */
	uint32_t crc32; /* of a sum */
	char access; /* 'r' or 'w' faulted; or 0 */
	uint64_t at; /* there */
	const char *reason; /* "not-mapped", "stale", ...; or NULL */
	int ret; /* 0 or -errno */
};

/* The last one of im that was waited for; NULL: there is none. */
const struct imock_dma *imock_dma_result(const struct imock *im);

/*
 * State: a copy of what there is. A string that is none is NULL, but for the
 * words identity, blocked and none as a device's or a group's domain. Lists
 * end with NULL.
 */

struct imock_driver {
	size_t size;
	const char *name;
	const char *default_domain; /* "identity" or "blocked" */
	uint64_t instances;
};

struct imock_instance {
	size_t size;
	const char *name, *driver, *format;
	unsigned int ias, oas; /* bits */
	const char *pgsizes; /* "4K,2M,1G" */
	int coherent, enforce; /* 0 or 1 */
	uint64_t iotlb; /* entries */
	const char *policy, *errnos, *misbehave;
	uint64_t devices, domains, faults, pairs;
};

struct imock_group {
	size_t size;
	const char *name;
	uint64_t id; /* as in /sys/kernel/iommu_groups */
	const char *const *devices;
	const char *owner; /* "caller": claimed by the in-kernel caller */
	const char *domain; /* where the first device is */
};

struct imock_device {
	size_t size;
	const char *name, *instance, *group;
	const char *bus; /* "platform" or "pci" */
	const char *address; /* on it: "0001:00:01.0" */
	const char *domain;
	const char *driver; /* the kernel driver bound to it */
};

struct imock_domain {
	size_t size;
	const char *name, *driver;
	const char *instance; /* whose features it copied */
	const char *made_for; /* a device */
	int foreign; /* 1: not the in-kernel caller's, but VFIO's, ... */
	pid_t pid; /* who made it */
	const char *comm;
	const char *format;
	unsigned int ias, oas;
	const char *pgsizes;
	int coherent, enforce;
	int fresh; /* 1: no device was ever on it */
	const char *const *devices, *const *instances; /* that are on it */
	uint64_t mapped, tables; /* bytes */
};

struct imock_buffer {
	size_t size;
	const char *name;
	uint64_t bytes;
	uint64_t maps;
};

/* To be freed; then all that was got from it is gone. */
int imock_state_read(struct imock *im, struct imock_state **state);
void imock_state_free(struct imock_state *state); /* NULL is fine */

/* By name: NULL if there is none. */
const struct imock_driver *imock_state_driver(const struct imock_state *state,
					      const char *name);
const struct imock_instance *
imock_state_instance(const struct imock_state *state, const char *name);
const struct imock_group *imock_state_group(const struct imock_state *state,
					    const char *name);
const struct imock_device *imock_state_device(const struct imock_state *state,
					      const char *name);
const struct imock_domain *imock_state_domain(const struct imock_state *state,
					      const char *name);
const struct imock_buffer *imock_state_buffer(const struct imock_state *state,
					      const char *name);

/* The i-th in order of creation: NULL after the last. */
const struct imock_driver *
imock_state_driver_at(const struct imock_state *state, unsigned int i);
const struct imock_instance *
imock_state_instance_at(const struct imock_state *state, unsigned int i);
const struct imock_group *imock_state_group_at(const struct imock_state *state,
					       unsigned int i);
const struct imock_device *
imock_state_device_at(const struct imock_state *state, unsigned int i);
const struct imock_domain *
imock_state_domain_at(const struct imock_state *state, unsigned int i);
const struct imock_buffer *
imock_state_buffer_at(const struct imock_state *state, unsigned int i);

/*
 * The journal: what the module was asked and answered, in order.
 */

enum imock_event_kind {
	IMOCK_EV_PROBE,
	IMOCK_EV_RELEASE,
	IMOCK_EV_ALLOC,
	IMOCK_EV_FREE,
	IMOCK_EV_ATTACH,
	IMOCK_EV_INVALIDATE,
	IMOCK_EV_DMA,
	IMOCK_EV_FAULT,
	IMOCK_EV_CALL,
	IMOCK_EV_UNKNOWN = 31 /* newer than this library: see type */
};

#define IMOCK_EV_BIT(kind) (1u << (kind))
#define IMOCK_EV_ALL (~0u)

/* What an event does not have is NULL, 0, or -1 for a flag. */
struct imock_event {
	size_t size;
	uint64_t seq, nsec; /* nsec: the kernel's monotonic clock */
	uint64_t missed; /* events before it that were overwritten unread: not known */
	enum imock_event_kind kind;
	const char *type; /* its word */
	const char *instance, *device, *domain, *old;
	const char *reason; /* of a refusal, or of a DMA's fault */
	const char *point; /* of an injected fault */
	const char *op, *object, *arg; /* of a call; op: of a DMA, too */
	const char *scope; /* of an invalidation: "range", "domain", "all" */
	const char *access, *at; /* of a DMA that faulted */
	uint64_t iova, bytes, done, attached, delay_us;
	int fresh, lost; /* flags */
	int ret; /* 0 or -errno */
	pid_t pid; /* who caused it */
	const char *comm;
	const char *line; /* all of it, as the module wrote it */
	pid_t tid; /* which thread of the process */
};

#define IMOCK_JOURNAL_ALL 1u /* begin with what it has already */

/* Each reader has a position of its own, which begins at the end. */
int imock_journal_open(struct imock *im, unsigned int flags,
		       struct imock_journal **journal);
void imock_journal_close(struct imock_journal *journal); /* NULL is fine */

/* Only events of this process (0: of all), and of these kinds. */
void imock_journal_filter(struct imock_journal *journal, pid_t pid,
			  unsigned int kinds);
/* Of these, only events of this thread, as gettid() has it (0: of all). */
void imock_journal_thread(struct imock_journal *journal, pid_t tid);

/*
 * The next event: 1; 0 if none comes within timeout_ms (0: do not wait, -1:
 * for ever); -EINTR, see imock_interrupt(), or -errno. *event lives until the next call for this journal.
 */
int imock_journal_next(struct imock_journal *journal,
		       const struct imock_event **event, int timeout_ms);

/* To poll() for POLLIN, once imock_journal_next() has returned 0. */
int imock_journal_fd(const struct imock_journal *journal);

/*
 * Callers: strategies that are played by the in-kernel caller ("einval",
 * "type1", ...), and the kernel's own ("vfio"). What they are is in the README.
 */

/* The i-th, and what it does in a sentence: NULL after the last. */
const char *imock_caller_name(unsigned int i);
const char *imock_caller_what(unsigned int i);

#define IMOCK_EMPTY 1u /* map nothing */

/*
 * Let a caller place the groups of n devices on domains, in this order, with 2
 * MiB and four pages of memory mapped in each domain. It stays until it is
 * undone. -E2BIG: more than 64 groups; -ENOENT: there is no such device or
 * caller. That a device could not be placed is no failure.
 *
 * The kernel's own callers need PCI functions (bus=pci), which they bind: what
 * ends the program before it is undone leaves them bound.
 */
int imock_place(struct imock *im, const char *caller,
		const char *const *devices, unsigned int n, unsigned int flags,
		struct imock_placement **placement);

/* Everything off again, and the placement is gone. NULL is fine. */
int imock_placement_undo(struct imock_placement *placement);

/* What it cost: from the journal, and the state after it. */
struct imock_tally {
	size_t size;
	unsigned int domains; /* with devices on them */
	unsigned int failed; /* groups that were not placed */
	unsigned int attaches; /* attach callbacks, claims included */
	unsigned int refused; /* of these */
	unsigned int core_refused; /* attaches no driver was asked about */
	unsigned int refusals; /* see imock_placement_refusal() */
	unsigned int foreign; /* callbacks with another driver's domain */
	unsigned int hard_fresh; /* fresh domains that answered EINVAL (R4) */
	unsigned int bad_frees; /* domains freed with devices on them (R12) */
	unsigned int lost; /* invalidations */
	unsigned int faults; /* injected ones */
	unsigned int probes; /* callbacks to learn what is compatible (best) */
	uint64_t tables, mapped; /* bytes of all its domains */
	uint64_t missed; /* events overwritten unread: what is above is too little */
};

/* It stays the same whatever happens later. */
const struct imock_tally *
imock_placement_tally(const struct imock_placement *placement);

/* The devices of each domain: "{nic0} {gpu0,nic1}" */
const char *imock_placement_text(const struct imock_placement *placement);

/* Why the kernel's own callers did not place a group: a line for each, or "" */
const char *imock_placement_warnings(const struct imock_placement *placement);

struct imock_placed {
	size_t size;
	const char *group;
	const char *domain; /* NULL: it was not placed */
	int err; /* what the user of the caller is told: 0 or -errno */
};

/* A group by one of its devices (NULL: it is not among them), or the i-th. */
const struct imock_placed *
imock_placement_of(const struct imock_placement *placement, const char *device);
const struct imock_placed *
imock_placement_at(const struct imock_placement *placement, unsigned int i);

struct imock_refusal {
	size_t size;
	const char *device; /* NULL: the core refused the group */
	const char *group; /* NULL: not known, of the kernel's own callers */
	const char *domain;
	const char *reason; /* a check, "fault", ...; "core": no driver asked */
	int err; /* -errno */
};

/* The i-th refusal that the caller was told of: NULL after the last. */
const struct imock_refusal *
imock_placement_refusal(const struct imock_placement *placement,
			unsigned int i);

/*
 * Let every device that was placed write by DMA; do all others, and the CPU,
 * see it (R14)? -EIO: they do not, and the error says who. -ENODATA: nothing
 * is mapped (IMOCK_EMPTY).
 */
int imock_placement_verify(struct imock_placement *placement);

#ifdef __cplusplus
}
#endif

#endif /* IOMMU_MOCK_H */
