// SPDX-License-Identifier: GPL-2.0-only
/* parse.c and words.c: every kind of bad input, and what good input means. */
#include "kernel_shim.h"
#include "../knobs/parse.h"
#include "tap.h"
#include "refuses.h"

/* ---- lines and words ----------------------------------------------------- */

static void line(const char *text, size_t len, int want, const char *name)
{
	*fail_sentence = '\0';
	ok(mock_check_line(text, len) == want && !*fail_sentence == !want,
	   "line: %s", name);
}

static void lines(void)
{
	unsigned int c, wrong = 0;

	line("", 0, -EINVAL, "empty");
	line(" \t ", 3, -EINVAL, "blanks only");
	line("a\nb", 3, -EINVAL, "two lines");
	line("\n", 1, -EINVAL, "a newline within");
	line("a\0b", 3, -EINVAL, "a zero byte");
	line(" a b\t c", 7, 0, "words and blanks");
	for (c = 0; c < 256; c++) {
		char text[] = { 'a', (char)c, 'b' };
		bool good = c == '\t' || (c >= ' ' && c <= '~');

		if ((mock_check_line(text, 3) == 0) != good)
			wrong++;
	}
	ok(!wrong, "line: text is ASCII and nothing else (%u bytes wrong)",
	   wrong);
}

static void words(void)
{
	char text[] = " one\t two  three ", last[] = "x", none[] = "  ";
	char *rest = text, *empty = NULL;

	ok(!strcmp(mock_next_word(&rest), "one") &&
		   !strcmp(mock_next_word(&rest), "two") &&
		   !strcmp(mock_next_word(&rest), "three") &&
		   !mock_next_word(&rest) && !mock_next_word(&rest),
	   "words come one by one, and then none");
	ok(!mock_next_word(&empty), "no word in nothing");
	ok(mock_no_more(NULL) == 0 && mock_no_more(none) == 0 &&
		   mock_no_more(last) == -EINVAL,
	   "a word too many");
}

/* ---- options ------------------------------------------------------------- */

static u32 opt_a;
static char opt_b[MOCK_NAME_LEN];
static bool opt_seen[2];

static int options(const char *text)
{
	struct mock_opt opts[] = {
		{ "a", mock_parse_u32, &opt_a, false },
		{ "bb", mock_parse_name, opt_b, false },
	};
	char copy[512];
	int ret;

	snprintf(copy, sizeof(copy), "%s", text);
	opt_a = 0;
	*opt_b = '\0';
	*fail_sentence = '\0';
	ret = mock_parse_opts(copy, opts, ARRAY_SIZE(opts));
	opt_seen[0] = opts[0].seen;
	opt_seen[1] = opts[1].seen;
	return ret;
}

static void bad_options(const char *text, const char *like)
{
	int ret = options(text);

	ok(ret == -EINVAL && strstr(fail_sentence, like), "options: '%.30s': %s",
	   text, like);
	if (!strstr(fail_sentence, like))
		printf("# said: %s\n", fail_sentence);
}

