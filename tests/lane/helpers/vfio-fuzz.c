// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of VFIO and of iommufd at random. Most requests are nearly right, so that
 * many of them do something. Several programs at once open the functions in one of
 * four ways; three processes of each share its files, and are killed in the middle of
 * whatever they do.
 *
 *	vfio-fuzz SEED SECONDS PROGRAMS FUNCTION...
 *
 * The functions are bound to vfio-pci. Prints "rounds=N done=N refused=N".
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../../module/nested-abi.h"
#include "../../../userspace/lib/iommufd-abi.h"

#define MEMORY 0x400000UL
#define PAGE 0x1000UL
/* Where vfio-pci has a region: drivers/vfio/pci has its number from bit 40 on. */
#define REGION(index) ((off_t)(index) << 40)
#define CONFIG REGION(VFIO_PCI_CONFIG_REGION_INDEX)
/* The registers of the DMA engine in there; docs/programming-model.md. */
#define ENGINE (CONFIG + 0x80)
#define IOMMUFD(n) _IO(';', 0x80 + (n))

/* The files of a program; -1 for those that it could not open. */
enum who { CONTAINER, GROUP, GROUP2, DEVICE, DEVICE2, EVENT, FILES };
static int files[FILES];
static char *names[2];
static char *memory;
static char scratch[0x10000];

/* What goes with a call about nested translation. */
#define ENTRIES 16
static union {
	struct mock_nest_stage1 stage1;
	struct mock_nest_invalidate entries[ENTRIES];
} nest;

static struct counts {
	long rounds;
	long done;
	long refused;
} *counts;

static unsigned long long state;

static unsigned int rnd(unsigned int below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 11) % below;
}

/**
 * struct request - an ioctl
 * @number: its number
 * @to: the file that it is for
 * @fields: its argument, a letter for each field; put_field() explains them
 */
struct request {
	unsigned long number;
	enum who to;
	const char *fields;
};

