#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The recorder on a real driver and iommufd: VT-d under QEMU, two functions on one
# address space. iommufd offers each device the page tables that the address space has
# before it makes new ones (iommufd_device_auto_get_domain()), so both share a domain,
# where VFIO's type1 makes one for each group first.
# lane: debug
# driver: intel debug
# vm: --qemu -machine --qemu q35,kernel-irqchip=split --qemu -device --qemu intel-iommu --qemu -device --qemu pci-testdev --qemu -device --qemu pci-testdev --cmdline intel_iommu=on
# timeout: 180
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=recording.sh
. ./recording.sh

# The kernel of debug has no remapping of interrupts.
modprobe iommufd allow_unsafe_interrupts=1
functions
for order in "$first $second" "$second $first"; do
	# shellcheck disable=SC2086 # words
	iommu-mock record --output rec -- ./iommufd-loop 1 $order >out 2>said
	is "$?" 0 "iommufd works" "$(cat said)"
	unlike "$(cat said)" "attach|are made|freed|mapped|lost|invalidate" "and the recorder has seen it all"
	a=${order% *} b=${order#* }
	is "$(lines "alloc .*domain=d[0-9]+ .* ret=0")" 1 "one domain" "$(cat rec)"
	is "$(lines "attach instance=dmar[0-9]+ device=$a domain=d1 old=blocked fresh=1 .* ret=0")" 1 "$a is on it"
	is "$(lines "attach instance=dmar[0-9]+ device=$b domain=d1 old=blocked fresh=0 .* ret=0")" 1 "$b accepts it, too"
	is "$(bytes map size)" 65536 "64K are mapped, in as many pieces as the memory has"
	is "$(bytes unmap "done")" 65536 "and unmapped"
	is "$(lines "attach instance=dmar[0-9]+ device=($a|$b) domain=blocked old=d1 .* ret=0")" 2 "both leave it"
	is "$(lines "free domain=d1 attached=0")" 1 "it is freed, and nothing is on it"
	iommu-mock judge rec >rules
	is $? 0 "no rule is broken" "$(cat rules rec)"
	for rule in R4 R7 R12 R13; do
		like "$(cat rules)" "^$rule +kept " "$rule is kept"
	done
	note "$(cat rules)"
	note "$(cat rec)"
done
done_testing
