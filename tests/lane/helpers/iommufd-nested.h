/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Nested translation by iommufd: the calls of a VMM, and the tables and the memory of its
 * guests, for iommufd-nested.c and iommufd-nested-life.c.
 */
#ifndef IOMMUFD_NESTED_H
#define IOMMUFD_NESTED_H

#include "iommufd-cdev.h"
#include "../../../module/nested-abi.h"

#define GUEST 0x10000000UL /* where the guests' memory is in stage 2 */
#define PAGES 64
#define EXTRA 0x20000000UL /* one more page of it, mapped by itself */
#define VA 0x40000000UL

enum { ARM_4K = 0, X86_4L = 3 };

struct nested_alloc {
	__u32 size, flags, dev_id, pt_id, out_hwpt_id, reserved, data_type,
		data_len;
	__u64 data_uptr;
	__u32 fault_id, reserved2;
};

struct hw_info {
	__u32 size, flags, dev_id, data_len;
	__u64 data_uptr;
	__u32 type, log2;
	__u64 capabilities;
};

struct invalidate {
	__u32 size, hwpt_id;
	__u64 data_uptr;
	__u32 data_type, entry_len, entry_num, reserved;
};

struct vdevice_alloc {
	__u32 size, viommu_id, dev_id, out_id;
	__u64 virt_id;
};

struct veventq_alloc {
	__u32 size, flags, viommu_id, type, depth, out_id, out_fd, reserved;
};

#define CALL(number, arg) ioctl(iommufd, _IO(';', number), arg)

struct seat {
	const char *device; /* the module's name */
	struct function f;
	uint32_t id, viommu, vdevice, hwpt;
};

static uint64_t *guest; /* the guests' memory */
static uint32_t ioas, stage2;

static inline void sit(struct seat *seat, const char *function,
		       const char *device)
{
	seat->device = device;
	seat->id = bind_function(&seat->f, function);
}

/* ---- what the guests do -------------------------------------------------------- */

static inline uint64_t *page(unsigned int n)
{
	return guest + n * (PAGE / 8);
}

static inline uint64_t at(unsigned int n)
{
	return GUEST + n * PAGE;
}

/* A table in pages @n to @n + 3 that maps VA to @to. */
static inline void make_table(unsigned int n, int format, uint64_t to)
{
	uint64_t table = format == ARM_4K ? 3 : 0x27;
	uint64_t leaf = format == ARM_4K ? 0xf47 : 0x67;

	memset(page(n), 0, 4 * PAGE);
	page(n)[0] = at(n + 1) | table;
	page(n + 1)[1] = at(n + 2) | table;
	page(n + 2)[0] = at(n + 3) | table;
	page(n + 3)[0] = to | leaf;
}

/* DMA by the module's file: its reason, or "fine", until the next call. */
static inline const char *dma_result_of(const struct seat *seat, uint32_t pasid,
					uint64_t pattern)
{
	char operation[80], with[32] = "";

	if (pasid)
		snprintf(with, sizeof(with), " pasid=%u", pasid);
	snprintf(operation, sizeof(operation), "write 0x%lx 8 pattern=0x%llx%s",
		 VA, (unsigned long long)pattern, with);
	return dma_reason(seat->device, operation);
}

static inline const char *dma_result(const struct seat *seat, uint64_t pattern)
{
	return dma_result_of(seat, 0, pattern);
}

static inline void dma_of(const char *what, const struct seat *seat,
			  uint32_t pasid, uint64_t pattern)
{
	printf("%s: %s\n", what, dma_result_of(seat, pasid, pattern));
}

static inline void dma(const char *what, const struct seat *seat,
		       uint64_t pattern)
{
	dma_of(what, seat, 0, pattern);
}

static inline void has(const char *what, const uint64_t *memory,
		       uint64_t pattern)
{
	printf("%s: %s\n", what,
	       __atomic_load_n(memory, __ATOMIC_RELAXED) == pattern ? "yes" :
								      "no");
}

/* ---- what the VMM does ------------------------------------------------------------ */

static inline void *map_memory(uint64_t iova, size_t size)
{
	return map_pages(ioas, iova, size, 0);
}

static inline int new_tables(const struct seat *seat, uint32_t flags,
			     uint32_t *id)
{
	struct nested_alloc alloc = {
		.size = sizeof(alloc),
		.flags = flags,
		.dev_id = seat->id,
		.pt_id = ioas,
	};
	int ret = CALL(0x89, &alloc);

	*id = alloc.out_hwpt_id;
	return ret;
}

