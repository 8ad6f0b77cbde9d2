// SPDX-License-Identifier: GPL-2.0-only
/* The knobs at the top level, and the file "journal". */
#include <linux/fs.h>
#include <linux/ioport.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>
#include <generated/utsrelease.h>

#include "../kapi/kapi.h"
#include "knobs.h"

static int show_build_info(struct seq_file *m, void *v)
{
	seq_printf(m, "version=%s\nabi=%d\n", IOMMU_MOCK_VERSION,
		   IOMMU_MOCK_ABI);
	seq_printf(m, "built_for=%s\nrunning=%s\n", UTS_RELEASE,
		   init_utsname()->release);
	seq_printf(m, "family=%s\nmulti_driver=%d\nallocates_for=%s\n",
		   kapi_family(), kapi_multi_driver(),
		   kapi_allocates_for_device() ? "device" : "bus");
	seq_printf(m, "pasids=%d\nreplaces=%s\n", kapi_has_pasids(),
		   kapi_replaces_pasids() ? "groups,pasids" :
		   kapi_replaces_groups() ? "groups" : "-");
	if (kapi_bars_window())
		seq_printf(m, "bar_memory=%lluK@0x%llx\n",
			   (u64)resource_size(kapi_bars_window()) >> 10,
			   (u64)kapi_bars_window()->start);
	else
		seq_puts(m, "bar_memory=-\n");
	seq_printf(m, "pci=%d\nblocked_default=%d\n", kapi_pci_possible(),
		   kapi_blocked_default());
	seq_printf(m, "sva=%d\npri=%d\nhandlers=%d\ndirty=%d\nvdpa=%d\naccess=%d\n",
		   !kapi_no_sva(), kapi_takes_requests(), kapi_has_handlers(),
		   kapi_tracks_dirty(), kapi_has_vdpa(), kapi_has_access());
	seq_printf(m, "nest=%d\n", kapi_nests());
	kapi_show_facts(m);
	return 0;
}

static int show_last_error(struct seq_file *m, void *v)
{
	char text[MOCK_ANSWER_LEN];

	mock_answer_get(MOCK_ANSWER_ERROR, text);
	if (*text)
		seq_printf(m, "%s\n", text);
	return 0;
}

static int show_stats(struct seq_file *m, void *v)
{
	seq_printf(m, "instances=%u\n", mock_obj_count(MOCK_INSTANCE));
	seq_printf(m, "devices=%u\n", mock_obj_count(MOCK_DEVICE));
	seq_printf(m, "groups=%u\n", mock_obj_count(MOCK_GROUP));
	seq_printf(m, "domains=%u\n", mock_obj_count(MOCK_DOMAIN));
	seq_printf(m, "buffers=%u\n", mock_obj_count(MOCK_BUFFER));
	seq_printf(m, "table_bytes=%llu\n", mock_domain_tables_bytes());
	seq_printf(m, "table_bytes_held=%llu\n", mock_domain_tables_held());
	seq_printf(m, "journal_entries=%u\n", mock_journal_entries());
	seq_printf(m, "journal_last=%llu\n", mock_journal_last());
	seq_printf(m, "journal_lost=%llu\n", mock_journal_lost());
	return 0;
}

static int show_journal_events(struct seq_file *m, void *v)
{
	u32 events = mock_journal_events();

	if (events == MOCK_ALL_EVENTS)
		seq_puts(m, "all");
	else if (!events)
		seq_puts(m, "none");
	else
		mock_show_words(m, events, mock_event_words);
	seq_putc(m, '\n');
	return 0;
}

static int write_journal_events(struct mock_obj *obj, char *line)
{
	u32 events;
	int ret = mock_parse_events(strim(line), &events);

	if (!ret)
		mock_journal_set_events(events);
	return ret;
}

