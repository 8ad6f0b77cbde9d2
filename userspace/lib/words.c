// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/words.h"

#define NAME(id, name) name,
#define LIKE_NAME(id, name, ...) name,
#define ERRNO_NAME(id, n) #id,

const char *const check_words[] = { MOCK_CHECKS(NAME) NULL };
const char *const reason_words[] = { MOCK_CHECKS(NAME) MOCK_REASONS(NAME)
					     NULL };
const char *const policy_words[] = { "any",	    "same-instance",
				     "same-driver", "compatible",
				     "never",	    MOCK_CHECKS(NAME) NULL };
const char *const misbehave_words[] = { "none", MOCK_MISBEHAVIOURS(NAME) NULL };
const char *const point_words[] = { MOCK_FAULT_POINTS(NAME) NULL };
const char *const event_words[] = { MOCK_EVENTS(NAME) NULL };
const char *const record_words[] = { "all", "none", MOCK_EVENTS(NAME) NULL };
const char *const dma_words[] = { MOCK_DMA_OPS(NAME) "stop", "wait", NULL };
const char *const dma_reason_words[] = { MOCK_DMA_REASONS(NAME) NULL };
const char *const format_words[] = { MOCK_FORMATS(NAME) NULL };
const char *const errno_words[] = { MOCK_ERRNOS(ERRNO_NAME) NULL };
const char *const bool_words[] = { "0", "1", NULL };
const char *const default_words[] = { "identity", "blocked", NULL };
const char *const bus_words[] = { "platform", "pci", NULL };
const char *const like_words[] = { MOCK_LIKES(LIKE_NAME) NULL };
const char *const bridge_words[] = { "root-port", "pci", NULL };
const char *const hotplug_words[] = { "none", "surprise", "button", NULL };
const char *const prot_words[] = { "r", "w", "rw", NULL };
const char *const handler_words[] = { MOCK_HANDLERS(NAME) NULL };
const char *const page_code_words[] = { MOCK_PAGE_CODES(NAME) NULL };
const char *const filter_words[] = { "any", "fresh", "existing", NULL };

bool word_listed(const char *list, char sep, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at += n)
		if ((at == list || at[-1] == sep) &&
		    (at[n] == '\0' || at[n] == sep))
			return true;
	return false;
}

int word_index(const char *const *list, const char *word)
{
	for (int i = 0; list[i]; i++)
		if (!strcmp(list[i], word))
			return i;
	return -1;
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/*
 * The number of edits from one word to the other; swapping two letters counts
 * as one.
 */
static size_t distance(const char *a, const char *b)
{
	size_t row[3][65];
	size_t la = strlen(a), lb = strlen(b);

	if (la > 64 || lb > 64)
		return 64;
	for (size_t j = 0; j <= lb; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *now = row[i % 3];
		const size_t *last = row[(i + 2) % 3];
		const size_t *before = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			bool same = ascii_lower(a[i - 1]) ==
				    ascii_lower(b[j - 1]);

			now[j] = min3(last[j] + 1, now[j - 1] + 1,
				      last[j - 1] + !same);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
		}
	}
	return row[la % 3][lb];
}

const char *word_nearest(const char *const *list, const char *typed)
{
	size_t len = strlen(typed), best = len / 3 + 1;
	const char *nearest = NULL;

	for (; *list; list++) {
		size_t d = distance(*list, typed);

		/* "inst" for "instance": the beginning of one word only */
		if (len >= 3 && !strncmp(*list, typed, len))
			d = 1;
		/* A word of which more than half is another is not meant. */
		if (d <= best && 2 * d <= strlen(*list) &&
		    (!nearest || d < best)) {
			best = d;
			nearest = *list;
		}
	}
	return nearest;
}

static const struct {
	const char *name;
	int number;
} errnos[] = {
#define ROW(id, n) { #id, n },
	MOCK_ERRNOS(ROW)
#undef ROW
};

