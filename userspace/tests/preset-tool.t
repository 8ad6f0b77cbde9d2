#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Presets on the command line: what an instance is made of, and what is said.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
tree shared

v3="policy=same-instance errno=EINVAL,instance=ENXIO misbehave=unhook-first,log-refusal"
writes new_instance "a driver=arm-smmu-v3 format=arm-4k $v3" instance add a preset=arm-smmu-v3@6.1
writes new_instance "a driver=x format=arm-4k ${v3/instance=ENXIO/instance=EXDEV}" \
	instance add a driver=x preset=arm-smmu-v3@6.1 errno=EINVAL,instance=EXDEV
writes new_instance "a driver=omap format=arm-4k ias=30 oas=32 iotlb=0 policy=never errno=EINVAL misbehave=log-refusal" \
	instance add a preset=omap@6.12 iotlb=0 ias=30
writes new_instance "a driver=omap format=vtd-4l policy=never errno=EINVAL misbehave=none" \
	instance add a format=vtd-4l preset=omap@6.12 misbehave=none
# Without one, the line is as it was typed.
writes new_instance "a policy=any ias=39" instance add a policy=any ias=39

refuses 2 "instance add: preset=: intel@ of which kernel? It has 5.10, 6.1, 6.12, 7.3" instance add a preset=intel
refuses 2 "instance add: preset=: there is no preset 'omab'; did you mean omap?" instance add a preset=omab@6.1
refuses 2 "instance set: there is no key 'preset'" instance set smmu0 preset=intel@6.1
refuses 2 "preset show: NAME@KERNEL is missing" preset show
refuse_writes new_instance "there is an instance a already"
refuses 1 "instance add a: there is an instance a already (ENOSPC)" instance add a preset=intel@6.1

# Neither needs the module.
tree empty
rm -rf "$tree/sys"
mock preset list --json
is "$status:$err" "0:" "the list needs no module"
is "$(json 'join ",", map { "$_->{kernels}=$_->{errno}[0]" } grep { $_->{name} eq "arm-smmu-v3" } @{$j->{presets}}' <<<"$out")" \
	"5.10-6.1=EINVAL,6.12=EINVAL,6.13-6.15=EINVAL,7.3=EINVAL" "the list: kernels and errnos of one"
is "$(json 'scalar grep { !$_->{gaps} || !$_->{driver} || !@{$_->{policy}} } @{$j->{presets}}' <<<"$out")" 0 \
	"the list: no row that leaves nothing out, or has no policy"
is "$(json 'join ",", map { $_->{verified} } grep { $_->{name} =~ /^(arm-smmu-v3|virtio)$/ } @{$j->{presets}}' <<<"$out")" \
	"run,run,read,run,read,partly" "the list: which were run"
mock preset show virtio@6.1 amd@5.15 --raw -n -o preset,kind,what,text
is "$status:$err" "0:" "two are shown"
like "$out" 'virtio@5.10-6.1 key errno EINVAL,instance=EXDEV' "shown: a key"
like "$out" 'virtio@5.10-6.1 source virtio-iommu.c viommu_attach_dev\\x20\(5.10,\\x206.1\)' "shown: the function"
like "$out" 'amd@5.10-7.3 partly record-amd.t .*accepted' "shown: the test that ran the driver, and what it saw"
like "$out" 'amd@5.10-7.3 not-expressed EINVAL:.*HDSUP.* neither' "shown: what is left out, and why"

complete() {
	mock --complete "$@"
	echo "$out" | paste -sd' '
}
is "$(complete instance add a preset=virtio)" \
	"preset=virtio@5.10 preset=virtio@6.1 preset=virtio@6.12 preset=virtio@7.3" "completed as a value"
is "$(complete preset show ris)" "riscv@7.3" "completed as an operand"
done_testing
