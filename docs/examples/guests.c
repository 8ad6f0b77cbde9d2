// SPDX-License-Identifier: GPL-2.0-only
/*
 * A VMM with two guests that have an IOMMU each (nested translation). The guests write
 * page tables of their own, of different formats, in guest memory. The VMM has one page
 * table (stage 2) for all of that memory, which two IOMMU instances share. Each guest
 * has a function behind one of them, and a vIOMMU there.
 *
 *	guests
 *
 * Makes the instances and the functions, and removes them again. Prints TAP. Needs root,
 * the modules iommu_mock, vfio-pci and iommufd, and a kernel with CONFIG_IOMMUFD;
 * elsewhere it says so, and skips. docs/nested.md has the calls. Build it with
 *	cc -o guests guests.c $(pkg-config --cflags --libs libiommu-mock)
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <iommu-mock.h>
#include <iommu-mock-nested.h>
#include <linux/pci_regs.h>
#include <linux/types.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096UL
#define PAGES 32
#define MEMORY 0x10000000UL /* where the guests' memory is for them */
#define VA 0x40000000UL /* the address that both guests give their function */
#define PATIENCE 20000 /* ms until the program gives up waiting for an event */

/* The calls of <linux/iommufd.h> and <linux/vfio.h>, which may be too old here. */
struct ioas_alloc {
	__u32 size, flags, id;
};

struct ioas_map {
	__u32 size, flags, ioas, reserved;
	__u64 memory, length, iova;
};

struct hwpt_alloc {
	__u32 size, flags, device, on, id, reserved, type, len;
	__u64 data;
	__u32 fault, reserved2;
};

struct hwpt_invalidate {
	__u32 size, id;
	__u64 entries;
	__u32 type, len, count, reserved;
};

struct viommu_alloc {
	__u32 size, flags, type, device, stage2, id, len, reserved;
	__u64 data;
};

struct vdevice_alloc {
	__u32 size, viommu, device, id;
	__u64 virt_id;
};

struct veventq_alloc {
	__u32 size, flags, viommu, type, depth, id, fd, reserved;
};

struct vfio_bind {
	__u32 size, flags;
	__s32 iommufd;
	__u32 id;
};

struct vfio_attach {
	__u32 size, flags, hwpt;
};

#define NEST_PARENT 1U
#define IOMMUFD(number) _IO(';', number)
#define CALL(fd, request, arg) check(ioctl(fd, request, arg), #arg)

/**
 * struct guest - a guest
 * @instance: the IOMMU instance that its function is behind
 * @function: its function
 * @format: of its page tables: the number in MOCK_FORMATS of module/abi.h
 * @root: first of the four pages in guest memory that its page tables have
 * @fd: VFIO's file of the function
 * @device: id of the function
 * @viommu: id of its vIOMMU
 * @events: file of the vIOMMU's events
 * @stage1: id of its page tables
 */
struct guest {
	const char *instance, *function;
	int format;
	unsigned int root;
	int fd;
	__u32 device, viommu;
	int events;
	__u32 stage1;
};

enum { ARM_4K = 0, X86_4L = 3 };

static struct guest guests[2] = {
	{ .instance = "ex-smmu0", .function = "ex-nic0", .format = ARM_4K },
	{ .instance = "ex-smmu1",
	  .function = "ex-nic1",
	  .format = X86_4L,
	  .root = 4 },
};

static struct imock *im;
static int iommufd;
static __u32 ioas, stage2;
static uint64_t *memory; /* of the guests */
static int tests, failures;

/* What has to work for there to be a test. */
static void must(int err)
{
	if (err >= 0)
		return;
	fprintf(stderr, "guests: %s\n", imock_error(im));
	exit(1);
}

