#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Fault injection: every point, every parameter, the counts, and no effect when it
# is off.
# leaks: yes
# shellcheck source=lib.sh
. ./lib.sh
load
knob new_instance a
knob new_device "a1 instance=a"
knob new_device "a2 instance=a"
knob new_domain "x device=a1"
knob new_buffer "buf 4K"

# counts POINT: "seen hits" as faults has them.
counts() {
	sed -n "s/^$1 .* seen=\([0-9]*\) hits=\([0-9]*\)$/\1 \2/p" "$mock/instances/a/faults"
}

# attaches N: that many attaches of a1 to x; prints 1 for each that failed.
attaches() {
	pattern='' i=0
	while [ $i -lt "$1" ]; do
		i=$((i + 1))
		if put domains/x/attach "a1 unclaimed"; then
			pattern=${pattern}0
			put domains/x/detach a1
		else
			pattern=${pattern}1
		fi
	done
}

# Read back, set, off.
is "$(cat "$mock/instances/a/faults")" "" "none at first"
knob instances/a/faults "attach nth=3 errno=EIO"
is "$(cat "$mock/instances/a/faults")" \
	"attach errno=EIO nth=3 probability=100 interval=1 times=-1 space=0 delay_us=0 filter=any device=- seen=0 hits=0" \
	"read back in full"
is "$(field instance a faults)" 1 "counted in state"
knob instances/a/faults "alloc device=a2"
is "$(grep -c . "$mock/instances/a/faults")" 2 "one for each point"
knob instances/a/faults "alloc off"
is "$(sed 's/ .*//' "$mock/instances/a/faults")" attach "one point off"

# When: nth, interval, times, space, probability.
attaches 5
is $pattern 00100 "nth=3"
is "$(counts attach)" "5 1" "nth: seen and hits"
while read -r text wanted; do
	knob instances/a/faults "attach errno=EIO $(echo "$text" | tr + ' ')"
	attaches 6
	is "$pattern" "$wanted" "$text"
done <<END
interval=3 001001
times=2 110000
interval=2+times=1 010000
space=3 001111
space=3+times=1 001000
probability=100 111111
probability=0 000000
nth=1+times=0 100000
times=0 000000
END
knob instances/a/faults "attach errno=EIO probability=50"
attaches 60
read -r seen hits <<END
$(counts attach)
END
[ "$seen" = 60 ] && [ "$hits" -gt 8 ] && [ "$hits" -lt 52 ]
ok $? "probability=50: $hits of $seen"
knob instances/a/faults off
is "$(cat "$mock/instances/a/faults")" "" "off: all of them"
attaches 3
is $pattern 000 "off: nothing fails"

# What the attach point looks like.
knob instances/a/stats 0
clear_journal
knob instances/a/faults "attach errno=ENOSPC"
refused ENOSPC domains/x/attach "a1 unclaimed" ": fault"
like "$(journal fault)" "^fault instance=a point=attach device=a1 domain=x delay_us=0 ret=-ENOSPC$" "attach: the journal"
like "$(journal attach)" "device=a1 domain=x old=identity fresh=0 reason=fault ret=-ENOSPC$" "attach: reason=fault"
is "$(stat_of a faults):$(stat_of a refused)" 1:0 "attach: a fault is not a refusal"

# Filters: fresh, existing, device.
knob instances/a/faults "attach errno=EIO filter=existing"
knob new_domain "y device=a2"
knob domains/y/attach "a2 unclaimed"
is "$(counts attach)" "0 0" "filter=existing: a fresh domain is not counted"
knob domains/y/detach a2
refused EIO domains/y/attach "a2 unclaimed"
knob del_domain y
knob new_domain "y device=a2"
knob instances/a/faults "attach errno=EIO filter=fresh"
refused EIO domains/y/attach "a2 unclaimed"
is "$(field domain y fresh)" 1 "filter=fresh: it stays fresh"
attaches 2
is $pattern 00 "filter=fresh: an existing one passes"
knob instances/a/faults "attach errno=EIO device=a2"
attaches 2
is $pattern:"$(counts attach)" 00:"0 0" "device=a2: a1 passes"
refused EIO domains/y/attach "a2 unclaimed"
# Going back to where a device was never fails (R7), nor do static domains.
knob instances/a/faults "attach errno=EIO"
knob groups/a1/claim 1
knob groups/a1/claim 0
is "$(counts attach)" "0 0" "identity and blocked are not asked about"
knob instances/a/faults off

