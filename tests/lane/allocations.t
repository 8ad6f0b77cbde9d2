#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every allocation of every operation fails once (helpers/failnth.c). The operation
# then fails with ENOMEM and has changed nothing, or it succeeds completely. At the
# end of the VM kmemleak looks for leaks. The test has a VM of its own, because the
# kernel loses software nodes here: when platform_device_add() fails,
# platform_device_register_full() of 7.x drops the device's node
# (ACPI_COMPANION_SET) before it puts the device, so nothing puts the node.
# vm: --mem 1024
# leaks: yes
# lane: debug
# timeout: 300
# shellcheck source=lib.sh
. ./lib.sh
load
for point in failslab fail_page_alloc; do
	echo N >/sys/kernel/debug/$point/ignore-gfp-wait
	echo 0 >/sys/kernel/debug/$point/verbose
done
echo N >/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem
echo 0 >/sys/kernel/debug/fail_page_alloc/min-order

# each NAME [-e ERRNO] FILE TEXT [UNDO_FILE UNDO_TEXT]
failed=0
each() {
	name=$1
	shift
	out=$(./failnth "$@")
	ok $? "$name" "$out"
	note "$out"
	out=$(echo "$out" | sed -n 's/.* failed=\([0-9]*\) .*/\1/p')
	failed=$((failed + ${out:-0}))
}

knob new_instance "i"
knob new_instance "j ias=39"
knob new_device "d instance=i"
knob new_device "e instance=j"
knob new_buffer "b 64K"
knob new_domain "x device=d"
knob new_domain "y device=e"
knob new_instance "p pasid=4"
knob new_device "q instance=p pasids=16"
knob new_instance "t dirty=1"
knob new_device "r instance=t"
knob new_domain "w device=r dirty=1"
knob new_domain "u device=q"
knob new_domain "v device=q"
# Not fresh any more.
for pair in "x d" "y e" "w r" "u q" "v q"; do
	knob "domains/${pair% *}/attach" "${pair#* }"
	knob "domains/${pair% *}/detach" "${pair#* }"
done

# device_add() says EINVAL of a name that there was no memory for; and of a
# device that the core of the IOMMUs does not take it does not say why: ENODEV.
#
# more: registrations that differ in little from the two below it.
more() {
	each "an instance" -e EINVAL new_instance "k format=arm-4k" del_instance k
	each "a device" -e EINVAL -e ENODEV new_device "f instance=i" del_device f
	each "a device with PASIDs" -e EINVAL -e ENODEV new_device "f instance=p pasids=16" del_device f
}
! whole more || more
each "a driver" -e EINVAL new_instance "k driver=other" del_instance k
each "a device in a group" -e EINVAL -e ENODEV new_device "f instance=i group=pair" del_device f
each "a buffer" new_buffer "c 256K" del_buffer c
each "a domain" new_domain "z device=d" del_domain z
each "attach" domains/x/attach d domains/x/detach d
knob domains/x/attach d
# Empty tables stay until they are trimmed, also those of a map that failed half-way.
export TRIM=x
each "map" domains/x/map "2M b" domains/x/unmap "2M 64K"
knob domains/x/map "4M b"
each "unmap" domains/x/unmap "4M 64K" domains/x/map "4M b"
unset TRIM
each "claim" groups/e/claim 1 groups/e/claim 0
each "policy" instances/j/policy same-instance instances/j/policy compatible
each "errno" instances/j/errno "EINVAL,ias=ENODEV" instances/j/errno EINVAL
each "faults" instances/j/faults "attach errno=EIO" instances/j/faults off
each "pairs" instances/j/pairs "allow i" instances/j/pairs "clear i"
each "iotlb" instances/j/iotlb 1024 instances/j/iotlb 256
each "detach" domains/x/detach d domains/x/attach d
# A look changes nothing that others see: its answer belongs to the open file.
knob domains/w/attach r
knob domains/w/map "2M b"
each "tracking of writes" domains/w/dirty on domains/w/dirty off
knob domains/w/dirty on
each "a look at dirty bits" domains/w/dirty read
# PASIDs: the claim of the first attach, what the core keeps of each, and the move.
each "attach of a PASID" domains/u/attach "q pasid=5" domains/u/detach "q pasid=5"
knob domains/u/attach "q pasid=5"
each "attach of another PASID" domains/u/attach "q pasid=6" domains/u/detach "q pasid=6"
each "replace of a PASID" domains/v/replace "q pasid=5" domains/u/replace "q pasid=5"
each "detach of a PASID" domains/u/detach "q pasid=5" domains/u/attach "q pasid=5"
each "the journal" journal clear
ok $((failed < 50)) "memory was short $failed times"
done_testing
