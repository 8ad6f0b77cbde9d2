#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Load, use, unload, many times; with objects present each time (H5), nothing
# may stay behind. A bus that still points to our callbacks (H1; each load begins
# by adding platform devices, which the core then shows to them), a second
# notifier on it (H2), a node freed twice (H3), a default domain freed after us
# (H17) show as an oops, a WARN, or a load that fails.
# leaks: yes
# timeout: 400
# shellcheck source=lib.sh
. ./lib.sh

# cycle N: one life of the module; prints what went wrong.
cycle() {
	modprobe iommu_mock || {
		echo "load $1 failed"
		return
	}
	knob new_instance "a ias=39"
	knob new_instance b
	knob new_device "a1 instance=a"
	knob new_device "a2 instance=a group=pair"
	knob new_device "b1 instance=b group=pair"
	knob new_domain "x device=a1"
	knob new_buffer "buf 4M"
	knob domains/x/attach a1
	knob domains/x/map "2M buf"
	[ "$(total devices)" = 3 ] || echo "cycle $1: $(total devices) devices"
	# What remains when no caller holds anything: a domain would pin us.
	case $1 in
	*[05]) knob reset 1 ;;
	*)
		knob domains/x/detach a1
		knob del_domain x
		;;
	esac
	[ "$(cat /sys/module/iommu_mock/refcnt)" = 0 ] ||
		echo "cycle $1: refcnt is $(cat /sys/module/iommu_mock/refcnt)"
	said=$(modprobe -r iommu_mock 2>&1) || echo "unload $1 failed: $said"
	left=$(traces)
	[ -z "$left" ] || echo "cycle $1 left: $left"
}

memory() {
	sed -n "s/^MemAvailable: *\([0-9]*\) kB/\1/p" /proc/meminfo
}

[ -z "$(traces)" ]
ok $? "nothing of ours is there before" "$(traces)"
lives=6
! whole fifty || lives=50
i=0
while [ $i -lt $lives ]; do
	i=$((i + 1))
	bad=$(cycle $i)
	[ -z "$bad" ] || break
	[ $i != 5 ] || start=$(memory)
done
ok $((i < lives)) "$lives lives" "$bad"
[ -z "$bad" ]
ok $? "each leaves nothing behind" "$bad"
# A leaked journal or buffer is 4 MiB a life, which shows after many lives only.
if [ $lives = 50 ]; then
	note "available after 5 lives ${start:-?} kB, after $lives $(memory) kB"
	# The kernel frees some of it later.
	given_back() {
		[ $((${start:-0} - $(memory))) -lt 40000 ]
	}
	soon given_back
	ok $? "and takes no memory along"
fi

# Removal with devices and instances still there is the module's job, too (H5).
load
knob new_instance a
knob new_device "a1 instance=a"
modprobe -r iommu_mock
ok $? "unload with a device present"
is "$(traces)" "" "takes it along"
load
is "$(cat "$mock/state")" "" "the next life knows nothing of it"
refused ENOENT new_device "a1 instance=a"
done_testing
