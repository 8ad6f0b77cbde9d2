// SPDX-License-Identifier: GPL-2.0-only
/*
 * The knobs of an instance. Most of its files are one value each: a feature, in
 * struct mock_traits, or a setting, in struct mock_settings.
 */
#include <linux/seq_file.h>
#include <linux/string.h>

#include "knobs.h"

static struct mock_instance *shown(struct seq_file *m)
{
	return to_instance((struct mock_obj *)m->private);
}

static int show_driver(struct seq_file *m, void *v)
{
	seq_printf(m, "%s\n", shown(m)->driver->obj.name);
	return 0;
}

static int show_pasid(struct seq_file *m, void *v)
{
	seq_printf(m, "%u\n", shown(m)->pasid_bits);
	return 0;
}

static int show_pri(struct seq_file *m, void *v)
{
	seq_printf(m, "%u\n", shown(m)->pri);
	return 0;
}

/* ---- features ------------------------------------------------------------ */

/* A new value of one feature. */
struct edit {
	const struct mock_attr *attr;
	const void *value;
};

static void get_trait(struct mock_obj *obj, const struct mock_attr *attr,
		      void *value)
{
	struct mock_traits traits;

	mock_instance_get_traits(to_instance(obj), &traits);
	memcpy(value, (void *)&traits + attr->offset, attr->type->size);
}

static int edit_trait(struct mock_traits *traits, const void *arg)
{
	const struct edit *edit = arg;

	memcpy((void *)traits + edit->attr->offset, edit->value,
	       edit->attr->type->size);
	return mock_check_traits(traits);
}

/* A new format brings its own limits and page sizes. */
static int edit_format(struct mock_traits *traits, const void *arg)
{
	const struct edit *edit = arg;
	const u32 *format = edit->value;
	const struct pgt_format *fmt = pgt_format(*format);

	traits->ias = fmt->ias;
	traits->oas = fmt->oas;
	traits->pgsizes = fmt->pgsizes;
	return edit_trait(traits, arg);
}

static int set_trait(struct mock_obj *obj, const struct mock_attr *attr,
		     const void *value)
{
	bool format = attr->offset == offsetof(struct mock_traits, format);
	struct edit edit = { .attr = attr, .value = value };
	int ret;

	ret = mock_instance_set_traits(to_instance(obj),
				       format ? edit_format : edit_trait,
				       &edit);
	if (ret == -EBUSY)
		mock_fail(ret, "the features of %s are frozen while devices, domains or vIOMMU objects depend on them",
			  obj->name);
	return ret;
}

/* ---- the IOTLB ----------------------------------------------------------- */

static void get_iotlb(struct mock_obj *obj, const struct mock_attr *attr,
		      void *value)
{
	*(u32 *)value = READ_ONCE(to_instance(obj)->mmu.tlb.size);
}

static int set_iotlb(struct mock_obj *obj, const struct mock_attr *attr,
		     const void *value)
{
	return mock_instance_renew_iotlb(to_instance(obj),
					 *(const u32 *)value);
}

/* ---- settings ------------------------------------------------------------ */

static void get_setting(struct mock_obj *obj, const struct mock_attr *attr,
			void *value)
{
	struct mock_settings set;

	mock_instance_get_settings(to_instance(obj), &set);
	memcpy(value, (void *)&set + attr->offset, attr->type->size);
}

static void edit_setting(struct mock_settings *set, const void *arg)
{
	const struct edit *edit = arg;

	memcpy((void *)set + edit->attr->offset, edit->value,
	       edit->attr->type->size);
}

static int set_setting(struct mock_obj *obj, const struct mock_attr *attr,
		       const void *value)
{
	struct edit edit = { .attr = attr, .value = value };

	mock_instance_set_settings(to_instance(obj), edit_setting, &edit);
	return 0;
}

/* ---- pairs --------------------------------------------------------------- */

static const char *const pair_words[] = {
	[MOCK_PAIR_NONE] = "clear",
	[MOCK_PAIR_ALLOW] = "allow",
	[MOCK_PAIR_DENY] = "deny",
};

struct pair_show {
	struct seq_file *m;
	u32 id;
};

static int show_pair(struct mock_obj *obj, void *arg)
{
	struct pair_show *show = arg;
	enum mock_pair pair;

	pair = mock_pair_get(show->id, to_instance(obj)->traits.instance);
	if (pair != MOCK_PAIR_NONE)
		seq_printf(show->m, "%s %s\n", pair_words[pair], obj->name);
	return 0;
}

static int show_pairs(struct seq_file *m, void *v)
{
	struct pair_show show = {
		.m = m, .id = shown(m)->traits.instance,
	};

	return mock_obj_for_each(MOCK_INSTANCE, show_pair, &show);
}

