/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libiommu-mock: lets a program use mock IOMMUs on the running kernel.
 *
 *	struct imock *im = imock_new(NULL);
 *
 *	if (imock_open(im) || imock_add_instance(im, "smmu0", "ias=39"))
 *		errx(1, "%s", imock_error(im));
 *
 * libiommu-mock(3) is the manual. docs/ABI.md describes instances, groups,
 * domains, policies and faults, and every word that is passed as text.
 *
 * Results. A function returns 0 or -errno, unless its comment differs. After a
 * failure, imock_error() returns one sentence about it. The library passes the
 * errno of the kernel or the module on unchanged. No function prints anything
 * or ends the program. Any function may fail with -ENOMEM; the operation may
 * then stay half done.
 *
 * Threads. The library keeps all its state in the objects below. One thread at
 * a time may use a context and the objects made from it. The module stores its
 * error sentences, and the journal its events, by process.
 *
 * Lifetimes. Free the objects made from a context before the context itself.
 * A string or structure belongs to the object that returned it. It lives as
 * long as that object, unless the function's comment differs.
 *
 * Binary interface. Symbols are versioned. Only the library makes structures.
 * Later versions append members, and may extend the lists of events, reasons
 * and operations. The member "size" is the size of the structure in the
 * library that made it: see IMOCK_HAS().
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
struct imock_placement; /* devices that a caller placed on domains */
struct imock_bond; /* this process, bound to a device */
struct imock_dirty; /* pages that devices wrote */
struct imock_requests; /* requests of devices for pages */
struct imock_access; /* an access object of iommufd */

/* True if the library that made the structure *p knows the member. */
#define IMOCK_HAS(p, member)                                               \
	((size_t)((const char *)(&(p)->member + 1) - (const char *)(p)) <= \
	 (p)->size)

/*
 * Contexts and the module
 */

/*
 * Returns a context, or NULL with errno ENOMEM or EMFILE. sysroot is NULL for
 * the running system, or the directory of a recorded one. Writes to a recorded
 * system are kept in its files and have no other effect.
 */
struct imock *imock_new(const char *sysroot);
/* NULL is fine. The objects in the module stay. */
void imock_free(struct imock *im);

/* The error of the last function called with im, or "" if it succeeded. */
const char *imock_error(const struct imock *im);

/*
 * Interrupts the function that waits in this context, or the next one that is
 * about to wait: that function returns -EINTR. imock_dma_read(), write(), copy()
 * and sum(), with a PASID or without, then stop the DMA; imock_place() undoes its
 * placement. Another thread or a signal handler may call this. The library neither
 * blocks nor handles signals. A signal handler that interrupts a wait also ends the
 * wait with -EINTR.
 */
void imock_interrupt(struct imock *im);

/* The version of the library: "0.1.0" */
const char *imock_version(void);

/*
 * Loads the module from file, or the installed module if file is NULL.
 * parameters: "journal_entries=1024", or NULL. -EEXIST: the module is loaded
 * already.
 */
int imock_load(struct imock *im, const char *file, const char *parameters);

/* -EBUSY while anything uses the module, such as a journal or a placement. */
int imock_unload(struct imock *im);

/*
 * Opens the loaded module. Without this call, the first function that needs the
 * module opens it. -EPERM: the program is not root, or the kernel is locked
 * down; -ENODEV: the module is not loaded; -ENOENT: debugfs is not mounted;
 * -EPROTO: the module has another version.
 */
int imock_open(struct imock *im);

/* Detaches and removes all objects of all programs, and clears the journal. */
int imock_reset(struct imock *im);

/*
 * Copies a value of build_info ("family", "running", ...) as text. -ENOENT:
 * build_info contains no such key; -ERANGE: the value is longer than room.
 */
int imock_fact(struct imock *im, const char *key, char *value, size_t room);

/*
 * Objects. options: words of docs/ABI.md such as "ias=39 policy=any", or NULL
 */

enum imock_kind {
	IMOCK_DRIVER,
	IMOCK_INSTANCE,
	IMOCK_GROUP,
	IMOCK_DEVICE,
	IMOCK_DOMAIN,
	IMOCK_BUFFER
};

