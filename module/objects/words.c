// SPDX-License-Identifier: GPL-2.0-only
/* The words of abi.h as tables, and errnos by name. */
#ifdef __KERNEL__
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#else
#include "kernel_shim.h"
#endif

#include "../abi.h"
#include "words.h"

#define X(sym, name) name,
const char *const mock_check_words[] = { MOCK_CHECKS(X) MOCK_REASONS(X) };
const char *const mock_misbehave_words[] = { MOCK_MISBEHAVIOURS(X) };
const char *const mock_fault_words[] = { MOCK_FAULT_POINTS(X) };
const char *const mock_event_words[] = { MOCK_EVENTS(X) };
const char *const mock_format_words[] = { MOCK_FORMATS(X) };
const char *const mock_scope_words[] = { MOCK_SCOPES(X) };
const char *const mock_dma_op_words[] = { MOCK_DMA_OPS(X) };
const char *const mock_dma_reason_words[] = { MOCK_DMA_REASONS(X) };
const char *const mock_irq_reason_words[] = { MOCK_IRQ_REASONS(X) };
const char *const mock_dirty_op_words[] = { MOCK_DIRTY_OPS(X) };
const char *const mock_page_code_words[] = { MOCK_PAGE_CODES(X) };
const char *const mock_resv_words[] = { MOCK_RESV_TYPES(X) };
#undef X

static const struct {
	const char *name;
	int value;
} errnos[] = {
#define X(name, value) { #name, value },
	MOCK_ERRNOS(X)
#undef X
};

/* Index of a word in a table, or -EINVAL. */
int mock_word_index(const char *const *words, unsigned int count,
		    const char *word)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!strcmp(words[i], word))
			return i;
	return -EINVAL;
}

/**
 * mock_errno_name() - write an errno in the form that docs/ABI.md defines
 * @err: 0, positive or negative
 * @buf: at least MOCK_ERRNO_LEN bytes
 */
void mock_errno_name(int err, char *buf)
{
	const char *sign = err < 0 ? "-" : "";
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(errnos); i++) {
		if (errnos[i].value == abs(err)) {
			scnprintf(buf, MOCK_ERRNO_LEN, "%s%s", sign,
				  errnos[i].name);
			return;
		}
	}
	scnprintf(buf, MOCK_ERRNO_LEN, "%d", err);
}

/* The positive errno for a name or a number (0 to 4095), or -EINVAL. */
int mock_errno_value(const char *word)
{
	unsigned int i, value;

	for (i = 0; i < ARRAY_SIZE(errnos); i++)
		if (!strcmp(errnos[i].name, word))
			return errnos[i].value;
	/* kstrtouint() accepts a sign, docs/ABI.md does not. */
	if (*word == '+' || kstrtouint(word, 10, &value) || value > 4095)
		return -EINVAL;
	return value;
}

/* Replace the bytes of a foreign name that do not fit into a line of words. */
void mock_safe_word(char *word)
{
	for (; *word; word++)
		if (!isascii(*word) ||
		    (!isalnum(*word) && !strchr("_.-/:+", *word)))
			*word = '_';
}

/**
 * mock_foreign_name() - copy the name of a driver or a device that is not ours
 * @from: any text
 * @to: gets at most MOCK_NAME_LEN bytes that fit into a line of words; a name
 *      that was longer ends in ~
 */
void mock_foreign_name(const char *from, char *to)
{
	size_t len = strlen(from);
	bool cut = len >= MOCK_NAME_LEN;

	if (cut)
		len = MOCK_NAME_LEN - 2;
	memcpy(to, from, len);
	to[len] = '\0';
	mock_safe_word(to);
	if (cut)
		memcpy(to + len, "~", sizeof("~"));
}
