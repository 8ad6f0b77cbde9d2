// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO programs that do not behave.
 *
 *	vfio-user hold FUNCTION
 *	vfio-user fuzz FUNCTION SECONDS SEED
 *	vfio-user reset FUNCTION SECONDS
 *
 * hold: says "ready", then does DMA until it is killed. fuzz: reads and writes
 * the configuration space through VFIO, in sizes of 1, 2 and 4, anywhere; so it
 * does with the BARs, also past their ends, and with their mappings, that of the
 * table of MSI-X among them; and it sets up interrupts that may not be there.
 * reset: resets the function in the middle of DMA, which stops. The last two then reset it
 * once more, and end with status 0 if it does DMA as before.
 *
 * WAY says how: through a type1 container (if it is not set), a container of
 * iommufd ("compat"), or iommufd itself ("cdev").
 */
#define main example_main
#include "../../../docs/examples/vfio-dma.c"
#undef main
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>

#include "../../../userspace/lib/iommufd-abi.h"

/* Longer than a reset takes, if each page is delayed. */
#define LONG 0x100000UL

static uint64_t *memory;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void get_memory(void)
{
	memory = mmap(NULL, LONG, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		die("allocate", "memory");
}

static void begin_group(struct function *f, const char *path)
{
	int container = open(path, O_RDWR);
	struct vfio_iommu_type1_dma_map request = {
		.argsz = sizeof(request),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)memory,
		.iova = IOVA,
		.size = LONG,
	};

	if (container < 0)
		die("open", path);
	open_group(f, container);
	if (ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		die("use", "type1");
	if (ioctl(container, VFIO_IOMMU_MAP_DMA, &request))
		die("map", "memory");
	open_device(f);
}

/* The file of a function; its directory in sysfs has one entry. */
static int open_cdev(struct function *f)
{
	char path[512];
	struct dirent *entry;
	DIR *dir;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/vfio-dev",
		 f->name);
	dir = opendir(path);
	if (!dir)
		die("read", path);
	do
		entry = readdir(dir);
	while (entry && entry->d_name[0] == '.');
	if (!entry)
		die("find the file of", f->name);
	snprintf(path, sizeof(path), "/dev/vfio/devices/%s", entry->d_name);
	closedir(dir);
	fd = open(path, O_RDWR);
	if (fd < 0)
		die("open", path);
	return fd;
}

static void begin_cdev(struct function *f)
{
	int iommufd = open("/dev/iommu", O_RDWR);
	struct vfio_device_bind_iommufd bind = {
		.argsz = sizeof(bind),
		.iommufd = iommufd,
	};
	struct vfio_device_attach_iommufd_pt attach = {
		.argsz = sizeof(attach),
	};
	struct iommu_ioas_alloc ioas = { .size = sizeof(ioas) };
	struct iommu_ioas_map map = {
		.size = sizeof(map),
		.flags = IOMMU_IOAS_MAP_FIXED_IOVA | IOMMU_IOAS_MAP_READABLE |
			 IOMMU_IOAS_MAP_WRITEABLE,
		.user_va = (uintptr_t)memory,
		.length = LONG,
		.iova = IOVA,
	};

	if (iommufd < 0)
		die("open", "/dev/iommu");
	f->device = open_cdev(f);
	if (ioctl(f->device, VFIO_DEVICE_BIND_IOMMUFD, &bind))
		die("bind", f->name);
	if (ioctl(iommufd, IOMMU_IOAS_ALLOC, &ioas))
		die("make", "an address space");
	map.ioas_id = ioas.out_ioas_id;
	attach.pt_id = ioas.out_ioas_id;
	if (ioctl(iommufd, IOMMU_IOAS_MAP, &map))
		die("map", "memory");
	if (ioctl(f->device, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach))
		die("attach", f->name);
	/* The function keeps what it needs of it. */
	close(iommufd);
	find_engine(f);
	enable_interrupt(f);
}

static void begin(struct function *f, const char *name)
{
	const char *way = getenv("WAY") ?: "type1";

	f->name = name;
	get_memory();
	if (!strcmp(way, "cdev"))
		begin_cdev(f);
	else
		begin_group(f, strcmp(way, "compat") ? "/dev/vfio/vfio" :
						       "/dev/iommu");
}

static void reset(struct function *f)
{
	if (ioctl(f->device, VFIO_DEVICE_RESET))
		die("reset", f->name);
}

