// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rows. The relations are worked out by hand from the definitions of the
 * checks in docs/ABI.md ("domain against instance"). The first failing check
 * counts:
 *
 *	driver instance format ias oas pgsizes coherent enforce
 *
 * The relations never come from the module's answers: a disagreement is a
 * finding.
 */
#include <string.h>

#include "matrix/cells/cells.h"

const char mx_letters[] = {
#define X(letter, word) letter,
	MX_REASONS(X)
#undef X
		'\0',
};

const char *const mx_reasons[] = {
#define X(letter, word) word,
	MX_REASONS(X)
#undef X
		NULL,
};

int mx_reason_letter(char letter)
{
	const char *at = letter ? strchr(mx_letters, letter) : NULL;

	return at ? (int)(at - mx_letters) : -1;
}

int mx_reason_word(const char *word)
{
	for (int i = 0; mx_reasons[i]; i++) {
		if (!strcmp(mx_reasons[i], word))
			return i;
	}
	return -1;
}

const char *const kind_words[] = { "einval",  "emediumtype", "any",  "type1",
				   "iommufd", "fresh",	     "best", NULL };

/* --- errnos --- */

#define LIST(...)                 \
	(const char *const[])     \
	{                         \
		__VA_ARGS__, NULL \
	}

/* Errnos that drivers have returned for "incompatible" (B06), and others. */
#define SWEEP                                                              \
	LIST("EINVAL", "EMEDIUMTYPE", "ENXIO", "EXDEV", "EFAULT",          \
	     "EOPNOTSUPP", "EBUSY", "ENODEV", "ENOMEM", "ENOSPC", "EPERM", \
	     "EIO")
#define SHORT LIST("EINVAL", "EMEDIUMTYPE", "ENODEV", "ENOMEM")
#define ONLY_EINVAL LIST("EINVAL")

/* --- callers --- */

#define BIT(k) (1U << K_##k)
#define WALKERS \
	(BIT(EINVAL) | BIT(EMEDIUMTYPE) | BIT(ANY) | BIT(TYPE1) | BIT(IOMMUFD))
#define NOT_BEST (WALKERS | BIT(FRESH))
#define ALL (NOT_BEST | BIT(BEST))

/* --- disturbances --- */

const struct disturb no_disturb = { .name = "-" };

#define MISBEHAVE(id, label, what, whom)                      \
	static const struct disturb id = { .name = label,     \
					   .misbehave = what, \
					   .who = whom }
#define FAULT(id, label, where, when, count, device)               \
	static const struct disturb id = { .name = label,          \
					   .point = FAULT_##where, \
					   .filter = ON_##when,    \
					   .times = count,         \
					   .dev = device }

MISBEHAVE(ignore, "accept-and-ignore", "accept-and-ignore", NULL);
MISBEHAVE(unhook, "unhook-first", "unhook-first", NULL);
MISBEHAVE(alter_b, "alter-candidate@B", "alter-candidate", "B");
MISBEHAVE(log_refusal, "log-refusal", "log-refusal", NULL);
MISBEHAVE(refuse_fresh, "refuse-fresh", "refuse-fresh", NULL);
MISBEHAVE(refuse_fresh_b, "refuse-fresh@B", "refuse-fresh", "B");

FAULT(once_b, "-+attach-existing-once@b", ATTACH, EXISTING, 1, "b");
FAULT(existing_b, "-+attach-existing@b", ATTACH, EXISTING, -1, "b");
FAULT(always_b, "-+attach@b", ATTACH, ANY, -1, "b");
FAULT(fresh_b, "-+attach-fresh@b", ATTACH, FRESH, -1, "b");
FAULT(fresh_once_b, "-+attach-fresh-once@b", ATTACH, FRESH, 1, "b");
FAULT(alloc_b, "-+alloc@b", ALLOC, ANY, -1, "b");
FAULT(map_b, "-+map@b", MAP, ANY, -1, "b");
FAULT(once_g1, "-+attach-once@g1", ATTACH, ANY, 1, "g1");
FAULT(once_g2, "-+attach-once@g2", ATTACH, ANY, 1, "g2");
FAULT(once_g3, "-+attach-once@g3", ATTACH, ANY, 1, "g3");
FAULT(always_g1, "-+attach@g1", ATTACH, ANY, -1, "g1");
FAULT(always_g2, "-+attach@g2", ATTACH, ANY, -1, "g2");
FAULT(always_g3, "-+attach@g3", ATTACH, ANY, -1, "g3");
FAULT(existing_g2, "-+attach-existing@g2", ATTACH, EXISTING, -1, "g2");
FAULT(fresh_g1, "-+attach-fresh@g1", ATTACH, FRESH, -1, "g1");
FAULT(alloc_g1, "-+alloc@g1", ALLOC, ANY, -1, "g1");

