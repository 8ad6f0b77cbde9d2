// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of presets against the module's own parsers and formats, and what
 * is said about a preset that there is not.
 */
#include <unistd.h>

#include "module/knobs/parse.h"
#include "module/pgtable/format.h"
#include "module/tests/kernel_shim.h"
#include "module/tests/tap.h"

#include "cli/values.h"
#include "lib/presets.h"
#include "lib/words.h"

static char sentence[256];

int mock_fail(int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	return err;
}

/* As new_instance takes it, default apart. */
struct parsed {
	struct mock_traits traits;
	u32 iotlb, checks, misbehave;
	struct mock_errnos errnos;
};

static bool parse(const struct preset *p, struct parsed *got)
{
	struct mock_opt opts[] = {
		{ .key = "format", mock_parse_format, &got->traits.format },
		{ .key = "ias", mock_parse_u32, &got->traits.ias },
		{ .key = "oas", mock_parse_u32, &got->traits.oas },
		{ .key = "pgsizes", mock_parse_pgsizes, &got->traits.pgsizes },
		{ .key = "coherent", mock_parse_bool, &got->traits.coherent },
		{ .key = "enforce", mock_parse_bool, &got->traits.enforce },
		{ .key = "iotlb", mock_parse_iotlb, &got->iotlb },
		{ .key = "policy", mock_parse_policy, &got->checks },
		{ .key = "errno", mock_parse_errnos, &got->errnos },
		{ .key = "misbehave", mock_parse_misbehave, &got->misbehave },
	};
	char *line = xstrdup(p->keys);
	int ret = mock_parse_opts(line, opts, ARRAY_SIZE(opts));

	free(line);
	if (ret)
		printf("# %s: %s\n", p->keys, sentence);
	/* What decides is always said: it is what the row is about. */
	return !ret && opts[0].seen && opts[7].seen && opts[8].seen;
}

/* Also what the knob checks when it has the whole line. */
static bool fits(const struct parsed *got)
{
	const struct pgt_format *f = pgt_format(got->traits.format);

	return (!got->traits.ias ||
		(got->traits.ias >= 21 && got->traits.ias <= f->ias)) &&
	       (!got->traits.oas ||
		(got->traits.oas >= 32 && got->traits.oas <= f->oas)) &&
	       !(got->traits.pgsizes & ~f->pgsizes);
}

/* An errno for a check that the policy does not have would never be seen. */
static bool errnos_used(const struct preset *p, const struct parsed *got)
{
	for (unsigned int c = 0; c < MOCK_NR_REASONS; c++) {
		autofree char *check = xprintf(
			"policy=%s", c < MOCK_NR_CHECKS ? check_words[c] : "?");
		bool said = false;

		if (!got->errnos.error[c] || got->checks & MOCK_CHECK_BIT(c))
			continue;
		/* Unless the row says how to make it so. */
		for (unsigned int g = 0; g < PRESET_GAPS && p->gaps[g].what;
		     g++)
			said |= !!strstr(p->gaps[g].why, check);
		if (!said)
			return false;
	}
	return true;
}

static bool is_text(const char *s)
{
	return s && *s && s[strlen(s) - 1] != ' ' && !strchr(s, '\n');
}

/* A function, and each end of the range, or a commit. */
static bool cited(const struct preset *p)
{
	autofree char *from = xprintf("%u.%u", p->from / 1000, p->from % 1000);
	autofree char *to = xprintf("%u.%u", p->to / 1000, p->to % 1000);
	const char *source = p->sources[0];

	for (unsigned int i = 0; i < PRESET_SOURCES && p->sources[i]; i++)
		if (!is_text(p->sources[i]))
			return false;
	return is_text(source) && strstr(source, " (") &&
	       strcspn(source, "_") < strcspn(source, " ") &&
	       strstr(source, from) && strstr(source, to) && is_text(p->file) &&
	       strstr(p->file, ".c");
}

static bool gaps_explained(const struct preset *p)
{
	for (unsigned int i = 0; i < PRESET_GAPS && p->gaps[i].what; i++)
		if (!is_text(p->gaps[i].what) || !is_text(p->gaps[i].why))
			return false;
	return p->gaps[0].what;
}

static void check_row(const struct preset *p)
{
	const struct preset *last = p == presets ? NULL : p - 1;
	struct parsed got = { 0 };
	bool parses = parse(p, &got);

	ok(parses, "%s@%u: the module takes its keys", p->name, p->from);
	ok(parses && fits(&got), "%s@%u: sizes are the format's", p->name,
	   p->from);
	ok(parses && errnos_used(p, &got), "%s@%u: every errno can be seen",
	   p->name, p->from);
	ok(name_valid(p->name) && p->from <= p->to &&
		   (!last || strcmp(last->name, p->name) < 0 ||
		    (!strcmp(last->name, p->name) && last->to < p->from)),
	   "%s@%u: in order, and no kernel twice", p->name, p->from);
	ok(cited(p), "%s@%u: cites a function and its kernels", p->name,
	   p->from);
	ok(gaps_explained(p), "%s@%u: says what it leaves out, and why",
	   p->name, p->from);
}

