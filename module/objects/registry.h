/* SPDX-License-Identifier: GPL-2.0-only */
/* The common part of all objects, and the search for objects. */
#ifndef MOCK_REGISTRY_H
#define MOCK_REGISTRY_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include "../abi.h"

struct dentry;

enum mock_kind {
	MOCK_DRIVER,
	MOCK_INSTANCE,
	MOCK_GROUP,
	MOCK_DEVICE,
	MOCK_DOMAIN,
	MOCK_BUFFER,
	MOCK_NR_KINDS,
};

/**
 * struct mock_obj - the common part of all objects
 * @name: unique in its kind while the object is registered; immutable
 * @kind: immutable
 * @ref: lifetime of the memory; registration holds one reference
 * @order: place in the registry's list, protected by its lock
 * @hash: place in the registry's hash, protected by its lock
 * @dir: the object's directory, owned by knobs/
 */
struct mock_obj {
	char name[MOCK_NAME_LEN];
	enum mock_kind kind;
	struct kref ref;
	struct list_head order;
	struct hlist_node hash;
	struct dentry *dir;
};

extern struct mutex mock_topology;

/**
 * struct mock_watcher - functions that are called when objects come and go
 * @added: the object is about to become visible. Returns 0, or an errno, and
 *         the object stays invisible
 * @removed: the object is about to go. Waits for the users of its files
 *
 * They are called without spinlocks held.
 */
struct mock_watcher {
	int (*added)(struct mock_obj *obj);
	void (*removed)(struct mock_obj *obj);
};

void mock_registry_init(void);
void mock_registry_watch(const struct mock_watcher *w);
int mock_obj_add(struct mock_obj *obj, enum mock_kind kind, const char *name);
int mock_obj_publish(struct mock_obj *obj);
void mock_obj_withdraw(struct mock_obj *obj);
void mock_obj_del(struct mock_obj *obj);
struct mock_obj *mock_obj_find(enum mock_kind kind, const char *name);
bool mock_obj_exists(enum mock_kind kind, const char *name);
void mock_obj_put(struct mock_obj *obj);
bool mock_obj_registered(struct mock_obj *obj);
struct mock_obj *mock_obj_next(enum mock_kind kind, struct mock_obj *obj);
unsigned int mock_obj_count(enum mock_kind kind);
int mock_obj_for_each(enum mock_kind kind,
		      int (*fn)(struct mock_obj *obj, void *arg), void *arg);
struct mock_obj *mock_obj_last(enum mock_kind kind);

/* Each kind of object has a function that frees it. */
void mock_driver_free(struct mock_obj *obj);
void mock_instance_free(struct mock_obj *obj);
void mock_group_free(struct mock_obj *obj);
void mock_device_free(struct mock_obj *obj);
void mock_domain_free(struct mock_obj *obj);
void mock_buffer_free(struct mock_obj *obj);

#endif /* MOCK_REGISTRY_H */
