#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# VFIO against its model: the kernel's type1 and the strategy of that name
# place the same PCI functions, and the journal of both has to be the same:
# every allocation, attach and free, with domain, device, result and reason.
# vm: --module vfio-pci --module vfio_iommu_type1
# timeout: 300
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=callers.sh
. ./callers.sh
load
model=type1
kernel=vfio

# has_test_page: type1 tries a page in every new domain, before it fills it
# (until 6.12; vfio_test_domain_fgsp()).
has_test_page() {
	[ "$family" != attach_old ]
}

# Before anything of VFIO is loaded.
knob new_instance a
functions a a0 a1
knob new_device "dull instance=a"
before=$(frozen)
mount -t tmpfs none /lib/modules
out=$(iommu-mock share --caller vfio a0 2>&1)
is "$?" 3 "a kernel without VFIO: exit status 3"
like "$out" "has no module vfio" "and a sentence"
umount /lib/modules
out=$(iommu-mock share --caller vfio a0 dull 2>&1)
is "$?" 1 "a platform device"
like "$out" "dull: .*bus=pci" "is told what VFIO wants"
is "$(frozen)" "$before" "and nothing was bound"
out=$(iommu-mock share --caller vfio --keep a0 2>&1)
is "$?" 2 "there is nothing to keep"
[ -d /sys/bus/pci/drivers/vfio-pci ]
ok $? "the tool has loaded vfio-pci"
out=$(iommu-mock share --noheadings --output CALLER a0)
unlike "$out" vfio "it does not appear unless asked for"
knob del_device dull

# One instance, and two that are alike.
same "one instance" a0 a1
left
knob new_instance b
functions b b0 b1
same "two that are compatible" a0 b0 a1 b1

# Page tables as large as those of the model, if there was a large page.
is "$(iommu-mock share --caller type1 --empty --noheadings --raw --bytes --output TABLES a0 b0)" \
	"$(iommu-mock share --caller vfio --empty --noheadings --raw --bytes --output TABLES a0 b0)" "and empty tables as large"

# Refusals, in every order of arrival. x has a format of its own.
reset
knob new_instance w
knob new_instance "n ias=39"
knob new_instance "x format=x86-4l"
functions w w0 w1
functions n n0 n1
functions x x0
same "a narrow one second" w0 n0
same "a narrow one first" n0 w0
for order in "w0 n0 x0" "w0 x0 n0" "n0 w0 x0" "n0 x0 w0" "x0 w0 n0" "x0 n0 w0" "w0 n0 x0 w1 n1" "x0 n0 w0 n1 w1"; do
	# shellcheck disable=SC2086 # a list
	same "in the order $order" $order
done
left

# The errno of a candidate is never looked at, whichever it is.
for e in EINVAL ENODEV ENOMEM EBUSY EINVAL,ias=ENODEV ENOMEM,ias=EINVAL; do
	knob instances/n/errno "$e"
	same "refused with $e" w0 n0 w1 n1
	is "$(column 3)" "" "and nobody is told"
done
knob instances/n/errno EINVAL

# A fresh domain that is refused.
knob instances/n/misbehave refuse-fresh
same "its own domain is refused" w0 n0 w1
like "$(column 3)" "^n0:EINVAL$" "that, its user is told"
same "its own domain is refused, and it is the first" n0 w0 w1
knob instances/n/misbehave none
knob instances/n/misbehave unhook-first
same "a driver that lets go before it refuses" w0 n0 w1
knob instances/n/misbehave none

# Faults: memory runs out once, and comes back.
knob instances/n/policy any
once() { fault n "attach errno=ENOMEM filter=existing times=1"; }
arm=once
same "ENOMEM, once, on a domain that fits" w0 n0
is "$(column 1):$(column 3)" "2:" "a second domain, and nobody knows (B07)"
knob instances/n/policy compatible
again() { fault n "attach errno=ENOMEM filter=existing nth=2"; }
arm=again
same "ENOMEM on the way back to its own" w0 n0 w1
like "$(column 3)" "^n0:ENOMEM$" "is told"
own() { fault n "attach errno=EBUSY filter=fresh times=1"; }
arm=own
same "EBUSY on its own domain" w0 n0 w1 n1
no_domain() { fault n "alloc errno=ENOMEM times=1"; }
arm=no_domain
if legacy; then
	# Nobody but the in-kernel caller says for which device a domain is made,
	# so that the faults of an instance do not meet those of VFIO.
	placed vfio n0 w0 n1
	is "$(column 3)" "" "no instance knows that its memory should be out"
else
	same "no memory for a domain" n0 w0 n1
	is "$(column 3)" "n0:ENOMEM" "is told"
