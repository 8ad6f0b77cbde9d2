#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Mapping: the leaves that are made, the number of tables (counted by hand), the
# content of walk and mappings; and a refused operation leaves nothing behind.
# needs: control groups for memory
# needs: function tracer
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
load
knob new_instance a
knob new_instance "small pgsizes=4K"
knob new_instance "narrow ias=39"
for i in a small narrow; do
	knob new_device "$i-1 instance=$i"
	knob new_domain "on-$i device=$i-1"
done
knob new_buffer "page 4K"
knob new_buffer "buf 2M"
knob new_buffer "big 4M"
is "$(field buffer buf size)" 2097152 "a buffer's size"

# A domain that is on nothing has features where the core says for which
# device it is made (6.11), and takes maps then.
if legacy; then
	refused ENODEV domains/on-a/map "0 page"
else
	knob domains/on-a/map "0 page"
	knob domains/on-a/unmap "0 4K"
fi
for i in a small narrow; do
	knob "domains/on-$i/attach" "$i-1"
done
x=domains/on-a

# tables DOMAIN N NAME: it needs that many tables of 4 KiB.
tables() {
	knob "domains/$1/trim" 1
	has "$@"
}

# has DOMAIN N NAME: it has that many, empty ones included.
has() {
	is "$(field domain "$1" tables)" $(($2 * 4096)) "$3: $2 tables"
}

tables on-a 0 "nothing mapped"
fails EINVAL $x/trim 2 "write 1"
knob $x/map "0x1000 page"
tables on-a 4 "a page: one table a level"
knob $x/map "2M buf"
tables on-a 4 "2M aligned: a leaf one level up, beside it"
knob $x/map "1G big"
tables on-a 5 "another gigabyte: a table for its 2M leaves"
knob $x/map "0x40400000 page"
tables on-a 6 "a page there"
knob $x/map "0x8000000000 page"
tables on-a 9 "another 512 gigabytes: three more"
is "$(total table_bytes)" $((9 * 4096)) "the same in stats"
is "$(cat "$mock/$x/tables")" "level=3 page=0x8000000000 tables=1 bytes=4096 used=2 leaves=0
level=2 page=0x40000000 tables=2 bytes=8192 used=3 leaves=0
level=1 page=0x200000 tables=3 bytes=12288 used=6 leaves=3
level=0 page=0x1000 tables=3 bytes=12288 used=3 leaves=3" "level by level"
is "$(field domain on-a mapped)" $((3 * 4096 + 3 * 2097152)) "bytes mapped"
is "$(field buffer page maps)" 3 "a buffer counts its maps"

is "$(sed 's/phys=[^ ]* //' "$mock/$x/mappings")" "iova=0x1000 size=0x1000 prot=rw page=0x1000
iova=0x200000 size=0x200000 prot=rw page=0x200000
$(sed -n 's/phys=[^ ]* //;/^iova=0x40[0-3]/p' "$mock/$x/mappings")
iova=0x40400000 size=0x1000 prot=rw page=0x1000
iova=0x8000000000 size=0x1000 prot=rw page=0x1000" "mappings, in order"
is "$(awk '/^iova=0x40[02]00000 / { sub("size=", "", $2); print $2 }' "$mock/$x/mappings" |
	tr '\n' ' ' | sed 's/0x200000 0x200000 /0x400000 /')" "0x400000 " "4M in leaves of 2M, merged if they continue"

# walk: phys, page, buffer and offset are of one address.
phys_of() {
	sed -n "s/^iova=$1 .*phys=0x\([0-9a-f]*\).*/\1/p" "$mock/$x/mappings"
}
knob $x/walk 0x203456
is "$(cat "$mock/$x/walk")" \
	"iova=0x203456 phys=$(printf '0x%x' $((0x$(phys_of 0x200000) + 0x3456))) page=0x200000 prot=rw buffer=buf offset=0x3456" "walk"
knob $x/walk 0x1fff
like "$(cat "$mock/$x/walk")" "page=0x1000 prot=rw buffer=page offset=0xfff$" "walk: the last byte of a page"
refused ENOENT $x/walk 0x2000
refused ENOENT $x/walk 0xffffffffffffffff
refused EBUSY del_buffer page "mapped"

