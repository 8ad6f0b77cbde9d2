#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# iommufd against its model: the kernel's (by files of functions, and by its
# imitation of a type1 container) and the strategy of that name place the same
# PCI functions, and the journals have to be the same, call by call. Moves
# ("replace") and page tables that the user chooses have no strategy: what is
# wanted there is derived from drivers/iommu/iommufd/device.c, and written out.
# needs: a kernel with CONFIG_IOMMUFD
# needs: a core that does not put back the device that refused
# timeout: 900
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=callers.sh
. ./callers.sh
load
model=iommufd
kernel="iommufd-cdev vfio-compat"
all="iommufd-cdev iommufd-replace iommufd-hwpt vfio-compat"

# no_iommufd NAME: every caller says so, and has not touched anything.
no_iommufd() {
	before=$(frozen)
	for c in $all; do
		out=$(iommu-mock share --caller "$c" a0 2>&1)
		is "$?" 3 "$1: $c: exit status 3"
		like "$out" "^iommu-mock: this kernel has no module iommufd: .*CONFIG_IOMMUFD" "and a sentence"
	done
	is "$(frozen)" "$before" "and nothing was bound"
}

knob new_instance a
functions a a0 a1
if [ -z "$(find /lib/modules -name 'iommufd.ko*')" ]; then
	case $(uname -r) in
	*-iommu-mock-debug) ok 1 "the lane debug has iommufd" ;;
	esac
	no_iommufd "a stock kernel"
	skip "the rest needs a kernel with CONFIG_IOMMUFD"
	done_testing
fi

# Before anything of it is loaded.
mount -t tmpfs none /lib/modules
no_iommufd "a kernel without its modules"
umount /lib/modules
knob new_device "dull instance=a"
before=$(frozen)
for c in $all; do
	out=$(iommu-mock share --caller "$c" a0 dull 2>&1)
	is "$?" 1 "$c: a platform device"
	like "$out" "dull: .*bus=pci" "a platform device: the sentence names bus=pci"
	out=$(iommu-mock share --caller "$c" --keep a0 2>&1)
	is "$?" 2 "and there is nothing to keep"
done
is "$(frozen)" "$before" "and nothing was bound"
[ -d /sys/module/iommufd ] && [ -d /sys/bus/pci/drivers/vfio-pci ]
ok $? "the tool has loaded what it needs"
out=$(iommu-mock share --noheadings --output CALLER a0)
unlike "$out" "vfio|iommufd-" "they do not appear unless asked for"
knob del_device dull

# One instance, and two that are alike.
alike
for c in $kernel; do
	is "$(iommu-mock share --caller "$c" --empty --noheadings --raw --bytes --output TABLES a0 b0)" \
		"$(iommu-mock share --caller $model --empty --noheadings --raw --bytes --output TABLES a0 b0)" "$c: empty tables as large"
done

# Refusals, in every order of arrival.
three_kinds
kernel=iommufd-cdev
! whole orders || orders "w0 n0 x0" "w0 x0 n0" "n0 w0 x0" "n0 x0 w0" "x0 w0 n0" "x0 n0 w0"
! whole compat || kernel="iommufd-cdev vfio-compat"
same "five of three kinds" w0 n0 x0 w1 n1
same "five of three kinds, the narrowest first" x0 n0 w0 n1 w1
left

# Only EINVAL means the next (R1); all else stops, and the user is told (R2).
errnos="ENOMEM EINVAL,ias=ENODEV"
! whole errnos || errnos="$errnos ENODEV EBUSY ENOSPC EIO EMEDIUMTYPE"
for e in $errnos; do
	knob instances/n/errno "$e"
	same "refused with $e" w0 n0 w1 n1
	is "$(column 1):$(column 3)" "1:n0:${e#*=},n1:${e#*=}" "the errno reaches the user, and there is no other domain"
done
knob instances/n/errno ENOMEM,ias=EINVAL
same "the errno of the check counts" w0 n0 w1 n1
is "$(column 1):$(column 3)" "2:" "and EINVAL is soft"
knob instances/n/errno EINVAL

own_refused

# Faults: memory runs out once, and comes back.
knob instances/n/policy any
once() { fault n "attach errno=ENOMEM filter=existing times=1"; }
arm=once
same "ENOMEM, once, on a domain that fits" w0 n0 w1
is "$(column 1):$(column 3)" "1:n0:ENOMEM" "ENOMEM reaches the user: no second domain in silence (type1: B07)"
knob instances/n/policy compatible
own() { fault n "attach errno=EBUSY filter=fresh times=1"; }
arm=own
same "EBUSY on its own domain" w0 n0 w1 n1
like "$(column 3)" "^n0:EBUSY$" "EBUSY reaches the user"
no_domain() { fault n "alloc errno=ENOMEM times=1"; }
arm=no_domain
same "no memory for a domain" n0 w0 n1
is "$(column 3)" "n0:ENOMEM" "ENOMEM reaches the user"
no_table
no_first() { fault n "map errno=ENOMEM times=1"; }
arm=no_first
same "no memory for the first map" w0 n0
is "$(column 3)" "n0:ENOMEM" "ENOMEM reaches the user: there is no test page"
arm=:
quietly instances/n/faults off
left

