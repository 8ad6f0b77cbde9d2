/* SPDX-License-Identifier: GPL-2.0-only */
/* The names of locks in lockdep's reports. */
#ifndef MOCK_LOCK_H
#define MOCK_LOCK_H

#include <linux/lockdep.h>

/*
 * Give a lock the name that objects.h uses for it. By itself lockdep takes the
 * expression that initialised the lock, such as "&dom->lock", which many locks
 * of the kernel share. @lock has just been initialised.
 */
#define mock_lock_name(lock, name)                                     \
	do {                                                           \
		static struct lock_class_key key;                      \
								       \
		lockdep_set_class_and_name(lock, &key, name);          \
	} while (0)

#endif /* MOCK_LOCK_H */