# Overlaps, whatever the sizes.
refused EEXIST $x/map "0x1000 page"
refused EEXIST $x/map "0 buf"
refused EEXIST $x/map "0x3ff000 page"
refused EEXIST $x/map "0x400ff000 buf"
# Unmap covers maps whole.
refused ENOENT $x/unmap "0x200000 4K"
refused ENOENT $x/unmap "0x1000 8K"
refused ENOENT $x/unmap "0x100000 2M"
refused ENOENT $x/unmap "0 2M"
refused ENOENT $x/unmap "1G 2M"
clear_journal
knob $x/unmap "0x40000000 4100K"
is "$(journal invalidate)" "invalidate instance=a domain=on-a scope=range iova=0x40000000 size=0x401000 lost=0" \
	"two maps in one unmap: one invalidation"
tables on-a 7 "two fewer"
knob $x/unmap "0x8000000000 4K"
tables on-a 4 "three fewer"
knob $x/unmap "0x1000 4K"
tables on-a 3 "one fewer"
knob $x/unmap "2M 2M"
tables on-a 0 "nothing mapped again"
is "$(cat "$mock/$x/mappings")" "" "no mappings"
is "$(field buffer page maps)$(field buffer buf maps)$(field buffer big maps)" 000 "no maps"

# Parts of a buffer, and what is not aligned.
knob $x/map "0 buf offset=4K size=8K prot=r"
like "$(cat "$mock/$x/mappings")" "^iova=0x0 size=0x2000 .* prot=r page=0x1000$" "a part, read only"
knob $x/walk 0x1800
like "$(cat "$mock/$x/walk")" "prot=r buffer=buf offset=0x2800$" "walk: the offset in the buffer"
knob $x/unmap "0 8K"
knob $x/map "0x1000 buf"
tables on-a 5 "2M that begins at 4K: pages in two tables"
knob $x/unmap "0x1000 2M"
knob $x/map "2M buf prot=w"
# The format is arm-4k, which cannot say "write only".
like "$(cat "$mock/$x/mappings")" "prot=rw page=0x200000$" "write only is read and write"
knob $x/unmap "2M 2M"
knob $x/map "2M buf offset=1M"
like "$(cat "$mock/$x/mappings")" "size=0x100000 .* page=0x1000$" "from an offset to the end"
tables on-a 4 "256 pages"
knob $x/unmap "2M 1M"
knob domains/on-small/map "2M buf"
tables on-small 4 "pages of 4K only"
like "$(cat "$mock/domains/on-small/mappings")" "^iova=0x200000 size=0x200000 .* page=0x1000$" "512 of them, merged"
knob domains/on-small/unmap "2M 2M"

# The aperture of 39 bits.
knob domains/on-narrow/map "0x7ffffff000 page"
tables on-narrow 4 "the last page"
refused EINVAL domains/on-narrow/map "0x8000000000 page" "aperture"
refused EINVAL domains/on-narrow/map "0x7fffe01000 buf" "aperture"
refused EINVAL domains/on-narrow/unmap "0x7ffffff000 8K" "aperture"
knob $x/map "0xfffffffff000 page"
refused EINVAL $x/map "0x1000000000000 page" "aperture"

# A failure half-way leaves nothing but empty tables: big is two pieces at least.
knob instances/a/faults "map nth=2 errno=ENOSPC"
fails ENOSPC $x/map "1G big" "did not map"
tables on-a 4 "only what was there before"
knob instances/a/faults off
knob $x/map "1G big"
tables on-a 6 "and again, whole"

# An unmap gives back the tables that it covers whole. Others stay until they are in
# the way, or are trimmed.
knob $x/map "0x80000000 page"
has on-a 8 "a page elsewhere: two more"
knob $x/unmap "0x80000000 4096"
has on-a 8 "which stay when it is gone"
is "$(total table_bytes)" $((8 * 4096 + $(field domain on-small tables) + $(field domain on-narrow tables))) "and count in stats"
like "$(cat "$mock/$x/tables")" "^level=0 page=0x1000 tables=2 .* used=1 leaves=1$" "and level by level"
knob $x/map "0x80000000 page"
has on-a 8 "they are used again"
knob $x/unmap "0x80000000 4096"
knob $x/map "0x80000000 buf"
has on-a 7 "a large page in the place of one"
knob $x/unmap "0x80000000 2M"
has on-a 7 "it leaves the table that it was in"
tables on-a 6 "until a trim"
like "$(cat "$mock/$x/tables")" "^level=2 page=0x40000000 tables=2 .*" "level by level"
knob $x/map "0x80000000 big offset=4K size=2M"
has on-a 8 "512 pages in one table, for their memory is not aligned"
knob $x/unmap "0x80000000 2M"
has on-a 7 "the table goes with them"
knob $x/map "0x80001000 big offset=4K size=2M"
has on-a 9 "512 pages in two tables"
knob $x/unmap "0x80001000 2M"
has on-a 9 "neither of which is covered"

