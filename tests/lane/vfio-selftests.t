#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The kernel's own selftests of VFIO (tools/testing/selftests/vfio) on our functions.
# lane: debug
# vm: --mem 2048 --cmdline memmap=64M$0x30000000 --cmdline hugepages=8
# selftests: vfio
# needs: Cannot allocate memory
# needs: SR-IOV may not be supported
# needs: the function has nothing for
# timeout: 300
# shellcheck source=lib.sh
. ./lib.sh
tests=/root/selftests
[ -x $tests/vfio_pci_device_test ]
ok $? "the selftests compile"
parameter=bar_memory=32M@0x31000000
load
modprobe -a vfio-pci vfio_iommu_type1 iommufd
knob new_instance a
knob new_device "n instance=a bus=pci bars=16K,4M:64p msi=4 msix=4"
function=$(field device n dev)
echo vfio-pci >"/sys/bus/pci/devices/$function/driver_override"
echo "$function" >/sys/bus/pci/drivers/vfio-pci/bind

# reported PROGRAM: each of its results becomes one of ours.
reported() {
	lines=
	while IFS= read -r line; do
		case $line in
		"ok "*"# SKIP"*) skip "$1: ${line#*# SKIP }" ;;
		"ok "*) ok 0 "$1: ${line#ok [0-9]* }" ;;
		"not ok "*) ok 1 "$1: ${line#not ok [0-9]* }" "$lines" ;;
		"#  RUN "*) lines= ;;
		*) lines=$lines$line$newline ;;
		esac
	done <"/tmp/$1"
}

for program in "$tests"/vfio_*_test; do
	name=${program##*/}
	"$program" "$function" >"/tmp/$name" 2>&1
	status=$?
	# It skips all it has.
	if [ $status = 4 ]; then
		skip "the function has nothing for $name: $(tail -n 1 "/tmp/$name")"
		continue
	fi
	ok $status "$name ends well" "$(tail -n 20 "/tmp/$name")"
	like "$(cat "/tmp/$name")" "^1\.\.[1-9]" "$name has a plan"
	reported "$name"
done
echo "$function" >/sys/bus/pci/drivers/vfio-pci/unbind
reset
done_testing