static void check(int ret, const char *what)
{
	if (ret >= 0)
		return;
	fprintf(stderr, "guests: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void ok(int good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++tests, what);
	failures += !good;
}

/* ---- what a guest does ---------------------------------------------------------- */

static uint64_t *page(unsigned int n)
{
	return memory + n * PAGE / 8;
}

static uint64_t address(unsigned int n)
{
	return MEMORY + n * PAGE;
}

/* Map VA to page @n. The four levels of both formats have the same geometry. */
static void guest_maps(const struct guest *guest, unsigned int n)
{
	uint64_t table = guest->format == ARM_4K ? 0x3 : 0x27;
	uint64_t leaf = guest->format == ARM_4K ? 0xf47 : 0x67;
	unsigned int root = guest->root;

	page(root)[VA >> 39 & 511] = address(root + 1) | table;
	page(root + 1)[VA >> 30 & 511] = address(root + 2) | table;
	page(root + 2)[VA >> 21 & 511] = address(root + 3) | table;
	page(root + 3)[VA >> 12 & 511] = address(n) | leaf;
}

/* The function writes, and the word is in page @n. */
static int writes_to(const struct guest *guest, unsigned int n, uint64_t word)
{
	*page(n) = 0;
	return !imock_dma_write(im, guest->function, VA, sizeof(word), word) &&
	       __atomic_load_n(page(n), __ATOMIC_RELAXED) == word;
}

/* ---- what the VMM does ------------------------------------------------------------ */

static int open_function(const struct guest *guest)
{
	const struct imock_device *device;
	struct imock_state *state;
	struct dirent *entry;
	char path[300];
	DIR *dir;
	int fd;

	must(imock_state_read(im, &state));
	device = imock_state_device(state, guest->function);
	if (!device)
		exit(1);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/vfio-dev",
		 device->address);
	imock_state_free(state);
	dir = opendir(path);
	check(dir ? 0 : -1, path);
	do
		entry = readdir(dir);
	while (entry && entry->d_name[0] == '.');
	check(entry ? 0 : -1, path);
	snprintf(path, sizeof(path), "/dev/vfio/devices/%s", entry->d_name);
	closedir(dir);
	fd = open(path, O_RDWR);
	check(fd, path);
	return fd;
}

/* What a guest's driver does first: its function may use memory. */
static void enable_dma(const struct guest *guest)
{
	struct vfio_region_info region = {
		.argsz = sizeof(region),
		.index = VFIO_PCI_CONFIG_REGION_INDEX,
	};
	const uint16_t command = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;

	CALL(guest->fd, VFIO_DEVICE_GET_REGION_INFO, &region);
	check(pwrite(guest->fd, &command, sizeof(command),
		     (off_t)region.offset + PCI_COMMAND) == sizeof(command) ?
		      0 :
		      -1,
	      "command register");
}

static void take_function(struct guest *guest)
{
	struct vfio_bind bind = { .size = sizeof(bind), .iommufd = iommufd };

	must(imock_add_instance(im, guest->instance, "nest=1"));
	must(imock_add_device(im, guest->function, guest->instance, "bus=pci"));
	must(imock_bind(im, guest->function, "vfio-pci"));
	guest->fd = open_function(guest);
	CALL(guest->fd, _IO(VFIO_TYPE, VFIO_BASE + 18), &bind);
	guest->device = bind.id;
	enable_dma(guest);
}

/* Memory for both guests, and stage 2, which maps all of it. */
static void make_memory(void)
{
	struct ioas_alloc alloc = { .size = sizeof(alloc) };
	struct ioas_map map = {
		.size = sizeof(map),
		.flags = 7, /* fixed, read, write */
		.length = PAGES * PAGE,
		.iova = MEMORY,
	};
	struct hwpt_alloc tables = {
		.size = sizeof(tables),
		.flags = NEST_PARENT,
		.device = guests[0].device,
	};

	memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(memory == MAP_FAILED ? -1 : 0, "memory");
	CALL(iommufd, IOMMUFD(0x81), &alloc);
	ioas = alloc.id;
	map.ioas = ioas;
	map.memory = (uintptr_t)memory;
	CALL(iommufd, IOMMUFD(0x85), &map);
	tables.on = ioas;
	CALL(iommufd, IOMMUFD(0x89), &tables);
	stage2 = tables.id;
}

/* An IOMMU for the guest, on which its function has a number. */
static void make_viommu(struct guest *guest, __u64 number)
{
	struct viommu_alloc alloc = {
		.size = sizeof(alloc),
		.type = MOCK_NEST_TYPE,
		.device = guest->device,
		.stage2 = stage2,
	};
	struct vdevice_alloc device = {
		.size = sizeof(device),
		.device = guest->device,
		.virt_id = number,
	};
	struct veventq_alloc queue = {
		.size = sizeof(queue),
		.type = MOCK_NEST_TYPE,
		.depth = 16,
	};

	CALL(iommufd, IOMMUFD(0x90), &alloc);
	guest->viommu = alloc.id;
	device.viommu = alloc.id;
	CALL(iommufd, IOMMUFD(0x91), &device);
	queue.viommu = alloc.id;
	CALL(iommufd, IOMMUFD(0x93), &queue);
	guest->events = queue.fd;
}

