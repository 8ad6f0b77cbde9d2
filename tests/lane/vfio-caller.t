#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# VFIO against its model: the kernel's type1 and the strategy of that name
# place the same PCI functions, and the journal of both has to be the same:
# every allocation, attach and free, with domain, device, result and reason.
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
like "$out" "dull: .*bus=pci" "a platform device: the sentence names bus=pci"
is "$(frozen)" "$before" "and nothing was bound"
out=$(iommu-mock share --caller vfio --keep a0 2>&1)
is "$?" 2 "there is nothing to keep"
[ -d /sys/bus/pci/drivers/vfio-pci ]
ok $? "the tool has loaded vfio-pci"
out=$(iommu-mock share --noheadings --output CALLER a0)
unlike "$out" vfio "it does not appear unless asked for"
knob del_device dull

# One instance, and two that are alike.
alike

# Page tables as large as those of the model, if there was a large page. Older kernels
# map two pages for a test (vfio_test_domain_fgsp()): those four tables stay.
played=$(iommu-mock share --caller type1 --empty --noheadings --raw --bytes --output TABLES a0 b0)
got=$(iommu-mock share --caller vfio --empty --noheadings --raw --bytes --output TABLES a0 b0)
[ "$got" = "$played" ] || [ "$got" = $((played + 4 * 4096)) ]
ok $? "and empty tables as large" "$got, and not $played"

# Refusals, in every order of arrival.
three_kinds
orders "w0 n0 x0 w1 n1" "x0 n0 w0 n1 w1"
! whole orders || orders "w0 n0 x0" "w0 x0 n0" "n0 w0 x0" "n0 x0 w0" "x0 w0 n0" "x0 n0 w0"
left

# The errno of a candidate is never looked at, whichever it is.
errnos="EINVAL ENOMEM ENOMEM,ias=EINVAL"
! whole errnos || errnos="$errnos ENODEV EBUSY EINVAL,ias=ENODEV"
for e in $errnos; do
	knob instances/n/errno "$e"
	same "refused with $e" w0 n0 w1 n1
	is "$(column 3)" "" "and the user gets no error"
done
knob instances/n/errno EINVAL

own_refused

# Faults: memory runs out once, and comes back.
knob instances/n/policy any
once() { fault n "attach errno=ENOMEM filter=existing times=1"; }
arm=once
same "ENOMEM, once, on a domain that fits" w0 n0
is "$(column 1):$(column 3)" "2:" "a second domain, without an error (B07)"
knob instances/n/policy compatible
again() { fault n "attach errno=ENOMEM filter=existing nth=2"; }
arm=again
same "ENOMEM on the way back to its own" w0 n0 w1
like "$(column 3)" "^n0:ENOMEM$" "ENOMEM reaches the user"
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
	is "$(column 3)" "n0:ENOMEM" "ENOMEM reaches the user"
fi
no_table
no_first() { fault n "map errno=ENOMEM times=1"; }
arm=no_first
placed type1 w0 n0
is "$(column 3)" "n0:ENOMEM" "the model has no test page"
placed vfio w0 n0
if has_test_page; then
	is "$(column 3)" "" "the kernel has, whose failure it does not mind"
else
	is "$(column 3)" "n0:ENOMEM" "ENOMEM reaches the user on this kernel"
fi
arm=:
quietly instances/n/faults off
left

groups_of_two
half_a_group
arm=:
left

# Call counts, by hand: for a group of one that k domains refuse, and that
# gets a new one, 1 + 3k calls (and a claim since 5.19); 4k where the core puts
# back also the device that refused.
case $family in
bus_ops) calls=$((1 + 4 + 7)) ;;
attach_old) calls=$((3 + 1 + 4 + 7)) ;;
*) calls=$((3 + 1 + 5 + 9)) ;;
esac
three_alone $calls

# type1 does not even ask where the answers about snooping differ (B09).
snooping
if [ "$family" = bus_ops ]; then n=1; else n=2; fi
is "$(column 1):$(column 5)" "$n:0" "$n domains, and no refusal"

# Two drivers.
if [ "$multi" = 1 ]; then
	two_drivers
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

# What the caller does not know, DMA does.
liar
placed vfio w0 n0
is "$(column 1):$(column 2):$status" "1:{w0}:1" "a refusal that is not one (B05)"
like "$(cat /tmp/said)" "DMA of n0 faulted" "is found by DMA"
reset

# Told to end while the kernel is at work: ten attaches of 300 ms each, because a signal
# may take a second on a busy machine.
# moved DEVICE: it has left its default domain.
moved() {
	[ "$(where "$1")" != identity ]
}
knob new_instance a
many="a0 a1 a2 a3 a4 a5 a6 a7 a8 a9"
# shellcheck disable=SC2086 # a list
functions a $many
knob instances/a/faults "attach errno=0 delay_us=300000"
# shellcheck disable=SC2086 # a list
iommu-mock share --caller vfio $many >/tmp/out 2>&1 &
pid=$!
soon moved a0
kill -TERM $pid
wait $pid
is "$?" 143 "a signal ends it"
left
knob instances/a/faults off
same "and then all is as before" a0 a1 a2
done_testing
