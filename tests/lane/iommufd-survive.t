#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What programs of iommufd may do to the module, by files of functions ("cdev")
# and by its imitation of a container ("compat"): killed in the middle of DMA and
# of an attach, racing, unbound, reset, configuration space written at random.
# vm: --module vfio-pci
# needs: CONFIG_IOMMUFD, which stock kernels of Debian do not have
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

knob new_instance a
knob new_instance "b ias=39"
knob new_device "a0 instance=a bus=pci"
knob new_device "b0 instance=b bus=pci"
bind a0
bind b0

# Nothing of the module is in an open /dev/iommu.
exec 9<>/dev/iommu
ok $? "/dev/iommu is open"
unbind b0
knob del_device b0
knob del_instance b
ok $? "which is in nobody's way"
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

	# Killed in the middle of DMA, at different places of it.
	knob instances/a/faults "dma errno=0 delay_us=1000"
	for round in 1 2 3; do
		dmas=$(stat_of a dmas)
		hold a0 one
		within ready one && within greater a dmas "$dmas"
		ok $? "$way: round $round: a program does DMA" "$(cat /tmp/one)"
		[ "$round" != 1 ] || {
			is "$(total domains)" 1 "by a domain of its own"
			modprobe -r iommu_mock 2>/dev/null
			[ -d /sys/module/iommu_mock ]
			ok $? "the module stays"
			refused EBUSY del_device a0 "driver is bound"
			refused EBUSY reset 1 "vfio-user .process [0-9]*. holds domain d"
		}
		kill -9 $pid
		wait $pid
		nothing_left "killed, it leaves nothing"
		is "$(where a0)" identity "and the function where it was"
	done
	knob instances/a/faults off

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
		within greater a attaches $calls
		kill -9 $pid
		wait $pid
		knob instances/a/faults off
		nothing_left "$way: killed in the middle of $point, it leaves nothing"
		is "$(where a0)" identity "and the function where it was"
	done

	# Two want the same function at the same time: one gets it.
	for round in 1 2 3; do
		hold a0 one
		one=$pid
		hold a0 two
		two=$pid
		within gone $one $two
		if gone $one; then lost=one won=two; else lost=two won=one; fi
		within ready $won
		ok $? "$way: round $round: one has it" "$(cat /tmp/one /tmp/two)"
		like "$(cat /tmp/$lost)" "$(told $way)" "and the other is told"
		kill -9 $one $two 2>/dev/null
		wait $one $two
	done
	nothing_left "and then nothing is left"

	# Through the other door, one is told that it is in use.
	hold a0 one
	within ready one
	if [ $way = cdev ]; then other=compat; else other=cdev; fi
	out=$(WAY=$other ./vfio-user hold "$(function_of a0)" 2>&1)
	like "$out" "Device or resource busy" "$way: $other is told that it is in use"

	# Bound and unbound, beside a program that is at work.
	for _ in $(seq 20); do
		unbind b0
		bind b0
	done
	is "$(field device b0 driver)" vfio-pci "$way: twenty times unbound and bound"
	within greater a dmas "$(stat_of a dmas)"
	ok $? "the program beside it goes on"

	# Taken away from under it: that waits for the program to end.
	unbind a0 &
	waiting=$!
	within greater a dmas "$(stat_of a dmas)"
	ok $? "$way: asked to let go, it goes on"
	[ "$(field device a0 driver)" = vfio-pci ]
	ok $? "and is bound while it does"
	kill -9 $pid
	wait $pid
	within gone $waiting
	ok $? "when it ends, it is unbound"
	is "$(field device a0 driver)" - "and free"
	nothing_left "with nothing left"
	bind a0

	# Configuration space at random, and resets in the middle of DMA.
	seed=$(od -An -tu2 -N2 /dev/urandom | tr -d ' ')
	out=$(./vfio-user fuzz "$(function_of a0)" 2 "$seed" 2>&1)
	is "$?" 0 "$way: 2 s of random accesses, and it is as good as new"
	note "$out"
	knob instances/a/faults "dma errno=0 delay_us=1000"
	out=$(./vfio-user reset "$(function_of a0)" 2 2>&1)
	is "$?" 0 "$way: 2 s of resets in the middle of DMA, and it is as good as new"
	note "$out"
	knob instances/a/faults off
	nothing_left "and nothing is left"
done

unbind a0
unbind b0
reset
modprobe -r iommu_mock
is "$?:$(traces)" "0:$before" "and without a program, the module goes, and leaves no trace"
echo "1..$tap_n"
exit "$tap_bad"
