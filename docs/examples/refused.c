// SPDX-License-Identifier: GPL-2.0-only
/*
 * A test of the kernel and its driver, written with libiommu-mock: a device
 * that is refused by a domain stays where it was, and so does the domain (R6),
 * the driver is asked once, and a fresh domain takes the device (R4).
 *
 *	refused
 *
 * Makes two instances, of which the second has fewer address bits, and a device
 * behind each; removes them again. Prints TAP. Needs root and the module, which
 * it loads. Build it with
 *	cc -o refused refused.c $(pkg-config --cflags --libs libiommu-mock)
 */
#include <errno.h>
#include <iommu-mock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct imock *im;
static int tests, failures;

/* What has to work for there to be a test. */
static void must(int err)
{
	if (err >= 0)
		return;
	fprintf(stderr, "refused: %s\n", imock_error(im));
	exit(1);
}

static void ok(int good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++tests, what);
	failures += !good;
}

static void set_up(void)
{
	int err = imock_load(im, NULL, NULL);

	if (err != -EEXIST)
		must(err);
	must(imock_add_instance(im, "ex-wide", "ias=48"));
	must(imock_add_instance(im, "ex-narrow", "ias=39 errno=EINVAL"));
	must(imock_add_device(im, "ex-nic", "ex-wide", NULL));
	must(imock_add_device(im, "ex-gpu", "ex-narrow", NULL));
	must(imock_add_domain(im, "ex-dom", "ex-nic"));
	must(imock_attach(im, "ex-dom", "ex-nic", 0));
}

static void tear_down(void)
{
	must(imock_detach(im, "ex-dom", "ex-nic"));
	must(imock_del(im, IMOCK_DOMAIN, "ex-dom"));
	must(imock_del(im, IMOCK_DEVICE, "ex-gpu"));
	must(imock_del(im, IMOCK_DEVICE, "ex-nic"));
	must(imock_del(im, IMOCK_INSTANCE, "ex-narrow"));
	must(imock_del(im, IMOCK_INSTANCE, "ex-wide"));
}

/* Where a device is, by name; the caller frees it. */
static char *where(const char *device)
{
	struct imock_state *state;
	char *domain;

	must(imock_state_read(im, &state));
	domain = strdup(imock_state_device(state, device)->domain);
	imock_state_free(state);
	return domain;
}

/*
 * What drivers saw of it, up to the caller's own call: how often the domain
 * was offered to the device, and how often it was answered as it should be.
 */
static void count_offers(struct imock_journal *journal, int *offers, int *right)
{
	const struct imock_event *ev;
	int got;

	*offers = *right = 0;
	while ((got = imock_journal_next(journal, &ev, 0)) > 0) {
		if (ev->kind != IMOCK_EV_ATTACH || !ev->domain ||
		    strcmp(ev->device, "ex-gpu") ||
		    strcmp(ev->domain, "ex-dom"))
			continue;
		++*offers;
		*right += ev->ret == -EINVAL && ev->reason &&
			  !strcmp(ev->reason, "ias");
	}
	must(got);
}

int main(void)
{
	struct imock_journal *journal;
	char *before, *after, *other;
	int err, offers, right;

	im = imock_new(NULL);
	if (!im)
		return 1;
	set_up();
	must(imock_claim(im, "ex-gpu"));
	before = where("ex-gpu");
	must(imock_journal_open(im, 0, &journal));
	imock_journal_filter(journal, getpid(), IMOCK_EV_ALL);

	err = imock_attach(im, "ex-dom", "ex-gpu", 0);
	ok(err == -EINVAL, "the narrow instance refuses the wide domain");
	printf("# %s\n", imock_error(im));
	count_offers(journal, &offers, &right);
	ok(offers == 1 && right == 1, "its driver was asked once, and said why");
	after = where("ex-gpu");
	other = where("ex-nic");
	ok(!strcmp(before, after), "R6: the device is where it was");
	ok(!strcmp(other, "ex-dom"), "R6: and so is the other one");

	must(imock_add_domain(im, "ex-fresh", "ex-gpu"));
	err = imock_attach(im, "ex-fresh", "ex-gpu", 0);
	ok(!err, "R4: a fresh domain takes it");
	if (!err)
		must(imock_detach(im, "ex-fresh", "ex-gpu"));
	must(imock_del(im, IMOCK_DOMAIN, "ex-fresh"));
	must(imock_release(im, "ex-gpu"));

	free(before);
	free(after);
	free(other);
	imock_journal_close(journal);
	tear_down();
	imock_free(im);
	printf("1..%d\n", tests);
	return failures != 0;
}
