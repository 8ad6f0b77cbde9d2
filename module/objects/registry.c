// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names: one hash and one ordered list for each kind of object.
 *
 * mock_obj_add() reserves a name before the object is complete.
 * mock_obj_publish() makes the object visible, and mock_obj_withdraw() hides
 * it. mock_obj_del() frees the name. While a name is reserved but its object is
 * not visible, an add of the same name is refused, and a find finds nothing.
 */
#include <linux/errno.h>
#include <linux/hashtable.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/stringhash.h>

#include "objects.h"

#define REGISTRY_BITS 10

/**
 * struct mock_registry - the objects of one kind
 * @lock: protects all members; a thread that holds it must not wait for a user
 *        of an object
 * @hash: reserved names
 * @order: published objects, oldest first
 * @count: length of @order
 */
struct mock_registry {
	struct mutex lock; /* protects all members */
	DECLARE_HASHTABLE(hash, REGISTRY_BITS);
	struct list_head order;
	unsigned int count;
};

static struct mock_registry registries[MOCK_NR_KINDS];

static void (*const free_obj[MOCK_NR_KINDS])(struct mock_obj *) = {
	[MOCK_DRIVER] = mock_driver_free,
	[MOCK_INSTANCE] = mock_instance_free,
	[MOCK_GROUP] = mock_group_free,
	[MOCK_DEVICE] = mock_device_free,
	[MOCK_DOMAIN] = mock_domain_free,
	[MOCK_BUFFER] = mock_buffer_free,
};

static const struct mock_watcher *watcher;

/* Serialises creation and deletion; see objects.h. */
DEFINE_MUTEX(mock_topology);

/* Call this before anything is registered with the core. */
void mock_registry_init(void)
{
	int kind;

	for (kind = 0; kind < MOCK_NR_KINDS; kind++) {
		struct mock_registry *reg = &registries[kind];

		mutex_init(&reg->lock);
		mock_lock_name(&reg->lock, "mock_registry.lock");
		hash_init(reg->hash);
		INIT_LIST_HEAD(&reg->order);
	}
}

/* Set the watcher, which is called when objects come and go; NULL: none. */
void mock_registry_watch(const struct mock_watcher *w)
{
	watcher = w;
}

static u32 hash_name(const char *name)
{
	return full_name_hash(NULL, name, strlen(name));
}

static struct mock_obj *find_locked(struct mock_registry *reg,
				    const char *name)
{
	struct mock_obj *obj;

	lockdep_assert_held(&reg->lock);
	hash_for_each_possible(reg->hash, obj, hash, hash_name(name))
		if (!strcmp(obj->name, name))
			return obj;
	return NULL;
}

/**
 * mock_obj_add() - initialise an object and reserve its name
 * @obj: the object; it has one reference afterwards
 * @kind: its kind
 * @name: a valid name
 *
 * Return: 0 or -EEXIST, with the object untouched.
 */
int mock_obj_add(struct mock_obj *obj, enum mock_kind kind, const char *name)
{
	struct mock_registry *reg = &registries[kind];
	int ret = 0;

	mutex_lock(&reg->lock);
	if (find_locked(reg, name)) {
		ret = -EEXIST;
	} else {
		strscpy(obj->name, name, sizeof(obj->name));
		obj->kind = kind;
		kref_init(&obj->ref);
		INIT_LIST_HEAD(&obj->order);
		hash_add(reg->hash, &obj->hash, hash_name(name));
	}
	mutex_unlock(&reg->lock);
	return ret;
}

/*
 * Make a complete object visible. Its files come first: another thread may
 * delete the object as soon as it can be found. Return 0; or -ENOMEM, and the
 * object is not visible.
 */
int mock_obj_publish(struct mock_obj *obj)
{
	struct mock_registry *reg = &registries[obj->kind];
	int ret = watcher ? watcher->added(obj) : 0;

	if (ret)
		return ret;
	mutex_lock(&reg->lock);
	list_add_tail(&obj->order, &reg->order);
	reg->count++;
	mutex_unlock(&reg->lock);
	return 0;
}

/*
 * Hide an object. Afterwards no thread finds the object, and none is in one of
 * its files. Does nothing if the object was never published.
 */
