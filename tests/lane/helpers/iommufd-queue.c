// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queues of a vIOMMU (IOMMU_HW_QUEUE_ALLOC): a guest that puts invalidations into rings in
 * its memory, and rings its doorbells. Prints TAP. What is expected is that of
 * docs/nested.md, and of drivers/iommu/iommufd/viommu.c.
 *
 *	iommufd-queue FUNCTION DEVICE
 *	iommufd-queue hold FUNCTION DEVICE
 *
 * The function is bound to vfio-pci; DEVICE is what the module calls it. "hold" keeps a
 * queue full, says so, and waits to be killed.
 */
#include "iommufd-nested.h"

#define ID 0x10
#define RING 20 /* the page of the guest's memory that has the rings */
#define ENTRIES 4
#define NR_QUEUES 8

static struct seat seat;
static struct mock_nest_doorbell *bells;
static size_t bells_length;
static int tests, bad;

static void ok(int good, const char *what)
{
	bad += !good;
	printf("%sok %d - %s\n", good ? "" : "not ", ++tests, what);
}

static void gives(int failed, int wanted, const char *what)
{
	int got = failed ? errno : 0;

	ok(got == wanted, what);
	if (got != wanted)
		printf("#   got %s, wanted %s\n", strerror(got),
		       strerror(wanted));
}

/* ---- what the VMM does ---------------------------------------------------------------- */

/* The memory of queue @n, which has ENTRIES entries. */
static struct mock_nest_invalidate *ring(unsigned int n)
{
	return (void *)(page(RING) + n * ENTRIES * 4);
}

static uint64_t ring_at(unsigned int n)
{
	return at(RING) + n * ENTRIES * sizeof(struct mock_nest_invalidate);
}

static int viommu_with(const void *data, uint32_t length, uint32_t *id)
{
	struct viommu_alloc alloc = {
		.size = sizeof(alloc),
		.type = MOCK_NEST_TYPE,
		.dev_id = seat.id,
		.hwpt_id = stage2,
		.data_len = length,
		.data_uptr = (uintptr_t)data,
	};
	int ret = CALL(0x90, &alloc);

	*id = alloc.out_id;
	return ret;
}

static struct hw_queue_alloc {
	__u32 size, flags, viommu_id, type, index, out_id;
	__u64 iova, length;
} last;

static int queue_of(uint32_t viommu, uint32_t type, uint32_t index,
		    uint64_t iova, uint64_t length)
{
	last = (struct hw_queue_alloc){
		.size = sizeof(last),
		.viommu_id = viommu,
		.type = type,
		.index = index,
		.iova = iova,
		.length = length,
	};
	return CALL(0x94, &last);
}

static int new_ring(uint32_t index)
{
	return queue_of(seat.viommu, MOCK_NEST_TYPE, index, ring_at(index),
			ENTRIES * sizeof(struct mock_nest_invalidate));
}

static void begin(char **argv)
{
	ioas = open_ioas();
	sit(&seat, argv[0], argv[1]);
	guest = map_memory(GUEST, PAGES * PAGE);
	if (new_tables(&seat, IOMMU_HWPT_ALLOC_NEST_PARENT, &stage2))
		die("make a stage 2 for", seat.device);
}

static void make_viommu(void)
{
	struct mock_nest_viommu data = { 0 }, wrong = { .flags = 1 };
	uint32_t id;

	gives(viommu_with(&wrong, sizeof(wrong), &id), EOPNOTSUPP,
	      "data of a vIOMMU with a flag");
	gives(viommu_with(&data, 8, &id), EINVAL, "data that are too short");
	gives(viommu_with((void *)8, sizeof(data), &id), EFAULT,
	      "data that are nowhere");
	gives(viommu_with(NULL, 0, &id), 0, "a vIOMMU without doorbells");
	gives(queue_of(id, MOCK_NEST_TYPE, 0, ring_at(0), 128), EOPNOTSUPP,
	      "it has no queues");
	destroy(id);
	gives(viommu_with(&data, sizeof(data), &seat.viommu), 0,
	      "a vIOMMU with doorbells");
	bells_length = data.mmap_length;
	ok(bells_length >= NR_QUEUES * sizeof(*bells), "they have room");
	bells = mmap(NULL, bells_length, PROT_READ | PROT_WRITE, MAP_SHARED,
		     iommufd, data.mmap_offset);
	ok(bells != MAP_FAILED, "and can be mapped");
	if (bells == MAP_FAILED)
		exit(1);
	ok(mmap(NULL, bells_length, PROT_READ, MAP_SHARED, iommufd,
		data.mmap_offset + bells_length) == MAP_FAILED,
	   "what follows them cannot");
	make_table(0, ARM_4K, at(8));
	if (new_vdevice(&seat, seat.viommu, ID) ||
	    new_stage1(&seat, seat.viommu, ARM_4K, 0) ||
	    attach(&seat, seat.hwpt))
		die("put on a table", seat.device);
}

