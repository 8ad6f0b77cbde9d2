// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA by mock PCI functions into memory of DPDK.
 *
 *	dpdk-dma --no-huge --iova-mode=va -- DDDD:BB:SS.F...
 *
 * What is before "--" are options of DPDK's EAL. The EAL opens the functions through
 * VFIO, and maps all of its memory for them (rte_vfio_setup_device()). When all are open,
 * each writes its own pattern to memory of rte_malloc(), at the address that DPDK tells, and
 * raises an interrupt at the end. No driver of DPDK knows the functions, so the program
 * is their driver: docs/programming-model.md describes the registers. Build it with
 *	cc -o dpdk-dma dpdk-dma.c $(pkg-config --cflags libdpdk) -lrte_eal
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_malloc.h>
#include <rte_vfio.h>

#define SYSFS "/sys/bus/pci/devices"
#define SIZE 0x10000U
#define MAX 16
#define PATIENCE 20000 /* ms until the program gives up waiting */

/* The registers, relative to the vendor-specific capability. */
enum { R_IOVA = 0x04, R_SIZE = 0x0c, R_PATTERN = 0x10, R_COMMAND = 0x20,
       R_STATUS = 0x24 };
enum { OP_WRITE = 2, S_COMPLETE = 2 };

struct function {
	const char *name;
	int fd, event;
	off_t config;
	unsigned int engine;
};

static void die(const char *what, const char *name)
{
	fprintf(stderr, "dpdk-dma: %s %s: %s\n", what, name, strerror(errno));
	exit(1);
}

static uint32_t get(struct function *f, unsigned int where, size_t size)
{
	uint32_t value = 0;

	if (pread(f->fd, &value, size, f->config + where) != (ssize_t)size)
		die("read the configuration space of", f->name);
	return value;
}

static void put(struct function *f, unsigned int where, size_t size,
		uint32_t value)
{
	if (pwrite(f->fd, &value, size, f->config + where) != (ssize_t)size)
		die("write the configuration space of", f->name);
}

static void enable_interrupt(struct function *f)
{
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

	f->event = eventfd(0, EFD_CLOEXEC);
	request.event = f->event;
	if (f->event < 0 || ioctl(f->fd, VFIO_DEVICE_SET_IRQS, &request))
		die("enable the interrupt of", f->name);
}

static void open_function(struct function *f)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };
	struct vfio_region_info region = {
		.argsz = sizeof(region), .index = VFIO_PCI_CONFIG_REGION_INDEX,
	};

	if (rte_vfio_setup_device(SYSFS, f->name, &f->fd, &info))
		die("open", f->name);
	if (ioctl(f->fd, VFIO_DEVICE_GET_REGION_INFO, &region))
		die("find the configuration space of", f->name);
	f->config = region.offset;
	f->engine = get(f, PCI_CAPABILITY_LIST, 1);
	while (f->engine && get(f, f->engine, 1) != PCI_CAP_ID_VNDR)
		f->engine = get(f, f->engine + 1, 1);
	if (!f->engine)
		die("find the registers of", f->name);
	put(f, PCI_COMMAND, 2, get(f, PCI_COMMAND, 2) | PCI_COMMAND_MASTER);
	enable_interrupt(f);
}

/* Fill the memory at @iova: the status, once the interrupt has come. */
static uint32_t fill(struct function *f, uint64_t iova, uint32_t pattern)
{
	struct pollfd fd = { .fd = f->event, .events = POLLIN };

	put(f, f->engine + R_IOVA, 4, iova);
	put(f, f->engine + R_IOVA + 4, 4, iova >> 32);
	put(f, f->engine + R_SIZE, 4, SIZE);
	put(f, f->engine + R_PATTERN, 4, pattern);
	put(f, f->engine + R_PATTERN + 4, 4, pattern);
	put(f, f->engine + R_COMMAND, 1, OP_WRITE);
	if (poll(&fd, 1, PATIENCE) != 1) {
		fprintf(stderr, "dpdk-dma: no interrupt of %s comes\n", f->name);
		exit(1);
	}
	return get(f, f->engine + R_STATUS, 4);
}

/* Let a function fill the memory with its own pattern: is it as it should be? */
static int try(struct function *f, uint32_t *memory, uint32_t pattern)
{
	rte_iova_t iova = rte_malloc_virt2iova(memory);
	uint32_t status;

	memset(memory, 0, SIZE);
	status = fill(f, iova, pattern);
	printf("%s wrote to 0x%llx: status 0x%x\n", f->name,
	       (unsigned long long)iova, status);
	return status == S_COMPLETE && memory[0] == pattern &&
	       memory[SIZE / 4 - 1] == pattern;
}

static void close_function(struct function *f)
{
	close(f->event);
	rte_vfio_release_device(SYSFS, f->name, f->fd);
}

int main(int argc, char **argv)
{
	int i, n, first = rte_eal_init(argc, argv) + 1, wrong = 0;
	struct function f[MAX] = { 0 };
	uint32_t *memory;

	n = argc - first;
	if (!first || n < 1 || n > MAX) {
		fprintf(stderr, "usage: dpdk-dma EAL-OPTION... -- FUNCTION...\n");
		return 2;
	}
	memory = rte_malloc("dpdk-dma", SIZE, 0x1000);
	if (!memory)
		die("allocate", "memory");
	for (i = 0; i < n; i++) {
		f[i].name = argv[first + i];
		open_function(&f[i]);
	}
	for (i = 0; i < n; i++)
		wrong += !try(&f[i], memory, 0x01010101 * (i + 1));
	for (i = 0; i < n; i++)
		close_function(&f[i]);
	rte_free(memory);
	rte_eal_cleanup();
	puts(wrong ? "NOT what it should be" : "as it should be");
	return wrong != 0;
}
