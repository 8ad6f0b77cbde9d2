#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# PCI topologies: bridges, functions behind them, functions that share a slot,
# and the IOMMU groups that the kernel forms from them (pci_device_group()).
# timeout: 300
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
load
modprobe -a vfio-pci vfio_iommu_type1

# new NAME OPTION...: a PCI function that has the topology say its group.
new() {
	name=$1
	shift
	knob new_device "$name instance=a bus=pci group=topology $*"
}

# groups DEVICE...: which share one, as "a,b c".
groups() {
	for g in $(for d; do field device "$d" group; done | awk '!seen[$0]++'); do
		field group "$g" devices
	done | tr '\n' ' ' | sed 's/ $//'
}

# as_kernel DEVICE...: does the kernel agree with what state says?
as_kernel() {
	for d; do
		link=$(readlink "$pci/devices/$(function_of "$d")/iommu_group")
		[ "${link##*/}" = "$(field group "$(field device "$d" group)" id)" ] || echo "$d: $link"
	done
}

# works DEVICE...: a VFIO program does DMA by all of them.
works() {
	for f; do
		set -- "$@" "$(function_of "$f")"
		shift
	done
	out=$(./vfio-dma "$@" 2>&1)
	[ "$(echo "$out" | tail -n 1)" = "as it should be" ]
}

knob new_instance a
knob new_instance b

# On a root bus, functions of one each are isolated: 6.12.1.3.
new r0
new r1
is "$(groups r0 r1)" "r0 r1" "functions in slots of their own: a group each"

# Functions of one slot, without ACS and with it.
for i in 0 1 2; do
	new m$i slot=m
	new n$i slot=n acs=1
done
is "$(function_of m0 | tail -c 5) $(function_of m1 | tail -c 3) $(function_of m2 | tail -c 3)" "02.0 .1 .2" "three functions of a slot"
is "$(config m0 0x0e 1)$(config m1 0x0e 1)$(config r0 0x0e 1)" "808000" "with the bit for several functions in their headers"
is "$(groups m0 m1 m2)" "m0,m1,m2" "without ACS: one group"
is "$(field group m0 domain)" identity "with its default domain"
is "$(groups n0 n1 n2)" "n0 n1 n2" "with ACS: one each"
is "$(config n0 0x100 4)$(config n0 0x110 8)" "030001110d0001000c000c00" "ACS is in the list, and enabled"
is "$(config m0 0x100 4)" "03000100" "and is not, where there is none"
new mixed0 slot=mixed acs=1
new mixed1 slot=mixed
new mixed2 slot=mixed
is "$(groups mixed0 mixed1 mixed2)" "mixed0 mixed1,mixed2" "those without ACS only"
is "$(as_kernel r0 r1 m0 m1 m2 n0 n1 n2 mixed0 mixed1 mixed2)" "" "the kernel's groups are ours"

# A device joins the group that it names, or else the kernel's.
knob new_device "o0 instance=a bus=pci slot=o group=mine"
knob new_device "o1 instance=a bus=pci slot=o"
new o2 slot=o
is "$(groups o0 o1 o2)" "o0,o2 o1" "a named group, one of its own, and the kernel's answer, which is the first neighbour"

# Behind a root port.
new rp0 bridge=root-port
new rp1 bridge=root-port acs=1
is "$(config rp0 0x0e 1)$(config rp0 9 3)" "01000406" "a root port is a bridge"
is "$(config rp0 0x42 2)" "4200" "and a root port"
new e0 behind=rp0
new e1 behind=rp1
[ -e "$pci/devices/$(function_of rp0)/$(function_of e0)" ]
ok $? "a function behind it is there in sysfs"
is "$(config e0 0x42 2)" "0200" "an endpoint"
is "$(wc -c <"$pci/devices/$(function_of e0)/config")" 4096 "with 4 KiB of configuration space"
is "$(groups rp0 e0)" "rp0,e0" "a port without ACS: functions behind it are in its group"
is "$(groups rp1 e1)" "rp1 e1" "a port with ACS: in one of their own"
refused ENOSPC new_device "x instance=a bus=pci behind=rp0" "only one slot behind rp0"
new rp2 bridge=root-port acs=1
for i in 0 1 2 3 4 5 6 7; do
	new f$i behind=rp2 slot=f
done
refused ENOSPC new_device "x instance=a bus=pci behind=rp2 slot=f" "at most 8"
is "$(groups rp2 f0 f7)" "rp2 f0,f1,f2,f3,f4,f5,f6,f7" "eight functions behind a port with ACS, that have none: one group"

# Behind a bridge to conventional PCI, who did what cannot be told.
new br0 bridge=pci
new c0 behind=br0
new c1 behind=br0
is "$(config br0 0x0e 1)$(config br0 6 2)$(config br0 0x34 1)" "01000000" "a PCI bridge has no capabilities"
is "$(groups br0 c0 c1)" "br0,c0,c1" "functions behind it are in its group"
is "$(wc -c <"$pci/devices/$(function_of c0)/config")" 256 "they have 256 bytes of configuration space"
is "$(config c0 0x34 1)$(config c0 0x80 4)" "8009c04002" "and the vendor-specific capability is the first"
is "$(as_kernel rp0 e0 rp1 e1 rp2 f0 f7 br0 c0 c1 o0 o1 o2)" "" "the kernel's groups are ours"

