// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file "access": each open file is at most one access object of iommufd, until it is
 * closed.
 */
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../caller/access.h"
#include "../kapi/kapi.h"
#include "knobs.h"

static void show_pins(struct seq_file *m, struct mock_access *access)
{
	struct mock_pin *pin;

	mutex_lock(&access->pins_lock);
	seq_printf(m, " unmaps=%llu\n", access->unmaps);
	list_for_each_entry(pin, &access->pins, list) {
		if (seq_has_overflowed(m))
			break;
		seq_printf(m, "pin iova=0x%llx size=0x%llx write=%d sum=0x%08x\n",
			   pin->iova, pin->size, pin->write, mock_pin_sum(pin));
	}
	mutex_unlock(&access->pins_lock);
}

static int show_access(struct seq_file *m, void *v)
{
	struct mock_access *access = m->private;

	mutex_lock(&access->lock);
	if (access->kapi) {
		seq_printf(m, "access id=%u ioas=%u pins=%d", access->id,
			   access->ioas, access->may_pin);
		show_pins(m, access);
	}
	if (access->read_size)
		seq_printf(m, "read iova=0x%llx size=0x%llx sum=0x%08x data=%*phN\n",
			   access->read_iova, access->read_size, access->read_sum,
			   (int)min_t(u64, access->read_size, MOCK_ACCESS_DATA),
			   access->data);
	mutex_unlock(&access->lock);
	return 0;
}

static int access_open(struct inode *inode, struct file *file)
{
	struct mock_access *access = kzalloc(sizeof(*access), GFP_KERNEL_ACCOUNT);
	int ret;

	if (!access)
		return -ENOMEM;
	mock_access_init(access);
	ret = single_open(file, show_access, access);
	if (ret) {
		mock_access_exit(access);
		kfree(access);
	}
	return ret;
}

static int access_release(struct inode *inode, struct file *file)
{
	struct mock_access *access =
		((struct seq_file *)file->private_data)->private;

	mock_access_exit(access);
	kfree(access);
	return single_release(inode, file);
}

/* ---- what is written ----------------------------------------------------- */

static int do_new(struct mock_access *access, char *line)
{
	u32 fd = 0;
	bool pins = true;
	struct mock_opt opts[] = {
		{ "fd", mock_parse_u32, &fd },
		{ "pins", mock_parse_bool, &pins },
	};
	int ret = mock_parse_opts(line, opts, ARRAY_SIZE(opts));

	if (ret)
		return ret;
	if (!opts[0].seen)
		return mock_fail(-EINVAL, "fd= is missing");
	if (fd > INT_MAX)
		return mock_fail(-EINVAL, "%u is no file descriptor", fd);
	return mock_access_new(access, fd, pins);
}

/* "IOAS" */
static int take_ioas(char *line, u32 *ioas)
{
	char *word = mock_next_word(&line);

	if (!word)
		return mock_fail(-EINVAL, "the number of an IOAS is missing");
	return mock_parse_u32(word, ioas) ?: mock_no_more(line);
}

static int do_attach(struct mock_access *access, char *line)
{
	u32 ioas;

	return take_ioas(line, &ioas) ?: mock_access_attach(access, ioas);
}

static int do_replace(struct mock_access *access, char *line)
{
	u32 ioas;

	return take_ioas(line, &ioas) ?: mock_access_replace(access, ioas);
}

static int do_detach(struct mock_access *access, char *line)
{
	return mock_no_more(line) ?: mock_access_detach(access);
}

/* "IOVA SIZE"; @line goes on behind it. */
static int take_range(char **line, u64 *iova, u64 *size)
{
	char *word = mock_next_word(line);
	int ret;

	if (!word)
		return mock_fail(-EINVAL, "the IOVA is missing");
	ret = mock_parse_size(word, iova);
	if (ret)
		return ret;
	word = mock_next_word(line);
	if (!word)
		return mock_fail(-EINVAL, "the size is missing");
	return mock_parse_size(word, size);
}

static int do_pin(struct mock_access *access, char *line)
{
	bool write = false;
	struct mock_opt opt = { "write", mock_parse_bool, &write };
	u64 iova, size;
	int ret = take_range(&line, &iova, &size);

	if (!ret)
		ret = mock_parse_opts(line, &opt, 1);
	return ret ?: mock_access_pin(access, iova, size, write);
}

static int do_unpin(struct mock_access *access, char *line)
{
	u64 iova, size;
	int ret = take_range(&line, &iova, &size) ?: mock_no_more(line);

	return ret ?: mock_access_unpin(access, iova, size);
}

static int do_read(struct mock_access *access, char *line)
{
	u64 iova, size;
	int ret = take_range(&line, &iova, &size) ?: mock_no_more(line);

	return ret ?: mock_access_read(access, iova, size);
}

static int do_write(struct mock_access *access, char *line)
{
	u64 iova, size, pattern;
	struct mock_opt opt = { "pattern", mock_parse_u64, &pattern };
	int ret = take_range(&line, &iova, &size);

	if (!ret)
		ret = mock_parse_opts(line, &opt, 1);
	if (!ret && !opt.seen)
		ret = mock_fail(-EINVAL, "pattern= is missing");
	return ret ?: mock_access_write(access, iova, size, pattern);
}

static const struct {
	const char *word;
	int (*operate)(struct mock_access *access, char *line);
} operations[] = {
	{ "new", do_new },	 { "attach", do_attach },
	{ "replace", do_replace }, { "detach", do_detach },
	{ "pin", do_pin },	 { "unpin", do_unpin },
	{ "read", do_read },	 { "write", do_write },
};

static int operate(void *arg, char *line)
{
	struct seq_file *m = arg;
	char *word = mock_next_word(&line);
	unsigned int i;

	for (i = 0; word && i < ARRAY_SIZE(operations); i++) {
		if (strcmp(word, operations[i].word))
			continue;
		if (!kapi_has_access())
			return mock_fail(-EOPNOTSUPP, "this kernel has no access objects: it was built without CONFIG_IOMMUFD, or is one before 6.6");
		return operations[i].operate(m->private, line);
	}
	return mock_fail(-EINVAL, "'%.64s' is none of new, attach, replace, detach, pin, unpin, read, write",
			 word ?: "");
}

static ssize_t access_write(struct file *file, const char __user *from,
			    size_t count, loff_t *pos)
{
	ssize_t ret = mock_write_line(from, count, operate, file->private_data);

	/* The next read begins with the first line. */
	if (ret >= 0)
		*pos = 0;
	return ret;
}

const struct file_operations mock_access_fops = {
	.owner = THIS_MODULE,
	.open = access_open,
	.release = access_release,
	.read = seq_read,
	.write = access_write,
	.llseek = seq_lseek,
};
