#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DMA through a domain: the bytes that each operation moves, the faults that stop
# it and their reports, its counters, and requests that are refused.
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
load
for i in a b; do
	knob new_instance "$i"
	knob new_device "$i-1 instance=$i"
done
knob new_domain "dom device=a-1"
knob new_buffer "buf 64K"
knob new_buffer "ro 8K"

# dma DEVICE OPERATION: run it, leave the status line in $status.
dma() {
	knob "devices/$1/dma" "$2" || return
	status=$(cat "$mock/devices/$1/dma")
}

# bytes NAME OFFSET COUNT: of a buffer, in hex.
bytes() {
	dd if="$mock/buffers/$1/data" bs=1 skip="$2" count="$3" 2>/dev/null | od -An -v -tx1 | tr -d ' \n'
}

is "$(cat "$mock/devices/a-1/dma")" "seq=0 state=idle" "nothing has run yet"
is "$(cat "$mock/devices/a-1/dma_data")" "" "and nothing was read"

# Where nothing may be touched.
dma a-1 "read 0 4"
is "$status" "seq=1 state=done op=read iova=0x0 size=0x4 rounds=0 done=0x0 sum=- access=r at=0x0 reason=identity ret=-EFAULT" \
	"through identity nothing is touched"
if owns; then
	knob groups/a-1/claim 1
	dma a-1 "write 0x1000 8 pattern=1"
	like "$status" "access=w at=0x1000 reason=blocked ret=-EFAULT$" "a blocked device faults"
	knob groups/a-1/claim 0
fi

knob domains/dom/attach a-1
knob domains/dom/map "0x10000 buf"
knob domains/dom/map "0x40000 ro prot=r"

# write: the pattern, little-endian, from where the operation begins.
clear_journal
dma a-1 "write 0x10ffd 13 pattern=0x0807060504030201"
is "${status#seq=* }" "state=done op=write iova=0x10ffd size=0xd rounds=1 done=0xd sum=- access=- at=- reason=- ret=0" \
	"a write across a page"
is "$(bytes buf 4092 15)" "000102030405060708010203040500" "is in memory, and nothing beside it"
is "$(journal dma)" \
	"dma instance=a device=a-1 domain=dom op=write iova=0x10ffd size=0xd done=0xd access=- at=- reason=- ret=0" \
	"the journal has it"
like "$(grep ' dma ' "$mock/journal")" " by=$$:" "under the name of who started it"

# read, copy, sum.
dma a-1 "read 0x10ffe 4"
is "$(od -An -v -tx1 "$mock/devices/a-1/dma_data" | tr -d ' \n')" "02030405" "a read brings the bytes"
printf 'the quick brown fox' | dd of="$mock/buffers/buf/data" bs=1 seek=8190 conv=notrunc 2>/dev/null
dma a-1 "copy 0x11ffe 19 to=0x13fff"
is "$(dd if="$mock/buffers/buf/data" bs=1 skip=16383 count=19 2>/dev/null)" "the quick brown fox" "a copy across pages of both"
dma a-1 "sum 0x13fff 19"
crc=$(dd if="$mock/buffers/buf/data" bs=1 skip=16383 count=19 2>/dev/null | gzip -c |
	tail -c 8 | head -c 4 | od -An -tx4 | tr -d ' ')
like "$status" " done=0x13 sum=0x$crc access=- " "sum is the CRC-32 that gzip makes"
dma a-1 "sum 0x10000 64K repeat=5"
like "$status" " rounds=5 done=0x10000 " "five rounds"
dma a-1 "write 0x10000 64K pattern=0xa5a5a5a5a5a5a5a5"
is "$(tr -d '\245' <"$mock/buffers/buf/data" | wc -c)" 0 "all of a buffer"

# What stops it.
dma a-1 "sum 0x1e000 12K"
like "$status" " rounds=0 done=0x2000 sum=- access=r at=0x20000 reason=not-mapped ret=-EFAULT$" "the end of a mapping"
dma a-1 "copy 0x40000 16 to=0x50000"
like "$status" " access=w at=0x50000 reason=not-mapped ret=-EFAULT$" "the target of a copy"
dma a-1 "read 0x40ff0 16"
like "$status" " done=0x10 .* ret=0$" "a read-only mapping can be read"
before=$(bytes ro 0 8192 | tr -d 0)
dma a-1 "write 0x40000 16 pattern=7"
like "$status" " done=0x0 sum=- access=w at=0x40000 reason=permission ret=-EFAULT$" "but not written"
is "$(bytes ro 0 8192 | tr -d 0)" "$before" "and is not"
dma a-1 "read 0xffffffffffff0000 16"
like "$status" " at=0xffffffffffff0000 reason=not-mapped " "past the aperture"
dma a-1 "read 0x1000000010000 16"
like "$status" " reason=not-mapped " "an address is not cut to the walker's width"
clear_journal
dma a-1 "read 0x90000 16"
is "$(journal dma)" \
	"dma instance=a device=a-1 domain=dom op=read iova=0x90000 size=0x10 done=0x0 access=r at=0x90000 reason=not-mapped ret=-EFAULT" \
	"the journal has the fault"

