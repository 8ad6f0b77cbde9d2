#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# All at once: calls of VFIO and iommufd at random by several programs (helpers/vfio-fuzz.c),
# accesses at random to configuration space, BARs and interrupts (helpers/vfio-user.c),
# errors of PCI Express, and random writes to the files (helpers/fuzz.c). The kernel logs no complaint, and afterwards
# each function is as good as new. FUZZ_SEED and FUZZ_SECONDS repeat a run.
# vm: --mem 2048 --cmdline memmap=64M$0x30000000
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
parameter=bar_memory=32M@0x31000000
modprobe -a vfio-pci vfio_iommu_type1
modprobe iommufd 2>/dev/null
before=$(traces)
load
seed=${FUZZ_SEED:-$(od -An -tu2 -N2 /dev/urandom | tr -d ' ')}
note "FUZZ_SEED=$seed"
seconds=${FUZZ_SECONDS:-15}

# Of each kind: with BARs and MSI-X, with registers in a BAR, with many vectors, with
# none, with INTx; two in a slot, which a hot reset resets together. One instance translates
# by two stages, has PASIDs and tracks writes where the kernel can.
pasids=
[ "$(value_in "$mock/build_info" pasids)" = 0 ] || pasids=pasids=16
knob new_instance "fa nest=$(value_in "$mock/build_info" nest) dirty=$(value_in "$mock/build_info" dirty) ${pasids:+pasid=4}"
knob new_instance "fb ias=39"
knob new_device "alone instance=fa bus=pci bars=16K,1M:64p msi=4 msix=9"
knob new_device "f0 instance=fa bus=pci bars=16K,1M:64p msi=4 msix=9 $pasids"
knob new_device "f1 instance=fb bus=pci bars=16K bar_regs=1 msix=2"
knob new_device "f2 instance=fa bus=pci msi=32 $pasids"
knob new_device "f3 instance=fb bus=pci msi=0 intx=1"
knob new_device "port instance=fa bus=pci bridge=root-port acs=1 aer=1"
knob new_device "s0 instance=fa bus=pci behind=port slot=s acs=1 aer=1"
knob new_device "s1 instance=fa bus=pci behind=port slot=s acs=1 aer=1"
all="f0 f1 f2 f3 s0 s1"
functions=
for f in alone $all; do
	bind "$f"
	[ "$f" = alone ] || functions="$functions $(function_of "$f")"
done

# shellcheck disable=SC2086 # words
./vfio-fuzz "$seed" "$seconds" 3 $functions >/tmp/calls 2>&1 &
calls=$!
./vfio-user fuzz "$(function_of alone)" "$seconds" "$seed" >/tmp/accesses 2>&1 &
accesses=$!
./fuzz "$seed" "$seconds" 2 >/tmp/writes 2>&1 &
writes=$!
while kill -0 "$calls" 2>/dev/null; do
	for error in "s0 RxErr" "s1 CmpltTO" "s0 MalfTLP" "port BadTLP"; do
		quietly "devices/${error% *}/aer" "${error#* }"
		usleep 50000
	done
done
wait "$calls"
ok $? "calls of VFIO and iommufd at random, for $seconds s" "$(cat /tmp/calls)"
wait "$accesses"
ok $? "accesses to a function at random, and it is as good as new" "$(cat /tmp/accesses)"
wait "$writes"
ok $? "writes to the files at random" "$(cat /tmp/writes)"
note "$(cat /tmp/calls /tmp/accesses /tmp/writes)"
done=$(sed -n 's/.* done=\([0-9]*\) .*/\1/p' /tmp/calls)
[ "${done:-0}" -gt 100 ]
ok $? "many calls did something"

for f in $all; do
	out=$(./vfio-dma "$(function_of "$f")" 2>&1)
	is "$(echo "$out" | tail -n 1)" "as it should be" "$f does DMA as before" || note "$out"
done
# What a fault or a misbehaviour would do to the reset is not the question.
for i in "$mock"/instances/*; do
	knob "instances/${i##*/}/faults" off
done
for f in alone $all; do
	unbind "$f"
	is "$(where "$f")" identity "$f is where it was"
done
reset
is "$(cat "$mock/state")" "" "reset: nothing is left"
# Tables go when their readers have: soon.
none_held() {
	[ "$(total table_bytes_held)" = 0 ]
}
soon none_held
is "$(total domains):$(total table_bytes):$(total table_bytes_held)" "0:0:0" "no domain, and no table"
modprobe -r iommu_mock
is "$?:$(traces)" "0:$before" "the module goes, without a trace"
done_testing
