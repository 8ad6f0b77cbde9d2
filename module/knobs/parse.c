// SPDX-License-Identifier: GPL-2.0-only
/* Parsers: from text to values. docs/ABI.md contains the grammar. */
#ifdef __KERNEL__
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../objects/answers.h"
#include "../objects/words.h"
#else
#include "kernel_shim.h"
#endif
#include "parse.h"

/* ---- lines and words ----------------------------------------------------- */

/* The kernel's isalnum() and isprint() accept Latin-1 characters, too. */
static bool is_ascii_alnum(char c)
{
	return isascii(c) && isalnum(c);
}

static bool is_text(char c)
{
	return c == '\t' || (isascii(c) && isprint(c));
}

/**
 * mock_check_line() - is this one line of text?
 * @line: zero-terminated, its final newline already removed
 * @len: its length
 */
int mock_check_line(const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (line[i] == '\n')
			return mock_fail(-EINVAL, "one write takes one line");
		if (!is_text(line[i]))
			return mock_fail(-EINVAL, "byte %zu is not printable text",
					 i + 1);
	}
	for (i = 0; i < len && (line[i] == ' ' || line[i] == '\t'); i++)
		;
	if (i == len)
		return mock_fail(-EINVAL, "the write is empty");
	return 0;
}

/* Take the next word off the line. Return NULL at the end. */
char *mock_next_word(char **line)
{
	char *word;

	do {
		word = strsep(line, " \t");
	} while (word && !*word);
	return word;
}

/* Fail if there are words left. */
int mock_no_more(char *line)
{
	char *word = mock_next_word(&line);

	return word ? mock_fail(-EINVAL, "'%.64s' is one word too many", word) :
		      0;
}

static int parse_opt(char *word, struct mock_opt *opts, size_t count)
{
	char *value = strchr(word, '=');
	size_t i;

	if (!value)
		return mock_fail(-EINVAL, "'%.64s' is not key=value", word);
	*value++ = '\0';
	for (i = 0; i < count; i++) {
		if (strcmp(opts[i].key, word))
			continue;
		if (opts[i].seen)
			return mock_fail(-EINVAL, "%s is given twice", word);
		if (!*value)
			return mock_fail(-EINVAL, "%s has no value", word);
		opts[i].seen = true;
		return opts[i].parse(value, opts[i].dst);
	}
	return mock_fail(-EINVAL, "unknown key '%.64s'", word);
}

/**
 * mock_parse_opts() - parse the key=value words of a line
 * @line: the rest of the line, modified
 * @opts: keys that may occur, each at most once
 * @count: number of them
 */
int mock_parse_opts(char *line, struct mock_opt *opts, size_t count)
{
	char *word;
	int ret = 0;

	while (!ret && (word = mock_next_word(&line)))
		ret = parse_opt(word, opts, count);
	return ret;
}

/* ---- single values ------------------------------------------------------- */

/* docs/ABI.md, Names. */
int mock_parse_name(const char *value, void *dst)
{
	size_t len = strlen(value), i;

	if (len >= MOCK_NAME_LEN)
		return mock_fail(-ENAMETOOLONG, "a name has at most %d characters, this one has %zu",
				 MOCK_NAME_LEN - 1, len);
	if (!is_ascii_alnum(*value))
		return mock_fail(-EINVAL, "a name begins with a letter or a digit");
	for (i = 0; i < len; i++)
		if (!is_ascii_alnum(value[i]) && !strchr("_.-", value[i]))
			return mock_fail(-EINVAL, "'%c' may not be in a name",
					 value[i]);
	memcpy(dst, value, len + 1);
	return 0;
}

static int parse_number(const char *value, u64 *number)
{
	unsigned long long n;

	/* kstrtoull() accepts a sign and octal, the grammar does not. */
	if (!isdigit((unsigned char)*value) ||
	    kstrtoull(value, strncmp(value, "0x", 2) ? 10 : 16, &n))
		return mock_fail(-EINVAL, "'%.64s' is not a number", value);
	*number = n;
	return 0;
}

int mock_parse_u64(const char *value, void *dst)
{
	return parse_number(value, dst);
}

int mock_parse_u32(const char *value, void *dst)
{
	u64 number;
	int ret = parse_number(value, &number);

	if (!ret && number > U32_MAX)
		return mock_fail(-EINVAL, "'%.64s' is too large", value);
	if (!ret)
		*(u32 *)dst = number;
	return ret;
}

int mock_parse_s64(const char *value, void *dst)
{
	u64 number;
	int ret;

	if (!strcmp(value, "-1")) {
		*(s64 *)dst = -1;
		return 0;
	}
	ret = parse_number(value, &number);
	if (!ret && number > S64_MAX)
		return mock_fail(-EINVAL, "'%.64s' is too large", value);
	if (!ret)
		*(s64 *)dst = number;
	return ret;
}

