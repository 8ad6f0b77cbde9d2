#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# An operation does not wait for an operation on another group: while an attach is
# delayed for seconds, attaches elsewhere, maps, reads and most knobs succeed.
# timeout: 180
# shellcheck source=lib.sh
. ./lib.sh
load
knob new_instance slow
knob new_instance fast
knob new_device "s1 instance=slow"
knob new_device "f1 instance=fast"
knob new_device "f2 instance=slow"
knob new_domain "xs device=s1"
knob new_domain "xf device=f1"
knob new_domain "y device=f1"
knob new_buffer "buf 4K"
knob instances/slow/faults "attach errno=0 delay_us=10000000 device=s1"

# under COMMAND...: is the slow attach still under way when it is done?
under() {
	"$@" || return
	[ ! -e /tmp/attached ]
}

(
	put domains/xs/attach "s1 unclaimed"
	echo "$put_status" >/tmp/attached
) &
soon grep -q ' hits=1$' "$mock/instances/slow/faults"
under knob domains/xf/attach f1
ok $? "an attach behind another instance"
under knob domains/xf/map "0 buf"
ok $? "a map"
under knob domains/y/attach "f2 unclaimed"
ok $? "an attach behind the same instance"
under knob instances/fast/policy any
ok $? "a policy"
under knob new_domain "z device=f1"
ok $? "a new domain"
under cat "$mock/journal" >/dev/null
ok $? "the journal"
under knob new_buffer "buf2 4K"
ok $? "a new buffer"
under knob new_device "f3 instance=fast"
ok $? "a new device"
wait
is "$(cat /tmp/attached)" 0 "the slow attach succeeds in the end"
is "$(where s1)" xs "and the device is there"
done_testing
