/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names and limits that the module and its users share.
 *
 * This header needs no other one, so that user space can include it as it is.
 * The lists are X-macros: X(SYMBOL, "name"). docs/ABI.md explains each word.
 */
#ifndef IOMMU_MOCK_ABI_H
#define IOMMU_MOCK_ABI_H

#define IOMMU_MOCK_VERSION "0.1.0"

/* Raised whenever a file, a word or a line format under debugfs changes. */
#define IOMMU_MOCK_ABI 9

#define IOMMU_MOCK_DEBUGFS "iommu_mock"

/* A name is 1 to 31 characters, plus the terminating zero. */
#define MOCK_NAME_LEN 32

/* A write is one operation of at most this many bytes. */
#define MOCK_WRITE_MAX 4095

/* A buffer is 4 KiB to 1 GiB, in whole 4 KiB pages. */
#define MOCK_BUFFER_MIN 0x1000UL
#define MOCK_BUFFER_MAX 0x40000000UL

/*
 * The longest injected delays, where the kernel may sleep and where it may not.
 */
#define MOCK_DELAY_MAX_US 10000000UL
#define MOCK_DELAY_ATOMIC_MAX_US 1000UL

/* A PASID has at most so many bits, and a device so many PASIDs. */
#define MOCK_PASID_BITS_MAX 20U
#define MOCK_PASIDS_MAX (1U << MOCK_PASID_BITS_MAX)

/*
 * The most requests for pages that wait for an answer at an instance, and the
 * largest number of a group of requests that a user may choose. The engine's
 * groups have larger ones.
 */
#define MOCK_PRI_MAX 4096U
#define MOCK_PAGE_GROUP_MAX 0xffffU

/*
 * The platform devices behind an instance, and the drivers that they bind to: one
 * that does nothing, and one that makes a vDPA device of each.
 */
#define MOCK_DEV_PREFIX "iommu-mock."
#define MOCK_UNIT_PREFIX "iommu-mock-unit."
#define MOCK_CLIENT_DRIVER "iommu-mock-client"
#define MOCK_VDPA_DRIVER "iommu-mock-vdpa"

/*
 * A function has at most so many virtual functions, with this text and a number
 * after its own name, behind so many different instances.
 */
#define MOCK_VFS_MAX 128U
#define MOCK_VF_SUFFIX "v"
#define MOCK_VF_INSTANCES_MAX 16

/* The ids of a PCI function, unless the options of new_device set others. */
#define MOCK_PCI_VENDOR 0x1234U
#define MOCK_PCI_DEVICE 0x4d4fU
#define MOCK_PCI_CLASS 0xff0000U
#define MOCK_PCI_BRIDGE_CLASS 0x060400U

/*
 * Known devices that a PCI function can look like: vendor and device, those of
 * the subsystem, and the class. Names are those of pci.ids.
 */
#define MOCK_LIKES(X)                                                    \
	/* NVIDIA Tesla T4, a 3D controller */                           \
	X(GPU, "gpu", 0x10de, 0x1eb8, 0x10de, 0x12a2, 0x030200)          \
	/* Intel Ethernet Network Adapter E810-C-Q2 */                   \
	X(NIC, "nic", 0x8086, 0x1592, 0x8086, 0x0002, 0x020000)          \
	/* Samsung PM9A3, a disk */                                      \
	X(NVME, "nvme", 0x144d, 0xa80a, 0x144d, 0xa813, 0x010802)        \
	/* no known device: a processing accelerator with ids of ours */ \
	X(ACCELERATOR, "accelerator", MOCK_PCI_VENDOR, MOCK_PCI_DEVICE,  \
	  MOCK_PCI_VENDOR, MOCK_PCI_DEVICE, 0x120000)

/* The checks of a policy, in the order in which they are evaluated. */
#define MOCK_CHECKS(X)            \
	X(DRIVER, "driver")       \
	X(INSTANCE, "instance")   \
	X(FORMAT, "format")       \
	X(IAS, "ias")             \
	X(OAS, "oas")             \
	X(PGSIZES, "pgsizes")     \
	X(COHERENT, "coherent")   \
	X(ENFORCE, "enforce")