#define WITH(...)                       \
	(const struct disturb *const[]) \
	{                               \
		__VA_ARGS__, NULL       \
	}

/* --- rows --- */

#define ROW(t, n, p) .topo = t, .name = n, .policy = p

/* A feature: its check alone under every errno, all checks, and none. */
#define FEATURE_DOWN(word, letter)                                           \
	{ ROW(word "-down", word, word), .relation = { "..", letter "." },   \
	  .errnos = SWEEP, .callers = NOT_BEST },                            \
		{ ROW(word "-down", "compatible", "compatible"),             \
		  .relation = { "..", letter "." }, .errnos = ONLY_EINVAL,   \
		  .callers = ALL },                                          \
	{                                                                    \
		ROW(word "-down", "any", "any"), .relation = { "..", ".." }, \
						 .errnos = ONLY_EINVAL,      \
						 .callers = ALL              \
	}
#define FEATURE_UP(word, letter)                                         \
	{ ROW(word "-up", word, word), .relation = { "." letter, ".." }, \
	  .errnos = SHORT, .callers = NOT_BEST },                        \
	{                                                                \
		ROW(word "-up", "compatible", "compatible"),             \
			.relation = { "." letter, ".." },                \
			.errnos = ONLY_EINVAL, .callers = ALL            \
	}

/* A group whose device behind B is refused by domains made for C. */
#define GROUP(t)                                                               \
	{ ROW(t, "deny-BC", "compatible"), .pairs = { "B deny C" },            \
	  .relation = { "...", "..X", ".X." }, .errnos = SHORT,                \
	  .callers = ALL },                                                    \
		{ ROW(t, "compatible", "compatible"),                          \
		  .relation = { "...", "...", "..." }, .errnos = ONLY_EINVAL,  \
		  .callers = ALL },                                            \
	{                                                                      \
		ROW(t, "never", "never"), .relation = { "NNN", "NNN", "NNN" }, \
					  .errnos = SHORT, .callers = NOT_BEST \
	}

