#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Interrupts of PCI functions: VFIO delivers them as eventfds; masked, pending,
# disabled, lost; the journal and the file irq say what became of each.
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
load
modprobe -a vfio-pci vfio_iommu_type1

knob new_instance a
knob new_device "n instance=a bus=pci msi=4"
knob new_device "one instance=a bus=pci"
knob new_device "none instance=a bus=pci msi=0"
knob new_device "all instance=a bus=pci msi=32"
knob new_device "plain instance=a"

is "$(cat "$mock/devices/n/irq")" "msi=4 msix=0 enabled=- allocated=0 masked=0x0 pending=0x0 delivered=0 dropped=0" "four vectors, and no driver"
is "$(cat "$mock/devices/one/irq" "$mock/devices/all/irq" "$mock/devices/none/irq" "$mock/devices/plain/irq" | cut -d' ' -f1 | xargs)" \
	"msi=1 msi=32 msi=0 msi=0" "one by default; as many as are asked for"
knob devices/n/irq 0
is "$(last_irq)" "irq instance=a device=n vector=0 delivered=0 reason=off" "without a driver an interrupt is lost"
is "$(value=$(cat "$mock/devices/n/irq"); echo "${value##* }")" "dropped=1" "and counted"

n=$(function_of n)
bind n one none
clear_journal
./vfio-msi "$n" n >/tmp/said 2>&1
is $? 0 "a program of VFIO comes to its end" || note "$(cat /tmp/said)"
while read -r verdict text; do
	[ "$verdict" = ok ]
	ok $? "$text"
done </tmp/said

# What the journal tells of the same program: 4 and 31 of four vectors, 1 of one.
is "$(journal irq | grep -c 'reason=vector$')" 3 "the journal: three vectors that were not allocated"
is "$(journal irq | grep -c 'reason=address$')" 2 "two bad messages"
is "$(journal irq | grep -c 'reason=power$')" 1 "one in D3hot"
is "$(journal irq | grep -c 'vector=1 delivered=0 reason=not-master$')" 1 "one without Bus Master Enable"
is "$(journal irq | grep -c 'delivered=0 reason=masked$')" 4 "four were masked"
is "$(journal irq | grep -c 'vector=0 delivered=0 reason=off$')" 1 "the one after the release is lost, once"
soon journal_has_irqs n
is "$(irqs_in_journal n)" "$(irqs_of n)" "as many as the file irq counts"
like "$(cat "$mock/devices/n/irq")" "^msi=4 msix=0 enabled=- allocated=0 masked=0x0 pending=0x0 " "the driver has let go of all"
like "$(grep ' irq .*vector=2' "$mock/journal")" " by=[0-9]*:vfio-msi$" "under the name of the program"

# With one vector, and with none: the example waits, or polls.
clear_journal
for d in one none; do
	out=$(./vfio-dma "$(function_of $d)" 2>&1)
	is "$(echo "$out" | tail -n 1)" "as it should be" "the example, on the function with $d" || note "$out"
done
# The engine's worker sends an interrupt and then writes the journal.
three_of_one() {
	[ "$(journal irq | grep -c 'device=one vector=0 delivered=1 reason=-')" -ge 3 ]
}
soon three_of_one
is "$(journal irq | grep -c 'device=one vector=0 delivered=1 reason=-')" 3 "three operations, three interrupts"
is "$(journal irq | grep -c 'device=none')" 0 "and none of the other"

# Nothing of the host's: the interrupts have a domain of their own.
like "$(cat /proc/interrupts)" "^  *[A-Z0-9]*:" "the kernel's own interrupts are there"
unlike "$(cat /proc/interrupts)" "iommu-mock" "and none of ours is left"

# Bad input.
for v in 3 5 33 64 -1 x; do
	refused EINVAL new_device "x instance=a bus=pci msi=$v"
done
refused EINVAL new_device "x instance=a msi=1" "bus=pci"
refused EINVAL new_device "x instance=a bus=pci bridge=pci msi=1" "not for bridges"
fails EINVAL devices/n/irq 64 "0 to 63"
fails EINVAL devices/n/irq "1 2"
fails EINVAL devices/n/irq x
fails EOPNOTSUPP devices/none/irq 0 "has no interrupts"
fails EOPNOTSUPP devices/plain/irq 0 "has no interrupts"

# Removed while an interrupt is enabled and another one is asked for.
unbind n one none
reset
done_testing
