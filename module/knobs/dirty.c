// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file "dirty" of a domain. Each open file keeps the pages that were found for
 * it: two users do not take pages from each other's answers.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../caller/caller.h"
#include "../kapi/kapi.h"
#include "knobs.h"

/**
 * struct dirty_file - one open file
 * @dom: the domain; it is there while the file is read or written
 * @list: the pages that the last look found; seq_file.lock protects it
 */
struct dirty_file {
	struct mock_domain *dom;
	struct mock_dirty_list list;
};

int mock_no_dirty(void)
{
	return mock_fail(-EOPNOTSUPP, "the IOMMU core of this kernel does not let drivers track the writes of devices");
}

static int show_dirty(struct seq_file *m, void *v)
{
	struct dirty_file *df = m->private;
	u64 i;

	lockdep_assert_held(&m->lock);
	for (i = 0; i < df->list.count && !seq_has_overflowed(m); i++)
		seq_printf(m, "iova=0x%llx size=0x%llx\n",
			   df->list.ranges[i].iova, df->list.ranges[i].size);
	return 0;
}

static int dirty_open(struct inode *inode, struct file *file)
{
	struct dirty_file *df = kzalloc(sizeof(*df), GFP_KERNEL_ACCOUNT);
	int ret;

	if (!df)
		return -ENOMEM;
	df->dom = to_domain((struct mock_obj *)inode->i_private);
	ret = single_open(file, show_dirty, df);
	if (ret)
		kfree(df);
	return ret;
}

/* The domain may be gone already. */
static int dirty_release(struct inode *inode, struct file *file)
{
	struct dirty_file *df = ((struct seq_file *)file->private_data)->private;

	kvfree(df->list.ranges);
	kfree(df);
	return single_release(inode, file);
}

/* "read [IOVA SIZE]", or "peek [IOVA SIZE]" */
static int look(struct seq_file *m, bool clear, char *line)
{
	struct dirty_file *df = m->private;
	struct mock_dirty_list list;
	u64 iova = 0, size = 0;
	char *word = mock_next_word(&line);
	int ret = word ? mock_parse_size(word, &iova) : 0;

	if (!ret && word)
		ret = mock_parse_last_size(line, &size);
	if (!ret && word && !size)
		ret = mock_fail(-EINVAL, "the size is 0");
	if (!ret)
		ret = mock_caller_read_dirty(df->dom, iova, size, clear, &list);
	if (ret)
		return ret;
	mutex_lock(&m->lock);
	swap(df->list, list);
	mutex_unlock(&m->lock);
	kvfree(list.ranges);
	return 0;
}

static int do_write(void *arg, char *line)
{
	struct seq_file *m = arg;
	struct dirty_file *df = m->private;
	static const char *const words[] = { "off", "on", "read", "peek" };
	char *word = mock_next_word(&line);
	int i = mock_word_index(words, ARRAY_SIZE(words), word ?: "");

	if (i < 0)
		return mock_fail(-EINVAL, "'%.64s' is none of on, off, read, peek",
				 word ?: "");
	if (i >= 2)
		return look(m, i == 2, line);
	return mock_no_more(line) ?: mock_caller_track(df->dom, i);
}

static ssize_t dirty_write(struct file *file, const char __user *from,
			   size_t count, loff_t *pos)
{
	ssize_t ret = mock_write_line(from, count, do_write, file->private_data);

	/* The next read begins with the first page that was found. */
	if (ret >= 0)
		*pos = 0;
	return ret;
}

const struct file_operations mock_dirty_fops = {
	.owner = THIS_MODULE,
	.open = dirty_open,
	.release = dirty_release,
	.read = seq_read,
	.write = dirty_write,
	.llseek = seq_lseek,
};