# What a bridge is told does not lead astray.
before=$(config rp0 0x18 3)
poke rp0 0x18 0 0 377
is "$(config rp0 0x18 3)" "$before" "bus numbers are wired"
echo 1 >$pci/rescan
is "$(total devices):$(find $pci/devices/ -name '4d4f:*' | wc -l)" "$(total devices):$(total devices)" "a rescan finds nothing new"

# Real callers. A bridge's group is viable, whatever the kernel bound to it.
bind m0 m1 m2
works m0
ok $? "VFIO takes a group that the topology made" "$out"
bind e0
works e0
ok $? "and one with a root port in it" "$out"
bind e1
works e1 e0
ok $? "and one behind a port with ACS" "$out"
bind c0 c1
works c0
ok $? "and one with a PCI bridge" "$out"
is "$(./vfio-ask resets "$(function_of e0)")$(./vfio-ask resets "$(function_of c0)")" "10" "a function of two behind a PCI bridge cannot be reset"
out=$(iommu-mock share --caller type1 --caller vfio --noheadings --raw --output DOMAINS,PLACEMENT,FAILED e0 e1 c0 m0 2>&1)
is "$(echo "$out" | sort | uniq -c | sed 's/^ *//')" "2 1 {rp0,e1,br0,m0} -" "and the model says the same as the kernel"
unbind m0 m1 m2 e0 e1 c0 c1

# By the bridge's secondary reset, once it is alone.
knob del_device c1
poke c0 0x84 21 42 63 104
is "$(config c0 0x84 4)" "11223344" "a register behind a bridge"
poke br0 0x3e 100
poke br0 0x3e 0
is "$(config c0 0x84 4)" "00000000" "a secondary bus reset resets what is behind"
bind c0
is "$(./vfio-ask resets "$(function_of c0)")" 1 "by which VFIO resets it"
unbind c0

# Away, in any order.
refused EBUSY del_device rp0 "1 function is behind rp0"
knob del_device m0
is "$(groups m1)" "m1,m2" "function 0 goes, the others stay, and the group with them"
new m0 slot=m
is "$(function_of m0 | tail -c 5):$(groups m0)" "02.0:m1,m2,m0" "and comes back"
knob del_device e0
knob del_device rp0
[ ! -e "$pci/devices/0000:f1" ]
ok $? "a port without functions goes"
new rp0 bridge=root-port
new e0 behind=rp0
is "$(groups e0)" "rp0,e0" "and comes back"

# Through sysfs: the bridge, with all behind it.
port=$(function_of rp2)
echo 1 >"$pci/devices/$port/remove"
is "$(find $pci/devices/ -name "4d4f:${port#4d4f:}" | wc -l)" 0 "removed by others, with what is behind it"
quietly del_device f7
refused ENODEV new_device "x instance=a bus=pci behind=rp2 slot=f" "did not accept"
refused EBUSY del_device rp2 "functions are behind rp2"
for i in 0 1 2 3 4 5 6; do
	knob del_device f$i
done
knob del_device rp2

# Two instances, by which the group is not one of equals.
knob new_device "t0 instance=a bus=pci slot=t group=topology"
knob new_device "t1 instance=b bus=pci slot=t group=topology"
is "$(groups t0 t1)" "t0,t1" "the topology does not care for instances"
knob instances/b/faults "probe errno=ENOMEM"
fails ENOMEM new_device "t2 instance=b bus=pci slot=t group=topology"
knob instances/b/faults off
knob new_device "t2 instance=b bus=pci slot=t group=topology"
is "$(groups t0)" "t0,t1,t2" "and one that failed leaves nothing in the way"

# Bad input.
refused EINVAL new_device "x instance=a group=topology" "bus=pci"
refused EINVAL new_device "x instance=a bridge=pci" "bus=pci"
refused EINVAL new_device "x instance=a bus=pci bridge=isa" "root-port nor pci"
refused EINVAL new_device "x instance=a bus=pci bridge=pci behind=rp0" "on a root bus"
refused EINVAL new_device "x instance=a bus=pci behind=r0" "r0 is not a bridge"
refused ENOENT new_device "x instance=a bus=pci behind=nobody" "no device 'nobody'"
refused EINVAL new_device "x instance=a bus=pci bridge=pci class=1" "its own class"
refused EINVAL new_device "x instance=a bus=pci bridge=pci acs=1" "no ACS"
refused EINVAL new_device "x instance=a bus=pci behind=br0 slot=q acs=1" "no ACS"
refused EINVAL new_device "x instance=a bus=pci acs=1" "share a slot"
refused EINVAL new_device "x instance=a bus=pci behind=rp0 slot=m" "slot m is on another bus"
refused EINVAL new_device "x instance=a bus=pci bridge=pci slot=m" "slot m is on another bus"
refused EEXIST new_device "mine instance=a bus=pci group=topology" "group mine exists already"
fails ENOENT del_device x

# As many bridges as one root bus has numbers for, and more.
for i in $(seq 20); do
	new "z$i" bridge=root-port
	new "y$i" "behind=z$i"
done
is "$(groups y1 y20)" "z1,y1 z20,y20" "twenty more ports"
is "$(find $pci/devices/ -name '4d4f:*' | wc -l)" "$(total devices)" "all on the bus"
reset
is "$(find $pci/devices/ -name '4d4f:*' | wc -l)" 0 "and a reset takes them all"
is "$(find /sys/kernel/iommu_groups/ -maxdepth 1 -type d -name '[0-9]*' | wc -l)" 0 "with their groups"
done_testing
