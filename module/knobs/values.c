// SPDX-License-Identifier: GPL-2.0-only
/* Values as text, and the rules for combinations of features. */
#include <linux/seq_file.h>

#include "../kapi/kapi.h"
#include "knobs.h"

static void show_size(struct seq_file *m, u64 size)
{
	static const char suffixes[] = "KMGT";
	int i = -1;

	while (i < 3 && size && !(size & 1023)) {
		size >>= 10;
		i++;
	}
	seq_printf(m, "%llu", size);
	if (i >= 0)
		seq_putc(m, suffixes[i]);
}

void mock_show_u32(struct seq_file *m, const void *value)
{
	seq_printf(m, "%u", *(const u32 *)value);
}

void mock_show_bool(struct seq_file *m, const void *value)
{
	seq_printf(m, "%d", *(const bool *)value);
}

void mock_show_format(struct seq_file *m, const void *value)
{
	seq_puts(m, mock_format_words[*(const u32 *)value]);
}

void mock_show_pgsizes(struct seq_file *m, const void *value)
{
	const char *comma = "";
	u64 sizes = *(const u64 *)value;

	while (sizes) {
		u64 size = sizes & -sizes;

		seq_puts(m, comma);
		show_size(m, size);
		comma = ",";
		sizes &= ~size;
	}
}

void mock_show_words(struct seq_file *m, u32 bits, const char *const *words)
{
	const char *comma = "";
	unsigned int i;

	for (i = 0; bits >> i; i++) {
		if (!(bits >> i & 1))
			continue;
		seq_printf(m, "%s%s", comma, words[i]);
		comma = ",";
	}
}

void mock_show_policy(struct seq_file *m, const void *value)
{
	u32 checks = *(const u32 *)value;
	const char *word = mock_policy_word(checks);

	if (word)
		seq_puts(m, word);
	else
		mock_show_words(m, checks, mock_check_words);
}

void mock_show_misbehave(struct seq_file *m, const void *value)
{
	u32 misbehave = *(const u32 *)value;

	if (misbehave)
		mock_show_words(m, misbehave, mock_misbehave_words);
	else
		seq_puts(m, "none");
}

void mock_show_errnos(struct seq_file *m, const void *value)
{
	const struct mock_errnos *errnos = value;
	char name[MOCK_ERRNO_LEN];
	unsigned int i;

	mock_errno_name(errnos->error_default, name);
	seq_puts(m, name);
	for (i = 0; i < MOCK_NR_REASONS; i++) {
		if (!errnos->error[i])
			continue;
		mock_errno_name(errnos->error[i], name);
		seq_printf(m, ",%s=%s", mock_check_words[i], name);
	}
}

/* Do the features fit to each other and to the format? */
int mock_check_traits(const struct mock_traits *traits)
{
	const struct pgt_format *fmt = pgt_format(traits->format);

	if (traits->ias < 21 || traits->ias > fmt->ias)
		return mock_fail(-EINVAL, "ias of %s is 21 to %u, not %u",
				 fmt->name, fmt->ias, traits->ias);
	if (traits->oas < 32 || traits->oas > fmt->oas)
		return mock_fail(-EINVAL, "oas of %s is 32 to %u, not %u",
				 fmt->name, fmt->oas, traits->oas);
	if (!(traits->pgsizes >> fmt->granule & 1))
		return mock_fail(-EINVAL, "the page sizes of %s must contain its smallest one, 0x%x",
				 fmt->name, 1U << fmt->granule);
	if (traits->pgsizes & ~fmt->pgsizes)
		return mock_fail(-EINVAL, "%s has no page size 0x%llx",
				 fmt->name, traits->pgsizes & ~fmt->pgsizes);
	if (traits->sva && kapi_no_sva())
		return mock_no_sva();
	if (traits->dirty && !kapi_tracks_dirty())
		return mock_no_dirty();
	if (traits->dirty && !traits->coherent)
		return mock_fail(-EINVAL, "dirty=1 needs coherent=1: a walker that does not snoop would miss that a dirty bit was cleared");
	if (traits->nest && !kapi_nests())
		return mock_fail(-EOPNOTSUPP, "the IOMMU core of this kernel has no vIOMMU objects as this module expects them");
	return 0;
}
