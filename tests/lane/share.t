#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# share: placements and costs worked out by hand from the callers' rules.
# timeout: 120
# shellcheck source=lib.sh
. ./lib.sh

# of CALLER COLUMN [OPTION...] -- DEVICE...
of() {
	caller=$1 column=$2
	shift 2
	iommu-mock share --caller "$caller" --noheadings --output "$column" "$@" |
		sed 's/^ *//;s/ *$//'
}

load
state=/sys/kernel/debug/iommu_mock/state

iommu-mock instance add wide ias=48
iommu-mock instance add narrow ias=39
iommu-mock device add w1 instance=wide
iommu-mock device add n1 instance=narrow
iommu-mock device add w2 instance=wide
iommu-mock device add n2 instance=narrow
devs="w1 n1 w2 n2"
before=$(cat $state)

# shellcheck disable=SC2086 # $devs is a list of words, in all that follows
{
	is "$(of einval PLACEMENT $devs)" "{w1,w2} {n1,n2}" "einval: wide finds its own first"
	is "$(of type1 PLACEMENT $devs)" "{w1} {n1,w2,n2}" "type1: newest first, so wide joins narrow"
	is "$(of iommufd PLACEMENT $devs)" "{w1,w2} {n1,n2}" "iommufd: oldest first"
	is "$(of fresh DOMAINS $devs)" 4 "fresh: one each"
	is "$(of best DOMAINS $devs)" 1 "best: the narrow one suits all"
	is "$(of emediumtype FAILED $devs)" "n1:EINVAL,n2:EINVAL" "emediumtype: EINVAL is an error"
	is "$(of einval REFUSALS $devs)" "EINVAL:ias*2" "the refusals and their reason"
	is "$(of einval REFUSED $devs)" 2 "two refusals"
	is "$(of fresh DOMAINS --empty $devs)" 4 "with nothing mapped"
	one=$(of einval TABLES --bytes w1)
	four=$(of fresh TABLES --bytes $devs)
	[ "$one" -gt 0 ] && [ "$four" -gt "$one" ]
	ok $? "page tables are paid for once per domain" "one domain: $one, four: $four"
	is "$(of fresh MAPPED --bytes w1 w2)" $((2 * (2097152 + 16384))) "and everything mapped in each"

	# claim and attach for each; refusal and undoing as the family has it
	case $family in
	bus_ops) calls=6 ;;
	attach_old) calls=10 ;;
	*) calls=12 ;;
	esac
	is "$(of iommufd ATTACHES $devs)" $calls "iommufd's attach callbacks on $family"
}
is "$(cat $state)" "$before" "everything is as it was"

iommu-mock share w1 n1 >/tmp/table
is "$(sed 1d /tmp/table | awk '{ print $1 }' | tr '\n' ' ')" \
	"einval emediumtype any type1 iommufd fresh best " "all callers, in order"
iommu-mock share --json w1 n1 | grep -q '"caller": *"best"'
ok $? "JSON"

iommu-mock share --caller einval --keep w1 n1 >/dev/null
grep -q '^device w1 .*domain=s[0-9]*-1 ' $state && grep -q '^device n1 .*domain=s[0-9]*-2 ' $state
ok $? "--keep leaves the placement" "$(cat $state)"
iommu-mock share w1 >/tmp/out 2>&1
grep -q 'w1:E' /tmp/out
ok $? "a device that is taken cannot be placed" "$(cat /tmp/out)"
# A device that was attached by hand stays attached and claimed.
iommu-mock domain add mine device=w2
iommu-mock domain attach mine w2
before=$(cat $state)
out=$(of einval FAILED -- w2 n2)
is "$out" "w2:EBUSY" "a device that was attached by hand cannot be placed"
is "$(cat $state)" "$before" "which stays as it was"
iommu-mock share --keep w1 >/dev/null 2>&1
is $? 2 "--keep wants one caller"
iommu-mock share --caller nobody w1 >/dev/null 2>&1
is $? 2 "no such caller"
iommu-mock share nobody >/dev/null 2>&1
is $? 1 "no such device"
iommu-mock reset

# Where the memory is: at 1 GiB, unless a group may not be mapped there.
regions() {
	iommu-mock reset
	iommu-mock instance add a ias=48
	iommu-mock device add high instance=a bus=pci resv=reserved:0x0+4G
	iommu-mock device add low instance=a bus=pci resv=reserved:1G+4K
	iommu-mock device add free instance=a bus=pci
	iommu-mock device add none instance=a bus=pci resv=reserved:0+256T
	iommu-mock device add relaxed instance=a bus=pci resv=direct-relaxable:1G+4K
}
# at DEVICE...: the first address that is mapped.
at() {
	regions
	iommu-mock share --caller einval --keep "$@" >/dev/null
	sed -n 's/^iova=\([^ ]*\) .*/\1/p' /sys/kernel/debug/iommu_mock/domains/s*-1/mappings | head -n 1
}
is "$(at free)" 0x40000000 "memory is at 1 GiB"
is "$(at relaxed)" 0x40000000 "a region that is relaxable does not mind"
is "$(at low)" 0x0 "or at the lowest address, if that is reserved"
is "$(at low free high)" 0x100000000 "which is free for all"
regions
before=$(cat $state)
out=$(iommu-mock share --caller type1 --verify --noheadings --raw --output PLACEMENT,FAILED,VERIFY high free low)
is "$?:$out" "0:{high,free,low} - ok" "played callers place groups with reserved regions, and DMA works"
for caller in type1 best; do
	out=$(of $caller PLACEMENT,FAILED free none 2>/tmp/said | tr -s ' ')
	is "$out" "{free} none:ENOSPC" "$caller: a group with nothing to map is left out"
	grep -q 'none: .*leave no 2113536 bytes to map (ENOSPC)' /tmp/said
	ok $? "$caller: and a sentence says why" "$(cat /tmp/said)"
done
is "$(of einval FAILED --empty none)" "" "it can be placed with nothing mapped"
for caller in vfio vfio-compat iommufd-cdev iommufd-replace iommufd-hwpt vdpa; do
	for devs in high "free high" "high low"; do
		# shellcheck disable=SC2086 # a list of words
		out=$(iommu-mock share --caller $caller --noheadings --raw --output FAILED $devs 2>/tmp/said)
		status=$?
		[ "$status" = 3 ] && continue
		is "$status:$out" "0:-" "$caller: the kernel maps beside the regions of $devs" || cat /tmp/said
	done
done
out=$(iommu-mock share --caller vfio --noheadings --raw --output PLACEMENT,FAILED free none 2>/dev/null)
is "$out" "{free} none:EINVAL" "vfio: the kernel refuses a group with nothing to map"
is "$(cat $state)" "$before" "all is given back"
iommu-mock instance add tiny ias=30
iommu-mock device add t instance=tiny
is "$(of type1 FAILED t):$(of type1 VERIFY --verify t)" ":ok" "page tables that end at 1 GiB"
iommu-mock reset
done_testing
