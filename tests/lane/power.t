#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Power management of PCI functions: no DMA and no interrupts in D3hot, a reset on
# the way back, vfio-pci's idle D3hot; and their Vital Product Data.
# shellcheck source=lib.sh
. ./lib.sh
load
pci=/sys/bus/pci/devices

function_of() {
	field device "$1" dev
}

# config DEVICE OFFSET BYTES: from its configuration space, in hex.
config() {
	dd if="$pci/$(function_of "$1")/config" bs=1 skip=$(($2)) count="$3" 2>/dev/null |
		od -An -v -tx1 | tr -d ' \n'
}

# poke DEVICE OFFSET BYTE...: octal escapes, into its configuration space.
poke() {
	to=$pci/$(function_of "$1")/config
	at=$(($2))
	shift 2
	# shellcheck disable=SC2059 # the format is the bytes
	printf "$(printf '\\%s' "$@")" | dd of="$to" bs=$# count=1 seek="$at" oflag=seek_bytes conv=notrunc 2>/dev/null
}

knob new_instance a
knob new_device "n instance=a bus=pci serial=0x0123456789abcdef"
knob new_device "br instance=a bus=pci bridge=pci"
knob new_device "c instance=a bus=pci behind=br"
knob new_domain "dom device=n"
knob new_buffer "buf 64K"
knob domains/dom/attach n
knob domains/dom/map "0x10000 buf"

is "$(config n 0xd8 6)" "01e003000000" "power management: D0 and D3hot, the way back resets"
knob devices/n/dma "write 0x10000 8 pattern=1"
like "$(cat "$mock/devices/n/dma")" " ret=0$" "in D0 there is DMA"
poke n 0x84 1 2 3 4
poke n 0xdc 3
is "$(config n 0xdc 1)" "03" "it goes into D3hot"
knob devices/n/dma "write 0x10000 8 pattern=2"
like "$(cat "$mock/devices/n/dma")" " reason=not-master ret=-EFAULT$" "where there is none"
is "$(od -An -v -tx8 -N8 "$mock/buffers/buf/data" | tr -d ' ')" "0000000000000001" "and memory stays as it is"
poke n 0xa0 2
poke n 0xdc 1
is "$(config n 0xdc 1)$(config n 0x84 4)" "0301020304" "D1 it does not have, and its registers are there"
knob devices/n/irq 0
like "$(journal irq | tail -n 1)" " vector=0 delivered=0 reason=power$" "an interrupt is lost"
poke n 0xdc 0
is "$(config n 0xdc 1)$(config n 0x84 4)$(config n 4 2)" "00000000000000" "back in D0 it is as after a reset"
poke n 4 4
knob devices/n/dma "write 0x10000 8 pattern=3"
like "$(cat "$mock/devices/n/dma")" " ret=0$" "and works"
poke n 0xdc 3
iommu-mock device dma n write 0x10000 8 pattern=4
ok $? "device dma wakes it first, as a driver does"
is "$(config n 0xdc 1)$(config n 4 1)" "0004" "in D0, and a bus master"

# An operation under way ends when the function goes into D3hot. With a delay of a
# millisecond for each round it takes 1000 s otherwise.
knob instances/a/faults "dma errno=0 delay_us=1000"
knob devices/n/dma "sum 0x10000 4 repeat=1000000"
poke n 0xdc 3
like "$(cat "$mock/devices/n/dma")" " reason=not-master ret=-EFAULT$" "D3hot ends what runs"
poke n 0xdc 0
knob instances/a/faults off
knob domains/dom/detach n

methods=$pci/$(function_of n)/reset_method
if [ -e "$methods" ]; then
	is "$(cat "$methods")" "flr pm" "two ways to reset it"
	poke n 0x84 1 2 3 4
	echo pm >"$methods"
	echo 1 >"$pci/$(function_of n)/reset"
	is "$(config n 0x84 4)" "00000000" "the kernel resets it by way of D3hot"
	echo default >"$methods"
fi
is "$(config c 0xd8 6)" "01e003000800" "behind a PCI bridge: the way back is no reset"
poke c 0x84 1 2 3 4
poke c 0xdc 3
poke c 0xdc 0
is "$(config c 0x84 4)" "01020304" "so it keeps its registers"

# vfio-pci leaves a function that nobody uses in D3hot.
modprobe -a vfio-pci vfio_iommu_type1
echo vfio-pci >"$pci/$(function_of n)/driver_override"
function_of n >/sys/bus/pci/drivers/vfio-pci/bind
state=$pci/$(function_of n)/power_state
# Since 5.19 it needs a kernel with runtime power management. 5.10 has no such file.
[ -e "$pci/$(function_of n)/power/runtime_status" ] || state=/none
# idle: the function gets into D3hot. Nobody waits for that: the kernel's power management
# has a worker for it.
idle() {
	[ -e "$state" ] || return 0
	soon grep -qx D3hot "$state"
	is "$(cat "$state")" D3hot "$1"
}
idle "bound to vfio-pci and not in use: D3hot"
out=$(./vfio-dma "$(function_of n)" 2>&1)
is "$(echo "$out" | tail -n 1)" "as it should be" "in use: D0, and DMA" || note "$out"
idle "and D3hot again"
function_of n >/sys/bus/pci/drivers/vfio-pci/unbind

# Vital Product Data, by the kernel's own reader.
vpd=$(tr -c ' -~' '.' <"$pci/$(function_of n)/vpd")
like "$vpd" "iommu-mock.*PN.IOMMU-MOCK-1SN.0123456789abcdefRV" "name, part number and serial number"
{ printf 'x' >"$pci/$(function_of n)/vpd"; } 2>/dev/null
is "$(tr -c ' -~' '.' <"$pci/$(function_of n)/vpd")" "$vpd" "which cannot be written"
reset
done_testing
