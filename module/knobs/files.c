// SPDX-License-Identifier: GPL-2.0-only
/*
 * debugfs files from tables of knobs.
 *
 * A file's object stays valid during a file operation: before the object goes,
 * mock_obj_withdraw() removes its files, and the removal waits for their users.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "knobs.h"

static struct dentry *root;
static struct dentry *kind_dirs[MOCK_NR_KINDS];

static const struct {
	const char *dir;
	const struct mock_knob *knobs;
} kinds[MOCK_NR_KINDS] = {
	[MOCK_INSTANCE] = { "instances", mock_instance_knobs },
	[MOCK_GROUP] = { "groups", mock_group_knobs },
	[MOCK_DEVICE] = { "devices", mock_device_knobs },
	[MOCK_DOMAIN] = { "domains", mock_domain_knobs },
	[MOCK_BUFFER] = { "buffers", mock_buffer_knobs },
};

static struct mock_obj *file_object(const struct file *file)
{
	return file_inode(file)->i_private;
}

/* Find the row of a file by the name of the file. */
static const struct mock_knob *file_knob(const struct file *file)
{
	const struct mock_obj *obj = file_object(file);
	const struct mock_knob *knob = obj ? kinds[obj->kind].knobs :
					     mock_top_knobs;
	const char *name = file->f_path.dentry->d_name.name;

	while (knob->name && strcmp(knob->name, name))
		knob++;
	return knob->name ? knob : NULL;
}

static bool readable(const struct mock_knob *knob)
{
	return knob->show || knob->attr;
}

static bool writable(const struct mock_knob *knob)
{
	return knob->write || knob->attr;
}

static int show_attr(struct seq_file *m, void *v)
{
	const struct mock_attr *attr = file_knob(m->file)->attr;
	union mock_value value;

	attr->get(m->private, attr, &value);
	attr->type->show(m, &value);
	seq_putc(m, '\n');
	return 0;
}

static int write_attr(const struct mock_attr *attr, struct mock_obj *obj,
		      char *line)
{
	union mock_value value;
	int ret = attr->type->parse(strim(line), &value);

	return ret ?: attr->set(obj, attr, &value);
}

/*
 * Estimate the length of the answer, so that seq_file need not format it again.
 */
static size_t show_size(const struct mock_knob *knob)
{
	size_t lines = 8;
	int kind;

	if (knob->show == mock_state_show)
		for (kind = 0; kind < MOCK_NR_KINDS; kind++)
			lines += mock_obj_count(kind);
	return lines * 256;
}

static int knob_open(struct inode *inode, struct file *file)
{
	const struct mock_knob *knob = file_knob(file);

	if (!knob)
		return -ENOENT;
	/* Root may open any file: the mode does not restrict root. */
	if (((file->f_mode & FMODE_WRITE) && !writable(knob)) ||
	    ((file->f_mode & FMODE_READ) && !readable(knob)))
		return -EACCES;
	if (!readable(knob) || !(file->f_mode & FMODE_READ))
		return nonseekable_open(inode, file);
	return single_open_size(file, knob->attr ? show_attr : knob->show,
				file_object(file), show_size(knob));
}

static int knob_release(struct inode *inode, struct file *file)
{
	return file->private_data ? single_release(inode, file) : 0;
}

static ssize_t knob_read(struct file *file, char __user *buf, size_t count,
			 loff_t *pos)
{
	return file->private_data ? seq_read(file, buf, count, pos) : -EINVAL;
}

static loff_t knob_llseek(struct file *file, loff_t offset, int whence)
{
	return file->private_data ? seq_lseek(file, offset, whence) : -ESPIPE;
}

/* Leave a sentence for a failure that has left none. */
static int generic_sentence(int err)
{
	switch (err) {
	case -ENOMEM:
		return mock_fail(err, "not enough memory");
	case -ENODEV:
		return mock_fail(err, "the object is being removed");
	case -EBUSY:
		return mock_fail(err, "the object is in use");
	case -EINTR:
		return mock_fail(err, "interrupted");
	case -EFAULT:
		return mock_fail(err, "the text is at a bad address");
	default:
		return mock_fail(err, "the operation failed with errno %d",
				 -err);
	}
}

static char *take_line(const char __user *buf, size_t count)
{
	char *line;

	mock_answer_begin();
	if (count > MOCK_WRITE_MAX)
		return ERR_PTR(mock_fail(-E2BIG, "a write has at most %d bytes, this one has %zu",
					 MOCK_WRITE_MAX, count));
	line = memdup_user_nul(buf, count);
	if (IS_ERR(line))
		generic_sentence(PTR_ERR(line));
	return line;
}

/**
 * mock_write_line() - one write is one operation, at any file position
 * @buf: the text that is written
 * @count: its length
 * @operate: does it; gets the text without the newline at its end
 * @arg: its argument
 *
 * Return: @count, or the errno of @operate or of the text; then a sentence is left.
 */
