#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Exceptions for pairs of instances: symmetric, over the policy, cleared.
# shellcheck source=lib.sh
. ./lib.sh
load
knob new_instance "a errno=EINVAL,pair=EPERM"
knob new_instance "b ias=39 errno=EINVAL,pair=EACCES"
knob new_instance "c errno=EINVAL,pair=EXDEV"
knob new_device "a1 instance=a"
knob new_device "b1 instance=b"
knob new_device "c1 instance=c"
knob new_domain "x device=a1"
knob domains/x/attach a1

refused EINVAL domains/x/attach b1 ": ias"
knob instances/a/pairs "allow b"
knob domains/x/attach b1
is "$(field domain x devices)" a1,b1 "an allowed pair is not judged by the policy"
is "$(cat "$mock/instances/a/pairs")" "allow b" "read back"
is "$(cat "$mock/instances/b/pairs")" "allow a" "from the other side, too"
is "$(field instance a pairs)$(field instance b pairs)$(field instance c pairs)" 110 "counted in state"
knob domains/x/detach b1
refused EINVAL instances/a/pairs "allow a" "two different"

knob domains/x/attach c1
knob domains/x/detach c1
knob instances/c/pairs "deny a"
clear_journal
refused EXDEV domains/x/attach c1 ": pair"
like "$(journal attach)" "device=c1 domain=x .* reason=pair ret=-EXDEV$" "a denied pair, as the device's instance answers"
# Either way round: a domain of c on a device of a.
knob new_domain "y device=c1"
knob domains/y/attach c1
knob domains/x/detach a1
refused EPERM domains/y/attach a1 ": pair"
is "$(cat "$mock/instances/a/pairs")" "allow b
deny c" "one exception a line"

# The later word counts; clear leaves the policy alone.
knob instances/a/pairs "allow c"
knob domains/y/attach a1
knob domains/y/detach a1
knob instances/c/pairs "clear a"
knob domains/y/attach a1
is "$(where a1)" y "cleared: the policy accepts"
knob domains/y/detach a1
knob instances/c/pairs "clear a"
is "$(cat "$mock/instances/c/pairs")" "" "clearing what is clear is fine"

# The exception goes with its instance, and a new one of that name has none.
knob del_device b1
knob del_instance b
is "$(cat "$mock/instances/a/pairs"):$(field instance a pairs)" :0 "gone with the instance, and not counted"
knob new_instance "b ias=39"
knob new_device "b1 instance=b"
knob domains/x/attach a1
refused EINVAL domains/x/attach b1 ": ias"

# A pair is about two instances: the domain's own is never one.
knob instances/b/pairs "deny a"
knob new_domain "z device=b1"
knob domains/z/attach b1
is "$(where b1)" z "deny does not concern the instance's own domains"
done_testing
