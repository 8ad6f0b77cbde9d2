// SPDX-License-Identifier: GPL-2.0-only
/*
 * The objects of nested translation: ids that are taken, events that are lost, what ends
 * in which order, and threads that do all of it at once.
 *
 *	iommufd-nested-life FUNCTION DEVICE FUNCTION DEVICE
 *	iommufd-nested-life hold FUNCTION DEVICE FUNCTION DEVICE
 *	iommufd-nested-life race ROUNDS FUNCTION DEVICE FUNCTION DEVICE
 *
 * The functions are bound to vfio-pci, and are behind one instance; DEVICE is what the
 * module calls them. "hold" makes a vIOMMU for the second function on a stage 2 of the
 * first, closes the second function, says so and waits.
 */
#include <pthread.h>

#include "iommufd-nested.h"

static void begin(void)
{
	ioas = open_ioas();
}

static void new_memory(struct seat *seat)
{
	guest = map_memory(GUEST, PAGES * PAGE);
	make_table(0, ARM_4K, at(8));
	if (new_tables(seat, IOMMU_HWPT_ALLOC_NEST_PARENT, &stage2) ||
	    new_viommu(seat, MOCK_NEST_TYPE))
		die("make a vIOMMU for", seat->device);
}

static int leave(struct seat *seat)
{
	struct vfio_device_detach_iommufd_pt detach = {
		.argsz = sizeof(detach),
	};

	return ioctl(seat->f.device, VFIO_DEVICE_DETACH_IOMMUFD_PT, &detach);
}

/* ---- virtual ids ------------------------------------------------------------------ */

static void ids(struct seat *a, struct seat *b)
{
	say("a virtual id", new_vdevice(a, a->viommu, 0x10));
	say("another one for the device", new_vdevice(a, a->viommu, 0x11));
	say("the same for another device", new_vdevice(b, a->viommu, 0x10));
	say("one for that", new_vdevice(b, a->viommu, 0x11));
	say("which goes", destroy(b->vdevice));
	say("and another one", new_vdevice(b, a->viommu, UINT64_MAX));
	say("no such vIOMMU", new_vdevice(b, stage2, 0x12));
}

/* ---- data of stage 1, and entries of an array ---------------------------------------- */

static int stage1_of(const struct seat *seat, const void *data, uint32_t len)
{
	struct nested_alloc alloc = {
		.size = sizeof(alloc),
		.dev_id = seat->id,
		.pt_id = seat->viommu,
		.data_type = MOCK_NEST_TYPE,
		.data_len = len,
		.data_uptr = (uintptr_t)data,
	};
	int ret = CALL(0x89, &alloc);

	if (!ret)
		destroy(alloc.out_hwpt_id);
	return ret;
}

static void check_data(const struct seat *seat)
{
	struct {
		struct mock_nest_stage1 stage1;
		uint64_t more;
	} good = { .stage1 = { .format = ARM_4K, .ias = 39, .root = GUEST } };

	say("data that are too short", stage1_of(seat, &good, 16));
	say("too long", stage1_of(seat, &good, sizeof(good)));
	say("data that are nowhere", stage1_of(seat, (void *)8, 24));
}

static void invalidate_as(const char *what, uint32_t to, uint32_t type,
			  uint32_t len)
{
	struct mock_nest_invalidate entry = { .op = MOCK_NEST_ALL };
	struct invalidate call = {
		.size = sizeof(call),
		.hwpt_id = to,
		.data_uptr = (uintptr_t)&entry,
		.data_type = type,
		.entry_len = len,
		.entry_num = 1,
	};

	say(what, CALL(0x8d, &call));
}