static const struct request requests[] = {
	{ VFIO_IOMMU_MAP_DMA, CONTAINER, "zfais" },
	{ VFIO_IOMMU_MAP_DMA, CONTAINER, "zfais" },
	{ VFIO_IOMMU_MAP_DMA, CONTAINER, "zfais" },
	{ VFIO_IOMMU_UNMAP_DMA, CONTAINER, "zfis" },
	{ VFIO_IOMMU_UNMAP_DMA, CONTAINER, "zfisBsp" },
	{ VFIO_IOMMU_DIRTY_PAGES, CONTAINER, "zf" },
	{ VFIO_IOMMU_DIRTY_PAGES, CONTAINER, "zfisBsp" },
	{ VFIO_IOMMU_GET_INFO, CONTAINER, "zfvvvvvvvv" },
	{ VFIO_GROUP_GET_STATUS, GROUP, "zf" },
	{ VFIO_GROUP_SET_CONTAINER, GROUP, "d" },
	{ VFIO_GROUP_UNSET_CONTAINER, GROUP2, "" },
	{ VFIO_DEVICE_GET_INFO, DEVICE, "zfnnvv" },
	{ VFIO_DEVICE_GET_REGION_INFO, DEVICE, "zfnnvvvvvv" },
	{ VFIO_DEVICE_GET_IRQ_INFO, DEVICE, "zfnn" },
	{ VFIO_DEVICE_SET_IRQS, DEVICE, "zInnneeeeeeee" },
	{ VFIO_DEVICE_SET_IRQS, DEVICE2, "zInnneeeeeeee" },
	{ VFIO_DEVICE_SET_IRQS, DEVICE, "zInnneeeeeeee" },
	{ VFIO_DEVICE_RESET, DEVICE, "" },
	{ VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, DEVICE, "zfnvvvv" },
	{ VFIO_DEVICE_PCI_HOT_RESET, DEVICE, "zfndd" },
	{ VFIO_DEVICE_IOEVENTFD, DEVICE, "zfrve0" },
	{ VFIO_DEVICE_FEATURE, DEVICE, "zHvvvv" },
	{ VFIO_DEVICE_BIND_IOMMUFD, DEVICE, "zfd0" },
	{ VFIO_DEVICE_ATTACH_IOMMUFD_PT, DEVICE, "zfo" },
	{ VFIO_DEVICE_ATTACH_IOMMUFD_PT, DEVICE2, "zfo" },
	{ VFIO_DEVICE_DETACH_IOMMUFD_PT, DEVICE, "zf" },
	{ VFIO_DEVICE_ATTACH_IOMMUFD_PT, DEVICE, "z1on" }, /* of a PASID */
	{ VFIO_DEVICE_DETACH_IOMMUFD_PT, DEVICE, "z1n" },
	{ IOMMUFD(0x00), CONTAINER, "zo" }, /* destroy */
	{ IOMMUFD(0x01), CONTAINER, "z00" }, /* an address space */
	{ IOMMUFD(0x02), CONTAINER, "zon0p" }, /* allow addresses */
	{ IOMMUFD(0x03), CONTAINER, "zfoosii" }, /* copy */
	{ IOMMUFD(0x04), CONTAINER, "zon0pv" }, /* ranges */
	{ IOMMUFD(0x05), CONTAINER, "zfo0asi" }, /* map */
	{ IOMMUFD(0x05), CONTAINER, "zfo0asi" },
	{ IOMMUFD(0x06), CONTAINER, "zois" }, /* unmap */
	{ IOMMUFD(0x07), CONTAINER, "znnov" }, /* an option */
	{ IOMMUFD(0x08), CONTAINER, "zon" }, /* that of the container */
	{ IOMMUFD(0x09), CONTAINER, "zfoo0000p" }, /* page tables */
	{ IOMMUFD(0x09), CONTAINER, "z2oo000000" }, /* a stage 2 */
	{ IOMMUFD(0x09), CONTAINER, "z8oo00NLt00" }, /* a stage 1 */
	{ IOMMUFD(0x09), CONTAINER, "z8oo00NLt00" },
	{ IOMMUFD(0x0a), CONTAINER, "zfonp00v" }, /* the IOMMU */
	{ IOMMUFD(0x0b), CONTAINER, "zfo0" }, /* dirty tracking */
	{ IOMMUFD(0x0c), CONTAINER, "zof0isPp" }, /* dirty pages */
	{ IOMMUFD(0x0d), CONTAINER, "zotNEn0" }, /* invalidate a stage 1 */
	{ IOMMUFD(0x0d), CONTAINER, "zotNEn0" },
	{ IOMMUFD(0x0e), CONTAINER, "z000" }, /* a queue of requests */
	{ IOMMUFD(0x10), CONTAINER, "z0Noo000p" }, /* a vIOMMU */
	{ IOMMUFD(0x10), CONTAINER, "z0Noo0Q0p" }, /* with doorbells */
	{ IOMMUFD(0x11), CONTAINER, "zoo0V" }, /* a device of it */
	{ IOMMUFD(0x12), CONTAINER, "z0" }, /* another process */
	{ IOMMUFD(0x13), CONTAINER, "z0oNn000" }, /* its queue of events */
	{ IOMMUFD(0x14), CONTAINER, "z0oNn0is" }, /* a queue of commands */
};

static uint64_t address(void)
{
	static const uint64_t at[] = {
		0, 0x100000, 0x101000, 0x200000, 0xfee00000, 0x7ffffff000,
		0xffffffffffff000, 0xfffffffffffff000,
	};

	return at[rnd(8)] + (rnd(8) ? 0 : rnd(0x2000));
}

static uint64_t length(void)
{
	static const uint64_t of[] = { PAGE, PAGE, 0x10000, 0x10000, 0x200000,
				       MEMORY, 0, ~0ULL };

	return of[rnd(8)] + (rnd(16) ? 0 : rnd(0x1000));
}

/* Memory of ours, a BAR that was mapped there, or nothing. */
static uint64_t virtual(void)
{
	return rnd(16) ? (uintptr_t)memory + rnd(MEMORY / PAGE) / 2 * PAGE :
			 address();
}

