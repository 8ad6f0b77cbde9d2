#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DMA through a real IOMMU driver: VT-d under QEMU, whose iommu-testdev writes where the
# test tells it to. What VFIO's type1 has mapped is what a function reaches (R14), and after
# an unmap it reaches nothing (R13), which agrees with what the judge says of R13.
# lane: debian-13 debian-13-backports
# vm: --no-module --new-qemu --qemu -machine --qemu q35,kernel-irqchip=split --qemu -device --qemu intel-iommu --qemu -device --qemu iommu-testdev --qemu -device --qemu iommu-testdev --cmdline intel_iommu=on
# timeout: 180
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=recording.sh
. ./recording.sh

functions
for order in "$first" "$first $second" "$second $first"; do
	# shellcheck disable=SC2086 # words
	reaches $order
	iommu-mock judge rec >rules
	is $? 0 "no rule is broken" "$(cat rules rec)"
	like "$(cat rules)" "^R13 +kept " "R13 is kept"
done
done_testing
