// SPDX-License-Identifier: GPL-2.0-only
/* device serve: a program that answers the requests of a function for pages */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/signals.h"
#include "lib/iommufd-faults.h"
#include "lib/iommufd.h"
#include "lib/stop.h"
#include "lib/vfio.h"
#include "lib/words.h"
#include "objects/common.h"

#define PAGE 4096U
#define MOST_MEMORY (1ULL << 30)

enum { DEVICE, PASID, GROUP, IOVA, ACCESS, LAST, ANSWER };

static const struct report_column columns[] = {
	[DEVICE] = { "DEVICE", R_STRING, RC_DEFAULT, "the device that asks",
		     8 },
	[PASID] = { "PASID", R_NUMBER, RC_DEFAULT,
		    "for a PASID of it; empty: for itself", 7 },
	[GROUP] = { "GROUP", R_NUMBER, RC_DEFAULT, "the group of the request",
		    7 },
	[IOVA] = { "IOVA", R_HEX, RC_DEFAULT, "the address", 12 },
	[ACCESS] = { "ACCESS", R_STRING, RC_DEFAULT, "r, w or rw", 7 },
	[LAST] = { "LAST", R_BOOL, RC_DEFAULT, "it is the last of its group",
		   5 },
	[ANSWER] = { "ANSWER", R_STRING, RC_DEFAULT,
		     "of a last one, that of its group: success, invalid or none",
		     8 },
	{ 0 },
};

static const struct report_shape request_shape = { "requests", columns };

/* PAGES: a page of the memory is mapped when the device asks for it. */
enum answer { PAGES, INVALID, NONE };
static const char *const answer_words[] = { "pages", "invalid", "none", NULL };

static const char *answer_choice(unsigned int i)
{
	return answer_words[i];
}

/* What the command line says. */
struct wishes {
	uint64_t iova, size, pasid, count;
	enum answer answer;
};

struct server {
	struct ctx *ctx;
	struct wishes wishes;
	const struct m_device *dev;
	int iommufd, device;
	uint32_t ioas;
	char *memory;
	struct fault_queue queue;
	bool bad; /* a page of the present group cannot be brought in */
	uint64_t served;
};

/* ---- the command line ------------------------------------------------------ */

static int number_of(struct ctx *ctx, const char *name,
		     bool (*parse)(const char *text, uint64_t *value),
		     uint64_t *value)
{
	const char *given = opt_value(ctx, name, 0);

	if (given && !parse(given, value))
		return usage_error(ctx, "--%s: '%s' is no number", name, given);
	return ST_OK;
}

static int wishes_of(struct ctx *ctx, struct wishes *w)
{
	const char *answer = opt_value(ctx, "answer", 0);
	int st;

	*w = (struct wishes){ .iova = 0x100000, .size = 0x10000 };
	if (answer)
		w->answer = word_index(answer_words, answer);
	st = number_of(ctx, "iova", number_parse, &w->iova);
	if (!st)
		st = number_of(ctx, "size", size_parse, &w->size);
	if (!st)
		st = number_of(ctx, "pasid", number_parse, &w->pasid);
	if (!st)
		st = number_of(ctx, "count", number_parse, &w->count);
	if (st)
		return st;
	if (w->iova % PAGE || w->size % PAGE)
		return usage_error(ctx,
				   "--iova and --size are multiples of 4096");
	if (!w->size || w->size > MOST_MEMORY || w->iova > -w->size)
		return usage_error(
			ctx,
			"--size: 4K to 1G, and no more than is left above --iova");
	if (w->pasid >> 20)
		return usage_error(ctx, "--pasid: a PASID has 20 bits");
	return ST_OK;
}

/* ---- serving --------------------------------------------------------------- */

/* Several requests may be for one page, and each may come again. */
static bool bring_in(struct server *s, uint64_t iova)
{
	uint64_t at = iova / PAGE * PAGE - s->wishes.iova;
	int err;

	if (iova < s->wishes.iova || at >= s->wishes.size)
		return false;
	err = iommufd_ioas_map(s->iommufd, s->ioas, s->memory + at,
			       s->wishes.iova + at, PAGE);
	if (err && err != -EEXIST)
		warning(s->ctx, "%s", vfio_error());
	return !err || err == -EEXIST;
}

static int answer_group(struct server *s, const struct page_fault *fault,
			struct report_row *row)
{
	bool good = s->wishes.answer == PAGES && !s->bad;

	s->bad = false;
	s->served++;
	if (s->wishes.answer == NONE) {
		report_str(row, ANSWER, "none");
		return 0;
	}
	report_str(row, ANSWER, good ? "success" : "invalid");
	return fault_queue_answer(&s->queue, fault, good);
}

static int serve_one(struct server *s, const struct page_fault *fault,
		     struct report *r)
{
	struct report_row *row = report_add(r, NULL);
	const char *access = fault->write ? "w" : "r";

	report_str(row, DEVICE, s->dev->name);
	if (fault->pasid)
		report_num(row, PASID, fault->pasid);
	report_num(row, GROUP, fault->group);
	report_num(row, IOVA, fault->iova);
	report_str(row, ACCESS, fault->read && fault->write ? "rw" : access);
	report_num(row, LAST, fault->last);
	if (s->wishes.answer == PAGES && !bring_in(s, fault->iova))
		s->bad = true;
	return fault->last ? answer_group(s, fault, row) : 0;
}

