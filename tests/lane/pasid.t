#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# PASIDs: the in-kernel caller attaches and detaches them, DMA goes through them,
# and what is refused changes nothing.
# needs: the core attaches no PASIDs
# shellcheck source=lib.sh
. ./lib.sh
load

# dma DEVICE OPERATION: prints the reason and the result of a DMA.
dma() {
	knob "devices/$1/dma" "$2" || return
	sed 's/.* \(reason=.*\)/\1/' "$mock/devices/$1/dma"
}
fine="reason=- ret=0"

replaces=$(value_in "$mock/build_info" replaces)
if [ "$(value_in "$mock/build_info" pasids)" = 0 ]; then
	knob new_instance a
	knob new_device "d1 instance=a"
	knob new_domain "x device=d1"
	refused EOPNOTSUPP new_instance "b pasid=4" "the IOMMU core of this kernel has no call"
	refused EOPNOTSUPP new_device "d2 instance=a pasids=16" "has no call that attaches a PASID"
	refused EOPNOTSUPP domains/x/attach "d1 pasid=5" "has no call that attaches a PASID"
	refused EINVAL devices/d1/dma "read 0 8 pasid=5" "d1 has no PASIDs"
	refused EOPNOTSUPP domains/x/replace "d1 pasid=5" "has no call that attaches a PASID"
	skip "the core attaches no PASIDs"
	done_testing
fi

knob new_instance "a pasid=4"
knob new_instance "b pasid=20 ias=39"
knob new_instance "o driver=other pasid=4"
knob new_device "d1 instance=a group=g pasids=64"
knob new_device "d2 instance=a group=g pasids=64"
knob new_device "e instance=b pasids=8"
knob new_device "f instance=a"
knob new_device "o1 instance=o pasids=16"
knob new_domain "x device=d1"
knob new_domain "y device=d1"
knob new_buffer "buf 8K"
knob domains/x/map "0x1000 buf size=4K"
knob domains/y/map "0x1000 buf offset=4K"
is "$(field instance a pasid) $(cat "$mock/instances/b/pasid")" "4 20" "instances show the bits of their PASIDs"
is "$(field device d1 pasids) $(field device e pasids) $(field device f pasids)" "16 8 0" \
	"a device has as many as it and its instance have"
for bad in 21 -1 x; do
	refused EINVAL new_instance "c pasid=$bad"
done
for bad in 1 3 2097152; do
	refused EINVAL new_device "d3 instance=a pasids=$bad" "a power of two"
done

# What the driver sees of an attach: each device of the group, in order.
clear_journal
knob domains/x/attach "d1 pasid=5"
is "$(whole_journal)" "attach instance=a device=d1 domain=blocked old=identity fresh=0 reason=- ret=0
attach instance=a device=d2 domain=blocked old=identity fresh=0 reason=- ret=0
attach instance=a device=d1 pasid=5 domain=x old=blocked fresh=1 reason=- ret=0
attach instance=a device=d2 pasid=5 domain=x old=blocked fresh=0 reason=- ret=0
call op=attach_pasid object=x arg=d1 pasid=5 ret=0" "an attach: a claim, and a call for each device"
is "$(field device d1 attached) $(field device d2 attached)" "5:x 5:x" "the devices show it"
is "$(field domain x pasids) $(field domain x devices) $(field domain x instances)" "d1/5,d2/5 - a" \
	"and the domain"
is "$(where d1) $(field group g owner)" "blocked caller" "DMA without a PASID is where the claim put it"

# DMA: each address space goes its own way.
is "$(dma d1 "write 0x1000 8 pattern=0x4141414141414141 pasid=5")" "$fine" "DMA by the PASID"
is "$(head -c 8 "$mock/buffers/buf/data")" AAAAAAAA "reaches the memory of its domain"
is "$(dma d2 "read 0x1000 8 pasid=5")" "$fine" "the other device of the group does, too"
is "$(cat "$mock/devices/d2/dma_data")" AAAAAAAA "and sees the same memory"
is "$(dma d1 "read 0x1000 8 pasid=6")" "reason=blocked ret=-EFAULT" "a PASID on no domain is blocked"
is "$(dma d1 "read 0x1000 8")" "reason=blocked ret=-EFAULT" "DMA without a PASID does not go there"
refused EINVAL devices/d1/dma "read 0x1000 8 pasid=16" "the PASIDs of d1 are 1 to 15"
refused EINVAL devices/d1/dma "read 0x1000 8 pasid=0" "the PASIDs of d1 are 1 to 15"
refused EINVAL devices/f/dma "read 0x1000 8 pasid=1" "f has no PASIDs"
knob domains/y/attach "d2 pasid=6"
knob domains/y/attach_group g
is "$(dma d1 "write 0x1000 8 pattern=0x4242424242424242")$(dma d2 "read 0x1000 8 pasid=6")" "$fine$fine" \
	"two address spaces on one domain"
