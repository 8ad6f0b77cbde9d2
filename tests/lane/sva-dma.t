#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# SVA: DMA through the addresses of a process. helpers/sva-dma.c is the process: what
# the kernel does to its memory is seen by devices behind all instances that share its
# domain (R13), also under load.
# A CPU for the process, and one for each of two devices.
# vm: --qemu -smp --qemu 3
# lane: debian-13-backports debug
# needs: the core binds no processes
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
load
if [ "$(value_in "$mock/build_info" sva)" = 0 ]; then
	skip_all "the core binds no processes"
fi
seconds=2
! whole seconds || seconds=7

# passes NAME ARGUMENT...: sva-dma, which prints TAP of its own: all of it is good.
passes() {
	name=$1
	shift
	./sva-dma "$@" >/tmp/out 2>&1
	status=$?
	bad=$(grep -A 2 '^not ok' /tmp/out)
	count=$(sed -n 's/^1\.\.//p' /tmp/out)
	[ "$status" = 0 ] && [ -z "$bad" ] && [ "$(grep -c '^ok' /tmp/out)" = "${count:-none}" ]
	ok $? "$name (${count:-no} tests of its own)" "$status: ${bad:-$(cat /tmp/out)}"
}

knob new_instance "a pasid=4 sva=1 iotlb=16"
knob new_instance "b pasid=4 sva=1"
knob new_instance "n pasid=4 sva=1 ias=39"
for i in a b n; do knob new_device "$i instance=$i pasids=16"; done

clear_journal
passes "a process and its devices"
is "$(iommu-mock judge --noheadings --raw --output RULE,VERDICT 2>&1 | grep -w R13)" "R13 kept" "R13"
knob instances/a/iotlb 0
passes "without an IOTLB" cold
knob instances/a/iotlb 16

# Each instance of the domain, and no other one.
clear_journal
knob instances/b/misbehave lose-invalidation
passes "an instance that loses invalidations" lost
knob instances/b/misbehave none
ok $(($(stat_of b stale) == 0)) "stale entries were hit there" "stale=$(stat_of b stale)"
is "$(stat_of a stale)" 0 "and not on the other one"
is "$(iommu-mock judge --noheadings --raw --output RULE,VERDICT 2>&1 | grep -w R13)" "R13 broken" "R13 is broken then"

passes "pages go while devices write" hammer "$seconds"
for i in a b; do knob instances/$i/faults "dma errno=0 delay_us=700"; done
passes "pages go while devices write slowly" hammer "$seconds"
for i in a b; do knob instances/$i/faults off; done
is "$(total domains)" 0 "no domain is left"
done_testing
