#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# vhost-vdpa as a caller: one domain for each device, one attach, and every errno passed on.
# The calls are those of vhost_vdpa_alloc_domain() in drivers/vhost/vdpa.c. Programs that
# use it (helpers/vdpa-user.c) are killed, ask for nonsense and keep their device.
# needs: the module has no vDPA devices
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=callers.sh
. ./callers.sh
# shellcheck source=pci.sh
. ./pci.sh
before=$(traces)
load
[ ! -d /sys/module/vdpa ] || modprobe -r vhost_vdpa vdpa
[ ! -d /sys/module/vdpa ]
ok $? "the module needs no vdpa.ko to be loaded"

knob new_instance a
knob new_device "a0 instance=a"
if [ "$(value_in "$mock/build_info" vdpa)" = 0 ]; then
	had=$(frozen)
	out=$(iommu-mock share --caller vdpa a0 2>&1)
	is "$?" 3 "vdpa: exit status 3"
	like "$out" "^iommu-mock: the module has no vDPA devices on this kernel: " "and a sentence"
	[ ! -e /sys/bus/platform/drivers/iommu-mock-vdpa ]
	ok $? "there is no such driver"
	is "$(frozen)" "$had" "and nothing is left"
	skip "the module has no vDPA devices"
	done_testing
fi
knob new_instance "n ias=39"
knob new_instance c
knob new_device "n0 instance=n"
knob new_device "p0 instance=a bus=pci"
had=$(frozen)

# A kernel that lacks its modules.
mount -t tmpfs none /lib/modules
out=$(iommu-mock share --caller vdpa a0 2>&1)
is "$?" 3 "a kernel without vhost-vdpa: exit status 3"
like "$out" "has no module vhost_vdpa.*CONFIG_VHOST_VDPA" "and a sentence"
iommu-mock device bind a0 iommu-mock-vdpa >/tmp/said 2>&1
is "$?" 1 "nor does a driver of ours find vdpa.ko"
umount /lib/modules
is "$(frozen)" "$had" "and nothing was bound"
out=$(iommu-mock share --caller vdpa --keep a0 2>&1)
is "$?" 2 "there is nothing to keep"

left() {
	is "$(total domains):$(total table_bytes):$(grep -c 'driver=iommu-mock-vdpa' "$mock/state")" "0:0:0" "nothing is left of it"
}

# One attach for each, without a claim; DMA of each arrives, which share checks.
placed vdpa a0 n0 p0
is "$status:$row" "0:3 {a0}\x20{n0}\x20{p0} - 3 0 -" "each has a domain of its own, by one call" || cat /tmp/said
is "$seq" "alloc domain=#1 device=a0 instance=a ret=0
attach instance=a device=a0 domain=#1 old=identity fresh=1 reason=- ret=0
alloc domain=#2 device=n0 instance=n ret=0
attach instance=n device=n0 domain=#2 old=identity fresh=1 reason=- ret=0
alloc domain=#3 device=p0 instance=a ret=0
attach instance=a device=p0 domain=#3 old=identity fresh=1 reason=- ret=0
attach instance=a device=a0 domain=identity old=#1 fresh=0 reason=- ret=0
free domain=#1 attached=0
attach instance=n device=n0 domain=identity old=#2 fresh=0 reason=- ret=0
free domain=#2 attached=0
attach instance=a device=p0 domain=identity old=#3 fresh=0 reason=- ret=0
free domain=#3 attached=0" "made, attached, detached and freed"
left
is "$(frozen)" "$had" "all is as it was"
placed vdpa p0 a0
is "$(column 2)" "{p0}\x20{a0}" "in the other order"
is "$(iommu-mock share --caller vfio --caller vdpa --noheadings --raw --output PLACEMENT,FAILED p0)" \
	"{p0} -
{p0} -" "VFIO and vhost-vdpa take the same function, one after the other"

# R1 and R2: a fresh domain is refused by n. One call, its errno is that of open(), there
# is no other domain, and the judge says that the caller keeps both.
ruling() {
	iommu-mock judge --caller vdpa --raw --noheadings --output RULE,VERDICT,BY | sed -n "s/^$1 //p" | sed 's/ -$//'
}
knob instances/n/misbehave refuse-fresh
for e in EINVAL EMEDIUMTYPE ENOMEM EBUSY ENODEV; do
	knob instances/n/errno $e
	placed vdpa a0 n0 p0
	is "$status:$(column 2,3)" "0:{a0}\x20{p0} n0:$e" "$e of its driver is that of open()" || cat /tmp/said
	is "$(journal attach | grep -c 'device=n0 .*reason=fresh'):$(journal alloc | grep -c device=n0)" "1:1" \
		"$e: one domain, one attach"
	if [ $e = EINVAL ]; then
		is "$(ruling R4)" "broken driver" "EINVAL for a fresh domain: the driver breaks R4"
	else
		is "$(ruling R2)" kept "$e: R2 is kept"
	fi
	unlike "$(ruling R1) $(ruling R2)" "caller" "$e: the caller breaks nothing"
