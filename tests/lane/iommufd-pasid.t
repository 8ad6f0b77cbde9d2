#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# PASIDs by iommufd: attached, moved and detached by VFIO's files of functions
# (helpers/iommufd-pasid.c), and the caller iommufd-pasid. What is expected is that of
# device.c in drivers/iommu/iommufd/ and iommufd.c in drivers/vfio/.
# needs: a kernel with CONFIG_IOMMUFD
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
load
if [ "$(value_in "$mock/build_info" pasids)" = 1 ]; then
	# What a function says of itself, on any kernel that attaches PASIDs.
	knob new_instance "a pasid=8"
	knob new_device "a0 instance=a bus=pci pasids=16"
	knob new_device "a1 instance=a bus=pci"
	is "$(config a0 0x100 4)$(config a0 0x120 8)" "030001121b00010000040100" "a function with PASIDs has the capability"
	is "$(config a1 0x100 4)" "03000100" "and one without has not"
	is "$(field device a0 pasids)" 16 "the device has them"
	knob new_device "bridge instance=a bus=pci bridge=pci"
	refused EINVAL new_device "l instance=a bus=pci pasids=16 behind=bridge" "l has no PCI Express"
	refused EINVAL new_device "r instance=a bus=pci pasids=16 bridge=root-port" "a bridge has no PASIDs"
	knob new_domain "x device=a0"
	knob domains/x/attach "a0 pasid=5"
	is "$(field device a0 attached)" "5:x" "the in-kernel caller attaches one"
	knob domains/x/detach "a0 pasid=5"
	reset
fi
if [ -z "$(find /lib/modules -name 'iommufd.ko*')" ]; then
	knob new_instance a
	knob new_device "a0 instance=a bus=pci"
	iommu-mock share --caller iommufd-pasid a0 >/tmp/said 2>&1
	is "$?" 3 "iommufd-pasid: exit status 3"
	skip "needs a kernel with CONFIG_IOMMUFD"
	done_testing
fi
modprobe -a vfio-pci iommufd
knob new_instance "a pasid=4"
knob new_instance "b pasid=4 ias=39"
knob new_device "a1 instance=a bus=pci pasids=16"
knob new_device "b1 instance=b bus=pci pasids=16"
knob new_device "c1 instance=a bus=pci"

# The caller: newest page tables first, and only EINVAL means the next.
share() {
	iommu-mock share --caller iommufd-pasid --noheadings --raw --output PLACEMENT,FAILED,REFUSALS,BROKEN "$@" 2>/tmp/said
}
had=$(frozen)
is "$(share a1 b1)" "{a1}\x20{b1} - EINVAL:ias -" "a PASID of each" || cat /tmp/said
is "$(share c1)" "- c1:EOPNOTSUPP - -" "a function that has none gets no page tables" || cat /tmp/said
# B44: tables of another function are attached, with no call.
share a1 c1 >/tmp/row
is "$?" 1 "but it can be attached to those of another"
like "$(cat /tmp/said)" "c1: .*DMA does not arrive" "and does not reach its memory"
is "$(share b1 a1)" "{b1,a1} - - -" "narrow tables are for both"
knob instances/b/errno ENOMEM
is "$(share a1 b1)" "{a1} b1:ENOMEM ENOMEM:ias R1:driver" "ENOMEM is told, and nothing else is tried (R2)"
knob instances/b/errno EINVAL
is "$(total domains)" 0 "nothing is left"
is "$(frozen)" "$had" "and all is where it was"

bind a1 b1 c1
clear_journal
./iommufd-pasid "$(function_of a1)" a1 "$(function_of b1)" b1 "$(function_of c1)" >/tmp/said 2>&1
is "$? $(cat /tmp/said)" "0 tables for PASIDs of a function that has none: Operation not supported
a PASID that the function does not have: Invalid argument
a PASID of 32 bits: No space left on device
tables that are not for PASIDs: Invalid argument
tables that are not there: No such file or directory
a function without PASIDs: 0
a detach of what is not attached: 0
attach: 0
its DMA: fine
of another PASID: blocked
without PASID: blocked
move: 0
its DMA: fine
the device itself, on tables that are not for PASIDs: Invalid argument
the device itself: 0
without PASID: fine
detach: 0
its DMA: blocked
without PASID: fine
attach the second: 0
move it to tables that its instance refuses: Invalid argument
its DMA: fine
attach one more: 0" "attached, moved, detached, and refused"
is "$(journal attach | grep -c 'pasid=1 .*reason=ias ret=-EINVAL')" 1 "its instance refused the move"
is "$(journal attach | grep 'pasid=' | grep -c 'device=c1')" 0 "no driver is asked for one that has none"
is "$(journal attach | grep -c 'pasid=16 ')" 0 "or for a PASID that is not there"
is "$(total domains):$(field device a1 attached)" "0:-" "a program that ends takes all PASIDs off"
unbind a1 b1 c1
done_testing