/* The guest has told its IOMMU where its page tables are. */
static void attach_tables(struct guest *guest)
{
	struct mock_nest_stage1 stage1 = {
		.format = guest->format,
		.ias = 39,
		.root = address(guest->root),
	};
	struct hwpt_alloc alloc = {
		.size = sizeof(alloc),
		.device = guest->device,
		.on = guest->viommu,
		.type = MOCK_NEST_TYPE,
		.len = sizeof(stage1),
		.data = (uintptr_t)&stage1,
	};
	struct vfio_attach attach = { .size = sizeof(attach) };

	CALL(iommufd, IOMMUFD(0x89), &alloc);
	guest->stage1 = alloc.id;
	attach.hwpt = alloc.id;
	CALL(guest->fd, _IO(VFIO_TYPE, VFIO_BASE + 19), &attach);
}

/* The guest has told its IOMMU to forget the page at VA. */
static void invalidate(const struct guest *guest, __u64 number)
{
	struct mock_nest_invalidate entry = {
		.op = MOCK_NEST_RANGE,
		.virt_id = number,
		.iova = VA,
		.size = PAGE,
	};
	struct hwpt_invalidate call = {
		.size = sizeof(call),
		.id = guest->viommu,
		.entries = (uintptr_t)&entry,
		.type = MOCK_NEST_TYPE,
		.len = sizeof(entry),
		.count = 1,
	};

	CALL(iommufd, IOMMUFD(0x8d), &call);
}

/* An event for the guest's driver: is it this one? */
static int event_of(const struct guest *guest, __u64 number, __u64 iova)
{
	struct {
		__u32 flags, sequence;
		struct mock_nest_event event;
	} said;
	struct pollfd fd = { .fd = guest->events, .events = POLLIN };

	return poll(&fd, 1, PATIENCE) == 1 &&
	       read(fd.fd, &said, sizeof(said)) == sizeof(said) &&
	       said.event.virt_id == number && said.event.iova == iova;
}

/* ---- the story ---------------------------------------------------------------------- */

static void set_up(void)
{
	unsigned int n;

	iommufd = open("/dev/iommu", O_RDWR);
	check(iommufd, "/dev/iommu");
	for (n = 0; n < 2; n++)
		take_function(&guests[n]);
	make_memory();
	for (n = 0; n < 2; n++) {
		make_viommu(&guests[n], 0x100 + n);
		guest_maps(&guests[n], 10 + n);
		attach_tables(&guests[n]);
	}
}

static void test(struct guest *one, struct guest *other)
{
	ok(writes_to(one, 10, 0x1111) && writes_to(other, 11, 0x2222) &&
		   *page(10) == 0x1111,
	   "each function goes by the page tables of its guest");
	guest_maps(one, 12);
	invalidate(one, 0x100);
	ok(writes_to(one, 12, 0x3333) && writes_to(other, 11, 0x4444),
	   "a guest moves a page of its function, and of no other");
	page(one->root + 3)[VA >> 12 & 511] = 0;
	invalidate(one, 0x100);
	ok(!writes_to(one, 12, 0x5555), "a guest takes the page away");
	printf("# %s\n", imock_error(im));
	ok(event_of(one, 0x100, VA), "and its driver is told of the access");
	ok(writes_to(other, 11, 0x6666), "the other guest sees nothing of it");
}

/* Closing the file ends all of iommufd's objects, in the right order. */
static void tear_down(void)
{
	unsigned int n;

	for (n = 0; n < 2; n++) {
		close(guests[n].events);
		close(guests[n].fd);
	}
	close(iommufd);
	for (n = 0; n < 2; n++) {
		must(imock_unbind(im, guests[n].function));
		must(imock_del(im, IMOCK_DEVICE, guests[n].function));
		must(imock_del(im, IMOCK_INSTANCE, guests[n].instance));
	}
}

/* Does the kernel have it? */
static int can_nest(void)
{
	char text[64];

	must(imock_fact(im, "nest", text, sizeof(text)));
	return strcmp(text, "0") && !access("/dev/iommu", F_OK);
}

int main(void)
{
	int err;

	im = imock_new(NULL);
	if (!im)
		return 1;
	err = imock_load(im, NULL, NULL);
	if (err != -EEXIST)
		must(err);
	if (!can_nest()) {
		printf("1..0 # SKIP no iommufd, or none with vIOMMU objects: see docs/nested.md\n");
		return 0;
	}
	set_up();
	test(&guests[0], &guests[1]);
	tear_down();
	imock_free(im);
	printf("1..%d\n", tests);
	return failures > 0;
}