done
left
knob instances/n/misbehave none
knob instances/n/errno EINVAL

# Faults: what the allocation says is passed on; what a map says is lost.
knob instances/n/faults "alloc errno=ENOSPC times=1"
placed vdpa n0 a0
is "$(column 2,3)" "{a0} n0:ENOSPC" "the errno of an allocation is that of open()"
knob instances/n/faults "map errno=ENOSPC times=1"
placed vdpa n0 a0
is "$(column 2,3)" "{a0} n0:EFAULT" "EFAULT stands for each failure of a map (vhost_chr_write_iter())"
like "$(journal fault)" "point=map .* ret=-ENOSPC$" "which the journal has"
knob instances/n/faults off
left

# A group of two: EINVAL from the core, with no call (iommu_attach_device()).
knob new_device "g0 instance=c group=g"
knob new_device "g1 instance=c group=g"
placed vdpa a0 g0
is "$(column 2,3)" "{a0} g:EINVAL" "a group of two cannot be attached by a device"
is "$(journal attach | grep -c 'device=g[01]')" 0 "and no driver is asked"
left
knob del_device g0
knob del_device g1

# DMA that is not coherent.
knob new_device "i0 instance=c coherent=0"
placed vdpa i0 a0
is "$(column 2,3)" "{a0} i0:524" "ENOTSUPP for a device whose DMA is not coherent"
like "$(cat /tmp/said)" "i0, because its DMA is not coherent" "with a sentence"
is "$(journal alloc | grep -c device=i0)" 0 "and no domain"
knob del_device i0

# A group that the in-kernel caller has is not bound, so its device cannot be placed.
knob new_domain "x device=a0"
knob domains/x/attach a0
taken=$(frozen)
out=$(iommu-mock share --caller vdpa n0 a0 2>&1)
is "$?" 1 "a group that another caller has"
like "$out" "iommu-mock-vdpa does not take iommu-mock.a0" "is told"
is "$(frozen)" "$taken" "and all stays as it was"
knob domains/x/detach a0
knob del_domain x

# ---- programs ---------------------------------------------------------------------

# node_of DEVICE: the file of its vDPA device.
node_of() {
	for node in "/sys/bus/$(field device "$1" bus)/devices/$(function_of "$1")"/vdpa*/vhost-vdpa-*; do
		echo "/dev/${node##*/}"
	done
}

# start DEVICE: a program that has its file open: its pid in $pid.
start() {
	rm -f /tmp/in
	mkfifo /tmp/in
	: >/tmp/out
	./vdpa-user "$(node_of "$1")" </tmp/in >/tmp/out 2>&1 &
	pid=$!
	exec 4>/tmp/in
	lines=1
	soon said_all
}

said_all() {
	[ "$(wc -l </tmp/out)" -ge "$lines" ]
}

# ask LINE: what the program answers, in $answer.
ask() {
	lines=$((lines + 1))
	echo "$1" >&4
	soon said_all
	answer=$(tail -n 1 /tmp/out)
}

# asked LINE ANSWER [NAME]
asked() {
	ask "$1"
	is "$answer" "$2" "${3:-$1: $2}"
}

finish() {
	exec 4>&-
	wait "$pid"
}

iommu-mock device bind a0 iommu-mock-vdpa
iommu-mock device bind p0 iommu-mock-vdpa
iommu-mock device bind n0 iommu-mock-vdpa
is "$(field device a0 driver) $(field device p0 driver)" "iommu-mock-vdpa iommu-mock-vdpa" "bound by hand"
is "$(where a0)" identity "a device that is bound stays where it was"
start a0
like "$(where a0)" "^d[0-9]*$" "open, it is on a domain of its own"
is "$(cat /tmp/out)" 0 "open() says 0"
out=$(./vdpa-user "$(node_of a0)" </dev/null)
is "$out" "Device or resource busy" "a second program is told so"
asked "map 0x100000 0x1000" "Bad address" "no map before there is an owner"
asked own 0
asked own "Device or resource busy" "one owner"
asked range "0x0 0xffffffffffff" "48 bits may be mapped"
asked "map 0x100000 0x200000" 0
is "$(iommu-mock device dma a0 write 0x100008 8 pattern=0x42 >/tmp/said 2>&1 && echo 0)" 0 "the device writes" || cat /tmp/said
asked "read 0x100008" 0x42 "and the program sees it"
iommu-mock device dma a0 read 0x2ffff8 8 >/tmp/said 2>&1
is "$?" 0 "up to the end"
iommu-mock device dma a0 read 0x300000 8 >/tmp/said 2>&1
is "$?" 1 "and not past it"

