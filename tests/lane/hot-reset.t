#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# VFIO's hot reset of a slot whose functions have several owners: the caller must
# own all functions; while another owner holds one, VFIO refuses the reset.
# needs: vfio-pci
# timeout: 180
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
modprobe -a vfio-pci vfio_iommu_type1 2>/dev/null || skip_all "this kernel has no vfio-pci"
load

hot() {
	./vfio-ask hot "$@" 2>&1
}

knob new_instance a
knob new_device "rp instance=a bus=pci bridge=root-port"
for name in f0 f1; do
	knob new_device "$name instance=a bus=pci behind=rp slot=s acs=1"
	bind $name
done
f0=$(function_of f0) f1=$(function_of f1)
is "${f0%.*}" "${f1%.*}" "two functions share a slot"

is "$(hot "$f0" "$f1")" Success "the owner of both functions can reset them"
unlike "$(hot "$f0")" "Success" "the owner of one of them cannot"

# Both are at work while the reset comes, which ends what they do: the core takes their
# Bus Master Enable first (pci_dev_save_and_disable()), so a step may see that instead.
clear_journal
busy="for d in f0 f1; do echo 'read 0x100000 4K repeat=1000000000' >$mock/devices/\$d/dma || exit; done"
is "$(BEFORE=$busy hot "$f0" "$f1")" Success "a reset under DMA"
# ended NAME: the engine's worker has seen that, after the step that it was at.
ended() {
	journal dma | grep -qE "device=$1 .*(reason=not-master|ret=-ECANCELED)"
}
for name in f0 f1; do
	soon ended $name
	is "$?:$(journal dma | grep -c "device=$name ")" 0:1 "$name: the reset has ended its operation, once"
done

# One of them is the in-kernel caller's, with memory and at work.
echo "$f1" >/sys/bus/pci/drivers/vfio-pci/unbind
echo >"$pci/devices/$f1/driver_override"
knob new_buffer "mine 64K"
knob new_domain "kept device=f1"
knob domains/kept/attach f1
knob domains/kept/map "0x1000 mine"
knob devices/f1/dma "read 0x1000 4K repeat=1000000000"
unlike "$(hot "$f0")" "Success" "the reset of a slot with a function of another owner is refused"
is "$(where f1)" kept "which stays where it was"
refused EBUSY devices/f1/dma "read 0x1000 16" "f1 is busy"
knob devices/f1/dma stop
knob devices/f1/dma "write 0x1000 16 pattern=0x42"
like "$(cat "$mock/devices/f1/dma")" " reason=- ret=0$" "and can be given new work"
echo "$f0" >/sys/bus/pci/drivers/vfio-pci/unbind
reset
done_testing
