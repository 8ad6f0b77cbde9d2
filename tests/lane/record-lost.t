#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A recorder that cannot keep up: the kernel's buffer overruns. The recorder
# counts the lost events, and the judge knows of the gap.
# needs: dynamic probes
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
[ -e /sys/kernel/debug/tracing/kprobe_events ] || skip_all "this kernel has no dynamic probes"
load
knob new_instance a
knob new_device "f instance=a bus=pci"
function=$(field device f dev)
modprobe -a vfio-pci vfio_iommu_type1
echo vfio-pci >"/sys/bus/pci/devices/$function/driver_override"
echo "$function" >/sys/bus/pci/drivers_probe

iommu-mock record >rec 2>said &
soon [ -s rec ]
kill -STOP $!
./vfio-loop 30000 "$function" >/dev/null
kill -CONT $!
kill -TERM $!
wait $!
is $? 0 "the recording ends well"
like "$(cat said)" "^iommu-mock: record: [0-9]+ events were lost: the recording has gaps in their place" "and says how many events were lost"
tail -n 1 rec | grep -q " end by=0:recorder"
ok $? "its last line is there"
lost=$(sed -n 's/.* \([0-9]*\) events were lost.*/\1/p' said)
is "$(tail -n 1 rec | cut -d ' ' -f 1)" "$(($(grep -c . rec) + lost))" "as many numbers are left out"
like "$(iommu-mock judge rec 2>&1)" "^iommu-mock: judge: $lost events are missing" "the judge knows how many are missing"
is "$(cat /sys/kernel/debug/tracing/kprobe_events; ls /sys/kernel/debug/tracing/instances)" "" "nothing is left in the kernel"
echo "$function" >/sys/bus/pci/drivers/vfio-pci/unbind
done_testing
