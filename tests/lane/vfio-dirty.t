#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The dirty bitmap of VFIO's type1 (helpers/vfio-dirty.c). Type1 asks no driver which pages
# a device wrote: update_user_bitmap() of drivers/vfio/vfio_iommu_type1.c says that all of
# a mapping is dirty, because a group that is behind an IOMMU may have written it. So no
# page is lost, and the instance's dirty bits (dirty=1) do not matter.
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
load
modprobe vfio-pci
knob new_instance "plain dirty=0"
knob new_device "p instance=plain bus=pci"
instances=p
if [ "$(value_in "$mock/build_info" dirty)" = 1 ]; then
	knob new_instance "tracks dirty=1"
	knob new_device "t instance=tracks bus=pci"
	instances="p t"
fi
for d in $instances; do
	bind "$d"
	clear_journal
	./vfio-dirty "$(function_of "$d")" >/tmp/said 2>&1
	status=$?
	# Newer kernels, such as 7.3, say EOVERFLOW to a range that wraps.
	is "$status $(sed '/^a range that wraps: /s/Value too large for defined data type/Invalid argument/' /tmp/said)" "0 before: Invalid argument
unmap, before: Invalid argument
on: 0
nothing written: 16 of 16
a page written: 16 of 16
once more: 16 of 16
a part of what was mapped: Invalid argument
from the middle: Invalid argument
huge pages: Invalid argument
pages of half of all addresses: Invalid argument
an address that is not aligned: Invalid argument
a size that is not aligned: Invalid argument
no size: Invalid argument
a range that wraps: Invalid argument
a bitmap that is too short: Invalid argument
a bitmap of half of all addresses: Invalid argument
on and off at once: Invalid argument
another flag: Invalid argument
a bitmap that is not there: Bad address
after all that: 16 of 16
unmap: 16 of 16
of nothing: 0 of 16
off: 0" "$d: all that is mapped is dirty, and nonsense is refused"
	is "$(journal dirty)" "" "$d: no driver was asked"
	unbind "$d"
done
is "$(total domains)" 0 "nothing is left"
done_testing
