#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# libvirt of Debian, as docs/ci.md has it: nodedev-list finds functions, nodedev-detach
# and nodedev-reattach give them to vfio-pci and take them back, and a domain has one
# (libvirt-hostdev.xml). No guest runs in the domain: it is paused.
# lane: debian-13
# vm: --package qemu-system-x86 --package libvirt-daemon-driver-qemu --package libvirt-daemon-driver-nodedev --package libvirt-clients --package udev --mem 2560
# timeout: 600
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
load
modprobe -a vfio-pci vfio_iommu_type1
for i in a b; do
	knob new_instance "$i"
	knob new_device "${i}0 instance=$i bus=pci"
done
a0=$(function_of a0) b0=$(function_of b0)
is "$a0" 4d4f:00:00.0 "the function has the address that libvirt-hostdev.xml names"

# within COMMAND...: a program of the packages.
within() {
	chroot /packages "$@"
}

# node FUNCTION: its name as libvirt has it.
node() {
	echo "pci_$1" | tr ':.' '__'
}

virsh() {
	within virsh -q -c qemu:///system "$@" 2>&1
}

# No systemd runs here, and so no cgroups, namespaces and users for the domains.
cat >/packages/etc/libvirt/qemu.conf <<'END'
user = "root"
group = "root"
security_driver = "none"
cgroup_controllers = [ ]
namespaces = [ ]
stdio_handler = "file"
END
echo 'auth_unix_rw = "none"' >>/packages/etc/libvirt/libvirtd.conf
within libvirtd --daemon >/tmp/libvirtd.log 2>&1
ok $? "libvirtd starts" "$(cat /tmp/libvirtd.log)"

listed() {
	virsh nodedev-list --cap pci | grep -q "$(node "$a0")"
}
soon listed
like "$(virsh nodedev-list --cap pci)" "^$(node "$a0")$" "nodedev-list has the function"
like "$(virsh nodedev-dumpxml "$(node "$a0")")" "<iommuGroup number=" "and knows its group"

out=$(virsh nodedev-detach "$(node "$b0")")
is "$?:$(field device b0 driver)" "0:vfio-pci" "nodedev-detach binds vfio-pci" || note "$out"
out=$(virsh nodedev-reattach "$(node "$b0")")
is "$?:$(field device b0 driver)" "0:-" "nodedev-reattach gives it back" || note "$out"

out=$(virsh create --paused /root/tests/libvirt-hostdev.xml)
is "$?:$(field device a0 driver)" "0:vfio-pci" "a domain with the function starts" || note "$out $(tail -n 20 /packages/var/log/libvirt/qemu/*.log)"
[ "$(total domains)" -ge 1 ] && [ "$(where a0)" != identity ]
ok $? "QEMU has it in a domain of the mock IOMMU" "$(where a0)"
like "$(virsh nodedev-detach "$(node "$a0")")" "in use" "nodedev-detach is refused meanwhile"
refused EBUSY del_device a0 "driver is bound"
out=$(virsh destroy with-mock-function)
is "$?:$(field device a0 driver)" "0:-" "the domain ends, and libvirt gives the function back" || note "$out"
is "$(total domains):$(where a0)" "0:identity" "and nothing is left"
kill "$(cat /run/libvirtd.pid)"
reset
done_testing