static void bad_queues(void)
{
	const uint32_t v = seat.viommu;

	gives(queue_of(v, 0, 0, ring_at(0), 128), EOPNOTSUPP, "no type");
	gives(queue_of(v, 1, 0, ring_at(0), 128), EOPNOTSUPP, "another type");
	gives(queue_of(v, MOCK_NEST_TYPE, NR_QUEUES, ring_at(0), 128), EINVAL,
	      "no such number");
	gives(queue_of(v, MOCK_NEST_TYPE, 0, ring_at(0), 0), EINVAL,
	      "no memory");
	gives(queue_of(v, MOCK_NEST_TYPE, 0, ring_at(0), 100), EINVAL,
	      "a part of an entry");
	gives(queue_of(v, MOCK_NEST_TYPE, 0, ring_at(0), 96), EINVAL,
	      "three entries");
	gives(queue_of(v, MOCK_NEST_TYPE, 0, ring_at(0) + 8, 128), EINVAL,
	      "entries that are not aligned");
	gives(queue_of(v, MOCK_NEST_TYPE, 0, EXTRA, 128), ENOENT,
	      "memory that is not mapped");
	gives(queue_of(v, MOCK_NEST_TYPE, 0, ~0ULL - 31, 128), EOVERFLOW,
	      "past the end of all addresses");
	gives(queue_of(stage2, MOCK_NEST_TYPE, 0, ring_at(0), 128), ENOENT,
	      "no vIOMMU");
}

/* ---- what the guest does -------------------------------------------------------------- */

