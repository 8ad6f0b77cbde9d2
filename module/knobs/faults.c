// SPDX-License-Identifier: GPL-2.0-only
/* The knob "faults" of an instance. */
#include <linux/seq_file.h>
#include <linux/string.h>

#include "knobs.h"

static const char *const filter_words[] = {
	[MOCK_FILTER_ANY] = "any",
	[MOCK_FILTER_FRESH] = "fresh",
	[MOCK_FILTER_EXISTING] = "existing",
};

int mock_faults_show(struct seq_file *m, void *v)
{
	struct mock_instance *inst = to_instance((struct mock_obj *)m->private);
	char name[MOCK_ERRNO_LEN];
	struct mock_fault f;
	unsigned int i;

	for (i = 0; i < MOCK_NR_FAULT_POINTS; i++) {
		spin_lock_irq(&inst->lock);
		f = inst->fault[i];
		spin_unlock_irq(&inst->lock);
		if (!f.on)
			continue;
		mock_errno_name(f.error, name);
		seq_printf(m, "%s errno=%s nth=%llu probability=%u interval=%llu times=%lld space=%llu delay_us=%u filter=%s device=%s seen=%llu hits=%llu\n",
			   mock_fault_words[i], name, f.nth, f.probability,
			   f.interval, f.times, f.space, f.delay_us,
			   filter_words[f.filter], *f.device ? f.device : "-",
			   f.seen, f.hits);
	}
	return 0;
}

static int parse_filter(const char *value, void *dst)
{
	int filter = mock_word_index(filter_words, ARRAY_SIZE(filter_words),
				     value);

	if (filter < 0)
		return mock_fail(-EINVAL, "'%.64s' is none of any, fresh, existing",
				 value);
	*(enum mock_fault_filter *)dst = filter;
	return 0;
}

/* Are the values in range, and is there a call that the fault can hit? */
static int check_fault(enum mock_fault_point point, const struct mock_fault *f)
{
	bool atomic = point >= MOCK_FAULT_MAP;
	u32 limit = atomic ? MOCK_DELAY_ATOMIC_MAX_US : MOCK_DELAY_MAX_US;
	const char *word = mock_fault_words[point];

	if (f->probability > 100)
		return mock_fail(-EINVAL, "probability is 0 to 100 percent");
	if (!f->interval)
		return mock_fail(-EINVAL, "interval is at least 1");
	if (f->delay_us > limit)
		return mock_fail(-EINVAL, "delay_us of %s is at most %u", word,
				 limit);
	if (!f->error && !f->delay_us)
		return mock_fail(-EINVAL, "a fault without errno and without delay_us does nothing");
	if (f->filter != MOCK_FILTER_ANY && point != MOCK_FAULT_ATTACH &&
	    point != MOCK_FAULT_PASID_ATTACH)
		return mock_fail(-EINVAL, "filter is for attach and pasid-attach only");
	if (*f->device && atomic && point != MOCK_FAULT_DMA)
		return mock_fail(-EINVAL, "device= is not for %s: that call is not for one device",
				 word);
	return 0;
}

static int parse_fault(enum mock_fault_point point, char *line,
		       struct mock_fault *f)
{
	struct mock_opt opts[] = {
		{ "errno", mock_parse_errno, &f->error },
		{ "nth", mock_parse_u64, &f->nth },
		{ "probability", mock_parse_u32, &f->probability },
		{ "interval", mock_parse_u64, &f->interval },
		{ "times", mock_parse_s64, &f->times },
		{ "space", mock_parse_size, &f->space },
		{ "delay_us", mock_parse_u32, &f->delay_us },
		{ "filter", parse_filter, &f->filter },
		{ "device", mock_parse_name, f->device },
	};
	int ret = mock_parse_opts(line, opts, ARRAY_SIZE(opts));

	return ret ?: check_fault(point, f);
}

static void clear_faults(struct mock_instance *inst)
{
	const struct mock_fault off = { };
	unsigned int i;

	for (i = 0; i < MOCK_NR_FAULT_POINTS; i++)
		mock_instance_set_fault(inst, i, &off);
}

static bool says_off(const char *rest)
{
	return rest && !strcmp(skip_spaces(rest), "off");
}

int mock_faults_write(struct mock_obj *obj, char *line)
{
	struct mock_instance *inst = to_instance(obj);
	struct mock_fault fault = {
		.on = true, .error = ENOMEM, .probability = 100,
		.interval = 1, .times = -1,
	};
	char *word;
	int point, ret;

	line = strim(line);
	if (!strcmp(line, "off")) {
		clear_faults(inst);
		return 0;
	}
	word = mock_next_word(&line);
	point = mock_word_index(mock_fault_words, MOCK_NR_FAULT_POINTS, word);
	if (point < 0)
		return mock_fail(-EINVAL, "there is no fault point '%.64s'",
				 word);
	if (says_off(line)) {
		memset(&fault, 0, sizeof(fault));
	} else {
		ret = parse_fault(point, line, &fault);
		if (ret)
			return ret;
	}
	mock_instance_set_fault(inst, point, &fault);
	return 0;
}