static uint64_t wide_field(char letter)
{
	switch (letter) {
	case 'a': /* of this process */
		return virtual();
	case 'i': /* of a function */
		return address();
	case 's': /* a size */
		return length();
	case 'P': /* a size of pages */
		return rnd(4) ? PAGE : length();
	case 'B': /* the same for type1; not 0: docs/findings.md, B89 */
		return rnd(4) ? PAGE : length() ?: PAGE;
	case 'p': /* where results go */
		return (uintptr_t)scratch;
	case 'r': /* in a region */
		return REGION(rnd(9)) + rnd(0x4000);
	case 't': /* a stage 1 table, or what to invalidate in it */
		return (uintptr_t)&nest;
	case 'V': /* the number of a device in its vIOMMU */
		return rnd(4);
	default: /* 'v': anything */
		return rnd(2) ? 0 : state;
	}
}

static uint32_t narrow_field(char letter, uint32_t size)
{
	switch (letter) {
	case 'z': /* the size of the argument */
		return rnd(16) ? size : rnd(2 * size + 1);
	case 'f': /* flags: read and write, or another */
		return rnd(2) ? 3 : rnd(3) ? 1U << rnd(5) : 0;
	case 'I': /* of interrupts: the kind of data, and the action */
		return 1U << rnd(3) | 8U << rnd(3);
	case 'H': /* a feature, and what to do with it */
		return rnd(14) | 1U << (16 + rnd(3)) | (rnd(2) ? 1U << 18 : 0);
	case 'n': /* a small number */
		return rnd(3) ? rnd(5) : rnd(70);
	case 'o': /* an object of iommufd */
		return rnd(12);
	case 'N': /* the type of what goes with it */
		return rnd(32) ? MOCK_NEST_TYPE : rnd(4);
	case 'L': /* its size */
		return rnd(16) ? sizeof(nest.stage1) : rnd(100);
	case 'Q': /* that of the data of a vIOMMU */
		return sizeof(struct mock_nest_viommu);
	case 'E': /* the size of an entry */
		return rnd(16) ? sizeof(nest.entries[0]) : rnd(100);
	case '1':
		return 1;
	case '2': /* flags of a stage 2, which may track */
		return rnd(2) ? 1 : 3;
	case '8': /* flags of a stage 1, which may be for PASIDs */
		return rnd(2) ? 0 : 8;
	case 'e': /* an event */
		return rnd(4) ? files[EVENT] : -1;
	case 'd': /* a file */
		return files[rnd(FILES)];
	default: /* '0' */
		return rnd(32) ? 0 : rnd(100);
	}
}

static int is_wide(char letter)
{
	return !!strchr("aisPBprtVv", letter);
}

/* A table whose top is where something may be mapped, or some entries. */
static void fill_nest(void)
{
	unsigned int i;

	memset(&nest, 0, sizeof(nest));
	if (rnd(2)) {
		nest.stage1.format = rnd(13);
		nest.stage1.ias = rnd(4) ? 39 : rnd(64);
		nest.stage1.root = address();
		return;
	}
	for (i = 0; i < ENTRIES; i++) {
		nest.entries[i].op = rnd(16) ? MOCK_NEST_RANGE : rnd(3);
		nest.entries[i].virt_id = rnd(4);
		nest.entries[i].pasid = rnd(4) ? 0 : rnd(4);
		if (nest.entries[i].op != MOCK_NEST_RANGE && rnd(16))
			continue;
		nest.entries[i].iova = address();
		nest.entries[i].size = length();
	}
}

static int one_request(void)
{
	const struct request *r = &requests[rnd(sizeof(requests) / sizeof(*requests))];
	uint64_t words[32] = { 0 };
	char *to = (char *)words;
	uint32_t size = 0;
	const char *c;

	for (c = r->fields; *c; c++)
		size += is_wide(*c) ? 8 : 4;
	for (c = r->fields; *c; c++) {
		uint64_t value = is_wide(*c) ? wide_field(*c) :
					       narrow_field(*c, size);

		memcpy(to, &value, is_wide(*c) ? 8 : 4);
		to += is_wide(*c) ? 8 : 4;
	}
	return ioctl(files[r->to], r->number, words) >= 0;
}

/* Numbers that are no requests, or have another argument. */
static int any_request(void)
{
	uint64_t words[32] = { 64 };
	int number = rnd(2) ? VFIO_BASE + rnd(30) : 0x80 + rnd(0x15);
	unsigned int i;

	for (i = 1; i < 8; i++)
		words[i] = wide_field('v');
	return ioctl(files[rnd(EVENT)], _IO(';', number),
		     rnd(4) ? (uintptr_t)words : rnd(16)) >= 0;
}

