// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nested domains: a table that a user made (stage 1), on a domain of ours that
 * translates what the table contains (stage 2, the parent).
 *
 * A walk reads the user's table where the parent maps it, under the mmu_lock of the
 * instance, and pins nothing: see dma-step.c. For R13 an unmap of the parent therefore
 * waits for, and empties, the instances of each domain on it, too. What the parent
 * maps may be anywhere in the user's addresses, so each invalidation of the parent
 * is one of all addresses of the domains on it, as drivers do it
 * (cache_tag_flush_range() of Intel's).
 *
 * What a user changes in its table nobody sees: the IOTLB keeps what it has until
 * the user invalidates, as hardware does.
 */
#include <linux/io.h>
#include <linux/rculist.h>
#include <linux/string.h>

#include "../datapath/memory.h"
#include "answers.h"
#include "objects.h"
#include "words.h"

static bool read_memory(u64 phys, u64 *entry)
{
	const u64 *memory = mock_memory(phys, false);

	if (!memory)
		return false;
	*entry = READ_ONCE(*memory);
	return true;
}

/* Does the instance translate by two stages? Return 0, or -EOPNOTSUPP. */
int mock_nested_possible(struct mock_instance *inst)
{
	struct mock_traits traits;

	mock_instance_get_traits(inst, &traits);
	if (traits.nest)
		return 0;
	return mock_fail(-EOPNOTSUPP, "%s translates by one stage: set nest=1 when it is made",
			 inst->obj.name);
}

/**
 * mock_nested_check() - does a stage 2 fit an instance, for tables of users?
 * @inst: the instance
 * @parent: the stage 2
 * @reason: gets the check that failed, or MOCK_WHY_NONE
 *
 * The answer is that of the instance's policy, as for an attach of the stage 2.
 *
 * Return: 0; -EOPNOTSUPP if the instance translates by one stage; -EINVAL if
 * @parent is not such a stage 2; the errno for the check that failed.
 */
int mock_nested_check(struct mock_instance *inst, struct mock_domain *parent,
		      unsigned int *reason)
{
	struct mock_question q = { .own_group = true };
	struct mock_settings set;
	enum mock_check why;
	int ret;

	*reason = MOCK_WHY_NONE;

	mock_instance_get_settings(inst, &set);
	mock_instance_get_traits(inst, &q.instance);
	ret = mock_nested_possible(inst);
	if (ret)
		return ret;
	if (!parent->stage2)
		return mock_fail(-EINVAL, "%s is no stage 2: allocate it with IOMMU_HWPT_ALLOC_NEST_PARENT",
				 parent->obj.name);
	spin_lock_irq(&parent->lock);
	q.domain = parent->traits;
	spin_unlock_irq(&parent->lock);
	q.checks = set.checks;
	q.pair = mock_pair_get(q.domain.instance, q.instance.instance);
	why = mock_policy_verdict(&q);
	if (why == MOCK_CHECK_NONE)
		return 0;
	*reason = why;
	mock_instance_stat(inst, MOCK_STAT_REFUSED);
	/* A refusal is not logged (R3), unless this misbehaviour is set. */
	if (set.misbehave & (1U << MOCK_MIS_LOG))
		pr_err("%s takes no table of a user on %s: %s\n",
		       inst->obj.name, parent->obj.name,
		       mock_reason_name(why));
	return mock_fail(-(int)(set.errnos.error[why] ?:
				set.errnos.error_default),
			 "%s takes no table of a user on %s: %s",
			 inst->obj.name, parent->obj.name,
			 mock_reason_name(why));
}

/**
 * mock_nested_hold() - a vIOMMU is of this instance
 * @inst: the instance, which has a device now
 *
 * The core keeps neither: the device can go, and the vIOMMU stays. Until
 * mock_nested_drop() the instance can neither be removed nor change its features.
 */
void mock_nested_hold(struct mock_instance *inst)
{
	kref_get(&inst->obj.ref);
	spin_lock_irq(&inst->lock);
	inst->viommus++;
	spin_unlock_irq(&inst->lock);
}

/* The vIOMMU is gone. */
void mock_nested_drop(struct mock_instance *inst)
{
	spin_lock_irq(&inst->lock);
	inst->viommus--;
	spin_unlock_irq(&inst->lock);
	mock_obj_put(&inst->obj);
}

/**
 * mock_nested_record() - record that a vIOMMU was made, was not, or is gone
 * @inst: the instance that it is of
 * @parent: its stage 2; NULL if that is of another module's driver
 * @gone: it is gone
 * @why: the reason of the answer
 * @ret: the answer
 */
void mock_nested_record(struct mock_instance *inst,
			const struct mock_domain *parent, bool gone,
			unsigned int why, int ret)
{
	struct mock_record rec = {
		.event = MOCK_EV_VIOMMU, .ret = ret,
		.viommu = { .gone = gone, .why = why },
	};

	strscpy(rec.viommu.instance, inst->obj.name, MOCK_NAME_LEN);
	if (parent)
		strscpy(rec.viommu.parent, parent->obj.name, MOCK_NAME_LEN);
	mock_journal_add(&rec);
}

static void record(struct mock_device *mdev, struct mock_instance *inst,
		   struct mock_domain *dom, const struct mock_domain *parent,
		   bool pasids, unsigned int why)
{
	struct mock_record rec = {
		.event = MOCK_EV_ALLOC, .ret = PTR_ERR_OR_ZERO(dom),
		.alloc = { .pasids = pasids, .why = why },
	};

	if (mdev)
		strscpy(rec.alloc.device, mdev->obj.name, MOCK_NAME_LEN);
	if (!IS_ERR(dom))
		strscpy(rec.alloc.domain, dom->obj.name, MOCK_NAME_LEN);
	strscpy(rec.alloc.instance, inst->obj.name, MOCK_NAME_LEN);
	strscpy(rec.alloc.parent, parent->obj.name, MOCK_NAME_LEN);
	mock_journal_add(&rec);
}

/* The domain is on its parent, and has the features of that. */
static void join(struct mock_domain *dom, struct mock_device *mdev,
		 struct mock_instance *inst, struct mock_domain *parent)
{
	struct mock_traits traits;

	kref_get(&parent->obj.ref);
	dom->parent = parent;
	spin_lock_irq(&parent->lock);
	traits = parent->traits;
	list_add_tail_rcu(&dom->nest, &parent->nested);
	spin_unlock_irq(&parent->lock);
	traits.nest = true;
	spin_lock_irq(&dom->lock);
	if (mdev)
		mock_domain_bind(dom, mdev);
	else
		mock_domain_bind_instance(dom, inst);
	dom->traits = traits;
	spin_unlock_irq(&dom->lock);
}

/**
 * mock_nested_create() - called by the core: make a domain of a user's table
 * @mdev: the device that it is for, or NULL: it is for a vIOMMU
 * @inst: the instance of the device, or of the vIOMMU
 * @parent: the stage 2, whose caller keeps it as long as the domain
 * @stage1: the table; @read is set here
 * @pasids: it is for PASIDs
 *
 * Return: the domain, not published; or an ERR_PTR: an injected failure, -ENOMEM, or
 * see mock_nested_check().
 */
struct mock_domain *mock_nested_create(struct mock_device *mdev,
				       struct mock_instance *inst,
				       struct mock_domain *parent,
				       const struct mock_stage1 *stage1,
				       bool pasids)
{
	struct mock_fault_call call = {
		.point = MOCK_FAULT_ALLOC, .device = mdev,
		.size = sizeof(struct mock_domain),
	};
	unsigned int why = MOCK_WHY_FAULT;
	struct mock_domain *dom;
	int ret;

	mock_instance_stat(inst, MOCK_STAT_ALLOCS);
	ret = mock_fault_check(inst, &call) ?:
		      mock_nested_check(inst, parent, &why);
	dom = ret ? ERR_PTR(ret) : mock_domain_new(inst->driver, NULL);
	if (!IS_ERR(dom)) {
		dom->stage1 = *stage1;
		dom->stage1.read = read_memory;
		join(dom, mdev, inst, parent);
	}
	record(mdev, inst, dom, parent, pasids, why);
	return dom;
}

/*
 * The domain is being freed: an invalidation of the parent no longer finds it. The
 * devices are taken off afterwards, which empties their IOTLBs.
 */
void mock_nested_leave(struct mock_domain *dom)
{
	struct mock_domain *parent = dom->parent;

	spin_lock_irq(&parent->lock);
	list_del_rcu(&dom->nest);
	spin_unlock_irq(&parent->lock);
	/* One that has found it is finished. */
	synchronize_rcu();
}

/**
 * mock_nested_invalidate() - the parent is invalidated: so are the domains on it
 * @parent: the parent
 *
 * The era of a domain contains that of its parent, so what this has not reached yet
 * is compared with both tables before it is used.
 *
 * Context: any, with no lock of a domain.
 */
void mock_nested_invalidate(struct mock_domain *parent)
{
	struct mock_domain *dom;

	/* A domain stays until mock_nested_leave() returns. */
	rcu_read_lock();
	list_for_each_entry_rcu(dom, &parent->nested, nest)
		mock_domain_invalidate(dom, 0, 0);
	rcu_read_unlock();
}

/**
 * mock_nested_changed() - a user has changed its table and says where
 * @dom: the domain
 * @iova: first address
 * @size: bytes; 0: everything
 *
 * The era tells IOTLBs that lose the invalidation to compare.
 */
void mock_nested_changed(struct mock_domain *dom, u64 iova, u64 size)
{
	mock_domain_next_era(dom);
	mock_domain_invalidate(dom, iova, size);
}