const struct mock_knob mock_top_knobs[] = {
	{ "build_info", show_build_info },
	{ "last_error", show_last_error },
	{ "state", mock_state_show },
	{ "stats", show_stats },
	{ "journal", .fops = &mock_journal_fops, .mode = 0600 },
	{ "journal_events", show_journal_events, write_journal_events },
	{ "reset", NULL, mock_write_reset },
	{ "bench", mock_bench_show, mock_bench_write },
	{ "access", .fops = &mock_access_fops, .mode = 0600 },
	{ "new_instance", NULL, mock_write_new_instance },
	{ "new_device", NULL, mock_write_new_device },
	{ "new_domain", NULL, mock_write_new_domain },
	{ "new_buffer", NULL, mock_write_new_buffer },
	{ "del_instance", NULL, mock_write_del_instance },
	{ "del_device", NULL, mock_write_del_device },
	{ "del_domain", NULL, mock_write_del_domain },
	{ "del_buffer", NULL, mock_write_del_buffer },
	{ }
};

/* ---- journal ------------------------------------------------------------- */

/**
 * struct reader - an open journal
 * @lock: protects the other members; held during a read
 * @next: number of the record to go on with
 * @line: the line that is being read
 * @len: length of the line
 * @pos: number of its bytes that have been read
 */
struct reader {
	struct mutex lock; /* protects the members that follow */
	u64 next;
	char line[MOCK_RECORD_LINE];
	size_t len;
	size_t pos;
};

static int journal_open(struct inode *inode, struct file *file)
{
	struct reader *reader = kzalloc(sizeof(*reader), GFP_KERNEL);

	if (!reader)
		return -ENOMEM;
	mutex_init(&reader->lock);
	mock_lock_name(&reader->lock, "mock_reader.lock");
	file->private_data = reader;
	return stream_open(inode, file);
}

static int journal_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

/*
 * Format the next record if the line is read to its end; false: there is none.
 */
static bool reader_fill(struct reader *reader)
{
	struct mock_record rec;

	lockdep_assert_held(&reader->lock);
	if (reader->pos < reader->len)
		return true;
	if (!mock_journal_next(&reader->next, &rec))
		return false;
	reader->len = mock_journal_format(&rec, reader->line,
					  sizeof(reader->line));
	reader->pos = 0;
	return true;
}

static ssize_t journal_read(struct file *file, char __user *buf, size_t count,
			    loff_t *pos)
{
	struct reader *reader = file->private_data;
	ssize_t done = 0;

	mutex_lock(&reader->lock);
	while (done < count && reader_fill(reader)) {
		size_t len = min(count - done, reader->len - reader->pos);

		if (copy_to_user(buf + done, reader->line + reader->pos, len)) {
			done = done ?: -EFAULT;
			break;
		}
		reader->pos += len;
		done += len;
	}
	mutex_unlock(&reader->lock);
	return done;
}

static int do_journal_write(void *arg, char *line)
{
	if (strcmp(strim(line), "clear"))
		return mock_fail(-EINVAL, "write clear to drop all entries");
	mock_journal_clear();
	return 0;
}

static ssize_t journal_write(struct file *file, const char __user *buf,
			     size_t count, loff_t *pos)
{
	return mock_write_line(buf, count, do_journal_write, NULL);
}

static __poll_t journal_poll(struct file *file, poll_table *wait)
{
	struct reader *reader = file->private_data;
	__poll_t mask = EPOLLOUT | EPOLLWRNORM;
	struct mock_record rec;
	u64 next;

	poll_wait(file, mock_journal_waitqueue(), wait);
	mutex_lock(&reader->lock);
	next = reader->next;
	if (reader->pos < reader->len || mock_journal_next(&next, &rec))
		mask |= EPOLLIN | EPOLLRDNORM;
	mutex_unlock(&reader->lock);
	return mask;
}

const struct file_operations mock_journal_fops = {
	.owner = THIS_MODULE,
	.open = journal_open,
	.read = journal_read,
	.write = journal_write,
	.poll = journal_poll,
	.release = journal_release,
};
