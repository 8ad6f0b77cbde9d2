// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA by mock PCI functions through VFIO, with nothing but VFIO.
 *
 *	vfio-dma DDDD:BB:SS.F...
 *
 * Puts the groups of all functions into one type1 container, maps 64 KiB, lets
 * each function write its own pattern into its own page, and compares: what
 * one wrote is what the program sees and what every other function sums up.
 * Then unmaps, after which each function must fault. The functions are bound to
 * vfio-pci already; the program needs access to /dev/vfio only.
 *
 * A function that has MSI tells the end of an operation by an interrupt, for
 * which the program waits with an eventfd. Of a function without MSI (msi=0) the
 * program reads the status again and again.
 *
 * docs/programming-model.md describes the registers. Build it with
 *	cc -o vfio-dma vfio-dma.c
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define IOVA 0x100000UL
#define SIZE 0x10000UL
#define PAGE 0x1000UL
#define MAX 16
#define PATIENCE 20000 /* ms until the program gives up waiting */

/* The registers, relative to the vendor-specific capability. */
enum { R_IOVA = 0x04, R_SIZE = 0x0c, R_PATTERN = 0x10, R_COMMAND = 0x20,
       R_STATUS = 0x24, R_SUM = 0x28, R_AT = 0x30 };
enum { OP_WRITE = 2, OP_SUM = 4 };
enum { S_COMPLETE = 2, S_FAULT = 4 };

struct function {
	const char *name;
	int group, device;
	off_t config;	/* where its configuration space is in @device */
	unsigned int engine; /* and its vendor-specific capability in there */
	int event;	/* eventfd of its interrupt; -1 without MSI */
};

static void die(const char *what, const char *object)
{
	fprintf(stderr, "vfio-dma: %s %s: %s\n", what, object, strerror(errno));
	exit(1);
}

static uint64_t get(struct function *f, unsigned int where, size_t size)
{
	uint64_t value = 0;

	if (pread(f->device, &value, size, f->config + where) != (ssize_t)size)
		die("read the configuration space of", f->name);
	return value;
}

static void put(struct function *f, unsigned int where, size_t size,
		uint64_t value)
{
	if (pwrite(f->device, &value, size, f->config + where) != (ssize_t)size)
		die("write the configuration space of", f->name);
}

/* The group's number is where iommu_group points to. */
static void open_group(struct function *f, int container)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	char path[128], link[128];
	ssize_t n;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group",
		 f->name);
	n = readlink(path, link, sizeof(link) - 1);
	if (n < 0)
		die("find the group of", f->name);
	link[n] = '\0';
	snprintf(path, sizeof(path), "/dev/vfio%s", strrchr(link, '/'));
	f->group = open(path, O_RDWR);
	if (f->group < 0)
		die("open", path);
	if (ioctl(f->group, VFIO_GROUP_GET_STATUS, &status) ||
	    !(status.flags & VFIO_GROUP_FLAGS_VIABLE)) {
		fprintf(stderr, "vfio-dma: the group of %s is not viable: is all of it bound to vfio-pci?\n",
			f->name);
		exit(1);
	}
	if (ioctl(f->group, VFIO_GROUP_SET_CONTAINER, &container))
		die("put into the container the group of", f->name);
}

/* In a function that is open: its configuration space, and its registers. */
static void find_engine(struct function *f)
{
	struct vfio_region_info region = {
		.argsz = sizeof(region), .index = VFIO_PCI_CONFIG_REGION_INDEX,
	};
	unsigned int at;

	if (ioctl(f->device, VFIO_DEVICE_GET_REGION_INFO, &region))
		die("find the configuration space of", f->name);
	f->config = region.offset;
	for (at = get(f, PCI_CAPABILITY_LIST, 1); at; at = get(f, at + 1, 1))
		if (get(f, at, 1) == PCI_CAP_ID_VNDR)
			break;
	if (!at) {
		fprintf(stderr, "vfio-dma: %s has no DMA registers\n", f->name);
		exit(1);
	}
	f->engine = at;
	put(f, PCI_COMMAND, 2, get(f, PCI_COMMAND, 2) | PCI_COMMAND_MASTER);
}

/* From now on vector 0, which is that of all ends, is an event. */
static void enable_interrupt(struct function *f)
{
	struct vfio_irq_info info = {
		.argsz = sizeof(info), .index = VFIO_PCI_MSI_IRQ_INDEX,
	};
	struct {
		struct vfio_irq_set set;
		int event;
	} request = {
		.set = {
			.argsz = sizeof(request),
			.flags = VFIO_IRQ_SET_DATA_EVENTFD |
				 VFIO_IRQ_SET_ACTION_TRIGGER,
			.index = VFIO_PCI_MSI_IRQ_INDEX, .count = 1,
		},
	};

	f->event = -1;
	if (ioctl(f->device, VFIO_DEVICE_GET_IRQ_INFO, &info))
		die("find the interrupts of", f->name);
	if (!info.count)
		return;
	f->event = eventfd(0, EFD_CLOEXEC);
	if (f->event < 0)
		die("make an event for", f->name);
	request.event = f->event;
	if (ioctl(f->device, VFIO_DEVICE_SET_IRQS, &request))
		die("enable the interrupt of", f->name);
}

