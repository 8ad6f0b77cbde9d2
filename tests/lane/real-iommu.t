#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Beside a real IOMMU driver: where the core allows one driver only (before 6.8),
# the module does not load, logs the reason, and does not disturb the real driver;
# elsewhere both work, but not on one bus where a domain is allocated for a bus.
# vm: --qemu -machine --qemu q35,kernel-irqchip=split --qemu -device --qemu intel-iommu --cmdline intel_iommu=on
# timeout: 180
# shellcheck source=lib.sh
. ./lib.sh

groups() {
	for group in /sys/kernel/iommu_groups/*/devices/*; do
		[ -e "$group" ] && echo "${group##*/}"
	done | sort
}

before=$(groups)
like "$(dmesg)" 'DMAR: .*IOMMU|DMAR: Intel' "VT-d is active"
like "$before" '^0000:' "and has the PCI devices"
like "$(ls /sys/class/iommu)" dmar "and a unit"

lines=$(dmesg | wc -l)
if modprobe iommu_mock 2>/tmp/said; then
	loaded=1
	load
else
	loaded=0
fi
# Which kernels: the module says so where it loads; where not, its absence.
if [ $loaded = 1 ]; then
	by_bus=0
	[ "$family" != static_by_bus ] || by_bus=1
	is "$multi" $((1 - by_bus)) "loads where there can be several drivers, or each has its bus"
	knob new_instance a
	[ $by_bus = 0 ] || refused EBUSY new_device "p instance=a bus=pci" "PCI bus have another IOMMU driver"
	knob new_device "a1 instance=a"
	is "$(groups)" "$before${newline}iommu-mock.a1" "both have groups"
	knob new_domain "x device=a1"
	knob new_buffer "buf 2M"
	knob domains/x/attach a1
	knob domains/x/map "2M buf"
	is "$(where a1)" x "our device attaches"
	reset
	modprobe -r iommu_mock
	ok $? "unload"
else
	like "$(cat /tmp/said)" "busy" "EBUSY"
	like "$(dmesg | tail -n +$((lines + 1)))" "iommu_mock: an IOMMU driver is active" "and says why"
	is "$(traces | grep -v /sys/class/iommu/dmar | grep -v /sys/kernel/iommu_groups)" "" "nothing of ours is left"
	modprobe iommu_mock 2>/dev/null
	ok $((1 - $?)) "modprobe fails the second time, too"
fi
is "$(groups)" "$before" "the groups of VT-d are as before"
# The bus still leads to VT-d: a function that comes back gets its group.
function=$(echo "$before" | tail -n 1)
for net in /sys/bus/pci/devices/*; do
	case $(cat "$net/class") in
	0x0200* | 0x0300*) function=${net##*/} ;;
	esac
done
echo 1 >"/sys/bus/pci/devices/$function/remove"
echo 1 >/sys/bus/pci/rescan
[ -e "/sys/bus/pci/devices/$function/iommu_group" ]
ok $? "a PCI function ($function) that is added gets a group of VT-d"
done_testing
