#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Out of memory: the operation fails with ENOMEM, the kernel kills no process, and
# all memory is freed.
# vm: --mem 384
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
load

# given_back: as much memory is free as before, nearly. The kernel frees some of it later.
given_back() {
	after=$(free_kb)
	[ $((before - after)) -lt 20000 ]
}

free_kb() {
	sed -n 's/^MemFree: *\([0-9]*\) kB/\1/p' /proc/meminfo
}

knob new_instance a
knob new_device "a1 instance=a"
knob new_domain "x device=a1"
knob domains/x/attach a1
before=$(free_kb)
refused ENOMEM new_buffer "huge 1G" memory
refused ENOMEM new_buffer "huge 900M" memory
soon given_back
ok $? "given back: $before kB free before, $after kB after"
unlike "$(dmesg)" "Out of memory|invoked oom-killer|page allocation failure" "no process was killed, nothing is logged"

# In small pieces until it is full, and all of them removed.
i=0
while [ $i -lt 200 ] && put new_buffer "b$i 8M"; do
	i=$((i + 1))
done
like "$said" "Cannot allocate memory" "full after $i buffers of 8M"
[ $((i * 8192)) -gt $((before / 2)) ]
ok $? "which is most of the memory"
is "$(total buffers)" "$i" "each is there"
quietly domains/x/map "0 b0"
note "a map when it is full: ${said:-fine}"
reset
soon given_back
ok $? "given back: $after kB"
unlike "$(dmesg)" "Out of memory|invoked oom-killer" "no process was killed"
knob new_buffer "again 64M"
is "$(total buffers)" 1 "and can be had again"
done_testing
