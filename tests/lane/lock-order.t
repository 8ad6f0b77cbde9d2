#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The table of locks in module/objects/objects.h and lockdep: each lock of the
# module has the name of the table, and no lock is taken under one that the table
# has below it.
# lane: debug
# shellcheck source=lib.sh
. ./lib.sh
load

# Take each lock, and the pairs of locks that the module nests.
knob new_instance a
knob new_instance b
knob instances/b/ias 40
knob instances/b/policy any
knob instances/a/pairs "allow b"
knob instances/a/faults "dma errno=0 delay_us=1"
knob new_device "a1 instance=a bus=pci"
knob new_device "b1 instance=b"
# Pages of 4K, and more of them than one table has: an unmap frees tables.
knob new_buffer "buf 8M"
knob new_domain "x device=a1"
knob domains/x/attach a1
knob domains/x/attach b1
knob domains/x/map "0x201000 buf"
knob devices/a1/dma "read 0x201000 64"
cat "$mock/devices/a1/dma" "$mock/devices/a1/dma_data" "$mock/state" >/dev/null
knob domains/x/unmap "0x201000 8M"
dd if="$mock/journal" of=/dev/null bs=4k count=1 2>/dev/null
# A device that asks for a page.
knob new_instance "p pasid=4 pri=4"
knob new_device "p1 instance=p pasids=16"
knob new_domain "y device=p1"
knob domains/y/attach "p1 pasid=5"
knob devices/p1/request "r 0x1000 pasid=5"
knob domains/y/detach "p1 pasid=5"
# An access object of iommufd; it has no pin to let go of.
exec 4<>"$mock/access"
{ echo "unpin 0x1000 0x1000" >&4; } 2>/dev/null
exec 4>&-
# The interrupt that vfio-pci allocates.
modprobe -a vfio-pci vfio_iommu_type1
a1=$(field device a1 dev)
knob domains/x/detach a1
echo vfio-pci >"/sys/bus/pci/devices/$a1/driver_override"
echo "$a1" >/sys/bus/pci/drivers/vfio-pci/bind
./vfio-dma "$a1" >/dev/null
echo "$a1" >/sys/bus/pci/drivers/vfio-pci/unbind
quietly reset 0
knob reset 1

# The names of the table, in its order.
sed -n '/outermost first/,/\*\//s/^ \*   \([a-z&][a-z_.&>-]*\)  *[a-z].*/\1/p' objects.h >/tmp/table
[ "$(grep -c '^mock_' /tmp/table)" -ge 20 ]
ok $? "the table has our locks" "$(cat /tmp/table)"

# edges: "HELD TAKEN" of each pair that lockdep saw directly after each other.
# A name may have the number of a version (#2) or a subclass (/1) behind it.
edges() {
	awk '
		function plain(name) { sub(/[#\/].*/, "", name); return name }
		/^ -> / { print held, plain($3); next }
		NF { held = plain($NF) }
	' /proc/lockdep | sort -u
}
edges >/tmp/edges
sed 's/.* //; s/[#/].*//' /proc/lockdep | sort -u >/tmp/known

is "$(grep '^mock_' /tmp/table | grep -vxFf /tmp/known)" "" "lockdep has each of them by that name"
is "$(grep '^mock_' /tmp/known | grep -vxFf /tmp/table)" "" "and no other lock of ours"
is "$(awk 'NR == FNR { line[$1] = NR; next }
	line[$1] && line[$2] && line[$1] > line[$2] { print $1, "was held when", $2, "was taken" }' \
	/tmp/table /tmp/edges)" "" "locks nest downwards"
like "$(cat /tmp/edges)" "^mock_instance.mmu_lock mock_slots_lock$" "a bus's masters() under mmu_lock is seen"
note "$(grep -c ' mock_' /tmp/edges) pairs end in a lock of ours"
done_testing
