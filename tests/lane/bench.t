#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The benchmarks run, count their operations, and leave nothing behind. The test
# does not judge times; the expected tables and invalidations are counted by hand.
# timeout: 500
# shellcheck source=lib.sh
. ./lib.sh
load

# said COMMAND...: its output in $out.
said() {
	out=$("$@" 2>&1)
	status=$?
}

# number REGEX: of the rows that match, how many.
rows() {
	echo "$out" | grep -Ec "$1"
}

said iommu-mock bench sharing --quick --rounds 1 -rnb -o case,instances,way,domains,tables,calls,invalidations
is "$status" 0 "bench sharing" || note "$out"
# 16M in pages of 4K: 8 tables of level 0, and one of each of the levels above.
like "$out" "^4K 1 shared 1 45056 4096 4096$" "one instance: a table, an invalidation for each unmap"
like "$out" "^4K 16 shared 1 45056 4096 65536$" "sixteen that share: the same table, sixteen times the invalidations"
like "$out" "^4K 16 copied 16 720896 65536 65536$" "sixteen copies: sixteen times all of it"
like "$out" "^4K\\\\x20by\\\\x20512 16 shared 1 45056 8 128$" "in batches: an invalidation for each"
like "$out" "^2M 16 copied 16 196608 128 128$" "pages of 2M: three tables each"

said iommu-mock bench attach --quick --rounds 1 -rn
is "$status:$(rows '^(1|10|100) ')" "0:3" "bench attach"
said iommu-mock bench knobs --quick --rounds 1 -rn
is "$status" 0 "bench knobs"
like "$out" "^read\\\\x20state 200 [0-9]" "a row for each operation and size"

said iommu-mock bench map --quick --rounds 1 -rnb -o case,pattern,threads,subject,tables
is "$status" 0 "bench map"
for subject in null loop alloc arm-4k x86-4l vtd-5l amd-v1 riscv-sv39; do
	like "$out" "^4K strided 1 $subject" "a row for $subject"
done
like "$out" "^64K strided 1 arm-64k" "64K pages where the format has them"
like "$out" "^4K strided 2 arm-4k " "two threads"
if grep -q '^probe_generic_pt=1' "$mock/build_info"; then
	like "$out" "^4K strided 1 amdv1" "the kernel's own tables"
else
	unlike "$out" " amdv1" "no tables of the kernel's, where it has none for modules"
fi
said iommu-mock bench dma --quick --rounds 1 -rnb -o operation,engines,size,iotlb,hits,misses
is "$status" 0 "bench dma" || note "$out"
# 2,000 times 64 bytes, and 1,024 times a page: an access each; two to copy.
like "$out" "^write 1 64 hit 2000 0$" "an IOTLB that has the page hits each time"
like "$out" "^write 1 64 miss 0 2000$" "where there is none, it never does"
like "$out" "^write 2\\\\x20behind\\\\x202 64 hit 4000 0$" "two engines do twice as much"
like "$out" "^sum 1 4096 miss 0 1024$" "a page is one access"
like "$out" "^copy 1 4096 hit 2048 0$" "to copy it takes two"
like "$out" "^read 1 1048576 miss 0 1024$" "1M has 256 of them"

said iommu-mock bench dirty --quick --rounds 1 -rnb -o operation,pages,tracking,dirty
if [ "$(value_in "$mock/build_info" dirty)" = 1 ]; then
	is "$status" 0 "bench dirty" || note "$out"
	like "$out" "^read,.x20all.x20clean 4096 on 0$" "a read finds nothing"
	like "$out" "^read,.x20all.x20dirty 16 on 16$" "or all pages of a small domain"
	like "$out" "^read,.x20all.x20dirty 4096 on 4096$" "and of a large one"
	is "$(rows '^DMA.x20write 256 (off|on|reread) -$')" 3 "DMA with tracking and without"
	is "$(rows '^map,.x20unmap 1024 (off|on) -$')" 2 "maps, too"
