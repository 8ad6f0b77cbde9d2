// SPDX-License-Identifier: GPL-2.0-only
/* PASIDs of devices, and the processes that are bound to them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/env.h"
#include "lib/topology.h"
#include "lib/words.h"
#include "libiommu-mock/internal.h"

EXPORT int imock_attach_pasid(struct imock *im, const char *domain,
			      const char *device, unsigned int pasid)
{
	return WITH_WORDS(im, domain, device,
			  of_knob(im, topo_attach_pasid(&im->ctx, domain,
							device, pasid)));
}

EXPORT int imock_detach_pasid(struct imock *im, const char *domain,
			      const char *device, unsigned int pasid)
{
	return WITH_WORDS(im, domain, device,
			  of_knob(im, topo_detach_pasid(&im->ctx, domain,
							device, pasid)));
}

EXPORT int imock_replace_pasid(struct imock *im, const char *domain,
			       const char *device, unsigned int pasid)
{
	return WITH_WORDS(im, domain, device,
			  of_knob(im, topo_replace_pasid(&im->ctx, domain,
							 device, pasid)));
}

/* The module ends a bond when its file is closed. */
struct imock_bond {
	struct imock *im;
	int fd;
	struct imock_sva sva;
	char device[MOCK_NAME_LEN], domain[MOCK_NAME_LEN];
};

static int bind_process(struct imock *im, const char *device,
			struct imock_bond **bond)
{
	autofree char *file = xprintf("devices/%s/sva", device);
	struct imock_bond *b = xalloc(sizeof(*b));

	b->im = im;
	snprintf(b->device, sizeof(b->device), "%s", device);
	b->fd = knob_start(&im->ctx, file, "bind");
	if (b->fd < 0) {
		int err = b->fd;

		free(b);
		return of_knob(im, err);
	}
	*bond = b;
	return 0;
}

EXPORT int imock_sva_bind(struct imock *im, const char *device,
			  struct imock_bond **bond)
{
	return WITH_WORD(im, device, bind_process(im, device, bond));
}

/* One line, "pasid=1 domain=d3"; the words "0" and "-" are for no bond. */
static bool parse_sva(struct imock_bond *b, char *line)
{
	autofree char *pasid = NULL;
	autofree char *domain = NULL;
	uint64_t number;
	char *space = strchr(line, ' ');

	if (space)
		*space = '\n';
	pasid = env_fact(line, "pasid");
	domain = env_fact(line, "domain");
	if (!pasid || !domain || !number_parse(pasid, &number) ||
	    number > UINT32_MAX || strlen(domain) >= sizeof(b->domain))
		return false;
	strcpy(b->domain, domain);
	b->sva = (struct imock_sva){
		.size = sizeof(b->sva),
		.pasid = (unsigned int)number,
		.domain = strcmp(domain, "-") ? b->domain : NULL,
	};
	return true;
}

static int read_sva(struct imock_bond *b, const struct imock_sva **sva)
{
	autobuf struct buf line = { 0 };
	struct ctx *ctx = &b->im->ctx;
	int err = knob_look(b->fd, &line);

	if (err)
		return knob_read_fail(ctx, b->device, "its bond", err);
	if (!parse_sva(b, line.text))
		return nonsense(b->im, b->device);
	*sva = &b->sva;
	return 0;
}

EXPORT int imock_sva_read(struct imock_bond *bond, const struct imock_sva **sva)
{
	return WITH_MODULE(bond->im, read_sva(bond, sva));
}

/*
 * Another process may have the file open, too, so closing it is not enough. The
 * file is closed also if there is no memory.
 */
EXPORT int imock_sva_unbind(struct imock_bond *bond)
{
	struct imock *im;
	int ret;

	if (!bond)
		return 0;
	im = bond->im;
	ret = WITH_MODULE(im,
			  of_knob(im, knob_add(&im->ctx, bond->fd, "unbind")));
	close(bond->fd);
	free(bond);
	return ret;
}
