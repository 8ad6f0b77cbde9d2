#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The tracepoints iommu_mock:*, as perf, trace-cmd and bpftrace see them: they show
# the events of the journal, and every map and unmap.
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

# One for each event of the journal, by the words of ABI.md, and two more.
is "$(cd $events && echo mock_*)" \
	"mock_alloc mock_attach mock_call mock_dirty mock_dma mock_fault mock_free mock_invalidate mock_irq mock_map mock_probe mock_release mock_request mock_response mock_unmap mock_viommu" \
	"a tracepoint for each event, and for map and unmap"
knob new_instance a
knob new_device "a-1 instance=a"
knob new_device "a-3 instance=a bus=pci"
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
knob new_device "a-2 instance=a"
knob new_domain "other device=a-2"
knob del_domain other
knob instances/a/faults "alloc errno=ENOSPC"
# Before 6.11 any failure is ENOMEM for the caller.
put new_domain "never device=a-2"
knob instances/a/faults off
knob del_device a-2
knob devices/a-3/irq 0
echo 0 >$events/enable

before=blocked
owns || before=identity
like "$(traced mock_attach)" "^instance=a device=a-1 pasid=0 domain=dom old=$before fresh=1 reason=- ret=0$" "attach"
like "$(traced mock_attach)" "^instance=a device=a-1 pasid=0 domain=identity old=[a-z]* fresh=0 reason=- ret=0$" "also of the core's own domains"
phys=$(traced mock_map | sed -n '1s/.* phys=\(0x[0-9a-f]*\) .*/\1/p')
like "$(traced mock_map)" "^domain=dom iova=0x100000 phys=$phys size=0x[0-9a-f]* done=0x[0-9a-f]* prot=0x[0-9a-f]* ret=0$" "map"
like "$(traced mock_map | tail -n 1)" " done=0x0 .* ret=-28$" "a map that fails"
like "$(traced mock_unmap)" "^domain=dom iova=0x100000 size=0x[0-9a-f]* done=0x[0-9a-f]*$" "unmap"
is "$(traced mock_invalidate)" "instance=a domain=dom scope=range iova=0x100000 size=0x4000 lost=0
instance=a domain=dom scope=domain iova=0x0 size=0x0 lost=0" "invalidate"
is "$(traced mock_dma | sed 's/ since=[0-9]* / /')" \
	"instance=a device=a-1 pasid=0 domain=dom op=sum iova=0x100000 size=0x5000 done=0x4000 access=r at=0x104000 reason=not-mapped ret=-14" "dma"
is "$(traced mock_irq)" "instance=a device=a-3 vector=0 delivered=0 reason=off" "irq"
like "$(traced mock_fault)" "^instance=a point=map device= domain=dom delay_us=1 ret=-28$" "fault"
is "$(traced mock_probe)" "instance=a device=a-2 ret=0" "probe"
is "$(traced mock_release)" "instance=a device=a-2" "release"
# Before 6.11 an allocation is not told for which instance.
case $family in
bus_ops | domain_ops) made='' ;;
*) made=a ;;
esac
is "$(traced mock_alloc | sed -n 1p)" "domain=other device=a-2 instance=$made parent= pasids=0 reason= ret=0" "alloc"
like "$(traced mock_alloc | sed -n 2p)" "^domain= device=a-2 instance= parent= pasids=0 reason= ret=-28$" "alloc that fails"
is "$(traced mock_free)" "domain=other attached=0" "free"
is "$(traced mock_call | sed -n 1p)" "op=attach object=dom arg=a-1 pasid=0 ret=0" "call"
like "$(traced mock_call)" "^op=del_domain object=other arg= pasid=0 ret=0$" "each call"
is "$(whole_journal)" "" "whether or not the journal records them"

# What the journal records.
is "$(cat "$mock/journal_events")" none "journal_events=none is kept"
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