groups_of_two
knob instances/c/pairs "clear a"
same "by the second of the two" p1 a0 q1
half_a_group
same "half a group, by its other half" a0 s1 a1
arm=:
left

# Call counts, by hand: a claim; for each domain that refuses one call, and one
# more where the core puts back also the device that refused (6.12); the new one.
if [ "$family" = attach_old ]; then calls=$((3 + 1 + 2 + 3)); else calls=$((3 + 1 + 3 + 5)); fi
three_alone $calls
# The group is asked once, however many its functions are.
knob new_device "t0 instance=c bus=pci group=t"
knob new_device "t1 instance=c bus=pci group=t"
same "a group of two after two that refuse" a0 b0 t0
if [ "$family" = attach_old ]; then calls=$((2 + 1 + 2 + 2 + 2 + 2)); else calls=$((2 + 1 + 3 + 2 + 4 + 2)); fi
is "$(column 4)" $calls "in $calls calls"

# Snooping is what the driver says, not a reason to pass over a domain (B09).
snooping
is "$(column 1):$(column 5)" "1:0" "one domain, and no refusal"

# Two drivers: the core keeps the domain of the other away, which the strategy
# counts as a refusal, and the journal of the kernel does not know.
two_drivers
placed $model a0 b0 a1
model_row=$(echo "$row" | cut -d ' ' -f -4) model_seq=$seq
for c in $kernel; do
	placed "$c" a0 b0 a1
	is "$(echo "$row" | cut -d ' ' -f -4)" "$model_row" "two drivers: $c: the same placement"
	is "$seq" "$model_seq" "two drivers: $c: the same calls"
	is "$(column 1):$(column 5)" "2:0" "a domain each, and no driver is asked twice (R5)"
done
left

# ---- what iommufd refuses, and no model knows ------------------------------------
reset
knob new_instance a
functions a a0 a1
knob new_device "open instance=a bus=pci isolated=0"
for c in $all; do
	placed "$c" a0 open a1
	is "$(column 2)/$(column 3)" "{a0,a1}/open:EPERM" "$c: interrupts that are not isolated"
	like "$(cat /tmp/said)" "open.*not isolated.*isolated=1" "and what to do"
done
knob del_device open
iommu-mock share --caller einval --keep a0 >/dev/null
for c in $all; do
	placed "$c" a0 a1
	case $c in vfio-compat) e=EBUSY ;; *) e=EPERM ;; esac
	is "$(column 2)/$(column 3)" "{a1}/a0:$e" "$c: a group that another caller has"
	like "$(cat /tmp/said)" "a0.*(another caller has its group|no other caller have it)" "is not free"
done
is "$(grep -c driver=vfio-pci "$mock/state")" 0 "and let go of"

# What the caller does not know, DMA does.
liar
for c in $all; do
	placed "$c" w0 n0
	is "$(column 1):$(column 2):$status" "1:{w0}:1" "$c: a refusal that is not one (B05)"
	like "$(cat /tmp/said)" "DMA of n0 faulted" "is found by DMA"
done
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
for c in $all; do
	knob instances/a/faults "attach errno=0 delay_us=300000"
	# shellcheck disable=SC2086 # a list
	iommu-mock share --caller "$c" $many >/tmp/out 2>&1 &
	pid=$!
	soon moved a0
	kill -TERM $pid
	wait $pid
	is "$?" 143 "$c: a signal ends it"
	left
	knob instances/a/faults off
done
same "and then all is as before" a0 a1 a2
if [ "$family" != attach_old ]; then
	skip "the rest is written out for a core that does not put back the device that refused (6.19)"
	done_testing
fi

# ---- page tables that the user chooses ---------------------------------------
# short: the sequence, one word per event: ~ blocked, = identity, +N alloc, -N
# free, N attach, !N refused.
short() {
	echo "$seq" | sed -e 's/^alloc domain=#\([0-9]*\).*ret=0$/+\1/' -e 's/^free domain=#\([0-9]*\) .*/-\1/' \
		-e 's/^attach .*domain=blocked .*/~/' -e 's/^attach .*domain=identity .*/=/' \
		-e 's/^attach .*domain=#\([0-9]*\) .* ret=0$/\1/' -e 's/^attach .*domain=#\([0-9]*\) .* ret=-.*/!\1/' \
		-e 's/^alloc .*/!+/' | tr '\n' ' '
}

reset
for i in a b c; do
	knob new_instance "$i policy=same-instance"
	functions $i ${i}0 ${i}1
done
placed iommufd-hwpt a0 b0 c0 a1
is "$(column 2)" "{a0,a1}\\x20{b0}\\x20{c0}" "hwpt: where they belong"
is "$(short)" "~ +1 1 ~ !1 +2 2 ~ !2 !1 +3 3 ~ !3 !2 1 ~ = ~ -2 = ~ -3 = ~ -1 = " "the newest is tried first, and each is freed with its last user"
is "$(column 4):$status" "13:0" "in so many calls"
for e in EINVAL ENODEV ENOMEM; do
	knob instances/b/errno $e
	placed iommufd-hwpt a0 b0
	if [ $e = EINVAL ]; then calls="~ +1 1 ~ !1 +2 2 ~ -1 = ~ -2 = " said=; else calls="~ +1 1 ~ !1 = ~ -1 = " said=b0:$e; fi
	is "$(column 3)/$(short)" "$said/$calls" "hwpt: $e reaches the user as it is"
