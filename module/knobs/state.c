// SPDX-License-Identifier: GPL-2.0-only
/* Objects as lines of key=value. */
#include <linux/device.h>
#include <linux/list.h>
#include <linux/seq_file.h>

#include "knobs.h"

/*
 * An object is a sequence of pairs. Each mock_show_*() writes a separator after
 * each pair but the last, and a newline after the last one.
 */
#define PAIR(m, sep, key, fmt, ...) \
	seq_printf(m, key "=" fmt "%c", ##__VA_ARGS__, sep)

static void show_features(struct seq_file *m, const struct mock_traits *traits,
			  char sep)
{
	PAIR(m, sep, "format", "%s", mock_format_words[traits->format]);
	PAIR(m, sep, "ias", "%u", traits->ias);
	PAIR(m, sep, "oas", "%u", traits->oas);
	seq_puts(m, "pgsizes=");
	if (traits->pgsizes)
		mock_show_pgsizes(m, &traits->pgsizes);
	else
		seq_putc(m, '-');
	seq_putc(m, sep);
	PAIR(m, sep, "coherent", "%d", traits->coherent);
	PAIR(m, sep, "enforce", "%d", traits->enforce);
	PAIR(m, sep, "sva", "%d", traits->sva);
	PAIR(m, sep, "dirty", "%d", traits->dirty);
	PAIR(m, sep, "nest", "%d", traits->nest);
}

static unsigned int count_faults(struct mock_instance *inst)
{
	unsigned int i, count = 0;

	for (i = 0; i < MOCK_NR_FAULT_POINTS; i++)
		count += READ_ONCE(inst->fault[i].on);
	return count;
}

void mock_show_instance(struct seq_file *m, struct mock_instance *inst,
			char sep)
{
	struct mock_settings set;
	struct mock_traits traits;

	mock_instance_get_traits(inst, &traits);
	mock_instance_get_settings(inst, &set);

	PAIR(m, sep, "driver", "%s", inst->driver->obj.name);
	show_features(m, &traits, sep);
	PAIR(m, sep, "iotlb", "%u", READ_ONCE(inst->mmu.tlb.size));
	PAIR(m, sep, "pasid", "%u", inst->pasid_bits);
	PAIR(m, sep, "pri", "%u", inst->pri);
	seq_puts(m, "policy=");
	mock_show_policy(m, &set.checks);
	seq_printf(m, "%cerrno=", sep);
	mock_show_errnos(m, &set.errnos);
	seq_printf(m, "%cmisbehave=", sep);
	mock_show_misbehave(m, &set.misbehave);
	seq_putc(m, sep);
	PAIR(m, sep, "devices", "%u", READ_ONCE(inst->devices));
	PAIR(m, sep, "domains", "%u", READ_ONCE(inst->domains));
	PAIR(m, sep, "viommus", "%u", READ_ONCE(inst->viommus));
	PAIR(m, sep, "faults", "%u", count_faults(inst));
	seq_printf(m, "pairs=%u\n", mock_pair_count(traits.instance));
}

void mock_show_group(struct seq_file *m, struct mock_group *mg, char sep)
{
	char where[MOCK_NAME_LEN] = "none";
	struct mock_device *mdev;
	bool first = true;

	PAIR(m, sep, "id", "%d", iommu_group_id(mg->group));
	seq_puts(m, "devices=");
	spin_lock(&mg->members_lock);
	list_for_each_entry(mdev, &mg->members, member) {
		if (first)
			mock_device_where(mdev, 0, where);
		seq_printf(m, "%s%s", first ? "" : ",", mdev->obj.name);
		first = false;
	}
	spin_unlock(&mg->members_lock);
	seq_printf(m, "%s%c", first ? "-" : "", sep);
	PAIR(m, sep, "owner", "%s", READ_ONCE(mg->claimed) ? "caller" : "-");
	seq_printf(m, "domain=%s\n", where);
}

/* The PASIDs of a device that are on domains: PASID:DOMAIN,... */
static void show_pasids(struct seq_file *m, struct mock_device *mdev)
{
	const char *comma = "";
	struct mock_link *link;

	spin_lock_irq(&mdev->place_lock);
	list_for_each_entry(link, &mdev->pasids, space) {
		seq_printf(m, "%s%u:%s", comma, link->pasid,
			   link->domain->obj.name);
		comma = ",";
	}
	spin_unlock_irq(&mdev->place_lock);
	seq_puts(m, *comma ? "" : "-");
}

void mock_show_device(struct seq_file *m, struct mock_device *mdev, char sep)
{
	char where[MOCK_NAME_LEN], driver[MOCK_NAME_LEN];
	struct device *dev = mock_device_get_dev(mdev);

	mock_device_where(mdev, 0, where);
	mock_device_driver(mdev, driver);
	PAIR(m, sep, "instance", "%s", mdev->instance->obj.name);
	PAIR(m, sep, "group", "%s", mdev->group->obj.name);
	PAIR(m, sep, "bus", "%s", mdev->bus->name);
	PAIR(m, sep, "dev", "%s", mock_device_absent(mdev) ? "-" : dev_name(dev));
	put_device(dev);
	PAIR(m, sep, "domain", "%s", where);
	PAIR(m, sep, "driver", "%s", *driver ? driver : "-");
	PAIR(m, sep, "pasids", "%u", mdev->max_pasids);
	seq_puts(m, "attached=");
	show_pasids(m, mdev);
	seq_putc(m, '\n');
}

/* The address spaces on a domain: devices, or PASIDs as DEVICE/PASID. */
static void show_spaces(struct seq_file *m, struct mock_domain *dom,
			bool pasids)
{
	const char *comma = "";
	struct mock_link *link;

	lockdep_assert_held(&dom->lock);
	list_for_each_entry(link, &dom->devices, node) {
		if (!link->pasid == pasids)
			continue;
		seq_printf(m, "%s%s", comma, link->device->obj.name);
		if (pasids)
			seq_printf(m, "/%u", link->pasid);
		comma = ",";
	}
	seq_puts(m, *comma ? "" : "-");
}

static void show_domain_users(struct seq_file *m, struct mock_domain *dom,
			      char sep)
{
	struct mock_unit_use *use;

	lockdep_assert_held(&dom->lock);
	seq_puts(m, "devices=");
	show_spaces(m, dom, false);
	seq_printf(m, "%cpasids=", sep);
	show_spaces(m, dom, true);
	seq_printf(m, "%cinstances=", sep);
	list_for_each_entry(use, &dom->units, node)
		seq_printf(m, "%s%s",
			   list_is_first(&use->node, &dom->units) ? "" : ",",
			   use->instance->obj.name);
	seq_printf(m, "%s%c", list_empty(&dom->units) ? "-" : "", sep);
}

void mock_show_domain(struct seq_file *m, struct mock_domain *dom, char sep)
{
	spin_lock_irq(&dom->lock);
	PAIR(m, sep, "driver", "%s", dom->driver->obj.name);
	PAIR(m, sep, "instance", "%s",
	     dom->instance ? dom->instance->obj.name : "-");
	PAIR(m, sep, "made_for", "%s", *dom->made_for ? dom->made_for : "-");
	PAIR(m, sep, "maker", "%s", dom->caller ? "caller" : "foreign");
	PAIR(m, sep, "by", "%d:%s", dom->by.pid, dom->by.comm);
	show_features(m, &dom->traits, sep);
	PAIR(m, sep, "parent", "%s", dom->parent ? dom->parent->obj.name : "-");
	PAIR(m, sep, "tracking", "%d", READ_ONCE(dom->tracking));
	PAIR(m, sep, "fresh", "%d", dom->fresh);
	show_domain_users(m, dom, sep);
	PAIR(m, sep, "mapped", "%llu", pgt_mapped(&dom->table));
	seq_printf(m, "tables=%llu\n", mock_domain_tables(dom));
	spin_unlock_irq(&dom->lock);
}

void mock_show_buffer(struct seq_file *m, struct mock_buffer *buf, char sep)
{
	PAIR(m, sep, "size", "%llu", buf->size);
	seq_printf(m, "maps=%d\n", atomic_read(&buf->maps));
}

static int state_driver(struct mock_obj *obj, void *m)
{
	const struct mock_driver *drv = to_driver(obj);

	seq_printf(m, "driver %s default=%s instances=%u\n", obj->name,
		   drv->blocked ? "blocked" : "identity",
		   READ_ONCE(drv->instances));
	return 0;
}

static int state_instance(struct mock_obj *obj, void *m)
{
	seq_printf(m, "instance %s ", obj->name);
	mock_show_instance(m, to_instance(obj), ' ');
	return 0;
}

static int state_group(struct mock_obj *obj, void *m)
{
	seq_printf(m, "group %s ", obj->name);
	mock_show_group(m, to_group(obj), ' ');
	return 0;
}

static int state_device(struct mock_obj *obj, void *m)
{
	seq_printf(m, "device %s ", obj->name);
	mock_show_device(m, to_device(obj), ' ');
	return 0;
}

static int state_domain(struct mock_obj *obj, void *m)
{
	seq_printf(m, "domain %s ", obj->name);
	mock_show_domain(m, to_domain(obj), ' ');
	return 0;
}

static int state_buffer(struct mock_obj *obj, void *m)
{
	seq_printf(m, "buffer %s ", obj->name);
	mock_show_buffer(m, to_buffer(obj), ' ');
	return 0;
}

/* The file "state". */
int mock_state_show(struct seq_file *m, void *v)
{
	mock_obj_for_each(MOCK_DRIVER, state_driver, m);
	mock_obj_for_each(MOCK_INSTANCE, state_instance, m);
	mock_obj_for_each(MOCK_GROUP, state_group, m);
	mock_obj_for_each(MOCK_DEVICE, state_device, m);
	mock_obj_for_each(MOCK_DOMAIN, state_domain, m);
	mock_obj_for_each(MOCK_BUFFER, state_buffer, m);
	return 0;
}
