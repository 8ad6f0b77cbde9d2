#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DMA through two real SMMUv3, as real-dma.t has it for VT-d. Functions behind different
# SMMUs have page tables of their own, and what VFIO's type1 maps is in each.
# lane: debian-12-arm64 debian-13-arm64 debian-13-backports-arm64
# vm: --no-module --new-qemu --qemu -bios --qemu /usr/share/qemu-efi-aarch64/QEMU_EFI.fd --qemu -device --qemu pxb-pcie,id=pcie.1,bus_nr=8,bus=pcie.0 --qemu -device --qemu pxb-pcie,id=pcie.2,bus_nr=16,bus=pcie.0 --qemu -device --qemu arm-smmuv3,primary-bus=pcie.1,id=smmu.1 --qemu -device --qemu arm-smmuv3,primary-bus=pcie.2,id=smmu.2 --qemu -device --qemu pcie-root-port,id=rp.1,bus=pcie.1,chassis=1 --qemu -device --qemu pcie-root-port,id=rp.2,bus=pcie.1,chassis=2 --qemu -device --qemu pcie-root-port,id=rp.3,bus=pcie.2,chassis=3 --qemu -device --qemu iommu-testdev,bus=rp.1 --qemu -device --qemu iommu-testdev,bus=rp.2 --qemu -device --qemu iommu-testdev,bus=rp.3
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=recording.sh
. ./recording.sh

bind_all
is "$bound" "0000:09:00.0 0000:0a:00.0 0000:11:00.0" "three functions are bound to vfio-pci"
reaches 0000:09:00.0
reaches 0000:09:00.0 0000:0a:00.0
reaches 0000:09:00.0 0000:11:00.0
reaches 0000:11:00.0 0000:0a:00.0 0000:09:00.0
done_testing