/* -EEXIST: the name is taken. docs/ABI.md lists the other errnos. */
int imock_add_instance(struct imock *im, const char *name, const char *options);
int imock_add_device(struct imock *im, const char *name, const char *instance,
		     const char *options);
int imock_add_domain(struct imock *im, const char *name, const char *device);
/* The same for a domain with options: "dirty=1" makes one that can track writes. */
int imock_add_domain_with(struct imock *im, const char *name,
			  const char *device, const char *options);
int imock_add_buffer(struct imock *im, const char *name, uint64_t size);
/*
 * Removes an instance, device, domain or buffer. The module removes drivers and
 * groups itself.
 */
int imock_del(struct imock *im, enum imock_kind kind, const char *name);

/*
 * Writes to a file of an instance: "policy", "errno", "misbehave", "pairs"
 * ("deny smmu1"), "iotlb", "ias", ...
 */
int imock_set(struct imock *im, const char *instance, const char *file,
	      const char *value);

/* Injects failures at "attach", "map", ...; options NULL removes the fault. */
int imock_fault(struct imock *im, const char *instance, const char *point,
		const char *options);

/* Reads a counter: "refused", "misses", ... -ENOENT: no such counter */
int imock_stat(struct imock *im, const char *instance, const char *key,
	       uint64_t *value);

/*
 * The in-kernel caller attaches devices and groups to domains. An attach first
 * claims the group, as VFIO does, unless the group is claimed already.
 */

#define IMOCK_UNCLAIMED 1u /* attach without a claim, as vhost-vdpa does */

/* The kernel chooses the errno. -EINVAL: the domain does not fit the device. */
int imock_claim(struct imock *im, const char *group);
int imock_release(struct imock *im, const char *group);
int imock_attach(struct imock *im, const char *domain, const char *device,
		 unsigned int flags);
int imock_detach(struct imock *im, const char *domain, const char *device);
int imock_attach_group(struct imock *im, const char *domain, const char *group,
		       unsigned int flags);
int imock_detach_group(struct imock *im, const char *domain, const char *group);
/*
 * Moves the group to this domain from the one on which the in-kernel caller has
 * put it, with none in between. -EOPNOTSUPP: the kernel cannot.
 */
int imock_replace_group(struct imock *im, const char *domain,
			const char *group);

/*
 * The same for a PASID of a device and of its group. -EOPNOTSUPP: the kernel
 * attaches no PASIDs or does not replace them, or the device has none.
 */
int imock_attach_pasid(struct imock *im, const char *domain, const char *device,
		       unsigned int pasid);
int imock_detach_pasid(struct imock *im, const char *domain, const char *device,
		       unsigned int pasid);
int imock_replace_pasid(struct imock *im, const char *domain,
			const char *device, unsigned int pasid);

/*
 * Binds a device to a kernel driver such as vfio-pci by its driver_override,
 * and unbinds it. -EBUSY: the device is bound already; -ENODEV: it is not bound.
 */
int imock_bind(struct imock *im, const char *device, const char *driver);
int imock_unbind(struct imock *im, const char *device);

/*
 * SVA: a bond lets the device use the addresses of this process, by a PASID that
 * the kernel chooses. The kernel also chooses the domain, which it may share
 * with other bonds of this process. A program may have several bonds with one
 * device. -EOPNOTSUPP: the kernel binds no processes, or the device or its
 * instance does not do that.
 */
int imock_sva_bind(struct imock *im, const char *device,
		   struct imock_bond **bond);

/* The PASID and the domain of a bond */
struct imock_sva {
	size_t size;
	unsigned int pasid; /* 0: the removal of the device ended the bond */
	const char *domain; /* NULL: likewise */
};

/* *sva lives until the next call for this bond. */
int imock_sva_read(struct imock_bond *bond, const struct imock_sva **sva);

/*
 * Ends the bond, and frees it in any case. NULL is fine. -EINVAL: the bond had
 * ended already; -EIO: and the device is no longer there. imock_sva_read() then
 * returns -EIO, too.
 */
int imock_sva_unbind(struct imock_bond *bond);

