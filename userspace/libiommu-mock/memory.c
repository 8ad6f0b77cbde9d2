// SPDX-License-Identifier: GPL-2.0-only
/* Mappings, buffers, and the DMA of devices. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/dma.h"
#include "lib/env.h"
#include "lib/stop.h"
#include "lib/topology.h"
#include "lib/words.h"
#include "libiommu-mock/internal.h"

/* As long as imock_dma_read() and its like wait. */
#define DMA_MS 10000

static const char *const prots[] = { NULL, "r", "w", "rw" };

static int map(struct imock *im, const char *domain, uint64_t iova,
	       const char *buffer, uint64_t offset, uint64_t size,
	       unsigned int prot)
{
	int err = check_word(im, domain);

	if (!err)
		err = check_word(im, buffer);
	if (err)
		return err;
	if (!prot || prot >= ARRAY_SIZE(prots)) {
		fail_errno(&im->ctx, -EINVAL, domain,
			   "%u is no protection (EINVAL)", prot);
		return -EINVAL;
	}
	return of_knob(im, topo_map_part(&im->ctx, domain, iova, buffer, offset,
					 size, prots[prot]));
}

EXPORT int imock_map(struct imock *im, const char *domain, uint64_t iova,
		     const char *buffer, uint64_t offset, uint64_t size,
		     unsigned int prot)
{
	return WITH_MODULE(im,
			   map(im, domain, iova, buffer, offset, size, prot));
}

static int unmap(struct imock *im, const char *domain, uint64_t iova,
		 uint64_t size)
{
	int err = check_word(im, domain);

	return err ? err :
		     of_knob(im, topo_unmap(&im->ctx, domain, iova, size));
}

EXPORT int imock_unmap(struct imock *im, const char *domain, uint64_t iova,
		       uint64_t size)
{
	return WITH_MODULE(im, unmap(im, domain, iova, size));
}

/* One key of the module's answer; "-" counts as absent. */
static bool number_of(const char *lines, const char *key, uint64_t *value)
{
	autofree char *text = env_fact(lines, key);

	*value = 0;
	return text && (!strcmp(text, "-") || size_parse(text, value));
}

static bool parse_page(struct imock *im, char *answer)
{
	struct imock_page *page = &im->page;
	autofree char *prot = NULL;
	autofree char *buffer = NULL;

	for (char *c = answer; *c; c++)
		if (*c == ' ')
			*c = '\n';
	*page = (struct imock_page){ .size = sizeof(*page) };
	prot = env_fact(answer, "prot");
	buffer = env_fact(answer, "buffer");
	if (!prot || !buffer || !number_of(answer, "iova", &page->iova) ||
	    !number_of(answer, "phys", &page->phys) ||
	    !number_of(answer, "page", &page->bytes) ||
	    !number_of(answer, "offset", &page->offset))
		return false;
	page->prot = (strchr(prot, 'r') ? IMOCK_READ : 0) |
		     (strchr(prot, 'w') ? IMOCK_WRITE : 0);
	if (strcmp(buffer, "-")) {
		snprintf(im->page_buffer, sizeof(im->page_buffer), "%s",
			 buffer);
		page->buffer = im->page_buffer;
	}
	return true;
}

static int walk(struct imock *im, const char *domain, uint64_t iova,
		const struct imock_page **page)
{
	int err = check_word(im, domain);
	autobuf struct buf answer = { 0 };
	autofree char *file = NULL;

	if (err)
		return err;
	file = xprintf("domains/%s/walk", domain);
	err = knob_ask(&im->ctx, file, &answer, "0x%" PRIx64, iova);
	if (err < 0)
		return of_knob(im, err);
	if (!parse_page(im, answer.text))
		return nonsense(im, domain);
	*page = &im->page;
	return 0;
}

EXPORT int imock_walk(struct imock *im, const char *domain, uint64_t iova,
		      const struct imock_page **page)
{
	return WITH_MODULE(im, walk(im, domain, iova, page));
}

