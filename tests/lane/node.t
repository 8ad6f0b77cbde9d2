#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# vfio-node.sh, the recipe of docs/ci.md: functions for KubeVirt and Nova.
# shellcheck source=lib.sh
. ./lib.sh

sh ./vfio-node.sh start 3 >/tmp/out 2>&1
is "$?:$(cut -d' ' -f1 /tmp/out | xargs)" "0:node-dev0 node-dev1 node-dev2" "three functions"
load
while read -r name address group; do
	is "$(cat "/sys/bus/pci/devices/$address/vendor" "/sys/bus/pci/devices/$address/device" | xargs)" \
		"$(sed -n 's/^id=//p' vfio-node.sh | tr : ' ')" "$name has the id that KubeVirt and Nova look for"
	is "$(basename "$(readlink "/sys/bus/pci/devices/$address/driver")")" vfio-pci "$name is bound to vfio-pci"
	[ -c "$group" ]
	ok $? "$name: a VMM can open $group"
done </tmp/out
is "$(sort -u -k3 /tmp/out | wc -l)" 3 "each has a group of its own"
sh ./vfio-node.sh stop >/tmp/out 2>&1
is "$?:$(cat /tmp/out):$(total devices):$(total instances)" "0::0:0" "stop removes them"
sh ./vfio-node.sh list >/tmp/out 2>&1
is "$?:$(cat /tmp/out)" "0:" "and none is left"
sh ./vfio-node.sh >/tmp/out 2>&1
is "$?" 2 "without a word it says how to use it"
done_testing
