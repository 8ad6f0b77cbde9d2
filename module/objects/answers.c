// SPDX-License-Identifier: GPL-2.0-only
/*
 * Answers that do not fit into an errno, kept for each process that writes.
 *
 * The reader is often another process than the writer: in
 * "echo x > knob; cat last_error" the shell writes and its child reads. So a
 * reader gets its own answer, else its nearest ancestor's, else that of the
 * last writer in its session ("echo x | sudo tee knob").
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "answers.h"

#define NR_SLOTS 256
#define MAX_ANCESTORS 32

/**
 * struct slot - one writer
 * @process: thread group, with a reference; NULL: unused
 * @session: its session when it wrote, with a reference
 * @stamp: when it wrote last, in writes
 * @text: its answers
 */
struct slot {
	struct pid *process;
	struct pid *session;
	u64 stamp;
	char text[MOCK_NR_ANSWERS][MOCK_ANSWER_LEN];
};

/* Protects the slots and the clock; a leaf lock. */
static DEFINE_SPINLOCK(lock);
static struct slot *slots;
static u64 now;

int mock_answers_init(void)
{
	slots = kvcalloc(NR_SLOTS, sizeof(*slots), GFP_KERNEL);
	return slots ? 0 : -ENOMEM;
}

void mock_answers_exit(void)
{
	unsigned int i;

	for (i = 0; i < NR_SLOTS; i++) {
		put_pid(slots[i].process);
		put_pid(slots[i].session);
	}
	kvfree(slots);
	slots = NULL;
}

static struct slot *find_slot(const struct pid *process)
{
	unsigned int i;

	lockdep_assert_held(&lock);
	for (i = 0; i < NR_SLOTS; i++)
		if (process && slots[i].process == process)
			return &slots[i];
	return NULL;
}

/* The slot of the current process; the one that is idle longest is reused. */
static struct slot *own_slot(void)
{
	struct slot *slot = find_slot(task_tgid(current));
	unsigned int i;

	lockdep_assert_held(&lock);
	if (!slot) {
		slot = &slots[0];
		for (i = 1; i < NR_SLOTS; i++)
			if (slots[i].stamp < slot->stamp)
				slot = &slots[i];
		put_pid(slot->process);
		put_pid(slot->session);
		memset(slot, 0, sizeof(*slot));
		slot->process = get_pid(task_tgid(current));
		slot->session = get_pid(task_session(current));
	}
	slot->stamp = ++now;
	return slot;
}

/* A write begins: forget how the last one of this process failed. */
void mock_answer_begin(void)
{
	rcu_read_lock();
	spin_lock(&lock);
	own_slot()->text[MOCK_ANSWER_ERROR][0] = '\0';
	spin_unlock(&lock);
	rcu_read_unlock();
}

/* Has the write of this process said why it fails? */
bool mock_answer_has_error(void)
{
	struct slot *slot;
	bool has;

	spin_lock(&lock);
	slot = find_slot(task_tgid(current));
	has = slot && slot->text[MOCK_ANSWER_ERROR][0];
	spin_unlock(&lock);
	return has;
}

static void set_text(enum mock_answer kind, const char *text)
{
	rcu_read_lock();
	spin_lock(&lock);
	strscpy(own_slot()->text[kind], text, MOCK_ANSWER_LEN);
	spin_unlock(&lock);
	rcu_read_unlock();
}

/**
 * mock_fail() - say why an operation fails
 * @err: negative errno
 * @fmt: one sentence a person can act on, without a newline
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

static struct slot *nearest_slot(void)
{
	struct task_struct *task = current;
	struct slot *slot = NULL;
	unsigned int i;

	for (i = 0; i < MAX_ANCESTORS && !slot; i++) {
		slot = find_slot(task_tgid(task));
		if (task == task->group_leader && task_tgid_nr(task) <= 1)
			break;
		task = rcu_dereference(task->real_parent);
	}
	return slot;
}

static struct slot *session_slot(void)
{
	const struct pid *session = task_session(current);
	struct slot *slot = NULL;
	unsigned int i;

	for (i = 0; i < NR_SLOTS; i++)
		if (slots[i].process && slots[i].session == session &&
		    (!slot || slots[i].stamp > slot->stamp))
			slot = &slots[i];
	return slot;
}

/* The answer for the current process; @buf: MOCK_ANSWER_LEN bytes. */
void mock_answer_get(enum mock_answer kind, char *buf)
{
	struct slot *slot;

	rcu_read_lock();
	spin_lock(&lock);
	slot = nearest_slot() ?: session_slot();
	strscpy(buf, slot ? slot->text[kind] : "", MOCK_ANSWER_LEN);
	spin_unlock(&lock);
	rcu_read_unlock();
}