/* Errnos that the module never returns, but the system does. */
static const struct {
	const char *name;
	int number;
} other_errnos[] = {
#define OTHER(id)       \
	{               \
#id, id \
	}
	OTHER(ESRCH),	     OTHER(ENOEXEC), OTHER(ECHILD),  OTHER(ENOTDIR),
	OTHER(EISDIR),	     OTHER(ETXTBSY), OTHER(ESPIPE),  OTHER(EMLINK),
	OTHER(ENOTEMPTY),    OTHER(ELOOP),   OTHER(EBADMSG), OTHER(EILSEQ),
	OTHER(EMSGSIZE),     OTHER(ENOBUFS), OTHER(ENOKEY),  OTHER(EDQUOT),
	OTHER(EKEYREJECTED),
#undef OTHER
};

const char *errno_name(int err)
{
	static _Thread_local char number[4][16];
	static _Thread_local unsigned int next;
	char *out;

	if (err < 0)
		err = -err;
	for (size_t i = 0; i < ARRAY_SIZE(errnos); i++)
		if (errnos[i].number == err)
			return errnos[i].name;
	for (size_t i = 0; i < ARRAY_SIZE(other_errnos); i++)
		if (other_errnos[i].number == err)
			return other_errnos[i].name;
	out = number[next++ % 4];
	snprintf(out, sizeof(number[0]), "%d", err);
	return out;
}

int errno_parse(const char *text)
{
	char *end;
	long n;

	if (*text == '-')
		text++;
	for (size_t i = 0; i < ARRAY_SIZE(errnos); i++)
		if (!strcmp(errnos[i].name, text))
			return errnos[i].number;
	if (!isdigit((unsigned char)*text))
		return -1;
	n = strtol(text, &end, 10);
	return *end || n > 4095 ? -1 : (int)n;
}

/* strtoull() would take blanks, signs and another 0x. */
static bool digits_parse(const char *text, uint64_t *value, const char **rest)
{
	bool hex = !strncmp(text, "0x", 2);
	const char *digits = hex ? text + 2 : text;
	size_t n =
		strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789");

	*rest = digits + n;
	errno = 0;
	*value = strtoull(digits, NULL, hex ? 16 : 10);
	return n && !errno;
}

bool number_parse(const char *text, uint64_t *value)
{
	const char *rest;

	return digits_parse(text, value, &rest) && !*rest;
}

bool size_parse(const char *text, uint64_t *value)
{
	static const char units[] = "KMGT";
	const char *rest, *unit;
	unsigned int shift;

	if (!digits_parse(text, value, &rest))
		return false;
	if (!*rest)
		return true;
	unit = strchr(units, *rest);
	if (!unit || rest[1])
		return false;
	shift = 10 * (unit - units + 1);
	if (*value > UINT64_MAX >> shift)
		return false;
	*value <<= shift;
	return true;
}

bool by_parse(const char *by, int *pid, const char **comm)
{
	const char *rest;
	uint64_t n;

	if (!strncmp(by, "0x", 2) || !digits_parse(by, &n, &rest) ||
	    *rest != ':' || n > INT_MAX)
		return false;
	*pid = (int)n;
	*comm = rest + 1;
	return true;
}

void size_print(uint64_t bytes, char *out, size_t room)
{
	static const char units[] = "BKMGTPE";
	unsigned int unit = 0;
	uint64_t tenths;

	while (unit < 6 && bytes >> (10 * (unit + 1)))
		unit++;
	/* In tenths of the unit, rounded; the shift keeps it from overflowing */
	if (unit)
		tenths = ((bytes >> (10 * (unit - 1))) * 10 + 512) >> 10;
	else
		tenths = bytes * 10;
	if (tenths % 10)
		snprintf(out, room, "%llu.%llu%c",
			 (unsigned long long)tenths / 10,
			 (unsigned long long)tenths % 10, units[unit]);
	else
		snprintf(out, room, "%llu%c", (unsigned long long)tenths / 10,
			 units[unit]);
}

char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* isalnum() would take letters of the user's locale, which the module refuses. */
static bool letter_or_digit(char c)
{
	return (c >= '0' && c <= '9') ||
	       (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}

const char *by_count(uint64_t n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

bool name_valid(const char *name)
{
	size_t len = strlen(name);

	if (!len || len >= MOCK_NAME_LEN || !letter_or_digit(*name))
		return false;
	for (; *name; name++)
		if (!letter_or_digit(*name) && !strchr("_.-", *name))
			return false;
	return true;
}

bool text_is(const char *text, const char *wanted)
{
	return text && wanted && !strcmp(text, wanted);
}

bool text_same(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}
