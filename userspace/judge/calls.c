// SPDX-License-Identifier: GPL-2.0-only
/*
 * The caller's operations and its conclusions from the answers, one call after
 * the other.
 */
#include <errno.h>
#include <string.h>

#include "judge/story.h"

/* Did the process make another request for the group? */
static bool asked_again(const struct judge *j, const struct attempt *a)
{
	for (unsigned int i = (unsigned int)a->request + 1; i < j->n_requests;
	     i++)
		if (j->requests[i].group == a->group &&
		    j->attempts[j->requests[i].first].pid == a->pid)
			return true;
	return false;
}

static const char *ended(const struct judge *j, const struct attempt *a)
{
	if (!story_ended(j, a))
		return NULL;
	return asked_again(j, a) ? "gave up, asked again" : "gave up";
}

static const char *conclusion(const struct judge *j, const struct attempt *a)
{
	const struct attempt *next = a->next < 0 ? NULL : &j->attempts[a->next];

	if (!a->ret)
		return next ? "attached, looks on" : "attached";
	if (!next)
		return ended(j, a);
	if (story_was_there(j, next))
		return "back to its own";
	return next->own ? "new domain" : "next candidate";
}

/* The answer of an attempt is that of its last device, or of the core. */
static bool decides(const struct judge *j, const struct attempt *a, int step)
{
	if (a->fail >= 0)
		return step == a->fail;
	if (a->ret)
		return step == a->call;
	for (int i = step + 1; i <= a->last; i++)
		if (j->steps[i].attempt == j->steps[step].attempt &&
		    j->steps[i].role == ROLE_TRY)
			return false;
	return true;
}

static const char *then(const struct judge *j, int step)
{
	static const char *const words[] = {
		[ROLE_NONE] = NULL,
		[ROLE_DEFAULT] = "default domain",
		[ROLE_CLAIM] = "claimed",
		[ROLE_RELEASE] = "given back",
		[ROLE_DETACH] = "detached",
		[ROLE_TRY] = NULL,
		[ROLE_UNWIND] = "put back by the core",
		[ROLE_TABLE] = NULL,
	};
	const struct step *s = &j->steps[step];

	if (s->ev.kind == EV_ALLOC && s->ev.ret && !s->ev.parent)
		return "no domain";
	if (s->attempt < 0 || s->role == ROLE_UNWIND)
		return words[s->role];
	return decides(j, &j->attempts[s->attempt], step) ?
		       conclusion(j, &j->attempts[s->attempt]) :
		       NULL;
}

/* What R1, R2, R4, R6 and R7 require after an answer. */
static const char *asks(const struct judge *j, int step)
{
	const struct step *s = &j->steps[step];
	const struct attempt *a;

	if (s->role == ROLE_UNWIND)
		return "no failure, and where it was";
	if (s->ev.kind == EV_ALLOC && s->ev.ret && !s->ev.parent)
		return "stop, and say so";
	if (s->attempt < 0 || !decides(j, &j->attempts[s->attempt], step))
		return NULL;
	a = &j->attempts[s->attempt];
	if (!a->ret)
		return "it is attached";
	if (story_was_there(j, a))
		return "no failure";
	if (a->ret != -EINVAL)
		return "stop, and say so";
	return a->own ? "no EINVAL from its own" :
			"another, or a domain of its own";
}

static void evidence(struct judge *j, uint64_t seq)
{
	int last = -1;

	buf_drop(&j->broken, j->broken.len);
	for (unsigned int i = 0; i < j->n_observations; i++) {
		const struct observation *o = &j->observations[i];

		for (unsigned int k = 0; o->broken && k < JUDGE_SEQS; k++) {
			if (o->seq[k] != seq || (int)o->rule == last)
				continue;
			last = (int)o->rule;
			buf_printf(&j->broken, "%s%s", j->broken.len ? "," : "",
				   judge_rule_name(o->rule));
		}
	}
}

/* A refusal by the core alone has no attach in the journal, but its call. */
static bool is_call(const struct judge *j, const struct step *s)
{
	switch (s->ev.kind) {
	case EV_ALLOC:
	case EV_FREE:
	case EV_ATTACH:
		return true;
	case EV_CALL:
		return s->attempt >= 0 && j->attempts[s->attempt].ret &&
		       j->attempts[s->attempt].fail < 0;
	default:
		return false;
	}
}

bool judge_next_call(struct judge *j, unsigned int *at, struct judge_call *call)
{
	const struct step *s;
	bool core;

	while (*at < j->n_steps && !is_call(j, &j->steps[*at]))
		++*at;
	if (*at == j->n_steps)
		return false;
	s = &j->steps[*at];
	core = s->ev.kind == EV_CALL;
	evidence(j, s->ev.seq);
	*call = (struct judge_call){
		.seq = s->ev.seq,
		.event = core ? "attach" : s->ev.type,
		.device = core ? s->ev.arg : s->ev.device,
		.domain = core			? s->ev.object :
			  s->role == ROLE_TABLE ? s->ev.parent :
						  s->ev.domain,
		.old = s->ev.old,
		.reason = core ? "core" : s->ev.reason,
		.has_ret = s->ev.has_ret,
		.ret = s->ev.ret,
		.then = then(j, (int)*at),
		.asks = asks(j, (int)*at),
		.broken = j->broken.len ? j->broken.text : NULL,
	};
	++*at;
	return true;
}