/* A row about a preset that there is, and about a test that there is. */
static void check_run(const struct preset_run *run)
{
	autofree char *test = xprintf("../tests/lane/%s", run->test);
	const struct preset *p = presets;

	while (p->name && preset_run_of(p) != run)
		p++;
	ok(p->name, "%s@%u was run: there is such a preset", run->name,
	   run->from);
	ok(!access(test, R_OK) && is_text(run->saw),
	   "%s@%u was run: %s is there, and saw something", run->name,
	   run->from, run->test);
}

static void says(const char *text, const char *wanted)
{
	struct buf why = { 0 };
	const struct preset *p = preset_find(text, &why);

	ok(!p && !strcmp(why.text ? why.text : "", wanted), "%s: %s", text,
	   wanted);
	if (p || !why.text || strcmp(why.text, wanted))
		printf("# said: %s\n", why.text ? why.text : "nothing");
	buf_free(&why);
}

/* value NULL: the preset says nothing of the key */
static void has(const char *text, const char *key, const char *wanted)
{
	struct buf why = { 0 };
	const struct preset *p = preset_find(text, &why);
	autofree char *value = p ? preset_value(p, key) : NULL;

	bool same = p && (wanted ? value && !strcmp(value, wanted) : !value);

	ok(same, "%s: %s=%s", text, key, wanted ? wanted : "");
	if (!same)
		printf("# it is %s\n", value ? value : "not there");
	buf_free(&why);
}

/* From the sources: facts, not what the table says. */
static void check_facts(void)
{
	/* ret = -ENXIO, and dev_err(), after arm_smmu_detach_dev() */
	has("arm-smmu-v3@6.1", "errno", "EINVAL,instance=ENXIO");
	has("arm-smmu-v3@5.15", "misbehave", "unhook-first,log-refusal");
	has("arm-smmu-v3@6.12.107-1", "errno", "EINVAL");
	has("arm-smmu-v3@6.14", "misbehave", "accept-and-ignore");
	has("virtio@6.1.192", "errno", "EINVAL,instance=EXDEV");
	has("virtio@7.0", "errno", "EINVAL");
	/* device_block_translation() comes first, in 7.3 as well */
	has("intel@7.3-rc2", "misbehave", "unhook-first");
	has("intel@6.1", "errno", "EINVAL,ias=EFAULT,enforce=EOPNOTSUPP");
	has("riscv@7.3", "errno", "EINVAL,format=ENODEV");
	has("riscv@7.3", "driver", "riscv");
	has("amd@6.1", "policy", "any");
	/* A key that another ends with, and one that it does not have. */
	has("arm-smmu@7.3", "ias", NULL);
	has("arm-smmu@7.3", "rmat", NULL);
	has("arm-smmu@7.3", "form", NULL);
}

static void check_refusals(void)
{
	says("intel", "intel@ of which kernel? It has 5.10, 6.1, 6.12, 7.3");
	says("intl@6.1", "there is no preset 'intl'; did you mean intel?");
	says("zzz@6.1", "there is no preset 'zzz'; preset list has them all");
	says("@6.1", "there is no preset ''; preset list has them all");
	says("intel@", "'' is not a kernel's version, such as 6.12");
	says("intel@6", "'6' is not a kernel's version, such as 6.12");
	says("intel@6.1000",
	     "'6.1000' is not a kernel's version, such as 6.12");
	says("intel@6.x", "'6.x' is not a kernel's version, such as 6.12");
	says("intel@6.1x", "'6.1x' is not a kernel's version, such as 6.12");
	says("intel@0.1", "'0.1' is not a kernel's version, such as 6.12");
	says("intel@99999999999.1",
	     "'99999999999.1' is not a kernel's version, such as 6.12");
	says("intel@6.5",
	     "what intel does in 6.5 has not been read; the nearest is intel@6.1, of 5.10, 6.1, 6.12, 7.3");
	says("intel@6.9",
	     "what intel does in 6.9 has not been read; the nearest is intel@6.12, of 5.10, 6.1, 6.12, 7.3");
	says("riscv@6.12",
	     "what riscv does in 6.12 has not been read; the nearest is riscv@7.3, of 7.3");
	says("sprd@9.0",
	     "what sprd does in 9.0 has not been read; the nearest is sprd@7.3, of 6.1, 6.12-7.3");
}

/* Each word that is offered can be typed. */
static void check_offers(void)
{
	const char *const *words = preset_words();
	unsigned int n = 0;

	for (; words[n]; n++) {
		struct buf why = { 0 };

		ok(preset_find(words[n], &why), "%s is one", words[n]);
		buf_free(&why);
	}
	ok(n > 30 && word_index(words, "arm-smmu-v3@6.1") >= 0,
	   "both ends of a range are offered");
}

int main(void)
{
	for (const struct preset *p = presets; p->name; p++)
		check_row(p);
	for (const struct preset_run *run = preset_runs; run->name; run++)
		check_run(run);
	check_facts();
	check_refusals();
	check_offers();
	return done_testing();
}