static int write_pairs(struct mock_obj *obj, char *line)
{
	char *word = mock_next_word(&line);
	int pair = mock_word_index(pair_words, ARRAY_SIZE(pair_words), word);
	struct mock_obj *other;
	int ret;

	if (pair < 0)
		return mock_fail(-EINVAL, "'%.64s' is none of allow, deny, clear",
				 word);
	other = mock_word_object(MOCK_INSTANCE, &line);
	if (IS_ERR(other))
		return PTR_ERR(other);
	ret = mock_no_more(line);
	if (!ret && other == obj)
		ret = mock_fail(-EINVAL, "a pair needs two different instances");
	if (!ret)
		ret = mock_pair_set(to_instance(obj), to_instance(other), pair);
	mock_obj_put(other);
	return ret;
}

/* ---- statistics ---------------------------------------------------------- */

static const char *const stat_words[MOCK_NR_STATS] = {
	[MOCK_STAT_PROBES] = "probes",
	[MOCK_STAT_RELEASES] = "releases",
	[MOCK_STAT_ALLOCS] = "allocs",
	[MOCK_STAT_ATTACHES] = "attaches",
	[MOCK_STAT_ATTACHED] = "attached",
	[MOCK_STAT_REFUSED] = "refused",
	[MOCK_STAT_FAULTS] = "faults",
	[MOCK_STAT_FOREIGN] = "foreign",
	[MOCK_STAT_MAPS] = "maps",
	[MOCK_STAT_UNMAPS] = "unmaps",
	[MOCK_STAT_INVALIDATIONS] = "invalidations",
	[MOCK_STAT_LOST] = "lost",
	[MOCK_STAT_INV_RANGE] = "inv_range",
	[MOCK_STAT_INV_DOMAIN] = "inv_domain",
	[MOCK_STAT_INV_ALL] = "inv_all",
	[MOCK_STAT_DMAS] = "dmas",
	[MOCK_STAT_DMA_FAULTS] = "dma_faults",
};

static int show_stats(struct seq_file *m, void *v)
{
	struct mock_instance *inst = shown(m);
	struct mock_mmu mmu;
	unsigned int i;

	for (i = 0; i < MOCK_NR_STATS; i++)
		seq_printf(m, "%s=%llu\n", stat_words[i],
			   mock_instance_stat_sum(inst, i));
	mock_instance_get_mmu(inst, &mmu);
	seq_printf(m, "hits=%llu\nmisses=%llu\nevictions=%llu\nstale=%llu\nwalks=%llu\niotlb_used=%u\n",
		   mmu.hits, mmu.misses, mmu.evictions, mmu.stale, mmu.walks,
		   mmu.tlb.used);
	return 0;
}

static int write_stats(struct mock_obj *obj, char *line)
{
	if (strcmp(strim(line), "0"))
		return mock_fail(-EINVAL, "write 0 to zero the statistics");
	mock_instance_stats_zero(to_instance(obj));
	return 0;
}

static const struct mock_type
	u32_type = { mock_show_u32, mock_parse_u32, sizeof(u32) },
	bool_type = { mock_show_bool, mock_parse_bool, sizeof(bool) },
	format_type = { mock_show_format, mock_parse_format, sizeof(u32) },
	pgsizes_type = { mock_show_pgsizes, mock_parse_pgsizes, sizeof(u64) },
	iotlb_type = { mock_show_u32, mock_parse_iotlb, sizeof(u32) },
	policy_type = { mock_show_policy, mock_parse_policy, sizeof(u32) },
	errno_type = { mock_show_errnos, mock_parse_errnos,
		       sizeof(struct mock_errnos) },
	misbehave_type = { mock_show_misbehave, mock_parse_misbehave,
			   sizeof(u32) };

#define TRAIT(member, type)                                            \
	(&(const struct mock_attr){ get_trait, set_trait, type,        \
				    offsetof(struct mock_traits, member) })

#define SETTING(member, type)                                          \
	(&(const struct mock_attr){ get_setting, set_setting, type,    \
				    offsetof(struct mock_settings, member) })

static const struct mock_attr iotlb = { get_iotlb, set_iotlb, &iotlb_type };

const struct mock_knob mock_instance_knobs[] = {
	{ "driver", show_driver },
	{ "pasid", show_pasid },
	{ "pri", show_pri },
	{ "format", .attr = TRAIT(format, &format_type) },
	{ "ias", .attr = TRAIT(ias, &u32_type) },
	{ "oas", .attr = TRAIT(oas, &u32_type) },
	{ "pgsizes", .attr = TRAIT(pgsizes, &pgsizes_type) },
	{ "coherent", .attr = TRAIT(coherent, &bool_type) },
	{ "enforce", .attr = TRAIT(enforce, &bool_type) },
	{ "sva", .attr = TRAIT(sva, &bool_type) },
	{ "dirty", .attr = TRAIT(dirty, &bool_type) },
	{ "nest", .attr = TRAIT(nest, &bool_type) },
	{ "iotlb", .attr = &iotlb },
	{ "policy", .attr = SETTING(checks, &policy_type) },
	{ "errno", .attr = SETTING(errnos, &errno_type) },
	{ "misbehave", .attr = SETTING(misbehave, &misbehave_type) },
	{ "pairs", show_pairs, write_pairs },
	{ "faults", mock_faults_show, mock_faults_write },
	{ "stats", show_stats, write_stats },
	{ }
};
