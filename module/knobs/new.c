// SPDX-License-Identifier: GPL-2.0-only
/* The knobs that make and remove objects. */
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "../caller/caller.h"
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

/* Find an object, with a reference, or say that there is none. */
struct mock_obj *mock_name_object(enum mock_kind kind, const char *name)
{
	struct mock_obj *obj = mock_obj_find(kind, name);

	if (obj)
		return obj;
	return ERR_PTR(mock_fail(-ENOENT, "there is no %s '%.64s'",
				 kind_words[kind], name));
}

/* The object that the next word of a line names. */
struct mock_obj *mock_word_object(enum mock_kind kind, char **line)
{
	char *word = mock_next_word(line);

	if (!word)
		return ERR_PTR(mock_fail(-EINVAL, "the name of %s %s is missing",
					 article(kind), kind_words[kind]));
	return mock_name_object(kind, word);
}

/* Names that mean something where a domain is shown. */
static bool reserved_domain(const char *name)
{
	size_t digits = *name == 'd' ? strspn(name + 1, "0123456789") : 0;

	return !strcmp(name, "identity") || !strcmp(name, "blocked") ||
	       !strcmp(name, "none") || (digits && !name[1 + digits]);
}

/* The name of a new object: valid, not reserved, not taken. */
static int new_name(enum mock_kind kind, char **line, char *name)
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
 * What a format allows at most stands for what was not given, so the format
 * has to be known first.
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
		{ "default", parse_default, &spec->blocked },
		{ "iotlb", mock_parse_iotlb, &spec->iotlb },
		{ "policy", mock_parse_policy, &spec->set.checks },
		{ "errno", mock_parse_errnos, &spec->set.errnos },
		{ "misbehave", mock_parse_misbehave, &spec->set.misbehave },
	};
	int ret = mock_parse_opts(line, opts, ARRAY_SIZE(opts));

	if (ret)
		return ret;
	fill_from_format(&spec->traits, &given);
	/* 0 was given, not left out: let the check below say so. */
	if (opts[2].seen)
		spec->traits.ias = given.ias;
	if (opts[3].seen)
		spec->traits.oas = given.oas;
	if (opts[4].seen)
		spec->traits.pgsizes = given.pgsizes;
	return mock_check_traits(&spec->traits);
}

int mock_write_new_instance(struct mock_obj *obj, char *line)
{
	struct mock_instance_spec spec;
	char name[MOCK_NAME_LEN];
	int ret;

	ret = new_name(MOCK_INSTANCE, &line, name);
	if (ret)
		return ret;
	mock_instance_spec_init(&spec);
	ret = parse_instance(line, &spec);
	if (ret)
		return ret;
	if (spec.blocked && !kapi_blocked_default())
		return mock_fail(-EOPNOTSUPP, "this kernel has no blocking default domains (before 6.7)");

	mutex_lock(&mock_topology);
	ret = mock_instance_create(name, &spec);
	mutex_unlock(&mock_topology);
	if (ret == -EXDEV)
		return mock_fail(-EINVAL, "the other instances of driver %s have another default domain",
				 spec.driver);
	if (ret == -EBUSY && !kapi_multi_driver())
		return mock_fail(ret, "this kernel has one IOMMU driver per bus (before 6.8), so all instances have one driver");
	if (ret == -EEXIST)
		return mock_fail(ret, "there is an instance %s already", name);
	return ret;
}

/* ---- devices ------------------------------------------------------------- */

static int parse_bus(const char *value, void *dst)
{
	if (strcmp(value, "platform") && strcmp(value, "pci"))
		return mock_fail(-EINVAL, "there is no bus '%.64s', but platform and pci",
				 value);
	*(bool *)dst = !strcmp(value, "pci");
	return 0;
}

/* VENDOR:DEVICE, each at most 16 bits. */
static int parse_ids(const char *value, u32 *vendor, u32 *device)
{
	char text[32], *colon;
	int ret;

	strscpy(text, value, sizeof(text));
	colon = strchr(text, ':');
	if (!colon)
		return mock_fail(-EINVAL, "'%.64s' is not VENDOR:DEVICE, as in 0x1234:0x5678",
				 value);
	*colon = '\0';
	ret = mock_parse_u32(text, vendor);
	if (!ret)
		ret = mock_parse_u32(colon + 1, device);
	/* All ones is an empty slot. */
	if (!ret && (*vendor >= 0xffff || *device > 0xffff))
		ret = mock_fail(-EINVAL, "an id of '%.64s' is out of range",
				value);
	return ret;
}

