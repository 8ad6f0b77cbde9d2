// SPDX-License-Identifier: GPL-2.0-only
/* 6.11: drivers report requests for pages, and the core always answers them. */
#include <linux/iommu.h>

typedef int (*report_fn)(struct device *dev, struct iopf_fault *fault);

report_fn probe(struct iommu_ops *ops,
		void (*respond)(struct device *dev, struct iopf_fault *fault,
				struct iommu_page_response *response));
report_fn probe(struct iommu_ops *ops,
		void (*respond)(struct device *dev, struct iopf_fault *fault,
				struct iommu_page_response *response))
{
	report_fn report = iommu_report_device_fault;

	ops->page_response = respond;
	return report;
}