static void check_entries(struct seat *seat)
{
	struct mock_nest_invalidate bad[3] = {
		{ .op = MOCK_NEST_RANGE, .virt_id = 0x10 },
		{ .op = MOCK_NEST_RANGE,
		  .virt_id = 0x10,
		  .iova = UINT64_MAX,
		  .size = 2 },
		{ .op = MOCK_NEST_ALL, .virt_id = 0x10, .size = PAGE },
	};
	struct mock_nest_invalidate last = {
		.op = MOCK_NEST_RANGE,
		.virt_id = 0x10,
		.iova = UINT64_MAX,
		.size = 1,
	};
	struct mock_nest_invalidate direct = {
		.op = MOCK_NEST_ALL,
		.virt_id = 0x10,
	};

	invalidate_as("entries of another type", seat->hwpt, 1, sizeof(*bad));
	invalidate_as("of another length", seat->hwpt, MOCK_NEST_TYPE, 16);
	invalidate_as("to a stage 2", stage2, MOCK_NEST_TYPE, sizeof(*bad));
	send("bad ranges", seat->viommu, bad, 3);
	send("the last byte", seat->viommu, &last, 1);
	send("a virtual id for a table", seat->hwpt, &direct, 1);
	direct.virt_id = 0x99;
	send("an id of no device", seat->viommu, &direct, 1);
}

/* ---- events ------------------------------------------------------------------------- */

static void show_events(const char *what, int fd)
{
	struct {
		struct {
			__u32 flags, sequence;
		} header;
		struct mock_nest_event event;
	} said;
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	ssize_t len;

	printf("%s:", what);
	while (poll(&poll_fd, 1, 0) == 1) {
		len = read(fd, &said, sizeof(said));
		if (len == sizeof(said))
			printf(" 0x%llx", said.event.virt_id);
		else if (len == sizeof(said.header) && said.header.flags == 1)
			printf(" lost");
		else
			die("read", "an event");
	}
	printf("\n");
}

/* The function is on its table, and its page is not there. */
static void check_events(struct seat *a, struct seat *b)
{
	uint32_t queue, other;
	int fd, unused, n;

	make_table(0, ARM_4K, at(PAGES));
	dma("a fault before there is a queue", a, 1);
	say("a queue of no events", new_queue(a, 0, &unused, &other));
	say("a queue", new_queue(a, 2, &fd, &queue));
	say("another one", new_queue(a, 2, &unused, &other));
	show_events("nothing yet", fd);
	dma("a fault", a, 1);
	show_events("one event", fd);
	for (n = 0; n < 4; n++)
		dma_result(a, 1);
	show_events("four", fd);
	dma("a fault of a device without an id", b, 1);
	show_events("none", fd);
	say("the queue, while it is open", destroy(queue));
	close(fd);
	say("closed", destroy(queue));
}

/* ---- what ends ---------------------------------------------------------------------- */

static void ends(struct seat *a)
{
	say("tables in use", destroy(a->hwpt));
	say("their vIOMMU", destroy(a->viommu));
	say("its stage 2", destroy(stage2));
	say("the device leaves", leave(a));
	say("the vIOMMU, which has tables", destroy(a->viommu));
	say("the tables", destroy(a->hwpt));
	say("the vIOMMU, which has a device", destroy(a->viommu));
	say("the stage 2, which has a vIOMMU", destroy(stage2));
	say("the device", destroy(a->vdevice));
	say("the vIOMMU", destroy(a->viommu));
	say("the stage 2", destroy(stage2));
	say("the address space", destroy(ioas));
}

static void life(char **names)
{
	struct seat a, b;

	begin();
	sit(&a, names[0], names[1]);
	sit(&b, names[2], names[3]);
	new_memory(&a);
	b.viommu = a.viommu;
	ids(&a, &b);
	check_data(&a);
	say("tables", new_stage1(&a, a.viommu, ARM_4K, 0));
	say("a device on them", attach(&a, a.hwpt));
	say("and another one", attach(&b, a.hwpt));
	check_entries(&a);
	destroy(b.vdevice);
	check_events(&a, &b);
	leave(&b);
	ends(&a);
}

