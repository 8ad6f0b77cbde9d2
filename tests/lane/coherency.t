#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Capabilities that a device or instance may lack: coherent DMA, isolated
# interrupts, and enforced snooping; and how VFIO reacts.
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
load
modprobe -a vfio-pci vfio_iommu_type1

# ask DEVICE...: does a container with them enforce coherency?
coherent() {
	for f; do
		set -- "$@" "$(function_of "$f")"
		shift
	done
	./vfio-ask coherent "$@" 2>&1
}

knob new_instance "a enforce=1"
knob new_instance "b enforce=0"

# Without coherency: EINVAL for every device, and not one call (e8ae0e140c05).
if [ "$family" = bus_ops ]; then
	refused EOPNOTSUPP new_device "x instance=a coherent=0" "asks the bus"
	refused EOPNOTSUPP new_device "x instance=a bus=pci isolated=0" "asks the bus"
	knob new_device "x instance=a bus=pci isolated=1 coherent=1"
	knob del_device x
else
	knob new_device "c0 instance=a bus=pci coherent=0"
	knob new_device "c1 instance=b bus=pci coherent=0"
	clear_journal
	for d in c0 c1; do
		said=$(bind $d 2>&1)
		like "$said" "Invalid argument" "vfio-pci does not take $d, which is not coherent"
		is "$(field device $d driver)" - "and is not bound to it"
	done
	out=$(iommu-mock share --caller vfio c0 2>&1)
	like "$out" "c0.*EINVAL" "the tool reports EINVAL for it, too"
	is "$(whole_journal | grep -cE '^(alloc|attach|free) ')" 0 "with 0 calls of the driver"
	out=$(iommu-mock share --caller type1 --noheadings --raw --output DOMAINS c0)
	is "$out" 1 "the model is not VFIO: it places the device"
	reset
	knob new_instance "a enforce=1"
	knob new_instance "b enforce=0"
fi

# Interrupts that are not isolated: EPERM.
if [ "$family" != bus_ops ]; then
	knob new_device "open instance=a bus=pci isolated=0"
	bind open
	like "$(coherent open)" "use type1: Operation not permitted" "type1 does not take interrupts that are not isolated"
	if [ -e /dev/iommu ]; then
		export VFIO=/dev/iommu
		said=$(coherent open)
		unset VFIO
		like "$said" "open .*: Operation not permitted" "iommufd does not take them, either"
	fi
	out=$(iommu-mock share --caller vfio open 2>&1)
	like "$out" "open:EPERM" "the tool reports EPERM for it"
	echo 1 >/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts
	is "$(coherent open)" 1 "with allow_unsafe_interrupts type1 takes it"
	echo 0 >/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts
	unbind open
	knob del_device open
fi

# Does what an instance can enforce reach the user of VFIO?
knob new_device "a0 instance=a bus=pci"
knob new_device "a1 instance=a bus=pci"
knob new_device "b0 instance=b bus=pci"
for d in a0 a1 b0; do
	bind $d
done
# 5.10 means something else: is IOMMU_CACHE in prot? It is, as the bus says.
if [ "$family" = bus_ops ]; then no=1; else no=0; fi
is "$(coherent a0)" 1 "an instance that enforces coherency: VFIO_DMA_CC_IOMMU is 1"
is "$(coherent b0)" $no "one that cannot: $no"
is "$(coherent a0 a1)" 1 "two that do: 1"
is "$(coherent a0 b0)" $no "one that does, and one that cannot: $no"
is "$(coherent b0 a0)" $no "in the other order: $no"
if [ -e /dev/iommu ]; then
	export VFIO=/dev/iommu
	is "$(coherent a0)" 1 "iommufd: an instance that enforces coherency"
	is "$(coherent b0)" 0 "iommufd: one that cannot"
	is "$(coherent b0 a0)" 0 "iommufd: one that cannot, and one that does"
	unset VFIO
fi
is "$(total domains):$(where a0):$(where b0)" "0:identity:identity" "and nothing is left"
for d in a0 a1 b0; do
	unbind $d
done
done_testing
