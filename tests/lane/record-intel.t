#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The recorder on a real driver: VT-d under QEMU, two functions, VFIO; and what the
# driver answered at boot (R10), by probes of the kernel's command line.
# driver: intel debian-11 debian-12 debian-13 debian-13-backports
# vm: --qemu -machine --qemu q35,kernel-irqchip=split --qemu -device --qemu intel-iommu --qemu -device --qemu pci-testdev --qemu -device --qemu pci-testdev --cmdline intel_iommu=on --cmdline 'trace_clock=mono trace_buf_size=1M trace_event=iommu:add_device_to_group kprobe_event=p:iommu_mock_boot/imr_probe,__iommu_probe_device,dev=+0(+0(%di)):string;r64:iommu_mock_boot/imr_probe_ret,__iommu_probe_device,ret=%ax:s32;p:iommu_mock_boot/imr_attach,__iommu_attach_device,dom=%di,type=+0(%di):u32,dev=+0(+0(%si)):string;r64:iommu_mock_boot/imr_attach_ret,__iommu_attach_device,ret=%ax:s32'
# needs: dynamic probes
# needs: driver for it
# timeout: 180
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=recording.sh
. ./recording.sh

[ -e /sys/kernel/debug/tracing/kprobe_events ] || skip_all "this kernel has no dynamic probes"
[ -n "$(ls /sys/class/iommu)" ] || skip_all "this kernel has no driver for it"
# What probes of the command line have recorded, and their end.
tracing=/sys/kernel/debug/tracing
is "$(grep -c ':iommu_mock_boot/imr_' $tracing/kprobe_events)" 4 "the kernel has set the probes"
contents $tracing/trace
before=$contents
[ -n "$before" ]
ok $? "and has recorded"

iommu-mock record --boot --anonymize --output rec 2>said
is "$?:$(cat said)" "0:" "record --boot"
devices=$(for device in /sys/kernel/iommu_groups/*/devices/*; do echo "${device##*/}"; done | sort)
[ "$(echo "$devices" | wc -l)" -gt 3 ]
ok $? "the driver has devices: $(echo "$devices" | wc -l)"
# first KIND KEYS: the devices of which the first line of that kind has these keys.
first() {
	sed -n "s/^[0-9]* [0-9]* $1 .*\<device=\([^ ]*\) .*\<$2 .*/\1/p" rec | sort -u
}
is "$(first probe ret=0)" "$devices" "each of them came" "$(cat rec)"
is "$(first attach 'old=none fresh=0 reason=- ret=0')" "$devices" "and was put on a domain of the core" "$(cat rec)"
is "$(sed -n 's/.* attach .* domain=\([^ ]*\) old=none .*/\1/p' rec | grep -vcE 'default|identity')" 0 "the default domain of its group"
iommu-mock judge rec >rules
is $? 0 "no rule is broken" "$(cat rules)"
like "$(cat rules)" "^R10 +kept +$(echo "$devices" | wc -l) " "R10 is kept, for each device"

is "$(cat $tracing/kprobe_events)" "" "the probes are removed"
out=$(iommu-mock record --boot --output other 2>&1)
is "$?:$out" "1:iommu-mock: record: there are no probes of the kernel's command line: record --boot, without --output, prints the words that set them" \
	"what was written once is not written again"
[ ! -e other ]
ok $? "and no file is left"
iommu-mock record --boot >words 2>/dev/null
is "$?" 0 "the words for the next boot"
for symbol in $(sed 's/.*kprobe_event=//' words | tr ';' '\n' | cut -d , -f 2 | sort -u); do
	grep -q " [tT] $symbol\$" /proc/kallsyms
	ok $? "name functions of this kernel: $symbol"
done

functions
overhead 500
# Before 5.11 the driver invalidates in its unmap, which no function of its own shows.
case $(uname -r) in
5.10.*) records intel "dmar[0-9]+" ;;
*) records intel "dmar[0-9]+" R13 ;;
esac
done_testing
