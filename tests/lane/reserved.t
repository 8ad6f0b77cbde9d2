#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Addresses that a device says nobody may map: the kernel shows them, VFIO
# respects them, and what is none is refused.
# vm: --module vfio-pci --module vfio_iommu_type1
# shellcheck source=lib.sh
. ./lib.sh
load

regions() {
	cat "/sys/kernel/iommu_groups/$(field group "$1" id)/reserved_regions"
}

knob new_instance a
knob new_device "plain instance=a"
knob new_device "one instance=a group=g reserved=0xfee00000+1M"
knob new_device "two instance=a group=g bus=pci reserved=4G+4K"
knob new_device "last instance=a reserved=0xfffffffffffff000+4K"
is "$(regions plain)" "" "none, unless it is asked for"
is "$(regions g)" "0x00000000fee00000 0x00000000feefffff reserved
0x0000000100000000 0x0000000100000fff reserved" "those of a group's devices"
like "$(regions last)" "^0xfffffffffffff000 0xffffffffffffffff reserved$" "the last page"

for bad in 4K +4K 4K+ 4K+0 0+0 4K+1 1+4K 4K+4K+4K x+4K 4K+x 0xfffffffffffff000+8K \
	0x00000000000000000000000000000000000000000000000000000000000000000000001+4K; do
	refused EINVAL new_device "x instance=a reserved=$bad"
done
refused EINVAL new_device "x instance=a reserved="
refused EINVAL new_device "x instance=a reserved=4K+4K reserved=4K+4K" "reserved"
# Hexadecimal digits and suffixes do not get in each other's way.
refused EINVAL new_device "x instance=a reserved=1G+4K bus=isa" "no bus"

# Where share maps its buffer.
knob new_device "free instance=a bus=pci"
knob new_device "taken instance=a bus=pci reserved=0x40000000+4K"
iommu-mock share --caller vfio free >/tmp/out 2>&1
is "$?" 0 "VFIO maps what is not reserved" || note "$(cat /tmp/out)"
iommu-mock share --caller vfio --noheadings --raw -o FAILED taken >/tmp/out 2>/tmp/said
is "$(cat /tmp/out)" "taken:EINVAL" "VFIO does not map what is reserved"
like "$(cat /tmp/said)" "cannot map" "and says so"
done_testing
