// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program that shares pointers with a device (SVA): the device gets the address of a
 * list in the memory of this process, follows it from node to node by DMA, and writes
 * the sum of what it finds to a page that nobody has touched before. No buffer is
 * mapped, and no address is translated by the program.
 *
 *	shared-pointer
 *
 * Makes an instance and a device, and removes them again. Prints TAP. Needs root, the
 * module, which it loads, and a kernel that binds processes to devices (on x86 6.18.7
 * or newer); elsewhere it says so, and skips. Build it with
 *	cc -o shared-pointer shared-pointer.c $(pkg-config --cflags --libs libiommu-mock)
 */
#include <errno.h>
#include <iommu-mock.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define NODES 100
#define PAGE 4096

struct node {
	struct node *next;
	uint64_t value;
};

static struct imock *im;
static struct imock_bond *bond;
static unsigned int pasid;
static int tests, failures;

/* What has to work for there to be a test. */
static void must(int err)
{
	if (err >= 0)
		return;
	fprintf(stderr, "shared-pointer: %s\n", imock_error(im));
	exit(1);
}

static void ok(int good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++tests, what);
	failures += !good;
}

/* Does the kernel have it? */
static int has(const char *fact)
{
	char text[64];

	must(imock_fact(im, fact, text, sizeof(text)));
	return strcmp(text, "0") != 0;
}

/* The device asks for pages that are not there, as by PCI's PRI (pri=). */
static void set_up(void)
{
	const struct imock_sva *sva;

	must(imock_add_instance(im, "ex-smmu", "pasid=4 sva=1 pri=16"));
	must(imock_add_device(im, "ex-gpu", "ex-smmu", "pasids=16"));
	must(imock_sva_bind(im, "ex-gpu", &bond));
	must(imock_sva_read(bond, &sva));
	pasid = sva->pasid;
}

static void tear_down(void)
{
	must(imock_sva_unbind(bond));
	must(imock_del(im, IMOCK_DEVICE, "ex-gpu"));
	must(imock_del(im, IMOCK_INSTANCE, "ex-smmu"));
}

/* On the heap, backwards, so that the device has to follow the pointers. */
static struct node *list_of(unsigned int nodes, uint64_t *sum)
{
	struct node *first = NULL;

	*sum = 0;
	for (unsigned int i = 1; i <= nodes; i++) {
		struct node *node = malloc(sizeof(*node));

		if (!node)
			exit(1);
		node->next = first;
		node->value = (uint64_t)i * i;
		*sum += node->value;
		first = node;
	}
	return first;
}

static void free_list(struct node *first)
{
	while (first) {
		struct node *next = first->next;

		free(first);
		first = next;
	}
}

/* The device's program: addresses are those of the process. */
static int device_adds(const struct node *list, uint64_t *result)
{
	struct node node = { NULL, 0 };
	uint64_t sum = 0;
	int err = 0;

	while (list && !err) {
		err = imock_dma_read_pasid(im, "ex-gpu", pasid,
					   (uintptr_t)list, &node,
					   sizeof(node));
		list = node.next;
		sum += node.value;
	}
	return err ? err :
		     imock_dma_write_pasid(im, "ex-gpu", pasid,
					   (uintptr_t)result, sizeof(sum), sum);
}

static uint64_t *fresh_page(void)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		exit(1);
	return page;
}

static void test(void)
{
	uint64_t *result = fresh_page(), sum, word;
	struct node *list = list_of(NODES, &sum);

	must(device_adds(list, result));
	ok(*result == sum, "the device follows the list, and writes the sum");
	list->value += 5;
	must(device_adds(list, result));
	ok(*result == sum + 5, "it sees what the process changes");
	munmap(result, PAGE);
	ok(imock_dma_read_pasid(im, "ex-gpu", pasid, (uintptr_t)result, &word,
				sizeof(word)) == -EFAULT,
	   "a page that the process gives back is gone for the device");
	printf("# %s\n", imock_error(im));
	free_list(list);
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
	if (!has("sva") || !has("pri")) {
		printf("1..0 # SKIP this kernel binds no processes to devices\n");
		return 0;
	}
	set_up();
	test();
	tear_down();
	imock_free(im);
	printf("1..%d\n", tests);
	return failures > 0;
}
