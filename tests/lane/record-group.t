#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The recorder on a real driver and a group of several devices: a bridge from PCI Express
# to PCI, and two functions behind it, which have the bridge's address where VT-d sees
# them; and a function with a group of its own. VFIO has both groups in one container.
# vm: --qemu -machine --qemu q35,kernel-irqchip=split --qemu -device --qemu intel-iommu --qemu -device --qemu pci-testdev --qemu -device --qemu pcie-pci-bridge,id=bridge --qemu -device --qemu pci-testdev,bus=bridge,addr=1 --qemu -device --qemu pci-testdev,bus=bridge,addr=2 --cmdline intel_iommu=on
# needs: dynamic probes
# needs: driver for it
# timeout: 120
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=recording.sh
. ./recording.sh

[ -e /sys/kernel/debug/tracing/kprobe_events ] || skip_all "this kernel has no dynamic probes"
[ -n "$(ls /sys/class/iommu)" ] || skip_all "this kernel has no driver for it"

# members FUNCTION: prints the devices of its group.
members() {
	ls "/sys/bus/pci/devices/$1/iommu_group/devices"
}

# attaches: prints those to domains of VFIO, as "DOMAIN DEVICE RESULT". Of a group, the
# domain is made for the first device.
attaches() {
	sed -n 's/^[0-9]* [0-9]* attach .*\<device=\([^ ]*\) domain=\(d[0-9]*\) .*\<ret=\([^ ]*\) .*/\2 \1 \3/p' rec
}

# onto DOMAIN DEVICE...: prints what "attaches" prints of a group that is attached.
onto() {
	domain=$1
	shift
	printf "$domain %s 0\n" "$@"
}

# The kernel of the lane debug does not remap interrupts.
modprobe vfio_iommu_type1 allow_unsafe_interrupts=1
bind_all
is "$(echo "$bound" | wc -w)" 3 "three functions are bound to vfio-pci: $bound"
alone='' second=''
for function in $bound; do
	if [ "$(members "$function" | wc -l)" = 1 ]; then
		alone=$function
	else
		second=${second:-$function}
	fi
done
group=$(members "$second")
is "$(echo "$group" | wc -l)" 3 "the bridge and the two functions behind it are one group" "$group"

for order in "$alone $second" "$second $alone"; do
	# shellcheck disable=SC2086 # words
	iommu-mock record --output rec -- ./vfio-loop 1 $order >out 2>said
	is "$?" 0 "VFIO works: $order" "$(cat said)"
	unlike "$(cat said)" "attach|are made|freed|mapped|lost" "and the recorder has seen it all"
	a=$(members "${order% *}") b=$(members "${order#* }")
	# shellcheck disable=SC2086 # words
	is "$(attaches)" "$(onto d1 $a && onto d2 $b && onto d1 $b)" "each device of a group, on a domain of its own, then of both" "$(cat rec)"
	iommu-mock judge rec >rules
	is $? 0 "no rule is broken" "$(cat rules rec)"
	for rule in R1 R4 R12; do
		like "$(cat rules)" "^$rule +kept " "$rule is kept"
	done
	note "$(cat rules)"
	note "$(cat rec)"
done
done_testing
