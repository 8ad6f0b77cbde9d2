#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# R13: once an unmap or a detach has returned, no device reaches the memory any
# more, however fast devices behind two instances write to it. helpers/hammer.c
# has the loop. A delay between translation and access makes the window wide.
# A CPU for each: who detaches, who unmaps, and two devices.
# vm: --qemu -smp --qemu 4
# timeout: 300
# shellcheck source=lib.sh
. ./lib.sh
load
knob new_instance "a iotlb=16"
knob new_instance b
knob new_device "a-1 instance=a"
knob new_device "b-1 instance=b"
knob new_domain "dom device=a-1"

seconds=2
! whole seconds || seconds=7
# hammered NAME COMMAND...: nothing landed, and it could have.
hammered() {
	name=$1
	shift
	# A session of its own: it ends its process group.
	out=$(setsid ./hammer "$@" 2>&1)
	status=$?
	rounds=$(echo "$out" | sed -n 's/^rounds=\([0-9]*\) .*/\1/p')
	written=$(echo "$out" | sed -n 's/.* written=\([0-9]*\) .*/\1/p')
	[ "$status" = 0 ] && [ "${rounds:-0}" -ge 3 ] && [ "${written:-0}" -ge $((rounds * 3 / 4)) ]
	ok $? "$name: devices write while they may" "$out"
	like "$out" " violations=0$" "$name: and not after"
	for d in a-1 b-1; do
		knob devices/$d/dma stop
		cat "$mock/devices/$d/dma" >/dev/null
	done
}

for d in a-1 b-1; do
	knob domains/dom/attach "$d"
done
hammered "unmap" unmap $seconds dom a-1 b-1
for i in a b; do
	knob instances/$i/faults "dma errno=0 delay_us=700"
done
hammered "unmap, slow accesses" unmap $seconds dom a-1 b-1
# A lost invalidation leaves a stale entry, which is reported and not followed.
knob instances/b/misbehave lose-invalidation
hammered "unmap, invalidations lost on one instance" unmap $seconds dom a-1 b-1
ok $(($(stat_of b stale) == 0)) "stale entries were hit there" "stale=$(stat_of b stale)"
is "$(stat_of a stale)" 0 "and not on the other one"
knob instances/b/misbehave none
# Alone: while there is another instance, the unmap waits for the domain's lock.
knob domains/dom/detach a-1
hammered "unmap while a device leaves, slow accesses" leave $seconds dom a-1 b-1
quietly domains/dom/attach b-1
knob domains/dom/attach a-1
knob domains/dom/detach b-1
knob new_buffer "hammer 32K"
knob domains/dom/map "0x40000000 hammer"
hammered "detach, slow accesses" detach $seconds dom a-1 b-1
knob instances/b/faults off
hammered "detach" detach $seconds dom a-1 b-1
done_testing
