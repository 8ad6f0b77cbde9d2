#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Reserved regions: their lines in sysfs, the addresses that VFIO's type1 lets a
# program map beside them, and the groups that it refuses because of them.
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
load
modprobe -a vfio-pci vfio_iommu_type1

# functions DEVICE...: their names on the bus.
functions() {
	for f; do function_of "$f"; done
}

# regions GROUP: as sysfs has them.
regions() {
	cat "/sys/kernel/iommu_groups/$(field group "$1" id)/reserved_regions"
}

# ask QUESTION... DEVICES: of VFIO.
ask() {
	out=$(./vfio-ask "$@" 2>&1)
}

knob new_instance a
knob new_instance b
knob new_device "free instance=a bus=pci"
knob new_device "n instance=a bus=pci resv=msi:0xfee00000+1M,reserved:1G+4K,direct-relaxable:2G+4K"
knob new_device "m instance=b bus=pci resv=reserved:0x100000+64K"
knob new_device "dull instance=a resv=direct:0x7000+8K,reserved:0xfffffffffffff000+4K"

is "$(regions free)" "" "no regions unless asked for"
is "$(regions n)" \
	"0x0000000040000000 0x0000000040000fff reserved
0x0000000080000000 0x0000000080000fff direct-relaxable
0x00000000fee00000 0x00000000feefffff msi" "sysfs shows them"
is "$(regions dull)" \
	"0x0000000000007000 0x0000000000008fff direct
0xfffffffffffff000 0xffffffffffffffff reserved" "of a platform device, too, up to the last page"

# A group has those of all its devices; the core joins what touches.
knob new_device "p0 instance=a bus=pci group=p resv=reserved:0x1000+8K,msi:64K+4K"
knob new_device "p1 instance=b bus=pci group=p resv=reserved:0x2000+8K"
is "$(regions p)" \
	"0x0000000000001000 0x0000000000003fff reserved
0x0000000000010000 0x0000000000010fff msi" "a group has those of its devices"
knob del_device p1
is "$(regions p)" \
	"0x0000000000001000 0x0000000000002fff reserved
0x0000000000010000 0x0000000000010fff msi" "and loses those of one that goes"

# All regions of a group fit into the page that sysfs shows: before 6.2 the core
# writes on behind its end (iommu_group_show_resv_regions()).
eight() {
	for k in 0 1 2 3 4 5 6 7; do
		printf '%sreserved:0x%x+4K' "${sep-}" $((0xffff000000000000 + $1 * 0x100000 + k * 0x2000))
		sep=,
	done
	unset sep
}
for i in 0 1 2 3 4 5 6 7; do
	knob new_device "many$i instance=a group=many resv=$(eight $i)"
done
refused E2BIG new_device "many8 instance=a group=many resv=msi:0x1000+4K" "group many has 64 reserved regions, and 65 with those of many8: sysfs can show at most 64 of a group"
knob new_device "many9 instance=a group=many"
is "$(regions many | wc -l)" 64 "a group with 64 regions shows them all"
knob del_device many0
knob new_device "many8 instance=a group=many resv=msi:0x1000+4K"
is "$(regions many | wc -l)" 57 "a device that goes makes room"
knob new_device "bridge instance=a bus=pci bridge=pci group=topology resv=$(eight 0)"
for i in 1 2 3 4 5 6 7; do
	knob new_device "behind$i instance=a bus=pci behind=bridge group=topology resv=$(eight $i)"
done
refused E2BIG new_device "behind8 instance=a bus=pci behind=bridge group=topology resv=msi:0x1000+4K" "group bridge has 64 reserved regions"
is "$(regions bridge | wc -l)" 64 "64 lines fit for a group that the topology makes, too"

# What is left of the 48 bits.
bind free n m p0
ask iovas "$(function_of free)"
is "$out" "0x0-0xffffffffffff" "type1 lets a program map everything"
ask iovas "$(function_of n)"
is "$out" "0x0-0x3fffffff
0x40001000-0xfedfffff
0xfef00000-0xffffffffffff" "or what the regions leave; what is relaxable is no obstacle"
ask iovas "$(function_of n)" "$(function_of m)"
is "$out" "0x0-0xfffff
0x110000-0x3fffffff
0x40001000-0xfedfffff
0xfef00000-0xffffffffffff" "those of all groups of the container"
for at in 0x40000000+0x1000 0x3ffff000+0x1000 0x3ffff000+0x3000 0x40001000+0x1000 0xfee00000+0x100000 \
	0xfeeff000+0x1000 0x80000000+0x1000 0x7ffff000+0x2000; do
	case $at in
	0x40000000* | 0x3ffff000+0x3000 | 0xfee*) want="Invalid argument" ;;
	*) want=Success ;;
	esac
	ask map "${at%+*}" "${at#*+}" "$(function_of n)"
	is "$out" "$want" "a map at $at: $want"
