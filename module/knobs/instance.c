// SPDX-License-Identifier: GPL-2.0-only
/* The knobs of an instance. */
#include <linux/seq_file.h>
#include <linux/string.h>

#include "knobs.h"

static struct mock_instance *shown(struct seq_file *m)
{
	return to_instance((struct mock_obj *)m->private);
}

/* ---- features ------------------------------------------------------------ */

static int show_driver(struct seq_file *m, void *v)
{
	seq_printf(m, "%s\n", shown(m)->driver->obj.name);
	return 0;
}

static struct mock_traits shown_traits(struct seq_file *m)
{
	struct mock_traits traits;

	mock_instance_get_traits(shown(m), &traits);
	return traits;
}

static int show_format(struct seq_file *m, void *v)
{
	seq_printf(m, "%s\n", mock_format_words[shown_traits(m).format]);
	return 0;
}

static int show_ias(struct seq_file *m, void *v)
{
	seq_printf(m, "%u\n", shown_traits(m).ias);
	return 0;
}

static int show_oas(struct seq_file *m, void *v)
{
	seq_printf(m, "%u\n", shown_traits(m).oas);
	return 0;
}

static int show_pgsizes(struct seq_file *m, void *v)
{
	mock_show_pgsizes(m, shown_traits(m).pgsizes);
	seq_putc(m, '\n');
	return 0;
}

static int show_coherent(struct seq_file *m, void *v)
{
	seq_printf(m, "%d\n", shown_traits(m).coherent);
	return 0;
}

static int show_enforce(struct seq_file *m, void *v)
{
	seq_printf(m, "%d\n", shown_traits(m).enforce);
	return 0;
}

/**
 * struct trait_edit - a new value for one feature
 * @put: puts the value into the traits
 * @value: the value; which member counts depends on @put
 */
struct trait_edit {
	void (*put)(struct mock_traits *traits, const struct trait_edit *edit);
	union {
		u32 number;
		u64 sizes;
		bool flag;
	} value;
};

static void put_format(struct mock_traits *traits,
		       const struct trait_edit *edit)
{
	const struct pgt_format *fmt = pgt_format(edit->value.number);

	traits->format = edit->value.number;
	traits->ias = fmt->ias;
	traits->oas = fmt->oas;
	traits->pgsizes = fmt->pgsizes;
}

static void put_ias(struct mock_traits *traits, const struct trait_edit *edit)
{
	traits->ias = edit->value.number;
}

static void put_oas(struct mock_traits *traits, const struct trait_edit *edit)
{
	traits->oas = edit->value.number;
}

static void put_pgsizes(struct mock_traits *traits,
			const struct trait_edit *edit)
{
	traits->pgsizes = edit->value.sizes;
}

static void put_coherent(struct mock_traits *traits,
			 const struct trait_edit *edit)
{
	traits->coherent = edit->value.flag;
}

static void put_enforce(struct mock_traits *traits,
			const struct trait_edit *edit)
{
	traits->enforce = edit->value.flag;
}

static int edit_trait(struct mock_traits *traits, const void *arg)
{
	const struct trait_edit *edit = arg;

	edit->put(traits, edit);
	return mock_check_traits(traits);
}

static int write_trait(struct mock_obj *obj, char *line,
		       int (*parse)(const char *value, void *dst),
		       void (*put)(struct mock_traits *traits,
				   const struct trait_edit *edit))
{
	struct trait_edit edit = { .put = put };
	int ret = parse(strim(line), &edit.value);

	if (ret)
		return ret;
	ret = mock_instance_set_traits(to_instance(obj), edit_trait, &edit);
	if (ret == -EBUSY)
		mock_fail(ret, "the features of %s are frozen while devices or domains depend on them",
			  obj->name);
	return ret;
}

static int write_format(struct mock_obj *obj, char *line)
{
	return write_trait(obj, line, mock_parse_format, put_format);
}

static int write_ias(struct mock_obj *obj, char *line)
{
	return write_trait(obj, line, mock_parse_u32, put_ias);
}