ssize_t mock_write_line(const char __user *buf, size_t count,
			int (*operate)(void *arg, char *line), void *arg)
{
	char *line = take_line(buf, count);
	size_t len = count;
	int ret;

	if (IS_ERR(line))
		return PTR_ERR(line);
	if (len && line[len - 1] == '\n')
		line[--len] = '\0';
	ret = mock_check_line(line, len) ?: operate(arg, line);
	if (ret && !mock_answer_has_error())
		generic_sentence(ret);
	kfree(line);
	return ret ?: count;
}

static int do_write(void *arg, char *line)
{
	const struct mock_knob *knob = file_knob(arg);
	struct mock_obj *obj = file_object(arg);

	return knob->attr ? write_attr(knob->attr, obj, line) :
			    knob->write(obj, line);
}

static ssize_t knob_write(struct file *file, const char __user *buf,
			  size_t count, loff_t *pos)
{
	return mock_write_line(buf, count, do_write, file);
}

static __poll_t knob_poll(struct file *file, poll_table *wait)
{
	const struct mock_knob *knob = file_knob(file);

	if (!knob->poll)
		return DEFAULT_POLLMASK;
	return knob->poll(file_object(file), file, wait);
}

static const struct file_operations knob_fops = {
	.owner = THIS_MODULE,
	.open = knob_open,
	.poll = knob_poll,
	.read = knob_read,
	.write = knob_write,
	.llseek = knob_llseek,
	.release = knob_release,
};

/* ---- directories --------------------------------------------------------- */

static umode_t knob_mode(const struct mock_knob *knob)
{
	if (knob->mode)
		return knob->mode;
	return (readable(knob) ? 0400 : 0) | (writable(knob) ? 0200 : 0);
}

/* Is it a domain that VFIO or iommufd made? */
static bool is_foreign(const struct mock_obj *obj)
{
	return obj && obj->kind == MOCK_DOMAIN &&
	       !container_of(obj, struct mock_domain, obj)->caller;
}

/*
 * Most users of debugfs ignore a file that cannot be made. Here the files are
 * the interface, so that is an error. debugfs_create_file() does not return the
 * cause, which is a lack of memory.
 */
static int create_files(struct dentry *dir, const struct mock_knob *knob,
			struct mock_obj *obj)
{
	for (; knob->name; knob++) {
		if (knob->caller_only && is_foreign(obj))
			continue;
		if (IS_ERR_OR_NULL(debugfs_create_file(knob->name,
						       knob_mode(knob), dir, obj,
						       knob->fops ?: &knob_fops)))
			return -ENOMEM;
	}
	return 0;
}

/* Make a directory, or return NULL. */
static struct dentry *create_dir(const char *name, struct dentry *parent)
{
	struct dentry *dir = debugfs_create_dir(name, parent);

	if (IS_ERR_OR_NULL(dir))
		return NULL;
	/* debugfs makes it 0755, and lets its creator change the mode. */
	d_inode(dir)->i_mode = S_IFDIR | 0700;
	return dir;
}

static int make_directory(struct mock_obj *obj)
{
	int ret;

	obj->dir = create_dir(obj->name, kind_dirs[obj->kind]);
	if (!obj->dir)
		return -ENOMEM;
	ret = create_files(obj->dir, kinds[obj->kind].knobs, obj);
	if (ret) {
		debugfs_remove(obj->dir);
		obj->dir = NULL;
	}
	return ret;
}

/*
 * Not every kernel's debugfs makes a file for a process that may not search our
 * directories. A user of VFIO may not search them, but can make domains. Such a
 * domain then has no files.
 */
static int object_added(struct mock_obj *obj)
{
	int ret = kinds[obj->kind].dir ? make_directory(obj) : 0;

	return is_foreign(obj) ? 0 : ret;
}

static void object_removed(struct mock_obj *obj)
{
	debugfs_remove(obj->dir);
	obj->dir = NULL;
}

static const struct mock_watcher watcher = {
	.added = object_added,
	.removed = object_removed,
};

/* When this returns, no process is writing a top-level knob any more. */
void mock_knobs_exit(void)
{
	debugfs_remove(root);
	/* All files are gone, including those of objects. */
	mock_registry_watch(NULL);
}

int mock_knobs_init(void)
{
	int kind;

	root = create_dir(IOMMU_MOCK_DEBUGFS, NULL);
	if (!root)
		return -ENOMEM;
	for (kind = 0; kind < MOCK_NR_KINDS; kind++) {
		if (!kinds[kind].dir)
			continue;
		kind_dirs[kind] = create_dir(kinds[kind].dir, root);
		if (!kind_dirs[kind])
			goto err;
	}
	mock_registry_watch(&watcher);
	if (!create_files(root, mock_top_knobs, NULL))
		return 0;
err:
	mock_knobs_exit();
	return -ENOMEM;
}