int mock_parse_size(const char *value, void *dst)
{
	static const char suffixes[] = "KMGT";
	char digits[32];
	size_t len = strlen(value);
	const char *suffix;
	unsigned int shift;
	u64 number;
	int ret;

	suffix = len ? strchr(suffixes, value[len - 1]) : NULL;
	if (!suffix)
		return parse_number(value, dst);
	if (len - 1 >= sizeof(digits))
		return mock_fail(-EINVAL, "'%.64s' is not a size", value);
	memcpy(digits, value, len - 1);
	digits[len - 1] = '\0';
	ret = parse_number(digits, &number);
	if (ret)
		return ret;
	shift = 10 * (suffix - suffixes + 1);
	if (number >> (64 - shift))
		return mock_fail(-EINVAL, "'%.64s' is too large", value);
	*(u64 *)dst = number << shift;
	return 0;
}

int mock_parse_last_size(char *line, u64 *size)
{
	char *word = mock_next_word(&line);
	int ret;

	if (!word)
		return mock_fail(-EINVAL, "the size is missing");
	ret = mock_parse_size(word, size);
	return ret ?: mock_no_more(line);
}

int mock_parse_iotlb(const char *value, void *dst)
{
	u32 entries;
	int ret = mock_parse_u32(value, &entries);

	if (ret)
		return ret;
	if (entries && (entries < MOCK_IOTLB_MIN || entries > MOCK_IOTLB_MAX ||
			(entries & (entries - 1))))
		return mock_fail(-EINVAL, "the number of entries of an IOTLB is 0, or a power of two from %u to %u",
				 MOCK_IOTLB_MIN, MOCK_IOTLB_MAX);
	*(u32 *)dst = entries;
	return 0;
}

int mock_parse_bool(const char *value, void *dst)
{
	if (strcmp(value, "0") && strcmp(value, "1"))
		return mock_fail(-EINVAL, "'%.64s' is neither 0 nor 1", value);
	*(bool *)dst = *value == '1';
	return 0;
}

int mock_parse_errno(const char *value, void *dst)
{
	int err = mock_errno_value(value);

	if (err < 0)
		return mock_fail(-EINVAL, "'%.64s' is not an errno", value);
	*(int *)dst = err;
	return 0;
}

int mock_parse_prot(const char *value, void *dst)
{
	u32 prot = 0;

	if (!strcmp(value, "r"))
		prot = MOCK_PROT_READ;
	else if (!strcmp(value, "w"))
		prot = MOCK_PROT_WRITE;
	else if (!strcmp(value, "rw"))
		prot = MOCK_PROT_READ | MOCK_PROT_WRITE;
	else
		return mock_fail(-EINVAL, "'%.64s' is none of r, w, rw", value);
	*(u32 *)dst = prot;
	return 0;
}

int mock_parse_format(const char *value, void *dst)
{
	int index = mock_word_index(mock_format_words, MOCK_NR_FORMAT_WORDS,
				    value);

	if (index < 0)
		return mock_fail(-EINVAL, "there is no page-table format '%.64s'",
				 value);
	*(u32 *)dst = index;
	return 0;
}

/* ---- lists --------------------------------------------------------------- */

/* Call @item for each element of a list separated by commas. */
int mock_parse_list(const char *value, void *dst,
		    int (*item)(const char *word, void *dst))
{
	char scratch[256];
	char *rest = scratch, *word;
	int ret = 0;

	if (strlen(value) >= sizeof(scratch))
		return mock_fail(-EINVAL, "a list has at most %zu characters",
				 sizeof(scratch) - 1);
	memcpy(scratch, value, strlen(value) + 1);
	while (!ret && (word = strsep(&rest, ",")))
		ret = *word ? item(word, dst) :
			      mock_fail(-EINVAL, "'%.64s' has an empty element",
					value);
	return ret;
}

static int pgsize_item(const char *word, void *dst)
{
	u64 size;
	int ret = mock_parse_size(word, &size);

	if (ret)
		return ret;
	if (!size || (size & (size - 1)))
		return mock_fail(-EINVAL, "'%.64s' is not a page size: not a power of two",
				 word);
	if (*(u64 *)dst & size)
		return mock_fail(-EINVAL, "page size '%.64s' is given twice", word);
	*(u64 *)dst |= size;
	return 0;
}

/* A list of sizes, or a mask in hexadecimal. */
int mock_parse_pgsizes(const char *value, void *dst)
{
	u64 sizes = 0;
	int ret;

	if (!strncmp(value, "0x", 2))
		ret = parse_number(value, &sizes);
	else
		ret = mock_parse_list(value, &sizes, pgsize_item);
	if (!ret)
		*(u64 *)dst = sizes;
	return ret;
}

