#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The core's loop for the addresses of processes against its model: one process that
# is bound to platform devices, and the strategy sva-model, which plays that with other
# domains. The journals have to be the same, call by call. What the loop costs is
# counted from iommu_sva_bind_device().
# needs: the core binds no processes
# needs: the core attaches no PASIDs
# needs: a kernel whose instances can have different drivers
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=callers.sh
. ./callers.sh
load
model="sva-model"
kernel=sva
sva=$(value_in "$mock/build_info" sva)

# functions INSTANCE NAME...: of the cases; here they are devices that can be bound.
functions() {
	for d in $(shift && echo "$@"); do
		knob new_device "$d instance=$1 pasids=16"
	done
}
options=" pasid=4"
[ "$sva" = 0 ] || options="$options sva=1"
# instances NAME [OPTION...]: makes one with these options.
instances() {
	knob new_instance "$*$options"
}

if [ "$(value_in "$mock/build_info" pasids)" = 0 ]; then
	knob new_instance a
	knob new_device "d instance=a"
	before=$(frozen)
	out=$(iommu-mock share --caller sva d 2>&1)
	is "$?" 3 "sva: exit status 3"
	like "$out" "^iommu-mock: this kernel does not bind processes to devices: .*no call that attaches a PASID" "and a sentence"
	is "$(iommu-mock share --caller sva-model --noheadings --raw --output DOMAINS,FAILED d)" "0 d:EOPNOTSUPP" \
		"sva-model: there are no PASIDs"
	is "$(frozen)" "$before" "and nothing is left"
	skip "the core attaches no PASIDs"
	done_testing
fi

instances a
functions a a0 a1
if [ "$sva" = 0 ]; then
	before=$(frozen)
	out=$(iommu-mock share --caller sva a0 2>&1)
	is "$?" 3 "sva: exit status 3"
	like "$out" "^iommu-mock: this kernel does not bind processes to devices: .*CVE-2025-71089" "and a sentence"
	is "$(frozen)" "$before" "and nothing was bound"
	skip "the core binds no processes"
	kernel=
fi

left() {
	is "$(total domains):$(grep -c 'attached=[0-9]' "$mock/state"):$(grep -c owner=caller "$mock/state")" "0:0:0" "nothing is left of it"
}

# One instance, and two that are alike.
same "one instance" a0 a1
placed sva-model a0 a1
is "$status:$row" "0:1 {a0,a1} - 4 0 -" "shares one domain"
instances b
functions b b0 b1
same "two that are compatible" a0 b0 a1 b1
left
knob new_instance p
knob new_device "dull instance=p"
same "a device without PASIDs between them" a0 dull a1
is "$(column 3)" "dull:EOPNOTSUPP" "is told so"

# Refusals. With k domains that refuse, a bind takes k + 1 calls, and the claim.
reset
instances w
instances n ias=39
instances x format=x86-4l
functions w w0 w1
functions n n0 n1
functions x x0
same "a narrow one second" w0 n0
placed sva-model w0 n0
is "$row" "2 {w0}\x20{n0} - 5 1 EINVAL:ias" "costs one call more"
same "a narrow one first: it is the newest, and wide ones join" n0 w0 w1
for order in "w0 n0 x0" "x0 w0 n0" "n0 x0 w0"; do
	# shellcheck disable=SC2086 # a list
	same "in the order $order" $order
done
same "five of three kinds" w0 n0 x0 w1 n1
for errno in ENOMEM ENODEV EMEDIUMTYPE EINVAL,ias=EIO; do
	knob instances/n/errno $errno
	same "refusals with $errno" w0 n0 w1
	is "$(column 3)" "" "are taken for a domain that does not fit"
done
knob instances/n/errno EINVAL
for how in refuse-fresh unhook-first half-done; do
	knob instances/n/misbehave $how
	same "$how" w0 n0 w1
done
knob instances/n/misbehave none
left
no_memory() { fault n "pasid-attach errno=ENOMEM times=2"; }
arm=no_memory
same "no memory for a candidate, and for its own" w0 n0 n1
is "$(column 3)" "n0:ENOMEM" "the last errno is told"
no_domain() { fault n off && fault n "alloc errno=ENOSPC"; }
arm=no_domain
same "no domain of its own" w0 n0 w1
is "$(column 3)" "n0:ENOSPC" "hides what was refused before"
arm=:
knob instances/n/faults off

# Groups: k candidates that the second device of a group refuses cost 3k calls more.
for d in "p0 instance=w" "p1 instance=w"; do knob new_device "$d group=p pasids=16"; done
for d in "q0 instance=w" "q1 instance=n"; do knob new_device "$d group=q pasids=16"; done
same "a group of two" p0 w0
same "a group across instances" w0 q0 n0 p0
placed sva-model w0 q0
is "$row" "1 {w0} q:EINVAL 12 2 EINVAL:ias*2" "whose own domain does not suit it: 2 claims, 1, 3 and 3 calls, and 3 static ones"
left

# With k candidates that refuse: one call for the claim, k refusals, and its own.
three_alone $((2 + 3 + 4))

# Two drivers: the core keeps their domains apart, and the strategy counts that.
reset
if [ "$multi" = 1 ]; then
	instances a driver=p
	instances b driver=q
	functions a a0 a1
	functions b b0
	placed sva-model a0 b0 a1
	two=$seq
	is "$(column 2,3)" "{a0,a1}\x20{b0} -" "two drivers"
	if [ "$sva" = 1 ]; then
		placed sva a0 b0 a1
		is "$seq" "$two" "two drivers: the same calls"
	fi
fi

# The judge: the caller goes on after ENOMEM (R1, R2), and a driver breaks R9.
reset
instances a
instances b ias=39
functions a a0
functions b b0
judged() {
	iommu-mock share --caller "$1" --noheadings --raw --output BROKEN,SURPRISES a0 b0 2>&1
}
for who in sva-model $kernel; do
	is "$(judged "$who")" "- -" "$who: keeps the contract while all is well"
	fault b "pasid-attach errno=ENOMEM times=1"
	is "$(judged "$who")" "R1:caller,R2:caller -" "$who: goes on after ENOMEM"
	fault b "pasid-attach errno=ENOMEM times=1"
	knob instances/b/misbehave half-done
	is "$(judged "$who")" "R1:caller,R2:caller,R9:driver R9:broken" "$who: a driver that attaches, and refuses"
	knob instances/b/misbehave none
done
left
done_testing