static int parse_id(const char *value, void *dst)
{
	struct mock_config_ids *ids = dst;

	return parse_ids(value, &ids->vendor, &ids->device);
}

static int parse_subsystem(const char *value, void *dst)
{
	struct mock_config_ids *ids = dst;

	return parse_ids(value, &ids->sub_vendor, &ids->sub_device);
}

static int parse_class(const char *value, void *dst)
{
	u32 class;
	int ret = mock_parse_u32(value, &class);

	if (!ret && class > 0xffffff)
		ret = mock_fail(-EINVAL, "a class has 24 bits");
	if (!ret)
		*(u32 *)dst = class;
	return ret;
}

/* START+SIZE, in whole pages. */
static int parse_reserved(const char *value, void *dst)
{
	struct mock_range range;
	char text[64], *plus;
	int ret;

	if (strscpy(text, value, sizeof(text)) < 0)
		return mock_fail(-EINVAL, "'%.64s' is too long", value);
	plus = strchr(text, '+');
	if (!plus)
		return mock_fail(-EINVAL, "'%.64s' is not START+SIZE, as in 0xfee00000+1M",
				 value);
	*plus = '\0';
	ret = mock_parse_size(text, &range.start);
	if (!ret)
		ret = mock_parse_size(plus + 1, &range.size);
	if (!ret && (!range.size || (range.start | range.size) & 0xfff ||
		     range.start + range.size - 1 < range.start))
		ret = mock_fail(-EINVAL, "'%.64s' is not made of whole pages of 4K, or has none",
				value);
	if (!ret)
		*(struct mock_range *)dst = range;
	return ret;
}

static int create_device(const char *name, const char *instance,
			 const struct mock_device_spec *spec)
{
	const char *group = spec->group;
	struct mock_obj *inst;
	int ret;

	lockdep_assert_held(&mock_topology);
	inst = mock_name_object(MOCK_INSTANCE, instance);
	if (IS_ERR(inst))
		return PTR_ERR(inst);
	if (!*group && mock_obj_exists(MOCK_GROUP, name))
		ret = mock_fail(-EEXIST, "there is a group %s already, so the device cannot have one of that name to itself",
				name);
	else
		ret = mock_device_create(name, to_instance(inst), spec);
	mock_obj_put(inst);
	return ret;
}

int mock_write_new_device(struct mock_obj *obj, char *line)
{
	char name[MOCK_NAME_LEN], instance[MOCK_NAME_LEN] = "";
	struct mock_device_spec spec;
	struct mock_opt opts[] = {
		{ "instance", mock_parse_name, instance },
		{ "group", mock_parse_name, spec.group },
		{ "bus", parse_bus, &spec.pci },
		{ "reserved", parse_reserved, &spec.reserved },
		/* of PCI functions only */
		{ "id", parse_id, &spec.ids },
		{ "subsystem", parse_subsystem, &spec.ids },
		{ "class", parse_class, &spec.ids.class },
		{ "serial", mock_parse_u64, &spec.ids.serial },
		{ "isolated", mock_parse_bool, &spec.isolated },
	};
	size_t i;
	int ret;

	mock_device_spec_init(&spec);
	ret = new_name(MOCK_DEVICE, &line, name);
	if (!ret)
		ret = mock_parse_opts(line, opts, ARRAY_SIZE(opts));
	if (!ret && !*instance)
		ret = mock_fail(-EINVAL, "instance= is missing");
	for (i = 4; !ret && !spec.pci && i < ARRAY_SIZE(opts); i++)
		if (opts[i].seen)
			ret = mock_fail(-EINVAL, "%s= is for bus=pci",
					opts[i].key);
	if (ret)
		return ret;

	mutex_lock(&mock_topology);
	ret = create_device(name, instance, &spec);
	mutex_unlock(&mock_topology);
	if (ret && !mock_answer_has_error())
		mock_fail(ret, "the kernel did not take device %s (errno %d)",
			  name, -ret);
	return ret;
}