static void open_device(struct function *f)
{
	f->device = ioctl(f->group, VFIO_GROUP_GET_DEVICE_FD, f->name);
	if (f->device < 0)
		die("open", f->name);
	find_engine(f);
	enable_interrupt(f);
}

/* Until an operation has ended, or for 100 us if there is no interrupt. */
static void wait_end(struct function *f)
{
	struct timespec nap = { .tv_nsec = 100000 };
	struct pollfd fd = { .fd = f->event, .events = POLLIN };
	uint64_t count;

	if (f->event < 0) {
		nanosleep(&nap, NULL);
		return;
	}
	if (poll(&fd, 1, PATIENCE) != 1 ||
	    read(f->event, &count, sizeof(count)) != sizeof(count)) {
		fprintf(stderr, "vfio-dma: no interrupt of %s comes\n", f->name);
		exit(1);
	}
}

/* One operation, to its end: the status. */
static uint32_t run(struct function *f, int op, uint64_t iova, uint32_t size,
		    uint64_t pattern)
{
	uint32_t status;
	int tries;

	put(f, f->engine + R_IOVA, 4, iova);
	put(f, f->engine + R_IOVA + 4, 4, iova >> 32);
	put(f, f->engine + R_SIZE, 4, size);
	put(f, f->engine + R_PATTERN, 4, pattern);
	put(f, f->engine + R_PATTERN + 4, 4, pattern >> 32);
	put(f, f->engine + R_COMMAND, 1, op);
	for (tries = 0; tries < 50000; tries++) {
		wait_end(f);
		status = get(f, f->engine + R_STATUS, 4);
		if (status & S_COMPLETE)
			return status;
	}
	fprintf(stderr, "vfio-dma: %s does not come to an end\n", f->name);
	exit(1);
}

static void map(int container, void *memory)
{
	struct vfio_iommu_type1_dma_map request = {
		.argsz = sizeof(request),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)memory, .iova = IOVA, .size = SIZE,
	};

	if (ioctl(container, VFIO_IOMMU_MAP_DMA, &request))
		die("map", "memory");
}

static void unmap(int container)
{
	struct vfio_iommu_type1_dma_unmap request = {
		.argsz = sizeof(request), .iova = IOVA, .size = SIZE,
	};

	if (ioctl(container, VFIO_IOMMU_UNMAP_DMA, &request) ||
	    request.size != SIZE)
		die("unmap", "memory");
}

int main(int argc, char **argv)
{
	struct function f[MAX] = { 0 };
	uint64_t *memory, pattern;
	int n = argc - 1, i, j, container, wrong = 0;
	uint32_t status;

	if (n < 1 || n > MAX) {
		fprintf(stderr, "usage: vfio-dma FUNCTION...\n");
		return 2;
	}
	container = open("/dev/vfio/vfio", O_RDWR);
	if (container < 0)
		die("open", "/dev/vfio/vfio");
	for (i = 0; i < n; i++) {
		f[i].name = argv[i + 1];
		open_group(&f[i], container);
		/* The container gets its kind with the first group. */
		if (!i && ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
			die("use", "type1");
	}
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		die("allocate", "memory");
	map(container, memory);

	for (i = 0; i < n; i++) {
		open_device(&f[i]);
		pattern = 0x0101010101010101ULL * (i + 1);
		status = run(&f[i], OP_WRITE, IOVA + i * PAGE, PAGE, pattern);
		wrong += status != S_COMPLETE ||
			 memory[i * PAGE / 8] != pattern ||
			 memory[(i + 1) * PAGE / 8 - 1] != pattern;
		printf("%s wrote its page: status 0x%x\n", f[i].name, status);
	}
	for (i = 0; i < n; i++) {
		status = run(&f[i], OP_SUM, IOVA, SIZE, 0);
		wrong += status != S_COMPLETE;
		printf("%s sums up all pages: status 0x%x sum 0x%08x\n",
		       f[i].name, status,
		       (uint32_t)get(&f[i], f[i].engine + R_SUM, 4));
		for (j = 0; j < i; j++)
			wrong += get(&f[i], f[i].engine + R_SUM, 4) !=
				 get(&f[j], f[j].engine + R_SUM, 4);
	}
	unmap(container);
	for (i = 0; i < n; i++) {
		status = run(&f[i], OP_WRITE, IOVA, PAGE, 0);
		wrong += !(status & S_FAULT) ||
			 get(&f[i], f[i].engine + R_AT, 4) != IOVA;
		printf("%s after the unmap: status 0x%x\n", f[i].name, status);
	}
	puts(wrong ? "NOT what it should be" : "as it should be");
	return wrong != 0;
}
