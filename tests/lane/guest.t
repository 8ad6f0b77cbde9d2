#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# qemu-guest.sh of docs/ci.md: a guest of QEMU with two functions behind two instances
# (guests/guest.c). The guest writes and reads their BARs, lets them do DMA into its memory
# and into each other's BAR, gets interrupts, and reboots; the monitor unplugs a function
# and plugs it in again.
# lane: debian-13
# vm: --package qemu-system-x86 --mem 2048 --cmdline memmap=64M$0x30000000
# timeout: 300
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
parameter=bar_memory=32M@0x31000000
load
modprobe -a vfio-pci vfio_iommu_type1
for i in a b; do
	knob new_instance "$i"
	knob new_device "${i}0 instance=$i bus=pci bars=16K,1M:64p"
	bind "${i}0"
done
a0=$(function_of a0) b0=$(function_of b0)

# ended PID: that process of ours has.
ended() {
	! kill -0 "$1" 2>/dev/null
}

# said TEXT N: so far the guest has printed N such lines, or QEMU has ended.
said() {
	ended "$qemu" || [ "$(tr -d '\r' </tmp/console | grep -c "^guest: $1")" -ge "$2" ]
}

# guest COMMAND: sets out to what the guest prints.
asked=0
guest() {
	before=$(wc -l </tmp/console)
	printf '%s' "$1" >&5
	asked=$((asked + 1))
	soon said "done" "$asked"
	out=$(tail -n "+$((before + 1))" /tmp/console | tr -d '\r' | sed -n "s/^guest: //p" | grep -vx "done")
}

# QEMU, whose console and monitor are pipes.
for pipe in console.in console.out monitor.in monitor.out; do
	mkfifo /tmp/$pipe
done
chroot /packages sh /root/tests/qemu-guest.sh /root/tests/guest "$a0" "$b0" -- \
	-chardev pipe,id=console,path=/tmp/console -serial chardev:console \
	-chardev pipe,id=monitor,path=/tmp/monitor -mon chardev=monitor >/tmp/qemu.log 2>&1 &
qemu=$!
exec 5<>/tmp/console.in 6<>/tmp/monitor.in
cat /tmp/console.out >/tmp/console &
cat /tmp/monitor.out >/tmp/monitor &
soon said ready 1
is "$(tr -d '\r' </tmp/console)" "guest: ready" "the guest boots" || note "$(cat /tmp/qemu.log /tmp/monitor)"
[ "$(where a0)" != identity ] && [ "$(where b0)" != identity ]
ok $? "QEMU has the functions in domains" "$(where a0) $(where b0)"
guest f
is "$out" "functions 0x00000002" "the guest has two functions"
guest w
guest r
is "$out" "bars 0x5afe0001 0x5afe0002" "it writes and reads their BARs"

# moved NAME: each function completes, writes all that it should, and interrupts once.
moved() {
	delivered=$(irqs_of a0)
	guest d
	is "$out" "dma$2" "$1: DMA into the guest's memory, and an interrupt at the end"
	is $(($(irqs_of a0) - delivered)) 1 "$1: which the module has sent"
}
both=" 0x00000002 0x00000000 0x00000001 0x00000002 0x00000000 0x00000001"
moved "two functions" "$both"
like "$(journal dma)" "instance=a device=a0 .*ret=0" "one behind its instance"
like "$(journal dma)" "instance=b device=b0 .*ret=0" "and one behind the other"
guest p
is "$out" "peer 0x00000002 0x600d600d" "one does DMA into the other's BAR"

printf 'b' >&5
soon said ready 2
asked=$(grep -c '^guest: done' /tmp/console)
is "$(grep -c '^guest: ready' /tmp/console)" 2 "the guest reboots"
guest r
is "$out" "bars 0x5afe0001 0x5afe0002" "the BARs are memory of the functions, which a reset keeps"
moved "after a reboot" "$both"

free() {
	[ "$(where b0)" = identity ]
}
echo "device_del f1" >&6
# The monitor asks, and the guest ejects.
asks() {
	guest e
	free
}
soon asks
is "$(where b0)" identity "unplugged by the monitor: QEMU lets go of the function"
guest f
is "$out" "functions 0x00000001" "and the guest has one"
unbind b0
bind b0
is "$(field device b0 driver)" vfio-pci "the other can be unbound and bound, while the guest runs"
moved "the one that is left" " 0x00000002 0x00000000 0x00000001"
echo "device_add vfio-pci,host=$b0,id=f1" >&6
two() {
	guest f
	[ "$out" = "functions 0x00000002" ]
}
soon two
is "$out" "functions 0x00000002" "plugged in again"
moved "plugged in again" "$both"

echo quit >&6
soon ended "$qemu"
wait "$qemu"
is $? 0 "QEMU ends" || note "$(cat /tmp/qemu.log /tmp/monitor)"
is "$(total domains):$(where a0):$(where b0)" "0:identity:identity" "and leaves nothing"
unbind a0 b0
place=$(sed -n 1p "$pci/devices/$a0/resource" | cut -d' ' -f1)
is "$(devmem "$place" 32)" 0x5AFE0001 "here the BAR has what the guest wrote"
reset
done_testing
