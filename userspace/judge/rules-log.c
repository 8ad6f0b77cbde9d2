// SPDX-License-Identifier: GPL-2.0-only
/* The rule about the kernel's log: R3. */
#include <errno.h>

#include "judge/story.h"
#include "lib/words.h"

bool story_refusal(const struct step *s)
{
	return (s->ev.kind == EV_ATTACH || s->role == ROLE_TABLE) &&
	       s->ev.ret && s->ev.reason && !text_is(s->ev.reason, "fault");
}

/*
 * A line of the log does not name its refusal: the first refusal stands for
 * all.
 */
static void look_given(struct judge *j)
{
	bool first = true;

	for (unsigned int i = 0; j->log_given && i < j->n_steps; i++) {
		struct observation *o;

		if (!story_refusal(&j->steps[i]))
			continue;
		o = observe(j, R3, SAW_LOG, WHO_DRIVER, (int)i);
		if (first && j->log_lines)
			broken_by(j, o, -1, "%u %s in the log, the first: %s",
				  j->log_lines,
				  by_count(j->log_lines, "line", "lines"),
				  j->log_first ? j->log_first : "");
		first = false;
	}
}

/* A recording has no reasons. No memory is no refusal. */
static bool recorded_refusal(const struct step *s)
{
	return s->ev.kind == EV_ATTACH && s->ev.ret && s->ev.ret != -ENOMEM &&
	       !s->ev.reason;
}

/*
 * In a recording, what a driver logged while it answered comes before the answer,
 * and is of the same thread.
 */
static const struct step *logged_before(const struct judge *j, int answer)
{
	const struct step *a = &j->steps[answer];

	for (int i = answer - 1; i >= 0; i--) {
		const struct step *s = &j->steps[i];

		if (s->gaps != a->gaps)
			return NULL;
		if (s->ev.tid != a->ev.tid || s->ev.kind == EV_PROBE)
			continue;
		return s->ev.kind == EV_UNKNOWN && text_is(s->ev.type, "log") &&
				       s->ev.device == a->ev.device ?
			       s :
			       NULL;
	}
	return NULL;
}

static void look_recorded(struct judge *j)
{
	for (unsigned int i = 0; j->log_recorded && i < j->n_steps; i++) {
		const struct step *line;
		struct observation *o;

		if (!recorded_refusal(&j->steps[i]))
			continue;
		line = logged_before(j, (int)i);
		o = observe(j, R3, SAW_LOG, WHO_DRIVER, (int)i);
		if (line)
			broken_by(j, o, (int)(line - j->steps),
				  "the driver of %s logged a refusal: %s",
				  j->steps[i].ev.device,
				  line->ev.text ? line->ev.text :
						  "the text is not recorded");
	}
}

void look_r3(struct judge *j)
{
	look_given(j);
	look_recorded(j);
}
