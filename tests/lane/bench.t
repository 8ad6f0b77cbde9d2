#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The benchmarks run, count what they did, and leave nothing. What things cost
# is measured, not tested; tables and invalidations are counted by hand.
# vm: --mem 2048
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
