#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Bad input: the fitting errno, one sentence in last_error, nothing changed.
# timeout: 400
# shellcheck source=lib.sh
. ./lib.sh
load

long=aaaaaaaaaabbbbbbbbbbccccccccccd
knob new_instance "a errno=EIO"
knob new_instance "$long"
knob new_instance b
knob new_device "a1 instance=a"
knob new_device "b1 instance=b group=g"
knob new_device "b2 instance=b group=g"
knob new_domain "x device=a1"
knob new_buffer "buf 8K"
knob domains/x/attach a1
knob domains/x/map "0x1000 buf"

# ERRNO|KNOB|TEXT|PATTERN
while IFS='|' read -r errno path text pattern; do
	refused "$errno" "$path" "$text" "$pattern"
done <<END
EINVAL|new_instance||empty
EINVAL|new_instance|  |empty
EINVAL|new_instance|c nonsense=1|unknown key
EINVAL|new_instance|c ias|key=value
EINVAL|new_instance|c ias=|no value
EINVAL|new_instance|c ias=39 ias=39|twice
EINVAL|new_instance|c ias=20|21 to 48
EINVAL|new_instance|c ias=49|21 to 48
EINVAL|new_instance|c ias=0|21 to 48
EINVAL|new_instance|c oas=31|32 to
EINVAL|new_instance|c oas=53|32 to
EINVAL|new_instance|c format=arm-4k oas=52|32 to 48
EINVAL|new_instance|c format=x87|format
EINVAL|new_instance|c pgsizes=2M|its smallest
EINVAL|new_instance|c pgsizes=4K,16K|no page size 0x4000
EINVAL|new_instance|c pgsizes=0x0|its smallest
EINVAL|new_instance|c coherent=2|0 nor 1
EINVAL|new_instance|c policy=maybe|no check
EINVAL|new_instance|c errno=0|cannot return 0
EINVAL|new_instance|c errno=EWHAT|not an errno
EINVAL|new_instance|c misbehave=explode|no misbehaviour
EINVAL|new_instance|c default=dma|identity nor blocked
EINVAL|new_instance|c/d|may not be in a name
EINVAL|new_instance|-c|begins with
EINVAL|new_instance|..|begins with
EINVAL|new_instance|c driver=a/b|may not
ENAMETOOLONG|new_instance|${long}e|31
ENAMETOOLONG|new_instance|c driver=${long}e|31
EEXIST|new_instance|a|already
EINVAL|new_device|c|instance= is missing: write NAME instance=INSTANCE
EINVAL|new_device|c instance=a bus=isa|no bus
ENOENT|new_device|c instance=nobody|no instance
EEXIST|new_device|a1 instance=b|already
EEXIST|new_device|g instance=a|group g exists already
EINVAL|new_domain|c|device= is missing
EINVAL|new_domain|identity device=a1|reserved
EINVAL|new_domain|blocked device=a1|reserved
EINVAL|new_domain|none device=a1|reserved
EINVAL|new_domain|d7 device=a1|reserved
ENOENT|new_domain|c device=nobody|no device
EEXIST|new_domain|x device=a1|already
EINVAL|new_buffer|c|size is missing
EINVAL|new_buffer|c 4095|4K to 1G
EINVAL|new_buffer|c 0|4K to 1G
EINVAL|new_buffer|c 4097|4K to 1G
EINVAL|new_buffer|c 1025M|4K to 1G
EINVAL|new_buffer|c 4K 4K|one word too many
EINVAL|new_buffer|c -4K|not a number
EEXIST|new_buffer|buf 4K|already
ENOENT|del_instance|nobody|no instance
ENOENT|del_device|nobody|no device
ENOENT|del_domain|nobody|no domain
ENOENT|del_buffer|nobody|no buffer
EINVAL|del_instance|a b|one word too many
EBUSY|del_instance|a|device is behind a
EBUSY|del_device|a1|in use
EBUSY|del_domain|x|detach
EBUSY|del_buffer|buf|mapped
EINVAL|reset|0|write 1
EINVAL|journal|clean|write clear
EINVAL|instances/b/ias|x|not a number
EBUSY|instances/b/ias|39|frozen
EBUSY|instances/b/oas|40|frozen
EBUSY|instances/b/format|x86-4l|frozen
EBUSY|instances/b/pgsizes|4K|frozen
EBUSY|instances/b/coherent|0|frozen
EBUSY|instances/b/enforce|0|frozen
EINVAL|instances/b/policy|any,never|no check
EINVAL|instances/b/errno|EIO,EIO|second default
EINVAL|instances/b/misbehave|none,none|no misbehaviour
EINVAL|instances/b/pairs|hate a|none of allow
EINVAL|instances/b/pairs|allow|missing
EINVAL|instances/b/pairs|allow b|two different
EINVAL|instances/b/pairs|allow a b|too many
ENOENT|instances/b/pairs|allow nobody|no instance
EINVAL|instances/b/stats|1|write 0
EINVAL|instances/b/faults|boot|no fault point
EINVAL|instances/b/faults|attach errno=0|does nothing
EINVAL|instances/b/faults|attach probability=101|0 to 100
EINVAL|instances/b/faults|attach interval=0|at least 1
EINVAL|instances/b/faults|attach times=-2|not a number
EINVAL|instances/b/faults|attach delay_us=10000001|at most
EINVAL|instances/b/faults|map delay_us=1001|at most 1000
EINVAL|instances/b/faults|map filter=fresh|attach only
EINVAL|instances/b/faults|probe filter=fresh|attach only
EINVAL|instances/b/faults|map device=b1|device= is not for map
EINVAL|instances/b/faults|attach filter=stale|none of any
EINVAL|instances/b/faults|attach nth|key=value
EINVAL|instances/b/faults|attach off now|key=value
EINVAL|groups/g/claim|2|0 nor 1
EINVAL|groups/g/claim|0|not claimed
EBUSY|groups/a1/claim|0|detach it first
ENOENT|domains/x/attach|nobody|no device
EINVAL|domains/x/attach|b1 firmly|too many
EINVAL|domains/x/attach|b1 unclaimed twice|too many
EINVAL|domains/x/detach|b1|not on x
EINVAL|domains/x/detach|a1 unclaimed|too many
ENOENT|domains/x/attach_group|nobody|no group
EINVAL|domains/x/detach_group|g|not on x
EINVAL|domains/x/map|0x2000|buffer is missing
ENOENT|domains/x/map|0x3000 nobody|no buffer
EINVAL|domains/x/map|0x3001 buf|multiples of 0x1000
EINVAL|domains/x/map|0x4000 buf size=0|multiples of 0x1000
EINVAL|domains/x/map|0x4000 buf size=12K|not a part
EINVAL|domains/x/map|0x4000 buf offset=8K|multiples of 0x1000
EINVAL|domains/x/map|0x4000 buf offset=8K size=4K|not a part
EINVAL|domains/x/map|0x4000 buf offset=2K size=4K|not a part
EINVAL|domains/x/map|0x4000 buf prot=x|none of r
EINVAL|domains/x/map|0x1000000000000 buf|aperture
EINVAL|domains/x/map|0xfffffffffffff000 buf|aperture
EEXIST|domains/x/map|0x2000 buf|mapped already
EINVAL|domains/x/unmap|0x1000|size is missing
EINVAL|domains/x/unmap|0x1000 0|multiples of 0x1000
EINVAL|domains/x/unmap|0xfffffffffffff000 8K|aperture
ENOENT|domains/x/unmap|0x1000 4K|not the range of one or more whole maps
ENOENT|domains/x/unmap|0x1000 12K|not the range of one or more whole maps
ENOENT|domains/x/walk|0|nothing is mapped
EINVAL|domains/x/walk|here|not a number
END

