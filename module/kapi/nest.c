// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables of users, and vIOMMU objects: the callbacks that iommufd enters. A kernel
 * without iommufd has the callbacks, and nobody who calls them.
 */
#include <linux/kref.h>
#include <linux/module.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "nest.h"
#include "../nested-abi.h"
#include "../objects/answers.h"
#include "../objects/objects.h"

bool kapi_nests(void)
{
	return KAPI_NEST;
}

#if KAPI_NEST

#if IS_ENABLED(CONFIG_IOMMUFD_DRIVER_CORE)
/* iommufd_viommu_find_dev() and the like, which are part of vmlinux. */
MODULE_INFO(import_ns, "IOMMUFD");
#endif

/**
 * struct kapi_viommu - what the domains on a vIOMMU know of it
 * @ref: a reference for the vIOMMU, and one for each domain
 * @lock: protects @core; held for reading while an event is reported
 * @core: the vIOMMU; NULL when it is destroyed
 */
struct kapi_viommu {
	struct kref ref;
	struct rw_semaphore lock; /* protects @core */
	struct iommufd_viommu *core;
};

/* ---- what domains know of a vIOMMU ------------------------------------------- */

static void face_free(struct kref *ref)
{
	kfree(container_of(ref, struct kapi_viommu, ref));
}

void kapi_viommu_put(struct kapi_viommu *viommu)
{
	kref_put(&viommu->ref, face_free);
}

static struct kapi_viommu *face_new(struct iommufd_viommu *core)
{
	struct kapi_viommu *face = kzalloc(sizeof(*face), GFP_KERNEL_ACCOUNT);

	if (!face)
		return NULL;
	kref_init(&face->ref);
	init_rwsem(&face->lock);
	mock_lock_name(&face->lock, "kapi_viommu.lock");
	face->core = core;
	return face;
}

void kapi_viommu_report(struct kapi_viommu *viommu, struct device *dev,
			struct mock_nest_event *event)
{
	unsigned long id;

	down_read(&viommu->lock);
	if (viommu->core &&
	    !iommufd_viommu_get_vdev_id(viommu->core, dev, &id)) {
		event->virt_id = id;
		/* Without a queue, or with a full one: the core has said so. */
		iommufd_viommu_report_event(viommu->core,
					    (enum iommu_veventq_type)MOCK_NEST_TYPE,
					    event, sizeof(*event));
	}
	up_read(&viommu->lock);
}

/* ---- what the user sends -------------------------------------------------------- */

static int get_stage1(const struct iommu_user_data *data,
		      struct mock_stage1 *stage1)
{
	struct mock_nest_stage1 user;
	const struct pgt_format *fmt;
	int ret;

	ret = iommu_copy_struct_from_user(&user, data, MOCK_NEST_TYPE, root);
	if (ret)
		return ret;
	if (user.flags || user.reserved)
		return -EOPNOTSUPP;
	fmt = pgt_format(user.format);
	if (!fmt || user.ias < 21 || user.ias > fmt->ias ||
	    user.root & (pgt_table_size(fmt) - 1))
		return -EINVAL;
	*stage1 = (struct mock_stage1){
		.fmt = fmt, .ias = user.ias, .root = user.root,
	};
	return 0;
}

/* All entries of an array, or an ERR_PTR; NULL: it has none. */
static struct mock_nest_invalidate *
get_entries(struct iommu_user_data_array *array)
{
	struct mock_nest_invalidate *entries;
	int ret;

	if (array->type != MOCK_NEST_TYPE)
		return ERR_PTR(-EINVAL);
	if (!array->entry_num)
		return NULL;
	if (array->entry_len != sizeof(*entries))
		return ERR_PTR(-EINVAL);
	if (array->entry_num > MOCK_NEST_INVALIDATIONS_MAX)
		return ERR_PTR(-E2BIG);
	entries = kvcalloc(array->entry_num, sizeof(*entries),
			   GFP_KERNEL_ACCOUNT);
	if (!entries)
		return ERR_PTR(-ENOMEM);
	ret = iommu_copy_struct_from_full_user_array(entries, sizeof(*entries),
						     array, MOCK_NEST_TYPE);
	if (!ret)
		return entries;
	kvfree(entries);
	return ERR_PTR(ret);
}

