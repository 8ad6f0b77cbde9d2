/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Everything that differs between kernels.
 *
 * The kernel's IOMMU core enters the module through the callbacks in this room
 * and nowhere else. buses/, caller/ and knobs/ reach what differs through the
 * functions below, and objects/ through those of objects/kernel.h, which this
 * room defines. Probes on the headers decide which variant is compiled, see
 * probe.sh; no version number is looked at anywhere.
 */
#ifndef MOCK_KAPI_H
#define MOCK_KAPI_H

#include <linux/iommu.h>
#include <linux/types.h>

#include "../objects/domain.h"
#include "../objects/kernel.h"
#include "../objects/request.h"

struct iommu_group;
struct mock_device;
struct mock_driver;
struct page;
struct pci_bus;
struct pci_dev;
struct pci_host_bridge;
struct pci_ops;
struct seq_file;

/* ---- load and unload ---------------------------------------------------- */

/**
 * kapi_init() - get ready to register instances
 *
 * Return: 0; -EBUSY, and a message in the log, if a real IOMMU driver is
 * active and this kernel allows one only.
 */
int kapi_init(void);

/* Undo kapi_init(). What the core still has of ours it frees without us. */
void kapi_exit(void);

/* Are capabilities those of a device, or are they those of its bus? (6.0) */
bool kapi_asks_devices(void);

/* Does the core allocate a domain for a device, or for a whole bus? (6.11) */
bool kapi_allocates_for_device(void);

/* Can a driver's default domain be a blocking one? (6.8, with CONFIG_IOMMU_DMA) */
bool kapi_blocked_default(void);

/*
 * Does the core attach PASIDs, in the way that is known here? (6.13, and
 * Debian's 6.12)
 */
bool kapi_has_pasids(void);

/* Does the kernel look for the PASIDs of a PCI function? (CONFIG_PCI_PASID) */
bool kapi_has_function_pasids(void);

/*
 * Why the in-kernel caller can bind no process to a device: the end of a sentence
 * that begins "this kernel ...: ". NULL: it can. (6.18.7)
 */
const char *kapi_no_sva(void);

/* Can devices ask for pages that are not there? (6.11, with PASIDs) */
bool kapi_takes_requests(void);

/* Can a caller ask for a domain that tracks the writes of devices? (6.7) */
bool kapi_tracks_dirty(void);

/*
 * Can users have stage 1 tables of their own, by vIOMMU objects? (6.19, where attach_dev
 * is told the old domain, too; but only a kernel with CONFIG_IOMMUFD has callers for that)
 */
bool kapi_nests(void);

/* Name of the set of callbacks compiled in, as in docs/ABI.md, build_info. */
const char *kapi_family(void);

/* Write one line probe_NAME=0|1 for each fact. */
void kapi_show_facts(struct seq_file *m);

/* ---- devices --------------------------------------------------------------- */

/* Tie a device that is not on its bus yet to its instance. */
int kapi_device_prepare(struct device *dev, struct kapi_unit *unit);

/*
 * Tell the core how many PASIDs a platform device has, a power of two, before
 * the device is on its bus. kapi_device_no_pasids() undoes it.
 */
int kapi_device_pasids(struct device *dev, u32 pasids);
void kapi_device_no_pasids(struct device *dev);

/*
 * Would a device of ours take a bus away from another IOMMU driver? Then the
 * core could allocate no domain for the bus any more.
 */
bool kapi_bus_taken(bool pci);

/* Undo kapi_device_prepare(), for a device that never got onto its bus. */
void kapi_device_abandon(struct device *dev);

/* The mock device behind a device of the core, or NULL if it is not ours. */
struct mock_device *kapi_device(struct device *dev);

/* ---- vDPA ----------------------------------------------------------------- */

/* Can a device of ours be the parent of a vDPA device on this kernel? (6.0) */
bool kapi_has_vdpa(void);

/*
 * Make a vDPA device whose DMA this device does. Uses the driver data of the device.
 * Return 0; -ENOENT if vdpa.ko is not loaded and cannot be; the kernel's errno.
 */
int kapi_vdpa_add(struct device *dev);

/* Take it away again. Waits until the user has closed it. */
void kapi_vdpa_del(struct device *dev);

/* ---- PCI ------------------------------------------------------------------ */

/* Can there be root buses of our own? (x86, arm64) */
bool kapi_pci_possible(void);

/* Does the kernel enable virtual functions? */
bool kapi_has_sriov(void);
/* The number of the resource of a PF that its VFs have as their BAR @bar. */
int kapi_vf_resource(unsigned int bar);

/**
 * kapi_pci_root_bus() - make a root bus
 * @number: its number, in a PCI domain of our own
 * @ops: its configuration space
 * @resources: its bus numbers; taken over if it succeeds
 *
 * Context: process, under pci_lock_rescan_remove().
 * Return: the bus or NULL.
 */
