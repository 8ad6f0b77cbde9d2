#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Dirty tracking by iommufd: page tables of two instances, and the bitmaps that a program
# reads (helpers/iommufd-dirty.c). What is expected is that of hw_pagetable.c,
# io_pagetable.c and iova_bitmap.c in drivers/iommu/iommufd/.
# needs: a kernel with CONFIG_IOMMUFD
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
if [ -z "$(find /lib/modules -name 'iommufd.ko*')" ]; then
	skip "needs a kernel with CONFIG_IOMMUFD"
	done_testing
fi
load
modprobe -a vfio-pci iommufd
knob new_instance "a dirty=1"
knob new_instance "b dirty=1 ias=39"
knob new_instance c
knob new_device "a1 instance=a bus=pci"
knob new_device "b1 instance=b bus=pci"
knob new_device "c1 instance=c bus=pci"
bind a1 b1 c1
echo 2 >/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages
knob instances/b/policy any
clear_journal
./iommufd-dirty "$(function_of a1)" "$(function_of b1)" "$(function_of c1)" >/tmp/said 2>&1
is "$? $(sed -n 1,7p /tmp/said)" "0 tables for a function that is not tracked: Operation not supported
tables for a parent that is tracked: Operation not supported
other tables: 0
tables: 0
attach the first: 0
attach the second: 0
attach the one that is not tracked: Invalid argument" "tables, and a function that they are not for"
like "$(journal attach)" "instance=c device=c1 domain=d[0-9]* .* reason=dirty ret=-EINVAL" "which its instance refused"
# "before": the driver says EINVAL, and iommu_read_and_clear_dirty() drops it (B43).
is "$(sed -n '8,22p' /tmp/said)" "before:
track: 0
clean:
no clear: 3+2 15+1
in pages of 16K: 0+2 3+1
a part: 0+1
the rest: 3+1 15+1
and then:
again: 3+1
a part of a huge page: 0+8
a huge page: 512+512
once:
by huge pages: 0+1
no page size: Invalid argument
a page that is not aligned: Invalid argument" "the pages that both functions wrote"
like "$(journal dirty | sed -n 1p)" "op=read iova=0x100000 size=0x10000 dirty=0x0 ret=-EINVAL" "what the driver says before the tracking is on"
# A length of 0 is refused by some kernels; it must not do anything.
is "$(sed -n '23,33p' /tmp/said | grep -v '^no addresses: ')" "a length that is not aligned: Invalid argument
a range that wraps: Value too large for defined data type
other flags: Operation not supported
pages of half of all addresses, at none: Invalid argument
pages of half of all addresses: 0
a bitmap of nothing: No such file or directory
tracking of nothing: No such file or directory
tracking with other flags: Operation not supported
tracking by other tables: Operation not supported
a bitmap of other tables: Operation not supported" "nonsense"
is "$(sed -n '34,$p' /tmp/said)" "after all that: 1+1
detached: 0+1
off: 0" "which has cleared nothing; and what was written before a detach is not lost"
is "$(total domains)" 0 "nothing is left"
echo 0 >/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages
unbind a1 b1 c1
done_testing
