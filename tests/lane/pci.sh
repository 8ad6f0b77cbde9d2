# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# For tests of PCI functions: their names on the bus, their configuration space,
# their interrupts, and the driver vfio-pci. Source it after lib.sh.

# shellcheck disable=SC2034 # also for the tests
pci=/sys/bus/pci

# function_of DEVICE: its name on the bus.
function_of() {
	field device "$1" dev
}

# bind DEVICE...: to vfio-pci.
bind() {
	for f; do
		echo vfio-pci >"$pci/devices/$(function_of "$f")/driver_override"
		function_of "$f" >"$pci/drivers/vfio-pci/bind"
	done
}

# unbind DEVICE...: from vfio-pci.
unbind() {
	for f; do
		function_of "$f" >"$pci/drivers/vfio-pci/unbind"
	done
}

# config DEVICE OFFSET BYTES: from its configuration space, in hex.
config() {
	dd if="$pci/devices/$(function_of "$1")/config" bs=1 skip=$(($2)) count="$3" 2>/dev/null |
		od -An -v -tx1 | tr -d ' \n'
}

# poke DEVICE OFFSET BYTE...: octal escapes, into its configuration space.
poke() {
	to=$pci/devices/$(function_of "$1")/config
	at=$(($2))
	shift 2
	# shellcheck disable=SC2059 # the format is the bytes
	printf "$(printf '\\%s' "$@")" | dd of="$to" bs=$# count=1 seek="$at" oflag=seek_bytes conv=notrunc 2>/dev/null
}

# last_irq: what the journal tells of the last interrupt.
last_irq() {
	journal irq | tail -n 1
}

# irqs_of DEVICE: the number of interrupts that the module has delivered for it.
irqs_of() {
	sed 's/.* delivered=\([0-9]*\) .*/\1/' "$mock/devices/$1/irq"
}

# irqs_in_journal DEVICE: the same by the journal.
irqs_in_journal() {
	journal irq | grep -c "device=$1 .*delivered=1 reason=-$"
}

# journal_has_irqs DEVICE: the journal has them all. A worker writes down those that were
# released by a write to memory or to the configuration space.
journal_has_irqs() {
	[ "$(irqs_in_journal "$1")" = "$(irqs_of "$1")" ]
}