/*
 * Memory
 */

#define IMOCK_READ 1u
#define IMOCK_WRITE 2u

/* size 0 maps the buffer from offset to its end. */
int imock_map(struct imock *im, const char *domain, uint64_t iova,
	      const char *buffer, uint64_t offset, uint64_t size,
	      unsigned int prot);
int imock_unmap(struct imock *im, const char *domain, uint64_t iova,
		uint64_t size);

/* The page that an address is mapped to */
struct imock_page {
	size_t size;
	uint64_t iova, phys;
	uint64_t bytes; /* of the page */
	unsigned int prot; /* IMOCK_READ | IMOCK_WRITE */
	const char *buffer; /* NULL: the page belongs to no buffer */
	uint64_t offset; /* of the page, within buffer */
};

/* *page lives until the next call. -ENOENT: iova is not mapped. */
int imock_walk(struct imock *im, const char *domain, uint64_t iova,
	       const struct imock_page **page);

/* Copy all size bytes or fail. -EINVAL: the buffer has fewer bytes. */
int imock_buffer_read(struct imock *im, const char *buffer, uint64_t offset,
		      void *to, size_t size);
int imock_buffer_write(struct imock *im, const char *buffer, uint64_t offset,
		       const void *from, size_t size);

/*
 * DMA of a device, through the domain that the device is on. These functions
 * wait for the end of the DMA, ten seconds at most. -EFAULT: the DMA faulted;
 * -ECANCELED: it was stopped; -ETIMEDOUT, -EINTR: the function has stopped it;
 * -EBUSY: the device does another DMA.
 */

/* Stores all size bytes in to. */
int imock_dma_read(struct imock *im, const char *device, uint64_t iova,
		   void *to, size_t size);
/* Repeats the pattern, little-endian, over size bytes. */
int imock_dma_write(struct imock *im, const char *device, uint64_t iova,
		    size_t size, uint64_t pattern);
int imock_dma_copy(struct imock *im, const char *device, uint64_t iova,
		   size_t size, uint64_t to);
int imock_dma_sum(struct imock *im, const char *device, uint64_t iova,
		  size_t size, uint32_t *crc32);

/*
 * The same with a PASID, through the domain that the PASID is on. -EINVAL: the
 * device does not have this PASID.
 */
int imock_dma_read_pasid(struct imock *im, const char *device,
			 unsigned int pasid, uint64_t iova, void *to,
			 size_t size);
int imock_dma_write_pasid(struct imock *im, const char *device,
			  unsigned int pasid, uint64_t iova, size_t size,
			  uint64_t pattern);
int imock_dma_copy_pasid(struct imock *im, const char *device,
			 unsigned int pasid, uint64_t iova, size_t size,
			 uint64_t to);
int imock_dma_sum_pasid(struct imock *im, const char *device,
			unsigned int pasid, uint64_t iova, size_t size,
			uint32_t *crc32);

/*
 * start() takes any DMA as text: "write 0x1000 64K pattern=1 repeat=1000".
 * wait() waits for its end; timeout_ms -1 waits for ever. After -ETIMEDOUT and
 * -EINTR the DMA continues.
 */
int imock_dma_start(struct imock *im, const char *device, const char *request);
int imock_dma_wait(struct imock *im, const char *device, int timeout_ms);
int imock_dma_stop(struct imock *im, const char *device);

struct imock_dma {
	size_t size;
	const char *op; /* "read", ...; NULL: the device has done no DMA yet */
	uint64_t iova, bytes;
	uint64_t rounds; /* completed */
	uint64_t done; /* bytes of the last round */
	uint32_t crc32; /* the result of a sum */
	char access; /* the access that faulted: 'r' or 'w'; 0: no fault */
	uint64_t at; /* the address that faulted */
	const char
		*reason; /* of the fault: "not-mapped", "stale", ...; or NULL */
	int ret; /* 0 or -errno */
	unsigned int pasid; /* 0: DMA without a PASID */
};

/* The last DMA that im waited for, or NULL. */
const struct imock_dma *imock_dma_result(const struct imock *im);