# Injected faults come between translation and access.
knob instances/a/faults "dma errno=EIO nth=3 device=a-1"
dma a-1 "write 0x10000 16K pattern=0"
like "$status" " done=0x2000 sum=- access=w at=0x12000 reason=injected ret=-EIO$" "the third page of a write"
is "$(bytes buf 8191 2)" "00a5" "nothing of it is written"
knob instances/a/faults off

# A device on the domain behind another instance sees the same memory (R14).
knob domains/dom/attach b-1
dma b-1 "write 0x12345 5 pattern=0x6f6c6c6568"
dma a-1 "read 0x12345 5"
is "$(cat "$mock/devices/a-1/dma_data")" "hello" "what one device writes, another one reads"
is "$(dd if="$mock/buffers/buf/data" bs=1 skip=$((0x2345)) count=5 2>/dev/null)" "hello" "and the CPU reads the same bytes"
knob domains/dom/detach b-1
dma b-1 "read 0x12345 5"
like "$status" " reason=identity " "once it is detached, it does not"

# Counts.
knob instances/a/stats 0
dma a-1 "read 0x10000 4"
dma a-1 "read 0x90000 4"
is "$(stat_of a dmas):$(stat_of a dma_faults)" "2:1" "operations and faults are counted"

# One at a time; stop ends it; removal ends it.
knob instances/a/faults "dma errno=0 delay_us=200"
knob devices/a-1/dma "sum 0x10000 64K repeat=1000000000"
refused EBUSY devices/a-1/dma "read 0x10000 4" "busy"
fails EBUSY devices/a-1/dma "sum 0x10000 4" "stop"
cat "$mock/devices/a-1/dma_data" >/dev/null 2>/tmp/said
like "$(cat /tmp/said)" "busy" "its data cannot be read meanwhile"
knob devices/a-1/dma stop
like "$(cat "$mock/devices/a-1/dma")" " state=done .* ret=-ECANCELED$" "stop ends it"
dma a-1 "read 0x10000 4"
like "$status" " ret=0$" "and the next one runs"
# When stop has returned the engine is free, whatever it did.
n=0 refusals=
while [ $((n += 1)) -le 100 ]; do
	knob devices/a-1/dma "sum 0x10000 64K repeat=1000000000"
	echo stop >"$mock/devices/a-1/dma"
	echo "read 0x10000 4" >"$mock/devices/a-1/dma" 2>/dev/null || refusals="$refusals $n"
	read -r status <"$mock/devices/a-1/dma"
	[ "${status##* }" = ret=0 ] || refusals="$refusals $n:${status##* }"
done
is "$refusals" "" "an operation can be started as soon as stop has returned, 100 times"
knob instances/a/faults off
knob devices/b-1/dma "sum 0x10000 64K"
knob new_device "c instance=b"
knob devices/c/dma "sum 0 1M repeat=1000000000"
knob del_device c
is "$(field device c instance)" "" "a device goes with its DMA"

# Refused before it starts.
d=devices/a-1/dma
refused EINVAL $d "" ""
refused EINVAL $d "erase 0 4" "read, write, copy, sum, stop"
refused EINVAL $d "read" "IOVA"
refused EINVAL $d "read 0x1000" "size"
refused EINVAL $d "read zero 4" "number"
refused EINVAL $d "read 0 0" "1 to 0x100000"
refused EINVAL $d "read 0 1025K" "1 to 0x100000"
refused EINVAL $d "read 0xfffffffffffffff0 17" "past 2"
refused EINVAL $d "write 0 4" "write needs pattern="
refused EINVAL $d "read 0 4 pattern=1" "no pattern="
refused EINVAL $d "copy 0 4" "copy needs to="
refused EINVAL $d "sum 0 4 to=0" "no to="
refused EINVAL $d "copy 0 4 to=0xfffffffffffffffe" "past 2"
refused EINVAL $d "sum 0 4 repeat=0" "repeat"
refused EINVAL $d "sum 0 4 repeat=1000000001" "repeat"
refused EINVAL $d "sum 0 4 5" ""
refused EINVAL $d "stop now" ""
dma a-1 "read 0xfffffffffffffff0 16"
like "$status" " reason=not-mapped " "the very last bytes can be asked for"
done_testing
