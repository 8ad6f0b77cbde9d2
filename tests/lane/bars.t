#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# BARs of PCI functions: memory for them, from a block that the kernel gives up and
# from a range that was reserved at boot; VFIO, and DMA from one function to another;
# BARs of virtual functions.
# vm: --cmdline memmap=64M$0x30000000
# needs: gives up memory
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh

bar_memory() {
	value_in "$mock/build_info" bar_memory
}

# no_load PARAMETER PATTERN NAME: the module refuses to load, with a sentence.
no_load() {
	dmesg -c >/dev/null
	modprobe iommu_mock "$1" 2>/dev/null
	is "$?" 1 "$3"
	like "$(dmesg)" "iommu_mock: .*$2" "and says why"
}

no_load bar_memory=blocks "neither 'block' nor SIZE@START" "a parameter that makes no sense"
no_load bar_memory=64M@0x30000800 "in whole pages" "half a page"
no_load bar_memory=0@0x30000000 "neither 'block' nor" "nothing"
no_load bar_memory=64M@0x20000000 "the kernel uses memory in that range" "memory that is in use"
no_load bar_memory=128M@0x30000000 "the kernel uses memory in that range" "a range that goes past what was reserved"
no_load bar_memory=64M@0x30000000 "something else is in" "all that was reserved, to the byte"
no_load bar_memory=16M@0x60000000 "no memory in" "a range where nothing is"
no_load bar_memory=16M@0x100000000000 "something else is in" "an address that the machine does not have"

load
is "$(bar_memory)" "-" "no memory for BARs unless asked"
knob new_instance a
refused EOPNOTSUPP new_device "n instance=a bus=pci bars=4K" "load the module with bar_memory="
refused EOPNOTSUPP new_device "n instance=a bus=pci bar_regs=1" "load the module with bar_memory="
refused EOPNOTSUPP new_device "n instance=a bus=pci sriov=1 vf_bars=4K" "load the module with bar_memory="
reset
modprobe -r iommu_mock

# registers: those of the DMA engine in BAR 0, where the program rings a doorbell.
registers() {
	knob new_device "r instance=a bus=pci bars=16K bar_regs=1"
	knob new_device "alone instance=a bus=pci bar_regs=1 msix=1"
	is "$(awk 'NR <= 2 { print $1 == $2 ? 0 : $3 }' "$pci/devices/$(function_of alone)/resource" | xargs)" \
		"0x0000000000040200 0x0000000000040200" "registers alone have a BAR of their own, before that of MSI-X"
	bind r
	bind s
	# An operation takes longer than the worker needs to look at the doorbell again.
	knob instances/a/faults "dma errno=0 delay_us=100"
	./vfio-regs "$(function_of r)" "$(function_of s)" >/tmp/said 2>&1
	is "$?" 0 "$1: the program that uses the registers ends well" || note "$(cat /tmp/said)"
	while read -r word words; do
		[ "$word" = ok ]
		ok $? "VFIO: $words"
	done </tmp/said
	knob instances/a/faults off
	unbind r
	unbind s
	knob del_device r
	knob del_device alone
}

# numvfs N: the driver of the PF enables so many VFs.
numvfs() {
	echo "$1" >"$p/sriov_numvfs"
}

