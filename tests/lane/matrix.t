#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every cell of the matrix is a test; the command prints TAP. The test has a VM of
# its own: it loads VFIO and iommufd, and iommufd brings objects that other tests
# would take for the module's.
# needs: IOMMU driver per bus
# needs: attaches no PASIDs
# needs: let modules move a PASID
# needs: let modules move a group
# needs: does not bind processes to devices
# needs: a second driver, with a blocking default domain
# needs: of VFIO
# needs: the module has no PCI functions
# needs: there is no iommufd here
# needs: CONFIG_VFIO_DEVICE_CDEV
# needs: there is no vhost-vdpa here
# needs: the module has no vDPA devices
# needs: this kernel has no vIOMMU objects
# timeout: 600
modprobe iommu_mock || exit
exec iommu-mock matrix
