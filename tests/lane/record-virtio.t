#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The recorder on a real driver: virtio-iommu under QEMU, two functions, VFIO. This
# driver has no blocked domain on 6.12, so the core makes an empty one for each group.
# lane: debian-13 debian-13-backports
# driver: virtio
# vm: --module virtio_iommu --qemu -device --qemu virtio-iommu-pci --qemu -device --qemu pci-testdev --qemu -device --qemu pci-testdev
# timeout: 180
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=recording.sh
. ./recording.sh

# QEMU has no remapping of interrupts beside this IOMMU.
modprobe vfio_iommu_type1 allow_unsafe_interrupts=1
functions
# Of the first function only. The second one's empty domain is made while it is recorded.
overhead 100
records virtio "[0-9a-f:.]+" R13
done_testing
