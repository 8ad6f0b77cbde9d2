#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DPDK of Debian, as docs/ci.md has it: dpdk-devbind binds functions, the EAL opens them
# and maps its memory for DMA and interrupts (docs/examples/dpdk/dpdk-dma.c), and
# dpdk-testpmd runs beside a function that no driver of DPDK knows. And a caller's view:
# the judged recording says what VFIO, and the EAL above it, did with an errno.
# lane: debian-13
# vm: --package dpdk --package dpdk-dev --package iproute2 --package gcc --package libc6-dev --package pkgconf --mem 2560
# timeout: 600
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
# shellcheck source=recording.sh
. ./recording.sh
load
modprobe -a vfio-pci vfio_iommu_type1

for i in a b; do
	knob new_instance "$i"
	# dpdk-devbind lists network and other accelerating devices by their class.
	knob new_device "${i}0 instance=$i bus=pci class=0x020000"
done
a0=$(function_of a0) b0=$(function_of b0)

# within COMMAND...: a program of the packages.
within() {
	chroot /packages "$@"
}

out=$(within dpdk-devbind.py --bind vfio-pci "$a0" "$b0" 2>&1)
is "$?:$(field device a0 driver):$(field device b0 driver)" "0:vfio-pci:vfio-pci" "dpdk-devbind binds functions" || note "$out"
out=$(within dpdk-devbind.py --status 2>&1)
like "$out" "^$a0 .*drv=vfio-pci" "and lists them"

within sh -c "cc -O1 -Wall -o /tmp/dpdk-dma /root/tests/dpdk-dma.c \$(pkg-config --cflags libdpdk) -lrte_eal" >/tmp/cc.log 2>&1
ok $? "the example compiles" "$(cat /tmp/cc.log)"
clear_journal
# dma: the example, and its recording; sets status and out.
dma() {
	out=$(iommu-mock record --output rec -- chroot /packages /tmp/dpdk-dma --no-huge -m 16 --iova-mode=va \
		--lcores 0 --no-telemetry -- "$a0" "$b0" 2>&1)
	status=$?
	note "$(iommu-mock judge --calls rec)"
}

# rules: what the judge says of these
rules() {
	iommu-mock judge --raw --noheadings --output RULE,VERDICT rec | grep -E '^R(1|2|4|12) ' | tr '\n' ' '
}

dma
is "$status:$(echo "$out" | tail -n 1)" "0:as it should be" "DMA into memory of DPDK, by two functions" || note "$out"
is "$(journal dma | grep -c 'ret=0')" 2 "which the module has seen"
is "$(irqs_of a0):$(irqs_of b0)" "1:1" "each with an interrupt"
is "$(total domains):$(where a0):$(where b0)" "0:identity:identity" "and nothing is left"

is "$(calls | grep -v '^free')" "alloc $a0 d1 0 -
attach $a0 d1 0 attached
alloc $b0 d2 0 -
attach $b0 d2 0 attached, looks on
attach $b0 d1 0 attached" "on one domain"

# An instance that refuses the domain of the other
knob instances/b/policy same-instance
dma
is "$status:$(echo "$out" | tail -n 1)" "0:as it should be" "the same with a domain for each" || note "$out"
is "$(calls | grep "$b0")" "alloc $b0 d2 0 -
attach $b0 d2 0 attached, looks on
attach $b0 d1 EINVAL back to its own
attach $b0 d2 0 attached" "after EINVAL"
is "$(rules)" "R1 kept R2 not\x20applicable R4 kept R12 kept " "no rule is broken"

knob instances/b/faults "attach errno=ENOMEM"
dma
is "$status" 1 "after ENOMEM the EAL does not open the function"
like "$out" "^dpdk-dma: open $b0:" "which the program says" || note "$out"
is "$(calls | grep "$b0")" "alloc $b0 d2 0 -
attach $b0 d2 ENOMEM gave up" "and does not ask again"
is "$(rules)" "R1 kept R2 kept R4 kept R12 kept " "R2 is kept"
is "$(total domains):$(where a0):$(where b0)" "0:identity:identity" "and nothing is left"
knob instances/b/faults off

# The function is allowed (-a), and the EAL leaves it alone: packets go through ports of null.
sleep 5 | within dpdk-testpmd --no-huge -m 256 --iova-mode=va --lcores 0,1 --no-telemetry -a "$a0" \
	--vdev net_null0 --vdev net_null1 -- --no-mlockall --total-num-mbufs=2048 --auto-start >/tmp/testpmd 2>&1
ok $? "dpdk-testpmd runs beside a function" "$(tail -n 40 /tmp/testpmd)"
like "$(cat /tmp/testpmd)" "RX-packets: [1-9]" "and forwards packets"
is "$(field device a0 driver)" vfio-pci "which stays as it was"
unbind a0 b0
reset
done_testing
