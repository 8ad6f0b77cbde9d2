// SPDX-License-Identifier: GPL-2.0-only
/* The knobs that make and remove objects. */
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "../caller/caller.h"
#include "../kapi/kapi.h"
#include "knobs.h"

static const char *const kind_words[MOCK_NR_KINDS] = {
	[MOCK_DRIVER] = "driver", [MOCK_INSTANCE] = "instance",
	[MOCK_GROUP] = "group",	  [MOCK_DEVICE] = "device",
	[MOCK_DOMAIN] = "domain", [MOCK_BUFFER] = "buffer",
};

static const char *article(enum mock_kind kind)
{
	return kind == MOCK_INSTANCE ? "an" : "a";
}

/* ---- names --------------------------------------------------------------- */

/*
 * Find an object, with a reference, or leave a sentence that it does not exist.
 */
struct mock_obj *mock_name_object(enum mock_kind kind, const char *name)
{
	struct mock_obj *obj = mock_obj_find(kind, name);

	if (obj)
		return obj;
	return ERR_PTR(mock_fail(-ENOENT, "there is no %s '%.64s'",
				 kind_words[kind], name));
}

/* Find the object that the next word of a line names. */
struct mock_obj *mock_word_object(enum mock_kind kind, char **line)
{
	char *word = mock_next_word(line);

	if (!word)
		return ERR_PTR(mock_fail(-EINVAL, "the name of %s %s is missing",
					 article(kind), kind_words[kind]));
	return mock_name_object(kind, word);
}

/* Has the name another meaning where a file shows the name of a domain? */
static bool reserved_domain(const char *name)
{
	size_t digits = *name == 'd' ? strspn(name + 1, "0123456789") : 0;

	return !strcmp(name, "identity") || !strcmp(name, "blocked") ||
	       !strcmp(name, "none") || (digits && !name[1 + digits]);
}

/*
 * Take the name of a new object off the line: valid, not reserved, not in use.
 */
int mock_new_name(enum mock_kind kind, char **line, char *name)
{
	char *word = mock_next_word(line);
	int ret;

	if (!word)
		return mock_fail(-EINVAL, "the name of the %s is missing",
				 kind_words[kind]);
	ret = mock_parse_name(word, name);
	if (ret)
		return ret;
	if (kind == MOCK_DOMAIN && reserved_domain(name))
		return mock_fail(-EINVAL, "the name %s is reserved", name);
	if (mock_obj_exists(kind, name))
		return mock_fail(-EEXIST, "there is %s %s %s already",
				 article(kind), kind_words[kind], name);
	return 0;
}

/* The sentence for a kernel where kapi_has_pasids() is false. */
int mock_no_pasids(void)
{
	return mock_fail(-EOPNOTSUPP, "the IOMMU core of this kernel has no call that attaches a PASID as this module expects it");
}

/* ---- instances ----------------------------------------------------------- */

static int parse_default(const char *value, void *dst)
{
	if (strcmp(value, "identity") && strcmp(value, "blocked"))
		return mock_fail(-EINVAL, "'%.64s' is neither identity nor blocked",
				 value);
	*(bool *)dst = *value == 'b';
	return 0;
}

/*
 * Set the features that were not given to the largest values that the format
 * allows. So the format must be known first.
 */
static void fill_from_format(struct mock_traits *traits,
			     const struct mock_traits *given)
{
	const struct pgt_format *fmt = pgt_format(traits->format);

	traits->ias = given->ias ?: fmt->ias;
	traits->oas = given->oas ?: fmt->oas;
	traits->pgsizes = given->pgsizes ?: fmt->pgsizes;
}

