// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files "handler" and "answer" of a domain: how the in-kernel caller answers requests
 * of devices for pages, and what it holds.
 */
#include <linux/seq_file.h>
#include <linux/string.h>

#include "../caller/caller.h"
#include "knobs.h"

static const char *const handler_words[] = {
#define X(sym, name) name,
	MOCK_HANDLERS(X)
#undef X
};

int mock_handler_show(struct seq_file *m, void *v)
{
	struct mock_domain *dom = to_domain((struct mock_obj *)m->private);

	mutex_lock(&dom->maps_lock);
	seq_puts(m, handler_words[READ_ONCE(dom->handler)]);
	if (dom->handler_buffer)
		seq_printf(m, " %s", dom->handler_buffer->obj.name);
	mutex_unlock(&dom->maps_lock);
	seq_putc(m, '\n');
	return 0;
}

int mock_handler_write(struct mock_obj *obj, char *line)
{
	const char *word = mock_next_word(&line) ?: "";
	int handler = mock_word_index(handler_words, ARRAY_SIZE(handler_words),
				      word);
	struct mock_obj *buf = NULL;
	int ret;

	if (handler < 0)
		return mock_fail(-EINVAL, "'%.64s' is none of none, success, invalid, failure, hold, map",
				 word);
	if (handler == MOCK_HANDLER_MAP) {
		buf = mock_word_object(MOCK_BUFFER, &line);
		if (IS_ERR(buf))
			return PTR_ERR(buf);
	}
	ret = mock_no_more(line);
	if (!ret)
		ret = mock_caller_handle(to_domain(obj), handler,
					 buf ? to_buffer(buf) : NULL);
	if (buf)
		mock_obj_put(buf);
	return ret;
}

static void show_held(void *arg, const struct mock_device *mdev,
		      const struct mock_page *page)
{
	struct seq_file *m = arg;

	seq_printf(m, "device=%s group=%u", mdev->obj.name, page->group);
	if (page->pasid)
		seq_printf(m, " pasid=%u", page->pasid);
	seq_printf(m, " iova=0x%llx access=%s\n", page->iova,
		   mock_access_name(page->access));
}

int mock_answer_show(struct seq_file *m, void *v)
{
	mock_caller_each_held(to_domain((struct mock_obj *)m->private),
			      show_held, m);
	return 0;
}

/* Parse "success|invalid|failure [group=N]", and answer. */
static int answer(struct mock_domain *dom, struct mock_device *mdev, char *line)
{
	u32 group = 0;
	struct mock_opt opts[] = {
		{ "group", mock_parse_u32, &group },
	};
	const char *word = mock_next_word(&line) ?: "";
	int code = mock_word_index(mock_page_code_words, MOCK_NR_PAGE_CODES,
				   word);
	int ret;

	if (code < 0)
		return mock_fail(-EINVAL, "'%.64s' is none of success, invalid, failure",
				 word);
	ret = mock_parse_opts(line, opts, ARRAY_SIZE(opts));
	if (!ret && opts[0].seen && !group)
		ret = mock_fail(-EINVAL, "no group has the number 0");
	return ret ?: mock_caller_answer(dom, mdev, group, code);
}

int mock_answer_write(struct mock_obj *obj, char *line)
{
	struct mock_obj *dev = mock_word_object(MOCK_DEVICE, &line);
	int ret;

	if (IS_ERR(dev))
		return PTR_ERR(dev);
	ret = answer(to_domain(obj), to_device(dev), line);
	mock_obj_put(dev);
	return ret;
}