is "$(cat "$mock/devices/d2/dma_data")" BBBBBBBB "see the same memory"
knob instances/a/stats 0
is "$(dma d1 "read 0x1000 8")$(dma d1 "read 0x1000 8 pasid=6")" "$fine$fine" "and again"
is "$(stat_of a hits) $(stat_of a misses)" "2 0" "each has its entry in the IOTLB"
knob instances/a/iotlb 256
is "$(dma d1 "read 0x1000 8")$(dma d1 "read 0x1000 8 pasid=6")" "$fine$fine" "and after the IOTLB was emptied"
is "$(stat_of a misses) $(stat_of a iotlb_used)" "2 2" "each walks the table for its own"
knob domains/y/unmap "0x1000 4K"
is "$(dma d1 "read 0x1000 8 pasid=6")$(dma d2 "read 0x1000 8")" \
	"reason=not-mapped ret=-EFAULTreason=not-mapped ret=-EFAULT" "an unmap reaches both"

# Bad input. The kernel's errno, and nothing changes.
knob new_domain "z device=o1"
refused EINVAL domains/x/attach "d1 pasid=0" "the PASIDs of d1 are 1 to 15"
refused EINVAL domains/x/attach "d1 pasid=16" "the PASIDs of d1 are 1 to 15"
refused EINVAL domains/x/attach "d1 pasid=0x100000000"
refused EBUSY domains/x/attach "d1 pasid=5" "PASID 5 of group g is on x already"
refused EBUSY domains/x/attach "d2 pasid=6" "PASID 6 of group g is on y: detach it first"
refused EOPNOTSUPP domains/x/attach "f pasid=5" "f has no PASIDs"
refused EINVAL domains/z/attach "d1 pasid=7" "the kernel did not attach PASID 7 of d1 to z"
refused EINVAL domains/x/attach "d1 pasid=7 pasid=8" "one word too many"
refused EINVAL domains/x/attach "d1 pasid=7 unclaimed" "unclaimed is not for PASIDs"
refused EINVAL domains/x/attach "d1 pasid=" ""
refused EINVAL domains/x/detach "d1 pasid=6" "PASID 6 of group g is not on x"
refused EINVAL domains/x/detach "d1 pasid=9" "PASID 9 of group g is not on x"
refused EINVAL domains/x/detach "e pasid=5" "PASID 5 of group e is not on x"
refused EBUSY groups/g/claim 0
refused EBUSY del_domain x "detach them first"
refused EBUSY del_device d1

# The policy, and faults: as for a device without a PASID.
refused EINVAL domains/x/attach "e pasid=5" "b refuses x for e: ias"
knob instances/b/errno EMEDIUMTYPE
refused EMEDIUMTYPE domains/x/attach "e pasid=5" "b refuses x for e: ias"
knob instances/b/pairs "allow a"
knob domains/x/attach "e pasid=7"
is "$(field domain x pasids) $(field domain x instances)" "d1/5,d2/5,e/7 a,b" "a domain on PASIDs of two instances"
knob instances/a/faults "pasid-attach errno=ENOMEM device=d2"
clear_journal
refused ENOMEM domains/x/attach "d1 pasid=8" "a refuses x for d2: fault"
is "$(journal attach)" "attach instance=a device=d1 pasid=8 domain=x old=blocked fresh=0 reason=- ret=0
attach instance=a device=d2 pasid=8 domain=x old=blocked fresh=0 reason=fault ret=-ENOMEM
attach instance=a device=d1 pasid=8 domain=blocked old=x fresh=0 reason=- ret=0" \
	"the core takes the PASID off the device that had accepted"
is "$(dma d1 "read 0x1000 8 pasid=8")" "reason=blocked ret=-EFAULT" "which reaches nothing by it"
is "$(stat_of a faults)" 1 "the fault was hit"
knob instances/a/faults "pasid-attach off"
knob instances/a/faults "attach errno=EIO"
knob domains/x/attach "d1 pasid=8"
ok $? "a fault at attach is for devices, and the PASID is free"
knob instances/a/faults off

# Misbehaviours.
knob domains/x/detach "d1 pasid=8"
knob instances/a/faults "pasid-attach errno=EIO device=d2"
knob instances/a/misbehave half-done
fails EIO domains/x/attach "d1 pasid=8" "a refuses x for d2: fault"
is "$(field device d1 attached) $(field device d2 attached)" "5:x,6:y 5:x,6:y,8:x" \
	"half-done: the PASID that was refused is on the domain"