const struct row mx_rows[] = {
	/* One instance: nothing but "never" can refuse. */
	{ ROW("one", "compatible", "compatible"), .relation = { "." },
	  .errnos = ONLY_EINVAL, .callers = ALL },
	{ ROW("one", "same-instance", "same-instance"), .relation = { "." },
	  .errnos = ONLY_EINVAL, .callers = ALL, .maps = true },
	{ ROW("one", "never", "never"), .relation = { "N" }, .errnos = SWEEP,
	  .callers = NOT_BEST },

	/* Two like instances: sharing accepted, and refused in every way. */
	{ ROW("pair", "compatible", "compatible"), .relation = { "..", ".." },
	  .errnos = ONLY_EINVAL, .callers = ALL, .maps = true },
	{ ROW("pair", "any", "any"), .relation = { "..", ".." },
	  .errnos = ONLY_EINVAL, .callers = ALL },
	{ ROW("pair", "same-driver", "same-driver"), .relation = { "..", ".." },
	  .errnos = ONLY_EINVAL, .callers = ALL },
	{ ROW("pair", "same-instance", "same-instance"),
	  .relation = { ".I", "I." }, .errnos = SWEEP, .callers = ALL },
	{ ROW("pair", "never", "never"), .relation = { "NN", "NN" },
	  .errnos = SHORT, .callers = NOT_BEST },
	{ ROW("pair", "deny", "any"), .pairs = { "A deny B" },
	  .relation = { ".X", "X." }, .errnos = SWEEP, .callers = NOT_BEST },
	{ ROW("pair", "allow", "same-instance"), .pairs = { "A allow B" },
	  .relation = { "..", ".." }, .errnos = SHORT, .callers = ALL },
	{ ROW("pair", "same-instance", "same-instance"),
	  .relation = { ".I", "I." },
	  .errnos = LIST("EINVAL,instance=ENODEV", "ENODEV,instance=EINVAL",
			 "EMEDIUMTYPE,instance=EINVAL", "EINVAL,format=ENODEV"),
	  .callers = NOT_BEST },

	{ ROW("pair4", "compatible", "compatible"), .relation = { "..", ".." },
	  .errnos = ONLY_EINVAL, .callers = ALL, .maps = true },
	{ ROW("pair4", "same-instance", "same-instance"),
	  .relation = { ".I", "I." }, .errnos = SWEEP, .callers = NOT_BEST },
	{ ROW("pair4", "never", "never"), .relation = { "NN", "NN" },
	  .errnos = SHORT, .callers = NOT_BEST },

	{ ROW("trio", "compatible", "compatible"),
	  .relation = { "...", "...", "..." }, .errnos = ONLY_EINVAL,
	  .callers = ALL },
	{ ROW("trio", "same-instance", "same-instance"),
	  .relation = { ".II", "I.I", "II." }, .errnos = SWEEP,
	  .callers = NOT_BEST },
	{ ROW("trio", "deny-BC", "compatible"), .pairs = { "B deny C" },
	  .relation = { "...", "..X", ".X." }, .errnos = SWEEP,
	  .callers = NOT_BEST },
	{ ROW("trio", "deny-AB-AC", "compatible"),
	  .pairs = { "A deny B", "A deny C" },
	  .relation = { ".XX", "X..", "X.." }, .errnos = SHORT,
	  .callers = ALL },
	{ ROW("trio", "allow-AC", "same-instance"), .pairs = { "A allow C" },
	  .relation = { ".I.", "I.I", ".I." }, .errnos = SHORT,
	  .callers = ALL },
	{ ROW("trio", "deny-BC-allow-AC", "same-instance"),
	  .pairs = { "B deny C", "A allow C" },
	  .relation = { ".I.", "I.X", ".X." },
	  .errnos = LIST("EINVAL,pair=ENODEV", "EINVAL,instance=EMEDIUMTYPE"),
	  .callers = NOT_BEST },

	/* Every check refusing alone, both ways round. */
	{ ROW("format", "format", "format"), .relation = { ".F", "F." },
	  .errnos = SWEEP, .callers = NOT_BEST },
	{ ROW("format", "compatible", "compatible"), .relation = { ".F", "F." },
	  .errnos = SHORT, .callers = ALL },
	{ ROW("format", "any", "any"), .relation = { "..", ".." },
	  .errnos = ONLY_EINVAL, .callers = ALL },
	{ ROW("format", "same-driver", "same-driver"),
	  .relation = { "..", ".." }, .errnos = ONLY_EINVAL, .callers = ALL },
	FEATURE_DOWN("ias", "A"),
	FEATURE_UP("ias", "A"),
	FEATURE_DOWN("oas", "O"),
	FEATURE_UP("oas", "O"),
	FEATURE_DOWN("pgsizes", "P"),
	FEATURE_UP("pgsizes", "P"),
	FEATURE_DOWN("coherent", "C"),
	FEATURE_UP("coherent", "C"),
	FEATURE_DOWN("enforce", "E"),
	FEATURE_UP("enforce", "E"),

	/* Asymmetry: the order of placing decides, and best does not care. */
	{ ROW("ladder-down", "ias", "ias"),
	  .relation = { "....", "A...", "AA..", "AAA." }, .errnos = SHORT,
	  .callers = ALL },
	{ ROW("ladder-up", "ias", "ias"),
	  .relation = { ".AAA", "..AA", "...A", "...." }, .errnos = SHORT,
	  .callers = ALL },
	{ ROW("ladder-up", "same-instance", "same-instance"),
	  .relation = { ".III", "I.II", "II.I", "III." }, .errnos = ONLY_EINVAL,
	  .callers = ALL },

	/* Several domains refuse, each for a reason and an errno of its own. */
	{ ROW("reasons", "compatible", "compatible"),
	  .relation = { ".FFF", "F.E.", "FA..", "FAE." },
	  .errnos = LIST("EINVAL", "EMEDIUMTYPE", "EINVAL,format=ENODEV",
			 "EINVAL,enforce=EBUSY", "EINVAL,ias=ENOMEM",
			 "EMEDIUMTYPE,ias=EINVAL", "EMEDIUMTYPE,enforce=EINVAL",
			 "ENODEV,format=EINVAL",
			 "EINVAL,format=ENXIO,ias=EFAULT,enforce=EOPNOTSUPP"),
	  .callers = ALL },
	{ ROW("reasons", "ias,enforce", "ias,enforce"),
	  .relation = { ".AE.", "..E.", ".A..", ".AE." },
	  .errnos = LIST("EINVAL", "EMEDIUMTYPE", "EINVAL,ias=EXDEV",
			 "EINVAL,enforce=EPERM"),
	  .callers = ALL },

	/* Two drivers: the gatekeeper answers, and the policy has no say. */
	{ ROW("drivers", "any", "any"), .relation = { ".-", "-." },
	  .errnos = SHORT, .callers = ALL },
	{ ROW("drivers", "compatible", "compatible"),
	  .relation = { ".-", "-." }, .errnos = SHORT, .callers = ALL },
	{ ROW("drivers3", "compatible", "compatible"),
	  .relation = { ".-.", "-.-", ".-." }, .errnos = SHORT,
	  .callers = ALL },
	{ ROW("drivers3", "same-instance", "same-instance"),
	  .relation = { ".-I", "-.-", "I-." }, .errnos = SWEEP,
	  .callers = NOT_BEST },
	{ ROW("drivers3", "never", "never"),
	  .relation = { "N-N", "-N-", "N-N" }, .errnos = SHORT,
	  .callers = NOT_BEST },

	/* Groups of several: the k-th device refused, and undone (R6). */
	GROUP("g2r1"),
	GROUP("g2r2"),
	GROUP("g3r1"),
	GROUP("g3r2"),
	GROUP("g3r3"),
	{ ROW("g3r2k2", "deny-BC-BD-CD", "compatible"),
	  .pairs = { "B deny C", "B deny D", "C deny D" },
	  .relation = { "....", "..XX", ".X.X", ".XX." }, .errnos = SWEEP,
	  .callers = NOT_BEST },
	{ ROW("g3", "compatible", "compatible"), .relation = { "." },
	  .errnos = SHORT,
	  .disturbs = WITH(&once_g1, &once_g2, &once_g3, &always_g1, &always_g2,
			   &always_g3, &existing_g2, &fresh_g1, &alloc_g1),
	  .callers = NOT_BEST },
	{ ROW("g3", "never", "never"), .relation = { "N" }, .errnos = SHORT,
	  .callers = ALL },

	/* Errors without a meaning for compatibility (R2, R4, B07). */
	{ ROW("pair", "compatible", "compatible"), .relation = { "..", ".." },
	  .errnos = SWEEP, .disturbs = WITH(&once_b, &always_b),
	  .callers = NOT_BEST },
	{ ROW("pair", "compatible", "compatible"), .relation = { "..", ".." },
	  .errnos = SHORT,
	  .disturbs = WITH(&existing_b, &fresh_b, &fresh_once_b, &alloc_b),
	  .callers = NOT_BEST },
	{ ROW("pair", "same-instance", "same-instance"),
	  .relation = { ".I", "I." },
	  .errnos = LIST("EINVAL", "EMEDIUMTYPE", "ENOMEM", "EBUSY"),
	  .disturbs = WITH(&fresh_b, &fresh_once_b, &alloc_b),
	  .callers = NOT_BEST },
	{ ROW("pair", "same-instance", "same-instance"),
	  .relation = { ".I", "I." }, .errnos = LIST("EINVAL", "ENOMEM"),
	  .disturbs = WITH(&map_b), .callers = NOT_BEST, .maps = true },

	/* Placed devices do DMA while others are placed. */
	{ ROW("pair4", "same-instance", "same-instance"),
	  .relation = { ".I", "I." }, .errnos = LIST("EINVAL", "ENOMEM"),
	  .callers = NOT_BEST, .maps = true, .dma = true },
	{ ROW("pair", "same-instance", "same-instance"),
	  .relation = { ".I", "I." }, .errnos = ONLY_EINVAL,
	  .disturbs = WITH(&ignore, &unhook), .callers = WALKERS, .maps = true,
	  .dma = true },
	{ ROW("g3r2", "deny-BC", "compatible"), .pairs = { "B deny C" },
	  .relation = { "...", "..X", ".X." }, .errnos = ONLY_EINVAL,
	  .callers = NOT_BEST, .maps = true, .dma = true },
	{ ROW("ias-down", "ias", "ias"), .relation = { "..", "A." },
	  .errnos = ONLY_EINVAL, .disturbs = WITH(&no_disturb, &alter_b),
	  .callers = WALKERS, .maps = true, .dma = true },

	/* Drivers that misbehave: a tester must notice. */
	{ ROW("pair", "same-instance", "same-instance"),
	  .relation = { ".I", "I." }, .errnos = SHORT,
	  .disturbs = WITH(&ignore, &unhook, &log_refusal),
	  .callers = WALKERS },
	{ ROW("trio", "same-instance", "same-instance"),
	  .relation = { ".II", "I.I", "II." }, .errnos = ONLY_EINVAL,
	  .disturbs = WITH(&ignore, &unhook, &log_refusal),
	  .callers = WALKERS },
	{ ROW("ias-down", "same-instance", "same-instance"),
	  .relation = { ".I", "I." }, .errnos = SHORT,
	  .disturbs = WITH(&alter_b), .callers = WALKERS },
	{ ROW("pgsizes-down", "same-instance", "same-instance"),
	  .relation = { ".I", "I." }, .errnos = ONLY_EINVAL,
	  .disturbs = WITH(&alter_b), .callers = WALKERS },
	{ ROW("pair", "compatible", "compatible"), .relation = { "..", ".." },
	  .errnos =
		  LIST("EINVAL", "EINVAL,fresh=ENOMEM", "EINVAL,fresh=ENODEV"),
	  .disturbs = WITH(&refuse_fresh, &refuse_fresh_b),
	  .callers = NOT_BEST },
	{ ROW("pair", "same-instance", "same-instance"),
	  .relation = { ".I", "I." },
	  .errnos = LIST("EINVAL", "EINVAL,fresh=ENOMEM", "EMEDIUMTYPE"),
	  .disturbs = WITH(&refuse_fresh_b), .callers = NOT_BEST },
	{ 0 }
};
