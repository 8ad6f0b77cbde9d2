#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Queues of a vIOMMU: invalidations that the instance reads in the guest's memory itself
# (helpers/iommufd-queue.c). What is expected is that of docs/nested.md, and of viommu.c in
# drivers/iommu/iommufd/.
# needs: a kernel with CONFIG_IOMMUFD
# leaks: yes
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
load
if [ "$(value_in "$mock/build_info" nest)" = 0 ] || [ -z "$(find /lib/modules -name 'iommufd.ko*')" ]; then
	skip "needs a kernel with CONFIG_IOMMUFD"
	done_testing
fi
modprobe -a vfio-pci iommufd
knob new_instance "a nest=1 iotlb=64"
knob new_device "a1 instance=a bus=pci"
bind a1
clear_journal
./iommufd-queue "$(function_of a1)" a1 >/tmp/said 2>&1
is "$? $(grep -A1 '^not ok' /tmp/said)" "0 " "a guest with queues" || note "$(cat /tmp/said)"
[ "$(grep -c '^ok' /tmp/said)" -ge 44 ]
ok $? "all of it" "$(cat /tmp/said)"
is "$(total domains)" 0 "a program that ends leaves nothing"

# One that is killed while its queue is at work.
: >/tmp/held
./iommufd-queue hold "$(function_of a1)" a1 >/tmp/held 2>&1 &
soon grep -q held /tmp/held
ok $? "a process holds a queue that stops again and again"
said=$(modprobe -r iommu_mock 2>&1) && said="it was unloaded"
like "$said" "Resource temporarily unavailable|in use" "which keeps the module"
kill -9 $!
wait $! 2>/dev/null
is "$(total domains)" 0 "its queue goes with it"
unbind a1
reset
modprobe -r iommu_mock
ok $? "the module goes"
load
done_testing
