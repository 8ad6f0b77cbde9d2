#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What each command that changes something writes, and to which file.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
tree shared

writes new_instance "a" instance add a
writes new_instance "a driver=smmu ias=39 policy=same-driver" \
	instance add a driver=smmu ias=39 policy=same-driver
writes new_instance "a ias=39" instance add ias=39 a
writes new_instance "a errno=EINVAL,format=ENODEV,never=5 misbehave=unhook-first,log-refusal" \
	instance add a errno=EINVAL,format=ENODEV,never=5 misbehave=unhook-first,log-refusal
writes new_instance "a pgsizes=4K,2M" instance add a pgsizes=4K,2M
writes new_instance "a pgsizes=0x40201000" instance add a pgsizes=0x40201000
writes instances/smmu0/policy "any" instance set smmu0 policy=any
writes instances/smmu0/iotlb "16" instance set smmu0 iotlb=16
writes instances/smmu0/stats "0" instance set smmu0 stats=0
writes new_instance "a iotlb=0 policy=any" instance add a iotlb=0 policy=any
writes instances/smmu0/pairs "allow smmu1" instance allow smmu0 smmu1
writes instances/smmu0/pairs "deny smmu1" instance deny smmu0 smmu1
writes instances/smmu0/pairs "clear smmu1" instance clear smmu0 smmu1
writes del_instance "smmu0
smmu1" instance del smmu0 smmu1
writes new_device "d instance=smmu0" device add d instance=smmu0
writes new_device "d instance=smmu0 group=g bus=platform" \
	device add d instance=smmu0 group=g bus=platform
writes del_device "dev0" device del dev0
writes groups/g1/claim "1" group claim g1
writes groups/g1/claim "0" group release g1
writes new_domain "x device=dev0" domain add x device=dev0
writes del_domain "dom0" domain del dom0
writes domains/dom0/attach "dev0" domain attach dom0 dev0
writes domains/dom0/attach "dev0 unclaimed" domain attach dom0 dev0 --unclaimed
writes domains/dom0/attach_group "g1" domain attach dom0 g1 --group
writes domains/dom0/attach_group "g1 unclaimed" domain attach --group --unclaimed dom0 g1
writes domains/dom0/attach "dev0 pasid=5" domain attach dom0 dev0 pasid=5
writes domains/dom0/detach "dev0 pasid=5" domain detach dom0 dev0 pasid=5
writes domains/dom0/replace "dev0 pasid=5" domain replace dom0 dev0 pasid=5
writes domains/dom0/replace_group "g1" domain replace dom0 g1 --group
writes domains/dom0/detach "dev0" domain detach dom0 dev0
writes domains/dom0/detach_group "g1" domain detach dom0 g1 --group
writes domains/dom0/map "0x1000 buf0" domain map dom0 0x1000 buf0
writes domains/dom0/map "1M buf0 offset=4K size=0x1000 prot=r" \
	domain map dom0 1M buf0 offset=4K size=0x1000 prot=r
writes domains/dom0/unmap "0x1000 2M" domain unmap dom0 0x1000 2M
writes domains/dom0/trim 1 domain trim dom0
writes new_buffer "b 2M" buffer add b 2M
writes del_buffer "buf0" buffer del buf0
writes instances/smmu0/faults "attach errno=ENOMEM times=1" \
	fault add smmu0 attach errno=ENOMEM times=1
writes instances/smmu0/faults "map errno=0 delay_us=5 space=1M times=-1 filter=any device=dev0" \
	fault add smmu0 map errno=0 delay_us=5 space=1M times=-1 filter=any device=dev0
writes instances/smmu0/faults "attach off" fault del smmu0 attach
writes instances/smmu0/faults "off" fault del smmu0 all
writes reset "1" reset
writes journal "clear" events --clear
writes journal_events "attach,dma" events --record attach,dma
writes journal_events "none" events --record none
mock events --clear --record all
is "$status:$out$err:$(tail -n 1 "$knobs/journal"):$(tail -n 1 "$knobs/journal_events")" "0::clear:all" \
	"events --clear --record"
writes instances/smmu0/faults "dma errno=EIO nth=2 device=dev0" fault add smmu0 dma errno=EIO nth=2 device=dev0

tree shared
mock instance set smmu0 policy=any format=vtd-4l ias=39
is "$status" 0 "instance set takes several keys"
is "$(cat "$knobs"/instances/smmu0/{format,ias,policy} | tr '\n' ' ')" \
	"arm-4k vtd-4l 48 39 compatible any " "each goes to its file"
refuse_writes instances/smmu0/ias "devices are behind it"
: >"$knobs/instances/smmu0/policy"
refuses 1 "instance set smmu0: devices are behind it (ENOSPC)" instance set smmu0 policy=any ias=30
is "$(cat "$knobs/instances/smmu0/policy")" "" "the first that is refused ends it"

# Refusals are in the module's words.
tree shared
refuse_writes new_instance "a is taken"
refuses 1 "instance add a: a is taken (ENOSPC)" instance add a
refuse_writes domains/dom0/attach "smmu1 refuses: ias"
refuses 1 "domain attach dom0 nic0: smmu1 refuses: ias (ENOSPC)" domain attach dom0 nic0
refuse_writes domains/dom0/attach ""
refuses 1 "domain attach dom0 nic0: No space left on device (ENOSPC)" domain attach dom0 nic0
refuse_writes del_buffer "it is mapped"
mock buffer del buf0 buf1
is "$status" 1 "del of two that are refused"
is "$err" "iommu-mock: buffer del buf0: it is mapped (ENOSPC)
iommu-mock: buffer del buf1: it is mapped (ENOSPC)" "names both"
refuse_writes reset "d3 is held"
refuses 1 "reset: d3 is held (ENOSPC)" reset
refuses 1 "domain attach nodom dev0: there is no domain nodom (ENOENT)" domain attach nodom dev0
refuses 1 "group claim nogroup: there is no group nogroup (ENOENT)" group claim nogroup
refuses 1 "instance set no: there is no instance no (ENOENT)" instance set no policy=any
refuses 1 "fault add no: there is no instance no (ENOENT)" fault add no attach errno=EIO
refuses 1 "domain attach d3 dev0: d3 has no attach: it is another caller's (ENOENT)" \
	domain attach d3 dev0
