// SPDX-License-Identifier: GPL-2.0-only
/*
 * The in-kernel caller moves a group from one domain to another, with none in
 * between, as iommufd does (replace). The group is on a domain of the caller
 * before, and on a domain of the caller after, whatever the answer is: R6.
 */
#include "../kapi/kapi.h"
#include "../objects/answers.h"
#include "caller.h"
#include "hold.h"

static int check(struct mock_domain *dom, struct mock_group *mg)
{
	int ret = mock_hold_usable(mg, NULL);

	if (ret)
		return ret;
	if (!kapi_replaces_groups())
		return mock_fail(-EOPNOTSUPP, "this kernel does not export iommu_replace_group_handle()");
	if (!mg->domain)
		return mock_fail(-EINVAL, "group %s is on no domain of the caller: attach it first",
				 mg->obj.name);
	return 0;
}

static int replace_locked(struct mock_domain *dom, struct mock_group *mg,
			  struct kapi_handle *handle)
{
	struct mock_domain *old = mg->domain;
	int ret;

	lockdep_assert_held(&mg->lock);
	ret = check(dom, mg);
	if (ret)
		return ret;
	ret = kapi_group_replace(&dom->domain, mg->group, handle);
	if (ret)
		return mock_answer_has_error() ?
			       ret :
			       mock_fail(ret, "the kernel did not move %s from %s to %s",
					 mg->obj.name, old->obj.name,
					 dom->obj.name);
	kref_get(&dom->obj.ref);
	mg->domain = dom;
	swap(mg->handle, handle);
	kapi_handle_retire(handle);
	mock_hold_sweep(mg);
	mock_hold_forget(old);
	return 0;
}

/**
 * mock_caller_replace_group() - iommu_replace_group_handle()
 * @dom: a domain of the in-kernel caller
 * @mg: a group that the caller has put on a domain
 *
 * Return: 0; -EPERM; -EINVAL if the group is on no domain of the caller;
 * -EOPNOTSUPP if the kernel does not export the function; the kernel's errno.
 */
int mock_caller_replace_group(struct mock_domain *dom, struct mock_group *mg)
{
	struct kapi_handle *handle = kapi_handle_new();
	int ret = -ENOMEM;

	if (handle)
		ret = mock_caller_use(dom);
	if (handle && !ret) {
		mutex_lock(&mg->lock);
		ret = replace_locked(dom, mg, handle);
		mutex_unlock(&mg->lock);
		if (ret)
			mock_caller_unuse(dom);
	}
	if (ret)
		kapi_handle_free(handle);
	mock_caller_record("replace_group", dom->obj.name, mg->obj.name, ret);
	return ret;
}