struct pci_bus *kapi_pci_root_bus(unsigned int number, struct pci_ops *ops,
				  struct list_head *resources);

/* Drops the last reference to the bridge of a root bus that was removed. */
void kapi_pci_root_free(struct pci_host_bridge *bridge);

/*
 * The memory behind the BARs of functions. @text is "block" (the kernel gives up a
 * memory block until kapi_bars_exit()), "SIZE@START" (a range that was reserved
 * at boot), or empty: no BARs. Returns 0, or -errno after a sentence in the log:
 * -EINVAL, -EBUSY (the range is in use, or no block can be had), -ENODEV (no memory
 * is there), -ENOMEM, -EOPNOTSUPP.
 */
int kapi_bars_init(const char *text);
void kapi_bars_exit(void);

/* The physical addresses, or NULL: functions have no BARs. */
struct resource *kapi_bars_window(void);

/* The kernel's address of one of them. */
void *kapi_bars_memory(u64 address);

/* ---- interrupts of PCI functions -------------------------------------------- */

int kapi_msi_init(void);
void kapi_msi_exit(void);

/* Can functions have interrupts? (x86 and arm64, with CONFIG_PCI_MSI) */
bool kapi_msi_possible(void);

void kapi_msi_attach(struct device *dev, bool isolated);
bool kapi_msi_send(struct pci_dev *from, u64 address, u32 data);
/* Wait until each message and each INTx that was sent has called its handler. Sleeps. */
void kapi_irqs_wait(void);

/* The lines of INTx; only where kapi_pci_possible(). */
int kapi_intx_init(void);
void kapi_intx_exit(void);
int kapi_intx_alloc(void);
void kapi_intx_free(unsigned int line);
void kapi_intx_attach(struct pci_dev *pdev, unsigned int line);
void kapi_intx_set(unsigned int line, bool level);

/* ---- the public API, for the in-kernel caller ---------------------------- */

struct iommu_domain *kapi_domain_alloc(struct device *dev);

/*
 * Writes of devices, only where kapi_tracks_dirty(): a domain that can track
 * them, on and off, and a look at a range. @clear clears what is found; @found is
 * called for each dirty page, and may be NULL, which works while nothing is
 * tracked, too. What is to be invalidated is added to @gather.
 */
struct iommu_domain *kapi_domain_alloc_dirty(struct device *dev);
int kapi_dirty_track(struct iommu_domain *domain, bool on);
int kapi_dirty_read(struct iommu_domain *domain, unsigned long iova,
		    size_t size, bool clear, struct iommu_iotlb_gather *gather,
		    mock_dirty_fn found, void *arg);
int kapi_map(struct iommu_domain *domain, unsigned long iova,
	     phys_addr_t phys, size_t size, int prot);
int kapi_group_claim(struct iommu_group *group, void *owner);
void kapi_group_release(struct iommu_group *group);
bool kapi_group_claimed(struct iommu_group *group);

/*
 * What the core keeps of a PASID that is attached: it belongs to the caller,
 * until the PASID has been detached. NULL: no memory.
 */
struct kapi_handle;
struct kapi_handle *kapi_handle_new(void);
void kapi_handle_free(struct kapi_handle *handle);

/*
 * Free the handle of the domain that a group or a PASID was moved from. The core may
 * still read it for a request that is being passed on, so the function waits for those;
 * the caller drops the old domain only afterwards. Context: process; sleeps, for as long
 * as a driver's page_response() takes (fault point page-response: up to 10 s).
 */
void kapi_handle_retire(struct kapi_handle *handle);

/*
 * iommu_attach_device_pasid() and its like, for all devices of a group. Only
 * where kapi_has_pasids().
 */
int kapi_pasid_attach(struct iommu_domain *domain, struct device *dev,
		      u32 pasid, struct kapi_handle *handle);
void kapi_pasid_detach(struct iommu_domain *domain, struct device *dev,
		       u32 pasid);

/*
 * Does the core let modules move a group, or a PASID, from one domain to another
 * without a detach? (6.11; PASIDs: 6.15) Each move needs a new handle, and a
 * group that was moved is detached by kapi_group_detach().
 */
bool kapi_replaces_groups(void);
bool kapi_replaces_pasids(void);
int kapi_group_replace(struct iommu_domain *domain, struct iommu_group *group,
		       struct kapi_handle *handle);
void kapi_group_detach(struct iommu_domain *domain, struct iommu_group *group);
int kapi_pasid_replace(struct iommu_domain *domain, struct device *dev,
		       u32 pasid, struct kapi_handle *handle);

/*
 * Can the in-kernel caller have a handler for requests for pages? (6.11, with PASIDs, and
 * what iommufd uses) Only then are the functions below called. A group on a domain with a
 * handler is attached by kapi_group_attach(), and detached by kapi_group_detach().
 */
