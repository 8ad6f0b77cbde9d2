#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The module survives programs of iommufd, by files of functions ("cdev") and by
# iommufd's imitation of a container ("compat"): programs killed in the middle of DMA
# and of an attach, races, unbinds, resets, random writes to configuration space.
# needs: a kernel with CONFIG_IOMMUFD
# timeout: 300
# shellcheck source=lib.sh
. ./lib.sh
if [ -z "$(find /lib/modules -name 'iommufd.ko*')" ]; then
	case $(uname -r) in
	*-iommu-mock-debug) ok 1 "the lane debug has iommufd" ;;
	esac
	skip "needs a kernel with CONFIG_IOMMUFD"
	done_testing
fi
# shellcheck source=survive.sh
. ./survive.sh
modprobe -a vfio-pci iommufd
# iommufd may bring the kernel's own mock, which is no trace of ours.
before=$(traces)
load

two_functions

# Nothing of the module is in an open /dev/iommu.
exec 9<>/dev/iommu
ok $? "/dev/iommu is open"
unbind b0
knob del_device b0
knob del_instance b
ok $? "an open /dev/iommu keeps no instance"
exec 9>&-
knob new_instance "b ias=39"
knob new_device "b0 instance=b bus=pci"
bind b0

# told WAY: what the one that comes second is told.
told() {
	case $1 in
	# vfio_df_open(): EBUSY would be the word for it.
	cdev) echo "bind .*: Invalid argument" ;;
	*) echo "open .*: Device or resource busy" ;;
	esac
}

for way in cdev compat; do
	export WAY=$way
	by="$way: "
	killed_in_dma 3

	# Killed while the kernel attaches: after the claim, and in the attach or
	# when the domain is filled.
	for point in alloc attach map; do
		case $point in
		alloc) calls=0 delay=500000 ;;
		attach) calls=1 delay=500000 ;;
		map) calls=1 delay=1000 ;;
		esac
		knob instances/a/faults "$point errno=0 delay_us=$delay"
		calls=$((calls + $(stat_of a attaches)))
		hold a0 one
		soon greater a attaches $calls
		kill -9 $pid
		wait $pid
		knob instances/a/faults off
		nothing_left "${by}killed in the middle of $point, it leaves nothing"
		is "$(where a0)" identity "and the function where it was"
	done

	two_want_it 3 "$(told $way)"

	# Through the other door, one is told that it is in use.
	hold a0 one
	soon ready one
	if [ $way = cdev ]; then other=compat; else other=cdev; fi
	out=$(WAY=$other ./vfio-user hold "$(function_of a0)" 2>&1)
	like "$out" "Device or resource busy" "$by$other fails with EBUSY while the function is in use"

	bound_again 20
	taken_away
	fuzzed 2
	reset_in_dma 2
done

unbind a0
unbind b0
reset
gone_without_trace "$before"