/* A BAR, mapped if it can be; size 0: there is none. */
struct bar {
	off_t at;
	size_t size;
	char *mapped;
};

static struct bar bars[6];
static int event;

static sigjmp_buf bus_error;

static void on_bus_error(int sig)
{
	(void)sig;
	siglongjmp(bus_error, 1);
}

static void find_bars(struct function *f)
{
	struct vfio_region_info info = { .argsz = sizeof(info) };
	unsigned int i;

	signal(SIGBUS, on_bus_error);
	event = eventfd(0, EFD_NONBLOCK);
	for (i = 0; i < 6; i++) {
		info.index = i;
		if (ioctl(f->device, VFIO_DEVICE_GET_REGION_INFO, &info))
			die("find the regions of", f->name);
		bars[i] = (struct bar){ .at = info.offset, .size = info.size };
		if (!info.size)
			continue;
		bars[i].mapped = mmap(NULL, info.size, PROT_READ | PROT_WRITE,
				      MAP_SHARED, f->device, info.offset);
		if (bars[i].mapped == MAP_FAILED)
			die("map a BAR of", f->name);
	}
}

/*
 * A word of a mapping. While the function does not decode, or is in D3hot, VFIO
 * answers with SIGBUS.
 */
static int poke_bar(struct function *f, const struct bar *bar)
{
	uint32_t *word = (void *)(bar->mapped + random() % bar->size / 4 * 4);

	if (random() % 2)
		put(f, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	if (sigsetjmp(bus_error, 1))
		return 0;
	__atomic_store_n(word, random(), __ATOMIC_SEQ_CST);
	return 1;
}

/* An access to a BAR, which may go past its end; or its mapping. */
static int use_bar(struct function *f)
{
	const struct bar *bar = &bars[random() % 6];
	uint64_t value = random();
	off_t at;

	if (!bar->size)
		return 0;
	at = bar->at + random() % (bar->size + 64);
	switch (random() % 3) {
	case 0:
		return pread(f->device, &value, 1 + random() % 8, at) > 0;
	case 1:
		return pwrite(f->device, &value, 1 + random() % 8, at) > 0;
	default:
		return poke_bar(f, bar);
	}
}

/* Vectors of any kind of interrupt, few or many, enabled or disabled. */
static int use_irqs(struct function *f)
{
	static const unsigned int counts[] = { 0, 1, 2, 4, 5, 64, 65 };
	char bytes[sizeof(struct vfio_irq_set) + 65 * sizeof(int)] = { 0 };
	struct vfio_irq_set *set = (void *)bytes;
	unsigned int i;

	set->index = random() % 4;
	set->start = random() % 3 ? 0 : random() % 5;
	set->count = counts[random() % 7];
	set->argsz = sizeof(*set);
	set->flags = VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_NONE;
	if (set->count && random() % 4) {
		set->flags = VFIO_IRQ_SET_ACTION_TRIGGER |
			     VFIO_IRQ_SET_DATA_EVENTFD;
		set->argsz += set->count * sizeof(int);
		for (i = 0; i < set->count; i++)
			((int *)set->data)[i] = random() % 8 ? event : -1;
	}
	return !ioctl(f->device, VFIO_DEVICE_SET_IRQS, set);
}

static int use_config(struct function *f)
{
	size_t size = 1UL << random() % 3;
	off_t at = f->config + random() % 4096;
	uint32_t value = random();

	if (random() % 2)
		return pread(f->device, &value, size, at) > 0;
	return pwrite(f->device, &value, size, at) > 0;
}

/* Interrupts as they were, so that the end of an operation is an event. */
static void one_interrupt(struct function *f)
{
	unsigned int index;

	for (index = 0; index < VFIO_PCI_ERR_IRQ_INDEX; index++) {
		struct vfio_irq_set none = {
			.argsz = sizeof(none),
			.flags = VFIO_IRQ_SET_ACTION_TRIGGER |
				 VFIO_IRQ_SET_DATA_NONE,
			.index = index,
		};

		ioctl(f->device, VFIO_DEVICE_SET_IRQS, &none);
	}
	enable_interrupt(f);
}

/*
 * The list of capabilities is five long, or six with MSI-X, whatever was written.
 * VFIO shows its own copy of their headers; what is there, sysfs shows.
 */
static int listed(struct function *f)
{
	unsigned char space[256] = { 0 };
	unsigned int at, n = 0, known = 0;
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", f->name);
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, space, sizeof(space)) != sizeof(space))
		die("read", path);
	close(fd);
	for (at = space[PCI_CAPABILITY_LIST]; at && at < 255 && n < 48;
	     at = space[at + 1], n++)
		known += space[at] == PCI_CAP_ID_EXP ||
			 space[at] == PCI_CAP_ID_VNDR ||
			 space[at] == PCI_CAP_ID_MSI ||
			 space[at] == PCI_CAP_ID_PM ||
			 space[at] == PCI_CAP_ID_VPD ||
			 space[at] == PCI_CAP_ID_MSIX;
	if (n == known && n == (space[0xf0] == PCI_CAP_ID_MSIX ? 6 : 5))
		return 1;
	fprintf(stderr, "vfio-user: %u capabilities, %u of them known\n", n,
		known);
	return 0;
}

