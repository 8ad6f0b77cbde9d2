// SPDX-License-Identifier: GPL-2.0-only
/*
 * Answers that do not fit into an errno. The module keeps them for each process
 * that writes.
 *
 * The reader is often another process than the writer. In
 * "echo x > knob; cat last_error" the shell writes and its child reads. In
 * "echo x | sudo tee knob; sudo cat last_error" two great-grandchildren of a
 * shell write and read, in sessions of their own. So the module keeps each
 * writer with its ancestors. A reader gets the most recent answer of the first
 * of these groups that has one:
 *
 * - the reader and its descendants;
 * - the reader's parent and the descendants of that parent, then the same of
 *   each further ancestor, up to the first ancestor that may have children of
 *   other users (struct lineage, @near);
 * - the processes of the reader's session, those with the reader's login uid,
 *   and the reader's further ancestors.
 */
#include <linux/audit.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "answers.h"

#define NR_SLOTS 256
#define MAX_LINE 16

/**
 * struct process - a process, which may have ended
 * @tgid: its id
 * @start: when it started; tells it from a later process with the same id
 */
struct process {
	pid_t tgid;
	u64 start;
};

/**
 * struct lineage - a process and its ancestors
 * @n: number of processes in @line
 * @near: number of processes at the beginning of @line that have the login uid
 *	  of the process and are no reapers; at least 1. The children of a
 *	  reaper may belong to any user
 * @line: the process, its parent, and so on, up to a reaper
 */
struct lineage {
	unsigned int n;
	unsigned int near;
	struct process line[MAX_LINE];
};

/**
 * struct slot - one writer
 * @lineage: the process that wrote, and its ancestors at that time; the slot is
 *	     unused if @n is 0
 * @session: session of the process when it wrote, with a reference
 * @login: login uid of the process, or INVALID_UID
 * @used: value of nr_writes when the process wrote last
 * @stamp: value of nr_writes when the process got each answer, 0 for never
 * @text: the answers
 */
struct slot {
	struct lineage lineage;
	struct pid *session;
	kuid_t login;
	u64 used;
	u64 stamp[MOCK_NR_ANSWERS];
	char text[MOCK_NR_ANSWERS][MOCK_ANSWER_LEN];
};

/* Protects the slots and the count of writes; a leaf lock. */
static DEFINE_SPINLOCK(mock_answers_lock);
static struct slot *slots;
static u64 nr_writes;

int mock_answers_init(void)
{
	slots = kvcalloc(NR_SLOTS, sizeof(*slots), GFP_KERNEL);
	return slots ? 0 : -ENOMEM;
}

void mock_answers_exit(void)
{
	unsigned int i;

	for (i = 0; i < NR_SLOTS; i++)
		put_pid(slots[i].session);
	kvfree(slots);
	slots = NULL;
}

static struct process process_of(const struct task_struct *leader)
{
	return (struct process){ leader->tgid, leader->start_time };
}

static bool same_process(const struct process *a, const struct process *b)
{
	return a->tgid == b->tgid && a->start == b->start;
}

/* A reaper adopts orphans: its children need not come from its user. */
static bool is_reaper(struct task_struct *leader)
{
	struct pid *pid = task_tgid(leader);

	return !pid || is_child_reaper(pid) ||
	       leader->signal->is_child_subreaper;
}

/* The current process and its ancestors. */
static void get_lineage(struct lineage *l)
{
	struct task_struct *leader = current->group_leader;
	kuid_t login = audit_get_loginuid(current);
	bool near = true;

	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "ancestors may go");
	l->n = 0;
	l->near = 1;
	for (;;) {
		if (l->n)
			near = near && !is_reaper(leader) &&
			       uid_eq(audit_get_loginuid(leader), login);
		l->line[l->n++] = process_of(leader);
		if (near)
			l->near = l->n;
		if (l->n == MAX_LINE || is_reaper(leader))
			break;
		leader = rcu_dereference(leader->real_parent)->group_leader;
	}
}

static struct slot *find_slot(const struct process *process)
{
	unsigned int i;

	lockdep_assert_held(&mock_answers_lock);
	for (i = 0; i < NR_SLOTS; i++)
		if (slots[i].lineage.n &&
		    same_process(&slots[i].lineage.line[0], process))
			return &slots[i];
	return NULL;
}

/*
 * The slot of the current process; a new one replaces the least recently used.
 */
static struct slot *own_slot(void)
{
	struct process process = process_of(current->group_leader);
	struct slot *slot = find_slot(&process);
	unsigned int i;

	lockdep_assert_held(&mock_answers_lock);
	if (!slot) {
		slot = &slots[0];
		for (i = 1; i < NR_SLOTS; i++)
			if (slots[i].used < slot->used)
				slot = &slots[i];
		put_pid(slot->session);
		memset(slot, 0, sizeof(*slot));
		get_lineage(&slot->lineage);
		slot->session = get_pid(task_session(current));
		slot->login = audit_get_loginuid(current);
	}
	slot->used = ++nr_writes;
	return slot;
}