static void hold(char **names)
{
	struct seat a, b;

	begin();
	sit(&a, names[0], names[1]);
	sit(&b, names[2], names[3]);
	new_memory(&a);
	if (new_viommu(&b, MOCK_NEST_TYPE) || new_vdevice(&b, b.viommu, 0x10))
		die("make a vIOMMU for", b.device);
	close(b.f.device);
	puts("held");
	pause();
}

/* ---- all at once -------------------------------------------------------------------- */

static int rounds;
static struct seat racer, other; /* on the table; coming and going */

static void *remap(void *unused)
{
	struct iommu_ioas_unmap unmap = {
		.size = sizeof(unmap),
		.ioas_id = ioas,
		.iova = EXTRA,
		.length = PAGE,
	};
	int n;

	for (n = 0; n < rounds; n++) {
		munmap(map_memory(EXTRA, PAGE), PAGE);
		if (ioctl(iommufd, IOMMU_IOAS_UNMAP, &unmap))
			die("unmap", "the extra page");
	}
	return unused;
}

static void *invalidate_often(void *unused)
{
	struct mock_nest_invalidate entry = {
		.op = MOCK_NEST_RANGE,
		.virt_id = 0x10,
		.iova = VA,
		.size = PAGE,
	};
	struct invalidate call = {
		.size = sizeof(call),
		.hwpt_id = racer.viommu,
		.data_uptr = (uintptr_t)&entry,
		.data_type = MOCK_NEST_TYPE,
		.entry_len = sizeof(entry),
	};
	int n;

	for (n = 0; n < rounds; n++) {
		call.entry_num = 1;
		if (CALL(0x8d, &call))
			die("invalidate for", racer.device);
	}
	return unused;
}

static void *come_and_go(void *unused)
{
	int n;

	for (n = 0; n < rounds / 4; n++) {
		if (new_viommu(&other, MOCK_NEST_TYPE) ||
		    new_vdevice(&other, other.viommu, 1) ||
		    new_stage1(&other, other.viommu, ARM_4K, 0) ||
		    attach(&other, other.hwpt) || leave(&other) ||
		    destroy(other.hwpt) || destroy(other.vdevice) ||
		    destroy(other.viommu))
			die("make and end the tables of", other.device);
	}
	return unused;
}

/* The page that the table leads to comes and goes; each access is fine or a fault. */
static void race(char **names)
{
	void *(*const what[])(void *) = { remap, invalidate_often,
					  come_and_go };
	pthread_t thread[3];
	const char *result;
	uint32_t queue;
	int n, fd, odd = 0;

	rounds = atoi(names[0]);
	begin();
	sit(&racer, names[1], names[2]);
	sit(&other, names[3], names[4]);
	new_memory(&racer);
	make_table(0, ARM_4K, EXTRA);
	if (new_vdevice(&racer, racer.viommu, 0x10) ||
	    new_stage1(&racer, racer.viommu, ARM_4K, 0) ||
	    attach(&racer, racer.hwpt) || new_queue(&racer, 8, &fd, &queue))
		die("attach", racer.device);
	for (n = 0; n < 3; n++)
		if (pthread_create(&thread[n], NULL, what[n], NULL))
			die("start", "a thread");
	for (n = 0; n < rounds / 4; n++) {
		result = dma_result(&racer, n);
		if (strcmp(result, "fine") && strcmp(result, "stage2") &&
		    !odd++)
			printf("odd: %s\n", result);
	}
	for (n = 0; n < 3; n++)
		pthread_join(thread[n], NULL);
	printf("%d accesses, %d odd\n", rounds / 4, odd);
}

int main(int argc, char **argv)
{
	if (argc == 6 && !strcmp(argv[1], "hold"))
		hold(argv + 2);
	else if (argc == 7 && !strcmp(argv[1], "race"))
		race(argv + 2);
	else if (argc == 5)
		life(argv + 1);
	else
		return 2;
	return 0;
}
