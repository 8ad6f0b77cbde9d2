#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The IOTLB of an instance: its entries, their invalidation on every instance that
# the domain is on, and the stale entry after a lost invalidation.
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
load
knob new_instance "a iotlb=16"
knob new_instance b
knob new_instance "off iotlb=0"
for i in a b off; do
	knob new_device "$i-1 instance=$i"
done
knob new_device "a-2 instance=a"
knob new_domain "dom device=a-1"
knob new_domain "other device=a-1"
knob new_buffer "buf 256K"
knob new_buffer "two 4M"

dma() {
	knob "devices/$1/dma" "$2" || return
	status=$(cat "$mock/devices/$1/dma")
}

# counts INSTANCE: hits:misses:evictions:walks:used since the last call.
counts() {
	counted=
	for key in hits misses evictions walks iotlb_used; do
		counted=$counted:$(stat_of "$1" $key)
	done
	counted=${counted#:}
	knob "instances/$1/stats" 0
}

is "$(cat "$mock/instances/a/iotlb"):$(cat "$mock/instances/b/iotlb"):$(field instance off iotlb)" "16:256:0" \
	"as many entries as asked for; 256 otherwise"
for d in a-1 b-1 off-1; do
	knob domains/dom/attach "$d"
done
knob domains/dom/map "0x100000 buf"
for i in a b off; do
	knob instances/$i/stats 0
done

# Hits and misses; a page is one entry, whatever its size.
dma a-1 "sum 0x100000 16K"
counts a
is "$counted" "0:4:0:4:4" "four pages: four walks, four entries"
dma a-1 "sum 0x100000 16K repeat=100"
counts a
is "$counted" "400:0:0:0:4" "again and again: hits, and not one walk"
dma b-1 "sum 0x100000 8K"
counts b
is "$counted" "0:2:0:2:2" "another instance has an IOTLB of its own"
dma off-1 "sum 0x100000 16K repeat=2"
counts off
is "$counted" "0:8:0:8:0" "without one, every access walks"
dma a-1 "sum 0x100000 128K"
counts a
is "$(echo "$counted" | cut -d: -f1,2,4,5)" "4:28:28:16" "more pages than entries: some have to go"
like "$counted" "^4:28:16:" "as many as were too many"
knob domains/dom/map "2M two"
dma b-1 "sum 0x200000 1M"
counts b
like "$counted" "^255:1:0:1:" "a page of 2M is one entry"

# An unmap reaches each instance once, and takes only what it names.
dma a-1 "sum 0x100000 16K"
dma b-1 "sum 0x100000 16K"
used=$(stat_of b iotlb_used)
clear_journal
for i in a b off; do
	knob instances/$i/stats 0
done
knob domains/dom/unmap "2M 4M"
is "$(journal invalidate)" "invalidate instance=a domain=dom scope=range iova=0x200000 size=0x400000 lost=0
invalidate instance=b domain=dom scope=range iova=0x200000 size=0x400000 lost=0
invalidate instance=off domain=dom scope=range iova=0x200000 size=0x400000 lost=0" "an unmap invalidates once on each instance"
for i in a b off; do
	is "$(stat_of $i inv_range):$(stat_of $i inv_domain):$(stat_of $i inv_all):$(stat_of $i invalidations):$(stat_of $i lost)" \
		"1:0:0:1:0" "$i: by range"
done
is "$(stat_of b iotlb_used)" $((used - 1)) "what else is cached stays"
dma b-1 "sum 0x200000 4"
like "$status" " reason=not-mapped " "what was unmapped is gone"
knob instances/b/stats 0
dma b-1 "sum 0x100000 16K repeat=2"
counts b
is "$(echo "$counted" | cut -d: -f1,2,4)" "8:0:4" "after an unmap an entry is compared once, and is a hit"

# A device that leaves; the last one behind its instance takes all along.
knob domains/dom/attach a-2
dma a-2 "sum 0x100000 4K"
clear_journal
knob domains/dom/detach a-2
is "$(journal invalidate)" "" "another device of the instance is still there: nothing to forget"
knob domains/dom/detach a-1
is "$(journal invalidate)" "invalidate instance=a domain=dom scope=domain iova=0x0 size=0x0 lost=0" \
	"the last one has left: the instance forgets the domain"
is "$(stat_of a iotlb_used)" 0 "and nothing of it is left"

# Entries are of one domain: the same address in another one is another page.
knob domains/other/attach a-1
knob domains/other/map "0x100000 two"
dma a-1 "write 0x100000 8 pattern=0x1111111111111111"
knob domains/dom/attach a-2
dma a-2 "write 0x100000 8 pattern=0x2222222222222222"
dma a-1 "read 0x100000 8"
is "$(od -An -tx8 "$mock/devices/a-1/dma_data" | tr -d ' ')" "1111111111111111" "two domains on one instance do not mix"

# Emptied by hand.
clear_journal
knob instances/a/iotlb 64
is "$(cat "$mock/instances/a/iotlb"):$(stat_of a iotlb_used):$(stat_of a inv_all)" "64:0:1" "a new size, empty"
is "$(journal invalidate)" "invalidate instance=a domain=- scope=all iova=0x0 size=0x0 lost=0" "the journal knows"
knob instances/a/iotlb 0
knob instances/a/iotlb 16

# A lost invalidation: a stale entry, on the instance that lost it only. It
# is reported each time, never followed, and an invalidation ends it.
knob domains/other/detach a-1
knob domains/dom/detach a-2
knob domains/dom/attach a-1
dma a-1 "sum 0x100000 8K"
dma b-1 "sum 0x100000 8K"
knob instances/a/misbehave lose-invalidation
knob domains/dom/unmap "0x100000 256K"
dma b-1 "read 0x100000 4"
like "$status" " reason=not-mapped " "the other instance has forgotten it"
head -c 262144 /dev/zero | tr '\0' '\132' >"$mock/buffers/buf/data"
clear_journal
knob instances/a/stats 0
dma a-1 "read 0x100000 4"
like "$status" " done=0x0 .* access=r at=0x100000 reason=stale ret=-EFAULT$" "a stale entry is reported"
dma a-1 "write 0x101000 4 pattern=0"
like "$status" " access=w at=0x101000 reason=stale ret=-EFAULT$" "again, for a write"
is "$(tr -d '\132' <"$mock/buffers/buf/data" | wc -c)" 0 "nothing was touched"
is "$(stat_of a stale)" 2 "it is counted"
is "$(journal dma | grep -c ' reason=stale ')" 2 "and in the journal"
dma a-1 "read 0x102000 4"
like "$status" " reason=not-mapped " "what was never cached is not stale"
knob domains/dom/map "0x100000 two size=8K"
dma a-1 "read 0x100000 4"
like "$status" " reason=stale " "something else is mapped there now: still stale"
knob instances/a/misbehave none
knob domains/dom/unmap "0x100000 8K"
dma a-1 "read 0x100000 4"
like "$status" " reason=not-mapped " "an invalidation that is not lost ends it"

# The same by an injected fault.
knob domains/dom/map "0x100000 buf"
dma a-1 "sum 0x100000 4K"
knob instances/a/faults "invalidate nth=1"
knob domains/dom/unmap "0x100000 256K"
dma a-1 "read 0x100000 4"
like "$status" " reason=stale " "an injected loss is a loss"
knob domains/dom/map "0x100000 buf"
dma a-1 "read 0x100000 4"
like "$status" " ret=0$" "what is mapped back as it was is not stale"
knob instances/a/faults off
# Then nothing is left of the loss: a table that contradicts later on, because
# an instance has narrowed the domain, does not make it stale.
knob domains/dom/map "0x40000000 two size=4K"
dma a-1 "sum 0x40000000 4K"
knob instances/a/misbehave lose-invalidation
knob domains/dom/unmap "0x40000000 4K"
knob instances/a/misbehave none
knob domains/dom/map "0x40000000 two size=4K"
dma a-1 "sum 0x40000000 4K"
knob new_instance "narrow ias=21 misbehave=alter-candidate"
knob new_device "n-1 instance=narrow"
quietly domains/dom/attach n-1
dma a-1 "sum 0x40000000 4K"
like "$status" " reason=not-mapped " "an entry that was right again is not stale for what was lost before"

# What an IOTLB cannot be.
refused EINVAL instances/a/iotlb 1 "power of two"
refused EINVAL instances/a/iotlb 3 "power of two"
refused EINVAL instances/a/iotlb 100 "power of two"
refused EINVAL instances/a/iotlb 131072 "4 to 65536"
refused EINVAL instances/a/iotlb 0x100000000 "large"
refused EINVAL instances/a/iotlb many "number"
refused EINVAL new_instance "c iotlb=7" "power of two"
done_testing
