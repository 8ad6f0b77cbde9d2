// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which devices end up on one domain, and at what cost? Lets every caller that
 * libiommu-mock knows place the same devices: the strategies, which are played,
 * and the kernel's own.
 *
 *	placements [DEVICE...]
 *
 * Without DEVICE it makes three instances and a function behind each, and
 * removes them again. Prints a line for each caller; fails if a device did not
 * see what another one wrote, or if somebody needed fewer domains than the
 * search for the fewest. Needs root and the module. Build it with
 *	cc -o placements placements.c $(pkg-config --cflags --libs libiommu-mock)
 */
#include <errno.h>
#include <iommu-mock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const made[] = { "ex-a", "ex-b", "ex-c" };
static const char *const options[] = { "ias=48", "ias=39", "ias=48" };
#define MADE (sizeof(made) / sizeof(made[0]))

static struct imock *im;

static void die(const char *what)
{
	fprintf(stderr, "placements: %s: %s\n", what, imock_error(im));
	exit(1);
}

/* An instance and a device may have the same name. */
static void set_up(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < MADE; i++) {
		if (imock_add_instance(im, made[i], options[i]))
			die(made[i]);
		err = imock_add_device(im, made[i], made[i], "bus=pci");
		if (err == -EOPNOTSUPP) /* not on this machine */
			err = imock_add_device(im, made[i], made[i], NULL);
		if (err)
			die(made[i]);
	}
}

static void tear_down(void)
{
	unsigned int i;

	for (i = 0; i < MADE; i++)
		if (imock_del(im, IMOCK_DEVICE, made[i]) ||
		    imock_del(im, IMOCK_INSTANCE, made[i]))
			die(made[i]);
}

static void print(const char *caller, const struct imock_placement *placement)
{
	const struct imock_tally *tally = imock_placement_tally(placement);
	const struct imock_placed *placed;
	const struct imock_refusal *refusal;
	unsigned int i;

	printf("%-12s %u domain%s, %u attach%s, %llu bytes of tables: %s\n",
	       caller, tally->domains, tally->domains == 1 ? "" : "s",
	       tally->attaches, tally->attaches == 1 ? "" : "es",
	       (unsigned long long)tally->tables,
	       imock_placement_text(placement));
	for (i = 0; (placed = imock_placement_at(placement, i)); i++)
		if (placed->err)
			printf("  %s was not placed: %s\n", placed->group,
			       strerror(-placed->err));
	for (i = 0; (refusal = imock_placement_refusal(placement, i)); i++)
		printf("  %s was refused by %s: %s (%s)\n",
		       refusal->device ? refusal->device : refusal->group,
		       refusal->domain, strerror(-refusal->err),
		       refusal->reason);
	fputs(imock_placement_warnings(placement), stdout);
}

/*
 * One caller: how many domains all the devices need, 0 if not all of them
 * were placed, or if the caller is not for this kernel.
 */
static unsigned int try(const char *caller, const char *const *devices,
			unsigned int n, int *wrong)
{
	struct imock_placement *placement;
	const struct imock_tally *tally;
	unsigned int domains;

	if (imock_place(im, caller, devices, n, 0, &placement)) {
		printf("%-12s not here: %s\n", caller, imock_error(im));
		return 0;
	}
	print(caller, placement);
	if (imock_placement_verify(placement)) {
		printf("  NOT RIGHT: %s\n", imock_error(im));
		*wrong = 1;
	}
	tally = imock_placement_tally(placement);
	domains = tally->failed ? 0 : tally->domains;
	if (imock_placement_undo(placement))
		die("undo");
	return domains;
}

int main(int argc, char **argv)
{
	const char *const *devices = made;
	unsigned int n = MADE, i, domains, fewest = ~0U, best = 0;
	const char *caller;
	int wrong = 0;

	im = imock_new(NULL);
	if (!im)
		return 1;
	if (imock_open(im))
		die("the module");
	if (argc > 1) {
		devices = (const char *const *)argv + 1;
		n = argc - 1;
	} else {
		set_up();
	}
	for (i = 0; (caller = imock_caller_name(i)); i++) {
		domains = try(caller, devices, n, &wrong);
		if (domains && domains < fewest)
			fewest = domains;
		if (!strcmp(caller, "best"))
			best = domains;
	}
	if (argc == 1)
		tear_down();
	imock_free(im);
	if (best && fewest < best)
		wrong = 1;
	puts(wrong ? "NOT what it should be" : "as it should be");
	return wrong;
}
