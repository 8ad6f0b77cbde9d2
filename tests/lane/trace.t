#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The tracepoints iommu_mock:*, as perf, trace-cmd and bpftrace see them: what
# the journal says, and every map and unmap.
# timeout: 120
# shellcheck source=lib.sh
. ./lib.sh
load
tracing=/sys/kernel/debug/tracing
events=$tracing/events/iommu_mock

# traced EVENT: its lines, without who and when.
traced() {
	sed -n "s/.*: $1: //p" "$tracing/trace"
}

is "$(cd $events && echo mock_*)" "mock_attach mock_dma mock_fault mock_invalidate mock_map mock_unmap" "six tracepoints"
knob new_instance a
knob new_device "a-1 instance=a"
knob new_domain "dom device=a-1"
knob new_buffer "buf 16K"
knob journal_events none
clear_journal
echo >$tracing/trace
echo 1 >$events/enable
knob domains/dom/attach a-1
knob domains/dom/map "0x100000 buf"
knob devices/a-1/dma "sum 0x100000 20K"
cat "$mock/devices/a-1/dma" >/dev/null
knob domains/dom/unmap "0x100000 16K"
knob instances/a/faults "map errno=ENOSPC delay_us=1"
fails ENOSPC domains/dom/map "0x100000 buf"
knob instances/a/faults off
knob domains/dom/detach a-1
echo 0 >$events/enable

before=blocked
owns || before=identity
like "$(traced mock_attach)" "^instance=a device=a-1 domain=dom old=$before reason=- ret=0$" "attach"
like "$(traced mock_attach)" "^instance=a device=a-1 domain=identity old=[a-z]* reason=- ret=0$" "also of the core's own domains"
phys=$(traced mock_map | sed -n '1s/.* phys=\(0x[0-9a-f]*\) .*/\1/p')
like "$(traced mock_map)" "^domain=dom iova=0x100000 phys=$phys size=0x[0-9a-f]* done=0x[0-9a-f]* prot=0x[0-9a-f]* ret=0$" "map"
like "$(traced mock_map | tail -n 1)" " done=0x0 .* ret=-28$" "a map that fails"
like "$(traced mock_unmap)" "^domain=dom iova=0x100000 size=0x[0-9a-f]* done=0x[0-9a-f]*$" "unmap"
is "$(traced mock_invalidate)" "instance=a domain=dom scope=range iova=0x100000 size=0x4000 lost=0
instance=a domain=dom scope=domain iova=0x0 size=0x0 lost=0" "invalidate"
is "$(traced mock_dma)" \
	"instance=a device=a-1 domain=dom op=sum iova=0x100000 size=0x5000 done=0x4000 access=r at=0x104000 reason=not-mapped ret=-14" "dma"
is "$(traced mock_fault)" "instance=a point=map device= domain=dom delay_us=1 ret=-28" "fault"
is "$(whole_journal)" "" "whether or not the journal records them"

# What the journal records.
is "$(cat "$mock/journal_events")" none "nothing, as told"
knob journal_events "attach,call"
is "$(cat "$mock/journal_events")" "attach,call" "two kinds"
knob domains/dom/attach a-1
knob domains/dom/detach a-1
is "$(whole_journal | cut -d' ' -f1 | sort -u | tr '\n' ' ')" "attach call " "are recorded, others are not"
is "$(sed -n '1s/ .*//p' "$mock/journal")" "$(($(sed -n '$s/ .*//p' "$mock/journal") - $(wc -l <"$mock/journal") + 1))" \
	"and the numbers have no holes"
knob journal_events all
is "$(cat "$mock/journal_events")" all "all of them again"
refused EINVAL journal_events ""
refused EINVAL journal_events "attach,noise" "no event 'noise'"
refused EINVAL journal_events "attach,attach" "twice"
done_testing