/*
 * Requests of devices for pages, as PCI functions make them by PRI. The instance was
 * made with "pri=64", or another number of requests that may wait. The kernel gives a
 * request to the handler of the domain that the device, or its PASID, is on. The answer
 * comes later, as an event: see IMOCK_EV_RESPONSE.
 */

/*
 * Makes the device ask for a page: "rw 0x1000 pasid=5". -EOPNOTSUPP: the instance takes
 * no requests; -ENOSPC: it has no room for another one; -EEXIST: the group of the request
 * waits for its answer.
 */
int imock_request_page(struct imock *im, const char *device,
		       const char *request);

/*
 * Sets how the in-kernel caller answers requests for pages of the domain: "success",
 * "invalid", "failure", "map buf0", "hold" (until imock_answer()), or "none".
 * -EOPNOTSUPP: the kernel gives requests to no handler of a module; -EBUSY: a device is
 * on the domain, and a handler would come or go.
 */
int imock_handler(struct imock *im, const char *domain, const char *handler);

struct imock_request {
	size_t size;
	const char *device;
	unsigned int group; /* the requests of a group have one answer */
	unsigned int pasid; /* 0: none */
	uint64_t iova; /* of the page */
	const char *access; /* "r", "w" or "rw" */
};

/*
 * Return the requests of a device that wait for their answer, and the requests that the
 * handler "hold" of a domain holds.
 */
int imock_requests_waiting(struct imock *im, const char *device,
			   struct imock_requests **requests);
int imock_requests_held(struct imock *im, const char *domain,
			struct imock_requests **requests);
void imock_requests_free(struct imock_requests *requests); /* NULL is fine */

/* The i-th request, the oldest first; NULL after the last. */
const struct imock_request *
imock_request_at(const struct imock_requests *requests, unsigned int i);

/*
 * Answers the oldest request of the device that the domain holds, or the oldest one of a
 * group (0: of any): "success", "invalid" or "failure". -ENOENT: it holds none.
 */
int imock_answer(struct imock *im, const char *domain, const char *device,
		 const char *answer, unsigned int group);

/*
 * Dirty tracking: the pages of a domain that devices wrote. The domain was made
 * with "dirty=1", for an instance with "dirty=1".
 */

/*
 * Turns the tracking on (1) or off (0). All pages are clean when it begins.
 * -EOPNOTSUPP: the domain was not made for it.
 */
int imock_dirty_set(struct imock *im, const char *domain, int on);

#define IMOCK_PEEK 1u /* leave the pages dirty */

/*
 * Finds the pages that were written since the tracking was turned on, or since
 * the last such call, and makes them clean. It looks at size bytes from iova
 * on; if both are 0, at all that the domain maps. -EINVAL: the domain does not
 * track writes now. After an -ENOMEM, any page may have been written.
 */
int imock_dirty_read(struct imock *im, const char *domain, uint64_t iova,
		     uint64_t size, unsigned int flags,
		     struct imock_dirty **dirty);
void imock_dirty_free(struct imock_dirty *dirty); /* NULL is fine */

/* Dirty pages, one after another */
struct imock_range {
	size_t size;
	uint64_t iova, bytes;
};

/* The i-th range in ascending order, without neighbours; NULL after the last. */
const struct imock_range *imock_dirty_at(const struct imock_dirty *dirty,
					 unsigned int i);

/*
 * Access objects of iommufd, by which VFIO serves devices without an IOMMU: they pin,
 * read and write the memory of an IOAS. No instance takes part.
 */

#define IMOCK_NO_PINS 1u /* an object that cannot pin */

/*
 * Makes an access object for iommufd, which is a descriptor of iommufd's device. The
 * object keeps that open. -EOPNOTSUPP: the kernel has no CONFIG_IOMMUFD, or is one before
 * 6.6; -EBADF, -EBADFD: iommufd is no such descriptor; -EINVAL: it is below 0; -ENOENT:
 * the module iommufd is not loaded.
 */
int imock_access_new(struct imock *im, int iommufd, unsigned int flags,
		     struct imock_access **access);

