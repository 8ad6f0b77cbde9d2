#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# libiommu-mock, the shared one, on a real module: all its functions, and the
# two examples of docs/.
# leaks: yes
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh

# passes NAME COMMAND...: a program that prints TAP of its own: all of it is good.
passes() {
	name=$1
	shift
	"$@" >/tmp/out 2>&1
	status=$?
	bad=$(grep -A 2 '^not ok' /tmp/out)
	count=$(sed -n 's/^1\.\.//p' /tmp/out)
	[ "$status" = 0 ] && [ -z "$bad" ] && [ "$(grep -c '^ok' /tmp/out)" = "${count:-none}" ]
	ok $? "$name (${count:-no} tests of its own)" "$status: ${bad:-$(cat /tmp/out)}"
}

passes "every function" ./library
is "$(traces)" "" "and the module is gone"
passes "refused, the example, loads the module" ./refused
load
passes "refused, the example, with the module" ./refused
like "$(cat /tmp/out)" '^# ex-narrow refuses ex-dom for ex-gpu: ias \(EINVAL\)$' "and has the module's sentence"
is "$(total instances):$(total domains)" 0:0 "removes what it made"
passes "PASIDs, SVA and dirty tracking" ./library-pasid
passes "requests for pages" ./library-request
modprobe iommufd 2>/dev/null
passes "access objects of iommufd" ./library-access
./placements >/tmp/out 2>&1
ok $? "placements, the example" "$(cat /tmp/out)"
note "$(cat /tmp/out)"
for caller in einval type1 fresh best vfio; do
	case $caller in
	einval) wanted="2 domains,.*: {ex-a,ex-c} {ex-b}" ;;
	type1 | vfio) wanted="2 domains,.*: {ex-a} {ex-b,ex-c}" ;;
	fresh) wanted="3 domains,.*: {ex-a} {ex-b} {ex-c}" ;;
	best) wanted="1 domain,.*: {ex-a,ex-b,ex-c}" ;;
	esac
	like "$(cat /tmp/out)" "^$caller  *$wanted$" "it places as $caller does"
done
is "$(total instances):$(total domains):$(total buffers)" 0:0:0 "and removes what it made"
# What the tool says of the same callers comes from the same code.
knob new_instance "i"
knob new_device "d instance=i bus=pci"
knob new_instance "j"
if owns; then isolated=isolated=0; else isolated=; fi
knob new_device "e instance=j bus=pci $isolated"
./placements d e >/tmp/out 2>&1
if owns; then
	like "$(cat /tmp/out)" "^type1 does not take e, because its interrupts" "why VFIO did not place a function"
else
	like "$(cat /tmp/out)" '^vfio .*: {d,e}$' "VFIO places functions"
fi
reset
passes "two threads, each with a context" ./library threads
./library leave
ok $? "a domain of a program that has ended keeps the module"
is "$(field domain left maker)" caller "and is still there"
done_testing
