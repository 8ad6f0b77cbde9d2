// SPDX-License-Identifier: GPL-2.0-only
/* The knobs of devices, groups, domains and buffers. */
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "../caller/caller.h"
#include "../kapi/kapi.h"
#include "knobs.h"

static int show_device_info(struct seq_file *m, void *v)
{
	mock_show_device(m, to_device((struct mock_obj *)m->private), '\n');
	return 0;
}

const struct mock_knob mock_device_knobs[] = {
	{ "info", show_device_info },
	{ "dma", mock_dma_show, mock_dma_write, .poll = mock_dma_poll },
	{ "dma_data", .fops = &mock_dma_data_fops, .mode = 0400 },
	{ "irq", mock_irq_show, mock_irq_write },
	{ "aer", mock_aer_show, mock_aer_write },
	{ "slot", mock_slot_show, mock_slot_write },
	{ "sriov", mock_sriov_show },
	{ "request", mock_request_show, mock_request_write },
	{ "sva", .fops = &mock_sva_fops, .mode = 0600 },
	{ }
};

/* ---- groups -------------------------------------------------------------- */

static int show_group_info(struct seq_file *m, void *v)
{
	mock_show_group(m, to_group((struct mock_obj *)m->private), '\n');
	return 0;
}

static int write_claim(struct mock_obj *obj, char *line)
{
	bool claim;
	int ret = mock_parse_bool(strim(line), &claim);

	return ret ?: mock_caller_claim(to_group(obj), claim);
}

const struct mock_knob mock_group_knobs[] = {
	{ "info", show_group_info },
	{ "claim", NULL, write_claim },
	{ }
};

/* ---- domains ------------------------------------------------------------- */

static int show_domain_info(struct seq_file *m, void *v)
{
	mock_show_domain(m, to_domain((struct mock_obj *)m->private), '\n');
	return 0;
}

/**
 * struct target - what is attached or detached
 * @obj: the device or the group, with a reference
 * @claim: own the group first
 * @pasid: the PASID, or 0
 * @has_pasid: @pasid was given
 */
struct target {
	struct mock_obj *obj;
	bool claim;
	bool has_pasid;
	u32 pasid;
};

/* "unclaimed", or "pasid=N"; a claim keeps the kernel from warning: pasid.c */
static int target_word(struct target *to, char *word, bool attach)
{
	if (attach && to->claim && !strcmp(word, "unclaimed"))
		to->claim = false;
	else if (!to->has_pasid && !strncmp(word, "pasid=", 6))
		to->has_pasid = true;
	else
		return mock_fail(-EINVAL, "'%.64s' is one word too many", word);
	if (to->has_pasid && !to->claim)
		return mock_fail(-EINVAL, "unclaimed is not for PASIDs: the kernel warns when a driver leaves a group whose PASIDs are attached");
	return strncmp(word, "pasid=", 6) ? 0 :
					    mock_parse_u32(word + 6, &to->pasid);
}

/* Parse "DEVICE [pasid=N]", and with @attach also "DEVICE unclaimed". */
static int parse_device(struct target *to, char *line, bool attach)
{
	char *word;
	int ret = 0;

	*to = (struct target){ .claim = true };
	to->obj = mock_word_object(MOCK_DEVICE, &line);
	if (IS_ERR(to->obj))
		return PTR_ERR(to->obj);
	while (!ret && (word = mock_next_word(&line)))
		ret = target_word(to, word, attach);
	if (!ret && to->has_pasid && !kapi_has_pasids())
		ret = mock_no_pasids();
	if (ret)
		mock_obj_put(to->obj);
	return ret;
}

/* Parse "GROUP"; or, if @claim is not NULL, also "GROUP unclaimed". */
static struct mock_obj *group_operand(char *line, bool *claim)
{
	struct mock_obj *obj = mock_word_object(MOCK_GROUP, &line);
	char *word;
	int ret;

	if (IS_ERR(obj))
		return obj;
	word = mock_next_word(&line);
	if (claim)
		*claim = !word;
	if (!word)
		return obj;
	if (claim && !strcmp(word, "unclaimed"))
		ret = mock_no_more(line);
	else
		ret = mock_fail(-EINVAL, "'%.64s' is one word too many", word);
	if (!ret)
		return obj;
	mock_obj_put(obj);
	return ERR_PTR(ret);
}

static int write_attach(struct mock_obj *dom, char *line)
{
	struct target to;
	int ret = parse_device(&to, line, true);

	if (ret)
		return ret;
	if (to.has_pasid)
		ret = mock_caller_attach_pasid(to_domain(dom),
					       to_device(to.obj), to.pasid);
	else
		ret = mock_caller_attach(to_domain(dom), to_device(to.obj),
					 to.claim);
	mock_obj_put(to.obj);
	return ret;
}

static int write_detach(struct mock_obj *dom, char *line)
{
	struct target to;
	int ret = parse_device(&to, line, false);

	if (ret)
		return ret;
	if (to.has_pasid)
		ret = mock_caller_detach_pasid(to_domain(dom),
					       to_device(to.obj), to.pasid);
	else
		ret = mock_caller_detach(to_domain(dom), to_device(to.obj));
	mock_obj_put(to.obj);
	return ret;
}

