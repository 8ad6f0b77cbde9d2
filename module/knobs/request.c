// SPDX-License-Identifier: GPL-2.0-only
/* The file "request" of a device: requests for pages that a user makes it send. */
#include <linux/seq_file.h>
#include <linux/string.h>

#include "knobs.h"

static const struct {
	const char *word;
	u32 access;
} accesses[] = {
	{ "r", PGT_READ },
	{ "w", PGT_WRITE },
	{ "rw", PGT_READ | PGT_WRITE },
};

static int parse_access(const char *word, u32 *access)
{
	unsigned int i;

	for (i = 0; word && i < ARRAY_SIZE(accesses); i++)
		if (!strcmp(word, accesses[i].word)) {
			*access = accesses[i].access;
			return 0;
		}
	return mock_fail(-EINVAL, "'%.64s' is none of r, w, rw", word ?: "");
}

/* Parse "r|w|rw IOVA key=value...". */
static int parse_page(const struct mock_device *mdev, char *line,
		      struct mock_page *page)
{
	struct mock_opt opts[] = {
		{ "pasid", mock_parse_u32, &page->pasid },
		{ "group", mock_parse_u32, &page->group },
		{ "last", mock_parse_bool, &page->last },
	};
	char *word;
	int ret;

	ret = parse_access(mock_next_word(&line), &page->access);
	if (ret)
		return ret;
	word = mock_next_word(&line);
	if (!word)
		return mock_fail(-EINVAL, "the IOVA is missing");
	ret = mock_parse_size(word, &page->iova);
	if (!ret)
		ret = mock_parse_opts(line, opts, ARRAY_SIZE(opts));
	if (!ret)
		ret = mock_check_pasid(mdev, page->pasid, &opts[0]);
	if (ret)
		return ret;
	if (opts[1].seen && (!page->group || page->group > MOCK_PAGE_GROUP_MAX))
		return mock_fail(-EINVAL, "group is 1 to %u",
				 MOCK_PAGE_GROUP_MAX);
	if (!page->last && !opts[1].seen)
		return mock_fail(-EINVAL, "last=0 needs group=: the group that the last request is going to have");
	return 0;
}

int mock_request_write(struct mock_obj *obj, char *line)
{
	struct mock_device *mdev = to_device(obj);
	struct mock_page page = { .last = true };
	int ret = parse_page(mdev, line, &page);

	if (ret)
		return ret;
	ret = mock_request_send(mdev, &page);
	if (ret == -EOPNOTSUPP)
		mock_fail(ret, "%s takes no requests for pages: set pri= when it is made",
			  mdev->instance->obj.name);
	if (ret == -EEXIST)
		mock_fail(ret, "a request of group %u waits for an answer already",
			  page.group);
	if (ret == -ENOSPC)
		mock_fail(ret, "%u requests wait for an answer at %s, and it has no room for more",
			  mdev->instance->pri, mdev->instance->obj.name);
	return ret;
}

/* Those that wait for an answer, the oldest first. */
int mock_request_show(struct seq_file *m, void *v)
{
	struct mock_device *mdev = to_device((struct mock_obj *)m->private);
	struct mock_request *req;

	spin_lock_irq(&mdev->requests_lock);
	list_for_each_entry(req, &mdev->requests, node) {
		seq_printf(m, "group=%u", req->group);
		if (req->pasid)
			seq_printf(m, " pasid=%u", req->pasid);
		seq_printf(m, " iova=0x%llx access=%s\n", req->iova & PAGE_MASK,
			   mock_access_name(req->access));
	}
	spin_unlock_irq(&mdev->requests_lock);
	return 0;
}
