#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What VFIO programs, and those who take devices away from them, may do to the
# module: killed in the middle of DMA, racing, configuration space written at
# random, resets, a thousand functions.
# vm: --module vfio-pci --module vfio_iommu_type1
# timeout: 300
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=survive.sh
. ./survive.sh
# A kernel with the iommufd selftest brings an IOMMU of its own along.
modprobe -a vfio-pci vfio_iommu_type1
before=$(traces)
load

knob new_instance a
knob new_instance "b ias=39"
knob new_device "a0 instance=a bus=pci"
knob new_device "b0 instance=b bus=pci"
bind a0
bind b0

# Killed in the middle of DMA, at different places of it.
knob instances/a/faults "dma errno=0 delay_us=1000"
for round in 1 2 3 4 5; do
	dmas=$(stat_of a dmas)
	hold a0 one
	within ready one && within greater a dmas "$dmas"
	ok $? "round $round: a program does DMA" "$(cat /tmp/one)"
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
./vfio-dma "$(function_of a0)" >/tmp/out 2>&1
is "$(tail -n 1 /tmp/out)" "as it should be" "the next one finds it in order"

# An unmap that fails. Of all domains but the newest, type1 does not hear of
# it, and gives the memory back: no device may reach it. Until 6.12 it unmaps a
# page to try, twice, when it makes a domain.
case $family in
attach_old) nth=1 ;;
*) nth=3 ;;
esac
knob new_instance "x format=x86-4l"
knob new_device "x0 instance=x bus=pci"
bind x0
knob instances/x/faults "unmap errno=EIO nth=$nth"
out=$(./vfio-dma "$(function_of x0)" "$(function_of a0)" 2>&1)
like "$out" "$(function_of x0) wrote its page: status 0x2" "before an unmap that fails, DMA goes"
like "$out" "$(function_of x0) after the unmap: status 0x906" "after it, none does"
is "$(grep -c hits=1 "$mock/instances/x/faults")" 1 "which has failed"
knob instances/x/faults off
./vfio-dma "$(function_of x0)" "$(function_of a0)" >/tmp/out 2>&1
is "$(tail -n 1 /tmp/out)" "as it should be" "the next domain is like any other"
unbind x0
knob del_device x0
knob del_instance x

# Two want the same group at the same time: one gets it.
for round in 1 2 3 4 5; do
	hold a0 one
	one=$pid
	hold a0 two
	two=$pid
	within gone $one $two
	if gone $one; then lost=one won=two; else lost=two won=one; fi
	within ready $won
	ok $? "round $round: one has it" "$(cat /tmp/one /tmp/two)"
	like "$(cat /tmp/$lost)" "Device or resource busy" "and the other is told"
	kill -9 $one $two 2>/dev/null
	wait $one $two
done
nothing_left "and then nothing is left"

# Bound and unbound, beside a program that is at work.
hold a0 one
within ready one
for _ in $(seq 50); do
	unbind b0
	bind b0
done
is "$(field device b0 driver)" vfio-pci "fifty times unbound and bound"
within greater a dmas "$(stat_of a dmas)"
ok $? "the program beside it goes on"

# Taken away from under it: that waits for the program to end.
unbind a0 &
waiting=$!
dmas=$(stat_of a dmas)
within greater a dmas "$dmas"
ok $? "asked to let go, it goes on"
[ "$(field device a0 driver)" = vfio-pci ]
ok $? "and is bound while it does"
kill -9 $pid
wait $pid
within gone $waiting
ok $? "when it ends, it is unbound"
is "$(field device a0 driver)" - "and free"
nothing_left "with nothing left"
bind a0

# Configuration space at random, through VFIO.
seed=$(od -An -tu2 -N2 /dev/urandom | tr -d ' ')
out=$(./vfio-user fuzz "$(function_of a0)" 4 "$seed" 2>&1)
is "$?" 0 "4 s of random accesses, and it is as good as new"
note "$out"
# capabilities DEVICE: their ids and where they are, as lspci finds them.
capabilities() {
	at=52
	for _ in $(seq 49); do
		at=$(od -An -tu1 -j "$at" -N 1 "$pci/devices/$(function_of "$1")/config" | tr -d ' ')
		[ "$at" != 0 ] || break
		echo "$at:$(od -An -tx1 -j "$at" -N 1 "$pci/devices/$(function_of "$1")/config" | tr -d ' ')"
		at=$((at + 1))
	done
}
is "$(capabilities a0 | tr '\n' ' ')" "64:10 128:09 " "and so it looks to others"
is "$(cat $pci/devices/"$(function_of a0)"/vendor)" 0x1234 "with its id"
nothing_left "and nothing is left"

# Reset in the middle of DMA.
knob instances/a/faults "dma errno=0 delay_us=1000"
out=$(./vfio-user reset "$(function_of a0)" 3 2>&1)
is "$?" 0 "3 s of resets in the middle of DMA, and it is as good as new"
note "$out"
knob instances/a/faults off
nothing_left "and nothing is left"

# A thousand functions, every tenth of them bound; then all of them away.
unbind a0
unbind b0
reset
many=1000
begun=$(cut -d . -f 1 /proc/uptime)
knob new_instance m
for i in $(seq $many); do
	knob new_device "m$i instance=m bus=pci"
done
is "$(total devices)" $many "$many functions"
is "$(find $pci/devices/ -name '4d4f:*' | wc -l)" $many "on the bus"
for i in $(seq 1 10 $many); do
	bind "m$i"
done
is "$(grep -c ' driver=vfio-pci' "$mock/state")" $((many / 10)) "every tenth bound"
./vfio-dma "$(function_of m1)" "$(function_of m501)" "$(function_of m991)" >/tmp/out 2>&1
is "$(tail -n 1 /tmp/out)" "as it should be" "and used"
for i in $(seq 1 10 $many); do
	unbind "m$i"
done
reset
is "$(find $pci/devices/ -name '4d4f:*' | wc -l)" 0 "and none"
note "in $(($(cut -d . -f 1 /proc/uptime) - begun)) s"

modprobe -r iommu_mock
is "$?:$(traces)" "0:$before" "and without a program, the module goes, and leaves no trace"
echo "1..$tap_n"
exit "$tap_bad"
