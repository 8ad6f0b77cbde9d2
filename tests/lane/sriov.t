#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# SR-IOV: virtual functions (VFs) that pci-pf-stub and vfio-pci enable, each behind
# its instance; their groups, resets and token; what happens when they, or their
# physical function (PF), go while they are used.
# timeout: 300
# needs: a kernel whose lockdep does not complain of vfio_pci_core_unregister_device()
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=survive.sh
. ./survive.sh
load
modprobe -a vfio-pci vfio_iommu_type1 pci-pf-stub

# stub DEVICE, unstub DEVICE: bind it to pci-pf-stub, and unbind it.
stub() {
	echo pci-pf-stub >"$pci/devices/$(function_of "$1")/driver_override"
	function_of "$1" >$pci/drivers/pci-pf-stub/bind
}
unstub() {
	function_of "$1" >$pci/drivers/pci-pf-stub/unbind
}

# numvfs DEVICE N: enables N VFs of it; $said is the complaint, or empty.
numvfs() {
	said=
	{ echo "$2" >"$pci/devices/$(function_of "$1")/sriov_numvfs"; } 2>/tmp/said || said=$(cat /tmp/said)
}

# vfs DEVICE: those of its VFs that are enabled.
vfs() {
	sed 's/.* vfs=//' "$mock/devices/$1/sriov"
}

# present DEVICE...: those of them that have a device on the bus.
present() {
	for d; do
		[ "$(function_of "$d")" = - ] || echo "$d"
	done | xargs
}

absent() {
	[ "$(function_of "$1")" = - ]
}

knob new_instance a
knob new_instance "b ias=39"
knob new_instance c
knob new_device "pf instance=a bus=pci sriov=4 vf_id=0x4d56 vf_instance=b,c"
pf=$pci/devices/$(function_of pf)

# Before a driver enables them.
is "$(cat "$mock/devices/pf/sriov")" "pf=- total=4 offset=1 stride=1 enabled=0 vfs=-" "a PF with four VFs"
is "$(cat "$mock/devices/pfv1/sriov")" "pf=pf total=0 offset=0 stride=0 enabled=0 vfs=-" "a VF"
is "$(present pf pfv0 pfv1 pfv2 pfv3)" "pf" "the VFs are absent"
is "$(field device pfv0 instance)$(field device pfv1 instance)$(field device pfv2 instance)$(field device pfv3 instance)" "bcbc" "behind the instances in turn"
is "$(field device pfv3 bus):$(field device pfv3 group):$(where pfv3):$(field group pfv3 devices)" "pci:pfv3:none:pfv3" "in a group of its own each"
is "$(cat "$pf/sriov_totalvfs" "$pf/sriov_offset" "$pf/sriov_stride" "$pf/sriov_vf_device" | xargs)" "4 1 1 4d56" "sysfs says the same"
fails ENODEV new_domain "x device=pfv0" "pfv0 is not enabled: its physical function is pf"
fails ENODEV devices/pfv0/dma "read 0x1000 4" "not enabled"
fails ENODEV devices/pfv0/irq 0 "not enabled"
fails ENODEV groups/pfv0/claim 1 "not enabled"
like "$(iommu-mock device bind pfv0 vfio-pci 2>&1)" "pfv0 is absent: a virtual function that is not enabled" "the tool says so, too"
numvfs pf 2
like "$said" "No such file or directory" "without a driver of the PF there are none"

