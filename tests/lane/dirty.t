#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Dirty tracking: the pages that a domain reports are those that devices wrote, no
# more and no less, on each path. The in-kernel caller does what iommufd does. What
# is expected of the callbacks is that of iopt_set_dirty_tracking() and
# iopt_read_and_clear_dirty_data().
# needs: the core has no callbacks for dirty tracking
# shellcheck source=lib.sh
. ./lib.sh
load

if [ "$(value_in "$mock/build_info" dirty)" = 0 ]; then
	why="the IOMMU core of this kernel does not let drivers track the writes of devices"
	knob new_instance a
	refused EOPNOTSUPP new_instance "b dirty=1" "$why"
	refused EOPNOTSUPP instances/a/dirty 1 "$why"
	knob new_device "d instance=a"
	refused EOPNOTSUPP new_domain "x device=d dirty=1" "$why"
	knob new_domain "x device=d dirty=0"
	refused EOPNOTSUPP domains/x/dirty on "x was not made to track writes"
	skip "the core has no callbacks for dirty tracking"
	done_testing
fi

# dma DEVICE OPERATION: runs it to its end.
dma() {
	knob "devices/$1/dma" "$2" && cat "$mock/devices/$1/dma" >/dev/null
}

# pages WORD: what a look finds, as iova+size, in one line. It starts no process.
pages() {
	exec 3<>"$mock/domains/x/dirty"
	echo "$1" >&3 || echo "failed: $(cat "$mock/last_error")"
	found=
	while IFS='= ' read -r _ iova _ size; do
		found="$found $iova+$size"
	done <&3
	exec 3>&-
	echo "${found# }"
}

# What the judge says of R17.
judged() {
	iommu-mock judge --noheadings --raw --output RULE,VERDICT,BY 2>/dev/null | sed -n 's/^R17 //p' | sed 's/ -$//'
}

knob new_instance "a dirty=1"
knob new_instance "b dirty=1 iotlb=0"
knob new_instance "c"
for i in a b c; do knob new_device "$i-1 instance=$i"; done
knob new_device "a-2 instance=a"
knob new_buffer "buf 64K"
knob new_buffer "large 4M"
is "$(field instance a dirty) $(field instance c dirty) $(cat "$mock/instances/a/dirty")" "1 0 1" "instances show it"
refused EBUSY instances/c/dirty 1 "frozen"
refused EINVAL new_instance "d dirty=1 coherent=0" "dirty=1 needs coherent=1"
refused EOPNOTSUPP new_domain "x device=c-1 dirty=1"
knob new_domain "plain device=a-1"
refused EOPNOTSUPP domains/plain/dirty on "plain was not made to track writes: make it with dirty=1"
knob del_domain plain
knob new_domain "x device=a-1 dirty=1"
is "$(field domain x dirty) $(field domain x tracking)" "1 0" "a domain shows it"

# A domain that tracks is not for an instance that does not (as all drivers have it).
knob domains/x/attach a-1
clear_journal
knob instances/c/policy any
refused EINVAL domains/x/attach c-1 "c refuses x for c-1: dirty"
like "$(journal attach)" "instance=c device=c-1 domain=x .* reason=dirty ret=-EINVAL" "an instance without dirty bits refuses it, whatever its policy"
knob domains/x/attach b-1

knob domains/x/map "0x10000 buf"
dma a-1 "write 0x10000 8 pattern=1"
for word in read peek; do
	fails EINVAL domains/x/dirty $word "x does not track writes now: turn that on"
done
for bad in "" o "on 1" "read 0" "read 0 0" "read x 4K" "read 0x1000 0xffffffffffffffff" "peek 0xfffffffffffff000 8K"; do
	fails EINVAL domains/x/dirty "$bad"
done
clear_journal
knob domains/x/dirty on
is "$(field domain x tracking)" 1 "it tracks"
is "$(journal invalidate | sort)" "invalidate instance=a domain=x scope=domain iova=0x0 size=0x0 lost=0
invalidate instance=b domain=x scope=domain iova=0x0 size=0x0 lost=0" "the IOTLBs forget what they learned before"
fails EINVAL domains/x/dirty "read 0x1000 0xffffffffffffffff" "no range of addresses"
is "$(pages read)" "" "what was written before is not reported"
dma a-1 "read 0x10000 64K"
dma a-1 "sum 0x10000 64K"
is "$(pages read)" "" "nor what is read"
dma a-1 "write 0x11ffe 4 pattern=1"
dma a-1 "copy 0x10000 8 to=0x14000"
dma b-1 "write 0x18008 1 pattern=1"
is "$(pages peek)" "0x11000+0x2000 0x14000+0x1000 0x18000+0x1000" "the pages that devices of both instances wrote"
is "$(pages "peek 0x12000 0x3000")" "0x12000+0x1000 0x14000+0x1000" "a part of it"
is "$(pages read)" "0x11000+0x2000 0x14000+0x1000 0x18000+0x1000" "a look has left them"
is "$(pages read)" "" "and a read not"
for d in a-1 a-2 b-1; do
	[ $d = a-2 ] && knob domains/x/attach a-2
	dma $d "write 0x11000 4 pattern=2"
	is "$(pages read)" "0x11000+0x1000" "the same page again, by $d"
