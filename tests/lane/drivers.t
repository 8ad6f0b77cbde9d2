#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Several drivers, the core's gatekeeper (R5), default domains.
# needs: groups of two drivers
# shellcheck source=lib.sh
. ./lib.sh
load
knob new_instance "a driver=one"
knob new_instance "a2 driver=one"
is "$(field driver one instances)" 2 "instances share a driver"

if [ "$multi" = 0 ]; then
	refused EBUSY new_instance "b driver=two" "one IOMMU driver per bus"
	refused EBUSY new_instance "b" "one IOMMU driver per bus"
	knob del_instance a
	knob del_instance a2
	knob new_instance "b driver=two"
	is "$(field driver two instances)" 1 "when the last instance is gone, another driver may come"
	refused EOPNOTSUPP new_instance "c driver=two default=blocked" "no blocking default"
	done_testing
fi

knob new_instance "b driver=two"
knob new_device "a1 instance=a"
knob new_device "b1 instance=b"
knob new_domain "x device=a1"
knob domains/x/attach a1
knob instances/b/policy any
clear_journal
refused EINVAL domains/x/attach "b1 unclaimed"
is "$(journal attach)" "" "the gatekeeper answers, no callback is called"
is "$(stat_of b foreign)" 0 "and it is not counted"
knob domains/x/detach a1

# A group of both drivers: the core asks about the first device only.
knob new_device "m1 instance=a group=m"
if put new_device "m2 instance=b group=m"; then
	clear_journal
	fails EINVAL domains/x/attach_group "m unclaimed"
	like "$(journal attach)" "^attach instance=b device=m2 domain=x .* reason=foreign ret=-EINVAL" \
		"a foreign domain that gets through is refused by the driver"
	is "$(stat_of b foreign)" 1 "and counted"
	is "$(where m1):$(where m2)" identity:identity "and the group is where it was"
	knob del_device m2
else
	skip "this kernel has no groups of two drivers: $said"
fi
knob del_device m1

# Default domains are the driver's.
refused EINVAL new_instance "c driver=two default=blocked" "another default"
knob new_instance "c driver=three default=blocked"
knob new_instance "c2 driver=three default=blocked"
refused EINVAL new_instance "c3 driver=three" "another default"
is "$(field driver three default):$(field driver one default)" blocked:identity "in state"
knob new_device "c1 instance=c"
knob new_device "c4 instance=c2 group=c1"
is "$(where c1):$(where c4)" blocked:blocked "devices begin there"
knob new_domain "y device=c1"
knob domains/y/attach_group c1
is "$(where c1)" y "attach"
knob domains/y/detach_group c1
is "$(where c1):$(where c4)" blocked:blocked "and go back there"
knob groups/c1/claim 1
knob groups/c1/claim 0
is "$(where c1)" blocked "claimed and given back"

# As many as one likes.
i=0
while [ $i -lt 20 ]; do
	i=$((i + 1))
	knob new_instance "n$i driver=d$i"
	knob new_device "n$i instance=n$i"
done
is "$(grep -c '^driver d' "$mock/state")" 20 "twenty more drivers"
modprobe -r iommu_mock 2>/dev/null
ok $((1 - $?)) "a domain keeps the module"
reset
modprobe -r iommu_mock
ok $? "after reset it goes"
done_testing