else
	is "$status" 3 "bench dirty: not on this kernel"
	like "$out" "does not let drivers track the writes" "and says why"
fi

# VFIO: functions of its own, then given ones.
groups=$(ls /sys/kernel/iommu_groups)
said iommu-mock bench vfio --quick --rounds 1 -rn -o case,subject,format,iotlb,pages,both_first
is "$status" 0 "bench vfio" || note "$out"
for case in 'all\\x20at\\x20once' 'page\\x20by\\x20page' 'a\\x20page\\x20and\\x20back'; do
	like "$out" "^$case amd-v1 amd-v1 256 2048 [0-9]" "$case"
	like "$out" "^$case vtd-4l\\\\x20iotlb=0 vtd-4l 0 2048 1.00$" "the first is compared with itself"
done
is "$(rows '^')" 32 "eight functions, four cases"
is "$(ls /sys/kernel/iommu_groups)" "$groups" "its functions are gone"
knob new_instance v
knob new_device "v0 instance=v bus=pci"
knob new_device "v1 instance=v bus=platform"
address=$(field device v0 dev)
pieces=$(iommu-mock bench vfio --quick --rounds 1 -rn -o subject,pieces "$address" | sort -u)
matches "$pieces" "^v0 (20[0-4][0-9]|19[0-9][0-9])$"
ok $? "by its address: it is known by name, and the pages are scattered" "$pieces"
# Not as many unmaps as maps: pages that happen to be neighbours go by one call.
ok $(($(stat_of v maps) < 8000)) "they are mapped one by one" "maps=$(stat_of v maps)"
is "$(field device v0 driver):$(total domains):$(total table_bytes)" "-:0:0" "all is unmapped, and let go"
for which in v1 nobody 0000:ff:1f.7; do
	said iommu-mock bench vfio --quick "$which"
	is "$status" 1 "not $which" || note "$out"
done
like "$out" "no PCI function at such an address" "says why"
reset

said iommu-mock bench sharing --quick --rounds 1 --json --html /tmp/page.html
is "$status" 0 "with a page"
like "$out" '"way": *"shared"' "and JSON"
like "$(head -n 1 /tmp/page.html)" "^<!doctype html>" "a page of HTML"
like "$(cat /tmp/page.html)" "</html>" "whole"
unlike "$(cat /tmp/page.html)" "(src|href)=\"?(https?:|//)" "with nothing from elsewhere"
is "$(total instances):$(total devices):$(total domains):$(total buffers):$(total table_bytes)" "0:0:0:0:0" "nothing is left"
is "$(cat "$mock/journal_events")" all "the journal records again"

# The knob behind it.
knob new_instance a
knob new_device "a-1 instance=a"
knob new_domain "dom device=a-1"
knob domains/dom/attach a-1
knob bench "map subject=domain domain=dom total=4M"
like "$(cat "$mock/bench")" "^subject=domain .* calls=1024 pages=1024 map_ns=[0-9]+ unmap_ns=[0-9]+ tables=20480$" \
	"4M: two tables of level 0, three above"
knob bench "map subject=null total=4M batch=512 rounds=3"
like "$(cat "$mock/bench")" "^subject=null .* rounds=3 calls=6 pages=3072 " "three rounds of two calls"
knob new_buffer "buf 4K"
knob domains/dom/map "0 buf"
refused EBUSY bench "map subject=domain domain=dom"
knob domains/dom/unmap "0 4K"
refused EINVAL bench "map" "subject"
refused EINVAL bench "map subject=all"
refused ENOENT bench "map subject=domain domain=none"
refused EINVAL bench "map subject=null page=3K"
refused EINVAL bench "map subject=null threads=9"
refused EINVAL bench "map subject=null total=1T"
refused EINVAL bench "map subject=null rounds=0"
refused EINVAL bench "run subject=null"
done_testing