/*
 * Reasons for a refusal beyond the checks; an instance has an errno for each.
 */
#define MOCK_REASONS(X)           \
	X(NEVER, "never")         \
	X(PAIR, "pair")           \
	X(FRESH, "fresh")         \
	X(SVA, "sva")             \
	X(DIRTY, "dirty")         \
	X(NEST, "nest")

#define MOCK_MISBEHAVIOURS(X)                        \
	X(IGNORE, "accept-and-ignore")               \
	X(UNHOOK, "unhook-first")                    \
	X(ALTER, "alter-candidate")                  \
	X(LOG, "log-refusal")                        \
	X(REFUSE_FRESH, "refuse-fresh")              \
	X(LOSE_INVALIDATION, "lose-invalidation")    \
	X(HALF_DONE, "half-done")

#define MOCK_FAULT_POINTS(X)        \
	X(PROBE, "probe")           \
	X(ALLOC, "alloc")           \
	X(ATTACH, "attach")         \
	X(PASID_ATTACH, "pasid-attach") \
	X(PAGE_RESPONSE, "page-response") \
	X(MAP, "map")               \
	X(UNMAP, "unmap")           \
	X(INVALIDATE, "invalidate") \
	X(DMA, "dma")

#define MOCK_EVENTS(X)                \
	X(PROBE, "probe")             \
	X(RELEASE, "release")         \
	X(ALLOC, "alloc")             \
	X(FREE, "free")               \
	X(ATTACH, "attach")           \
	X(INVALIDATE, "invalidate")   \
	X(DMA, "dma")                 \
	X(FAULT, "fault")             \
	X(CALL, "call")               \
	X(IRQ, "irq")                 \
	X(DIRTY, "dirty")             \
	X(REQUEST, "request")         \
	X(RESPONSE, "response")       \
	X(VIOMMU, "viommu")

/* How the in-kernel caller answers requests for pages of a domain. */
#define MOCK_HANDLERS(X)      \
	X(NONE, "none")       \
	X(SUCCESS, "success") \
	X(INVALID, "invalid") \
	X(FAILURE, "failure") \
	X(HOLD, "hold")       \
	X(MAP, "map")

/* How a request for a page is answered. */
#define MOCK_PAGE_CODES(X)    \
	X(SUCCESS, "success") \
	X(INVALID, "invalid") \
	X(FAILURE, "failure")

/* What a caller does with the dirty bits of a domain. */
#define MOCK_DIRTY_OPS(X)     \
	X(ON, "on")           \
	X(OFF, "off")         \
	X(CLEAR, "clear")     \
	X(READ, "read")       \
	X(PEEK, "peek")

/* Why an interrupt was not delivered. */
#define MOCK_IRQ_REASONS(X)           \
	X(OFF, "off")                 \
	X(VECTOR, "vector")           \
	X(MASKED, "masked")           \
	X(NOT_MASTER, "not-master")   \
	X(POWER, "power")             \
	X(ADDRESS, "address")

/* The reach of an invalidation. */
#define MOCK_SCOPES(X)        \
	X(RANGE, "range")     \
	X(DOMAIN, "domain")   \
	X(ALL, "all")

/* The DMA operations of a device, and the reasons of a fault. */
#define MOCK_DMA_OPS(X)     \
	X(READ, "read")     \
	X(WRITE, "write")   \
	X(COPY, "copy")     \
	X(SUM, "sum")

#define MOCK_DMA_REASONS(X)             \
	X(NO_DOMAIN, "no-domain")       \
	X(BLOCKED, "blocked")           \
	X(IDENTITY, "identity")         \
	X(NOT_MAPPED, "not-mapped")     \
	X(PERMISSION, "permission")     \
	X(FORMAT, "format")             \
	X(STALE, "stale")               \
	X(NOT_RAM, "not-ram")           \
	X(INJECTED, "injected")         \
	X(NOT_MASTER, "not-master")     \
	X(PAGE_INVALID, "page-invalid") \
	X(PAGE_FAILURE, "page-failure") \
	X(PAGE_LOST, "page-lost")       \
	X(PAGE_OVERFLOW, "page-overflow") \
	X(STAGE1_TABLE, "stage1-table") \
	X(STAGE2, "stage2")

