#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The output of lspci for functions and bridges; and random accesses to their
# configuration space through sysfs, as setpci does them.
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
load

# Without a list of names; what it complains of, too.
look() {
	lspci -n -vvv -s "$(function_of "$1")" 2>&1
}

knob new_instance a
knob new_device "n instance=a bus=pci id=0x1af4:0x10ff class=0x020000 serial=0x0102030405060708"
knob new_device "m0 instance=a bus=pci slot=m acs=1 group=topology"
knob new_device "m1 instance=a bus=pci slot=m acs=1 group=topology"
knob new_device "rp instance=a bus=pci bridge=root-port acs=1"
knob new_device "e instance=a bus=pci behind=rp"
knob new_device "br instance=a bus=pci bridge=pci"
knob new_device "c instance=a bus=pci behind=br"
knob new_device "gpu instance=a bus=pci like=gpu"
knob new_device "nic instance=a bus=pci subsystem=0x8086:0x0001 like=nic"
knob new_device "acc instance=a bus=pci like=accelerator behind=br"
refused EINVAL new_device "x instance=a bus=pci like=modem" "can be like: gpu nic nvme accelerator"
refused EINVAL new_device "x instance=a bus=pci like=gpu id=0x1234:1" "leave id= and class= out"
refused EINVAL new_device "x instance=a bus=pci class=0x120000 like=nvme" "leave id= and class= out"
refused EINVAL new_device "x instance=a bus=pci bridge=pci like=nvme" "not for bridges"
refused EINVAL new_device "x instance=a like=nvme" "bus=pci"

is "$(lspci -n 2>/dev/null | grep -c '^4d4f:')" 10 "it lists all of them"
out=$(look n)
like "$out" "^$(function_of n) 0200: 1af4:10ff" "a function: class and ids"
like "$out" "Subsystem: 1234:4d4f" "its subsystem"
like "$out" "Capabilities: \[40\] Express \(v2\) (Root Complex )?Integrated Endpoint, (MSI 00|IntMsgNum 0)" "PCI Express, without a link"
like "$out" "FLReset\+" "a function-level reset"
unlike "$out" "LnkCap|MSI-X|Region [0-9]|Interrupt: pin" "no link, no regions, no pin"
like "$out" "Capabilities: \[c0\] MSI: Enable- Count=1/1 Maskable\+ 64bit\+" "MSI, one vector"
like "$out" "Capabilities: \[d8\] Power Management version 3" "power management"
like "$out" "Status: D0 NoSoftRst- PME-Enable-" "whose way back to D0 resets"
like "$out" "Capabilities: \[e0\] Vital Product Data" "Vital Product Data"
like "$out" "\[PN\] Part number: IOMMU-MOCK-1" "a part number"
like "$out" "\[SN\] Serial number: 0102030405060708" "a serial number, once more"
like "$out" "Capabilities: \[80\] Vendor Specific Information: Len=40" "the DMA registers"
like "$out" "Capabilities: \[100 v1\] Device Serial Number 01-02-03-04-05-06-07-08" "the serial number"
unlike "$out" "Access Control" "no ACS where there is none"
like "$(look m1)" "Capabilities: \[110 v1\] Access Control Services" "ACS where there is"
like "$(look m1)" "ACSCtl:.*ReqRedir\+ CmpltRedir\+" "and enabled"
like "$(look gpu)" "^$(function_of gpu) 0302: 10de:1eb8" "like a GPU: class and ids"
like "$(look gpu)" "Subsystem: 10de:12a2" "and its subsystem"
like "$(look nic)" "^$(function_of nic) 0200: 8086:1592" "like a NIC"
like "$(look nic)" "Subsystem: 8086:0001" "a variant of it"
like "$(look acc)" "^$(function_of acc) 1200: 1234:4d4f" "like an accelerator that is not known"
out=$(look rp)
like "$out" "Bus: primary=f0, secondary=f1, subordinate=f1" "a root port: its buses"
like "$out" "Express \(v2\) Root Port \(Slot-\)" "is one"
like "$out" "ACSCtl:.*SrcValid\+.*ReqRedir\+ CmpltRedir\+ UpstreamFwd\+" "with ACS"
like "$out" "LnkSta:.*Speed 2.5GT/s.*Width x1" "and a link"
out=$(look e)
like "$out" "Express \(v2\) Endpoint" "behind it: an endpoint"
like "$out" "LnkSta:.*Speed 2.5GT/s.*Width x1" "with a link"
out=$(look br)
like "$out" "Bus: primary=f0, secondary=f2, subordinate=f2" "a PCI bridge"
unlike "$out" "Capabilities" "without capabilities"
out=$(look c)
like "$out" "Capabilities: \[80\] Vendor Specific Information: Len=40" "behind it: the DMA registers"
unlike "$out" "Express|Device Serial" "and nothing newer than PCI"
out=$(for d in n m0 m1 rp e br c; do look $d; done)
unlike "$out" "<chain looped>|<chain broken>|access denied|unreadable|[Uu]nknown|!!!|^pcilib" "nothing that it cannot make sense of"
like "$(lspci -tvn 2>&1)" '\[4d4f:f0\].*00\.0-\[f1\]' "the tree"

# Every size, at every offset, and past the end; random bytes.
seed=$(od -An -tu2 -N2 /dev/urandom | tr -d ' ')
note "seed=$seed"
quiet=$(awk '{ print $1 }' /proc/uptime)
for d in n rp e br c m0; do
	is "$(./poke "$pci/devices/$(function_of $d)/config" 5000 "$seed")" "sane" "random accesses, at each offset and anywhere, to $d"
done
note "from $quiet to $(awk '{ print $1 }' /proc/uptime) s"
echo 1 >/sys/bus/pci/rescan
# A control may hold what the specification has no name for.
out=$(for d in n m0 m1 rp e br c; do look $d; done)
unlike "$out" "<chain looped>|<chain broken>|access denied|unreadable|!!!|^pcilib" "after which it makes sense as before"
modprobe -a vfio-pci vfio_iommu_type1
for d in n e; do
	bind $d
	./vfio-dma "$(function_of $d)" >/tmp/out 2>&1
	is "$(tail -n 1 /tmp/out)" "as it should be" "and VFIO does DMA by $d"
	unbind $d
done
done_testing
