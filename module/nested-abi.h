/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Nested translation, as a user of iommufd asks for it: the data behind
 * IOMMU_GET_HW_INFO, IOMMU_HWPT_ALLOC, IOMMU_HWPT_INVALIDATE, IOMMU_VIOMMU_ALLOC,
 * IOMMU_VEVENTQ_ALLOC and IOMMU_HW_QUEUE_ALLOC for devices of iommu-mock. docs/nested.md
 * explains it.
 *
 * All numbers are in the CPU's byte order. Each structure has the same layout for 32
 * and 64 bits.
 */
#ifndef IOMMU_MOCK_NESTED_ABI_H
#define IOMMU_MOCK_NESTED_ABI_H

#include <linux/types.h>

/*
 * The type of all these data: "mock", far from the kernel's own types, which count
 * from 1, and from those of its selftest.
 */
#define MOCK_NEST_TYPE 0x6d6f636bU

/**
 * struct mock_nest_info - IOMMU_GET_HW_INFO
 * @flags: 0
 * @formats: formats of stage 1 tables: bit N for number N of MOCK_FORMATS in abi.h
 * @format: number of the instance's own format, which its stage 2 has
 * @ias: bits of address that its stage 2 translates
 * @oas: bits of physical address
 * @reserved: 0
 * @instance: name of the instance, which ends with a zero
 */
struct mock_nest_info {
	__u32 flags;
	__u32 formats;
	__u32 format;
	__u32 ias;
	__u32 oas;
	__u32 reserved;
	char instance[32];
};

/**
 * struct mock_nest_stage1 - IOMMU_HWPT_ALLOC of a table of a user
 * @flags: 0
 * @format: number of its format
 * @ias: bits of address that it translates; 21 to what the format has
 * @reserved: 0
 * @root: where its top table is, in the addresses of stage 2; aligned to the size
 *        of a table
 */
struct mock_nest_stage1 {
	__u32 flags;
	__u32 format;
	__u32 ias;
	__u32 reserved;
	__aligned_u64 root;
};

enum mock_nest_op {
	MOCK_NEST_RANGE,
	MOCK_NEST_ALL,
};

/**
 * struct mock_nest_invalidate - IOMMU_HWPT_INVALIDATE: one entry of the array
 * @op: MOCK_NEST_RANGE or MOCK_NEST_ALL
 * @error: out: 0, or the errno that refuses this entry, positive
 * @pasid: of a vIOMMU: the PASID of the device that is on the table, or 0: the DMA that
 *         has none; otherwise 0
 * @virt_id: of a vIOMMU: the virtual id of the device; otherwise 0
 * @iova: MOCK_NEST_RANGE: first address; otherwise 0
 * @size: MOCK_NEST_RANGE: bytes; otherwise 0
 */
struct mock_nest_invalidate {
	__u16 op;
	__u16 error;
	__u32 pasid;
	__aligned_u64 virt_id;
	__aligned_u64 iova;
	__aligned_u64 size;
};

/* The most entries of an array. */
#define MOCK_NEST_INVALIDATIONS_MAX 4096U

/**
 * struct mock_nest_viommu - IOMMU_VIOMMU_ALLOC of a vIOMMU that can have queues; one
 *                           that was made without these data has none
 * @flags: 0
 * @reserved: 0
 * @mmap_offset: out: where mmap() of /dev/iommu finds the doorbells
 * @mmap_length: out: their bytes
 */
struct mock_nest_viommu {
	__u32 flags;
	__u32 reserved;
	__aligned_u64 mmap_offset;
	__aligned_u64 mmap_length;
};

/* The queues of a vIOMMU are 0 to 7; the most entries of one, which is a power of two. */
#define MOCK_NEST_QUEUES_MAX 8U
#define MOCK_NEST_QUEUE_ENTRIES_MAX 65536U

/**
 * struct mock_nest_doorbell - the doorbell of a queue, of which the memory has an array
 * @producer: of the user: number of entries that it has put into the queue, modulo 2^32
 * @consumer: of the module: number of entries that it has executed, modulo 2^32
 * @error: of the module: the errno of entry number @consumer, positive, at which the queue
 *         has stopped. It goes on when the user has written 0
 * @reserved: 0
 *
 * The queue of IOMMU_HW_QUEUE_ALLOC is a ring of struct mock_nest_invalidate, whose length
 * is that of its memory. Entry number N of the queue is entry N modulo length of the ring.
 * Its @error is not used.
 */
struct mock_nest_doorbell {
	__u32 producer;
	__u32 consumer;
	__u32 error;
	__u32 reserved;
};

/**
 * struct mock_nest_event - what is read from an IOMMU_VEVENTQ, behind its header
 * @virt_id: virtual id of the device
 * @iova: the address that it wanted
 * @pasid: its PASID, or 0
 * @access: 1: to read it; 2: to write it
 * @reason: number of the reason in MOCK_DMA_REASONS of abi.h
 * @reserved: 0
 */
struct mock_nest_event {
	__aligned_u64 virt_id;
	__aligned_u64 iova;
	__u32 pasid;
	__u32 access;
	__u32 reason;
	__u32 reserved;
};

#endif /* IOMMU_MOCK_NESTED_ABI_H */