/*
 * What a write among random ones has started ends with the step that is under
 * way, and says so: on a busy machine that can be after the reset.
 */
static void settle(struct function *f)
{
	double end = now() + 20;

	while (get(f, f->engine + R_STATUS, 4) & 1 && now() < end)
		usleep(1000);
}

/* Reset, and as good as new. */
static int check(struct function *f)
{
	uint64_t pattern = 0x5aa55aa511223344ULL;
	uint32_t status;

	if (!listed(f))
		return 1;
	reset(f);
	settle(f);
	if (!listed(f))
		return 1;
	put(f, PCI_COMMAND, 2, get(f, PCI_COMMAND, 2) | PCI_COMMAND_MASTER);
	status = run(f, OP_WRITE, IOVA, SIZE, pattern);
	if (status != S_COMPLETE) {
		fprintf(stderr, "vfio-user: DMA: status 0x%x\n", status);
		return 1;
	}
	return memory[0] != pattern || memory[SIZE / 8 - 1] != pattern;
}

static void hold(struct function *f)
{
	puts("ready");
	fflush(stdout);
	for (;;)
		run(f, OP_WRITE, IOVA, LONG, 1);
}

static int fuzz(struct function *f, double seconds, unsigned int seed)
{
	double end = now() + seconds;
	unsigned long n = 0, done = 0;

	printf("seed=%u\n", seed);
	srandom(seed);
	find_bars(f);
	for (; now() < end; n++) {
		unsigned int what = random() % 64;

		if (!what)
			done += use_irqs(f);
		else if (what < 24)
			done += use_bar(f);
		else
			done += use_config(f);
		if (n % 1000 == 0 && !listed(f))
			return 1;
	}
	printf("accesses=%lu done=%lu\n", n, done);
	reset(f);
	one_interrupt(f);
	return done ? check(f) : 1;
}

/* Start an operation, and pull the function away from under it. */
static int reset_while(struct function *f, double seconds)
{
	double end = now() + seconds;
	unsigned long resets = 0, busy = 0;
	uint32_t status;

	for (; now() < end; resets++) {
		put(f, PCI_COMMAND, 2,
		    get(f, PCI_COMMAND, 2) | PCI_COMMAND_MASTER);
		put(f, f->engine + R_IOVA, 4, IOVA);
		put(f, f->engine + R_SIZE, 4, LONG);
		put(f, f->engine + R_COMMAND, 1, OP_WRITE);
		busy += get(f, f->engine + R_STATUS, 4) & 1;
		reset(f);
		settle(f);
		status = get(f, f->engine + R_STATUS, 4);
		if (status & 1 || status == S_COMPLETE) {
			fprintf(stderr,
				"vfio-user: a reset does not stop it: 0x%x\n",
				status);
			return 1;
		}
	}
	printf("resets=%lu busy=%lu\n", resets, busy);
	return busy ? check(f) : 1;
}

int main(int argc, char **argv)
{
	struct function f = { 0 };

	if (argc < 3)
		return 2;
	begin(&f, argv[2]);
	if (!strcmp(argv[1], "hold"))
		hold(&f);
	if (argc > 4 && !strcmp(argv[1], "fuzz"))
		return fuzz(&f, atof(argv[3]), atoi(argv[4]));
	if (argc > 3 && !strcmp(argv[1], "reset"))
		return reset_while(&f, atof(argv[3]));
	return 2;
}