static int write_replace(struct mock_obj *dom, char *line)
{
	struct target to;
	int ret = parse_device(&to, line, false);

	if (ret)
		return ret;
	if (to.has_pasid)
		ret = mock_caller_replace_pasid(to_domain(dom),
						to_device(to.obj), to.pasid);
	else
		ret = mock_fail(-EINVAL, "pasid= is missing: replace_group moves a group");
	mock_obj_put(to.obj);
	return ret;
}

static int write_replace_group(struct mock_obj *dom, char *line)
{
	struct mock_obj *mg = group_operand(line, NULL);
	int ret;

	if (IS_ERR(mg))
		return PTR_ERR(mg);
	ret = mock_caller_replace_group(to_domain(dom), to_group(mg));
	mock_obj_put(mg);
	return ret;
}

static int write_attach_group(struct mock_obj *dom, char *line)
{
	struct mock_obj *mg;
	bool claim;
	int ret;

	mg = group_operand(line, &claim);
	if (IS_ERR(mg))
		return PTR_ERR(mg);
	ret = mock_caller_attach_group(to_domain(dom), to_group(mg), claim);
	mock_obj_put(mg);
	return ret;
}

static int write_detach_group(struct mock_obj *dom, char *line)
{
	struct mock_obj *mg = group_operand(line, NULL);
	int ret;

	if (IS_ERR(mg))
		return PTR_ERR(mg);
	ret = mock_caller_detach_group(to_domain(dom), to_group(mg));
	mock_obj_put(mg);
	return ret;
}

static int parse_map(char *line, struct mock_map_request *req)
{
	u32 prot = MOCK_PROT_READ | MOCK_PROT_WRITE;
	struct mock_opt opts[] = {
		{ "offset", mock_parse_size, &req->offset },
		{ "size", mock_parse_size, &req->size },
		{ "prot", mock_parse_prot, &prot },
	};
	struct mock_obj *buf;
	char *word = mock_next_word(&line);
	int ret;

	ret = mock_parse_size(word, &req->iova);
	if (ret)
		return ret;
	buf = mock_word_object(MOCK_BUFFER, &line);
	if (IS_ERR(buf))
		return PTR_ERR(buf);
	req->buffer = to_buffer(buf);
	ret = mock_parse_opts(line, opts, ARRAY_SIZE(opts));
	if (ret) {
		mock_obj_put(buf);
		return ret;
	}
	if (!opts[1].seen)
		req->size = req->buffer->size -
			    min(req->offset, req->buffer->size);
	req->prot = (prot & MOCK_PROT_READ ? IOMMU_READ : 0) |
		    (prot & MOCK_PROT_WRITE ? IOMMU_WRITE : 0);
	return 0;
}

static int write_map(struct mock_obj *dom, char *line)
{
	struct mock_map_request req = { };
	int ret = parse_map(line, &req);

	if (ret)
		return ret;
	ret = mock_caller_map(to_domain(dom), &req);
	mock_obj_put(&req.buffer->obj);
	return ret;
}

static int write_unmap(struct mock_obj *dom, char *line)
{
	char *word = mock_next_word(&line);
	u64 iova, size;
	int ret = mock_parse_size(word, &iova);

	if (!ret)
		ret = mock_parse_last_size(line, &size);
	return ret ?: mock_caller_unmap(to_domain(dom), iova, size);
}

static int write_trim(struct mock_obj *dom, char *line)
{
	if (strcmp(strim(line), "1"))
		return mock_fail(-EINVAL, "write 1 to give back the empty tables");
	return mock_caller_trim(to_domain(dom));
}

static int write_walk(struct mock_obj *dom, char *line)
{
	u64 iova;
	int ret = mock_parse_size(strim(line), &iova);

	return ret ?: mock_caller_walk(to_domain(dom), iova);
}

static int show_walk(struct seq_file *m, void *v)
{
	char text[MOCK_ANSWER_LEN];

	mock_answer_get(MOCK_ANSWER_WALK, text);
	if (*text)
		seq_printf(m, "%s\n", text);
	return 0;
}

static void show_run(struct seq_file *m, const struct pgt_leaf *run, u64 size)
{
	seq_printf(m, "iova=0x%llx size=0x%llx phys=0x%llx prot=%s%s page=0x%llx\n",
		   run->iova, size, run->phys, run->prot & PGT_READ ? "r" : "",
		   run->prot & PGT_WRITE ? "w" : "", run->size);
}

/* Each leaf is looked up on its own; nothing is held between two leaves. */
static int show_mappings(struct seq_file *m, void *v)
{
	struct mock_domain *dom = to_domain((struct mock_obj *)m->private);
	struct pgt_leaf run = { }, leaf;
	u64 size = 0, iova = 0;

	while (mock_domain_walk(dom, iova, &leaf)) {
		if (size && leaf.iova == run.iova + size &&
		    leaf.phys == run.phys + size && leaf.size == run.size &&
		    leaf.prot == run.prot) {
			size += leaf.size;
		} else {
			if (size)
				show_run(m, &run, size);
			run = leaf;
			size = leaf.size;
		}
		iova = leaf.iova + leaf.size;
		if (fatal_signal_pending(current) || seq_has_overflowed(m))
			return 0;
		cond_resched();
	}
	if (size)
		show_run(m, &run, size);
	return 0;
}