static bool is_done(const struct server *s)
{
	return s->wishes.count && s->served >= s->wishes.count;
}

/* Until so many groups were answered. The request to end is the normal end, too. */
static int serve(struct server *s, struct report *r)
{
	struct page_fault fault;
	int got = 0;

	while (got >= 0 && !is_done(s) && !stopped(s->ctx)) {
		got = wait_for(s->ctx, s->queue.fd, -1);
		while (!got && !is_done(s) &&
		       (got = fault_queue_next(&s->queue, &fault)) > 0)
			got = serve_one(s, &fault, r);
		if (report_flush(r) != ST_OK)
			break;
	}
	signals_take();
	return got == -EINTR ? 0 : got;
}

/* ---- the function ---------------------------------------------------------- */

static int attach(struct server *s, uint32_t device)
{
	uint32_t pasid = s->wishes.pasid, hwpt;
	int err;

	err = fault_queue_hwpt(s->iommufd, &s->queue, s->ioas, s->dev, device,
			       pasid ? HWPT_PASID : 0, &hwpt);
	if (err)
		return err;
	return pasid ? iommufd_pasid_attach(s->device, s->dev, pasid, hwpt) :
		       iommufd_device_attach(s->device, s->dev, hwpt);
}

static int get_memory(struct server *s)
{
	void *memory = mmap(NULL, s->wishes.size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return vfio_explain(-errno, "there is no memory of that size");
	s->memory = memory;
	return 0;
}

static int open_function(struct server *s)
{
	struct vfio_function function;
	uint32_t device;
	int err = get_memory(s);

	if (!err)
		err = iommufd_ioas_alloc(s->iommufd, &s->ioas);
	if (!err)
		err = fault_queue_open(s->iommufd, &s->queue);
	if (err)
		return err;
	s->device = iommufd_device_open(s->ctx, s->iommufd, s->dev, &device);
	if (s->device < 0)
		return s->device;
	err = vfio_function_use(s->device, s->dev, &function);
	return err ? err : attach(s, device);
}

/* The function leaves its page tables, and what waits is answered with invalid. */
static void close_all(struct server *s)
{
	if (s->device >= 0)
		close(s->device);
	fault_queue_close(&s->queue);
	if (s->iommufd >= 0)
		close(s->iommufd);
	if (s->memory)
		munmap(s->memory, s->wishes.size);
}

static int serve_function(struct server *s)
{
	struct report *r;
	int err, st;

	s->iommufd = iommufd_open(s->ctx);
	if (s->iommufd < 0)
		return env_errno(s->ctx, s->iommufd, "%s", vfio_error());
	err = open_function(s);
	if (err < 0)
		return fail_errno(s->ctx, err, s->dev->name, "%s (%s)",
				  vfio_error(), errno_name(err));
	r = command_report(s->ctx, &request_shape);
	err = serve(s, r);
	st = report_end(r);
	if (err < 0)
		return fail_errno(s->ctx, err, s->dev->name, "%s (%s)",
				  vfio_error(), errno_name(err));
	return st;
}

static int cmd_device_serve(struct ctx *ctx, int argc, char **argv)
{
	struct server s = {
		.ctx = ctx, .iommufd = -1, .device = -1, .queue = { .fd = -1 }
	};
	struct model *m;
	int st = wishes_of(ctx, &s.wishes);

	(void)argc;
	if (st)
		return st;
	m = model_read(ctx);
	if (!m)
		return ST_FAILED;
	s.dev = model_device(m, argv[0]);
	if (!s.dev)
		st = no_such_object(ctx, m, M_DEVICE, argv[0]);
	else
		st = iommufd_load(ctx);
	if (!st)
		st = serve_function(&s);
	close_all(&s);
	model_free(m);
	return st;
}

static const struct option serve_options[] = {
	{ "iova", 0, "IOVA", W_NUMBER,
	  "the memory's first address for the device (0x100000)", NULL },
	{ "size", 0, "SIZE", W_SIZE, "how much memory there is (64K)", NULL },
	{ "pasid", 0, "N", W_NUMBER,
	  "serve this PASID of the device, and not the device itself", NULL },
	{ "answer", 0, "WHAT", W_ANY,
	  "pages (default): map the page, and answer success, or invalid outside of the memory; invalid: always; none: let the device wait",
	  answer_choice },
	{ "count", 0, "N", W_NUMBER,
	  "end after so many groups of requests (default: when a signal comes)",
	  NULL },
	{ 0 },
};

const struct command serve_commands[] = {
	{
		.noun = "device",
		.verb = "serve",
		.summary = "answer a function's requests for pages, by iommufd",
		.operands = { { "DEVICE", W_DEVICE, 0 } },
		.options = serve_options,
		.shape = &request_shape,
		.flags = CMD_MODULE | CMD_UNDOES,
		.run = cmd_device_serve,
		.details =
			"The function is bound to " VFIO_DRIVER
			" (device bind DEVICE " VFIO_DRIVER
			"), and its instance takes requests for pages (pri=). The command opens the function by iommufd, attaches it to page tables that are empty and have a queue for faults, and maps a page of its own memory when the device asks for it, as a VMM that lends memory on demand does. It prints each request.\n\n"
			"It ends by a signal, or after --count groups, with status 0. What still waits for an answer is then answered by the kernel, with invalid. Needs a kernel with CONFIG_IOMMUFD, from 6.11 on.",
	},
	{ 0 },
};
