/* SPDX-License-Identifier: GPL-2.0-only */
/* Journals made by hand, and what the contract says of them. */
#ifndef JUDGE_CASES_H
#define JUDGE_CASES_H

#include "judge/judge.h"

struct judge_case {
	enum rule rule;
	const char *name;
	const char *journal;
	enum judge_state state;
	unsigned int seen; /* 0: whatever */
	/* Of one that is broken: the first */
	enum judge_who who;
	const char *why;
	uint64_t seq[2];
};

/* Each ends with name == NULL. */
extern const struct judge_case judge_caller_cases[]; /* R1, R2, R5, R12, R15 */
extern const struct judge_case judge_attach_cases[]; /* R4, R6 to R8, R10 */
extern const struct judge_case judge_memory_cases[]; /* R3, R11, R13, R14 */
extern const struct judge_case judge_request_cases[]; /* R16 */
extern const struct judge_case judge_dirty_cases[]; /* R17 */
extern const struct judge_case judge_pasid_cases[]; /* R9, and PASIDs in others */
extern const struct judge_case judge_nested_cases[]; /* tables of users */

/* judge-fuzz.c: whatever it reads, the judge ends, with verdicts that agree */
void judge_spoiled(const char *journal); /* a file: cut, changed, shuffled */
void judge_soup(void);

#define KEPT(n)             \
	J_KEPT, n, 0, NULL, \
	{                   \
		0           \
	}
#define BROKEN(who, why, ...)  \
	J_BROKEN, 0, who, why, \
	{                      \
		__VA_ARGS__    \
	}
#define NOTHING                       \
	J_NOT_APPLICABLE, 0, 0, NULL, \
	{                             \
		0                     \
	}

/* Neither, as what is missing may break it. */
#define NOT_KNOWN                \
	J_NOT_KNOWN, 0, 0, NULL, \
	{                        \
		0                \
	}

/* One attach callback: device a is behind instance a, and so on. */
#define ATTACH(dev, dom, from, fresh, reason, ret)                        \
	"attach instance=" dev " device=" dev " domain=" dom " old=" from \
	" fresh=" #fresh " reason=" reason " ret=" ret "\n"
#define OK(dev, dom, from) ATTACH(dev, dom, from, 0, "-", "0")
#define FIRST(dev, dom, from) ATTACH(dev, dom, from, 1, "-", "0")
#define NO(dev, dom, from, reason, err) \
	ATTACH(dev, dom, from, 0, reason, "-" err)
#define ALLOC(dom, dev) \
	"alloc domain=" dom " device=" dev " instance=" dev " ret=0\n"
#define FREE(dom) "free domain=" dom " attached=0\n"
#define CALL(op, object, arg, ret) \
	"call op=" op " object=" object " arg=" arg " ret=" ret "\n"
#define PROBE(dev) "probe instance=" dev " device=" dev " ret=0\n"

/* a is on a domain of its own, which others may join. */
#define A_ON_D1 ALLOC("d1", "a") FIRST("a", "d1", "blocked")
/* b is claimed, and is given back. */
#define CLAIM_B OK("b", "blocked", "identity")
#define GIVE_B OK("b", "identity", "blocked")

#define REFUSED_B NO("b", "d1", "blocked", "ias", "EINVAL")
#define SHARED_B OK("b", "d1", "blocked")

#define JOURNAL_GOES_ON                                             \
	A_ON_D1 CLAIM_B NO("b", "d1", "blocked", "fault", "ENOMEM") \
		ALLOC("d2", "b") FIRST("b", "d2", "blocked")
#define JOURNAL_STOPS \
	A_ON_D1 CLAIM_B NO("b", "d1", "blocked", "fault", "ENOMEM") GIVE_B

/* b and c are a group, of which c refuses d1 that b had taken. */
#define GROUP_BC "!group g b c\n"
#define JOURNAL_HALF                                                       \
	GROUP_BC A_ON_D1 OK("b", "d1", "blocked")                          \
		NO("c", "d1", "blocked", "ias", "EINVAL") ALLOC("d2", "b") \
			FIRST("b", "d2", "d1") OK("c", "d2", "blocked")