void mock_obj_withdraw(struct mock_obj *obj)
{
	struct mock_registry *reg = &registries[obj->kind];
	bool published;

	mutex_lock(&reg->lock);
	published = !list_empty(&obj->order);
	if (published) {
		list_del_init(&obj->order);
		reg->count--;
	}
	mutex_unlock(&reg->lock);
	if (published && watcher)
		watcher->removed(obj);
}

/* Free the name, and drop the reference that registration held. */
void mock_obj_del(struct mock_obj *obj)
{
	struct mock_registry *reg = &registries[obj->kind];

	mutex_lock(&reg->lock);
	hash_del(&obj->hash);
	mutex_unlock(&reg->lock);
	mock_obj_put(obj);
}

static void obj_release(struct kref *ref)
{
	struct mock_obj *obj = container_of(ref, struct mock_obj, ref);

	free_obj[obj->kind](obj);
}

void mock_obj_put(struct mock_obj *obj)
{
	if (obj)
		kref_put(&obj->ref, obj_release);
}

/* Find a published object, with a reference, or NULL. */
struct mock_obj *mock_obj_find(enum mock_kind kind, const char *name)
{
	struct mock_registry *reg = &registries[kind];
	struct mock_obj *obj;

	mutex_lock(&reg->lock);
	obj = find_locked(reg, name);
	if (obj && list_empty(&obj->order))
		obj = NULL;
	if (obj)
		kref_get(&obj->ref);
	mutex_unlock(&reg->lock);
	return obj;
}

/* Is the name reserved, even by an object that is not visible? */
bool mock_obj_exists(enum mock_kind kind, const char *name)
{
	struct mock_registry *reg = &registries[kind];
	bool found;

	mutex_lock(&reg->lock);
	found = find_locked(reg, name);
	mutex_unlock(&reg->lock);
	return found;
}

/* Has the object been published, and not yet withdrawn? */
bool mock_obj_registered(struct mock_obj *obj)
{
	struct mock_registry *reg = &registries[obj->kind];
	bool registered;

	mutex_lock(&reg->lock);
	registered = !list_empty(&obj->order);
	mutex_unlock(&reg->lock);
	return registered;
}

/**
 * mock_obj_next() - walk the objects of a kind without a lock
 * @kind: the kind
 * @obj: current object of the walk, or NULL to begin; the function drops the
 *       caller's reference to it
 *
 * Works for kinds whose objects cannot go while mock_topology is held.
 *
 * Return: the next object, with a reference, or NULL.
 */
struct mock_obj *mock_obj_next(enum mock_kind kind, struct mock_obj *obj)
{
	struct mock_registry *reg = &registries[kind];
	struct list_head *next;
	struct mock_obj *found = NULL;

	lockdep_assert_held(&mock_topology);
	mutex_lock(&reg->lock);
	next = obj ? obj->order.next : reg->order.next;
	if (next != &reg->order) {
		found = list_entry(next, struct mock_obj, order);
		kref_get(&found->ref);
	}
	mutex_unlock(&reg->lock);
	mock_obj_put(obj);
	return found;
}

unsigned int mock_obj_count(enum mock_kind kind)
{
	return READ_ONCE(registries[kind].count);
}

/* Call @fn for each object, oldest first, until it returns non-zero. */
int mock_obj_for_each(enum mock_kind kind,
		      int (*fn)(struct mock_obj *obj, void *arg), void *arg)
{
	struct mock_registry *reg = &registries[kind];
	struct mock_obj *obj;
	int ret = 0;

	mutex_lock(&reg->lock);
	list_for_each_entry(obj, &reg->order, order) {
		ret = fn(obj, arg);
		if (ret)
			break;
	}
	mutex_unlock(&reg->lock);
	return ret;
}

/* The youngest object of a kind, with a reference, or NULL. */
struct mock_obj *mock_obj_last(enum mock_kind kind)
{
	struct mock_registry *reg = &registries[kind];
	struct mock_obj *obj = NULL;

	mutex_lock(&reg->lock);
	if (!list_empty(&reg->order)) {
		obj = list_last_entry(&reg->order, struct mock_obj, order);
		kref_get(&obj->ref);
	}
	mutex_unlock(&reg->lock);
	return obj;
}