/* All of it, or an error: to a buffer of the module (from), or from it (to). */
static int copy(struct imock *im, const char *buffer, uint64_t offset, void *to,
		const void *from, size_t size)
{
	int err = check_word(im, buffer);
	autofree char *file = NULL;
	ssize_t n;

	if (err)
		return err;
	file = xprintf("buffers/%s/data", buffer);
	n = to ? knob_pread(&im->ctx, file, to, size, (off_t)offset) :
		 knob_pwrite(&im->ctx, file, from, size, (off_t)offset);
	if (n == (ssize_t)size)
		return 0;
	err = n < 0 ? (int)n : -EINVAL;
	if (n < 0)
		knob_read_fail(&im->ctx, buffer, "its bytes", err);
	else
		fail_errno(&im->ctx, err, buffer,
			   "it has fewer bytes than that (EINVAL)");
	return err;
}

EXPORT int imock_buffer_read(struct imock *im, const char *buffer,
			     uint64_t offset, void *to, size_t size)
{
	return WITH_MODULE(im, copy(im, buffer, offset, to, NULL, size));
}

EXPORT int imock_buffer_write(struct imock *im, const char *buffer,
			      uint64_t offset, const void *from, size_t size)
{
	return WITH_MODULE(im, copy(im, buffer, offset, NULL, from, size));
}

static void keep_result(struct imock *im, const struct dma_status *st)
{
	im->dma = (struct imock_dma){
		.size = sizeof(im->dma),
		.op = st->op == DMA_NO_OP ? NULL : dma_words[st->op],
		.iova = st->iova,
		.bytes = st->size,
		.rounds = st->rounds,
		.done = st->done,
		.crc32 = st->sum,
		.access = st->access,
		.at = st->at,
		.reason = st->reason == DMA_FINE ? NULL :
						   dma_reason_words[st->reason],
		.ret = st->ret,
		.pasid = (unsigned int)st->pasid,
	};
}

/* Waits until the DMA ends, or the time is over. */
static int finish(struct imock *im, const char *device, int fd, int timeout_ms)
{
	autobuf struct buf line = { 0 };
	struct dma_status st;
	int err = dma_wait(&im->ctx, fd, timeout_ms, &st, &line);

	if (err == -EPROTO)
		return nonsense(im, device);
	if (err) {
		if (err == -ETIMEDOUT)
			fail_errno(&im->ctx, err, device,
				   "its DMA has not ended (ETIMEDOUT)");
		else if (err == -EINTR)
			fail_stopped(&im->ctx, device);
		else
			knob_read_fail(&im->ctx, device, "what came of it",
				       err);
		return err;
	}
	keep_result(im, &st);
	if (st.ret)
		dma_fail(&im->ctx, device, &st);
	return st.ret;
}

static int dma(struct imock *im, const char *device, const char *request)
{
	autobuf struct buf line = { 0 };
	struct ctx patient = deaf(&im->ctx);
	struct dma_status st;
	int fd = dma_start(&im->ctx, device, request);
	bool late;
	int err;

	if (fd < 0)
		return of_knob(im, fd);
	err = finish(im, device, fd, DMA_MS);
	late = err == -ETIMEDOUT || err == -EINTR;
	if (late && !dma_stop(&im->ctx, device))
		dma_wait(&patient, fd, DMA_STOP_MS, &st, &line);
	close(fd);
	return err;
}

#define NO_PASID (-1LL)

static int dma_op(struct imock *im, const char *device, long long pasid,
		  const char *op, uint64_t iova, size_t size, const char *key,
		  uint64_t value)
{
	int err = check_word(im, device);
	autofree char *keys = NULL;
	autofree char *by = NULL;
	autofree char *request = NULL;

	if (err)
		return err;
	keys = key ? xprintf(" %s=0x%" PRIx64, key, value) : xstrdup("");
	by = pasid == NO_PASID ? xstrdup("") : xprintf(" pasid=%lld", pasid);
	request = xprintf("%s 0x%" PRIx64 " %zu%s%s", op, iova, size, keys, by);
	return dma(im, device, request);
}

