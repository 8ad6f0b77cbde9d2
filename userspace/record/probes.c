// SPDX-License-Identifier: GPL-2.0-only
/* The probes of probes.def, as tables. */
#include <string.h>

#include "lib/mem.h"
#include "record/convert.h"

#define LEARN(...)
#define DRIVER(...)
#define PROBE(id, owner, event, symbol, instead, call, ret, filter) \
	{                                                           \
		LEARN_##id, OWNER_##owner, event, symbol,           \
		instead,    call,	   ret,	  filter            \
	},
const struct probe probes[] = {
#include "record/probes.def"
};
#undef LEARN
#undef PROBE

const unsigned int n_probes = ARRAY_SIZE(probes);

#define PROBE(...)
#define LEARN(id, what, without, only) [LEARN_##id] = what,
const char *const learn_what[LEARNS] = {
#include "record/probes.def"
};
#undef LEARN

#define LEARN(id, what, without, only) [LEARN_##id] = without,
const char *const learn_without[LEARNS] = {
#include "record/probes.def"
};
#undef LEARN

#define LEARN(id, what, without, only) [LEARN_##id] = only,
const char *const learn_only[LEARNS] = {
#include "record/probes.def"
};
#undef LEARN
#undef DRIVER

#define LEARN(...)
#define DRIVER(id, word, unit) [OWNER_##id] = word,
const char *const owner_words[OWNERS] = {
	[OWNER_CORE] = "core",
#include "record/probes.def"
};
#undef DRIVER

#define DRIVER(id, word, unit) [OWNER_##id] = unit,
const char *const owner_units[OWNERS] = {
#include "record/probes.def"
};
#undef LEARN
#undef DRIVER
#undef PROBE

char *probe_args(const char *args, enum probe_form form)
{
	autobuf struct buf b = { 0 };
	const char *open;

	while ((open = strchr(args, '{'))) {
		const char *bar = strchr(open, '|'), *close = strchr(bar, '}');

		buf_add(&b, args, open - args);
		if (form == PROBE_BY_NAME)
			buf_add(&b, open + 1, bar - open - 1);
		else
			buf_add(&b, bar + 1, close - bar - 1);
		args = close + 1;
	}
	buf_str(&b, args);
	return xstrdup(b.text);
}
