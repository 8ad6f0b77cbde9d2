#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Each way to reset a function, while it does DMA and has an interrupt pending:
# function-level reset, D3hot and back, secondary bus reset of a slot, and those of the
# kernel (reset_method). PCI Express Base Specification, 6.6.1 and 6.6.2: the operation ends
# and raises nothing, what is pending is lost, all registers have their initial values, and
# nothing is written any more. Neighbours go on.
# needs: no reset_method
# timeout: 180
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
load

knob new_instance a
# An operation under way does a step a millisecond, and does not end by itself.
knob instances/a/faults "dma errno=0 delay_us=1000"
knob new_device "n instance=a bus=pci msi=4"
knob new_device "rp instance=a bus=pci bridge=root-port"
for f in s0 s1; do
	knob new_device "$f instance=a bus=pci behind=rp slot=s msi=4"
done
knob new_device "rq instance=a bus=pci bridge=root-port"
knob new_device "e instance=a bus=pci behind=rq msi=4"
knob new_device "br instance=a bus=pci bridge=pci"
knob new_device "c instance=a bus=pci behind=br msi=4"
knob new_buffer "buf 1M"
knob new_domain "dom device=n"

# attached DEVICE: it is on the domain, which has the buffer.
attached() {
	[ "$(where "$1")" = dom ] || knob domains/dom/attach "$1"
}
# A domain of 5.10 takes no maps before a device is on it.
attached n
knob domains/dom/map "0x100000 buf"

# at_work DEVICE: prints whether its engine is busy: then it takes no other operation.
at_work() {
	if put "devices/$1/dma" "read 0x100000 4"; then echo idle; else echo busy; fi
}

# ended DEVICE: the journal has the end of its operation.
ended() {
	journal dma | grep -q "device=$1 .*ret=-E[CF]A"
}

# busy DEVICE: it has a vector pending, registers that are not 0, and does DMA.
busy() {
	poke "$1" 4 4       # Bus Master Enable
	poke "$1" 0xc2 21   # MSI, two vectors
	poke "$1" 0xd0 2    # vector 1 is masked
	knob "devices/$1/irq" 1
	poke "$1" 0x84 1 2 3 4 5 6 7 10
	knob "devices/$1/dma" "write 0x100000 4K pattern=0x4242424242424242 repeat=1000000000"
}

# written: the number of bytes in the buffer that functions have written.
written() {
	tr -d '\0' <"$mock/buffers/buf/data" | wc -c
}

# dropped DEVICE: how many of its interrupts were lost.
dropped() {
	sed 's/.* dropped=//' "$mock/devices/$1/irq"
}

# zeroed: the buffer is zeros.
zeroed() {
	dd if=/dev/zero of="$mock/buffers/buf/data" bs=1M count=1 2>/dev/null
}

# resets WAY DEVICE... -- COMMAND...: the command resets the functions that are busy.
resets() {
	way=$1
	shift
	functions=
	while [ "$1" != -- ]; do
		functions="$functions $1"
		shift
	done
	shift
	for f in $functions; do
		attached "$f"
		busy "$f"
	done
	clear_journal
	for f in $functions; do
		eval "dropped_$f=$(dropped "$f")"
		is "$(at_work "$f"):$(sed 's/.* pending=\([^ ]*\) .*/\1/' "$mock/devices/$f/irq")" "busy:0x2" \
			"$way: $f is at work, and a vector is pending"
	done
	"$@"
	for f in $functions; do
		soon ended "$f"
		zeroed
		is "$(config "$f" 0xc2 1)$(config "$f" 0xd0 8)$(config "$f" 0x84 16)" \
			"$(config initial 0xc2 1)$(config initial 0xd0 8)$(config initial 0x84 16)" \
			"$way: $f has its initial registers"
		like "$(cat "$mock/devices/$f/irq")" "enabled=- .* masked=0x0 pending=0x0 delivered=0 " "$way: $f has nothing pending, and has raised nothing"
		before=0
		eval "before=\$dropped_$f"
		is "$(($(dropped "$f") - before))" 1 "$way: what was pending is lost, and counted"
		is "$(journal dma | grep -c "device=$f .*ret=-E[CF]A")" 1 "$way: the operation of $f has ended, once"
	done
	is "$(journal irq | grep -c 'delivered=1')" 0 "$way: the end of an operation raises nothing"
	# A page that is still under way takes less.
	usleep 50000
	is "$(written)" 0 "$way: nothing is written after the reset"
	for f in $functions; do
		poke "$f" 4 4
		poke "$f" 0x84 0 0 20 0 0 0 0 0
		poke "$f" 0x8c 10 0 0 0
		poke "$f" 0x90 103 103 103 103 103 103 103 103
		poke "$f" 0xa0 2
		soon complete "$f"
		is "$(config "$f" 0xa4 1):$(written)" "02:8" "$way: $f does DMA as before"
		zeroed
	done
}

complete() {
	[ $((0x$(config "$1" 0xa4 1) & 2)) != 0 ]
}

flr() {
	poke "$1" 0x49 200
}

by_power() {
	poke "$1" 0xdc 3
	poke "$1" 0xdc 0
}

by_bus() {
	poke "$1" 0x3e 100
	poke "$1" 0x3e 0
}

# by_kernel METHOD DEVICE
by_kernel() {
	echo "$1" >"$pci/devices/$(function_of "$2")/reset_method"
	echo 1 >"$pci/devices/$(function_of "$2")/reset"
	echo default >"$pci/devices/$(function_of "$2")/reset_method"
}

# What a function has that was never used.
knob new_device "initial instance=a bus=pci msi=4"

resets "function-level reset" n -- flr n
resets "D3hot and back" n -- by_power n
resets "function-level reset of one of two" s0 -- flr s0
resets "reset of the slot" s0 s1 -- by_bus rp
resets "reset behind a PCI bridge" c -- by_bus br

# A neighbour: in the same slot for a function-level reset, and behind another port for
# that of a slot.
for f in s0 s1 e; do
	attached $f
	busy $f
done
flr s0
is "$(at_work s1)" busy "a function-level reset is none of the other function in the slot"
by_bus rp
is "$(at_work e)" busy "the reset of a slot is none of a function behind another port"
for f in s0 s1 e; do
	knob devices/$f/dma stop
	flr $f
done

if [ -e "$pci/devices/$(function_of n)/reset_method" ]; then
	is "$(cat "$pci/devices/$(function_of e)/reset_method")" "flr pm bus" "the kernel knows three ways to reset a function behind a port"
	for way in flr pm bus; do
		poke e 0x3c 5
		resets "the kernel's $way" e -- by_kernel $way e
		is "$(config e 0x3c 1)" 05 "which restores what the kernel keeps"
	done
	is "$(cat "$pci/devices/$(function_of s1)/reset_method")" "flr pm" "of two in a slot, the bus is no way to reset one"
else
	skip "no reset_method before 5.15"
fi
knob instances/a/faults off
for f in n s0 e c; do
	knob domains/dom/detach $f
done
reset
done_testing
