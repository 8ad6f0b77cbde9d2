#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Users that keep the module, and users that do not; drivers bound to our devices.
# leaks: yes
# needs: a driver of the kernel that binds a dummy device
# needs: vfio-pci
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
platform=/sys/bus/platform
client=$platform/drivers/iommu-mock-client

# stays WHY: modprobe -r must fail, and leave everything as it was.
stays() {
	frozen_before=$(frozen)
	said=$(modprobe -r iommu_mock 2>&1) && said="it was unloaded"
	like "$said" "Resource temporarily unavailable|in use" "$1 keeps the module"
	[ -d "$mock" ] || done_testing
	is "$(frozen)" "$frozen_before" "$1: and nothing has changed"
}

goes() {
	modprobe -r iommu_mock
	ok $? "unloaded $1"
	is "$(traces)" "$theirs" "$1: nothing is left"
	load
}

# VFIO may bring iommufd along, whose selftest has an IOMMU of its own.
modprobe -a vfio-pci vfio_iommu_type1 2>/dev/null
vfio=$?
theirs=$(traces)

load
goes "with nothing in it"
knob new_instance a
goes "with an instance"
knob new_instance a
knob new_device "a1 instance=a"
knob new_device "a2 instance=a group=g"
knob new_buffer "buf 16M"
goes "with devices and a buffer"

knob new_instance a
knob new_device "a1 instance=a"
knob new_domain "x device=a1"
stays "a domain"
refused EBUSY del_instance a "behind a"
knob domains/x/attach a1
stays "an attached domain"
refused EBUSY del_domain x detach
refused EBUSY del_device a1 "in use"
knob domains/x/detach a1
knob del_domain x
knob groups/a1/claim 1
stays "a claim"
refused EBUSY del_device a1 claimed
knob reset 1
is "$(cat "$mock/state")" "" "reset removes everything"
is "$(whole_journal)" "" "and the journal is empty"
goes "after reset"

# An open file keeps it, too; and the object, if the file is an object's.
knob new_instance a
exec 3<"$mock/journal"
said=$(modprobe -r iommu_mock 2>&1) && said="it was unloaded"
like "$said" "Resource temporarily unavailable|in use" "an open journal keeps the module"
exec 3<&-
exec 3<"$mock/instances/a/ias"
knob del_instance a
read -r line <&3 2>/dev/null && note "read from a removed knob: $line"
is "${line:-}" "" "a knob of a removed object cannot be read"
exec 3<&-
knob new_instance a
exec 3>"$mock/instances/a/policy"
knob del_instance a
{ echo any >&3; } 2>/tmp/said
like "$(cat /tmp/said)" "error" "nor written"
exec 3>&-
[ -d "$mock" ] && goes "after an open file"

# Our own driver: bound through driver_override only.
knob new_instance a
knob new_device "a1 instance=a"
dev=$platform/devices/iommu-mock.a1
is "$(field device a1 driver)" - "no driver binds by itself"
echo iommu-mock.a1 >$client/bind 2>/dev/null
is "$(field device a1 driver)" - "a bind without driver_override binds nothing"
echo iommu-mock-client >$dev/driver_override
echo iommu-mock.a1 >$client/bind
is "$(field device a1 driver)" iommu-mock-client "bound"
refused EBUSY del_device a1 "driver is bound"
refused EBUSY reset 1 "driver iommu-mock-client is bound to device a1"
if owns; then
	refused EPERM groups/a1/claim 1 "does not give group a1"
	knob new_domain "x device=a1"
	fails EPERM domains/x/attach a1 "let go|own"
	# What does not claim, like vhost-vdpa, has its driver bound.
	knob domains/x/attach "a1 unclaimed"
	knob domains/x/detach a1
	knob del_domain x
fi
echo iommu-mock.a1 >$client/unbind
is "$(field device a1 driver)" - "unbound"
knob groups/a1/claim 1
if owns; then
	{ echo iommu-mock.a1 >$client/bind; } 2>/tmp/said
	is "$(field device a1 driver)" - "and is not bound while the group is claimed"
fi
knob groups/a1/claim 0
[ "$(field device a1 driver)" != - ] || echo iommu-mock.a1 >$client/bind
is "$(field device a1 driver)" iommu-mock-client "bound again"
goes "with our driver bound"

# Not a device that is not ours.
knob new_instance a
echo iommu-mock-client >$platform/devices/iommu-mock-unit.a/driver_override
echo iommu-mock-unit.a >$client/bind 2>/dev/null
[ ! -e $platform/devices/iommu-mock-unit.a/driver ]
ok $? "our driver takes none but our devices"

# A driver of the kernel that binds what it is told to.
knob new_device "a1 instance=a"
foreign=
for name in alarmtimer reg-dummy serial8250 rtc_cmos platform-framebuffer simple-framebuffer clk-gpio i8042 pcspkr; do
	[ -e $platform/drivers/$name/bind ] || continue
	echo $name >$dev/driver_override
	echo iommu-mock.a1 2>/dev/null >$platform/drivers/$name/bind || continue
	[ -e $dev/driver ] && foreign=$name && break
done
if [ "$foreign" ]; then
	note "bound by $foreign"
	is "$(field device a1 driver)" "$foreign" "bound by a driver of the kernel"
	refused EBUSY reset 1 "is bound to device a1"
	stays "a driver that is not ours"
	echo iommu-mock.a1 >$platform/drivers/$foreign/unbind
	is "$(field device a1 driver)" - "unbound"
else
	skip "needs a driver of the kernel that binds a dummy device"
fi
goes "in the end"

# A process may keep the file of a function's group open when the function has
# been unbound: unload does not wait for that. The group then goes without us.
if [ $vfio = 0 ] && load && knob new_instance a &&
	put new_device "held instance=a bus=pci"; then
	function=$(field device held dev)
	group=$(field group held id)
	echo vfio-pci >"/sys/bus/pci/devices/$function/driver_override"
	echo "$function" >/sys/bus/pci/drivers/vfio-pci/bind
	mkfifo /tmp/end
	sh -c 'exec 9<>"/dev/vfio/$1" && : >/tmp/open && read -r _ </tmp/end' sh "$group" &
	soon [ -e /tmp/open ]
	ok $? "a process has the group's file open"
	echo "$function" >/sys/bus/pci/drivers/vfio-pci/unbind
	# The directory of a module goes before the module does: wait for the end of
	# modprobe, because the kernel loads no module whose name it still has.
	rm -f /tmp/unloaded
	(modprobe -r iommu_mock && : >/tmp/unloaded) &
	soon [ -e /tmp/unloaded ]
	ok $? "unload does not wait for it"
	load
	knob new_instance a
	knob new_device "held instance=a bus=pci"
	echo >/tmp/end
	wait
	is "$(where held)" identity "the file is closed while another life of the module has begun"
	goes "and that ends, too"
else
	skip "this kernel has no vfio-pci"
fi
done_testing
