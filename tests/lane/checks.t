#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every check refuses alone, with its own errno and its name in the journal,
# and a refusal changes nothing (R1, R6); a policy takes effect at once.
# shellcheck source=lib.sh
. ./lib.sh
load
logged=$(dmesg | wc -l)

# refuses CHECK FEATURES-OF-A FEATURES-OF-B: a domain made for A, a device of B.
refuses() {
	knob new_instance "a policy=any $2"
	knob new_instance "b policy=any $3 errno=EIO,$1=EMEDIUMTYPE"
	knob new_device "a1 instance=a"
	knob new_device "b1 instance=b"
	knob new_domain "x device=a1"
	knob domains/x/attach a1
	knob instances/b/policy "$1"
	clear_journal
	before=$(where b1)
	refused EMEDIUMTYPE domains/x/attach b1 "$1"
	is "$(journal attach | grep 'instance=b .*domain=x ')" \
		"attach instance=b device=b1 domain=x old=$(blocking) fresh=0 reason=$1 ret=-EMEDIUMTYPE" \
		"$1: the callback's answer"
	is "$(where b1)" "$before" "$1: the device is where it was"
	is "$(stat_of b refused)" 1 "$1: counted"
	knob instances/b/errno EIO
	refused EIO domains/x/attach b1 "$1"
	# All others hold, so the rest of the list accepts.
	knob instances/b/policy "$(others "$1")"
	knob domains/x/attach b1
	is "$(where b1)" x "$1: accepted by all the other checks"
	reset
}

# Where a claimed group waits.
blocking() {
	if owns; then echo blocked; else echo identity; fi
}

# others CHECK: a policy of all checks but that one (and instance).
others() {
	echo "format ias oas pgsizes coherent enforce driver" | tr ' ' '\n' |
		grep -vx "$1" | tr '\n' ',' | sed 's/,$//'
}

refuses instance "" ""
refuses format format=x86-4l format=vtd-4l
refuses ias ias=48 ias=39
refuses oas oas=48 oas=40
refuses pgsizes pgsizes=4K,2M pgsizes=4K,1G
refuses coherent coherent=1 coherent=0
refuses enforce enforce=1 enforce=0

# never: only a domain that was made for the device's own group.
knob new_instance "a policy=never errno=never=EXDEV"
knob new_device "a1 instance=a"
knob new_device "a2 instance=a"
knob new_domain "x device=a1"
knob domains/x/attach a1
refused EXDEV domains/x/attach a2 never
knob new_domain "y device=a2"
knob domains/y/attach a2
is "$(where a2)" y "never: its own"
reset

# The order: every check fails, then one after the other is dropped.
knob new_instance "a policy=any format=x86-4l ias=48 oas=52 pgsizes=4K,2M coherent=1 enforce=1"
knob new_instance "b format=vtd-4l ias=39 oas=40 pgsizes=4K coherent=0 enforce=0 policy=any"
knob new_device "a1 instance=a"
knob new_device "b1 instance=b"
knob new_domain "x device=a1"
knob domains/x/attach a1
list=enforce,coherent,pgsizes,oas,ias,format,instance
while [ "$list" ]; do
	knob instances/b/policy "$list"
	refused EINVAL domains/x/attach b1 ": ${list##*,}$"
	case $list in
	*,*) list=${list%,*} ;;
	*) list= ;;
	esac
done
knob instances/b/policy any
knob domains/x/attach b1
is "$(field domain x devices)" a1,b1 "any"
is "$(field domain x instances)" a,b "both instances"
knob domains/x/detach b1
knob instances/b/policy same-instance
refused EINVAL domains/x/attach b1 instance
reset

# What can do more than the domain needs accepts it.
knob new_instance "a ias=39 oas=40 pgsizes=4K coherent=0 enforce=0"
knob new_instance b
knob new_device "a1 instance=a"
knob new_device "b1 instance=b"
knob new_domain "x device=a1"
knob domains/x/attach a1
knob domains/x/attach b1
is "$(where b1)" x "compatible: a modest domain on a capable instance"
knob new_domain "y device=b1"
knob domains/x/detach b1
knob domains/y/attach b1
knob domains/x/detach a1
refused EINVAL domains/y/attach a1 ias
unlike "$(dmesg | tail -n +$((logged + 1)))" 'refuses' "no refusal is logged (R3)"
done_testing