static void all_options(void)
{
	char longest[300];

	ok(!options("bb=x a=7") && opt_a == 7 && !strcmp(opt_b, "x"),
	   "options in any order");
	ok(!options("") && !opt_seen[0] && !opt_seen[1], "no options");
	ok(!options("  a=1\t") && opt_seen[0] && !opt_seen[1], "one of two");
	bad_options("c=1", "unknown key 'c'");
	bad_options("aa=1", "unknown key 'aa'");
	bad_options("=1", "unknown key ''");
	bad_options("a", "'a' is not key=value");
	bad_options("a=", "a has no value");
	bad_options("bb=x a=1 a=1", "a is given twice");
	bad_options("a=1=2", "'1=2' is not a number");
	bad_options("a=4294967296", "too large");
	bad_options("a=1 bb=-x", "begins with");
	memset(longest, 'k', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	bad_options(longest, "is not key=value");
	ok(strlen(fail_sentence) < 128, "a long word is not repeated in full");
}

/* ---- values -------------------------------------------------------------- */

static void names(void)
{
	static const char *const good[] = {
		"a", "Z9", "0", "a.b-c_d", "1234567890123456789012345678901",
	};
	unsigned int i, c, wrong = 0;
	char name[MOCK_NAME_LEN];

	for (i = 0; i < ARRAY_SIZE(good); i++)
		ok(!mock_parse_name(good[i], name) && !strcmp(name, good[i]),
		   "name %s", good[i]);
	refuses(mock_parse_name, "", -EINVAL, "name: empty");
	refuses(mock_parse_name, "-a", -EINVAL, "name: begins with -");
	refuses(mock_parse_name, ".", -EINVAL, "name: begins with .");
	refuses(mock_parse_name, "_a", -EINVAL, "name: begins with _");
	refuses(mock_parse_name, "a/b", -EINVAL, "name: a slash");
	refuses(mock_parse_name, "12345678901234567890123456789012",
		-ENAMETOOLONG, "name: 32 characters");
	for (c = 1; c < 256; c++) {
		const char text[] = { 'a', (char)c, 0 };
		const char first[] = { (char)c, 0 };
		bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			     (c >= 'A' && c <= 'Z');
		bool good = alnum || c == '_' || c == '.' || c == '-';

		wrong += (mock_parse_name(text, name) == 0) != good;
		wrong += (mock_parse_name(first, name) == 0) != alnum;
	}
	ok(!wrong, "name: [A-Za-z0-9_.-] and nothing else (%u wrong)", wrong);
}

static void number_is(int (*parse)(const char *value, void *dst),
		      const char *text, u64 want)
{
	u64 number = ~want;
	int ret = parse(text, &number);

	ok(!ret && number == want, "%s is %llu", text, (unsigned long long)want);
}

static void numbers(void)
{
	static const char *const bad[] = {
		"", "x", "-1", "+1", " 1", "1 ", "0x", "0xg", "0x-1", "0x0x1",
		"1.5", "18446744073709551616", "0x10000000000000000", "1e3",
		"0X10", "12a", "0b1",
	};
	unsigned int i;
	u32 word = 0;
	s64 wide = 0;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		char why[64];

		snprintf(why, sizeof(why), "number: '%s'", bad[i]);
		refuses(mock_parse_u64, bad[i], -EINVAL, why);
		snprintf(why, sizeof(why), "size: '%s'", bad[i]);
		refuses(mock_parse_size, bad[i], -EINVAL, why);
	}
	number_is(mock_parse_u64, "0", 0);
	number_is(mock_parse_u64, "010", 10);
	number_is(mock_parse_u64, "0x10", 16);
	number_is(mock_parse_u64, "0xFf", 255);
	number_is(mock_parse_u64, "18446744073709551615", ~0ULL);
	ok(!mock_parse_u32("4294967295", &word) && word == ~0U, "largest u32");
	refuses(mock_parse_u32, "4294967296", -EINVAL, "u32 too large");
	ok(!mock_parse_s64("-1", &wide) && wide == -1, "s64: -1");
	refuses(mock_parse_s64, "-2", -EINVAL, "s64: -2");
	refuses(mock_parse_s64, "9223372036854775808", -EINVAL, "s64 too large");

	number_is(mock_parse_size, "4K", 4096);
	number_is(mock_parse_size, "0x10K", 16384);
	number_is(mock_parse_size, "3M", 3ULL << 20);
	number_is(mock_parse_size, "1G", 1ULL << 30);
	number_is(mock_parse_size, "16777215T", 16777215ULL << 40);
	refuses(mock_parse_size, "16777216T", -EINVAL, "size: overflow");
	refuses(mock_parse_size, "K", -EINVAL, "size: no digits");
	refuses(mock_parse_size, "4k", -EINVAL, "size: small k");
	refuses(mock_parse_size, "4KK", -EINVAL, "size: two suffixes");
	refuses(mock_parse_size, "4P", -EINVAL, "size: unknown suffix");
	refuses(mock_parse_size, "00000000000000000000000000000000000001K",
		-EINVAL, "size: more digits than fit");
}

static void small_words(void)
{
	u32 prot = 0;
	bool flag = false;

	ok(!mock_parse_bool("1", &flag) && flag, "1");
	ok(!mock_parse_bool("0", &flag) && !flag, "0");
	refuses(mock_parse_bool, "2", -EINVAL, "bool: 2");
	refuses(mock_parse_bool, "", -EINVAL, "bool: empty");
	refuses(mock_parse_bool, "01", -EINVAL, "bool: 01");
	refuses(mock_parse_bool, "yes", -EINVAL, "bool: yes");
	ok(!mock_parse_prot("r", &prot) && prot == MOCK_PROT_READ, "r");
	ok(!mock_parse_prot("w", &prot) && prot == MOCK_PROT_WRITE, "w");
	ok(!mock_parse_prot("rw", &prot) && prot == 3, "rw");
	refuses(mock_parse_prot, "wr", -EINVAL, "prot: wr");
	refuses(mock_parse_prot, "", -EINVAL, "prot: empty");
}

/* ---- words with a table -------------------------------------------------- */

