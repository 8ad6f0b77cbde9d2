// SPDX-License-Identifier: GPL-2.0-only
/* Outcomes compared, and written as one line. */
#include <string.h>

#include "lib/words.h"
#include "matrix/expect/expect.h"

const struct fact_text fact_texts[] = {
#define X(id, word, text, where) { word, text, where },
	MX_FACTS(X)
#undef X
};

bool outcome_equal(const struct outcome *expected, const struct outcome *got)
{
	if (expected->n != got->n ||
	    memcmp(expected->err, got->err, sizeof(got->err)) ||
	    memcmp(expected->reasons, got->reasons, sizeof(got->reasons)) ||
	    expected->domains != got->domains ||
	    expected->attaches != got->attaches ||
	    expected->refused != got->refused ||
	    expected->core_refused != got->core_refused ||
	    (expected->broken & ~expected->either) !=
		    (got->broken & ~expected->either))
		return false;
	return expected->any_partition ||
	       !memcmp(expected->with, got->with, sizeof(got->with));
}

void rules_text(unsigned int broken, struct buf *b)
{
	const char *sep = "";

	if (!broken)
		buf_str(b, "-");
	for (int r = R1; r < RULES; r++) {
		if (!(broken & RULE(r)))
			continue;
		buf_printf(b, "%sR%d", sep, r);
		sep = ",";
	}
}

static void placement_text(const struct outcome *o,
			   const struct topo_unit *units, struct buf *b)
{
	for (int d = 0; d < o->n; d++) {
		const char *sep = "{";

		for (int u = 0; u < o->n; u++) {
			if (o->with[u] != d)
				continue;
			buf_printf(b, "%s%s", sep, units[u].group);
			sep = ",";
		}
		if (*sep == ',')
			buf_str(b, "}");
	}
	for (int u = 0; u < o->n; u++) {
		if (o->err[u])
			buf_printf(b, " %s:-%s", units[u].group,
				   errno_name(-o->err[u]));
	}
}

char *outcome_text(const struct outcome *o, const struct topo_unit *units)
{
	struct buf b = { 0 };

	buf_printf(&b, "domains=%u ", o->domains);
	if (o->any_partition)
		buf_str(&b, "{any}");
	else
		placement_text(o, units, &b);
	buf_printf(&b, " attaches=%u refused=%u", o->attaches, o->refused);
	for (int i = 0; i < MX_N_REASONS; i++) {
		if (o->reasons[i])
			buf_printf(&b, " %s:%u", mx_reasons[i], o->reasons[i]);
	}
	buf_printf(&b, " core=%u broken=", o->core_refused);
	rules_text(o->broken, &b);
	return b.text;
}