# Only when the instances have forgotten what is unmapped are its tables given back.
# called: the functions of ours that the kernel's tracer saw, in order.
tracing=/sys/kernel/debug/tracing
called() {
	sed -n 's/.*: \([a-z_]*\) <-.*/\1/p' $tracing/trace | uniq | tr '\n' ' '
}
if [ -e $tracing/set_ftrace_filter ]; then
	knob $x/map "0x80000000 big offset=4K size=2M"
	printf '%s\n' pgt_unmap iotlb_invalidate mock_domain_free_tables >$tracing/set_ftrace_filter
	echo function >$tracing/current_tracer
	echo >$tracing/trace
	knob $x/unmap "0x80000000 2M"
	is "$(called)" "pgt_unmap iotlb_invalidate mock_domain_free_tables " "unmap, invalidate, free"
	echo nop >$tracing/current_tracer
	echo >$tracing/set_ftrace_filter
else
	skip "this kernel has no function tracer"
fi
tables on-a 6 "a trim"
tables on-small 0 "and one of another domain"

# Data: at any offset, to the end and not past it.
printf 'hello, device' | dd of="$mock/buffers/big/data" bs=1 seek=2097145 conv=notrunc 2>/dev/null
is "$(dd if="$mock/buffers/big/data" bs=1 skip=2097145 count=13 2>/dev/null)" "hello, device" "data across pieces"
is "$(dd if="$mock/buffers/page/data" bs=64K 2>/dev/null | wc -c)" 4096 "data ends with the buffer"
is "$(tr -d '\0' <"$mock/buffers/page/data")" "" "and begins as zeroes"
dd if=/dev/zero of="$mock/buffers/page/data" bs=4096 seek=1 count=1 conv=notrunc 2>/tmp/said
like "$(cat /tmp/said)" "No space left on device" "no data past the end"

# What is freed with maps in it lets the buffers go.
knob $x/detach a-1
knob del_domain on-a
is "$(field buffer big maps):$(field buffer page maps)" 0:1 "freed with its maps"
knob del_buffer big
is "$(total table_bytes)" $((4 * 4096)) "and its tables"
knob domains/on-narrow/detach narrow-1
knob del_domain on-narrow
none_held() {
	[ "$(total table_bytes_held)" = 0 ]
}
soon none_held
is "$(total table_bytes_held)" 0 "with the last domain goes the last table (R15)"

# What a user has the module allocate is accounted to the user's control group.
cg=/tmp/cgroup
mkdir -p $cg
if mount -t cgroup2 none $cg && echo +memory >$cg/cgroup.subtree_control && mkdir $cg/user; then
	reset
	knob new_instance "acc format=arm-4k pgsizes=4K"
	knob new_device "acc instance=acc"
	knob new_domain "acc device=acc"
	knob domains/acc/attach acc
	knob new_buffer "page 4K"
	before=$(cat $cg/user/memory.current)
	(
		echo 0 >$cg/user/cgroup.procs
		i=0
		while [ $i -lt 128 ]; do
			quietly domains/acc/map "$((i << 30)) page"
			i=$((i + 1))
		done
	)
	tables=$(total table_bytes)
	[ "$tables" -ge $((256 * 4096)) ]
	ok $? "$tables bytes of tables"
	charged=$(($(cat $cg/user/memory.current) - before))
	[ "$charged" -ge "$tables" ]
	ok $? "are among the $charged that the group is charged for"
	(
		echo 0 >$cg/user/cgroup.procs
		i=0
		while [ $i -lt 2048 ]; do
			quietly new_domain "acc$i device=acc"
			i=$((i + 1))
		done
	)
	# The kernel accounts nothing of its first piece of memory for each CPU (mm/percpu.c,
	# pcpu_alloc_first_chunk(): no obj_exts). That has room for at most 28 KiB, and has
	# some when modules that tests before this one loaded are gone; 2,048 domains need
	# 32 KiB. The kernel counts in portions, 5.10 in portions of 128K, and from 6.8
	# on a small change is in memory.stat after the next flush, which comes every
	# two seconds (mm/memcontrol.c: FLUSH_TIME).
	charged_for_domains() {
		grep -q '^percpu [1-9]' "$cg/user/memory.stat"
	}
	[ "$family" = bus_ops ] || soon charged_for_domains
	ok $? "domains are charged, too, by their memory for each CPU" "$(cat $cg/user/memory.stat)"
	reset
	rmdir $cg/user
else
	skip "this kernel has no control groups for memory"
fi
umount $cg 2>/dev/null
done_testing