/*
 * Takes the object off its IOAS, which ends all its pins, and frees it. NULL is fine.
 * Where another process has the object open, too, such as a child of fork(2), the object
 * itself ends when that process closes it. imock_error() stays as it is.
 */
void imock_access_free(struct imock_access *access);

/*
 * Put the object on an IOAS, move it to another one, and take it off. A move to another
 * IOAS and the detach end all pins. -ENOENT: there is no such IOAS, or the object is on
 * none; -EBUSY: the object is on one already; -EADDRINUSE: the IOAS maps parts of pages,
 * and the object can pin.
 */
int imock_access_attach(struct imock_access *access, uint32_t ioas);
int imock_access_replace(struct imock_access *access, uint32_t ioas);
int imock_access_detach(struct imock_access *access);

/*
 * Pins memory, at most 1 GiB, for writing or only for reading (write 0); and ends the
 * youngest pin of exactly this range. When memory with a pin is unmapped, the pin ends,
 * too. -ENOENT: not all of the range is mapped, or there is no such pin; -EPERM: a
 * mapping does not allow this; -EINVAL: the range does not begin with a page, or the
 * object cannot pin.
 */
int imock_access_pin(struct imock_access *access, uint64_t iova, uint64_t size,
		     int write);
int imock_access_unpin(struct imock_access *access, uint64_t iova,
		       uint64_t size);

/*
 * Write and sum up memory that is mapped in the IOAS, at most 1 MiB. The pattern is
 * repeated, little-endian, over size bytes. -ENOENT: not all of the range is mapped;
 * -EPERM: a mapping does not allow this. After a failure the first bytes may be written.
 */
int imock_access_write(struct imock_access *access, uint64_t iova,
		       uint64_t size, uint64_t pattern);
int imock_access_sum(struct imock_access *access, uint64_t iova, uint64_t size,
		     uint32_t *crc32);

struct imock_access_state {
	size_t size;
	unsigned int id; /* of the object, for iommufd */
	unsigned int ioas; /* 0: none */
	int pins; /* 1: the object can pin */
	uint64_t unmaps; /* so often iommufd told the object that memory goes */
};

/* *state and the pins live until the next call for this object. */
int imock_access_state_read(struct imock_access *access,
			    const struct imock_access_state **state);

struct imock_pin {
	size_t size;
	uint64_t iova, bytes;
	int write; /* 1: pinned for writing */
	uint32_t crc32; /* of what the memory contained */
};

/*
 * The i-th pin at the last imock_access_state_read(), the oldest first; NULL after the last.
 */
const struct imock_pin *imock_pin_at(const struct imock_access *access,
				     unsigned int i);

/*
 * State: a copy of all objects. An absent string is NULL. The domain of a device
 * or group may also be one of the words "identity", "blocked" and "none". Lists
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
	unsigned int pasid; /* bits of its PASIDs; 0: it has none */
	int sva; /* 1: it accepts domains of the addresses of processes */
	int dirty; /* 1: it can track the writes of devices */
	unsigned int pri; /* so many requests for pages wait; 0: it takes none */
	int nest; /* 1: it takes tables of guests, by iommufd */
	uint64_t viommus; /* vIOMMU objects that are of it */
};

struct imock_group {
	size_t size;
	const char *name;
	uint64_t id; /* as in /sys/kernel/iommu_groups */
	const char *const *devices;
	const char *owner; /* "caller": claimed by the in-kernel caller */
	const char *domain; /* of the group's first device */
};

struct imock_device {
	size_t size;
	const char *name, *instance, *group;
	const char *bus; /* "platform" or "pci" */
	const char *address; /* on the bus: "0001:00:01.0" */
	const char *domain;
	const char *driver; /* the kernel driver bound to it */
	uint64_t pasids; /* the device has so many, 0 included; or none */
	const char *const *attached; /* PASIDs: "5:dom0" */
};