# What echo cannot write: system calls, each with its own sentence.
# call NAME OP WANTED KNOB
call() {
	frozen_before=$(frozen)
	got=$(./raw "$mock/$4" "$2" "e=$mock/last_error")
	like "$(echo "$got" | tr '\n' ' ')" "^${2%%=*} $3 e .+ $" "$1: $3 and a sentence"
	is "$(frozen)" "$frozen_before" "$1: nothing has changed"
}

latin=$(printf 'caf\351')
control=$(printf 'c\001d')
for path in new_instance new_device new_domain new_buffer del_device reset journal \
	instances/b/policy instances/b/faults groups/g/claim domains/x/attach domains/x/map; do
	call "$path: 0 bytes" z EINVAL "$path"
	call "$path: 64 KiB" s=65536 E2BIG "$path"
	call "$path: a bad address" b EFAULT "$path"
done
for path in new_instance new_buffer instances/b/policy; do
	call "$path: 4096 bytes" s=4096 E2BIG "$path"
	refused EINVAL $path "$latin" "byte 4 is not"
	refused EINVAL $path "$control" "byte 2 is not"
	call "$path: two lines" "w=c
d" EINVAL "$path"
done
call "4095 bytes are a write" s=4095 ENAMETOOLONG new_instance

# A write in parts is as many operations.
is "$(./raw "$mock/new_instance" w=part w=ial 'w=ial' | tr '\n' ' ')" "w 4 w 3 w EEXIST " \
	"each write is an operation of its own"
is "$(grep -c '^instance \(part\|ial\) ' "$mock/state")" 2 "and does what it says"

# The longest name there is, in every kind.
knob del_instance part
knob new_device "$long instance=$long"
knob new_domain "$long device=$long"
knob new_buffer "$long 4K"
knob "domains/$long/attach" "$long"
is "$(where "$long")" "$long" "names of 31 characters"
done_testing