static uint32_t get_word(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static void set_word(uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static void put_entry(unsigned int n, uint32_t op, uint64_t id, uint64_t iova,
		      uint64_t size)
{
	struct mock_nest_invalidate *entry =
		&ring(n)[bells[n].producer % ENTRIES];

	*entry = (struct mock_nest_invalidate){
		.op = op,
		.virt_id = id,
		.iova = iova,
		.size = size,
	};
}

static void push(unsigned int n)
{
	set_word(&bells[n].producer, bells[n].producer + 1);
}

/* Wait until the queue is empty, or has stopped; the errno, or ~0: neither. */
static uint32_t wait_for(unsigned int n)
{
	int i;

	for (i = 0; i < PATIENCE; i++) {
		uint32_t error = get_word(&bells[n].error);

		if (error || get_word(&bells[n].consumer) == bells[n].producer)
			return error;
		usleep(1000);
	}
	return ~0U;
}

/* Is what the function writes in page @n of the guest? */
static int writes_to(unsigned int n)
{
	static uint64_t pattern = 0x1000;

	pattern++;
	return !strcmp(dma_result(&seat, pattern), "fine") &&
	       __atomic_load_n(page(n), __ATOMIC_RELAXED) == pattern;
}

static void executes(void)
{
	unsigned int i;

	gives(new_ring(0), 0, "a queue");
	gives(new_ring(0), EEXIST, "one more with its number");
	ok(writes_to(8), "the function goes through the guest's table");
	page(3)[0] = at(9) | 0xf47;
	ok(writes_to(8), "the guest changes the table: nothing happens");
	put_entry(0, MOCK_NEST_RANGE, ID, VA, PAGE);
	usleep(20000);
	ok(writes_to(8), "nor by an entry without its doorbell");
	push(0);
	ok(!wait_for(0) && get_word(&bells[0].consumer) == 1,
	   "the doorbell: it is executed");
	ok(writes_to(9), "and the table counts");
	for (i = 0; i < 3 * ENTRIES; i++) {
		page(3)[0] = at(10 + i % 2) | 0xf47;
		put_entry(0, i % 2 ? MOCK_NEST_ALL : MOCK_NEST_RANGE, ID,
			  i % 2 ? 0 : VA, i % 2 ? 0 : PAGE);
		push(0);
		if (wait_for(0) || !writes_to(10 + i % 2))
			break;
	}
	ok(i == 3 * ENTRIES && get_word(&bells[0].consumer) == 1 + 3 * ENTRIES,
	   "three times around the ring");
}

static void bad_entries(void)
{
	uint32_t done = get_word(&bells[0].consumer);

	put_entry(0, 7, ID, 0, 0);
	push(0);
	put_entry(0, MOCK_NEST_ALL, ID, 0, 0);
	push(0);
	ok(wait_for(0) == EOPNOTSUPP && get_word(&bells[0].consumer) == done,
	   "an operation that does not exist stops the queue");
	set_word(&bells[0].error, 0);
	ok(wait_for(0) == EOPNOTSUPP, "and again, as long as it is there");
	ring(0)[done % ENTRIES] = (struct mock_nest_invalidate){
		.op = MOCK_NEST_RANGE,
		.virt_id = ID + 1,
		.size = 1,
	};
	set_word(&bells[0].error, 0);
	ok(wait_for(0) == ENOENT, "so does a device that does not exist");
	ring(0)[done % ENTRIES].virt_id = ID;
	ring(0)[done % ENTRIES].size = 0;
	set_word(&bells[0].error, 0);
	ok(wait_for(0) == EINVAL && get_word(&bells[0].consumer) == done,
	   "and a range without addresses");
	ring(0)[done % ENTRIES].size = PAGE;
	set_word(&bells[0].error, 0);
	ok(!wait_for(0) && get_word(&bells[0].consumer) == done + 2,
	   "a good entry in its place: the queue goes on");
	set_word(&bells[0].producer, done + 2 + ENTRIES + 1);
	ok(wait_for(0) == EOVERFLOW, "more than the ring has");
	set_word(&bells[0].producer, done + 2);
	set_word(&bells[0].error, 0);
	ok(!wait_for(0), "none of it after all");
	set_word(&bells[0].consumer, 1000);
	page(3)[0] = at(9) | 0xf47;
	put_entry(0, MOCK_NEST_ALL, ID, 0, 0);
	push(0);
	ok(!wait_for(0) && get_word(&bells[0].consumer) == done + 3,
	   "a count that the guest overwrites is only the guest's");
	ok(writes_to(9), "and the entry was executed");
}

static void ends(void)
{
	struct iommu_ioas_unmap unmap = {
		.size = sizeof(unmap),
		.ioas_id = ioas,
		.iova = GUEST,
		.length = PAGES * PAGE,
	};
	uint32_t ids[NR_QUEUES], i;

	ids[0] = 0;
	for (i = 1; i < NR_QUEUES; i++) {
		if (new_ring(i))
			break;
		ids[i] = last.out_id;
	}
	ok(i == NR_QUEUES, "eight queues");
	gives(ioctl(iommufd, IOMMU_IOAS_UNMAP, &unmap), EBUSY,
	      "their memory cannot be unmapped");
	page(3)[0] = at(12) | 0xf47;
	put_entry(7, MOCK_NEST_ALL, ID, 0, 0);
	push(7);
	ok(!wait_for(7) && writes_to(12), "the last one works");
	gives(destroy(ids[7]), 0, "it goes");
	put_entry(7, MOCK_NEST_ALL, ID, 0, 0);
	page(3)[0] = at(13) | 0xf47;
	push(7);
	usleep(20000);
	ok(!get_word(&bells[7].consumer) && writes_to(12),
	   "and its doorbell does nothing");
	set_word(&bells[7].error, 5);
	gives(new_ring(7), 0, "a new one");
	ok(!get_word(&bells[7].producer) && !get_word(&bells[7].error),
	   "begins anew");
	gives(destroy(seat.viommu), EBUSY, "a vIOMMU that has queues");
	set_word(&bells[1].producer, 3);
}

int main(int argc, char **argv)
{
	int hold = argc == 4 && !strcmp(argv[1], "hold");

	if (argc != 3 && !hold)
		return 2;
	begin(argv + 1 + hold);
	make_viommu();
	if (hold) {
		gives(new_ring(0), 0, "a queue");
		ring(0)[0].op = 99;
		push(0);
		printf("held\n");
		for (;;)
			set_word(&bells[0].error, 0);
	}
	bad_queues();
	executes();
	bad_entries();
	ends();
	printf("1..%d\n", tests);
	return bad != 0;
}
