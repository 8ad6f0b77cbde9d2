// SPDX-License-Identifier: GPL-2.0-only
/*
 * The in-kernel caller's own handler of requests for pages: what a caller puts into
 * iommu_domain.iopf_handler, and how it answers.
 *
 * The core finds the handler by the handle that the domain was attached by. Only
 * iommu_attach_group_handle() gives a group one, and that is for iommufd: see replace.c.
 */
#include <linux/module.h>

#include "handle.h"
#include "internal.h"

#include "../objects/objects.h"

#if defined(KAPI_PASIDS) && HAVE_IOPF_REPORT && IS_ENABLED(CONFIG_IOMMU_IOPF)

bool kapi_has_handlers(void)
{
	bool attaches = symbol_get(iommu_attach_group_handle);

	if (attaches)
		symbol_put(iommu_attach_group_handle);
	return attaches && kapi_replaces_groups();
}

/*
 * Called by iommu_report_device_fault(), without locks of the core. If it returned an
 * error, the core would answer, and warn.
 */
static int handle(struct iopf_group *group)
{
	mock_caller_asked(kapi_to_domain(group->attach_handle->domain),
			  kapi_device(group->fault_param->dev), group);
	return 0;
}

void kapi_domain_handle(struct iommu_domain *domain, bool on)
{
	WRITE_ONCE(domain->iopf_handler, on ? handle : NULL);
}

static void to_page(const struct iopf_fault *fault, struct mock_page *page)
{
	const struct iommu_fault_page_request *prm = &fault->fault.prm;

	*page = (struct mock_page){
		.group = prm->grpid, .iova = prm->addr,
		.access = (prm->perm & IOMMU_FAULT_PERM_READ ? PGT_READ : 0) |
			  (prm->perm & IOMMU_FAULT_PERM_WRITE ? PGT_WRITE : 0),
		.last = prm->flags & IOMMU_FAULT_PAGE_REQUEST_LAST_PAGE,
	};
	if (prm->flags & IOMMU_FAULT_PAGE_REQUEST_PASID_VALID)
		page->pasid = prm->pasid;
}

void kapi_asked_page(const struct iopf_group *group, struct mock_page *page)
{
	to_page(&group->last_fault, page);
}

int kapi_asked_each(struct iopf_group *group,
		    int (*each)(void *arg, const struct mock_page *page),
		    void *arg)
{
	struct iopf_fault *fault;
	struct mock_page page;
	int ret = 0;

	list_for_each_entry(fault, &group->faults, list) {
		to_page(fault, &page);
		ret = each(arg, &page);
		if (ret)
			break;
	}
	return ret;
}

void kapi_asked_answer(struct iopf_group *group, enum mock_page_code code)
{
	static const enum iommu_page_response_code codes[] = {
		[MOCK_PAGE_CODE_SUCCESS] = IOMMU_PAGE_RESP_SUCCESS,
		[MOCK_PAGE_CODE_INVALID] = IOMMU_PAGE_RESP_INVALID,
		[MOCK_PAGE_CODE_FAILURE] = IOMMU_PAGE_RESP_FAILURE,
	};

	iopf_group_response(group, codes[code]);
	iopf_free_group(group);
}

int kapi_group_attach(struct iommu_domain *domain, struct iommu_group *group,
		      struct kapi_handle *handle)
{
	typeof(iommu_attach_group_handle) *attach;
	int ret;

	attach = symbol_get(iommu_attach_group_handle);
	if (!attach)
		return -EOPNOTSUPP;
	ret = attach(domain, group, &handle->handle);
	symbol_put(iommu_attach_group_handle);
	return ret;
}

#else /* no handlers: nobody calls what follows */

bool kapi_has_handlers(void)
{
	return false;
}

void kapi_domain_handle(struct iommu_domain *domain, bool on)
{
}

void kapi_asked_page(const struct iopf_group *group, struct mock_page *page)
{
}

int kapi_asked_each(struct iopf_group *group,
		    int (*each)(void *arg, const struct mock_page *page),
		    void *arg)
{
	return -EOPNOTSUPP;
}

void kapi_asked_answer(struct iopf_group *group, enum mock_page_code code)
{
}

int kapi_group_attach(struct iommu_domain *domain, struct iommu_group *group,
		      struct kapi_handle *handle)
{
	return -EOPNOTSUPP;
}

#endif
