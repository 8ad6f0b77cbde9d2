// SPDX-License-Identifier: GPL-2.0-only
/* What the module answers: files, lines, and words "key=value". */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/words.h"
#include "libiommu-mock/internal.h"

int nonsense(struct imock *im, const char *object)
{
	fail_errno(&im->ctx, -EPROTO, object,
		   "the module's answer makes no sense (EPROTO)");
	return -EPROTO;
}

unsigned int count_lines(const char *text)
{
	unsigned int n = 0;

	for (; (text = strchr(text, '\n')); text++)
		n++;
	return n;
}

void find_values(char *line, const char *const *keys, char **values)
{
	char *word;

	for (int i = 0; keys[i]; i++)
		values[i] = NULL;
	while ((word = strsep(&line, " "))) {
		char *equals = strchr(word, '=');
		int key;

		if (!equals)
			continue;
		*equals = '\0';
		key = word_index(keys, word);
		if (key >= 0)
			values[key] = equals + 1;
	}
}

bool value_u64(const char *value, uint64_t *number)
{
	return value && number_parse(value, number);
}

bool value_u32(const char *value, uint32_t *number)
{
	uint64_t wide;

	if (!value_u64(value, &wide) || wide > UINT32_MAX)
		return false;
	*number = (uint32_t)wide;
	return true;
}

int read_answer(struct imock *im, const char *object, const char *what,
		const char *file, struct buf *text)
{
	/* Unlike knob_read(), this lets of_knob() tell which object is missing. */
	int fd = knob_watch(&im->ctx, file);
	int err;

	if (fd < 0)
		return of_knob(im, fd);
	err = knob_look(fd, text);
	close(fd);
	return err ? knob_read_fail(&im->ctx, object, what, err) : 0;
}