done
is "$(total domains):$(total table_bytes)" "0:0" "nothing is left of that"

# A group that comes later must not have plans for what is mapped already.
ask late 0x100000 0x10000 "$(function_of free)" "$(function_of m)"
like "$out" "container the group of .*: Invalid argument" "a group whose region is mapped is not let in"
ask late 0x110000 0x10000 "$(function_of free)" "$(function_of m)"
is "$out" 0 "one beside it is"
knob new_device "none instance=a bus=pci resv=reserved:0+256T"
bind none
ask iovas "$(function_of none)"
like "$out" "Invalid argument" "a group that has nothing to map"
is "$(total domains):$(where none):$(where m)" "0:identity:identity" "and all are where they were"

# A device that needs memory 1:1 at all times cannot be blocked, as VFIO does first.
knob new_device "boot instance=a bus=pci resv=direct:0x20000+64K"
bind boot
ask iovas "$(function_of boot)"
if legacy; then
	is "$out" "0x0-0x1ffff
0x30000-0xffffffffffff" "a direct region is one like others (before 6.6)"
else
	like "$out" "container the group of .*: Invalid argument" "a function with a direct region is not for VFIO (since 6.6)"
	out=$(iommu-mock share --caller vfio free boot 2>&1)
	like "$out" "boot.*EINVAL" "the tool reports EINVAL for it"
	unbind boot
	fails EINVAL groups/boot/claim 1
	like "$(dmesg)" "requested this device have a 1:1 IOMMU mapping" "the kernel says why"
	is "$(where boot)" identity "and it stays where it is"
	knob new_instance "c driver=c default=blocked"
	refused EINVAL new_device "x instance=c resv=direct:0+4K" "begin in a blocked domain.*type direct"
	knob new_device "x instance=c resv=direct-relaxable:0+4K,reserved:4K+4K,msi:8K+4K"
	is "$(where x)" blocked "the other types do not mind"
	refused ENODEV new_device "y instance=b group=x resv=direct:0+4K" "did not accept"
fi

# The in-kernel caller does as any driver of the kernel: it looks for itself.
knob new_device "k instance=a resv=reserved:0x1000+4K"
knob new_domain "dom device=k"
knob new_buffer "buf 4K"
knob domains/dom/attach k
knob domains/dom/map "0x1000 buf"
is "$(sed 's/.* size=//; s/ .*//' "$mock/domains/dom/mappings")" 0x1000 "iommu_map() itself refuses nothing"

refused EINVAL new_device "y instance=a resv=" "no value"
refused EINVAL new_device "y instance=a resv=hw-msi:0+4K" "no type of reserved region 'hw-msi'"
refused EINVAL new_device "y instance=a resv=sw-msi:0+4K,msi:4K+4K" "at most one region of the type sw-msi"
refused EINVAL new_device "y instance=a resv=msi:0" "TYPE:IOVA\+SIZE"
refused EINVAL new_device "y instance=a resv=msi:0+0" "at least one"
refused EINVAL new_device "y instance=a resv=msi:0xfffffffffffff000+8K" "past 2\^64"

# Software-managed MSI, as Arm's SMMUs have it: type1 asks the kernel to map the pages
# of MSI there (iommu_get_msi_cookie()), and the user may not.
knob new_device "arm instance=a bus=pci resv=sw-msi:0x8000000+1M"
is "$(regions arm)" "0x0000000008000000 0x00000000080fffff msi" "software-managed MSI: sysfs has one word for both"
bind arm
before=$(total domains):$(total table_bytes)
ask iovas "$(function_of arm)"
is "$out" "0x0-0x7ffffff
0x8100000-0xffffffffffff" "type1 leaves it out"
ask map 0x8000000 0x1000 "$(function_of arm)"
is "$out" "Invalid argument" "and refuses a map there"
out=$(./vfio-dma "$(function_of arm)" 2>&1)
is "$(echo "$out" | tail -n 1)" "as it should be" "beside it there is DMA" || note "$out"
is "$(total domains):$(total table_bytes)" "$before" "nothing is left of that"

# Read while devices come and go.
for _ in $(seq 200); do
	cat /sys/kernel/iommu_groups/*/reserved_regions 2>/dev/null
done >/tmp/all &
for _ in $(seq 20); do
	knob new_device "q instance=a bus=pci group=n resv=msi:16M+4K"
	knob del_device q
done
wait
like "$(cat /tmp/all)" "0x0000000040000000 .* reserved" "readable all the time"
for f in /sys/bus/pci/drivers/vfio-pci/4d4f:*; do
	basename "$f" >$pci/drivers/vfio-pci/unbind
done
done_testing
