/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the programs share whose memory devices use: each includes library.h, which has
 * the context, before this.
 */
#define PAGE 0x1000UL
#define PATTERN 0x5a17c0de5a17c0deULL

/* The PASID of this process. */
static unsigned int pasid;

static void *map(void *at, size_t size, int prot, int flags, int fd)
{
	void *got = mmap(at, size, prot, flags, fd, 0);

	if (got == MAP_FAILED) {
		printf("Bail out! mmap: %s\n", strerror(errno));
		exit(1);
	}
	return got;
}

/* In small pages, so that each of them comes and goes by itself. */
static void *anonymous(size_t size)
{
	void *got = map(NULL, size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1);

	madvise(got, size, MADV_NOHUGEPAGE);
	return got;
}

static int dma_write(const char *device, void *at, size_t size, uint64_t word)
{
	return imock_dma_write_pasid(im, device, pasid, (uintptr_t)at, size,
				     word);
}

static int dma_read(const char *device, const void *at, void *to, size_t size)
{
	return imock_dma_read_pasid(im, device, pasid, (uintptr_t)at, to, size);
}

static const char *reason(void)
{
	const struct imock_dma *dma = imock_dma_result(im);

	return dma && dma->reason ? dma->reason : "none";
}

/* The DMA faults for this reason. */
static void faulted(int err, const char *wanted, const char *what)
{
	if (!ok(err == -EFAULT && is(reason(), wanted), what))
		printf("# %d %s, and wanted %s\n", err, reason(), wanted);
}

/* Wait until the device is at work; a bounded wait. */
static int at_work(const uint64_t *memory, uint64_t word)
{
	for (int i = 0; i < 5000; i++) {
		if (__atomic_load_n(memory, __ATOMIC_RELAXED) == word)
			return 1;
		usleep(1000);
	}
	return 0;
}