static int check_entry(const struct mock_nest_invalidate *entry)
{
	if (entry->op == MOCK_NEST_ALL)
		return entry->iova || entry->size ? -EINVAL : 0;
	if (entry->op != MOCK_NEST_RANGE)
		return -EOPNOTSUPP;
	if (!entry->size || entry->iova + (entry->size - 1) < entry->iova)
		return -EINVAL;
	return 0;
}

/* Tell the user what is wrong with each entry. */
static int put_errors(const struct iommu_user_data_array *array,
		      const struct mock_nest_invalidate *entries)
{
	struct mock_nest_invalidate __user *to = array->uptr;
	u32 i;

	for (i = 0; i < array->entry_num; i++)
		if (put_user(entries[i].error, &to[i].error))
			return -EFAULT;
	return 0;
}

/**
 * struct targets - where the entries of an array go
 * @viommu: the vIOMMU, or NULL: all go to @domain
 * @domain: see @viommu
 * @domains: with @viommu: the domain of each entry, with a reference
 */
struct targets {
	struct iommufd_viommu *viommu;
	struct mock_domain *domain;
	struct mock_domain **domains;
};

/* The domain on this vIOMMU that the device of a virtual id, or its PASID, is on. */
static struct mock_domain *
find_target(struct iommufd_viommu *viommu,
	    const struct mock_nest_invalidate *entry)
{
	struct mock_domain *dom = NULL;
	u64 id = entry->virt_id;
	struct mock_device *mdev;
	struct device *dev;

	xa_lock(&viommu->vdevs);
	dev = id == (unsigned long)id ? iommufd_viommu_find_dev(viommu, id) :
					NULL;
	mdev = dev ? kapi_device(dev) : NULL;
	if (mdev)
		dom = mock_domain_of(mdev, entry->pasid);
	xa_unlock(&viommu->vdevs);
	if (dom && dom->viommu != to_viommu(viommu)->face) {
		mock_obj_put(&dom->obj);
		dom = NULL;
	}
	return dom;
}

static int aim(struct targets *to, const struct mock_nest_invalidate *entry,
	       u32 i)
{
	if (!to->viommu)
		return entry->virt_id || entry->pasid ? -EINVAL : 0;
	to->domains[i] = find_target(to->viommu, entry);
	return to->domains[i] ? 0 : -ENOENT;
}

/* The errno of the first bad entry, after all were looked at; each has its own. */
static int check_entries(struct targets *to,
			 struct mock_nest_invalidate *entries, u32 count)
{
	int first = 0, ret;
	u32 i;

	for (i = 0; i < count; i++) {
		ret = check_entry(&entries[i]) ?: aim(to, &entries[i], i);
		entries[i].error = -ret;
		first = first ?: ret;
	}
	return first;
}

static void execute(const struct targets *to,
		    const struct mock_nest_invalidate *entries, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++)
		mock_nested_changed(to->viommu ? to->domains[i] : to->domain,
				    entries[i].iova, entries[i].size);
}

static int run_entries(struct targets *to, struct iommu_user_data_array *array,
		       struct mock_nest_invalidate *entries)
{
	u32 i, count = array->entry_num;
	int ret;

	if (to->viommu) {
		to->domains = kvcalloc(count, sizeof(*to->domains),
				       GFP_KERNEL_ACCOUNT);
		if (!to->domains)
			return -ENOMEM;
	}
	ret = check_entries(to, entries, count);
	ret = put_errors(array, entries) ?: ret;
	if (!ret)
		execute(to, entries, count);
	for (i = 0; to->domains && i < count; i++)
		if (to->domains[i])
			mock_obj_put(&to->domains[i]->obj);
	kvfree(to->domains);
	return ret;
}

int kapi_nest_execute(struct iommufd_viommu *core,
		      const struct mock_nest_invalidate *entry)
{
	struct mock_domain *dom;
	int ret = check_entry(entry);

	if (ret)
		return ret;
	dom = find_target(core, entry);
	if (!dom)
		return -ENOENT;
	mock_nested_changed(dom, entry->iova, entry->size);
	mock_obj_put(&dom->obj);
	return 0;
}

/*
 * All entries or none: the user is told what is wrong with each, and the count of
 * those that were handled is 0 then.
 */