/* ---- domains ------------------------------------------------------------- */

int mock_write_new_domain(struct mock_obj *obj, char *line)
{
	char name[MOCK_NAME_LEN], device[MOCK_NAME_LEN] = "";
	struct mock_opt opts[] = {
		{ "device", mock_parse_name, device },
	};
	struct mock_obj *dev;
	int ret;

	ret = new_name(MOCK_DOMAIN, &line, name);
	if (!ret)
		ret = mock_parse_opts(line, opts, ARRAY_SIZE(opts));
	if (!ret && !*device)
		ret = mock_fail(-EINVAL, "device= is missing");
	if (ret)
		return ret;
	dev = mock_name_object(MOCK_DEVICE, device);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	ret = mock_caller_domain_new(name, to_device(dev));
	mock_obj_put(dev);
	return ret;
}

/* ---- buffers ------------------------------------------------------------- */

int mock_write_new_buffer(struct mock_obj *obj, char *line)
{
	char name[MOCK_NAME_LEN];
	char *word;
	u64 size;
	int ret;

	ret = new_name(MOCK_BUFFER, &line, name);
	if (ret)
		return ret;
	word = mock_next_word(&line);
	if (!word)
		return mock_fail(-EINVAL, "the size is missing");
	ret = mock_parse_size(word, &size);
	if (!ret)
		ret = mock_no_more(line);
	if (ret)
		return ret;
	if (size < MOCK_BUFFER_MIN || size > MOCK_BUFFER_MAX ||
	    !PAGE_ALIGNED(size))
		return mock_fail(-EINVAL, "a buffer has 4K to 1G, in whole pages of 4K");

	mutex_lock(&mock_topology);
	ret = mock_buffer_create(name, size);
	mutex_unlock(&mock_topology);
	return ret;
}

/* ---- removal ------------------------------------------------------------- */

static int remove_instance(struct mock_obj *obj)
{
	struct mock_instance *inst = to_instance(obj);
	int ret = mock_instance_delete(inst);

	if (ret == -EBUSY)
		mock_fail(ret, "%u devices are behind %s, and %u domains were made for it",
			  READ_ONCE(inst->devices), obj->name,
			  READ_ONCE(inst->domains));
	return ret;
}

static int remove_device(struct mock_obj *obj)
{
	int ret = mock_device_delete(to_device(obj), false);

	if (ret == -EBUSY)
		mock_fail(ret, "%s is in use: its group is claimed or on a domain, or a driver is bound to it",
			  obj->name);
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

/* Remove the object that a line names; @remove says why if it cannot. */
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

/* Without mock_topology, like new_domain: a domain has locks of its own. */
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

/* Whoever but us keeps the module from being emptied. */
static int find_holder(struct mock_obj *obj, void *arg)
{
	const struct mock_domain *dom = to_domain(obj);

	if (dom->caller)
		return 0;
	return mock_fail(-EBUSY, "%s (process %d) holds domain %s", dom->comm,
			 dom->pid, obj->name);
}

static int find_bound(struct mock_obj *obj, void *arg)
{
	char driver[MOCK_NAME_LEN];

	mock_device_driver(to_device(obj), driver);
	if (!*driver)
		return 0;
	return mock_fail(-EBUSY, "driver %s is bound to device %s", driver,
			 obj->name);
}

/* Remove all objects of a kind, youngest first. */
static int remove_all(enum mock_kind kind, int (*remove)(struct mock_obj *obj))
{
	struct mock_obj *obj;
	int ret = 0;

	while (!ret && (obj = mock_obj_last(kind))) {
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
 * mock_reset() - remove everything
 * @unload: the module goes, so nobody holds anything, but a driver may have
 *          been bound too late to pin the module
 *
 * Context: process; takes mock_topology.
 * Return: 0; -EBUSY if somebody else holds something: with nothing removed,
 * unless that has happened meanwhile.
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
	/* Somebody came in between, or was first: it is in use, try again. */
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