refuses 1 "domain show dom: there is no such domain; did you mean dom0?" domain show dom
refuses 1 "fault list smuu0: there is no such instance; did you mean smmu0?" fault list smuu0
refuses 1 "domain mappings nodom: there is no such domain" domain mappings nodom

# walk: the question goes in, and the answer comes from, one file
prints "domain walk" domain walk dom0 0x100010 <<'EOT'
    IOVA       PHYS PAGE PROT BUFFER OFFSET
0x100010 0x40000010   2M rw   buf0     0x10
EOT
is "$(tail -n 1 "$knobs/domains/dom0/walk")" 0x100010 "walk asked for the address"
refuse_writes domains/dom0/walk "nothing is mapped there"
refuses 1 "domain walk dom0 0x5: nothing is mapped there (ENOSPC)" domain walk dom0 0x5
echo "iova=0x1 phys=zero" >"$tmp/answer"
ln -sf "$tmp/answer" "$knobs/domains/dom0/walk"
mock domain walk dom0 0x1
is "$status:$err" "1:iommu-mock: domain walk dom0 0x1: the module's answer makes no sense" \
	"an answer that is none"

echo "iova=0x1 phys" >"$tmp/answer"
mock domain walk dom0 0x1
is "$status" 1 "an answer that is half of one"

# The bytes of a buffer
mock buffer read buf0 offset=10 size=8
is "$out" "abcdef01" "buffer read"
refuses 1 "buffer read nobuf: there is no such buffer" buffer read nobuf
mock buffer read buf0 offset=60 size=8
is "$status:$out" "1:cdef" "buffer read past the end gives what there is, and fails"
is "$err" "iommu-mock: buffer read buf0: it ends 4 bytes before that" "and the sentence says how much is missing"
mock buffer read buf0 offset=63 size=2
is "$err" "iommu-mock: buffer read buf0: it ends 1 byte before that" "one byte is not many"
run sh -c 'printf ABC | "$1" --sysroot "$2" buffer write buf0 offset=1' sh "$tool" "$tree"
is "$status" 0 "buffer write"
is "$(head -c 6 "$knobs/buffers/buf0/data")" "0ABC45" "wrote the bytes in their place"
run sh -c 'printf ABCDEF | "$1" --sysroot "$2" buffer write buf0 size=2' sh "$tool" "$tree"
is "$status:$err:$(head -c 6 "$knobs/buffers/buf0/data" | cut -c1-2)" "0::AB" "no more than its size"
run sh -c 'printf AB | "$1" --sysroot "$2" buffer write buf0 size=8' sh "$tool" "$tree"
is "$status:$err" "1:iommu-mock: buffer write buf0: the input ends 6 bytes before that" "a write of less than all fails, and a sentence says how much is missing"
ln -sf /dev/full "$knobs/buffers/buf1/data"
run sh -c 'printf AB | "$1" --sysroot "$2" buffer write buf1' sh "$tool" "$tree"
is "$status:$err" "1:iommu-mock: buffer write buf1: it ends before the input does" "a buffer that is too small"
is "$(script -qec "$tool --sysroot $tree buffer read buf0 offset=16 size=18" /dev/null | tr -d '\r')" \
	"000000000010  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef
000000000020  30 31                                            01" "on a terminal bytes can be read"

# Kernel drivers
sysfs=$tree/sys/bus/platform
mock device bind dev0
is "$status:$err" "0:" "device bind"
is "$(cat "$sysfs/drivers/iommu-mock-client/bind")" iommu-mock.0 "bind is written"
is "$(cat "$sysfs/devices/iommu-mock.0/driver_override")" iommu-mock-client \
	"after driver_override"
refuses 1 "device bind dev2: dev2 is bound to vfio-platform (EBUSY)" device bind dev2
refuses 1 "device bind dve0: there is no such device; did you mean dev0?" device bind dve0
: >"$sysfs/devices/iommu-mock.0/driver_override"
refuses 1 "device bind dev0: there is no driver vfio-pci on the bus platform: is its module loaded? (ENOENT)" \
	device bind dev0 vfio-pci
is "$(tr '\n' ';' <"$sysfs/devices/iommu-mock.0/driver_override")" "vfio-pci;;" \
	"a bind that failed takes its driver_override back"
ln -sf /dev/full "$sysfs/drivers/iommu-mock-client/bind"
refuses 1 "device bind dev0: iommu-mock-client does not take iommu-mock.0: No space left on device (ENOSPC)" \
	device bind dev0
mock device unbind dev2
is "$status:$err" "0:" "device unbind"
is "$(cat "$sysfs/drivers/vfio-platform/unbind")" iommu-mock.4 "unbind is written"
is "$(od -An -c "$sysfs/devices/iommu-mock.4/driver_override" | tr -d ' ')" '\n' \
	"and driver_override is cleared"
refuses 1 "device unbind dev0: dev0 is not bound to a driver (ENODEV)" device unbind dev0
done_testing
