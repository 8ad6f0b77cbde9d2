#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The recorder on a real driver: AMD-Vi under QEMU, two functions, VFIO. The driver
# needs cmpxchg16b, which QEMU 7.2 emulates wrongly (boot_machine() of
# scripts/lanes/boot.sh). So this test runs on a newer QEMU.
# lane: debian-12 debian-13 debian-13-backports
# driver: amd
# vm: --new-qemu --qemu -cpu --qemu max --qemu -device --qemu amd-iommu --qemu -device --qemu pci-testdev --qemu -device --qemu pci-testdev
# timeout: 180
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=recording.sh
. ./recording.sh

# The emulated unit remaps interrupts on some of these kernels only.
modprobe vfio_iommu_type1 allow_unsafe_interrupts=1
functions
overhead 100
records amd "ivhd0" R13
done_testing
