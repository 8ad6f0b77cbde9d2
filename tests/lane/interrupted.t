#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A command that a signal ends at any moment leaves nothing behind: objects, claims,
# drivers and the journal's settings are as before. A signal that was ignored when
# the command started stays ignored.
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
modprobe -a vfio-pci vfio_iommu_type1
load

# around: set contents to all that a command may change and must put back.
limit=/sys/module/vfio_iommu_type1/parameters/dma_entry_limit
around() {
	contents "$mock/state" "$mock/journal_events" "$limit" /sys/bus/pci/devices/*/driver_override
}

# cut WANTED N,... COMMAND...: told to end at each of these moments, by turns in
# three ways. It ends as WANTED says (SIGNAL is the one that was sent), at least
# once before it has done all, and nothing is left.
cut() {
	wanted=$1 moments=$2
	shift 2
	early=0
	for moment in $(echo "$moments" | tr ',' ' '); do
		case $((moment % 3)) in 0) signal=TERM ;; 1) signal=INT ;; *) signal=HUP ;; esac
		around
		before=$contents
		ended=$(./kill-at "$moment" $signal iommu-mock "$@" 2>/tmp/said | tail -n 1)
		around
		[ "$before" = "$contents" ]
		ok $? "$*: $signal after $moment entries: nothing is left" "before: $before
after: $contents"
		[ "${ended#late}" = "$ended" ] || continue
		early=$((early + 1))
		case $wanted in
		SIGNAL) is "$ended" "killed $signal" "and the signal ends it" ;;
		*) is "$ended" "$wanted" "and it ends with the status that is expected" ;;
		esac
	done
	[ $early -gt 0 ]
	ok $? "$*: $early of these came before its end"
}

# Nobody has made anything.
cut "exited 1" 30,200,401 matrix
for lines in 1 3 40; do
	iommu-mock matrix 2>/tmp/said | head -n $lines >/dev/null
	is "$(frozen):$(cat /tmp/said)" ":" "matrix, whose reader ends after $lines lines: no object is left, and no message"
done
knob journal clear
is "$(trap '' HUP && ./kill-at 30 HUP iommu-mock matrix --filter 'topology=pair,policy=any' | tail -n 1)" \
	"exited 0" "what nohup ignores, the matrix does"

knob new_instance w
knob new_instance "n ias=39"
for d in w0 w1 w2; do knob new_device "$d instance=w"; done
for d in n0 n1 n2; do knob new_device "$d instance=n"; done
cut SIGNAL 1,2,5,9,21,60,140 share --verify w0 n0 w1 n1 w2 n2
cut SIGNAL 3,10,22 share --caller best w0 n0 w1 n1 w2 n2

for d in p0 p1; do knob new_device "$d instance=w bus=pci"; done
knob new_device "q0 instance=n bus=pci"
cut SIGNAL 1,2,3,6,7,11 share --caller vfio p0 q0 p1
cut SIGNAL 1,6,14,23 scenario run B04 B06 B07
is "$(cat $limit)" 65535 "B84 begins at the limit that is usual"
cut SIGNAL 1,2,3,4,5 scenario run B84
cut SIGNAL 2,40,102 bench attach --quick
cut SIGNAL 1,11 bench vfio --quick

# DMA that was started goes with who waits for it.
knob new_domain "d device=w0"
knob domains/d/attach w0
knob new_buffer "b 4K"
knob domains/d/map "1M b"
knob instances/w/faults "dma errno=0 delay_us=1000"
iommu-mock device dma w0 sum 1M 4K repeat=100000 2>/tmp/said &
pid=$!
soon grep -q 'hits=[1-9]' "$mock/instances/w/faults"
kill -TERM $pid
wait $pid
is "$?" 143 "a DMA that is waited for: the signal ends the command"
put devices/w0/dma "sum 1M 4K"
ok $? "and the DMA: its engine is free" "$said"
done_testing
