#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The judge on journals of real kernels and callers: each caller, misbehaviour and
# kernel breaks the expected rules, and no other rule.
# timeout: 300
# shellcheck source=lib.sh
. ./lib.sh
load

# place "CALLER..." [OPTION...] [DEVICE...]: a row for each.
place() {
	who=
	for one in $1; do
		who="$who --caller $one"
	done
	shift
	case $*/ in
	/) set -- --empty w0 n0 w1 ;;
	esac
	# shellcheck disable=SC2086 # words
	iommu-mock share $who --noheadings --raw --output CALLER,BROKEN,SURPRISES,FAILED "$@" >/tmp/rows 2>/tmp/said
}

# column CALLER N: of its row; --raw separates by one blank, and has - for nothing.
column() {
	grep -q "^$1 " /tmp/rows || echo "no row"
	sed -n "s/^$1 //p" /tmp/rows | cut -d ' ' -f "$2" | sed 's/^-$//'
}

# breaks NAME "CALLER..." [RULES]: exactly these, and what is known of it; "news"
# as a fourth if that is to be news.
breaks() {
	for one in $2; do
		is "$(column "$one" 1)" "${3:-}" "$1: $one breaks ${3:-nothing}" || cat /tmp/rows /tmp/said
		[ -n "${4:-}" ] || is "$(column "$one" 2)" "" "$1: nothing about $one is news"
	done
}

# ruling RULE [OPTION...]: of the journal: "VERDICT BY"
ruling() {
	rule=$1
	shift
	iommu-mock judge --raw --noheadings --output RULE,VERDICT,BY "$@" | sed -n "s/^$rule //p" | sed 's/ -$//'
}

# misbehaves HOW
misbehaves() {
	knob instances/narrow/misbehave "$1"
}

topology() {
	reset
	knob new_instance wide
	knob new_instance "narrow ias=39"
	for f in "w0 instance=wide" "w1 instance=wide" "n0 instance=narrow" "n1 instance=narrow" \
		"p0 instance=wide group=p" "p1 instance=narrow group=p"; do
		knob new_device "$f bus=pci"
	done
}
topology
played="einval emediumtype any type1 iommufd fresh best"

# Nothing refuses.
place "$played vfio" w0 w1
breaks "no refusal" "$played vfio"

# A refusal as the contract has it.
place "$played vfio"
breaks "EINVAL" "einval any type1 iommufd fresh best vfio"
breaks "EINVAL, taken for an error" emediumtype R1:caller
clear_journal
place emediumtype w0 n0
breaks "EINVAL, taken for an error, once more" emediumtype R1:caller
iommu-mock judge >/tmp/out
is "$?" 0 "the journal of it does not say what was asked for"
like "$(cat /tmp/out)" "^R1 +not known +[0-9]+ +after EINVAL from n0 on .* and events do not show whether its user wanted any domain" \
	"so judge does not call R1 kept, which share calls broken"

# Memory that runs out, once, on a domain that others are on.
out_of_memory() {
	quietly instances/narrow/faults off
	knob instances/narrow/faults "attach errno=ENOMEM filter=existing times=1"
}
knob instances/narrow/policy any
for c in any type1 vfio; do
	out_of_memory
	place "$c"
	breaks "ENOMEM" "$c" R1:caller,R2:caller
	is "$(column "$c" 3)" "" "and the user gets no error"
done
for c in einval emediumtype iommufd; do
	out_of_memory
	place "$c"
	breaks "ENOMEM" "$c"
	is "$(column "$c" 3)" n0:ENOMEM "and its user gets ENOMEM"
done

# The same by the journal of the module, which knows of no user.
out_of_memory
clear_journal
place vfio --empty w0 n0
iommu-mock judge --caller vfio >/tmp/out
is $? 0 "the module's journal: what VFIO breaks is known"
like "$(cat /tmp/out)" "^R2 +broken +1 after ENOMEM from n0 on d[0-9]+ the caller tried d[0-9]+ \([0-9]+, [0-9]+\) .*vfio_iommu_type1_attach_group" \
	"what happened, in which events, and of which function that is known"
iommu-mock judge --caller iommufd >/dev/null
is $? 1 "it is known of no other caller"
cat "$mock/journal" >/tmp/journal
is "$(ruling R2 /tmp/journal)" "broken caller" "and a copy of the journal"
iommu-mock judge --ktap --caller vfio >/tmp/out
like "$(cat /tmp/out)" "^ok 2 R2 # XFAIL" "KTAP"
out_of_memory
clear_journal
place einval --empty w0 n0
is "$(ruling R2)" kept "a caller that stops keeps R2"
iommu-mock judge --caller vfio >/dev/null
is $? 1 "if it were VFIO, that would be news"
quietly instances/narrow/faults off
knob instances/narrow/policy compatible