bool kapi_has_handlers(void);
void kapi_domain_handle(struct iommu_domain *domain, bool on);
int kapi_group_attach(struct iommu_domain *domain, struct iommu_group *group,
		      struct kapi_handle *handle);

/*
 * A group of requests: the last of them; all of them, until @each returns an error; the
 * answer, after which the group is gone. The caller holds mock_device.gate when it answers.
 */
struct iopf_group;
void kapi_asked_page(const struct iopf_group *group, struct mock_page *page);
int kapi_asked_each(struct iopf_group *group,
		    int (*each)(void *arg, const struct mock_page *page),
		    void *arg);
void kapi_asked_answer(struct iopf_group *group, enum mock_page_code code);

/* caller/handler.c: a device asks for pages of a domain that has a handler. */
void mock_caller_asked(struct mock_domain *dom, struct mock_device *mdev,
		       struct iopf_group *asked);

/*
 * iommu_sva_bind_device() for the current process, and what it returns; only
 * where kapi_no_sva() is NULL.
 */
struct iommu_sva;
struct iommu_sva *kapi_sva_bind(struct device *dev);
void kapi_sva_unbind(struct iommu_sva *bond);

/* The PASID of the current process, or 0: it was never bound. */
u32 kapi_sva_pasid(void);

struct mock_domain;
struct mock_domain *kapi_sva_domain(const struct iommu_sva *bond);

/* Was it this device by which the core first bound the process to the group? */
bool kapi_sva_made_by(const struct iommu_sva *bond, const struct device *dev);

/* ---- access objects of iommufd ---------------------------------------------- */

/* Can this module use the access objects of iommufd? (6.6, with CONFIG_IOMMUFD) */
bool kapi_has_access(void);

/*
 * Memory of the IOAS is about to go: what is pinned of it has to be unpinned before the
 * function returns. @length is ULONG_MAX if the access object leaves the IOAS.
 */
typedef void (*kapi_access_unmap_fn)(void *data, unsigned long iova,
				     unsigned long length);

/**
 * kapi_access_new() - make an access object
 * @fd: an open /dev/iommu of the current process
 * @pins: the object may pin memory; its IOAS is aligned to pages then
 * @unmap: called when memory goes, without locks of iommufd (but iommufd waits for its
 *         end): by iommufd's unmap, kapi_access_replace(), kapi_access_detach() and
 *         kapi_access_free(). It may call kapi_access_unpin()
 * @data: argument of @unmap
 * @id: gets iommufd's number of the object
 *
 * The object keeps /dev/iommu open. A pin and a copy return -ENOENT where nothing is
 * mapped, -EPERM where the mapping does not allow it, and -EINVAL where memory is just
 * going (iommufd_access_pin_pages(), iommufd_access_rw()).
 *
 * Return: the object, or an ERR_PTR: -EOPNOTSUPP if not kapi_has_access(), -ENOENT if
 * iommufd is not loaded, -EBADF, -EBADFD if @fd is another file, -ENOMEM.
 */
struct kapi_access;
struct kapi_access *kapi_access_new(int fd, bool pins,
				    kapi_access_unmap_fn unmap, void *data,
				    u32 *id);

/* Waits for callbacks that run. */
void kapi_access_free(struct kapi_access *access);

/*
 * iommufd_access_attach() and its like. The caller serialises them, attaches only what
 * is on no IOAS, and detaches only what is on one.
 */
int kapi_access_attach(struct kapi_access *access, u32 ioas);
int kapi_access_replace(struct kapi_access *access, u32 ioas);
void kapi_access_detach(struct kapi_access *access);

/* @pages has room for each page that the range touches. */
int kapi_access_pin(struct kapi_access *access, unsigned long iova,
		    unsigned long size, struct page **pages, bool write);

/* The range is exactly one that was pinned. */
void kapi_access_unpin(struct kapi_access *access, unsigned long iova,
		       unsigned long size);
int kapi_access_rw(struct kapi_access *access, unsigned long iova, void *data,
		   size_t size, bool write);

/* ---- domains to compare with, see bench.c -------------------------------- */

/* A domain whose map and unmap do nothing. It belongs to no driver. */
struct iommu_domain *kapi_null_new(u64 pgsizes);
void kapi_null_free(struct iommu_domain *domain);

enum kapi_intree {
	KAPI_INTREE_AMDV1,
	KAPI_INTREE_VTDSS,
	KAPI_INTREE_X86_64,
};

/**
 * kapi_intree_new() - a domain with one of the kernel's own page tables
 * @format: which
 *
 * Return: the domain, which belongs to no driver, or an ERR_PTR; -EOPNOTSUPP
 * if the kernel does not let modules use them.
 */
struct iommu_domain *kapi_intree_new(enum kapi_intree format);
void kapi_intree_free(struct iommu_domain *domain);

#endif /* MOCK_KAPI_H */
