#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The recorder on a real driver: VT-d under QEMU, two functions, VFIO; and what the
# driver answered at boot (R10), by probes of the kernel's command line.
# driver: intel debian-11 debian-12 debian-13 debian-13-backports
# vm: --qemu -machine --qemu q35,kernel-irqchip=split --qemu -device --qemu intel-iommu --qemu -device --qemu pci-testdev --qemu -device --qemu pci-testdev --cmdline intel_iommu=on --cmdline 'trace_clock=mono trace_buf_size=1M trace_event=iommu:add_device_to_group kprobe_event=p:iommu_mock_boot/imr_probe,__iommu_probe_device,dev=+0(+0(%di)):string;r64:iommu_mock_boot/imr_probe_ret,__iommu_probe_device,ret=%ax:s32;p:iommu_mock_boot/imr_attach,__iommu_attach_device,dom=%di,type=+0(%di):u32,dev=+0(+0(%si)):string;r64:iommu_mock_boot/imr_attach_ret,__iommu_attach_device,ret=%ax:s32'
# needs: dynamic probes
# needs: driver for it
# timeout: 180
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=recording.sh
. ./recording.sh

[ -e /sys/kernel/debug/tracing/kprobe_events ] || skip_all "this kernel has no dynamic probes"
[ -n "$(ls /sys/class/iommu)" ] || skip_all "this kernel has no driver for it"
booted

functions
overhead 500
# Before 5.11 the driver invalidates in its unmap, which no function of its own shows.
case $(uname -r) in
5.10.*) records intel "dmar[0-9]+" ;;
*) records intel "dmar[0-9]+" R13 ;;
esac
done_testing
