#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The module survives VFIO programs, and the removal of their devices: programs
# killed in the middle of DMA, races, random writes to configuration space, resets,
# a thousand functions.
# timeout: 300
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=survive.sh
. ./survive.sh
# A kernel with the iommufd selftest brings an IOMMU of its own along.
modprobe -a vfio-pci vfio_iommu_type1
before=$(traces)
load

two_functions
rounds=2
! whole rounds || rounds=5
killed_in_dma $rounds
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

two_want_it $rounds "Device or resource busy"

hold a0 one
soon ready one
bound_again $((rounds * 10))
taken_away

fuzzed 4
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
is "$(capabilities a0 | tr '\n' ' ')" "64:10 128:09 192:05 216:01 224:03 " "and so it looks to others"
is "$(cat $pci/devices/"$(function_of a0)"/vendor)" 0x1234 "with its id"
nothing_left "and nothing is left"

reset_in_dma 3

# Many functions, every tenth of them bound; then all of them away.
unbind a0
unbind b0
reset
many=200
! whole thousand || many=1000
begun=$(cut -d . -f 1 /proc/uptime)
knob new_instance m
for i in $(seq $many); do
	knob new_device "m$i instance=m bus=pci"
done
is "$(total devices)" $many "$many functions"
is "$(find $pci/devices/ -name '4d4f:*' | wc -l)" $many "on the bus"
# m1, m11, m21 and so on. One reading of the state, which has a line for each.
functions=$(sed -n 's/^device m[0-9]*1 .* dev=\([^ ]*\) .*/\1/p' "$mock/state")
for function in $functions; do
	echo vfio-pci >"$pci/devices/$function/driver_override"
	echo "$function" >$vfio/bind
done
is "$(grep -c ' driver=vfio-pci' "$mock/state")" $((many / 10)) "every tenth bound"
./vfio-dma "$(function_of m1)" "$(function_of m101)" "$(function_of m191)" >/tmp/out 2>&1
is "$(tail -n 1 /tmp/out)" "as it should be" "and used"
for function in $functions; do
	echo "$function" >$vfio/unbind
done
reset
is "$(find $pci/devices/ -name '4d4f:*' | wc -l)" 0 "and none"
note "in $(($(cut -d . -f 1 /proc/uptime) - begun)) s"

gone_without_trace "$before"