static int write_oas(struct mock_obj *obj, char *line)
{
	return write_trait(obj, line, mock_parse_u32, put_oas);
}

static int write_pgsizes(struct mock_obj *obj, char *line)
{
	return write_trait(obj, line, mock_parse_pgsizes, put_pgsizes);
}

static int write_coherent(struct mock_obj *obj, char *line)
{
	return write_trait(obj, line, mock_parse_bool, put_coherent);
}

static int write_enforce(struct mock_obj *obj, char *line)
{
	return write_trait(obj, line, mock_parse_bool, put_enforce);
}

/* ---- the IOTLB ----------------------------------------------------------- */

static int show_iotlb(struct seq_file *m, void *v)
{
	seq_printf(m, "%u\n", READ_ONCE(shown(m)->mmu.tlb.size));
	return 0;
}

static int write_iotlb(struct mock_obj *obj, char *line)
{
	u32 entries;
	int ret = mock_parse_iotlb(strim(line), &entries);

	return ret ?: mock_instance_renew_iotlb(to_instance(obj), entries);
}

/* ---- settings ------------------------------------------------------------ */

static struct mock_settings shown_settings(struct seq_file *m)
{
	struct mock_settings set;

	mock_instance_get_settings(shown(m), &set);
	return set;
}

static int show_policy(struct seq_file *m, void *v)
{
	mock_show_policy(m, shown_settings(m).checks);
	seq_putc(m, '\n');
	return 0;
}

static int show_errno(struct seq_file *m, void *v)
{
	struct mock_settings set = shown_settings(m);

	mock_show_errnos(m, &set.errnos);
	seq_putc(m, '\n');
	return 0;
}

static int show_misbehave(struct seq_file *m, void *v)
{
	mock_show_misbehave(m, shown_settings(m).misbehave);
	seq_putc(m, '\n');
	return 0;
}

static void edit_policy(struct mock_settings *set, const void *checks)
{
	set->checks = *(const u32 *)checks;
}

static void edit_errnos(struct mock_settings *set, const void *errnos)
{
	set->errnos = *(const struct mock_errnos *)errnos;
}

static void edit_misbehave(struct mock_settings *set, const void *misbehave)
{
	set->misbehave = *(const u32 *)misbehave;
}

static int write_policy(struct mock_obj *obj, char *line)
{
	u32 checks;
	int ret = mock_parse_policy(strim(line), &checks);

	if (!ret)
		mock_instance_set_settings(to_instance(obj), edit_policy,
					   &checks);
	return ret;
}

static int write_errno(struct mock_obj *obj, char *line)
{
	struct mock_errnos errnos;
	int ret = mock_parse_errnos(strim(line), &errnos);

	if (!ret)
		mock_instance_set_settings(to_instance(obj), edit_errnos,
					   &errnos);
	return ret;
}

static int write_misbehave(struct mock_obj *obj, char *line)
{
	u32 misbehave;
	int ret = mock_parse_misbehave(strim(line), &misbehave);

	if (!ret)
		mock_instance_set_settings(to_instance(obj), edit_misbehave,
					   &misbehave);
	return ret;
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
		ret = mock_fail(-EINVAL, "a pair has two different instances");
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

const struct mock_knob mock_instance_knobs[] = {
	{ "driver", show_driver },
	{ "format", show_format, write_format },
	{ "ias", show_ias, write_ias },
	{ "oas", show_oas, write_oas },
	{ "pgsizes", show_pgsizes, write_pgsizes },
	{ "coherent", show_coherent, write_coherent },
	{ "enforce", show_enforce, write_enforce },
	{ "iotlb", show_iotlb, write_iotlb },
	{ "policy", show_policy, write_policy },
	{ "errno", show_errno, write_errno },
	{ "misbehave", show_misbehave, write_misbehave },
	{ "pairs", show_pairs, write_pairs },
	{ "faults", mock_faults_show, mock_faults_write },
	{ "stats", show_stats, write_stats },
	{ }
};