static int dma_read(struct imock *im, const char *device, long long pasid,
		    uint64_t iova, void *to, size_t size)
{
	int err = dma_op(im, device, pasid, "read", iova, size, NULL, 0);
	autofree char *file = NULL;
	ssize_t n;

	if (err)
		return err;
	file = xprintf("devices/%s/dma_data", device);
	n = knob_pread(&im->ctx, file, to, size, 0);
	if (n == (ssize_t)size)
		return 0;
	/* Another program has made the device read meanwhile. */
	err = n < 0 ? (int)n : -EBUSY;
	knob_read_fail(&im->ctx, device, "what it read", err);
	return err;
}

EXPORT int imock_dma_read(struct imock *im, const char *device, uint64_t iova,
			  void *to, size_t size)
{
	return WITH_MODULE(im, dma_read(im, device, NO_PASID, iova, to, size));
}

EXPORT int imock_dma_read_pasid(struct imock *im, const char *device,
				unsigned int pasid, uint64_t iova, void *to,
				size_t size)
{
	return WITH_MODULE(im, dma_read(im, device, pasid, iova, to, size));
}

EXPORT int imock_dma_write(struct imock *im, const char *device, uint64_t iova,
			   size_t size, uint64_t pattern)
{
	return WITH_MODULE(im, dma_op(im, device, NO_PASID, "write", iova, size,
				      "pattern", pattern));
}

EXPORT int imock_dma_write_pasid(struct imock *im, const char *device,
				 unsigned int pasid, uint64_t iova, size_t size,
				 uint64_t pattern)
{
	return WITH_MODULE(im, dma_op(im, device, pasid, "write", iova, size,
				      "pattern", pattern));
}

EXPORT int imock_dma_copy(struct imock *im, const char *device, uint64_t iova,
			  size_t size, uint64_t to)
{
	return WITH_MODULE(im, dma_op(im, device, NO_PASID, "copy", iova, size,
				      "to", to));
}

EXPORT int imock_dma_copy_pasid(struct imock *im, const char *device,
				unsigned int pasid, uint64_t iova, size_t size,
				uint64_t to)
{
	return WITH_MODULE(im, dma_op(im, device, pasid, "copy", iova, size,
				      "to", to));
}

static int dma_sum(struct imock *im, const char *device, long long pasid,
		   uint64_t iova, size_t size, uint32_t *crc32)
{
	int err = dma_op(im, device, pasid, "sum", iova, size, NULL, 0);

	if (!err)
		*crc32 = im->dma.crc32;
	return err;
}

EXPORT int imock_dma_sum(struct imock *im, const char *device, uint64_t iova,
			 size_t size, uint32_t *crc32)
{
	return WITH_MODULE(im,
			   dma_sum(im, device, NO_PASID, iova, size, crc32));
}

EXPORT int imock_dma_sum_pasid(struct imock *im, const char *device,
			       unsigned int pasid, uint64_t iova, size_t size,
			       uint32_t *crc32)
{
	return WITH_MODULE(im, dma_sum(im, device, pasid, iova, size, crc32));
}

static int begin(struct imock *im, const char *device, const char *request)
{
	int fd = check_word(im, device);

	if (fd)
		return fd;
	fd = dma_start(&im->ctx, device, request);
	if (fd < 0)
		return of_knob(im, fd);
	close(fd);
	return 0;
}

EXPORT int imock_dma_start(struct imock *im, const char *device,
			   const char *request)
{
	return WITH_MODULE(im, begin(im, device, request));
}

static int wait_dma(struct imock *im, const char *device, int timeout_ms)
{
	int fd = check_word(im, device), err;

	if (fd)
		return fd;
	fd = dma_watch(&im->ctx, device);
	if (fd < 0)
		return of_knob(im, fd);
	err = finish(im, device, fd, timeout_ms);
	close(fd);
	return err;
}

EXPORT int imock_dma_wait(struct imock *im, const char *device, int timeout_ms)
{
	return WITH_MODULE(im, wait_dma(im, device, timeout_ms));
}

static int stop(struct imock *im, const char *device)
{
	int err = check_word(im, device);

	return err ? err : of_knob(im, dma_stop(&im->ctx, device));
}

EXPORT int imock_dma_stop(struct imock *im, const char *device)
{
	return WITH_MODULE(im, stop(im, device));
}

EXPORT const struct imock_dma *imock_dma_result(const struct imock *im)
{
	return im->dma.size ? &im->dma : NULL;
}