static int invalidate(struct targets *to, struct iommu_user_data_array *array)
{
	struct mock_nest_invalidate *entries = get_entries(array);
	int ret = 0;

	if (IS_ERR(entries))
		ret = PTR_ERR(entries);
	else if (entries)
		ret = run_entries(to, array, entries);
	if (ret)
		array->entry_num = 0;
	if (!IS_ERR(entries))
		kvfree(entries);
	return ret;
}

/* ---- nested domains --------------------------------------------------------------- */

static int nested_attach(struct iommu_domain *domain, struct device *dev,
			 struct iommu_domain *old)
{
	return kapi_attach_paging(domain, dev);
}

static int nested_invalidate(struct iommu_domain *domain,
			     struct iommu_user_data_array *array)
{
	struct targets to = { .domain = kapi_to_domain(domain) };

	return invalidate(&to, array);
}

static void nested_free(struct iommu_domain *domain)
{
	mock_domain_destroy(kapi_to_domain(domain));
}

static const struct iommu_domain_ops nested_ops = {
	.attach_dev = nested_attach,
	.set_dev_pasid = kapi_set_pasid,
	.cache_invalidate_user = nested_invalidate,
	.free = nested_free,
};

/* A vIOMMU has no gatekeeper: the stage 2 may be another driver's. */
static struct mock_domain *our_parent(struct mock_instance *inst,
				      struct iommu_domain *parent)
{
	if (parent->ops != inst->driver->ops->ops->default_domain_ops)
		return NULL;
	return kapi_to_domain(parent);
}

static struct iommu_domain *nested_new(struct mock_device *mdev,
				       struct mock_instance *inst,
				       struct mock_domain *parent,
				       struct kapi_viommu *face, u32 flags,
				       const struct iommu_user_data *data)
{
	struct mock_stage1 stage1;
	struct mock_domain *dom;
	int ret = get_stage1(data, &stage1);

	if (ret)
		return ERR_PTR(ret);
	dom = mock_nested_create(mdev, inst, parent, &stage1,
				 flags & IOMMU_HWPT_ALLOC_PASID);
	if (IS_ERR(dom))
		return ERR_CAST(dom);
	if (face) {
		kref_get(&face->ref);
		dom->viommu = face;
		dom->only = inst;
	}
	dom->domain.type = IOMMU_DOMAIN_NESTED;
	dom->domain.ops = &nested_ops;
	mock_obj_publish(&dom->obj);
	return &dom->domain;
}

/* A table for PASIDs is like any other, if there are PASIDs. */
static bool fits(u32 flags, u32 max_pasids)
{
	return !(flags & ~IOMMU_HWPT_ALLOC_PASID) && (!flags || max_pasids);
}

static struct iommu_domain *alloc_nested(struct device *dev,
					 struct iommu_domain *parent, u32 flags,
					 const struct iommu_user_data *data)
{
	struct mock_device *mdev = kapi_device(dev);
	struct mock_domain *stage2;

	if (!mdev)
		return ERR_PTR(-ENODEV);
	if (!fits(flags, mdev->max_pasids))
		return ERR_PTR(-EOPNOTSUPP);
	stage2 = our_parent(mdev->instance, parent);
	if (!stage2)
		return ERR_PTR(-EINVAL);
	return nested_new(mdev, mdev->instance, stage2, NULL, flags, data);
}

/* ---- vIOMMU objects ----------------------------------------------------------------- */

static void viommu_destroy(struct iommufd_viommu *core)
{
	struct kapi_viommu *face = to_viommu(core)->face;

	down_write(&face->lock);
	face->core = NULL;
	up_write(&face->lock);
	kapi_viommu_put(face);
	kapi_doorbells_free(to_viommu(core));
	mock_nested_record(to_viommu(core)->instance, to_viommu(core)->parent,
			   true, MOCK_WHY_NONE, 0);
	mock_nested_drop(to_viommu(core)->instance);
}

static struct iommu_domain *viommu_alloc_nested(struct iommufd_viommu *core,
						u32 flags,
						const struct iommu_user_data *data)
{
	struct viommu *viommu = to_viommu(core);

	if (!fits(flags, mock_instance_pasids(viommu->instance)))
		return ERR_PTR(-EOPNOTSUPP);
	return nested_new(NULL, viommu->instance, viommu->parent, viommu->face,
			  flags, data);
}