# probe
knob instances/a/faults "probe errno=EIO"
refused EIO new_device "a3 instance=a"
[ ! -e /sys/bus/platform/devices/iommu-mock.a3 ]
ok $? "probe: the device is gone again"
knob instances/a/faults "probe errno=EIO device=a4"
knob new_device "a3 instance=a"
refused EIO new_device "a4 instance=a"
refused EIO new_device "a4 instance=a group=a3"
knob instances/a/faults off
knob new_device "a4 instance=a group=a3"

# alloc: kernels before 6.11 turn any failure into ENOMEM.
knob instances/a/faults "alloc errno=ENOSPC device=a2"
if legacy; then wanted=ENOMEM; else wanted=ENOSPC; fi
clear_journal
refused $wanted new_domain "z device=a2"
like "$(journal alloc)" "^alloc domain=- device=a2 instance=.* ret=-ENOSPC$" "alloc: the journal"
knob new_domain "z device=a1"
knob del_domain z
knob instances/a/faults off

# map: bytes count for space; nothing is left of what failed.
knob domains/x/attach a1
knob instances/a/faults "map errno=ENOSPC"
refused ENOSPC domains/x/map "0 buf"
is "$(field domain x tables):$(field domain x mapped)" 0:0 "map: no table is left"
knob instances/a/faults "map errno=ENOSPC space=8K"
knob domains/x/map "0 buf"
refused ENOSPC domains/x/map "0x1000 buf"
is "$(counts map)" "2 1" "map: space is in bytes"
knob instances/a/faults off
# unmap: nothing is unmapped.
knob instances/a/faults "unmap errno=EIO times=1"
refused EIO domains/x/unmap "0 4K"
is "$(grep -c 'iova=0x0 ' "$mock/domains/x/mappings")" 1 "unmap: it is still mapped"
knob domains/x/unmap "0 4K"
is "$(field domain x mapped)" 0 "unmap: until the fault is over"
# invalidate: lost.
knob domains/x/map "0 buf"
knob instances/a/faults "invalidate nth=1"
clear_journal
knob domains/x/unmap "0 4K"
like "$(journal invalidate)" "iova=0x0 size=0x1000 lost=1$" "invalidate: lost"
knob instances/a/faults off

# A delay without an errno delays only.
knob instances/a/faults "attach errno=0 delay_us=1000"
knob domains/x/detach a1
clear_journal
knob domains/x/attach a1
is "$(counts attach)" "1 1" "a delay is a hit"
like "$(journal fault)" "point=attach .* delay_us=1000 ret=0$" "and says 0"
is "$(where a1)" x "and the attach succeeds"
knob instances/a/faults off
for point in map unmap invalidate; do
	knob instances/a/faults "$point errno=0 delay_us=1000"
done
knob domains/x/map "0x200000 buf"
knob domains/x/unmap "0x200000 4K"
is "$(counts map | cut -c3):$(counts unmap | cut -c3):$(counts invalidate | cut -c3)" 1:1:1 "delays where nobody may sleep"
knob instances/a/faults off

# A map that fails and cannot be undone: devices reach what is left in the table,
# so its memory stays. The buffer has two pieces or more.
knob new_buffer "big 4M"
knob instances/a/faults "map errno=EIO nth=2"
knob instances/a/faults "unmap errno=EIO"
fails EIO domains/x/map "0x40000000 big" "could not be unmapped again"
left=$(sed -n 's/^iova=0x40000000 size=\([^ ]*\) .*/\1/p' "$mock/domains/x/mappings")
refused EBUSY del_buffer big "big is mapped"
knob devices/a1/dma "write 0x40000000 4K pattern=0x41"
like "$(cat "$mock/devices/a1/dma")" " ret=0$" "map, unmap: the device reaches what is left"
is "$(tr -d '\0' <"$mock/buffers/big/data" | head -c 4)" AAAA "map, unmap: it is the buffer's"
knob instances/a/faults off
knob domains/x/unmap "0x40000000 ${left:-missing}"
knob del_buffer big
# The same in a benchmark: its memory goes with the domain.
knob instances/a/faults "unmap errno=EIO"
bench="map subject=domain domain=x total=4M"
fails EIO bench "$bench"
knob instances/a/faults off
knob devices/a1/dma "write 0 4K pattern=0x41"
like "$(cat "$mock/devices/a1/dma")" " ret=0$" "bench, unmap: the device reaches what is left"
fails EBUSY bench "$bench" "something is mapped in x"
# A domain goes before the buffers that it maps.
knob new_buffer "kept 64K"
knob domains/x/map "0x40000000 kept"
knob instances/a/faults "unmap errno=EIO"
knob domains/x/detach a1
knob del_domain x
knob del_buffer kept
done_testing
