// SPDX-License-Identifier: GPL-2.0-only
/* Contexts, errors, and the module itself. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/env.h"
#include "lib/kmod.h"
#include "lib/topology.h"
#include "lib/words.h"
#include "libiommu-mock/internal.h"

static _Thread_local struct guard *guard;

static void no_memory(void)
{
	longjmp(guard->jump, 1);
}

void guard_begin(struct guard *g, struct imock *im)
{
	g->im = im;
	g->outer = guard;
	g->none = mem_none;
	guard = g;
	mem_none = no_memory;
	im->sentence[0] = '\0';
	im->err = 0;
	buf_drop(&im->warnings, im->warnings.len);
}

int guard_end(struct guard *g, int ret)
{
	struct imock *im = g->im;

	guard = g->outer;
	mem_none = g->none;
	/* An interrupt ends one function only. */
	if (ret == -EINTR)
		(void)!eventfd_read(im->stop, &(eventfd_t){ 0 });
	if (ret >= 0)
		im->sentence[0] = '\0';
	else if (ret == -ENOMEM && !im->err)
		snprintf(im->sentence, sizeof(im->sentence),
			 "out of memory (ENOMEM)");
	else if (!im->sentence[0])
		snprintf(im->sentence, sizeof(im->sentence), "%s (%s)",
			 strerror(-ret), errno_name(ret));
	return ret;
}

/* For struct ctx: keeps the first complaint. */
static void keep(void *owner, const struct complaint *c)
{
	struct imock *im = owner;

	if (c->kind == SAID_NOTHING) {
		buf_printf(&im->warnings, "%s\n", c->sentence);
		return;
	}
	if (im->sentence[0])
		return;
	im->err = c->err;
	snprintf(im->sentence, sizeof(im->sentence), "%s%s%s",
		 c->object ? c->object : "", c->object ? ": " : "",
		 c->sentence);
}

int said(const struct imock *im)
{
	return im->err ? im->err : -EIO;
}

int of_knob(struct imock *im, int err)
{
	if (err < 0)
		knob_fail(&im->ctx, NULL, err);
	return err;
}

int check_word(struct imock *im, const char *word)
{
	if (word && *word && *word != '.' && !strpbrk(word, "/ \t\n"))
		return 0;
	fail_errno(&im->ctx, -EINVAL, NULL, "'%s' cannot be a name (EINVAL)",
		   word ? word : "NULL");
	return -EINVAL;
}

int open_module(struct imock *im)
{
	return knobs_open(&im->ctx);
}

EXPORT void imock_free(struct imock *im)
{
	if (!im)
		return;
	knobs_close(&im->ctx);
	buf_free(&im->warnings);
	free(im->sysroot);
	if (im->stop >= 0)
		close(im->stop);
	free(im);
}

EXPORT struct imock *imock_new(const char *sysroot)
{
	struct imock *im = calloc(1, sizeof(*im));

	if (!im)
		return NULL;
	im->sysroot = strdup(sysroot ? sysroot : "");
	im->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (!im->sysroot || im->stop < 0) {
		imock_free(im);
		return NULL;
	}
	im->ctx = (struct ctx){ .say = keep,
				.owner = im,
				.sysroot = im->sysroot,
				.stop = &im->stop };
	return im;
}

/* If the counter is full, the interrupt is pending already. */
EXPORT void imock_interrupt(struct imock *im)
{
	int saved = errno;

	if (eventfd_write(im->stop, 1))
		errno = saved;
}

EXPORT const char *imock_error(const struct imock *im)
{
	return im->sentence;
}

EXPORT const char *imock_version(void)
{
	return IOMMU_MOCK_VERSION;
}

static int load(struct imock *im, const char *file, const char *parameters)
{
	/*
	 * The open files may belong to a module that has been unloaded since.
	 */
	knobs_close(&im->ctx);
	return module_load(&im->ctx, file, parameters);
}

EXPORT int imock_load(struct imock *im, const char *file,
		      const char *parameters)
{
	return GUARDED(im, load(im, file, parameters ? parameters : ""));
}

EXPORT int imock_open(struct imock *im)
{
	return WITH_MODULE(im, 0);
}

static int unload(struct imock *im)
{
	bool in_use;
	int ret;

	knobs_close(&im->ctx);
	ret = module_unload(&im->ctx, &in_use);
	if (!in_use)
		return ret;
	fail_errno(
		&im->ctx, -EBUSY, NULL,
		"the module is in use: somebody has a domain or a group, a driver has a device, or a file of it is open (EBUSY)");
	return -EBUSY;
}

EXPORT int imock_unload(struct imock *im)
{
	return GUARDED(im, unload(im));
}

EXPORT int imock_reset(struct imock *im)
{
	return WITH_MODULE(im, of_knob(im, topo_reset(&im->ctx)));
}

static int fact(struct imock *im, const char *key, char *value, size_t room)
{
	autobuf struct buf text = { 0 };
	autofree char *found = NULL;
	int err = knob_read(&im->ctx, "build_info", &text);

	if (err < 0) {
		knob_read_fail(&im->ctx, NULL, "build_info", err);
		return err;
	}
	found = env_fact(text.text, key);
	if (!found) {
		fail_errno(&im->ctx, -ENOENT, NULL,
			   "build_info has no %s (ENOENT)", key);
		return -ENOENT;
	}
	if (strlen(found) >= room)
		return -ERANGE;
	strcpy(value, found);
	return 0;
}

EXPORT int imock_fact(struct imock *im, const char *key, char *value,
		      size_t room)
{
	return WITH_MODULE(im, fact(im, key, value, room));
}
