#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# MSI-X: the table and the pending bits are memory of a BAR. Programs of VFIO get
# eventfds; masks in memory and in the configuration space; messages that are not
# the function's own; resets; the most vectors, and none.
# vm: --cmdline memmap=64M$0x30000000
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
load
knob new_instance a
refused EOPNOTSUPP new_device "n instance=a bus=pci msix=4" "no BARs, which MSI-X needs: load the module with bar_memory="
reset
modprobe -r iommu_mock
parameter=bar_memory=32M@0x31000000
load
modprobe -a vfio-pci vfio_iommu_type1

knob new_instance a
knob new_device "n instance=a bus=pci bars=16K,1M:64p msix=4"
knob new_device "other instance=a bus=pci"
knob new_device "all instance=a bus=pci msi=0 msix=64"
is "$(cat "$mock/devices/n/irq")" "msi=1 msix=4 enabled=- allocated=0 masked=0x0 pending=0x0 delivered=0 dropped=0" "four vectors, and no driver"
knob devices/all/irq 63
is "$(last_irq)" "irq instance=a device=all vector=63 delivered=0 reason=off" "without a driver an interrupt is lost"
for d in n other; do
	bind $d
done
clear_journal
./vfio-msix "$(function_of n)" n "$(function_of other)" >/tmp/said 2>&1
is $? 0 "a program of VFIO comes to its end" || note "$(cat /tmp/said)"
while read -r verdict text; do
	[ "$verdict" = ok ]
	ok $? "$text"
done </tmp/said
is "$(journal irq | grep -c 'reason=vector$')" 2 "the journal: two vectors that the function does not have"
is "$(journal irq | grep -c 'reason=address$')" 3 "three bad messages"
is "$(journal irq | grep -c 'device=other')" 0 "none of the other function"
is "$(journal irq | grep -c 'reason=power$')" 1 "one in D3hot"
soon journal_has_irqs n
is "$(irqs_in_journal n)" "$(irqs_of n)" "as many as the file irq counts"
like "$(cat "$mock/devices/n/irq")" "^msi=1 msix=4 enabled=- allocated=0 masked=0x0 pending=0x0 " "the driver has let go of all"
unlike "$(cat /proc/interrupts)" "iommu-mock" "no interrupt is left"

for d in n other; do
	unbind $d
done

# Bad input.
for v in 65 -1 x; do
	refused EINVAL new_device "x instance=a bus=pci msix=$v"
done
refused EINVAL new_device "x instance=a msix=1" "bus=pci"
refused EINVAL new_device "x instance=a bus=pci bridge=pci msix=1" "not for bridges"
refused EINVAL new_device "x instance=a bus=pci bars=4K,4K,4K,4K,4K,4K msix=1" "needs a BAR of its own"
fails EINVAL devices/all/irq 64 "0 to 63"
knob new_device "rp instance=a bus=pci bridge=root-port"
refused EINVAL new_device "x instance=a bus=pci behind=rp msix=1" "on a root bus"
knob new_device "x instance=a bus=pci bars=4K,4K,4K,4K,4K msix=1"
is "$(sed -n 6p "$pci/devices/$(function_of x)/resource" | cut -d' ' -f3)" "0x0000000000040200" "the last BAR does"

# A program that accesses all of it at random, and files that are written at random.
knob new_device "f instance=a bus=pci bars=16K,1M:64p msi=4 msix=9"
bind f
seed=$(od -An -tu2 -N2 /dev/urandom | tr -d ' ')
out=$(./vfio-user fuzz "$(function_of f)" 2 "$seed" 2>&1)
is $? 0 "random accesses to BARs and interrupts, and it is as good as new"
note "$out"
unbind f
./fuzz "$seed" 2 4 >/tmp/said 2>&1
ok $? "random writes to the files, with memory for BARs" "$(cat /tmp/said)"
note "$(cat /tmp/said)"

for i in "$mock"/instances/*; do
	[ ! -e "$i" ] || knob "instances/${i##*/}/faults" off
done
reset
modprobe -r iommu_mock
is "$?:$(grep -c 'iommu-mock BARs' /proc/iomem)" "0:0" "the module goes"
done_testing