fi
no_table() { fault n "map errno=ENOMEM"; }
arm=no_table
same "no memory for its table" w0 n0 w1
is "$(column 3)" "n0:ENOMEM" "is told"
same "no memory for the first one's table" n0 w0
no_first() { fault n "map errno=ENOMEM times=1"; }
arm=no_first
placed type1 w0 n0
is "$(column 3)" "n0:ENOMEM" "the model has no test page"
placed vfio w0 n0
if has_test_page; then
	is "$(column 3)" "" "the kernel has, whose failure it does not mind"
else
	is "$(column 3)" "n0:ENOMEM" "nor has this kernel"
fi
arm=:
quietly instances/n/faults off
left

# Groups of two functions; and one that spans two instances, of which the
# second refuses what the first has taken.
reset
knob new_instance a
knob new_instance b
knob new_instance c
knob new_instance "n ias=39"
functions a a0 a1
for d in "p0 instance=a" "p1 instance=a"; do knob new_device "$d bus=pci group=p"; done
for d in "q0 instance=b" "q1 instance=c"; do knob new_device "$d bus=pci group=q"; done
for d in "r0 instance=n" "r1 instance=a"; do knob new_device "$d bus=pci group=r"; done
same "a group of two" p0 a0
same "a group of two joins" a0 p0
same "groups across instances" a0 q0 r0 p0
knob instances/c/pairs "deny a"
same "the second of a group refuses" a0 q0 a1
same "the second of a group refuses, twice" a0 r0 q0 p0
left

# A group whose own domain does not suit its second device: half of it moves,
# and what happens to that half is the kernel's business (B04).
anew() {
	quietly del_device s0
	quietly del_device s1
	knob new_device "s0 instance=a bus=pci group=s"
	knob new_device "s1 instance=n bus=pci group=s"
}
arm=anew
same "half a group" a0 s0 a1
is "$(column 3)" "s:EINVAL" "is told"
arm=:
left

# Call counts, by hand: for a group of one that k domains refuse, and that
# gets a new one, 1 + 3k calls (and a claim since 5.19); 4k where the core puts
# back also the device that refused.
reset
for i in a b c; do
	knob new_instance "$i policy=same-instance"
	functions $i ${i}0
done
same "three that share nothing" a0 b0 c0
case $family in
bus_ops) calls=$((1 + 4 + 7)) ;;
attach_old) calls=$((3 + 1 + 4 + 7)) ;;
*) calls=$((3 + 1 + 5 + 9)) ;;
esac
is "$(column 4)" $calls "in $calls calls"

# type1 does not even ask where the answers about snooping differ (B09).
reset
knob new_instance "a policy=any enforce=1"
knob new_instance "b policy=any enforce=0"
functions a a0
functions b b0
same "one that enforces snooping, and one that cannot" a0 b0
same "the other way round" b0 a0
if [ "$family" = bus_ops ]; then n=1; else n=2; fi
is "$(column 1):$(column 5)" "$n:0" "$n domains, and no refusal"

# Two drivers.
if [ "$multi" = 1 ]; then
	reset
	knob new_instance "a driver=p policy=any"
	knob new_instance "b driver=q policy=any"
	functions a a0 a1
	functions b b0
	same "two drivers" a0 b0 a1
	is "$(column 1):$(column 5)" "2:0" "a domain each, and no refusal"
fi

# What VFIO refuses, and no model knows.
reset
knob new_instance a
functions a a0 a1
if [ "$family" != bus_ops ]; then
	knob new_device "open instance=a bus=pci isolated=0"
	placed vfio a0 open a1
	is "$(column 2)/$(column 3)" "{a0,a1}/open:EPERM" "interrupts that are not isolated"
	like "$(cat /tmp/said)" "open.*not isolated.*allow_unsafe_interrupts" "and what to do"
fi
iommu-mock share --caller einval --keep a0 >/dev/null
placed vfio a0 a1
if owns; then
	is "$(column 2)/$(column 3)" "{a1}/a0:EBUSY" "a group that another caller has"
	like "$(cat /tmp/said)" "not viable" "is not viable"
fi
is "$(grep -c driver=vfio-pci "$mock/state")" 0 "and let go of"
reset

# A driver that lies: the caller thinks it is on the domain. Its DMA knows.
knob new_instance w
knob new_instance "n ias=39 misbehave=accept-and-ignore"
functions w w0
functions n n0
placed vfio w0 n0
is "$(column 1):$(column 2):$status" "1:{w0}:1" "a refusal that is not one (B05)"
like "$(cat /tmp/said)" "DMA of n0 faulted" "is found by DMA"
reset

# Told to end while the kernel is at work.
knob new_instance a
functions a a0 a1 a2
knob instances/a/faults "attach errno=0 delay_us=300000"
iommu-mock share --caller vfio a0 a1 a2 >/tmp/out 2>&1 &
pid=$!
for _ in $(seq 200); do
	[ "$(field device a0 domain)" = identity ] || break
	usleep 10000
done
kill -TERM $pid
wait $pid
is "$?" 143 "a signal ends it"
left
knob instances/a/faults off
same "and then all is as before" a0 a1 a2
done_testing