/*
 * A stage 1 table at page @n of the guests' memory; @on: a stage 2 or a vIOMMU; @flags:
 * those of IOMMU_HWPT_ALLOC.
 */
static inline int new_stage1_for(struct seat *seat, uint32_t flags, uint32_t on,
				 int format, unsigned int n)
{
	struct mock_nest_stage1 data = {
		.format = format,
		.ias = 39,
		.root = at(n),
	};
	struct nested_alloc alloc = {
		.size = sizeof(alloc),
		.flags = flags,
		.dev_id = seat->id,
		.pt_id = on,
		.data_type = MOCK_NEST_TYPE,
		.data_len = sizeof(data),
		.data_uptr = (uintptr_t)&data,
	};
	int ret = CALL(0x89, &alloc);

	seat->hwpt = alloc.out_hwpt_id;
	return ret;
}

static inline int new_stage1(struct seat *seat, uint32_t on, int format,
			     unsigned int n)
{
	return new_stage1_for(seat, 0, on, format, n);
}

static inline int new_viommu(struct seat *seat, uint32_t type)
{
	struct viommu_alloc alloc = {
		.size = sizeof(alloc),
		.type = type,
		.dev_id = seat->id,
		.hwpt_id = stage2,
	};
	int ret = CALL(0x90, &alloc);

	seat->viommu = alloc.out_id;
	return ret;
}

static inline int new_vdevice(struct seat *seat, uint32_t viommu, uint64_t id)
{
	struct vdevice_alloc alloc = {
		.size = sizeof(alloc),
		.viommu_id = viommu,
		.dev_id = seat->id,
		.virt_id = id,
	};
	int ret = CALL(0x91, &alloc);

	if (!ret)
		seat->vdevice = alloc.out_id;
	return ret;
}

/* A queue for events of a vIOMMU: what the call returns, its file, and its id. */
static inline int new_queue(const struct seat *seat, uint32_t depth, int *fd,
			    uint32_t *id)
{
	struct veventq_alloc alloc = {
		.size = sizeof(alloc),
		.viommu_id = seat->viommu,
		.type = MOCK_NEST_TYPE,
		.depth = depth,
	};
	int ret = CALL(0x93, &alloc);

	*fd = alloc.out_fd;
	*id = alloc.out_id;
	return ret;
}

static inline int destroy(uint32_t id)
{
	struct iommu_destroy what = { .size = sizeof(what), .id = id };

	return ioctl(iommufd, IOMMU_DESTROY, &what);
}

static inline int attach(struct seat *seat, uint32_t hwpt)
{
	struct vfio_device_attach_iommufd_pt attach = {
		.argsz = 12,
		.pt_id = hwpt,
	};

	return ioctl(seat->f.device, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach);
}

static inline void send(const char *what, uint32_t to,
			struct mock_nest_invalidate *entries, uint32_t n)
{
	struct invalidate call = {
		.size = sizeof(call),
		.hwpt_id = to,
		.data_uptr = (uintptr_t)entries,
		.data_type = MOCK_NEST_TYPE,
		.entry_len = sizeof(*entries),
		.entry_num = n,
	};
	int ret = CALL(0x8d, &call);
	uint32_t i;

	printf("%s: %s, %u done,", what, ret ? strerror(errno) : "0",
	       call.entry_num);
	for (i = 0; i < n && n <= 3; i++)
		printf(" %u", entries[i].error);
	printf("\n");
}

static inline void show_info(const struct seat *seat)
{
	struct mock_nest_info data = { 0 };
	struct hw_info info = {
		.size = sizeof(info),
		.dev_id = seat->id,
		.data_len = sizeof(data),
		.data_uptr = (uintptr_t)&data,
	};

	if (CALL(0x8a, &info))
		die("get the information of", seat->device);
	printf("%s: %s, %u bits, stage 1 formats 0x%x%s\n", seat->device,
	       data.instance, data.ias, data.formats,
	       info.type == MOCK_NEST_TYPE ? "" : ", another type");
}

static inline void read_event(int fd)
{
	struct {
		struct {
			__u32 flags, sequence;
		} header;
		struct mock_nest_event event;
	} said;
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	if (poll(&poll_fd, 1, PATIENCE) != 1 ||
	    read(fd, &said, sizeof(said)) != sizeof(said))
		die("read", "an event");
	printf("event: device 0x%llx address 0x%llx access %u reason %u",
	       said.event.virt_id, said.event.iova, said.event.access,
	       said.event.reason);
	if (said.event.pasid)
		printf(" pasid %u", said.event.pasid);
	printf("\n");
}

#endif /* IOMMUFD_NESTED_H */
