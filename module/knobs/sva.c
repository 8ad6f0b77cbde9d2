// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file "sva" of a device: each open file binds at most one process, until it
 * is closed. A process that ends closes its files; one that passes an open file on
 * leaves the bond behind, which then is one of a dead process.
 */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "../caller/caller.h"
#include "../kapi/kapi.h"
#include "knobs.h"

/* The sentence for a kernel that has no SVA. */
int mock_no_sva(void)
{
	return mock_fail(-EOPNOTSUPP, "this kernel does not bind processes to devices: %s",
			 kapi_no_sva());
}

static int sva_open(struct inode *inode, struct file *file)
{
	struct mock_bond *bond = kzalloc(sizeof(*bond), GFP_KERNEL_ACCOUNT);

	if (!bond)
		return -ENOMEM;
	mock_bond_init(bond, to_device((struct mock_obj *)inode->i_private));
	file->private_data = bond;
	return 0;
}

/* The device may be gone already, with the bond. */
static int sva_release(struct inode *inode, struct file *file)
{
	struct mock_bond *bond = file->private_data;

	mock_bond_exit(bond);
	kfree(bond);
	return 0;
}

static int do_write(void *arg, char *line)
{
	struct mock_bond *bond = arg;
	char *word = mock_next_word(&line);
	int ret;

	if (!word || (strcmp(word, "bind") && strcmp(word, "unbind")))
		return mock_fail(-EINVAL, "'%.64s' is neither bind nor unbind",
				 word ?: "");
	ret = mock_no_more(line);
	if (ret)
		return ret;
	if (kapi_no_sva())
		return mock_no_sva();
	return *word == 'b' ? mock_caller_bind(bond) : mock_caller_unbind(bond);
}

static ssize_t sva_write(struct file *file, const char __user *from,
			 size_t count, loff_t *pos)
{
	return mock_write_line(from, count, do_write, file->private_data);
}

/* A reader that has seen the end of the text begins anew. */
static ssize_t sva_read(struct file *file, char __user *to, size_t count,
			loff_t *pos)
{
	char domain[MOCK_NAME_LEN], text[MOCK_NAME_LEN + 32];
	u32 pasid = mock_caller_bound(file->private_data, domain);
	int len = scnprintf(text, sizeof(text), "pasid=%u domain=%s\n", pasid,
			    domain);
	ssize_t ret = simple_read_from_buffer(to, count, pos, text, len);

	if (count && !ret)
		*pos = 0;
	return ret;
}

const struct file_operations mock_sva_fops = {
	.owner = THIS_MODULE,
	.open = sva_open,
	.release = sva_release,
	.read = sva_read,
	.write = sva_write,
	.llseek = default_llseek,
};