static int viommu_invalidate(struct iommufd_viommu *core,
			     struct iommu_user_data_array *array)
{
	struct targets to = { .viommu = core };

	return invalidate(&to, array);
}

static const struct iommufd_viommu_ops viommu_ops = {
	.destroy = viommu_destroy,
	.alloc_domain_nested = viommu_alloc_nested,
	.cache_invalidate = viommu_invalidate,
	.get_hw_queue_size = kapi_queue_size,
	.hw_queue_init_phys = kapi_queue_init,
};

static size_t viommu_size(struct device *dev, enum iommu_viommu_type type)
{
	struct mock_device *mdev = kapi_device(dev);
	struct mock_traits traits;

	if (!mdev || (u32)type != MOCK_NEST_TYPE)
		return 0;
	mock_instance_get_traits(mdev->instance, &traits);
	return traits.nest ? VIOMMU_STRUCT_SIZE(struct viommu, core) : 0;
}

static int viommu_make(struct viommu *viommu, const struct iommu_user_data *data,
		       unsigned int *why)
{
	int ret;

	*why = MOCK_WHY_FOREIGN;
	if (!viommu->parent)
		return -EINVAL;
	ret = mock_nested_check(viommu->instance, viommu->parent, why);
	if (ret)
		return ret;
	viommu->face = face_new(&viommu->core);
	if (!viommu->face)
		return -ENOMEM;
	ret = data ? kapi_doorbells_make(viommu, data) : 0;
	if (ret)
		kapi_viommu_put(viommu->face);
	return ret;
}

/* The operations come last: with them the core calls destroy() after a failure. */
static int viommu_init(struct iommufd_viommu *core, struct iommu_domain *parent,
		       const struct iommu_user_data *data)
{
	struct viommu *viommu = to_viommu(core);
	unsigned int why;
	int ret;

	viommu->instance = container_of(core->iommu_dev, struct mock_instance,
					unit.iommu);
	viommu->parent = our_parent(viommu->instance, parent);
	ret = viommu_make(viommu, data, &why);
	mock_nested_record(viommu->instance,
			   kapi_is_ours(parent->owner) ? kapi_to_domain(parent) :
							 NULL,
			   false, why, ret);
	if (ret)
		return ret;
	mock_nested_hold(viommu->instance);
	core->ops = &viommu_ops;
	return 0;
}

/* ---- what the hardware is ------------------------------------------------------------- */

/* The core frees it. */
static void *hw_info(struct device *dev, u32 *length,
		     enum iommu_hw_info_type *type)
{
	struct mock_device *mdev = kapi_device(dev);
	struct mock_nest_info *info;
	struct mock_traits traits;

	if (!mdev || (*type != IOMMU_HW_INFO_TYPE_DEFAULT &&
		      (u32)*type != MOCK_NEST_TYPE))
		return ERR_PTR(-EOPNOTSUPP);
	mock_instance_get_traits(mdev->instance, &traits);
	info = kzalloc(sizeof(*info), GFP_KERNEL_ACCOUNT);
	if (!info)
		return ERR_PTR(-ENOMEM);
	info->formats = traits.nest ? (1U << MOCK_NR_FORMATS) - 1 : 0;
	info->format = traits.format;
	info->ias = traits.ias;
	info->oas = traits.oas;
	strscpy(info->instance, mdev->instance->obj.name,
		sizeof(info->instance));
	*length = sizeof(*info);
	*type = (enum iommu_hw_info_type)MOCK_NEST_TYPE;
	return info;
}

void kapi_nest_ops(struct iommu_ops *ops)
{
	ops->hw_info = hw_info;
	ops->domain_alloc_nested = alloc_nested;
	ops->get_viommu_size = viommu_size;
	ops->viommu_init = viommu_init;
}

#else /* no such callbacks: no domain has a vIOMMU */

void kapi_nest_ops(struct iommu_ops *ops)
{
}

void kapi_viommu_put(struct kapi_viommu *viommu)
{
}

void kapi_viommu_report(struct kapi_viommu *viommu, struct device *dev,
			struct mock_nest_event *event)
{
}

#endif /* KAPI_NEST */
