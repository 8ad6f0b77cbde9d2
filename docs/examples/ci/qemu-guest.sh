#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Boot a guest in QEMU that has PCI functions of this machine, which vfio-pci has bound.
#
#	qemu-guest.sh KERNEL FUNCTION... [-- QEMU-OPTION...]
#
# FUNCTION is a name such as 4d4f:00:00.0; vfio-node.sh makes some. The monitor can unplug
# each (device_del f0). Options of QEMU are for example -initrd and -append; without any,
# the guest's console is this terminal. ACCEL=tcg is for a machine whose KVM does not work.
set -eu

kernel=$1
shift
n=0 functions=
while [ $# -gt 0 ]; do
	function=$1
	shift
	[ "$function" != -- ] || break
	functions="$functions -device vfio-pci,host=$function,id=f$n"
	n=$((n + 1))
done
[ $# -gt 0 ] || set -- -serial mon:stdio
# shellcheck disable=SC2086 # the options of the functions are words
exec qemu-system-x86_64 -machine "pc,accel=${ACCEL:-kvm:tcg}" -cpu max -m 256 \
	-nodefaults -no-user-config -display none $functions -kernel "$kernel" "$@"
