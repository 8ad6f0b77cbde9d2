/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The journal as a story, on which the rules work. Each event is a step.
 * Domains are lives, because names are used again. Attaches are grouped: an
 * attempt is one try of a caller to put one group on one domain, and a request
 * contains attempts.
 *
 * References are indexes into the arrays of the story; -1 is none.
 */
#ifndef JUDGE_STORY_H
#define JUDGE_STORY_H

#include <stdbool.h>
#include <stdint.h>

#include "judge/judge.h"

/* The place of a device: a life (from 0), or one of these */
enum {
	P_UNKNOWN = -1,
	P_NONE = -2,
	P_IDENTITY = -3,
	P_BLOCKED = -4,
	P_DEFAULT = -5
};

/* The part that wanted an attach */
enum role {
	ROLE_NONE,
	ROLE_DEFAULT, /* the core, after the probe */
	ROLE_CLAIM, /* to the core's domain, when a group is taken */
	ROLE_RELEASE, /* back, when it is given up */
	ROLE_DETACH, /* to a domain of the core in between */
	ROLE_TRY, /* the caller, with a domain */
	ROLE_UNWIND, /* the core, after another device refused */
	ROLE_TABLE, /* no attach: a user's table on a stage 2, which was refused */
};

struct step {
	struct event
		ev; /* its strings are the story's; comm and line are not kept */
	int device, life; /* life: the domain, if it is one */
	int place, old; /* of an attach or a dma */
	int prev,
		next; /* steps of attach, dma, probe, release of this device */
	enum role role;
	int attempt;
	unsigned int
		on; /* of a free: devices on the domain, by the answers so far */
	unsigned int gaps; /* how often events are missing before it */
};

struct life {
	const char *name;
	int alloc, free; /* steps */
	int maker; /* the device it was allocated for; -1: the kernel does not show it */
	int group; /* the group it was made for: the maker's, or the first on it */
	int parent; /* of a user's table: the life of its stage 2; or -1 */
	bool bound; /* the maker is known */
	bool used; /* a device was attached */
	bool process; /* its addresses are those of a process */
	const char *made, *now; /* features; NULL: not given */
};

/*
 * A device, or a space: a PASID of a device, whose name is DEVICE/PASID. Spaces
 * are moved and do DMA as devices do. The spaces of a device end when the device
 * is released, and later ones of that name are others.
 */
struct device {
	const char *name, *driver, *instance;
	int of; /* of a space: the device; -1: it is a device */
	uint64_t pasid; /* of a space */
	bool over; /* of a space: its device was released */
	int group;
	int first, last; /* steps */
	bool placed; /* final is given */
	int final;
	bool looked; /* wrong is given */
	const char *wrong;
};

/* The spaces of one PASID in a group are a group of their own. */
struct group {
	const char *name;
	int of; /* of a group of spaces: the group of the devices; or -1 */
	unsigned int devices;
	bool asked, told;
	int err;
};

/*
 * One try to put a group on a domain: the steps of its devices, in order, and
 * the call that caused them, if there is one. next links the attempts of a
 * request.
 *
 * A caller that gives a device a user's table tries the stage 2 that the table is on. The
 * driver can refuse when the table is made, too: such an attempt has one step.
 */
struct attempt {
	int group, request;
	int life; /* the candidate: see story_candidate() */
	int place; /* the domain that was attached; -1: none was */
	int first,
		last; /* steps; -1: the core refused without asking a driver */
	int fail; /* the step that refused */
	int call; /* of the in-kernel caller */
	int ret;
	int origin; /* where its first device was */
	pid_t pid;
	unsigned int asked; /* devices */
	bool fresh; /* the domain was, when it began */
	bool own; /* made for this group */
	int next;
};

/* The caller's work for one request of its user, for one group. */
struct request {
	int group;
	int first, last; /* attempts */
	bool closed; /* no later attempt belongs to it */
	int end; /* step at which it was closed, -1: the end of the journal */
};

/* The object that now has a name. */
struct name {
	char *text;
	int device, group, life;
};

struct judge {
	struct step *steps;
	struct life *lives;
	struct device *devices;
	struct group *groups;
	struct attempt *attempts;
	struct request *requests;
	unsigned int n_steps, n_lives, n_devices, n_groups, n_attempts,
		n_requests;
	unsigned int recorded;
	unsigned int gaps;
	uint64_t missing; /* events in these */
	int gap; /* the first is before this step */
	struct buf missing_text;
	struct buf open_wish; /* R1: cases that events alone cannot decide */
	bool over;
	const char *left;
	bool log_recorded; /* as events of a recording */
	bool log_given;
	unsigned int log_lines;
	const char *log_first;
	bool memory_given;