static int parse_instance(char *line, struct mock_instance_spec *spec)
{
	struct mock_traits given = { };
	struct mock_opt opts[] = {
		{ "driver", mock_parse_name, spec->driver },
		{ "format", mock_parse_format, &spec->traits.format },
		{ "ias", mock_parse_u32, &given.ias },
		{ "oas", mock_parse_u32, &given.oas },
		{ "pgsizes", mock_parse_pgsizes, &given.pgsizes },
		{ "coherent", mock_parse_bool, &spec->traits.coherent },
		{ "enforce", mock_parse_bool, &spec->traits.enforce },
		{ "sva", mock_parse_bool, &spec->traits.sva },
		{ "dirty", mock_parse_bool, &spec->traits.dirty },
		{ "nest", mock_parse_bool, &spec->traits.nest },
		{ "default", parse_default, &spec->blocked },
		{ "iotlb", mock_parse_iotlb, &spec->iotlb },
		{ "policy", mock_parse_policy, &spec->set.checks },
		{ "errno", mock_parse_errnos, &spec->set.errnos },
		{ "misbehave", mock_parse_misbehave, &spec->set.misbehave },
		{ "pasid", mock_parse_u32, &spec->pasid_bits },
		{ "pri", mock_parse_u32, &spec->pri },
	};
	int ret = mock_parse_opts(line, opts, ARRAY_SIZE(opts));

	if (ret)
		return ret;
	fill_from_format(&spec->traits, &given);
	/* A 0 that was given is not a default: the check below refuses it. */
	if (opts[2].seen)
		spec->traits.ias = given.ias;
	if (opts[3].seen)
		spec->traits.oas = given.oas;
	if (opts[4].seen)
		spec->traits.pgsizes = given.pgsizes;
	if (spec->pasid_bits > MOCK_PASID_BITS_MAX)
		return mock_fail(-EINVAL, "PASIDs have 1 to %u bits, and pasid=0 means that there are none",
				 MOCK_PASID_BITS_MAX);
	if (spec->pasid_bits && !kapi_has_pasids())
		return mock_no_pasids();
	if (spec->pri > MOCK_PRI_MAX)
		return mock_fail(-EINVAL, "at most %u requests for pages wait, and pri=0 means that the instance takes none",
				 MOCK_PRI_MAX);
	if (spec->pri && !kapi_takes_requests())
		return mock_fail(-EOPNOTSUPP, "this kernel takes no requests for pages from drivers as this module expects it");
	return mock_check_traits(&spec->traits);
}

int mock_write_new_instance(struct mock_obj *obj, char *line)
{
	struct mock_instance_spec spec;
	char name[MOCK_NAME_LEN];
	int ret;

	ret = mock_new_name(MOCK_INSTANCE, &line, name);
	if (ret)
		return ret;
	mock_instance_spec_init(&spec);
	ret = parse_instance(line, &spec);
	if (ret)
		return ret;
	if (spec.blocked && !kapi_blocked_default())
		return mock_fail(-EOPNOTSUPP, "this kernel has no blocking default domains");

	mutex_lock(&mock_topology);
	ret = mock_instance_create(name, &spec);
	mutex_unlock(&mock_topology);
	if (ret == -EXDEV)
		return mock_fail(-EINVAL, "the other instances of driver %s have another default domain",
				 spec.driver);
	if (ret == -EBUSY && !kapi_multi_driver())
		return mock_fail(ret, "this kernel has one IOMMU driver per bus, so all instances need the same driver");
	if (ret == -EEXIST)
		return mock_fail(ret, "there is an instance %s already", name);
	return ret;
}

/* ---- domains ------------------------------------------------------------- */

int mock_write_new_domain(struct mock_obj *obj, char *line)
{
	char name[MOCK_NAME_LEN], device[MOCK_NAME_LEN] = "";
	bool dirty = false;
	struct mock_opt opts[] = {
		{ "device", mock_parse_name, device },
		{ "dirty", mock_parse_bool, &dirty },
	};
	struct mock_obj *dev;
	int ret;

	ret = mock_new_name(MOCK_DOMAIN, &line, name);
	if (!ret)
		ret = mock_parse_opts(line, opts, ARRAY_SIZE(opts));
	if (!ret && !*device)
		ret = mock_fail(-EINVAL, "device= is missing");
	if (!ret && dirty && !kapi_tracks_dirty())
		ret = mock_no_dirty();
	if (ret)
		return ret;
	dev = mock_name_object(MOCK_DEVICE, device);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	ret = mock_caller_domain_new(name, to_device(dev), dirty);
	mock_obj_put(dev);
	return ret;
}

