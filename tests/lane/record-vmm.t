#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A caller's view: QEMU gives functions to a guest, those of the module and those behind
# VT-d, and the judged recording says what VFIO, and QEMU above it, did with each errno.
# dpdk.t does the same with DPDK.
# lane: debian-13
# vm: --package qemu-system-x86 --mem 2560 --qemu -machine --qemu q35,kernel-irqchip=split --qemu -device --qemu intel-iommu --qemu -device --qemu pci-testdev --qemu -device --qemu pci-testdev --cmdline intel_iommu=on
# timeout: 400
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
# shellcheck source=recording.sh
. ./recording.sh
load
modprobe -a vfio-pci vfio_iommu_type1
knob new_instance w
knob new_instance "n ias=39"
for d in w0 w1 n0; do
	knob new_device "$d instance=${d%?} bus=pci"
	bind "$d"
done
w0=$(function_of w0) w1=$(function_of w1) n0=$(function_of n0)

# vmm FUNCTION...: QEMU with these functions, which ends at once, and its recording.
# Sets status.
vmm() {
	devices=''
	for function; do
		devices="$devices -device vfio-pci,host=$function"
	done
	# shellcheck disable=SC2016,SC2086 # for the other shell; words
	iommu-mock record --output rec -- sh -c 'echo quit | chroot /packages qemu-system-x86_64 "$@"' sh \
		-M q35 -accel tcg,tb-size=16 -m 32 -nodefaults -display none -S -monitor stdio $devices >out 2>said
	status=$?
	note "$(cat said)"
	note "$(iommu-mock judge --calls rec)"
}

# verdict RULE: what the judge says of it, and of whom.
verdict() {
	iommu-mock judge --raw --noheadings --output RULE,VERDICT,BY rec | sed -n "s/^$1 //p"
}

# broken: the rules that are broken.
broken() {
	iommu-mock judge --raw --noheadings --output RULE,VERDICT rec | sed -n 's/ broken$//p' | tr '\n' ' '
}

vmm "$w0" "$n0" "$w1"
is "$status" 0 "QEMU has three functions behind two instances" || note "$(cat out)"
is "$(calls | grep -v '^free')" "alloc $w0 d1 0 -
attach $w0 d1 0 attached
alloc $n0 d2 0 -
attach $n0 d2 0 attached, looks on
attach $n0 d1 EINVAL back to its own
attach $n0 d2 0 attached
alloc $w1 d3 0 -
attach $w1 d3 0 attached, looks on
attach $w1 d2 0 attached" "EINVAL of a candidate: a domain of its own, and the wider unit takes the narrower domain"
is "$(broken)" "" "no rule is broken"
is "$(verdict R1):$(verdict R4):$(verdict R7):$(verdict R12)" "kept -:kept -:kept -:kept -" "R1, R4, R7 and R12 are kept"
is "$(calls | grep -c '^free')" 3 "QEMU leaves no domain"

# As SMMUv3 of 6.1 has it: docs/real-hardware.md.
knob instances/n/errno ENXIO
vmm "$w0" "$n0"
is "$status" 0 "ENXIO of a candidate does not reach QEMU"
is "$(calls | grep "$n0")" "alloc $n0 d2 0 -
attach $n0 d2 0 attached, looks on
attach $n0 d1 ENXIO back to its own
attach $n0 d2 0 attached" "VFIO goes on, as after EINVAL"
is "$(verdict R2)" "broken caller" "R2 is broken by the caller"
knob instances/n/errno EINVAL

# A domain of its own that cannot be attached ends what VFIO does. QEMU then does not look
# at the errno: whatever keeps a group out of its container, it opens another one.
knob instances/n/faults "attach errno=ENOMEM times=1"
vmm "$w0" "$n0"
is "$status" 0 "ENOMEM once: QEMU has both functions" || note "$(cat out)"
is "$(calls | grep "$n0")" "alloc $n0 d2 0 -
attach $n0 d2 ENOMEM gave up, asked again
alloc $n0 d3 0 -
attach $n0 d3 0 attached" "VFIO stops, and QEMU asks again, with another container"
is "$(verdict R2)" "kept -" "R2 is kept: what QEMU asks is another request"
is "$(broken)" "" "no rule is broken"

knob instances/n/faults "attach errno=ENOMEM"
vmm "$w0" "$n0"
is "$status" 1 "ENOMEM always: QEMU stops"
like "$(cat said)" "^qemu-system-x86_64: .*$n0.*Cannot allocate memory" "and says so"
is "$(calls | grep "$n0")" "alloc $n0 d2 0 -
attach $n0 d2 ENOMEM gave up, asked again
alloc $n0 d3 0 -
attach $n0 d3 ENOMEM gave up" "after two containers"
is "$(verdict R2)" "kept -" "R2 is kept"
is "$(calls | grep -c '^free'):$(total domains)" "3:0" "no domain is left"
knob instances/n/faults off

# Functions behind VT-d
functions
vmm "$first" "$second"
is "$status" 0 "QEMU has two functions behind VT-d" || note "$(cat out)"
is "$(calls | grep -v '^free')" "alloc $first d1 0 -
attach $first d1 0 attached
alloc $second d2 0 -
attach $second d2 0 attached, looks on
attach $second d1 0 attached" "the same with a real driver"
is "$(broken)" "" "no rule is broken"
is "$(verdict R1):$(verdict R4):$(verdict R12)" "kept -:kept -:kept -" "R1, R4 and R12 are kept"

# VFIO offers no domain to a group of another driver.
vmm "$w0" "$first"
is "$status" 0 "QEMU has a function of the module and one behind VT-d" || note "$(cat out)"
is "$(calls | grep -v '^free')" "alloc $w0 d1 0 -
attach $w0 d1 0 attached
alloc $first d2 0 -
attach $first d2 0 attached" "two drivers: a domain for each, in one container"
is "$(broken)" "" "no rule is broken"

unbind w0 w1 n0
reset
done_testing
