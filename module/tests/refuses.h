/* SPDX-License-Identifier: GPL-2.0-only */
/* For the tests of parsers: what is refused says why, and changes nothing. */
#ifndef MOCK_REFUSES_H
#define MOCK_REFUSES_H

#include "../knobs/parse.h"

char fail_sentence[256];

int mock_fail(int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(fail_sentence, sizeof(fail_sentence), fmt, args);
	va_end(args);
	return err;
}

/* As large as anything that is parsed into, to see that nothing is written. */
union value {
	unsigned char bytes[sizeof(struct mock_names)];
	u64 number;
	u32 word;
	s64 wide;
	int err;
	bool flag;
	char name[MOCK_NAME_LEN];
	struct mock_errnos errnos;
	struct mock_resv resv;
	struct mock_config_ids ids;
	struct mock_names names;
};

/* Is @text refused with @err, one sentence, and the destination untouched? */
static void refuses(int (*parse)(const char *value, void *dst), const char *text,
		    int err, const char *why)
{
	union value value, before;
	int ret;

	memset(&value, 0x5a, sizeof(value));
	before = value;
	*fail_sentence = '\0';
	ret = parse(text, &value);
	ok(ret == err && *fail_sentence && !strchr(fail_sentence, '\n') &&
		   !memcmp(&value, &before, sizeof(value)),
	   "%s", why);
	if (ret != err)
		printf("# returned %d, wanted %d\n", ret, err);
	if (!*fail_sentence)
		printf("# without a sentence\n");
}

#endif /* MOCK_REFUSES_H */