/* ---- buffers ------------------------------------------------------------- */

int mock_write_new_buffer(struct mock_obj *obj, char *line)
{
	char name[MOCK_NAME_LEN];
	u64 size;
	int ret;

	ret = mock_new_name(MOCK_BUFFER, &line, name);
	if (!ret)
		ret = mock_parse_last_size(line, &size);
	if (ret)
		return ret;
	if (size < MOCK_BUFFER_MIN || size > MOCK_BUFFER_MAX ||
	    !PAGE_ALIGNED(size))
		return mock_fail(-EINVAL, "the size of a buffer is 4K to 1G, in whole pages of 4K");

	mutex_lock(&mock_topology);
	ret = mock_buffer_create(name, size);
	mutex_unlock(&mock_topology);
	return ret;
}

/* ---- removal ------------------------------------------------------------- */

static int remove_instance(struct mock_obj *obj)
{
	struct mock_instance *inst = to_instance(obj);
	unsigned int devices, domains, viommus;
	int ret = mock_instance_delete(inst);

	if (ret != -EBUSY)
		return ret;
	devices = READ_ONCE(inst->devices);
	domains = READ_ONCE(inst->domains);
	viommus = READ_ONCE(inst->viommus);
	if (!devices && !domains)
		return mock_fail(ret, "%u vIOMMU object%s of %s: the program that has /dev/iommu open destroys them",
				 viommus, viommus == 1 ? " is" : "s are",
				 obj->name);
	mock_fail(ret, "%u device%s behind %s, and %u domain%s made for it",
		  devices, devices == 1 ? " is" : "s are", obj->name, domains,
		  domains == 1 ? " was" : "s were");
	return ret;
}

static int remove_device(struct mock_obj *obj)
{
	unsigned int below = mock_bus_below(to_device(obj));
	const struct mock_device *pf = to_device(obj)->pf;
	int ret;

	if (pf)
		return mock_fail(-EBUSY, "%s is a virtual function of %s, and goes with it",
				 obj->name, pf->obj.name);
	if (below)
		return mock_fail(-EBUSY, "%u function%s behind %s", below,
				 below == 1 ? " is" : "s are", obj->name);
	ret = mock_device_delete(to_device(obj), false);
	if (ret == -EBUSY)
		mock_fail(ret, "%s is in use%s: its group is claimed or on a domain, or a driver is bound to it",
			  obj->name,
			  to_device(obj)->nr_vfs ? ", or one of its virtual functions" : "");
	return ret;
}

static int unload_device(struct mock_obj *obj)
{
	return mock_device_delete(to_device(obj), true);
}

static int remove_buffer(struct mock_obj *obj)
{
	int ret = mock_buffer_delete(to_buffer(obj));

	if (ret == -EBUSY)
		mock_fail(ret, "%s is mapped", obj->name);
	return ret;
}

static int remove_domain(struct mock_obj *obj)
{
	return mock_caller_domain_del(to_domain(obj));
}

/*
 * Remove the object that a line names; @remove leaves a sentence if it fails.
 */
static int remove_named(enum mock_kind kind, char *line,
			int (*remove)(struct mock_obj *obj))
{
	struct mock_obj *obj = mock_word_object(kind, &line);
	int ret;

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	ret = mock_no_more(line);
	if (!ret) {
		mutex_lock(&mock_topology);
		ret = mock_obj_registered(obj) ? remove(obj) : -ENODEV;
		mutex_unlock(&mock_topology);
	}
	mock_obj_put(obj);
	return ret;
}

int mock_write_del_instance(struct mock_obj *unused, char *line)
{
	return remove_named(MOCK_INSTANCE, line, remove_instance);
}

int mock_write_del_device(struct mock_obj *unused, char *line)
{
	return remove_named(MOCK_DEVICE, line, remove_device);
}

