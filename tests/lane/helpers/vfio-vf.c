// SPDX-License-Identifier: GPL-2.0-only
/*
 * A physical function (PF) and one of its virtual functions (VF) in VFIO.
 *
 *	vfio-vf PF VF
 *
 * Both are bound to vfio-pci. Prints "ok" or "bad" and what it is about, a line for
 * each: the token without which nobody gets the VF, DMA by both, and what a reset of
 * either does to the VF.
 */
#define main example_main
#include "../../../docs/examples/vfio-dma.c"
#undef main

#define TOKEN "12345678-9abc-4def-8123-456789abcdef"
#define OTHER "12345678-9abc-4def-8123-456789abcdee"

static int container;

static void check(int good, const char *what)
{
	printf("%s %s\n", good ? "ok" : "bad", what);
}

/* Open a function of a group: its file, or -errno. */
static int open_with(struct function *f, const char *token)
{
	char text[256];
	int fd;

	snprintf(text, sizeof(text), token ? "%s vf_token=%s" : "%s", f->name,
		 token);
	fd = ioctl(f->group, VFIO_GROUP_GET_DEVICE_FD, text);
	return fd < 0 ? -errno : fd;
}

/* The file of a function that is to be opened. */
static void take(struct function *f, const char *token)
{
	f->device = open_with(f, token);
	if (f->device < 0) {
		errno = -f->device;
		die("open", f->name);
	}
	find_engine(f);
	enable_interrupt(f);
}

/* The token of a PF that is open, by the ioctl: 0 or the errno. */
static int set_token(struct function *f)
{
	struct {
		struct vfio_device_feature feature;
		unsigned char uuid[16];
	} request = {
		.feature = {
			.argsz = sizeof(request),
			.flags = VFIO_DEVICE_FEATURE_SET |
				 VFIO_DEVICE_FEATURE_PCI_VF_TOKEN,
		},
		.uuid = { 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0x4d, 0xef, 0x81,
			  0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef },
	};

	return ioctl(f->device, VFIO_DEVICE_FEATURE, &request) ? errno : 0;
}

static int writes(struct function *f, uint64_t *memory, uint64_t pattern)
{
	memory[0] = 0;
	return run(f, OP_WRITE, IOVA, PAGE, pattern) == S_COMPLETE &&
	       memory[0] == pattern;
}

static void reset(struct function *f)
{
	if (ioctl(f->device, VFIO_DEVICE_RESET))
		die("reset", f->name);
}

static unsigned int master(struct function *f)
{
	return get(f, PCI_COMMAND, 2) & PCI_COMMAND_MASTER;
}

static void tokens(struct function *pf, struct function *vf)
{
	check(open_with(vf, NULL) == -EACCES, "without its token there is no VF");
	take(pf, NULL);
	check(!set_token(pf), "the user of the PF sets the token");
	check(open_with(vf, NULL) == -EACCES, "the VF is not open to others");
	check(open_with(vf, OTHER) == -EACCES, "nor with another token");
	take(vf, TOKEN);
	check(1, "with the token it is");
}

static void resets(struct function *pf, struct function *vf, uint64_t *memory)
{
	put(vf, vf->engine + R_IOVA, 4, 0x1234);
	reset(vf);
	check(!get(vf, vf->engine + R_IOVA, 4),
	      "a reset of the VF restores its registers");
	put(vf, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	vf->event = -1;
	check(writes(vf, memory, 3), "and it does DMA again");
	check(writes(pf, memory, 4), "the PF was not reset");
	reset(pf);
	check(get(vf, PCI_COMMAND, 4) != ~0U && !master(vf),
	      "a reset of the PF ends the VF, and the kernel enables it again");
	put(vf, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	check(writes(vf, memory, 5), "from the beginning");
}

int main(int argc, char **argv)
{
	struct function pf = { .event = -1 }, vf = { .event = -1 };
	uint64_t *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (argc != 3) {
		fprintf(stderr, "usage: vfio-vf PF VF\n");
		return 2;
	}
	container = open("/dev/vfio/vfio", O_RDWR);
	if (container < 0 || memory == MAP_FAILED)
		die("open", "/dev/vfio/vfio");
	pf.name = argv[1];
	vf.name = argv[2];
	open_group(&pf, container);
	if (ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		die("use", "type1");
	open_group(&vf, container);
	map(container, memory);
	tokens(&pf, &vf);
	check(writes(&pf, memory, 1), "the PF does DMA");
	check(writes(&vf, memory, 2), "the VF does DMA, behind another instance");
	check(get(&vf, PCI_VENDOR_ID, 4) == 0x4d561234,
	      "VFIO shows the user the ids of the VF");
	resets(&pf, &vf, memory);
	return 0;
}