static void formats(void)
{
	unsigned int i;
	u32 format;

	for (i = 0; i < MOCK_NR_FORMAT_WORDS; i++) {
		format = 99;
		ok(!mock_parse_format(mock_format_words[i], &format) &&
			   format == i, "format %s", mock_format_words[i]);
	}
	refuses(mock_parse_format, "arm", -EINVAL, "format: a prefix");
	refuses(mock_parse_format, "ARM-4K", -EINVAL, "format: capitals");
}

static void pgsizes(void)
{
	number_is(mock_parse_pgsizes, "4K,2M,1G", 0x40201000);
	number_is(mock_parse_pgsizes, "1G,4096", 0x40001000);
	number_is(mock_parse_pgsizes, "0x40201000", 0x40201000);
	refuses(mock_parse_pgsizes, "", -EINVAL, "pgsizes: empty");
	refuses(mock_parse_pgsizes, "4K,", -EINVAL, "pgsizes: open end");
	refuses(mock_parse_pgsizes, ",4K", -EINVAL, "pgsizes: open begin");
	refuses(mock_parse_pgsizes, "4K,,2M", -EINVAL, "pgsizes: a hole");
	refuses(mock_parse_pgsizes, "4K,3M", -EINVAL, "pgsizes: no power of two");
	refuses(mock_parse_pgsizes, "0", -EINVAL, "pgsizes: 0");
	refuses(mock_parse_pgsizes, "4K,4K", -EINVAL, "pgsizes: twice");
	refuses(mock_parse_pgsizes, "0xgg", -EINVAL, "pgsizes: no mask");
}

