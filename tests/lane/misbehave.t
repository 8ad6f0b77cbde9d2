#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Each deliberate bug can be seen as docs/ABI.md describes it, and is absent
# while its switch is off.
# shellcheck source=lib.sh
. ./lib.sh
load
knob new_instance "a errno=fresh=EXDEV"
knob new_instance "b ias=39 pgsizes=4K errno=EINVAL,fresh=EXDEV"
knob new_device "a1 instance=a"
knob new_device "b1 instance=b"
knob new_domain "x device=a1"
knob domains/x/attach a1
knob new_buffer "buf 4K"
was() {
	if owns; then echo blocked; else echo identity; fi
}

# Off: a refusal is silent and without consequences.
lines=$(dmesg | wc -l)
refused EINVAL domains/x/attach "b1 unclaimed" ias
is "$(where b1)" identity "none: the device is where it was"
is "$(field domain x ias)" 48 "none: the candidate is as it was"
is "$(dmesg | wc -l)" "$lines" "none: nothing is logged"

# accept-and-ignore (B05)
knob instances/b/misbehave accept-and-ignore
clear_journal
knob domains/x/attach b1
like "$(journal attach)" "device=b1 domain=x old=$(was) fresh=0 reason=misbehave ret=0$" \
	"accept-and-ignore: says 0"
is "$(where b1)" "$(was)" "accept-and-ignore: and does nothing"
is "$(field domain x devices)" a1 "accept-and-ignore: the domain knows nothing of it"
is "$(stat_of b refused)" 1 "accept-and-ignore: not a refusal"
knob domains/x/detach b1
is "$(where b1)" identity "accept-and-ignore: can be detached"
knob new_domain "y device=b1"
knob domains/y/attach b1
is "$(where b1)" y "accept-and-ignore: what fits is attached"
knob domains/y/detach b1
knob del_domain y

# unhook-first (B01): where the core does not put the failing device back (H7),
# and on 5.10, where it puts back nothing, the device is nowhere.
knob instances/b/misbehave unhook-first
clear_journal
fails EINVAL domains/x/attach "b1 unclaimed" ias
case $family in
bus_ops | attach_old) wanted=blocked ;;
*) wanted=identity ;;
esac
is "$(where b1)" $wanted "unhook-first: on $family"
like "$(journal attach)" "device=b1 domain=x old=identity .* reason=ias ret=-EINVAL" \
	"unhook-first: the refusal itself looks as always"
knob instances/b/misbehave none
knob new_domain "y device=b1"
knob domains/y/attach b1
knob domains/y/detach b1
is "$(where b1)" identity "unhook-first: repaired by the next move"

# alter-candidate (B11)
knob instances/b/misbehave alter-candidate
fails EINVAL domains/x/attach "b1 unclaimed" ias
is "$(field domain x ias):$(field domain x pgsizes)" 39:4K "alter-candidate: narrowed by a refusal"
is "$(field instance a ias)" 48 "alter-candidate: not so the instance"
refused EINVAL domains/x/map "0x8000000000 buf" aperture
knob domains/x/attach b1
is "$(field domain x devices)" a1,b1 "alter-candidate: now it fits"
knob domains/x/detach b1
knob new_instance "far format=arm-64k misbehave=alter-candidate"
knob new_device "f1 instance=far"
knob domains/x/map "0x10000 buf"
fails EINVAL domains/x/attach "f1 unclaimed" format
is "$(field domain x pgsizes)" 4K "alter-candidate: a domain keeps its page sizes where none is common"
knob domains/x/detach a1
knob del_domain x
knob del_domain y
knob del_device f1
knob del_instance far

# log-refusal
knob instances/b/misbehave log-refusal
knob new_domain "x device=a1"
knob domains/x/attach a1
lines=$(dmesg | wc -l)
refused EINVAL domains/x/attach "b1 unclaimed" ias
like "$(dmesg | tail -n +$((lines + 1)))" "iommu_mock: b refuses x for b1: ias" "log-refusal"
knob domains/x/detach a1

# refuse-fresh: its own errno; not for a domain that was attached before.
knob instances/b/misbehave refuse-fresh
knob new_domain "y device=b1"
clear_journal
fails EXDEV domains/y/attach "b1 unclaimed" fresh
like "$(journal attach)" "device=b1 domain=y .* fresh=1 reason=fresh ret=-EXDEV" "refuse-fresh: its reason"
is "$(field domain y fresh)" 1 "refuse-fresh: it stays fresh"
knob instances/b/misbehave none
knob domains/y/attach b1
is "$(field domain y fresh)" 0 "fresh until the first attach"
knob domains/y/detach b1
knob instances/b/misbehave refuse-fresh
knob domains/y/attach b1
is "$(where b1)" y "refuse-fresh: an existing one is fine"
knob domains/y/detach b1

# lose-invalidation, and all of them at once read back.
knob instances/a/misbehave none
knob domains/x/attach a1
for how in none lose-invalidation; do
	knob instances/a/misbehave $how
	knob instances/a/stats 0
	knob domains/x/map "0x10000 buf"
	clear_journal
	knob domains/x/unmap "0x10000 4K"
	lost=0
	[ $how = none ] || lost=1
	is "$(journal invalidate)" "invalidate instance=a domain=x scope=range iova=0x10000 size=0x1000 lost=$lost" "$how: the journal"
	is "$(stat_of a invalidations)$(stat_of a lost)" $((1 - lost))$lost "$how: the counts"
done
all=accept-and-ignore,unhook-first,alter-candidate,log-refusal,refuse-fresh,lose-invalidation
knob instances/b/misbehave $all
is "$(cat "$mock/instances/b/misbehave")" $all "all of them"
done_testing
