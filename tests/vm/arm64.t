#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The lane of arm64: what this machine's own architecture does not show. Programs and
# modules come from the build root, a shell has another terminal, and the verdict
# reads the words of another kernel. With firmware the kernel has ACPI.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
# shellcheck source=shell.sh
. tests/vm/shell.sh
lane=debian-13-arm64
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
firmware=/usr/share/qemu-efi-aarch64/QEMU_EFI.fd

# What is made for the first boot is made here, and its words do not mix with others.
ok "the build root" scripts/lanes/build $lane
ok "the tool and the programs of the tests" scripts/lanes/build $lane --programs
ok "the module" scripts/lanes/build $lane "$PWD"

vm() {
	run scripts/vm --lane "$lane" --timeout 240 "$@"
}

vm --no-module --program lspci -- sh -c \
	'uname -m; lspci -n | grep -c .; modprobe --version | head -n 1; readlink /bin/ls; ls / | grep -c .; echo to err >&2; exit 77'
like "$status:$out" '^77:aarch64.[1-9].*kmod version .*/bin/busybox' "programs of arm64 run, and modprobe is kmod's"
is "$err" "to err" "status, output and errors come back apart"
vm --no-module --program no-such-program -- true
is "$status:$err" "117:vm: --program: there is no no-such-program for arm64 in the build root of lane $lane" "a program that the root does not have"
vm --no-module --python pytest -- true
is "$status:$err" "117:vm: --python: lane $lane cannot run Python of this machine" "Python of this machine"
run scripts/lanes/build debian-13 --programs
is "$status" 116 "a lane of this machine has no programs of its own"

type_into "scripts/vm --lane $lane --no-module --timeout 120" 'tty; exit 3'
is "$status" 3 "a shell has a terminal, and its exit status remains"
like "$screen" '/dev/hvc0' "which is that of virtio"

# The module, the tool and the demo.
vm --add scripts/demo -- sh demo
is "$status:$err" 0: "the demo runs" "$out"
like "$out" 'smmu1 refuses .*: ias \(EINVAL\)|EINVAL:ias' "and shows a refusal"

# What the kernel does with PCI buses of ours when firmware describes the machine.
functions='
dmesg | grep -c "ACPI: Interpreter enabled"
ls -d /sys/firmware/devicetree/base 2>/dev/null
modprobe iommu_mock
iommu-mock instance add a && iommu-mock device add n instance=a bus=pci &&
	iommu-mock device add br instance=a bus=pci bridge=pci &&
	iommu-mock device add m instance=a bus=pci behind=br && iommu-mock show --noheadings >/dev/null
cd /sys/bus/pci/devices && echo 4d4f:* && iommu-mock share n m >/dev/null && iommu-mock reset && rmmod iommu_mock && echo gone'
vm --qemu -bios --qemu $firmware -- sh -c "$functions"
is "$status:$err" 0: "with ACPI there are PCI functions"
like "$out" '^1.*4d4f:00:00.0 .*gone$' "which go again"

# The verdict.
run scripts/lanes/build "$lane" tests/vm/modules
built=$out
is "$status" 0 "modules build"
load() {
	vm --no-module --add "$built/vmtest_$1.ko" -- insmod "vmtest_$1.ko"
}
load good
is "$status:$err" 0: "a good module is green, and silent"
load warn
like "$status:$err" '^120:.*vmtest: a warning on purpose' "a warning is red, and is shown"
load oops
like "$status:$err" '^121:.*vmtest_init\+0x' "an oops is red, and is shown"
done_testing