struct imock_domain {
	size_t size;
	const char *name, *driver;
	const char *instance; /* the domain copied its features */
	const char *made_for; /* the device it was allocated for */
	int foreign; /* 1: made by VFIO, ...; 0: by the in-kernel caller */
	pid_t pid; /* the process that made it */
	const char *comm; /* that process's name */
	const char *format;
	unsigned int ias, oas;
	const char *pgsizes;
	int coherent, enforce;
	int fresh; /* 1: no device was ever on it */
	const char *const *devices, *const *instances; /* now attached */
	uint64_t mapped, tables; /* bytes */
	int sva; /* 1: its addresses are those of a process */
	int dirty,
		tracking; /* 1: it can track the writes of devices; it does */
	const char *const *pasids; /* now attached: "nic0/5" */
	int nest; /* 1: it is a table of a guest, on the stage 2 ... */
	const char *parent; /* ... of this name; otherwise NULL */
};

struct imock_buffer {
	size_t size;
	const char *name;
	uint64_t bytes;
	uint64_t maps;
};

/* Free the state after use. Freeing it frees all that it returned. */
int imock_state_read(struct imock *im, struct imock_state **state);
void imock_state_free(struct imock_state *state); /* NULL is fine */

/* Find an object by name; NULL if none has this name. */
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

/* The i-th object in order of creation; NULL after the last. */
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
 * The journal: each request to the module and its answer, in order.
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
	IMOCK_EV_IRQ,
	IMOCK_EV_DIRTY,
	IMOCK_EV_REQUEST,
	IMOCK_EV_RESPONSE,
	IMOCK_EV_VIOMMU,
	IMOCK_EV_UNKNOWN = 31 /* the library is too old for it: see type */
};

#define IMOCK_EV_BIT(kind) (1u << (kind))
#define IMOCK_EV_ALL (~0u)

/* A member that the event does not contain is NULL, 0, or -1 for a flag. */
struct imock_event {
	size_t size;
	uint64_t seq, nsec; /* nsec: the kernel's monotonic clock */
	uint64_t missed; /* earlier events that were overwritten unread */
	enum imock_event_kind kind;
	const char *type; /* the kind as a word: "attach" */
	const char *instance, *device, *domain, *old;
	const char *reason; /* of a refusal, or of a DMA's fault */
	const char *point; /* of an injected fault */
	const char *op, *object, *arg; /* of a call; op also of a DMA */
	const char *scope; /* of an invalidation: "range", "domain", "all" */
	const char *access,
		*at; /* of a DMA that faulted; access: of a request */
	uint64_t iova, bytes, done, attached, delay_us;
	int fresh, lost; /* flags */
	int ret; /* 0 or -errno */
	pid_t pid; /* the process that caused it */
	const char *comm; /* that process's name */
	const char *line; /* the whole line, as the module wrote it */
	pid_t tid; /* the thread of the process */
	uint64_t vector; /* of an interrupt; reason: why it was not delivered */
	int delivered; /* a flag */
	uint64_t dirty; /* bytes that a look at dirty bits found */
	unsigned int
		pasid; /* of an attach, a DMA, a call, a request, a response */
	unsigned int group; /* of requests for pages, and of their response */
	const char *code; /* of a response: "success", "invalid", "failure" */
	int last,
		known; /* flags: the last request of a group; a response to one */
	uint64_t since; /* of a DMA, a look at dirty bits: seq of the newest event when it began */
	const char *
		parent; /* of an alloc, a viommu: the stage 2 that a user's table is on */
};

#define IMOCK_JOURNAL_ALL 1u /* begin with the oldest event kept */

/* Each reader has its own position, which begins at the end of the journal. */
int imock_journal_open(struct imock *im, unsigned int flags,
		       struct imock_journal **journal);
void imock_journal_close(struct imock_journal *journal); /* NULL is fine */

/* Return only events of this process (0: all) and of these kinds. */
void imock_journal_filter(struct imock_journal *journal, pid_t pid,
			  unsigned int kinds);
/* Of these, return only events of this thread, a gettid() number (0: all). */
void imock_journal_thread(struct imock_journal *journal, pid_t tid);

/*
 * Returns 1 with the next event; 0 if none comes within timeout_ms (0: do not
 * wait, -1: wait for ever); or -errno. -EINTR: see imock_interrupt(). *event
 * lives until the next call for this journal.
 */
int imock_journal_next(struct imock_journal *journal,
		       const struct imock_event **event, int timeout_ms);