/* Another file of the same function. */
static int open_again(void)
{
	int fd = ioctl(files[GROUP], VFIO_GROUP_GET_DEVICE_FD, names[0]);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static int access_region(off_t at)
{
	int fd = files[rnd(2) ? DEVICE : DEVICE2];
	uint64_t value = rnd(2) ? state : 0;
	size_t size = rnd(8) ? 1U << rnd(4) : rnd(9);

	return (rnd(2) ? pread(fd, &value, size, at) :
			 pwrite(fd, &value, size, at)) > 0;
}

/* Bus Master Enable and memory, an address, a size, a command. */
static int start_dma(void)
{
	int fd = files[rnd(2) ? DEVICE : DEVICE2];
	uint16_t master = 0x6;
	uint32_t iova = address(), size = rnd(4) ? 0x2000 : length();
	uint8_t command = 1 + rnd(4);

	return pwrite(fd, &master, 2, CONFIG + 4) > 0 &&
	       pwrite(fd, &iova, 4, ENGINE + 0x04) > 0 &&
	       pwrite(fd, &iova, 4, ENGINE + 0x18) > 0 &&
	       pwrite(fd, &size, 4, ENGINE + 0x0c) > 0 &&
	       pwrite(fd, &command, 1, ENGINE + 0x20) > 0;
}

static sigjmp_buf bus_error;

static void on_bus_error(int sig)
{
	(void)sig;
	siglongjmp(bus_error, 1);
}

/* A BAR over a part of the memory, which other processes may map for DMA as well. */
static int map_bar(void)
{
	char *at = memory + rnd(MEMORY / 0x100000) * 0x100000;
	size_t size = PAGE << rnd(6);

	if (mmap(at, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
		 files[DEVICE], REGION(rnd(6))) == MAP_FAILED)
		return 0;
	if (!sigsetjmp(bus_error, 1))
		__atomic_store_n((uint32_t *)(at + rnd(size / 4) * 4), state,
				 __ATOMIC_SEQ_CST);
	/* Memory again, most of the time. */
	if (rnd(4))
		mmap(at, size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	return 1;
}

/* In memory that a function may take for a table: an entry of one of the formats. */
static int write_entry(void)
{
	static const uint64_t bits[] = { 0x3, 0xf47, 0x27, 0x67, 0, ~0ULL };
	uint64_t *at = (uint64_t *)(memory + rnd(MEMORY / PAGE) * PAGE) + rnd(4);

	/* It may be a BAR by now. */
	if (!sigsetjmp(bus_error, 1))
		__atomic_store_n(at, address() | bits[rnd(6)], __ATOMIC_RELAXED);
	return 1;
}

static void operations(unsigned long long seed)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGBUS, on_bus_error);
	state = seed * 0x9e3779b97f4a7c15ULL + 1;
	for (;;) {
		unsigned int what = rnd(64);
		int done;

		fill_nest();
		if (what < 30)
			done = one_request();
		else if (what < 34)
			done = any_request();
		else if (what < 36)
			done = open_again();
		else if (what < 42)
			done = start_dma();
		else if (what < 46)
			done = map_bar();
		else if (what < 48)
			done = write_entry();
		else if (what < 56)
			done = access_region(CONFIG + rnd(4096 + 16));
		else
			done = access_region(REGION(rnd(9)) + rnd(0x5000));
		__sync_fetch_and_add(done ? &counts->done : &counts->refused, 1);
	}
}

static int open_group(const char *name)
{
	char path[128], link[128];
	ssize_t n;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group", name);
	n = readlink(path, link, sizeof(link) - 1);
	if (n < 0)
		return -1;
	link[n] = '\0';
	snprintf(path, sizeof(path), "/dev/vfio%s", strrchr(link, '/'));
	return open(path, O_RDWR);
}

static int open_cdev(const char *name)
{
	char path[512];
	struct dirent *entry;
	int fd = -1;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/vfio-dev", name);
	dir = opendir(path);
	if (!dir)
		return -1;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.') {
			snprintf(path, sizeof(path), "/dev/vfio/devices/%s",
				 entry->d_name);
			fd = open(path, O_RDWR);
		}
	closedir(dir);
	return fd;
}

