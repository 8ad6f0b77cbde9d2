#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# INTx of PCI functions: a level that VFIO masks and unmasks, in the function and in
# the kernel; causes, Interrupt Status, messages instead; journal and counters.
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
load
modprobe -a vfio-pci vfio_iommu_type1

# played WHAT ARGUMENT...: run the program of VFIO, and report its checks.
played() {
	what=$1
	shift
	./vfio-intx "$@" >/tmp/said 2>&1
	is $? 0 "$what: the program comes to its end" || note "$(cat /tmp/said)"
	while read -r verdict text; do
		[ "$verdict" = ok ]
		ok $? "$what: $text"
	done </tmp/said
}

knob new_instance a
knob new_device "n instance=a bus=pci intx=1"
knob new_device "only instance=a bus=pci intx=1 msi=0"
knob new_device "without instance=a bus=pci"
knob new_device "none instance=a bus=pci msi=0"

is "$(config n 0x3d 1) $(config without 0x3d 1)" "01 00" "INTA, or none"
is "$(cat "$mock/devices/n/irq")" "msi=1 msix=0 enabled=intx allocated=1 masked=0x0 pending=0x0 delivered=0 dropped=0" "INTx is there without a driver"
like "$(cat "$mock/devices/without/irq")" " enabled=- " "unless the function has none"

n=$(function_of n)
irq=$(cat "$pci/devices/$n/irq")
unlike "$irq" "^0$" "the kernel has an interrupt for it"
unlike "$irq" "^$(cat "$pci/devices/$(function_of only)/irq")$" "and another one for the other"

knob devices/only/irq 0
like "$(cat "$mock/devices/only/irq")" " enabled=intx .* pending=0x1 delivered=1 " "it is asserted, and no driver waits for it"
bind n only without
clear_journal
played "in the function" "$n" n
soon journal_has_irqs n
is "$(irqs_in_journal n)" "$(irqs_of n)" "the journal has as many as the file irq counts"
is "$(journal irq | grep -c 'device=n vector=0 delivered=0 reason=masked$')" 5 "five were masked, or nobody had enabled them"
is "$(journal irq | grep -c 'device=n .*reason=power$')" 1 "one was in D3hot"
unlike "$(cat /proc/interrupts)" "vfio-intx" "the driver has let go of it"
like "$(cat "$mock/devices/n/irq")" " enabled=intx .* pending=0x0 " "and the reset when it was closed has cleared it"

# vfio-pci that does not mask in the function. It binds all three again by itself.
unbind n only without
modprobe -r vfio-pci
if modprobe vfio-pci nointxmask=1; then
	played "in the kernel" "$n" n nomask
	unbind n only without
fi

# Bad input.
for v in 2 -1 x; do
	refused EINVAL new_device "x instance=a bus=pci intx=$v"
done
refused EINVAL new_device "x instance=a intx=1" "bus=pci"
refused EINVAL new_device "x instance=a bus=pci bridge=pci intx=1" "not for bridges"
fails EINVAL devices/only/irq 64 "0 to 63"
fails EOPNOTSUPP devices/none/irq 0 "has no interrupts"

# Removed while it is asserted, and many of them.
knob devices/only/irq 0
knob del_device only
for i in $(seq 40); do
	knob new_device "m$i instance=a bus=pci intx=1"
	knob "devices/m$i/irq" 0
done
reset
done_testing