done
knob instances/b/errno EINVAL
same_as_hwpt() {
	others=$kernel
	kernel=iommufd-hwpt
	same "$@"
	kernel=$others
}
same_as_hwpt "one after the other, hwpt" a0 a1
knob instances/b/misbehave refuse-fresh
same_as_hwpt "its own is refused, hwpt" a0 b0
knob instances/b/misbehave none
# Here the tables are filled before anything is attached.
fault b "map errno=ENOMEM times=1"
placed iommufd-hwpt b0 a0
is "$(column 3)/$(short)" "b0:ENOMEM/~ +1 -1 = ~ +2 2 ~ -2 = " "hwpt: no memory for its table"
knob instances/b/faults off
left

# ---- moves ---------------------------------------------------------------------
# Each begins on domain of its own: claim, +N N.
placed iommufd-replace a0 a1
is "$(column 2)/$(short)" "{a0,a1}/~ +1 1 +2 2 -1 ~ +3 3 2 -3 ~ = ~ -2 = " "move: from its own to the shared one, with no stop on the way"
placed iommufd-replace a0 b0
is "$(column 2)/$(short)" "{a0}\\x20{b0}/~ +1 1 +2 2 -1 ~ +3 3 !2 +4 4 -3 ~ -2 = ~ -4 = " "move: refused, and then to a new one"
# At the end of it, DMA through the domain that it was on says where it is.
for e in ENODEV ENOMEM EBUSY; do
	knob instances/b/errno $e
	placed iommufd-replace a0 b0 a1
	is "$(column 2)/$(column 3)/$(short)" "{a0,a1}/b0:$e/~ +1 1 +2 2 -1 ~ +3 3 !2 ~ +4 4 2 -4 ~ = ~ -3 = ~ -2 = " \
		"move: $e stops it"
	errno_words $e
	is "$status:$(cat /tmp/said)" "0:iommu-mock: share: iommufd does not attach b0: $words; the journal knows who refused" \
		"and it is where it was, as its DMA shows (R6)"
done
knob instances/b/errno EINVAL
fault b "alloc errno=ENOMEM nth=2"
placed iommufd-replace a0 b0
is "$(column 3)/$(short)/$status" "b0:ENOMEM/~ +1 1 +2 2 -1 ~ +3 3 !2 !+ ~ -2 = ~ -3 = /0" "move: no memory for a new one"
# The first table is filled with 2 MiB and 16 KiB, and that is all there is.
fault b "map errno=ENOMEM space=$((2 * 1024 * 1024 + 16 * 1024 + 1))"
placed iommufd-replace a0 b0
is "$(column 3)/$(short)/$status" "b0:ENOMEM/~ +1 1 +2 2 -1 ~ +3 3 !2 +4 -4 ~ -2 = ~ -3 = /0" "move: no memory for its table, which is filled before it moves"
knob instances/b/faults off

# A driver that lets go of the old domain before it refuses: nobody puts the
# device back (B01; __iommu_group_set_domain_internal()).
knob instances/b/errno ENODEV
knob instances/b/misbehave unhook-first
placed iommufd-replace a0 b0
is "$(column 3):$status" "b0:ENODEV:1" "a refused move takes it off its old domain (B01)"
like "$(cat /tmp/said)" "b0: the move was refused \(ENODEV\), but it is not where it was \(R6\): the DMA of b0 faulted" \
	"and its DMA finds that"
knob instances/b/misbehave none
knob instances/b/errno EINVAL
left

# A group moves as a whole.
knob new_device "t0 instance=c bus=pci group=t"
knob new_device "t1 instance=c bus=pci group=t"
placed iommufd-replace c0 t0
is "$(column 2)/$(short)" "{c0,t}/~ +1 1 +2 2 -1 ~ ~ +3 3 3 2 2 -3 ~ = ~ ~ -2 = = " "move: a group of two"
knob new_device "u0 instance=c bus=pci group=u"
knob new_device "u1 instance=b bus=pci group=u"
knob instances/b/pairs "allow c"
placed iommufd-replace c0 u0
is "$(column 2):$status" "{c0,u}:0" "move: a group across instances"
left

# The gatekeeper does not guard moves (B02; iommu_replace_group_handle()).
reset
knob new_instance "a driver=p policy=any"
knob new_instance "b driver=q policy=any"
functions a a0
functions b b0
placed iommufd-replace a0 b0
is "$(column 2)" "{a0}\\x20{b0}" "move: two drivers"
n=$(echo "$seq" | grep -c "device=[^ ]* domain=#2 .* reason=foreign ret=-EINVAL")
is "$n" 1 "the other driver is entered with a device that is not its own (B02)"
left
done_testing