# pci-pf-stub.
stub pf
clear_journal
numvfs pf 3
is "$said/$(cat "$mock/devices/pf/sriov")" "/pf=- total=4 offset=1 stride=1 enabled=3 vfs=pfv0,pfv1,pfv2" "pci-pf-stub enables three"
is "$(journal probe | xargs)" "probe instance=b device=pfv0 ret=0 probe instance=c device=pfv1 ret=0 probe instance=b device=pfv2 ret=0" "the core probes them"
is "$(present pf pfv0 pfv1 pfv2 pfv3)" "pf pfv0 pfv1 pfv2" "the fourth is absent"
is "$(function_of pfv0 | tail -c 5)$(function_of pfv2 | tail -c 5)" "00.100.3" "in the places after the PF"
v0=$pci/devices/$(function_of pfv0)
is "$(cat "$v0/vendor" "$v0/device" "$v0/class" "$v0/subsystem_device" | xargs)" "0x1234 0x4d56 0xff0000 0x4d4f" "their ids"
is "$(readlink "$pf/virtfn0") $(readlink "$v0/physfn")" "../$(function_of pfv0) ../$(function_of pf)" "PF and VF lead to each other"
is "$(where pfv0):$(where pfv1)" "identity:identity" "they are on their default domains"
link=$(readlink "$v0/iommu_group")
is "${link##*/}" "$(field group pfv0 id)" "in the group that was said"
is "$(config pfv0 0 8)" "ffffffff00001000" "the ids are those of the PF's capability"
poke pfv0 4 377 377
is "$(config pfv0 4 2)" "0400" "of the command, bus master can be written"
numvfs pf 5
like "$said" "Numerical result out of range" "more than there are"
numvfs pf 2
like "$said" "Device or resource busy" "another number meanwhile"
is "$(vfs pf)" "pfv0,pfv1,pfv2" "changes nothing"
devices=$(ls $pci/devices)
echo 1 >$pci/rescan
is "$(ls $pci/devices)" "$devices" "a rescan finds nothing twice"
refused EBUSY del_device pf "in use, or one of its virtual functions"
refused EBUSY del_device pfv0 "pfv0 is a virtual function of pf, and goes with it"

# The in-kernel caller, and a VF that goes meanwhile.
knob new_domain "dv device=pfv0"
knob new_buffer "buf 64K"
knob domains/dv/attach pfv0
knob domains/dv/map "0x10000 buf"
knob devices/pfv0/dma "write 0x10000 8 pattern=0x1122334455667788"
like "$(cat "$mock/devices/pfv0/dma")" " ret=0$" "a VF does DMA"
is "$(stat_of b dmas):$(stat_of a dmas)" "1:0" "through its own instance"
knob instances/b/faults "dma errno=0 delay_us=1000"
knob devices/pfv0/dma "read 0x10000 4K repeat=1000000000"
clear_journal
numvfs pf 0
is "$said/$(vfs pf)/$(present pfv0 pfv1 pfv2)" "/-/" "disabled while one does DMA: all are gone"
knob instances/b/faults off
is "$(journal call | sed 's/^call op=\([a-z_]*\).*/\1/' | xargs)" "detach_group release" "the caller has let go"
is "$(journal release | wc -l):$(where pfv0)" "3:none" "the core has released them"
unlike "$(cat "$mock/devices/pfv0/dma")" " ret=0$" "and the DMA has ended"
knob del_domain dv
numvfs pf 4
is "$said/$(present pfv0 pfv1 pfv2 pfv3)" "/pfv0 pfv1 pfv2 pfv3" "enabled again, all four"
is "$(config pfv0 4 2)" "0000" "as new"

# VFIO with the PF on another driver.
bind pfv0 pfv1
out=$(./vfio-dma "$(function_of pfv0)" "$(function_of pfv1)" 2>&1)
is "$(echo "$out" | tail -n 1)" "as it should be" "a VFIO program does DMA by two VFs behind two instances" || note "$out"
is "$(irqs_of pfv0):$(irqs_of pfv1)" "3:3" "and gets their interrupts"

# Resets.
poke pfv2 0x84 21 42 63 104
poke pfv3 0x84 21 42 63 104
poke pfv2 0x49 200
is "$(config pfv2 0x84 4):$(config pfv3 0x84 4)" "00000000:11223344" "a reset of one VF"
echo 1 >"$pf/reset"
is "$(vfs pf):$(config pfv3 0x84 4)" "pfv0,pfv1,pfv2,pfv3:00000000" "a reset of the PF ends the VFs, and the kernel enables them again"
poke pf 0x188 0
is "$(vfs pf):$(config pfv3 0 4):$(present pfv3)" "-:ffffffff:pfv3" "VF Enable cleared behind the kernel's back: no answer"
is "$(config pfv3 0x80 1)" "ff" "from any register"
poke pf 0x188 11
is "$(vfs pf):$(config pfv3 0x80 1)" "pfv0,pfv1,pfv2,pfv3:09" "and set"

