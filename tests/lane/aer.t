#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Errors that PCI functions report (AER): states, masks, messages to the root port; and
# the kernel's own AER driver, which tells vfio-pci of them and resets the link.
# needs: the kernel has no AER
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
load
modprobe -a vfio-pci vfio_iommu_type1

# errors DEVICE: its file aer.
errors() {
	cat "$mock/devices/$1/aer"
}

# reads DEVICE LINE: its file aer has this line.
reads() {
	[ "$(errors "$1")" = "$2" ]
}

# counted DEVICE FILE WORDS: a line of the kernel's own counts.
counted() {
	grep -q "^$3\$" "$pci/devices/$(function_of "$1")/$2"
}

# told_again: let the port r detect an error; true if its driver has had an interrupt since
# $irqs. The driver does not hear of errors while it recovers from one.
told_again() {
	knob devices/r/aer MalfTLP && [ "$(irqs_of r)" -gt "$irqs" ]
}

# recovers: the driver of the port r begins to recover from an error.
recovers() {
	irqs=$(irqs_of r)
	soon told_again
}

knob new_instance a

# The registers: the driver of the port, which clears them, is unbound.
knob new_device "r instance=a bus=pci bridge=root-port aer=1"
knob new_device "f instance=a bus=pci behind=r aer=1"
knob new_device "i instance=a bus=pci aer=1"
knob new_device "n instance=a bus=pci"
r=$pci/devices/$(function_of r)
[ ! -e "$r/driver" ] || function_of r >"$r/driver/unbind"
for d in r f i; do
	is "$(config $d 0x130 2)$(config $d 0x13c 4)" "010010204600" "$d has AER"
	poke $d 0x48 0
done
is "$(config n 0x130 2)" 0000 "a function without aer=1 has none"
is "$(errors f)" "correctable=- uncorrectable=- received=0 lost=0 silent=0" "no error yet"

knob devices/f/aer RxErr
is "$(errors f)" "correctable=RxErr uncorrectable=- received=0 lost=0 silent=1" "Device Control does not enable it: no message"
poke f 0x48 017
knob devices/f/aer CorrIntErr
is "$(errors f)" "correctable=RxErr,CorrIntErr uncorrectable=- received=0 lost=0 silent=2" "nor is there one about an error that is masked"
poke f 0x140 1 100
is "$(errors f)" "correctable=- uncorrectable=- received=0 lost=0 silent=2" "ones clear the states"
poke r 0x3e 2
clear_journal
knob devices/f/aer BadTLP
is "$(errors f)" "correctable=BadTLP uncorrectable=- received=1 lost=0 silent=2" "enabled: the root port receives a message"
bus=$(function_of f | cut -d: -f2)
is "$(config r 0x160 4)$(config r 0x164 2)" "0100000000$bus" "which names the function"
is "$(journal irq)" "" "no interrupt, as Root Error Command enables none"
poke r 0x15c 7
soon eval '[ -n "$(journal irq)" ]'
like "$(last_irq)" "device=r vector=0 delivered=0 reason=off$" "it does: an interrupt, which nobody waits for"
knob devices/f/aer MalfTLP
knob devices/f/aer CmpltTO
is "$(config r 0x160 4)" 7d000000 "a fatal error, then one that is not: each has its bit, and there are several"
is "$(errors f)" "correctable=BadTLP uncorrectable=CmpltTO,MalfTLP received=3 lost=0 silent=2" "three messages"
is "$(config f 0x148 1)$(config f 0x14c 4)" "1201000040" "the first uncorrectable one, and a header"
poke f 0x49 200
is "$(errors f)" "correctable=BadTLP uncorrectable=CmpltTO,MalfTLP received=3 lost=0 silent=2" "a reset of the function changes none of it"
is "$(config f 0x4a 2)" 0000 "but Device Status"
poke f 0x48 017
poke r 0x3e 0
knob devices/f/aer RxErr
like "$(errors f)" " received=3 lost=1 " "SERR# Enable of the port is clear: it receives nothing"
poke i 0x48 017
knob devices/i/aer UnsupReq
is "$(errors i)" "correctable=- uncorrectable=UnsupReq received=0 lost=1 silent=0" "there is no root port: lost"
poke r 0x160 177
poke r 0x48 017
knob devices/r/aer Rollover
is "$(config r 0x160 4)" 01000000 "a port receives its own messages"
for d in i n f r; do
	knob del_device $d
