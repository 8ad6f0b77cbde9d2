#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Give this machine PCI functions behind mock IOMMUs, bound to vfio-pci: a node on
# which KubeVirt or Nova find functions to pass through. Root runs it after each boot.
#
#	vfio-node.sh start [COUNT]	COUNT functions (2), each behind an instance of its own
#	vfio-node.sh stop		remove them
#	vfio-node.sh list		a line for each: NAME ADDRESS /dev/vfio/GROUP
set -eu

# Vendor and device; kubevirt.yaml and devstack.conf name them, too.
id=0x1234:0x4d4f
count=${2:-2}

names() {
	iommu-mock device list --raw --noheadings --output name | grep '^node-' || :
}

start() {
	iommu-mock load 2>/dev/null || iommu-mock status >/dev/null
	modprobe vfio-pci
	i=0
	while [ "$i" -lt "$count" ]; do
		iommu-mock instance add "node-iommu$i"
		iommu-mock device add "node-dev$i" instance="node-iommu$i" bus=pci id="$id"
		iommu-mock device bind "node-dev$i" vfio-pci
		i=$((i + 1))
	done
	list
}

stop() {
	for name in $(names); do
		iommu-mock device unbind "$name"
		iommu-mock device del "$name"
		iommu-mock instance del "node-iommu${name#node-dev}"
	done
}

list() {
	for name in $(names); do
		address=$(iommu-mock device list --raw --noheadings --output name,dev | sed -n "s/^$name //p")
		group=$(readlink "/sys/bus/pci/devices/$address/iommu_group")
		echo "$name $address /dev/vfio/${group##*/}"
	done
}

case ${1:-} in
start | stop | list) "$1" ;;
*)
	echo "usage: $0 start [COUNT] | stop | list" >&2
	exit 2
	;;
esac