#define JOURNAL_UNDONE                                            \
	GROUP_BC A_ON_D1 OK("b", "d1", "blocked")                 \
		NO("c", "d1", "blocked", "ias", "EINVAL")         \
			OK("b", "blocked", "d1") ALLOC("d2", "b") \
				FIRST("b", "d2", "blocked")       \
					OK("c", "d2", "blocked")

/* Fresh first, then the candidate, and back. */
#define JOURNAL_TYPE1                                                    \
	"!asked b\n!told b 0\n" A_ON_D1 CLAIM_B ALLOC("d2", "b")         \
		FIRST("b", "d2", "blocked") OK("b", "blocked", "d2")     \
			NO("b", "d1", "blocked", "fault", "ENOMEM")      \
				OK("b", "blocked", "blocked")            \
					OK("b", "d2", "blocked")         \
						OK("b", "blocked", "d2") \
							FREE("d2") GIVE_B
#define CALLS_TYPE1                                          \
	"1 alloc a d1 0 -|-|-\n"                             \
	"2 attach a d1 0 -|attached|-\n"                     \
	"3 attach b blocked 0 -|claimed|-\n"                 \
	"4 alloc b d2 0 -|-|-\n"                             \
	"5 attach b d2 0 -|attached, looks on|-\n"           \
	"6 attach b blocked 0 -|detached|-\n"                \
	"7 attach b d1 ENOMEM fault|back to its own|R1,R2\n" \
	"8 attach b blocked 0 -|put back by the core|-\n"    \
	"9 attach b d2 0 -|attached|R1,R2\n"                 \
	"10 attach b blocked 0 -|detached|-\n"               \
	"11 free - d2 - -|-|-\n"                             \
	"12 attach b identity 0 -|given back|-\n"
#define JOURNAL_CORE                                                        \
	A_ON_D1 CALL("attach_group", "d1", "a", "0")                        \
		CALL("attach_group", "d1", "b", "-EINVAL") ALLOC("d2", "b") \
			FIRST("b", "d2", "blocked")                         \
				CALL("attach_group", "d2", "b", "0")
#define CALLS_CORE                          \
	"alloc a - 0|-\n"                   \
	"attach a - 0|attached\n"           \
	"attach b core EINVAL|new domain\n" \
	"alloc b - 0|-\n"                   \
	"attach b - 0|attached\n"

/* b's own domain fails and is freed; then there is another one, by process pid. */
#define JOURNAL_AGAIN(pid)                                          \
	ALLOC("d2", "b")                                            \
	ATTACH("b", "d2", "identity", 1, "fault", "-ENOMEM")        \
	FREE("d2")                                                  \
	ALLOC("d3", "b")                                            \
	"attach instance=b device=b domain=d3 old=identity fresh=1" \
	" reason=- ret=0 by=" pid ":x\n"
/* A table on d1 is refused; then b has one on a stage 2 of its own. */
#define JOURNAL_TABLES                                                                            \
	A_ON_D1                                                                                   \
	"alloc domain=- device=b instance=b parent=d1 reason=ias ret=-EINVAL\n" ALLOC(            \
		"d2",                                                                             \
		"b") "alloc domain=d3 device=b instance=b parent=d2 reason=- ret=0\n" FIRST("b",  \
											    "d3", \
											    "blocked")
#define CALLS_TABLES                      \
	"alloc a - 0|-\n"                 \
	"attach a - 0|attached\n"         \
	"alloc b ias EINVAL|new domain\n" \
	"alloc b - 0|-\n"                 \
	"alloc b - 0|-\n"                 \
	"attach b - 0|attached\n"
#define CALLS_AGAIN(more)                         \
	"alloc b - 0|-\n"                         \
	"attach b fault ENOMEM|gave up" more "\n" \
	"free - - 0|-\n"                          \
	"alloc b - 0|-\n"                         \
	"attach b - 0|attached\n"

#endif /* JUDGE_CASES_H */