/*
 * The types of reserved regions, and the largest number of regions of one
 * device and of all devices of a group. Older cores print the regions of a
 * group into one page without checking for its end:
 * iommu_group_show_resv_regions().
 */
#define MOCK_RESV_TYPES(X)                    \
	X(DIRECT, "direct")                   \
	X(RELAXABLE, "direct-relaxable")      \
	X(RESERVED, "reserved")               \
	X(MSI, "msi")                         \
	X(SW_MSI, "sw-msi")
#define MOCK_RESV_MAX 8
#define MOCK_RESV_GROUP_MAX 64

/* The most bytes of a DMA operation, and the most repetitions. */
#define MOCK_DMA_MAX 0x100000UL
#define MOCK_DMA_REPEAT_MAX 1000000000UL

/* Number of entries of an IOTLB: 0, or a power of two in this range. */
#define MOCK_IOTLB_MIN 4U
#define MOCK_IOTLB_MAX 65536U
#define MOCK_IOTLB_DEFAULT 256U

/* The page-table formats; pgtable/ contains their geometry and limits. */
#define MOCK_FORMATS(X)                 \
	X(ARM_4K, "arm-4k")             \
	X(ARM_16K, "arm-16k")           \
	X(ARM_64K, "arm-64k")           \
	X(X86_4L, "x86-4l")             \
	X(X86_5L, "x86-5l")             \
	X(VTD_3L, "vtd-3l")             \
	X(VTD_4L, "vtd-4l")             \
	X(VTD_5L, "vtd-5l")             \
	X(AMD_V1, "amd-v1")             \
	X(RISCV_SV39, "riscv-sv39")     \
	X(RISCV_SV48, "riscv-sv48")     \
	X(RISCV_SV57, "riscv-sv57")

/* What the file "bench" can map into, and the order of its calls. */
#define MOCK_BENCH_SUBJECTS(X)     \
	X(NULL, "null")            \
	X(LOOP, "loop")            \
	X(ALLOC, "alloc")          \
	X(DOMAIN, "domain")        \
	X(AMDV1, "amdv1")          \
	X(VTDSS, "vtdss")          \
	X(X86_64, "x86_64")

#define MOCK_BENCH_PATTERNS(X)         \
	X(CONTIGUOUS, "contiguous")    \
	X(STRIDED, "strided")          \
	X(MIXED, "mixed")

/*
 * The errnos that a knob accepts by name. It accepts other errnos as numbers.
 */
#define MOCK_ERRNOS(X)                                                        \
	X(EPERM, 1) X(ENOENT, 2) X(EINTR, 4) X(EIO, 5) X(ENXIO, 6)            \
	X(E2BIG, 7) X(EBADF, 9) X(EAGAIN, 11) X(ENOMEM, 12) X(EACCES, 13)     \
	X(EFAULT, 14) X(EBUSY, 16) X(EEXIST, 17) X(EXDEV, 18) X(ENODEV, 19)   \
	X(EINVAL, 22) X(ENFILE, 23) X(EMFILE, 24) X(ENOTTY, 25)               \
	X(EFBIG, 27) X(ENOSPC, 28) X(EROFS, 30) X(EPIPE, 32) X(EDOM, 33)      \
	X(ERANGE, 34) X(EDEADLK, 35) X(ENAMETOOLONG, 36) X(ENOSYS, 38)        \
	X(EPROTO, 71) X(EOVERFLOW, 75) X(EOPNOTSUPP, 95)                      \
	X(EADDRINUSE, 98) X(ETIMEDOUT, 110) X(EALREADY, 114)                  \
	X(EINPROGRESS, 115) X(ECANCELED, 125) X(EMEDIUMTYPE, 124)

#endif /* IOMMU_MOCK_ABI_H */