# Nonsense: refused, and nothing is mapped by it.
mapped=$(field domain "$(where a0)" mapped)
for line in "map 0x2ff000 0x1000" "map 0x1000000000000 0x1000" "map 0xfffffffffffff000 0x2000" \
	"map 0xffffffffffff0000 0x10000" "map 0x400000 0x1000 none" "message 99 0x400000 0x1000"; do
	asked "$line" "Bad address"
done
asked "map 0x400000 0" "Invalid argument" "a map of nothing"
asked "limit 4096" 0
asked "map 0x400000 0x2000" "Bad address" "more than may be locked"
is "$(field domain "$(where a0)" mapped)" "$mapped" "and nothing was mapped"

# R13: what is unmapped is out of reach when the write() has returned.
for round in 1 2 3; do
	iommu-mock device dma a0 read 0x100000 8 >/tmp/said 2>&1
	asked "unmap 0x100000 0x200000" 0 "round $round: unmapped"
	iommu-mock device dma a0 read 0x100000 8 >/tmp/said 2>&1
	is "$?:$(stat_of a stale)" "1:0" "round $round: and out of reach" || cat /tmp/said
	asked "limit 1000000000" 0
	asked "map 0x100000 0x200000" 0
done

# A program that has it open keeps it, and the module.
modprobe -r iommu_mock 2>/dev/null
[ -d /sys/module/iommu_mock ]
ok $? "the module stays"
modprobe -r vdpa 2>/dev/null
[ -d /sys/module/vdpa ]
ok $? "so does vdpa.ko"
refused EBUSY del_device a0 "driver is bound"
refused EBUSY reset 1 "holds domain d|driver iommu-mock-vdpa is bound"
# The end of what the program reads must not stay open here.
(exec 4>&- && iommu-mock device unbind a0 >/tmp/unbound 2>&1) &
unbinding=$!
usleep 200000
is "$(field device a0 driver)" iommu-mock-vdpa "an unbind waits for the program"
asked "read 0x100008" 0x0 "which does not notice: its new memory is there"
finish
wait $unbinding
is "$?:$(field device a0 driver):$(where a0)" "0:-:identity" "and ends with it"
is "$(total domains):$(total table_bytes)" "0:0" "nothing is left"

# Killed in the middle of DMA.
for who in n0 p0; do
	start $who
	asked own 0
	asked "map 0x100000 0x1000" 0
	iommu-mock device dma $who write 0x100000 4096 pattern=1 repeat=1000000 --no-wait >/tmp/said 2>&1
	kill -9 $pid
	exec 4>&-
	wait "$pid"
	is "$(where $who):$(total domains)" "identity:0" "$who: killed, its domain goes"
	start $who
	is "$(cat /tmp/out)" 0 "$who: and the next program has it"
	finish
done

# Taken off its bus while a program has it open.
start p0
function=$(function_of p0)
(exec 4>&- && echo 1 >"$pci/devices/$function/remove") &
removing=$!
usleep 200000
[ -e "$pci/devices/$function" ]
ok $? "the removal of a function waits for the program"
finish
wait $removing
soon test ! -e "$pci/devices/$function"
ok $? "and goes on then"
is "$(total domains)" 0 "with nothing left"
knob del_device p0

# Many times.
for _ in $(seq 20); do
	iommu-mock device unbind n0
	iommu-mock device bind n0 iommu-mock-vdpa
	./vdpa-user "$(node_of n0)" </dev/null >/tmp/out
	[ "$(cat /tmp/out)" = 0 ] || break
done
is "$(cat /tmp/out)" 0 "twenty times bound, opened and unbound"
iommu-mock device unbind n0
reset
modprobe -r vhost_vdpa
[ ! -d /sys/module/vdpa ]
ok $? "vdpa.ko is free again"
modprobe -r iommu_mock
is "$?:$(traces)" "0:$before" "and the module goes, and leaves no trace"
echo "1..$tap_n"
exit "$tap_bad"