# vfs: BARs of virtual functions. 9.3.3.14: those of VF N are at base + N * size.
vfs() {
	knob new_device "p instance=a bus=pci sriov=3 vf_bars=16K,64K:64p bar_regs=1 msix=2"
	p=$pci/devices/$(function_of p)
	first=$(sed -n 8p "$p/resource")
	start=${first%% *}
	end=${first#* }
	end=${end%% *}
	is "$((end - start + 1)):${first##* }" "$((3 * 16384)):0x0000000000040200" "the PF has room for BAR 0 of three VFs"
	echo pci-pf-stub >"$p/driver_override"
	function_of p >$pci/drivers/pci-pf-stub/bind
	numvfs 3
	is $? 0 "the kernel enables them"
	for n in 0 1 2; do
		v=$pci/devices/$(function_of "pv$n")/resource
		is "$(sed -n 1p "$v" | cut -d' ' -f1)" "$(printf '0x%016x' $((start + n * 16384)))" "BAR 0 of VF $n follows"
		is "$(awk 'NR <= 2 { print $3 }' "$v" | xargs)" "0x0000000000040200 0x000000000014220c" "and its types"
	done
	bind pv1
	bind s
	knob instances/a/faults "dma errno=0 delay_us=100"
	./vfio-regs "$(function_of pv1)" "$(function_of s)" vf >/tmp/said 2>&1
	is "$?" 0 "a program of VFIO uses the registers of a VF" || note "$(cat /tmp/said)"
	while read -r word words; do
		[ "$word" = ok ]
		ok $? "VF: $words"
	done </tmp/said
	knob instances/a/faults off
	unbind pv1
	unbind s
	for n in 0 3 0; do
		numvfs $n
		is $? 0 "$n VFs"
	done
	# pci-pf-stub leaves the VFs behind. The PF goes by sysfs, and takes its part of
	# the window along, in which the VFs have theirs.
	numvfs 3
	function_of p >$pci/drivers/pci-pf-stub/unbind
	echo 1 >"$p/remove"
	[ ! -e "$p" ]
	ok $? "the PF is removed by others, and the VFs are left"
	knob del_device p
	is "$(find $pci/devices/ -name '4d4f:*' | wc -l):$(grep -c ' : 4d4f:' /proc/iomem)" "1:0" "and go with all their addresses"
	i=0
	while [ $i -lt 20 ]; do
		i=$((i + 1))
		put new_device "p instance=a bus=pci sriov=3 vf_bars=4M" && put del_device p || break
	done
	is "$i:$said" "20:" "their memory comes back each time"
	refused ENOSPC new_device "p instance=a bus=pci sriov=128 vf_bars=4M" "no memory for the BARs"
	refused EINVAL new_device "p instance=a bus=pci vf_bars=4K" "sriov="
}

# functions: what works with BARs, wherever their memory is.
functions() {
	knob new_instance a
	knob new_instance "b ias=48"
	knob new_device "t instance=a bus=pci bars=16K,1M:64p"
	knob new_device "s instance=b bus=pci"
	like "$(sed -n 1p "$pci/devices/$(function_of t)/resource")" " 0x0000000000040200$" "$1: BAR 0 is memory"
	like "$(sed -n 2p "$pci/devices/$(function_of t)/resource")" " 0x000000000014220c$" "BAR 1 is prefetchable memory, of 64 bits"
	like "$(grep "$(function_of t)" /proc/iomem | head -n 1)" "^ .*-.* : $(function_of t)$" "which no other device can have"
	bind t
	bind s
	./vfio-bar "$(function_of t)" "$(function_of s)" >/tmp/said 2>&1
	is "$?" 0 "$1: the program of VFIO ends well" || note "$(cat /tmp/said)"
	while read -r word words; do
		[ "$word" = ok ]
		ok $? "VFIO: $words"
	done </tmp/said
	unbind t

	# The memory comes back, and is given out as zeros.
	place=$(sed -n 1p "$pci/devices/$(function_of t)/resource")
	knob del_device t
	knob new_device "t instance=a bus=pci bars=16K,1M:64p"
	is "$(sed -n 1p "$pci/devices/$(function_of t)/resource")" "$place" "the next function gets the same memory"
	bind t
	like "$(./vfio-bar "$(function_of t)" "$(function_of s)" 2>&1)" "^ok the memory is zero" "which is zero again"
	unbind t
	unbind s
	knob del_device t
	registers "$1"
	vfs
	refused EINVAL new_device "t instance=a bus=pci bars=3K" "a power of two, 4K or more"
	refused ENOSPC new_device "t instance=a bus=pci bars=8G:64" "no memory for the BARs"
	refused ENOSPC new_device "t instance=a bus=pci bars=4K,8G:64" "no memory for the BARs"
	refused EINVAL new_device "t instance=a bars=4K" "bars= is for bus=pci"
	refused EINVAL new_device "t instance=a bar_regs=1" "bar_regs= is for bus=pci"
	refused EINVAL new_device "t instance=a bus=pci bridge=pci bar_regs=1" "on a root bus"
	refused EINVAL new_device "t instance=a bus=pci bridge=root-port bars=4K" "on a root bus"
	knob new_device "rp instance=a bus=pci bridge=root-port"
	refused EINVAL new_device "t instance=a bus=pci behind=rp bars=4K" "on a root bus"
	i=0
	while [ $i -lt 300 ]; do
		i=$((i + 1))
		put new_device "t instance=a bus=pci bars=4M,16K" && put del_device t || break
	done
	is "$i:$said" "300:" "made and removed 300 times"
	reset
	modprobe -r iommu_mock
	is "$(traces)$(grep -c 'iommu-mock BARs' /proc/iomem)" "${strangers}0" "the module goes without a trace"
}

modprobe -a vfio-pci vfio_iommu_type1 pci-pf-stub
# Where iommufd has its own selftest, it has an IOMMU, too.
strangers=$(traces)
parameter=bar_memory=32M@0x31000000
load
is "$(bar_memory)" "32768K@0x31000000" "a range that was reserved"
functions "a reserved range"

memory() {
	sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' /proc/meminfo
}
before=$(memory)
parameter=bar_memory=block
modprobe iommu_mock "$parameter" 2>/tmp/said
if [ -d /sys/module/iommu_mock ]; then
	load
	like "$(bar_memory)" "^131072K@0x[0-9a-f]*$" "a memory block"
	# What describes the block's pages comes and goes with it: 2 MiB.
	[ $((before - $(memory))) -ge 129024 ]
	ok $? "which the kernel does without" "before: $before now: $(memory)"
	functions "a memory block"
	for block in /sys/devices/system/memory/memory*/state; do
		[ "$(cat "$block")" = online ] || echo online >"$block"
	done
	[ "$(memory)" -ge "$before" ]
	ok $? "and has back afterwards" "before: $before now: $(memory)"
else
	skip "this kernel gives up memory to no module"
fi
done_testing
