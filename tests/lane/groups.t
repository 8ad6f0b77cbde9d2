#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Groups of two: the core's reaction, on each family, when the second device
# refuses (H7, H8); which attaches are allowed; and joining a group.
# shellcheck source=lib.sh
. ./lib.sh
load
knob new_instance a
knob new_instance "b ias=39 errno=EIO"
knob new_device "g1 instance=a group=g"
knob new_device "g2 instance=b group=g"
knob new_device "a1 instance=a"
is "$(field group g devices)" g1,g2 "two devices in a group"
is "$(field group g domain):$(where g1):$(where g2)" identity:identity:identity \
	"attached once or twice, both are on the default domain"
like "$(cat /sys/kernel/iommu_groups/"$(field group g id)"/name)" '^g$' "the group's name and id are the core's"
is "$(cd /sys/kernel/iommu_groups/"$(field group g id)"/devices && echo *)" \
	"iommu-mock.g1 iommu-mock.g2" "and its devices"

# The second one refuses half-way.
knob new_domain "x device=g1"
clear_journal
fails EIO domains/x/attach_group "g unclaimed" ias
# after FAMILY: the callbacks that follow the failure.
after() {
	case $1 in
	bus_ops) ;;
	attach_old) echo "instance=a device=g1 domain=identity old=x" ;;
	*)
		echo "instance=a device=g1 domain=identity old=x"
		echo "instance=b device=g2 domain=identity old=identity"
		;;
	esac
}
is "$(journal attach | sed 's/^attach //;s/ fresh=.*//')" "$(
	echo "instance=a device=g1 domain=x old=identity"
	echo "instance=b device=g2 domain=x old=identity"
	after "$family"
)" "the callbacks on $family"
is "$(where g2)" identity "the refusing device is where it was"
case $family in
bus_ops)
	is "$(where g1)" x "H8: the first device stays on the new domain"
	refused EBUSY del_device g1
	clear_journal
	knob del_domain x
	like "$(journal free)" "^free domain=x attached=1$" "H8: the domain is freed with a device on it (R12)"
	is "$(where g1)" none "and the device is on nothing"
	knob new_domain "x device=g1"
	;;
*)
	is "$(where g1)" identity "the first one is put back"
	is "$(field domain x devices)" - "and the domain has no device"
	clear_journal
	knob del_domain x
	like "$(journal free)" "^free domain=x attached=0$" "freed without a device (R12)"
	knob new_domain "x device=g1"
	;;
esac

# One device of several cannot be attached: the core does not even ask.
clear_journal
refused EINVAL domains/x/attach "g1 unclaimed" "group g has several devices: attach the group"
is "$(journal attach)" "" "iommu_attach_device() on a group of two: no callback"

# When all accept, all are on it.
knob instances/b/policy any
knob domains/x/attach_group g
is "$(where g1):$(where g2):$(field group g domain)" x:x:x "both attached"
is "$(field domain x instances)" a,b "behind two instances"
is "$(field group g owner)" caller "the attach claimed the group"
refused EINVAL domains/x/detach g1 "detach the group"
clear_journal
refused EBUSY domains/x/attach_group g "g is on x already"
knob new_domain "y device=a1"
refused EBUSY domains/y/attach_group g "g is on x: detach it first"
is "$(journal attach)" "" "attached already: the core does not ask"
refused EBUSY del_device g1 "in use"

# A device that joins a group that is attached.
clear_journal
if put new_device "g3 instance=a group=g"; then
	# 5.10 puts it on the default domain, whatever the group is on.
	case $family in
	bus_ops) is "$(where g3)" identity "joining an attached group" ;;
	*) is "$(where g3)" x "joining an attached group" ;;
	esac
	note "$(journal attach)"
else
	ok 1 "joining an attached group" "$said"
fi
knob domains/x/detach_group g
is "$(where g1):$(where g2):$(where g3)" identity:identity:identity "detached: all of them"
is "$(field group g owner)" - "and the claim is lifted"

# A claim: who has it, and what it keeps away.
knob groups/g/claim 1
owns && is "$(where g1):$(where g2)" blocked:blocked "claimed: blocked"
refused EBUSY groups/g/claim 1 "claimed already"
refused EBUSY del_device g1 "in use"
knob domains/x/attach_group g
refused EBUSY groups/g/claim 0 "detach it first"
refused EBUSY groups/g/claim 1 "detach it first"
knob domains/x/detach_group g
is "$(field group g owner)" caller "a claim of one's own outlives an attach"
owns && is "$(where g1)" blocked "and the group is blocked again"
knob groups/g/claim 0
is "$(where g1):$(field group g owner)" identity:- "given back"

# A claim that comes after the attach is refused, and changes nothing.
knob domains/x/attach_group g
refused EBUSY groups/g/claim 1 "on x and claimed by that attach: detach it first"
is "$(where g1)" x "the group stays where it is"
knob domains/x/detach_group g
is "$(field group g owner)" - "and the claim of the attach is lifted by the detach"
knob domains/x/attach_group "g unclaimed"
refused EBUSY groups/g/claim 1 "on x: detach it first"
is "$(field group g owner):$(where g1)" -:x "an attach without a claim stays one"
knob domains/x/detach_group g

# Group and device names; the last device takes the group along.
knob del_device g1
knob del_device g2
is "$(field group g devices)" g3 "one is left"
knob del_device g3
is "$(grep -c '^group g ' "$mock/state")" 0 "the last device takes the group along"
knob new_device "g instance=a"
is "$(field group g devices)" g "and its name is free"
done_testing