knob instances/a/misbehave none
knob instances/a/faults off
knob domains/x/attach "d1 pasid=8"
is "$(field domain x pasids)" "d1/5,d2/5,e/7,d2/8,d1/8" "and no more than that after the next attach"
knob instances/b/misbehave log-refusal
knob instances/b/pairs "clear a"
fails EMEDIUMTYPE domains/x/attach "e pasid=6"
like "$(dmesg | tail -n 1)" "b refuses x for e: ias" "log-refusal: logged"
knob instances/b/misbehave none

# Replace: from one domain to another.
refused EINVAL domains/x/replace d1 "pasid= is missing"
if [ "$replaces" = groups,pasids ]; then
	refused EINVAL domains/x/replace "d1 pasid=9" "PASID 9 of group g is on no domain: attach it first"
	clear_journal
	knob domains/y/replace "d1 pasid=5"
	is "$(whole_journal)" "attach instance=a device=d1 pasid=5 domain=y old=x fresh=0 reason=- ret=0
attach instance=a device=d2 pasid=5 domain=y old=x fresh=0 reason=- ret=0
call op=replace_pasid object=y arg=d1 pasid=5 ret=0" "a PASID moves, with no domain in between"
	knob instances/a/faults "pasid-attach nth=2 errno=EIO"
	clear_journal
	fails EIO domains/x/replace "d1 pasid=5" "a refuses x for d2: fault"
	is "$(journal attach)" "attach instance=a device=d1 pasid=5 domain=x old=y fresh=0 reason=- ret=0
attach instance=a device=d2 pasid=5 domain=x old=y fresh=0 reason=fault ret=-EIO
attach instance=a device=d1 pasid=5 domain=y old=x fresh=0 reason=- ret=0" "a move that is refused is undone"
	is "$(field device d1 attached) $(field device d2 attached)" "6:y,8:x,5:y 6:y,8:x,5:y" \
		"the PASID is where it was"
	knob instances/a/faults "pasid-attach space=2 errno=EIO"
	fails EIO domains/x/replace "d1 pasid=5"
	is "$(field device d1 attached)" "6:y,8:x,5:y" "no fault hits what is put back"
	knob instances/a/faults "pasid-attach nth=2 errno=EIO"
	knob instances/a/misbehave unhook-first
	fails EIO domains/x/replace "d1 pasid=5"
	is "$(field device d1 attached) $(field device d2 attached)" "6:y,8:x,5:y 6:y,8:x" \
		"unhook-first: the PASID that was refused is blocked"
	knob instances/a/misbehave none
	knob instances/a/faults off
	knob domains/x/replace "d1 pasid=5"
	is "$(field device d1 attached) $(field device d2 attached)" "6:y,8:x,5:x 6:y,8:x,5:x" \
		"and moves with the others the next time"
else
	refused EOPNOTSUPP domains/y/replace "d1 pasid=5" "this kernel does not export iommu_replace_device_pasid"
fi
knob domains/x/attach_group f
knob new_domain "w device=f"
if [ "$replaces" = - ]; then
	refused EOPNOTSUPP domains/w/replace_group f "this kernel does not export iommu_replace_group_handle"
	knob domains/x/detach_group f
else
	refused EINVAL domains/w/replace_group o1 "group o1 is on no domain of the caller: attach it first"
	clear_journal
	knob domains/w/replace_group f
	is "$(whole_journal)" "attach instance=a device=f domain=w old=x fresh=1 reason=- ret=0
call op=replace_group object=w arg=f ret=0" "a group moves, with no domain in between"
	knob instances/a/faults "attach errno=ENOMEM"
	fails ENOMEM domains/x/replace_group f "a refuses x for f: fault"
	is "$(where f)" w "a group that is refused is where it was"
	knob instances/a/faults off
	fails EINVAL domains/z/replace_group f "a refuses z for f: foreign"
	is "$(where f)" w "also by a driver that gets a device of another one"
	knob domains/w/replace_group f
	knob domains/w/detach f
	is "$(where f) $(field group f owner)" "identity -" "a group that was moved can be detached"
fi

# The end of it: the claim goes with the last.
clear_journal
knob domains/y/detach_group g
knob domains/y/detach "d2 pasid=6"
is "$(field group g owner) $(where d1)" "caller blocked" "the claim of an attach lasts as long as one of its group"
knob domains/x/detach "d2 pasid=8"
knob domains/x/detach "d1 pasid=5"
is "$(field group g owner) $(where d1) $(field device d1 attached)" "- identity -" "and ends with the last"
like "$(journal attach)" "attach instance=a device=d2 pasid=6 domain=blocked old=y fresh=0 reason=- ret=0" \
	"a detach is in the journal"
knob domains/x/attach "d1 pasid=5"
reset
ok $? "a reset takes PASIDs off their domains"
done_testing