static void set_text(enum mock_answer kind, const char *text)
{
	struct slot *slot;

	rcu_read_lock();
	spin_lock(&mock_answers_lock);
	slot = own_slot();
	slot->stamp[kind] = slot->used;
	strscpy(slot->text[kind], text, MOCK_ANSWER_LEN);
	spin_unlock(&mock_answers_lock);
	rcu_read_unlock();
}

/* A write begins: forget why the last write of this process failed. */
void mock_answer_begin(void)
{
	set_text(MOCK_ANSWER_ERROR, "");
}

/* Has the current write of this process left a sentence already? */
bool mock_answer_has_error(void)
{
	struct process process = process_of(current->group_leader);
	struct slot *slot;
	bool has;

	spin_lock(&mock_answers_lock);
	slot = find_slot(&process);
	has = slot && slot->text[MOCK_ANSWER_ERROR][0];
	spin_unlock(&mock_answers_lock);
	return has;
}

/**
 * mock_fail() - leave a sentence that explains a failure
 * @err: negative errno
 * @fmt: one sentence that a person can act on, without a newline
 *
 * Context: process.
 * Return: @err
 */
int mock_fail(int err, const char *fmt, ...)
{
	char text[MOCK_ANSWER_LEN];
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	set_text(MOCK_ANSWER_ERROR, text);
	return err;
}

/* Keep an answer for the current process. Context: process. */
void mock_answer_set(enum mock_answer kind, const char *fmt, ...)
{
	char text[MOCK_ANSWER_LEN];
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	set_text(kind, text);
}

/*
 * Is @process the writer of the slot? That counts even if its answer is empty.
 */
static bool wrote(const struct slot *slot, const struct process *process)
{
	return slot->lineage.n && same_process(&slot->lineage.line[0], process);
}

/*
 * Is @process the writer of the slot, or an ancestor of a writer with an
 * answer?
 */
static bool wrote_under(const struct slot *slot, enum mock_answer kind,
			const struct process *process)
{
	unsigned int i;

	if (wrote(slot, process))
		return true;
	for (i = 1; *slot->text[kind] && i < slot->lineage.n; i++)
		if (same_process(&slot->lineage.line[i], process))
			return true;
	return false;
}

/* The slot with the most recent answer of a process and its descendants. */
static struct slot *near_slot(enum mock_answer kind,
			      const struct process *process)
{
	struct slot *slot = NULL;
	unsigned int i;

	lockdep_assert_held(&mock_answers_lock);
	for (i = 0; i < NR_SLOTS; i++)
		if (slots[i].stamp[kind] &&
		    (!slot || slots[i].stamp[kind] > slot->stamp[kind]) &&
		    wrote_under(&slots[i], kind, process))
			slot = &slots[i];
	return slot;
}

/*
 * Has the writer of the slot the session or the login uid of the reader, or is
 * it an ancestor of the reader that is not near?
 */
static bool is_far(const struct slot *slot, enum mock_answer kind,
		   const struct lineage *reader)
{
	kuid_t login = audit_get_loginuid(current);
	unsigned int i;

	if (*slot->text[kind] &&
	    (slot->session == task_session(current) ||
	     (uid_valid(login) && uid_eq(slot->login, login))))
		return true;
	for (i = reader->near; i < reader->n; i++)
		if (wrote(slot, &reader->line[i]))
			return true;
	return false;
}

static struct slot *far_slot(enum mock_answer kind, const struct lineage *reader)
{
	struct slot *slot = NULL;
	unsigned int i;

	lockdep_assert_held(&mock_answers_lock);
	for (i = 0; i < NR_SLOTS; i++)
		if (slots[i].stamp[kind] &&
		    (!slot || slots[i].stamp[kind] > slot->stamp[kind]) &&
		    is_far(&slots[i], kind, reader))
			slot = &slots[i];
	return slot;
}

/* Get the answer for the current process; @buf has MOCK_ANSWER_LEN bytes. */
void mock_answer_get(enum mock_answer kind, char *buf)
{
	struct slot *slot = NULL;
	struct lineage reader;
	unsigned int i;

	rcu_read_lock();
	get_lineage(&reader);
	spin_lock(&mock_answers_lock);
	for (i = 0; i < reader.near && !slot; i++)
		slot = near_slot(kind, &reader.line[i]);
	if (!slot)
		slot = far_slot(kind, &reader);
	strscpy(buf, slot ? slot->text[kind] : "", MOCK_ANSWER_LEN);
	spin_unlock(&mock_answers_lock);
	rcu_read_unlock();
}