static const struct {
	const char *word;
	u32 checks;
} shorthands[] = {
	{ "any", MOCK_POLICY_ANY },
	{ "same-instance", MOCK_CHECK_BIT(MOCK_CHECK_INSTANCE) },
	{ "same-driver", MOCK_CHECK_BIT(MOCK_CHECK_DRIVER) },
	{ "compatible", MOCK_POLICY_COMPATIBLE },
	{ "never", MOCK_POLICY_NEVER },
};

static int check_item(const char *word, void *dst)
{
	int check = mock_word_index(mock_check_words, MOCK_NR_CHECKS, word);

	if (check < 0)
		return mock_fail(-EINVAL, "there is no check '%.64s'", word);
	if (*(u32 *)dst & MOCK_CHECK_BIT(check))
		return mock_fail(-EINVAL, "check '%.64s' is given twice", word);
	*(u32 *)dst |= MOCK_CHECK_BIT(check);
	return 0;
}

int mock_parse_policy(const char *value, void *dst)
{
	u32 checks = 0;
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(shorthands); i++) {
		if (!strcmp(shorthands[i].word, value)) {
			*(u32 *)dst = shorthands[i].checks;
			return 0;
		}
	}
	ret = mock_parse_list(value, &checks, check_item);
	if (!ret)
		*(u32 *)dst = checks;
	return ret;
}

/* The shorthand for a policy, or NULL if it has to be listed. */
const char *mock_policy_word(u32 checks)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(shorthands); i++)
		if (shorthands[i].checks == checks)
			return shorthands[i].word;
	return NULL;
}

static int misbehave_item(const char *word, void *dst)
{
	int mis = mock_word_index(mock_misbehave_words, MOCK_NR_MISBEHAVIOURS,
				  word);

	if (mis < 0)
		return mock_fail(-EINVAL, "there is no misbehaviour '%.64s'",
				 word);
	if (*(u32 *)dst & (1U << mis))
		return mock_fail(-EINVAL, "misbehaviour '%.64s' is given twice",
				 word);
	*(u32 *)dst |= 1U << mis;
	return 0;
}

int mock_parse_misbehave(const char *value, void *dst)
{
	u32 misbehave = 0;
	int ret = 0;

	if (strcmp(value, "none"))
		ret = mock_parse_list(value, &misbehave, misbehave_item);
	if (!ret)
		*(u32 *)dst = misbehave;
	return ret;
}

/* ERRNO, or CHECK=ERRNO. A refusal must fail, so 0 is not allowed. */
static int errno_item(const char *word, void *dst)
{
	struct mock_errnos *errnos = dst;
	const char *value = strchr(word, '=');
	char check[MOCK_NAME_LEN];
	int err, reason, ret;

	ret = mock_parse_errno(value ? value + 1 : word, &err);
	if (ret)
		return ret;
	if (!err)
		return mock_fail(-EINVAL, "a refusal cannot return 0; see misbehave");
	if (!value) {
		if (errnos->error_default)
			return mock_fail(-EINVAL, "'%.64s' is a second default",
					 word);
		errnos->error_default = err;
		return 0;
	}
	if (value - word >= MOCK_NAME_LEN)
		return mock_fail(-EINVAL, "there is no check '%.64s'", word);
	memcpy(check, word, value - word);
	check[value - word] = '\0';
	reason = mock_word_index(mock_check_words, MOCK_NR_REASONS, check);
	if (reason < 0)
		return mock_fail(-EINVAL, "there is no check '%.64s'", check);
	if (errnos->error[reason])
		return mock_fail(-EINVAL, "%s is given twice", check);
	errnos->error[reason] = err;
	return 0;
}

int mock_parse_errnos(const char *value, void *dst)
{
	struct mock_errnos errnos = { };
	int ret = mock_parse_list(value, &errnos, errno_item);

	if (ret)
		return ret;
	if (!errnos.error_default)
		errnos.error_default = EINVAL;
	*(struct mock_errnos *)dst = errnos;
	return 0;
}

/* The number of events, NR_EVENT_WORDS, from the list of their names. */
enum {
#define X(sym, name) EVENT_WORD_##sym,
	MOCK_EVENTS(X)
#undef X
	NR_EVENT_WORDS,
};

static int event_item(const char *word, void *dst)
{
	int event = mock_word_index(mock_event_words, NR_EVENT_WORDS, word);

	if (event < 0)
		return mock_fail(-EINVAL, "there is no event '%.64s'", word);
	if (*(u32 *)dst & (1U << event))
		return mock_fail(-EINVAL, "event '%.64s' is given twice", word);
	*(u32 *)dst |= 1U << event;
	return 0;
}

int mock_parse_events(const char *value, void *dst)
{
	u32 events = 0;
	int ret = 0;

	if (!strcmp(value, "all"))
		events = (1U << NR_EVENT_WORDS) - 1;
	else if (strcmp(value, "none"))
		ret = mock_parse_list(value, &events, event_item);
	if (!ret)
		*(u32 *)dst = events;
	return ret;
}
