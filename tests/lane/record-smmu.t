#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The recorder on a real driver that refuses: two SMMUv3 in one machine, VFIO. What the
# driver answers for a domain of the other SMMU was read in its arm_smmu_attach_dev():
# up to 6.6 ENXIO, with a line in the log (R3), after it has let go of the old domain; then
# EINVAL, silently; since 6.12 it lets go of nothing before. Firmware describes several
# SMMUs, the device tree does not.
# lane: debian-12-arm64 debian-13-arm64 debian-13-backports-arm64
# driver: arm-smmu-v3
# vm: --no-module --new-qemu --qemu -bios --qemu /usr/share/qemu-efi-aarch64/QEMU_EFI.fd --qemu -device --qemu pxb-pcie,id=pcie.1,bus_nr=8,bus=pcie.0 --qemu -device --qemu pxb-pcie,id=pcie.2,bus_nr=16,bus=pcie.0 --qemu -device --qemu arm-smmuv3,primary-bus=pcie.1,id=smmu.1 --qemu -device --qemu arm-smmuv3,primary-bus=pcie.2,id=smmu.2 --qemu -device --qemu pcie-root-port,id=rp.1,bus=pcie.1,chassis=1 --qemu -device --qemu pcie-root-port,id=rp.2,bus=pcie.1,chassis=2 --qemu -device --qemu pcie-root-port,id=rp.3,bus=pcie.2,chassis=3 --qemu -device --qemu pci-testdev,bus=rp.1 --qemu -device --qemu pci-testdev,bus=rp.2 --qemu -device --qemu pci-testdev,bus=rp.3
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=recording.sh
. ./recording.sh

case $(uname -r) in
6.1.*) errno=ENXIO logs=1 lets_go=1 verdicts="broken broken broken kept kept kept kept " ;;
*) errno=EINVAL logs=0 lets_go=0 verdicts="kept not\x20applicable kept kept kept kept kept " ;;
esac

# unit FUNCTION: prints its SMMU, as in sysfs.
unit() {
	basename "$(readlink "/sys/bus/pci/devices/$1/iommu")"
}

bind_all
is "$bound" "0000:09:00.0 0000:0a:00.0 0000:11:00.0" "three functions are bound to vfio-pci"
a=0000:09:00.0 b=0000:11:00.0 c=0000:0a:00.0
is "$(for f in $a $b $c; do basename "$(readlink "/sys/bus/pci/devices/$f/iommu_group")"; done | sort -u | wc -l)" 3 "each in a group of its own"
is "$(unit $a)" "$(unit $c)" "two are behind one SMMU: $(unit $a)"
[ "$(unit $a)" != "$(unit $b)" ]
ok $? "one is behind another: $(unit $b)"

# attaches: prints those to domains of VFIO, as "FUNCTION DOMAIN ANSWER".
attaches() {
	sed -n 's/.* attach instance=[^ ]* device=\([^ ]*\) domain=\(d[0-9]*\) .* ret=\([^ ]*\) .*/\1 \2 \3/p' rec
}

# records WANTED FUNCTION...: the functions in one container, in that order, and the
# attaches with their answers. vfio_iommu_type1_attach_group() gives each group a domain
# of its own, then tries the others, the newest first, and goes back to the own one after
# each that fails.
records() {
	wanted=$1
	shift
	before=$(dmesg | grep -c 'cannot attach to SMMU')
	iommu-mock record --output rec -- ./vfio-loop 1 "$@" >out 2>said
	is "$?" 0 "VFIO works: $*" "$(cat said)"
	unlike "$(cat said)" "attach|are made|freed|mapped|lost" "and the recorder has seen it all"
	is "$(attaches)" "$wanted" "the attaches and their answers"
	refusals=$(attaches | grep -c -e "-$errno")
	is "$(($(dmesg | grep -c 'cannot attach to SMMU') - before))" "$((refusals * logs))" "the kernel's log has $((refusals * logs)) lines about refusals"
	iommu-mock judge --raw --noheadings --output RULE,VERDICT rec >rules
	is $? "$logs" "the judge's status"
	is "$(sed -n 's/^\(R[1-4]\|R6\|R7\|R12\) //p' rules | tr '\n' ' ')" "$verdicts" "R1 to R4, R6, R7 and R12" "$(cat rules rec)"
	note "$(grep -Ev ' (un)?map ' rec)"
}

# unhooked FUNCTION...: how many of the refused attaches had changed the device's entry in
# the stream table before they were refused.
unhooked() {
	tracing=/sys/kernel/debug/tracing
	{
		echo "p:smmu/entry arm_smmu_install_ste_for_dev"
		echo "p:smmu/attach __iommu_attach_device"
		echo "r64:smmu/attached __iommu_attach_device ret=\$retval:s32"
	} >$tracing/kprobe_events
	mkdir $tracing/instances/smmu
	echo 1 >$tracing/instances/smmu/events/smmu/enable
	./vfio-loop 1 "$@" >/dev/null
	echo 0 >$tracing/instances/smmu/events/smmu/enable
	awk '/ attach: / { n = 0 } / entry: / { n++ } / attached: .*ret=-/ { print (n > 0) }' $tracing/instances/smmu/trace
	rmdir $tracing/instances/smmu
	echo >$tracing/kprobe_events
}

records "$a d1 0
$b d2 0
$b d1 -$errno
$b d2 0
$c d3 0
$c d2 -$errno
$c d3 0
$c d1 0" $a $b $c
records "$b d1 0
$a d2 0
$a d1 -$errno
$a d2 0
$c d3 0
$c d2 0" $b $a $c

is "$(unhooked $a $b)" "$lets_go" "does it let go of the old domain before it refuses?"

first=$a
overhead 200

# What the preset of this driver and kernel says of the same question.
preset arm-smmu-v3
like "$run" "^run .*$errno" "as a refusal with $errno"
says=$(iommu-mock preset show "$preset" --raw --noheadings --output WHAT,TEXT)
like "$says" "^policy (same-instance|instance,.*)" "$preset: it refuses what is another instance's"
is "$(echo "$says" | sed -n 's/^errno .*\<instance=//p; s/^errno \([A-Z]*\)$/\1/p')" "$errno" "$preset: the errno"
is "$(echo "$says" | grep -c '^misbehave .*log-refusal')" "$logs" "$preset: the line in the log"
is "$(echo "$says" | grep -c '^misbehave .*unhook-first')" "$lets_go" "$preset: what it lets go of before it refuses"
done_testing
