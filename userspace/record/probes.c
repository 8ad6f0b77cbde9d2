// SPDX-License-Identifier: GPL-2.0-only
/* The probes of probes.def, as tables. */
#include "lib/mem.h"
#include "record/convert.h"

#define LEARN(...)
#define PROBE(id, event, symbol, instead, call, ret, filter) \
	{ LEARN_##id, event, symbol, instead, call, ret, filter },
const struct probe probes[] = {
#include "record/probes.def"
};
#undef LEARN
#undef PROBE

const unsigned int n_probes = ARRAY_SIZE(probes);

#define PROBE(...)
#define LEARN(id, what, without) [LEARN_##id] = what,
const char *const learn_what[LEARNS] = {
#include "record/probes.def"
};
#undef LEARN

#define LEARN(id, what, without) [LEARN_##id] = without,
const char *const learn_without[LEARNS] = {
#include "record/probes.def"
};
#undef LEARN
#undef PROBE