	struct observation *observations;
	unsigned int n_observations;
	struct verdict verdicts[RULES];

	struct name *names; /* every string of the story, once */
	unsigned int *slots; /* index + 1 into names, by hash */
	unsigned int n_names, n_slots;
	struct buf broken; /* of judge_next_call() */
};

/* names.c */
void *story_room(void *array, unsigned int n, size_t size); /* for one more */
const char *story_name(struct judge *j, const char *text); /* of ours */
int story_device(struct judge *j, const char *name); /* found or made */
int story_group(struct judge *j, const char *name);
int story_space(struct judge *j, const char *device, uint64_t pasid);
int story_space_group(struct judge *j, int group, uint64_t pasid);
void story_end_spaces(struct judge *j, int device);
/* The group of the devices, also of spaces. */
int story_base(const struct judge *j, int group);
int story_life(struct judge *j, const char *name); /* the one there is now */
int story_new_life(struct judge *j, const char *name);
int story_known_life(struct judge *j, const char *name); /* or -1 */
/* What a caller tries with a domain: the domain, or its stage 2. */
int story_candidate(const struct judge *j, int life);
void story_end_life(struct judge *j, const char *name);
int story_place(struct judge *j, const char *name);
const char *place_name(const struct judge *j, int place);

/* groups.c */
/* Calls that put a whole group, or a PASID of it, on a domain */
bool story_for_group(const struct event *ev);
bool story_for_pasid(const struct event *ev);
/* The group that a call is about, or -1 */
int story_group_of_call(struct judge *j, const struct step *s);
/* Give each device, and each space, its group. */
void story_find_groups(struct judge *j);

/* story.c: attempts and requests, from the steps */
void story_tell(struct judge *j);

/*
 * The place of a step's device at the next event about the device, or the place
 * that was given; P_UNKNOWN if there is neither. *by is that step, -1 if the
 * place was given.
 */
int story_seen_at(const struct judge *j, int step, int *by);
/*
 * True if the step returned 0, and the next event shows that this was not true.
 */
bool story_lied(const struct judge *j, int step);
/* Where a device was when an attempt began. */
int story_origin(const struct judge *j, const struct attempt *a, int device);
/* No later attempt belongs to the request of an attempt. */
bool story_ended(const struct judge *j, const struct attempt *a);
/* Has the request had its group on the domain of this attempt before? */
bool story_was_there(const struct judge *j, const struct attempt *a);

/* How the judge examines a rule. */
struct judge_rule {
	const char *needs;
	unsigned int kinds; /* of events; they are needed to see the rule */
	/*
	 * Reads the story, and reports by observe(). NULL: no event can show
	 * the rule.
	 */
	void (*look)(struct judge *j);
};
extern const struct judge_rule judge_rules[RULES];

/*
 * An observation about a step. It counts as kept unless broken_by() follows; by
 * is the step that shows the breach (-1: none). The observation is valid until
 * the next one.
 */
struct observation *observe(struct judge *j, enum rule rule,
			    enum judge_what what, enum judge_who who, int step);
void broken_by(struct judge *j, struct observation *o, int then,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* rules-caller.c: R1, R2, R5, R12, R15 */
void look_r1(struct judge *j);
void look_r2(struct judge *j);
void look_r5(struct judge *j);
void look_r12(struct judge *j);
void look_r15(struct judge *j);

/* rules-attach.c: R4, R6 to R10; R9 is R6 of the spaces */
void look_r4(struct judge *j);
void look_r6(struct judge *j);
void look_r7(struct judge *j);
void look_r8(struct judge *j);
void look_r9(struct judge *j);
void look_r10(struct judge *j);

/* rules-log.c: R3 */
void look_r3(struct judge *j);

/* rules-memory.c: R11, R13, R14 */
void look_r11(struct judge *j);
void look_r13(struct judge *j);
void look_r14(struct judge *j);

/* rules-request.c: R16 */
void look_r16(struct judge *j);

/* rules-dirty.c: R17 */
void look_r17(struct judge *j);

/* A driver refused: its answer has a reason, and that is no injected fault. */
bool story_refusal(const struct step *s);

/* Is the reason a check of compatibility, or an exception to one? */
bool reason_incompatible(const char *reason);

#endif /* JUDGE_STORY_H */
