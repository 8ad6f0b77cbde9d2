// SPDX-License-Identifier: GPL-2.0-only
/* The knobs of a device's DMA engine. */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "knobs.h"

/*
 * ---- an operation ---------------------------------------------------------
 */

static int check_range(const char *what, u64 iova, u64 size)
{
	if (iova + (size - 1) < iova)
		return mock_fail(-EINVAL, "%s 0x%llx and the size 0x%llx go past 2^64",
				 what, iova, size);
	return 0;
}

/* May the device use this PASID, given by the option @opt? */
int mock_check_pasid(const struct mock_device *mdev, u32 pasid,
		     const struct mock_opt *opt)
{
	if (!opt->seen)
		return 0;
	if (!mdev->max_pasids)
		return mock_fail(-EINVAL, "%s has no PASIDs: make it with pasids=, behind an instance made with pasid=",
				 mdev->obj.name);
	if (!pasid || pasid >= mdev->max_pasids)
		return mock_fail(-EINVAL, "the PASIDs of %s are 1 to %u",
				 mdev->obj.name, mdev->max_pasids - 1);
	return 0;
}

static int check_request(const struct mock_dma_request *req,
			 const struct mock_opt *to,
			 const struct mock_opt *pattern)
{
	const char *word = mock_dma_op_words[req->op];
	bool copies = req->op == MOCK_DMA_OP_COPY;
	bool writes = req->op == MOCK_DMA_OP_WRITE;
	int ret;

	if (!req->size || req->size > MOCK_DMA_MAX)
		return mock_fail(-EINVAL, "a DMA operation moves 1 to 0x%lx bytes",
				 MOCK_DMA_MAX);
	if (!req->repeat || req->repeat > MOCK_DMA_REPEAT_MAX)
		return mock_fail(-EINVAL, "repeat is 1 to %lu",
				 MOCK_DMA_REPEAT_MAX);
	if (to->seen != copies)
		return mock_fail(-EINVAL, to->seen ? "%s takes no to=" :
						     "%s needs to=",
				 word);
	if (pattern->seen != writes)
		return mock_fail(-EINVAL, pattern->seen ? "%s takes no pattern=" :
							  "%s needs pattern=",
				 word);
	ret = check_range("IOVA", req->iova, req->size);
	if (!ret && to->seen)
		ret = check_range("to=", req->to, req->size);
	return ret;
}

/* Parse "IOVA SIZE key=value..."; @req contains the operation already. */
static int parse_request(const struct mock_device *mdev, char *line,
			 struct mock_dma_request *req)
{
	struct mock_opt opts[] = {
		{ "to", mock_parse_size, &req->to },
		{ "pattern", mock_parse_u64, &req->pattern },
		{ "repeat", mock_parse_u64, &req->repeat },
		{ "pasid", mock_parse_u32, &req->pasid },
	};
	char *word = mock_next_word(&line);
	int ret;

	if (!word)
		return mock_fail(-EINVAL, "the IOVA is missing");
	ret = mock_parse_size(word, &req->iova);
	if (ret)
		return ret;
	word = mock_next_word(&line);
	if (!word)
		return mock_fail(-EINVAL, "the size is missing");
	ret = mock_parse_size(word, &req->size);
	if (!ret)
		ret = mock_parse_opts(line, opts, ARRAY_SIZE(opts));
	if (!ret)
		ret = mock_check_pasid(mdev, req->pasid, &opts[3]);
	return ret ?: check_request(req, &opts[0], &opts[1]);
}

int mock_dma_write(struct mock_obj *obj, char *line)
{
	struct mock_device *mdev = to_device(obj);
	struct mock_dma_request req = { .repeat = 1 };
	char *word = mock_next_word(&line);
	int op, ret;

	if (!strcmp(word, "stop")) {
		ret = mock_no_more(line);
		if (!ret)
			mock_dma_stop_wait(mdev);
		return ret;
	}
	op = mock_word_index(mock_dma_op_words, MOCK_NR_DMA_OPS, word);
	if (op < 0)
		return mock_fail(-EINVAL, "'%.64s' is none of read, write, copy, sum, stop",
				 word);
	req.op = op;
	mock_dma_asked(mdev, &req);
	ret = parse_request(mdev, line, &req);
	if (!ret && mock_device_absent(mdev))
		ret = mock_fail_absent(mdev);
	if (!ret)
		ret = mock_dma_start(mdev, &req);
	if (ret == -EBUSY)
		mock_fail(ret, "%s is busy: wait, or write stop", obj->name);
	if (ret == -ECANCELED)
		mock_fail(ret, "%s was told to stop before it could begin",
			  obj->name);
	return ret;
}

/*
 * ---- its status -----------------------------------------------------------
 */

static void show_status(struct seq_file *m, const struct mock_dma_status *st)
{
	char ret[MOCK_ERRNO_LEN];

	mock_errno_name(st->ret, ret);
	if (!st->seq) {
		seq_puts(m, "seq=0 state=idle\n");
		return;
	}
	seq_printf(m, "seq=%llu state=%s op=%s iova=0x%llx size=0x%llx",
		   st->seq, st->busy ? "busy" : "done",
		   mock_dma_op_words[st->req.op], st->req.iova, st->req.size);
	if (st->req.pasid)
		seq_printf(m, " pasid=%u", st->req.pasid);
	seq_printf(m, " rounds=%llu done=0x%llx", st->rounds, st->done);
	if (st->req.op == MOCK_DMA_OP_SUM && !st->busy && !st->ret)
		seq_printf(m, " sum=0x%08x", st->sum);
	else
		seq_puts(m, " sum=-");
	if (st->why != MOCK_DMA_FINE)
		seq_printf(m, " access=%c at=0x%llx",
			   st->access == PGT_WRITE ? 'w' : 'r', st->at);
	else
		seq_puts(m, " access=- at=-");
	seq_printf(m, " reason=%s ret=%s\n", mock_dma_reason_name(st->why),
		   ret);
}

int mock_dma_show(struct seq_file *m, void *v)
{
	struct mock_device *mdev = to_device((struct mock_obj *)m->private);
	struct mock_dma_status st;
	int ret;

	if (!(m->file->f_flags & O_NONBLOCK)) {
		ret = mock_dma_wait(mdev);
		if (ret)
			return ret;
	}
	mock_dma_get_status(mdev, &st);
	show_status(m, &st);
	return 0;
}

__poll_t mock_dma_poll(struct mock_obj *obj, struct file *file,
		       struct poll_table_struct *wait)
{
	struct mock_dma_status st;

	poll_wait(file, mock_dma_waitqueue(), wait);
	mock_dma_get_status(to_device(obj), &st);
	return st.busy ? 0 : DEFAULT_POLLMASK;
}

/*
 * ---- what it read ---------------------------------------------------------
 */

static ssize_t dma_data_read(struct file *file, char __user *to, size_t count,
			     loff_t *pos)
{
	struct mock_device *mdev =
		to_device((struct mock_obj *)file_inode(file)->i_private);
	struct mock_dma_status st;
	ssize_t ret;

	mutex_lock(&mdev->dma.data_lock);
	mock_dma_get_status(mdev, &st);
	/* Later operations other than "read" do not change the bytes. */
	if (st.busy)
		ret = -EBUSY;
	else
		ret = simple_read_from_buffer(to, count, pos, mdev->dma.data,
					      mdev->dma.len);
	mutex_unlock(&mdev->dma.data_lock);
	return ret;
}

const struct file_operations mock_dma_data_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = dma_data_read,
	.llseek = default_llseek,
};