# The driver of the PF goes and leaves the VFs, of which one is used.
hold pfv0 one
soon ready one
unstub pf
is "$(present pfv0 pfv3):$(field device pf driver)" "pfv0 pfv3:-" "pci-pf-stub leaves the VFs behind"
refused EBUSY del_device pf "in use, or one of its virtual functions"
# The PF goes by sysfs, too.
echo 1 >"$pf/remove"
[ ! -e "$pf" ]
ok $? "the PF is removed by others"
soon greater b dmas "$(stat_of b dmas)"
ok $? "the program that has a VF goes on"
refused EBUSY del_device pf "in use, or one of its virtual functions"
refused EBUSY reset 1 "vfio-user .process [0-9]*. holds domain"
kill -9 "$pid"
wait "$pid"
unbind pfv0 pfv1
knob del_device pf
is "$(find $pci/devices/ -name '4d4f:*' | wc -l):$(total devices):$(total groups)" "0:0:0" "del_device takes the VFs along"

# VFIO as the driver of the PF.
knob new_device "pf instance=a bus=pci sriov=2 vf_id=0x4d56 vf_instance=b"
pf=$pci/devices/$(function_of pf)
is "$(function_of pf | tail -c 5)" "00.0" "the place is free again"
bind pf
numvfs pf 1
like "$said" "No such file or directory" "vfio-pci enables none"
echo 1 >/sys/module/vfio_pci/parameters/enable_sriov
numvfs pf 2
is "$said/$(present pfv0 pfv1)" "/pfv0 pfv1" "unless it is told to"
soon [ "$(field device pfv0 driver)" = vfio-pci ]
ok $? "and takes the VFs itself"
./vfio-vf "$(function_of pf)" "$(function_of pfv0)" >/tmp/told 2>&1
is $? 0 "a program with PF and VF comes to its end" || note "$(cat /tmp/told)"
while read -r verdict text; do
	[ "$verdict" = ok ]
	ok $? "$text"
done </tmp/told
numvfs pf 0
is "$said/$(present pfv0 pfv1)" "/" "disabled"
knob new_device "n instance=c bus=pci"
numvfs pf 1
soon [ "$(field device pfv0 driver)" = vfio-pci ]
# sriov_disable() calls pci_stop_and_remove_bus_device() without its lock there.
[ ! -e /proc/lockdep ] || numvfs pf 0
echo 0 >/sys/module/vfio_pci/parameters/enable_sriov
if [ -e /proc/lockdep ]; then
	unbind pf
	skip "a kernel whose lockdep does not complain of vfio_pci_core_unregister_device()"
else
	unbind pf
	soon absent pfv0
	ok $? "vfio-pci takes its VFs along when it is unbound"
fi
knob del_device pf
knob del_device n

# Groups as the kernel forms them. 6.12.1.2: without ACS, a link is one group.
# new NAME OPTION...: a function that has the topology say its group.
new() {
	name=$1
	shift
	knob new_device "$name instance=a bus=pci group=topology $*"
}
# groups DEVICE...: their groups, and whether the kernel has them there, too.
groups() {
	for g; do
		link=$(readlink "$pci/devices/$(function_of "$g")/iommu_group")
		[ "${link##*/}" = "$(field group "$(field device "$g" group)" id)" ] || echo "not:"
		field device "$g" group
	done | xargs
}
new r sriov=2
new port bridge=root-port
new e behind=port sriov=9
new open bridge=root-port acs=1
new i behind=open sriov=2 vf_instance=b
for f in r e i; do
	stub $f
	numvfs $f "$(cat "$pci/devices/$(function_of $f)/sriov_totalvfs")"
	[ -z "$said" ] || note "$f: $said"
done
is "$(groups r rv0 rv1)" "r rv0 rv1" "on a root bus: a group each"
is "$(groups port e ev0 ev8)" "port port port port" "behind a root port without ACS: the port's"
is "$(groups open i iv0 iv1)" "open i iv0 iv1" "behind one with ACS: a group each"
is "$(function_of ev8 | tail -c 5):$(cat "$pci/devices/$(function_of e)/ari_enabled")" "01.1:1" "by ARI, the tenth function of a slot"
is "$(config e 0x100 4)$(config e 0x180 4)$(config e 0x1c0 8)$(config ev0 0x100 4)" "030001181000011c0e000100000000000e000100" "the capabilities of PF and VF"
for f in r e i; do
	unstub $f