done
like "$(journal dirty | tail -n 1)" "^dirty domain=x op=read iova=0x10000 size=0x10000 dirty=0x1000 ret=0$" "the journal has it"
is "$(journal dirty | sed -n 1,2p)" "dirty domain=x op=clear iova=0x10000 size=0x10000 dirty=0x0 ret=0
dirty domain=x op=on iova=0x0 size=0x0 dirty=0x0 ret=0" "and how it began"
is "$(judged)" kept "R17"

# Large pages; holes; read-only pages; what is unmapped and mapped anew.
knob domains/x/map "0x40000000 large"
knob domains/x/map "0x80000000 buf prot=r"
page=$(sed -n 's/^iova=0x40000000 .* page=\(0x[0-9a-f]*\)$/\1/p' "$mock/domains/x/mappings")
dma a-1 "write 0x40300000 4 pattern=1"
dma b-1 "write 0x80000000 4 pattern=1"
dma a-1 "write 0x12000 4 pattern=1"
if [ "$page" = 0x200000 ]; then
	is "$(pages "read 0x40200000 1M")" "0x40200000+0x100000" "a part of a large page"
	is "$(pages read)" "0x12000+0x1000 0x40200000+0x200000" "which stays dirty until all of it is read"
else
	is "$(pages read)" "0x12000+0x1000 0x40300000+0x1000" "the buffer has no large pages"
fi
is "$(pages read)" "" "once"
dma a-1 "write 0x12000 4 pattern=1"
knob domains/x/unmap "0x10000 64K"
knob domains/x/map "0x10000 buf"
is "$(pages read)" "" "a page that is mapped anew is clean"

# On and off.
dma a-1 "write 0x10000 4 pattern=1"
knob domains/x/dirty off
dma a-1 "write 0x11000 4 pattern=1"
knob domains/x/dirty on
is "$(pages read)" "" "off and on: all is clean"
dma a-1 "write 0x10000 4 pattern=1"
is "$(pages read)" "0x10000+0x1000" "and what is written then is not"

# A lost invalidation loses a page: the IOTLB takes the bit for set.
dma a-1 "write 0x10000 4 pattern=1"
knob instances/a/misbehave lose-invalidation
is "$(pages read)" "0x10000+0x1000" "a read whose invalidation is lost on one instance"
dma a-1 "write 0x10000 4 pattern=1"
is "$(pages read)" "" "the write of its device is lost"
is "$(judged)" "broken driver" "which breaks R17"
dma b-1 "write 0x10000 4 pattern=1"
is "$(pages read)" "0x10000+0x1000" "and that of another instance not"
knob instances/a/misbehave none
clear_journal

# While devices write, each page that is written is found by the read after it.
knob devices/a-1/dma "write 0x11000 4K pattern=1 repeat=1000000000"
knob devices/b-1/dma "write 0x18000 4K pattern=1 repeat=1000000000"
n=0 lost=0 more='' rounds=5
! whole rounds || rounds=50
while [ $n -lt $rounds ]; do
	n=$((n + 1))
	dma a-2 "write 0x1c000 4 pattern=$n"
	found=$(pages read)
	case " $found " in *" 0x1c000+0x1000 "*) ;; *) lost=$((lost + 1)) ;; esac
	for p in $found; do
		case $p in 0x11000+0x1000 | 0x18000+0x1000 | 0x1c000+0x1000) ;; *) more="$more $p" ;; esac
	done
done
is "$lost$more" 0 "no write is lost while others write, and nothing else is found"
# Both have written since the last read.
theirs() {
	[ "$(pages peek)" = "0x11000+0x1000 0x18000+0x1000" ]
}
soon theirs
ok $? "nor one of theirs"
for d in a-1 b-1; do
	knob devices/$d/dma stop
	cat "$mock/devices/$d/dma" >/dev/null
done
is "$(pages read)" "0x11000+0x1000 0x18000+0x1000" "also when they have stopped"
is "$(pages read)" "" "and no more after that"
is "$(judged)" kept "R17: while devices write"

# An open file is of no use when the domain has gone; and what is detached is still read.
dma b-1 "write 0x15000 4 pattern=1"
for d in a-1 a-2 b-1; do knob domains/x/detach $d; done
is "$(pages read)" "0x15000+0x1000" "what a device wrote that has left"
exec 4<>"$mock/domains/x/dirty"
knob del_domain x
! { echo read >&4; } 2>/dev/null
ok $? "the file of a domain that has gone"
exec 4>&-
done_testing
