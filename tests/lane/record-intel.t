#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The recorder on a real driver: VT-d under QEMU, two functions, VFIO.
# driver: intel debian-11 debian-12 debian-13 debian-13-backports
# vm: --qemu -machine --qemu q35,kernel-irqchip=split --qemu -device --qemu intel-iommu --qemu -device --qemu pci-testdev --qemu -device --qemu pci-testdev --cmdline intel_iommu=on
# needs: dynamic probes
# needs: driver for it
# timeout: 180
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=recording.sh
. ./recording.sh

[ -e /sys/kernel/debug/tracing/kprobe_events ] || skip_all "this kernel has no dynamic probes"
[ -n "$(ls /sys/class/iommu)" ] || skip_all "this kernel has no driver for it"
functions
overhead 500
records intel "dmar[0-9]+"
done_testing