/* A descriptor to poll() for POLLIN after imock_journal_next() returned 0. */
int imock_journal_fd(const struct imock_journal *journal);

/*
 * Callers: the in-kernel caller plays strategies ("einval", "type1", ...), and
 * the kernel has callers of its own ("vfio"). The README describes each.
 */

/* The i-th caller's name, and a sentence about it; NULL after the last. */
const char *imock_caller_name(unsigned int i);
const char *imock_caller_what(unsigned int i);

#define IMOCK_EMPTY 1u /* map nothing */

/*
 * Lets a caller place the groups of n devices on domains, in this order, with 2
 * MiB and four pages of memory mapped in each domain. The placement stays until
 * imock_placement_undo(). -E2BIG: more than 64 groups; -ENOENT: no device or
 * caller has this name. A device that the caller cannot place is no failure.
 *
 * The kernel's own callers but "sva" and "vdpa" need PCI functions (bus=pci). They
 * bind the functions to vfio-pci, and "vdpa" binds devices to iommu-mock-vdpa; a
 * program that ends before the undo leaves them bound.
 */
int imock_place(struct imock *im, const char *caller,
		const char *const *devices, unsigned int n, unsigned int flags,
		struct imock_placement **placement);

/* Detaches all devices, removes the domains and frees placement. NULL is fine. */
int imock_placement_undo(struct imock_placement *placement);

/* What the placement cost, counted from the journal and the state after it */
struct imock_tally {
	size_t size;
	unsigned int domains; /* with devices on them */
	unsigned int failed; /* groups that were not placed */
	unsigned int attaches; /* attach callbacks, claims included */
	unsigned int
		refused; /* attach callbacks that refused, and tables of guests that were refused */
	unsigned int core_refused; /* attaches that the core refused itself */
	unsigned int refusals; /* see imock_placement_refusal() */
	unsigned int foreign; /* callbacks with another driver's domain */
	unsigned int hard_fresh; /* EINVALs for fresh domains (R4) */
	unsigned int bad_frees; /* domains freed with devices on them (R12) */
	unsigned int lost; /* lost invalidations */
	unsigned int faults; /* injected faults */
	unsigned int
		probes; /* attach callbacks that only tested the fit (best) */
	uint64_t tables, mapped; /* bytes, sum over the placement's domains */
	uint64_t missed; /* overwritten unread; if not 0, the counts are too low */
};

/* The tally does not change later. */
const struct imock_tally *
imock_placement_tally(const struct imock_placement *placement);

/* Which groups share a domain: "{nic0} {gpu0,nic1}" */
const char *imock_placement_text(const struct imock_placement *placement);

/* Why the kernel's own callers did not place a group: a line for each, or "" */
const char *imock_placement_warnings(const struct imock_placement *placement);

struct imock_placed {
	size_t size;
	const char *group;
	const char *domain; /* NULL: it was not placed */
	int err; /* what the caller tells its user: 0 or -errno */
};

/*
 * The group of this device (NULL: the placement does not contain the device),
 * or the i-th group (NULL after the last).
 */
const struct imock_placed *
imock_placement_of(const struct imock_placement *placement, const char *device);
const struct imock_placed *
imock_placement_at(const struct imock_placement *placement, unsigned int i);

struct imock_refusal {
	size_t size;
	const char *device; /* NULL: the core refused the group */
	const char *group; /* NULL: unknown, as with the kernel's own callers */
	const char *domain;
	const char *reason; /* a check, "fault", ...; "core": the core refused */
	int err; /* -errno */
};

/* The i-th refusal that the caller received; NULL after the last. */
const struct imock_refusal *
imock_placement_refusal(const struct imock_placement *placement,
			unsigned int i);

/*
 * Lets every placed device write by DMA, and checks that all other devices and
 * the CPU see the data (R14). -EIO: one does not, and imock_error() names it.
 * -ENODATA: the domains map nothing (IMOCK_EMPTY).
 */
int imock_placement_verify(struct imock_placement *placement);

#ifdef __cplusplus
}
#endif

#endif /* IOMMU_MOCK_H */