static int show_tables(struct seq_file *m, void *v)
{
	struct mock_domain *dom = to_domain((struct mock_obj *)m->private);
	struct pgt_level_count counts[PGT_MAX_LEVELS] = { };
	const struct pgt_format *fmt;
	unsigned int level;
	u64 iova = 0;

	if (!mock_domain_instance(dom))
		return 0;
	while (pgt_census_step(&dom->table, &iova, counts)) {
		if (fatal_signal_pending(current))
			return 0;
		cond_resched();
	}
	fmt = dom->table.fmt;
	for (level = fmt->levels; level-- > 0;)
		seq_printf(m, "level=%u page=0x%llx tables=%llu bytes=%llu used=%llu leaves=%llu\n",
			   level, 1ULL << pgt_shift(fmt, level),
			   counts[level].tables,
			   counts[level].tables * pgt_table_size(fmt),
			   counts[level].used, counts[level].leaves);
	return 0;
}

const struct mock_knob mock_domain_knobs[] = {
	{ "info", show_domain_info },
	{ "mappings", show_mappings },
	{ "tables", show_tables },
	{ "walk", show_walk, write_walk },
	{ "attach", NULL, write_attach, .caller_only = true },
	{ "detach", NULL, write_detach, .caller_only = true },
	{ "attach_group", NULL, write_attach_group, .caller_only = true },
	{ "detach_group", NULL, write_detach_group, .caller_only = true },
	{ "replace", NULL, write_replace, .caller_only = true },
	{ "replace_group", NULL, write_replace_group, .caller_only = true },
	{ "map", NULL, write_map, .caller_only = true },
	{ "unmap", NULL, write_unmap, .caller_only = true },
	{ "trim", NULL, write_trim, .caller_only = true },
	{ "handler", mock_handler_show, mock_handler_write, .caller_only = true },
	{ "answer", mock_answer_show, mock_answer_write, .caller_only = true },
	{ "dirty", .fops = &mock_dirty_fops, .mode = 0600, .caller_only = true },
	{ }
};

/* ---- buffers ------------------------------------------------------------- */

static int show_buffer_info(struct seq_file *m, void *v)
{
	mock_show_buffer(m, to_buffer((struct mock_obj *)m->private), '\n');
	return 0;
}

/* The bytes at @pos; reduces *@len to the bytes that are contiguous. */
static void *buffer_bytes(struct mock_buffer *buf, loff_t pos, size_t *len)
{
	const struct mock_piece *piece = mock_buffer_piece(buf, pos);
	u64 inside = pos - piece->offset;

	*len = min_t(u64, *len, ((u64)PAGE_SIZE << piece->order) - inside);
	return page_address(piece->page) + inside;
}

static struct mock_buffer *data_buffer(struct file *file)
{
	return to_buffer((struct mock_obj *)file_inode(file)->i_private);
}

static ssize_t data_read(struct file *file, char __user *to, size_t count,
			 loff_t *pos)
{
	struct mock_buffer *buf = data_buffer(file);
	size_t done = 0;

	if (*pos < 0)
		return -EINVAL;
	while (done < count && *pos < buf->size) {
		size_t len = count - done, left;
		void *bytes = buffer_bytes(buf, *pos, &len);

		left = copy_to_user(to + done, bytes, len);
		done += len - left;
		*pos += len - left;
		if (left)
			return done ?: -EFAULT;
	}
	return done;
}

static ssize_t data_write(struct file *file, const char __user *from,
			  size_t count, loff_t *pos)
{
	struct mock_buffer *buf = data_buffer(file);
	size_t done = 0;

	mock_answer_begin();
	if (*pos < 0)
		return -EINVAL;
	if (*pos >= buf->size && count)
		return mock_fail(-ENOSPC, "the write is past the end of %s, which has 0x%llx bytes",
				 buf->obj.name,
				 buf->size);
	while (done < count && *pos < buf->size) {
		size_t len = count - done, left;
		void *bytes = buffer_bytes(buf, *pos, &len);

		left = copy_from_user(bytes, from + done, len);
		done += len - left;
		*pos += len - left;
		if (left)
			return done ?: -EFAULT;
	}
	return done;
}

static loff_t data_llseek(struct file *file, loff_t offset, int whence)
{
	return fixed_size_llseek(file, offset, whence, data_buffer(file)->size);
}

const struct file_operations mock_data_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = data_read,
	.write = data_write,
	.llseek = data_llseek,
};

const struct mock_knob mock_buffer_knobs[] = {
	{ "info", show_buffer_info },
	{ "data", .fops = &mock_data_fops, .mode = 0600 },
	{ }
};