# Another errno for "incompatible": the driver breaks R1, who goes on R1 and R2.
knob instances/narrow/errno EMEDIUMTYPE
place "einval emediumtype any type1 iommufd vfio"
breaks "EMEDIUMTYPE" "emediumtype any type1 vfio" R1:caller,R1:driver,R2:caller news
breaks "EMEDIUMTYPE" "einval iommufd" R1:driver news
is "$(column einval 2)" R1:broken "a driver is not known to break R1"
knob instances/narrow/errno EINVAL

# Each misbehaviour, by a caller that keeps the rules, and by the kernel's.
some="einval type1 vfio"
for how in accept-and-ignore/R1 alter-candidate/R11 log-refusal/R3 refuse-fresh/R4; do
	misbehaves ${how%/*}
	place "$some"
	breaks ${how%/*} "$some" ${how#*/}:driver news
done
misbehaves lose-invalidation
place "$some" w0 n0 w1
breaks lose-invalidation "$some" R13:driver news
place fresh w0 w1
breaks "lose-invalidation of another instance" fresh
# A group that is claimed is on blocked anyway: only where there is no claim
# a refusal leaves a trace in its place.
misbehaves unhook-first
place "$some"
if owns; then
	breaks unhook-first "$some"
else
	breaks unhook-first "$some" R6:driver
fi
# unclaimed WANTED NAME: n0 is refused where it is on its default domain.
unclaimed() {
	knob new_domain "x device=w0"
	knob domains/x/attach w0
	clear_journal
	put domains/x/attach "n0 unclaimed"
	knob new_domain "y device=n0"
	knob domains/y/attach n0
	knob domains/y/detach n0
	is "$(ruling R6)" "$1" "$2"
	knob domains/x/detach w0
	knob del_domain x
	knob del_domain y
}
case $family in
bus_ops | attach_old) unclaimed "broken driver" "unhook-first, not claimed: R6" ;;
*) unclaimed kept "unhook-first, not claimed: the core puts it back" ;;
esac
misbehaves none
unclaimed kept "not claimed, and nothing is unhooked"

# Half a group: p0 takes the domain that p1 refuses, and its own as well.
for c in einval type1 iommufd vfio; do
	place "$c" --empty w0 p0
	if owns; then
		breaks "half a group" "$c"
	else
		breaks "half a group" "$c" R6:core,R12:caller
		topology
	fi
done

# One device of a group of two: the core refuses, whatever the domain.
clear_journal
knob new_domain "x device=p0"
fails EINVAL domains/x/attach p0
is "$(ruling R4)" "broken core" "iommu_attach_device() on a group of two: R4"
iommu-mock judge --caller einval >/tmp/out
is $? 0 "which is known" || cat /tmp/out
knob del_domain x

# Two drivers.
if [ "$multi" = 1 ]; then
	reset
	knob new_instance "a driver=p policy=any"
	knob new_instance "b driver=q policy=any"
	knob new_device "a0 instance=a"
	knob new_device "b0 instance=b"
	clear_journal
	place einval --empty a0 b0
	breaks "two drivers" einval
	is "$(ruling R5)" kept "the gatekeeper: R5"
	is "$(ruling R1)" kept "and a caller that goes on after it"
fi

# Walkers that take a table that they cannot read: R14, by DMA.
reset
knob new_instance "a policy=any"
knob new_instance "x format=x86-4l policy=any"
knob new_device "a0 instance=a"
knob new_device "x0 instance=x"
place fresh --verify a0 x0
breaks "each its own table" fresh
clear_journal
place einval --verify a0 x0
breaks "an alien table" einval R14:driver news
is "$(ruling R14)" "broken driver" "the journal alone shows it, too"

# The calls: what type1 does, and concludes, is what VFIO does.
topology
calls() {
	iommu-mock share --empty --calls --caller "$1" --noheadings --raw \
		--output CALL,OLD,RESULT,REASON,THEN w0 n0 w1 2>/dev/null | sed 's/\(s[0-9]*-\|\<d\)[0-9][0-9]*/dN/g'
}
model=$(calls type1)
is "$(calls vfio)" "$model" "--calls: VFIO, and the model of it"
like "$model" "^attach [a-z]+ EINVAL ias back.x20to.x20its.x20own" "a refusal, and what type1 concludes"
like "$(calls einval)" "^attach [a-z]+ EINVAL ias new.x20domain" "and what einval does"
iommu-mock share --empty --calls --json --caller einval w0 n0 >/tmp/out
like "$(tr -d '\n ' </tmp/out)" '"children":\[\{.*"call":"attach","device":"n0",.*"result":"EINVAL","reason":"ias","then":"newdomain"' "JSON"
iommu-mock share --empty --ktap --caller einval --caller any w0 n0 >/tmp/out
like "$(cat /tmp/out)" "^ok 2 any" "share --ktap"

# A journal of everything that this file did last, and of all callers.
clear_journal
iommu-mock share --empty w0 n0 w1 p0 >/dev/null
iommu-mock judge --caller einval >/tmp/out
is $? 0 "all callers, one after the other, by the journal alone" "$(cat /tmp/out)"
is "$(ruling R15)" kept "and nothing is left of them: R15"
done_testing
