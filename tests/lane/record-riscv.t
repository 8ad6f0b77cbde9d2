#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The recorder on a real driver: RISC-V's IOMMU under QEMU. What the driver answered at
# boot (R10), by probes of the kernel's command line. No more can be recorded there:
# Debian's kernel of riscv64 has no type1, its VFIO refuses the functions
# (IOMMU_CAP_CACHE_COHERENCY), and the core gives each device the identity domain.
# lane: debian-sid-riscv64
# vm: --no-module --new-qemu --qemu -machine --qemu virt,aia=aplic-imsic --qemu -device --qemu riscv-iommu-pci --qemu -device --qemu pci-testdev --qemu -device --qemu pci-testdev --cmdline 'trace_clock=mono trace_buf_size=1M trace_event=iommu:add_device_to_group kprobe_event=p:iommu_mock_boot/imr_init,iommu_init_device,dev=+0(+0(%a0)):string;r64:iommu_mock_boot/imr_init_ret,iommu_init_device,ret=%a0:s32;p:iommu_mock_boot/imr_attach,__iommu_attach_device,dom=%a0,type=+0(%a0):u32,dev=+0(+0(%a1)):string;r64:iommu_mock_boot/imr_attach_ret,__iommu_attach_device,ret=%a0:s32'
# timeout: 120
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=recording.sh
. ./recording.sh

booted
is "$(sed -n 's/.* attach instance=\([^ ]*\) .*/\1/p' rec | sort -u | grep -vc '^riscv-iommu_')" 0 "the unit is RISC-V's" "$(cat rec)"

# The functions of the driver that a user's domains would call.
iommu-mock record --output rec -- true 2>said
is "$?:$(cat said)" "0:iommu-mock: record: riscv: what the driver answers to a PASID is not recorded (R9): no function shows it" \
	"the driver is recognized, and what it is told to invalidate is recorded"

modprobe -q vfio_iommu_type1
is "$?" 1 "this kernel has no type1"
bind_all
is "$bound" "" "and its VFIO takes no function"
note "$(dmesg | grep vfio)"
done_testing