static void policies(void)
{
	static const char *const shorthands[] = {
		"any", "same-instance", "same-driver", "compatible", "never",
	};
	unsigned int i, wrong = 0;
	char longest[300];
	u32 checks;

	for (i = 0; i < ARRAY_SIZE(shorthands); i++)
		ok(!mock_parse_policy(shorthands[i], &checks) &&
			   !strcmp(mock_policy_word(checks), shorthands[i]),
		   "policy %s round trip", shorthands[i]);
	for (i = 0; i < MOCK_NR_CHECKS; i++)
		wrong += mock_parse_policy(mock_check_words[i], &checks) ||
			 checks != MOCK_CHECK_BIT(i);
	ok(!wrong, "every check is a policy");
	ok(!mock_parse_policy("enforce,driver", &checks) &&
		   checks == (MOCK_CHECK_BIT(MOCK_CHECK_ENFORCE) |
			      MOCK_CHECK_BIT(MOCK_CHECK_DRIVER)) &&
		   !mock_policy_word(checks), "a list, in any order");
	ok(!mock_parse_policy("driver,format,ias,oas,pgsizes,coherent,enforce",
			      &checks) && checks == MOCK_POLICY_COMPATIBLE,
	   "compatible, spelt out");
	refuses(mock_parse_policy, "", -EINVAL, "policy: empty");
	refuses(mock_parse_policy, "driver,", -EINVAL, "policy: open end");
	refuses(mock_parse_policy, "driver,driver", -EINVAL, "policy: twice");
	refuses(mock_parse_policy, "driver,any", -EINVAL, "policy: a shorthand in a list");
	refuses(mock_parse_policy, "pair", -EINVAL, "policy: a reason that is no check");
	refuses(mock_parse_policy, "fresh", -EINVAL, "policy: fresh");
	refuses(mock_parse_policy, "driver ias", -EINVAL, "policy: blanks");
	memset(longest, ',', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	refuses(mock_parse_policy, longest, -EINVAL, "policy: too long a list");
}

static void misbehaviours(void)
{
	unsigned int i, wrong = 0;
	u32 mis;

	for (i = 0; i < MOCK_NR_MISBEHAVIOURS; i++)
		wrong += mock_parse_misbehave(mock_misbehave_words[i], &mis) ||
			 mis != 1U << i;
	ok(!wrong, "every misbehaviour");
	ok(!mock_parse_misbehave("none", &mis) && !mis, "none");
	ok(!mock_parse_misbehave("unhook-first,log-refusal", &mis) &&
		   mis == (1U << MOCK_MIS_UNHOOK | 1U << MOCK_MIS_LOG), "two");
	refuses(mock_parse_misbehave, "none,log-refusal", -EINVAL, "misbehave: none in a list");
	refuses(mock_parse_misbehave, "", -EINVAL, "misbehave: empty");
	refuses(mock_parse_misbehave, "panic", -EINVAL, "misbehave: unknown");
	refuses(mock_parse_misbehave, "log-refusal,log-refusal", -EINVAL,
		"misbehave: twice");
}

static void errnos(void)
{
	struct mock_errnos set;
	char name[MOCK_ERRNO_LEN];
	unsigned int i, wrong = 0;
	int err;

	for (i = 0; i <= 4095; i++) {
		mock_errno_name(i, name);
		wrong += mock_errno_value(name) != (int)i;
		mock_errno_name(-(int)i, name);
		wrong += i && (*name != '-' || mock_errno_value(name + 1) != (int)i);
	}
	ok(!wrong, "every errno round trip (%u wrong)", wrong);
	wrong = 0;
#define X(sym, value) wrong += sym != (value) || mock_errno_value(#sym) != sym;
	MOCK_ERRNOS(X)
#undef X
	ok(!wrong, "the names mean what errno.h says");
	ok(!mock_parse_errno("0", &err) && err == 0, "errno 0");
	refuses(mock_parse_errno, "einval", -EINVAL, "errno: small letters");
	refuses(mock_parse_errno, "-EINVAL", -EINVAL, "errno: a sign");
	refuses(mock_parse_errno, "-22", -EINVAL, "errno: a negative number");
	refuses(mock_parse_errno, "+22", -EINVAL, "errno: a plus");
	refuses(mock_parse_errno, "4096", -EINVAL, "errno: past the last");
	refuses(mock_parse_errno, "ENOTHING", -EINVAL, "errno: unknown");

	ok(!mock_parse_errnos("EIO,format=ENODEV,never=EBUSY", &set) &&
		   set.error_default == EIO &&
		   set.error[MOCK_CHECK_FORMAT] == ENODEV &&
		   set.error[MOCK_CHECK_NEVER] == EBUSY &&
		   !set.error[MOCK_CHECK_IAS], "a default and exceptions");
	ok(!mock_parse_errnos("pair=EPERM", &set) &&
		   set.error_default == EINVAL &&
		   set.error[MOCK_CHECK_PAIR] == EPERM,
	   "exceptions only: EINVAL stays the default");
	refuses(mock_parse_errnos, "0", -EINVAL, "errnos: a refusal that is none");
	refuses(mock_parse_errnos, "ias=0", -EINVAL, "errnos: none for a check");
	refuses(mock_parse_errnos, "foo=EIO", -EINVAL, "errnos: unknown check");
	refuses(mock_parse_errnos, "ias=", -EINVAL, "errnos: no value");
	refuses(mock_parse_errnos, "=EIO", -EINVAL, "errnos: no check");
	refuses(mock_parse_errnos, "EIO,,EPERM", -EINVAL, "errnos: a hole");
	refuses(mock_parse_errnos, "EIO,EPERM", -EINVAL, "errnos: two defaults");
	refuses(mock_parse_errnos, "ias=EIO,ias=EIO", -EINVAL, "errnos: a check twice");
	refuses(mock_parse_errnos,
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=EIO",
		-EINVAL, "errnos: a long check");
}

static void iotlb_sizes(void)
{
	u32 entries = 99;

	ok(!mock_parse_iotlb("0", &entries) && !entries, "iotlb: none");
	ok(!mock_parse_iotlb("4", &entries) && entries == 4, "iotlb: the least");
	ok(!mock_parse_iotlb("0x10000", &entries) && entries == 65536,
	   "iotlb: the most");
	refuses(mock_parse_iotlb, "2", -EINVAL, "iotlb: too few");
	refuses(mock_parse_iotlb, "131072", -EINVAL, "iotlb: too many");
	refuses(mock_parse_iotlb, "12", -EINVAL, "iotlb: no power of two");
	refuses(mock_parse_iotlb, "4294967296", -EINVAL, "iotlb: absurd");
	refuses(mock_parse_iotlb, "-4", -EINVAL, "iotlb: negative");
}

static void events(void)
{
	u32 bits = 99;

	ok(!mock_parse_events("none", &bits) && !bits, "events: none");
	ok(!mock_parse_events("probe", &bits) && bits == 1, "events: the first");
	ok(!mock_parse_events("attach,probe", &bits) && bits == 0x11,
	   "events: a list, in any order");
	ok(!mock_parse_events("all", &bits) && (bits & 0x11) == 0x11 &&
	   !(bits & (bits + 1)), "events: all");
	refuses(mock_parse_events, "", -EINVAL, "events: empty");
	refuses(mock_parse_events, "probe,", -EINVAL, "events: open end");
	refuses(mock_parse_events, "probe,probe", -EINVAL, "events: one twice");
	refuses(mock_parse_events, "all,probe", -EINVAL, "events: all in a list");
	refuses(mock_parse_events, "noise", -EINVAL, "events: unknown");
}

int main(void)
{
	lines();
	words();
	all_options();
	names();
	numbers();
	small_words();
	formats();
	pgsizes();
	policies();
	misbehaviours();
	errnos();
	iotlb_sizes();
	events();
	return done_testing();
}
