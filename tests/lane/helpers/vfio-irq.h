/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What programs share that look at the interrupts of a function by VFIO.
 *
 * An interrupt that the function's file irq asks for has been delivered, if it is
 * delivered at all, when the write returns: the message is sent on the same CPU.
 * So "no event" needs no waiting. An event may: on PREEMPT_RT the handler of VFIO
 * is a thread.
 */
#define main example_main
#include "../../../docs/examples/vfio-dma.c"
#undef main

#define VECTORS 4
enum { R_VECTOR = 0x38, R_FAULT_VECTOR = 0x39, R_RAISE = 0x3c };

static struct function f;
static const char *device;
static int events[VECTORS];
static unsigned int irq_index = VFIO_PCI_MSI_IRQ_INDEX;
static unsigned int pm;

static void check(int good, const char *what)
{
	printf("%s %s\n", good ? "ok" : "bad", what);
}

static unsigned int capability(unsigned int id)
{
	unsigned int at = get(&f, PCI_CAPABILITY_LIST, 1);

	while (at && get(&f, at, 1) != id)
		at = get(&f, at + 1, 1);
	return at;
}

static unsigned int count_of(unsigned int index)
{
	struct vfio_irq_info info = { .argsz = sizeof(info), .index = index };

	return ioctl(f.device, VFIO_DEVICE_GET_IRQ_INFO, &info) ? ~0U : info.count;
}

/* 0 or the errno of setting count vectors from start on. */
static int set_irqs(unsigned int start, unsigned int count)
{
	char bytes[sizeof(struct vfio_irq_set) + 8 * sizeof(int)] = { 0 };
	struct vfio_irq_set *set = (void *)bytes;
	int all[8] = { events[0], events[1], events[2], events[3],
		       events[0], events[0], events[0], events[0] };

	set->argsz = sizeof(*set) + count * sizeof(int);
	set->flags = VFIO_IRQ_SET_ACTION_TRIGGER |
		     (count ? VFIO_IRQ_SET_DATA_EVENTFD : VFIO_IRQ_SET_DATA_NONE);
	set->index = irq_index;
	set->start = start;
	set->count = count;
	memcpy(set->data, all, count * sizeof(int));
	return ioctl(f.device, VFIO_DEVICE_SET_IRQS, set) ? errno : 0;
}

/* How often each vector was an event since the last call, as a number 0xVVVV. */
static unsigned int seen(void)
{
	unsigned int i, all = 0;
	uint64_t count;

	for (i = 0; i < VECTORS; i++)
		if (read(events[i], &count, sizeof(count)) == sizeof(count))
			all |= (count > 15 ? 15 : count) << 4 * i;
	return all;
}

/* The same, but waits for the first event. */
static unsigned int awaited(void)
{
	struct pollfd fds[VECTORS];
	int i;

	for (i = 0; i < VECTORS; i++)
		fds[i] = (struct pollfd){ .fd = events[i], .events = POLLIN };
	return poll(fds, VECTORS, PATIENCE) > 0 ? seen() : 0;
}

/* Write to a file that the module has for the device. */
static void tell_module(const char *file, const char *text)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/sys/kernel/debug/iommu_mock/devices/%s/%s",
		 device, file);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die("write", path);
	close(fd);
}

/* Let the file irq raise a vector. */
static inline void raise_irq(const char *vector)
{
	tell_module("irq", vector);
}

static inline uint32_t operation(int op, uint64_t iova)
{
	put(&f, f.engine + R_IOVA, 4, iova);
	put(&f, f.engine + R_SIZE, 4, PAGE);
	put(&f, f.engine + R_COMMAND, 1, op);
	return awaited();
}

/* Open the function, with memory mapped at IOVA and an eventfd for each vector. */
static int open_all(char *function, const char *name)
{
	void *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int container = open("/dev/vfio/vfio", O_RDWR), i;

	if (container < 0 || memory == MAP_FAILED)
		die("open", "/dev/vfio/vfio");
	f.name = function;
	device = name;
	open_group(&f, container);
	if (ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		die("use", "type1");
	map(container, memory);
	f.device = ioctl(f.group, VFIO_GROUP_GET_DEVICE_FD, f.name);
	if (f.device < 0)
		die("open", f.name);
	find_engine(&f);
	pm = capability(PCI_CAP_ID_PM);
	for (i = 0; i < VECTORS; i++)
		events[i] = eventfd(0, EFD_NONBLOCK);
	return container;
}
