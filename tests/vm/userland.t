#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The Debian packages where people use them: a Debian with systemd, udev and apt boots
# from a disk. apt installs the packages, the tool runs with the module that dkms has
# built, and apt purges all of it. The package of the module is installed before that,
# because compilers take a quarter of an hour in a VM without KVM; tests/vm/deb.t looks at
# what dkms does. With BUILD=1 the VM installs that, too.
# Usage: [BUILD=1] tests/vm/userland.t [LANE]
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
# shellcheck source=roots.sh
. tests/vm/roots.sh
dir=$(mktemp -d)
disk=$(mktemp -d)

# The program of the VM: it writes "KEY: VALUE" lines to its second serial port.
program() {
	cat <<-'END'
		#!/bin/sh
		exec 2>&1
		export DEBIAN_FRONTEND=noninteractive HOME=/root
		echo "kernel: $(uname -r)"
		echo "units: $(systemctl list-units --failed --plain --no-legend | wc -l)"
		apt-get -q -y install /packages/iommu-mock_*.deb /packages/iommu-mock-dkms_*.deb /packages/libiommu-mock0_*.deb \
			/packages/python3-iommu-mock_*.deb >/root/apt.log 2>&1
		echo "installed: $?"
		tail -n 5 /root/apt.log | sed 's/^/# /'
		echo "dkms: $(dkms status)"
		iommu-mock load
		echo "loaded: $?"
		iommu-mock matrix --filter 'caller=einval,topology=pair*' >/root/cells 2>/dev/null
		echo "matrix: $?: $(tail -n 1 /root/cells)"
		iommu-mock instance add i && iommu-mock device add d instance=i bus=pci
		udevadm settle
		address=$(iommu-mock device list --raw --noheadings --output dev)
		echo "udev: $(udevadm info --query=property --property=SUBSYSTEM,PCI_ID --value "/sys/bus/pci/devices/$address" | xargs)"
		python3 -c 'from iommu_mock import Mock; print("python:", *Mock().state().devices)'
		iommu-mock reset
		iommu-mock unload
		echo "unloaded: $?"
		apt-get -q -y purge iommu-mock iommu-mock-dkms libiommu-mock0 python3-iommu-mock >/root/apt.log 2>&1
		echo "purged: $?"
		modprobe iommu_mock 2>/dev/null
		echo "gone: $?: $(find /usr/src /var/lib/dkms /lib/modules /usr/share -name '*iommu*mock*' | xargs)"
		dmesg | grep -E -f /root/complaints.list
		echo "log: $?"
		systemctl poweroff
	END
}

# disk_made: $disk/image, $disk/initrd and $disk/kernel, of $dir/root.
disk_made() {
	program >"$dir/root/root/program"
	chmod +x "$dir/root/root/program"
	cp scripts/lanes/complaints.list "$dir/root/root/"
	cat >"$dir/root/etc/systemd/system/program.service" <<-'END'
		[Unit]
		After=multi-user.target
		[Service]
		Type=oneshot
		ExecStart=/root/program
		StandardOutput=tty
		TTYPath=/dev/ttyS1
		TimeoutStartSec=infinity
		[Install]
		WantedBy=default.target
	END
	inside systemctl enable program.service
	echo '/dev/vda / ext4 defaults 0 1' >"$dir/root/etc/fstab"
	# mkinitramfs of Debian 12 reads how the kernel may be compressed.
	mkdir -p "$dir/root/boot"
	cp "$dir/root/usr/src/linux-headers-$release/.config" "$dir/root/boot/config-$release" || return
	inside mkinitramfs -o /initrd "$release"
	[ "$status" = 0 ] || return
	mv "$dir/root/initrd" "$disk/initrd" && cp "$(dirname "$lane_root")/vmlinuz" "$disk/kernel" || return
	umount -l "$dir/root/dev" "$dir/root/proc"
	rm -rf "$dir/root/tree" "$dir/root/var/lib/apt/lists"/*
	mke2fs -q -t ext4 -d "$dir/root" "$disk/image" 6G
}

booted() {
	timeout -k 5 $((${BUILD:+1200} + 600)) qemu-system-x86_64 -machine q35 -cpu max,-cx16,-erms,-fsrm -accel tcg,thread=multi -smp 2 -m 2048 \
		-nodefaults -no-user-config -display none -no-reboot -kernel "$disk/kernel" -initrd "$disk/initrd" \
		-append "root=/dev/vda rw console=ttyS0 quiet panic=-1 systemd.show_status=0 tsc=reliable no_timer_check" \
		-drive "file=$disk/image,if=virtio,format=raw,cache=unsafe" \
		-serial "file:$disk/console" -serial "file:$disk/said" </dev/null
}

# value KEY
value() {
	tr -d '\r' <"$disk/said" | sed -n "s/^$1: //p"
}

if [ "${1:-}" != inside ]; then
	lane=${1:-debian-13}
	scripts/lanes/build "$lane" >/dev/null || exit
	exec unshare --mount --propagation private "$0" inside "$lane"
fi
lane=$2
read -r lane_root release < <(scripts/lanes/build "$lane")
copied "$lane"
apt update
inside apt-get -q -y --no-install-recommends build-dep /tree/packaging
inside apt-get -q -y --no-install-recommends install systemd-sysv udev kmod python3
is "$status" 0 "$lane: a system with systemd, udev and apt"
inside /tree/scripts/deb /packages
is "$status:$err" "0:" "the packages are built there"
if [ -z "${BUILD:-}" ]; then
	inside sh -c 'apt-get -q -y --no-install-recommends install /packages/iommu-mock-dkms_*.deb'
	is "$status" 0 "apt installs the package of the module"
fi
ok "it is put on a disk" disk_made
umount -R -l "$dir"
ok "it boots, and powers itself off" booted
tail -n 3 "$disk/console" | sed 's/^/# /'
sed 's/^/# /' "$disk/said"
is "$(value kernel)" "$release" "with the kernel of the lane"
is "$(value units)" 0 "no unit has failed"
is "$(value installed)" 0 "apt installs the packages"
like "$(value dkms)" "^iommu-mock/[0-9.]+, ${release//+/.}, .*: installed" "dkms has built the module"
is "$(value loaded)" 0 "iommu-mock load"
like "$(value matrix)" "^0: # [1-9][0-9]* passed, 0 failed" "iommu-mock matrix"
is "$(value udev)" "1234:4D4F pci" "udev knows the function"
is "$(value python)" d "Python sees it"
is "$(value unloaded)" 0 "iommu-mock unload"
is "$(value purged)" 0 "apt purges the packages"
is "$(value gone)" "1: " "and nothing is left"
is "$(value log)" 1 "the kernel complained of nothing"
rm -rf "$disk"
rmdir "$dir"
done_testing