/* Like new_domain it takes no mock_topology: a domain has locks of its own. */
int mock_write_del_domain(struct mock_obj *unused, char *line)
{
	struct mock_obj *obj = mock_word_object(MOCK_DOMAIN, &line);
	int ret;

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	ret = mock_no_more(line);
	if (!ret)
		ret = mock_caller_domain_del(to_domain(obj));
	mock_obj_put(obj);
	return ret;
}

int mock_write_del_buffer(struct mock_obj *unused, char *line)
{
	return remove_named(MOCK_BUFFER, line, remove_buffer);
}

/* ---- reset --------------------------------------------------------------- */

/* Refuse a reset while another caller than ours has a domain. */
static int find_holder(struct mock_obj *obj, void *arg)
{
	const struct mock_domain *dom = to_domain(obj);

	if (dom->caller)
		return 0;
	return mock_fail(-EBUSY, "%s (process %d) holds domain %s", dom->by.comm,
			 dom->by.pid, obj->name);
}

static int find_bound(struct mock_obj *obj, void *arg)
{
	char driver[MOCK_NAME_LEN];

	if (!mock_device_driven(to_device(obj)))
		return 0;
	mock_device_driver(to_device(obj), driver);
	return mock_fail(-EBUSY, "driver %s is bound to device %s", driver,
			 obj->name);
}

/* Virtual functions go with their physical function. */
static struct mock_obj *owner_of(struct mock_obj *obj)
{
	struct mock_device *pf = NULL;

	if (obj && obj->kind == MOCK_DEVICE)
		pf = to_device(obj)->pf;
	if (!pf)
		return obj;
	kref_get(&pf->obj.ref);
	mock_obj_put(obj);
	return &pf->obj;
}

/* Remove all objects of a kind, youngest first. */
static int remove_all(enum mock_kind kind, int (*remove)(struct mock_obj *obj))
{
	struct mock_obj *obj;
	int ret = 0;

	while (!ret && (obj = owner_of(mock_obj_last(kind)))) {
		ret = remove(obj);
		mock_obj_put(obj);
	}
	return ret;
}

static int let_go_of_groups(void)
{
	struct mock_obj *obj = NULL;
	int ret = 0;

	while (!ret && (obj = mock_obj_next(MOCK_GROUP, obj)))
		ret = mock_caller_let_go(to_group(obj));
	if (ret)
		mock_obj_put(obj);
	return ret;
}

/**
 * mock_reset() - remove all objects
 * @unload: the module goes, so no caller holds an object. But a driver may be
 *          bound to a device, if it was bound too late to pin the module
 *
 * Context: process; takes mock_topology.
 * Return: 0; -EBUSY if another caller holds an object. In that case nothing has
 * been removed, unless the caller took the object during the reset.
 */
int mock_reset(bool unload)
{
	int ret;

	mutex_lock(&mock_topology);
	ret = mock_obj_for_each(MOCK_DOMAIN, find_holder, NULL);
	if (!ret && !unload)
		ret = mock_obj_for_each(MOCK_DEVICE, find_bound, NULL);
	if (!ret)
		ret = let_go_of_groups();
	if (!ret)
		ret = remove_all(MOCK_DOMAIN, remove_domain);
	if (!ret)
		ret = remove_all(MOCK_DEVICE,
				 unload ? unload_device : remove_device);
	if (!ret)
		ret = remove_all(MOCK_INSTANCE, remove_instance);
	if (!ret)
		ret = remove_all(MOCK_BUFFER, remove_buffer);
	mutex_unlock(&mock_topology);
	/* Another thread used or removed an object meanwhile: try again. */
	if (ret == -ENODEV || ret == -EINVAL || ret == -EPERM)
		ret = -EBUSY;
	return ret;
}

int mock_write_reset(struct mock_obj *obj, char *line)
{
	int ret;

	if (strcmp(strim(line), "1"))
		return mock_fail(-EINVAL, "write 1 to reset");
	ret = mock_reset(false);
	if (!ret)
		mock_journal_clear();
	return ret;
}