done

# 7.8.7: all functions of a slot have ARI or none, whether or not function 0 is there.
new q bridge=root-port
new q0 behind=q slot=q sriov=9 vf_offset=8
new q1 behind=q slot=q
knob del_device q0
new q0 behind=q slot=q
is "$(function_of q0 | tail -c 5)$(config q0 0x1c0 2):$(function_of q1 | tail -c 5)$(config q1 0x1c0 2)" "00.00e00:00.10e00" "a function 0 that comes later has the ARI of its slot"
new o bridge=root-port
new o0 behind=o slot=o
new o1 behind=o slot=o
knob del_device o0
new o0 behind=o slot=o sriov=2 vf_offset=2
is "$(config o0 0x1c0 2):$(config o1 0x1c0 2)" "0000:0000" "and none where the slot has none"
for f in q0 q1 q o0 o1 o; do
	knob del_device $f
done

# Places: two PFs in one slot, and VFs in the slots after it.
knob new_device "s0 instance=a bus=pci slot=s sriov=2"
knob new_device "s1 instance=a bus=pci slot=s sriov=2"
knob new_device "w instance=a bus=pci sriov=3 vf_offset=8 vf_stride=2"
knob new_device "next instance=a bus=pci"
for f in s0 s1 w; do
	stub $f
	numvfs $f "$(cat "$pci/devices/$(function_of $f)/sriov_totalvfs")"
	is "$said" "" "$f has VFs"
done
is "$(for f in s0 s0v0 s0v1 s1 s1v0 s1v1 w wv0 wv2 next; do function_of $f | cut -d: -f3; done | xargs)" \
	"01.0 01.1 01.2 01.3 01.4 01.5 02.0 03.0 03.4 04.0" "the places of all"
refused ENOSPC new_device "s2 instance=a bus=pci slot=s sriov=8 vf_offset=2" "no slot"
for f in s0 s1 w; do
	unstub $f
done

# Bad input.
for n in 129 -1 x; do
	refused EINVAL new_device "x instance=a bus=pci sriov=$n"
done
refused EINVAL new_device "x instance=a sriov=1" "bus=pci"
refused EINVAL new_device "x instance=a bus=pci bridge=root-port sriov=1" "not for bridges"
knob new_device "old instance=a bus=pci bridge=pci"
refused EINVAL new_device "x instance=a bus=pci behind=old sriov=1" "conventional PCI"
refused EINVAL new_device "x instance=a bus=pci vf_offset=1" "with sriov="
refused EINVAL new_device "x instance=a bus=pci sriov=1 vf_offset=0" "1 to 255"
refused EINVAL new_device "x instance=a bus=pci sriov=1 vf_stride=256" "1 to 255"
refused EINVAL new_device "x instance=a bus=pci sriov=128 vf_stride=3" "at most 255"
refused EINVAL new_device "x instance=a bus=pci sriov=1 vf_id=0x10000" "16 bits"
refused EINVAL new_device "x instance=a bus=pci sriov=1 vf_instance=a,b" "more instances"
refused ENOENT new_device "x instance=a bus=pci sriov=2 vf_instance=a,nowhere" "nowhere"
refused ENAMETOOLONG new_device "abcdefghijklmnopqrstuvwxyz12 instance=a bus=pci sriov=1" "too long"
knob new_device "xv1 instance=a"
refused EEXIST new_device "x instance=a bus=pci sriov=2" "device xv1 exists"
knob new_device "y instance=a group=zv0"
refused EEXIST new_device "z instance=a bus=pci sriov=1" "group zv0 exists"

# As many as there can be.
many=10
! whole many || many=128
knob new_device "many instance=a bus=pci sriov=$many"
is "$(grep -c '^device manyv' "$mock/state")" $many "$many VFs"
stub many
numvfs many $many
is "$said/$(grep -c '^device manyv[0-9]* .* dev=4d4f:' "$mock/state")" "/$many" "enabled"
unstub many

# The module is unloaded while VFs are enabled.
modprobe -r iommu_mock
[ ! -d /sys/module/iommu_mock ]
ok $? "the module can be unloaded"
is "$(find $pci/devices/ -name '4d4f:*' | wc -l)" 0 "with all VFs"
load
done_testing