done

# The kernel's AER driver.
knob new_device "r instance=a bus=pci bridge=root-port aer=1"
knob new_device "f instance=a bus=pci behind=r aer=1"
if [ -e "$pci/devices/$(function_of r)/aer_rootport_total_err_cor" ]; then
	like "$(cat "$mock/devices/r/irq")" "enabled=msi allocated=1 " "the driver of the port has its interrupt"
	# A kernel before 6.1 leaves it to the driver. vfio-pci lets the function sleep.
	poke f 0x48 017
	bind f
	./vfio-aer "$(function_of f)" f >/tmp/said 2>&1
	is $? 0 "a program of VFIO comes to its end" || note "$(cat /tmp/said)"
	while read -r verdict text; do
		[ "$verdict" = ok ]
		ok $? "$text"
	done </tmp/said
	soon reads f "correctable=- uncorrectable=- received=4 lost=0 silent=0"
	is "$(errors f)" "correctable=- uncorrectable=- received=4 lost=0 silent=0" "the kernel has cleared all states"
	# Of a fatal error only the port is read: the link may be down.
	counted r aer_rootport_total_err_fatal 1 && counted r aer_rootport_total_err_nonfatal 2 && counted r aer_rootport_total_err_cor 1
	ok $? "it counted them all at the port"
	counted f aer_dev_nonfatal "CmpltTO 2" && counted f aer_dev_correctable "RxErr 1"
	ok $? "and those of the function that are not fatal"
	unbind f
	knob del_device f
	# Its driver resets the bus behind the port, and takes the lock of the port for that.
	n=0
	while [ $n -lt 5 ] && knob new_device "r$n instance=a bus=pci bridge=root-port aer=1"; do
		poke r$n 0x48 017
		poke r$n 0x3e 2
		knob devices/r$n/aer MalfTLP && like "$(errors r$n)" "received=1" "the port is told of its error" || break
		# Two ports with the thread at work, the others just before that.
		[ $n -gt 1 ] || soon eval '[ -n "$(journal irq | grep " device=r$n .*delivered=1")" ]' || break
		knob del_device r$n || break
		n=$((n + 1))
	done
	is $n 5 "ports that are deleted while their driver recovers from an error"
	# At the end of such a reset the kernel unlocks all functions that are there then, and
	# warns of one that came meanwhile: tests fail of what is in the kernel's log.
	knob new_device "f instance=a bus=pci behind=r slot=s"
	n=0
	while [ $n -lt 5 ]; do
		recovers && knob new_device "g instance=a bus=pci behind=r slot=s" || break
		recovers && knob del_device g || break
		n=$((n + 1))
	done
	is $n 5 "functions that come and go while the driver of their port recovers from an error"
	knob del_device f
	knob new_device "f instance=a bus=pci behind=r aer=1"
else
	skip "the kernel has no AER"
fi

# Bad input.
knob new_device "c instance=a bus=pci bridge=pci"
knob new_device "n instance=a bus=pci"
knob new_device "p instance=a"
refused EINVAL new_device "x instance=a bus=pci bridge=pci aer=1" "has no AER"
refused EINVAL new_device "x instance=a bus=pci behind=c aer=1" "no AER"
refused EINVAL new_device "x instance=a aer=1" "bus=pci"
for e in "" RxErrs rxerr "RxErr RxErr" 0x1; do
	fails EINVAL devices/f/aer "$e"
done
for d in n c p; do
	fails EOPNOTSUPP devices/$d/aer RxErr "only PCI functions with aer=1"
done
is "$(errors n)" "correctable=- uncorrectable=- received=0 lost=0 silent=0" "a function without AER has no errors"
echo 1 >"$pci/devices/$(function_of f)/remove"
fails ENODEV devices/f/aer RxErr "was removed"
reset
done_testing
