#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A thousand instances, four thousand devices: made, attached, listed, removed.
#
# What is quadratic there is the core's: iommu_device_register() looks at every
# device of the platform and PCI buses (instances * devices steps if the devices
# come first; here they come after), and each device's fwspec is looked up in
# the list of instances (devices * instances). Of ours, "state" alone grows with
# what exists, and pairs with their number.
# timeout: 1200
# shellcheck source=lib.sh
. ./lib.sh
parameter=journal_entries=64
load
instances=1000 devices=4096 domains=100

now() {
	cut -d' ' -f1 /proc/uptime | tr -d .
}

start=$(now)
# did WHAT: how long since the last one.
did() {
	note "$1: $(($(now) - start))0 ms"
	start=$(now)
}

# many N KNOB WORDS: write WORDS, with $i for the number, N times.
many() {
	i=0
	while [ $i -lt "$1" ]; do
		i=$((i + 1))
		# shellcheck disable=SC2034 # $3 uses it
		j=$((i % instances + 1))
		eval "echo \"$3\"" 2>/tmp/said >"$mock/$2" || {
			ok 1 "$2: $3 at $i" "$(cat /tmp/said "$mock/last_error")"
			return
		}
	done
}

many $instances new_instance 'i$i'
did "$instances instances"
many $devices new_device 'd$i instance=i$j'
did "$devices devices"
is "$(total instances):$(total devices):$(total groups)" $instances:$devices:$devices "all there"
is "$(wc -l <"$mock/state")" $((1 + instances + 2 * devices)) "all of them in state"
did "state"
many $domains new_domain 'x$i device=d$i'
did "$domains domains"
# Each domain takes forty devices.
i=0
while [ $i -lt 4000 ]; do
	i=$((i + 1))
	echo "d$i unclaimed" 2>/tmp/said >"$mock/domains/x$((i % domains + 1))/attach" || break
done
is "$i:$(cat /tmp/said)" 4000: "four thousand attaches"
did "4000 attaches"
is "$(grep -c '^device .* domain=x[0-9]* ' "$mock/state")" 4000 "each is on its domain"
is "$(field domain x1 devices | tr ',' '\n' | wc -l)" 40 "forty on one"
did "state with attachments"
knob new_buffer "buf 2M"
knob domains/x1/map "2M buf"
clear_journal
knob domains/x1/unmap "2M 2M"
# d1 to d4000 by hundreds are behind ten instances, four devices each.
is "$(journal invalidate | wc -l)" 10 "an invalidation for each instance, not for each device"
many 48 instances/i1/pairs 'deny i$((i + 1))'
is "$(wc -l <"$mock/instances/i1/pairs")" 48 "pairs"
did "pairs"
reset
did "reset"
is "$(cat "$mock/state")" "" "nothing left"
is "$(total instances):$(total devices):$(total domains):$(total table_bytes)" 0:0:0:0 "no counts"
modprobe -r iommu_mock
ok $? "unload"
is "$(traces)" "" "without a trace"
done_testing