/* As a program that knows what it does; what fails here, fails. */
static void open_groups(const char *path, int type)
{
	files[CONTAINER] = open(path, O_RDWR);
	files[GROUP] = open_group(names[0]);
	files[GROUP2] = open_group(names[1]);
	ioctl(files[GROUP], VFIO_GROUP_SET_CONTAINER, &files[CONTAINER]);
	ioctl(files[CONTAINER], VFIO_SET_IOMMU, type);
	ioctl(files[GROUP2], VFIO_GROUP_SET_CONTAINER, &files[CONTAINER]);
	files[DEVICE] = ioctl(files[GROUP], VFIO_GROUP_GET_DEVICE_FD, names[0]);
	files[DEVICE2] = ioctl(files[GROUP2], VFIO_GROUP_GET_DEVICE_FD, names[1]);
}

static void open_cdevs(void)
{
	struct iommu_ioas_alloc ioas = { .size = sizeof(ioas) };
	int i;

	files[CONTAINER] = open("/dev/iommu", O_RDWR);
	ioctl(files[CONTAINER], IOMMU_IOAS_ALLOC, &ioas);
	for (i = 0; i < 2; i++) {
		struct vfio_device_bind_iommufd bind = {
			.argsz = sizeof(bind), .iommufd = files[CONTAINER],
		};
		struct vfio_device_attach_iommufd_pt attach = {
			.argsz = sizeof(attach), .pt_id = ioas.out_ioas_id,
		};

		files[DEVICE + i] = open_cdev(names[i]);
		ioctl(files[DEVICE + i], VFIO_DEVICE_BIND_IOMMUFD, &bind);
		ioctl(files[DEVICE + i], VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach);
	}
}

static void one_round(unsigned long long seed)
{
	pid_t pids[3];
	int i;

	for (i = 0; i < FILES; i++)
		files[i] = -1;
	files[EVENT] = eventfd(0, EFD_NONBLOCK);
	switch (rnd(4)) {
	case 0:
		open_cdevs();
		break;
	case 1:
		open_groups("/dev/iommu", VFIO_TYPE1v2_IOMMU);
		break;
	default:
		open_groups("/dev/vfio/vfio", rnd(2) ? VFIO_TYPE1v2_IOMMU :
						       VFIO_TYPE1_IOMMU);
	}
	/* Without a function there is little to do: another program has it. */
	for (i = 0; i < 3; i++) {
		pids[i] = files[DEVICE] < 0 ? -1 : fork();
		if (!pids[i])
			operations(seed + i);
	}
	usleep(files[DEVICE] < 0 ? 1000 : 100000 + rnd(1000000));
	for (i = 0; i < 3; i++)
		if (pids[i] > 0)
			kill(pids[i], SIGKILL);
	for (i = 0; i < 3; i++)
		if (pids[i] > 0)
			waitpid(pids[i], NULL, 0);
	for (i = 0; i < FILES; i++)
		if (files[i] >= 0)
			close(files[i]);
	__sync_fetch_and_add(&counts->rounds, files[DEVICE] >= 0);
}

static void program(unsigned long long seed, time_t end, char **functions, int n)
{
	unsigned long long round;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	state = seed * 0x9e3779b97f4a7c15ULL + 1;
	memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		_exit(1);
	for (round = 1; time(NULL) < end; round++) {
		names[0] = functions[rnd(n)];
		names[1] = functions[rnd(n)];
		one_round(seed ^ round << 20);
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	unsigned long long seed;
	int i, status, bad = 0;
	time_t end;

	if (argc < 5)
		return 2;
	seed = strtoull(argv[1], NULL, 0);
	end = time(NULL) + atoi(argv[2]);
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (counts == MAP_FAILED)
		return 1;
	for (i = 0; i < atoi(argv[3]); i++)
		if (!fork())
			program(seed + i, end, argv + 4, argc - 4);
	while (wait(&status) > 0)
		bad |= status;
	printf("rounds=%ld done=%ld refused=%ld\n", counts->rounds, counts->done,
	       counts->refused);
	return bad != 0;
}
