// SPDX-License-Identifier: GPL-2.0-only
// Does on load what only a debug kernel sees: each of its checkers must.
#include <linux/compiler.h>
#include <linux/debug_locks.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static char *wrong = "";
module_param(wrong, charp, 0);
MODULE_PARM_DESC(wrong, "leak, use-after-free, lock-order, sleep, raw-nesting, lockdep-off");

static DEFINE_MUTEX(lock_a);
static DEFINE_MUTEX(lock_b);
static DEFINE_SPINLOCK(spin);
static DEFINE_RAW_SPINLOCK(raw);

static void leak(void)
{
	static void *forgotten;
	int i;

	/* The allocator itself remembers the last few. */
	for (i = 0; i < 1000; i++)
		WRITE_ONCE(forgotten, kzalloc(1024, GFP_KERNEL));
	WRITE_ONCE(forgotten, NULL);
}

/* Several, as somebody else may get one of them in between. */
static void use_after_free(void)
{
	unsigned int i;

	for (i = 0; i < 16; i++) {
		char *memory = kzalloc(64, GFP_KERNEL);

		OPTIMIZER_HIDE_VAR(memory);
		kfree(memory);
		if (memory)
			WRITE_ONCE(memory[8], 1);
	}
}

static void lock_order(void)
{
	mutex_lock(&lock_a);
	mutex_lock(&lock_b);
	mutex_unlock(&lock_b);
	mutex_unlock(&lock_a);
	mutex_lock(&lock_b);
	mutex_lock(&lock_a);
	mutex_unlock(&lock_a);
	mutex_unlock(&lock_b);
}

static void sleep_under_lock(void)
{
	spin_lock(&spin);
	might_sleep();
	spin_unlock(&spin);
}

/* On PREEMPT_RT the inner lock sleeps. */
static void raw_nesting(void)
{
	raw_spin_lock(&raw);
	spin_lock(&spin);
	spin_unlock(&spin);
	raw_spin_unlock(&raw);
}

static int __init vmtest_init(void)
{
	if (!strcmp(wrong, "leak"))
		leak();
	else if (!strcmp(wrong, "use-after-free"))
		use_after_free();
	else if (!strcmp(wrong, "lock-order"))
		lock_order();
	else if (!strcmp(wrong, "sleep"))
		sleep_under_lock();
	else if (!strcmp(wrong, "raw-nesting"))
		raw_nesting();
	else if (!strcmp(wrong, "lockdep-off"))
		debug_locks_off();
	return 0;
}
module_init(vmtest_init);

static void __exit vmtest_exit(void)
{
}
module_exit(vmtest_exit);

MODULE_DESCRIPTION("iommu-mock VM test: what a debug kernel sees");
MODULE_LICENSE("GPL");
