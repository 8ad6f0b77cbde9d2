#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# PCI functions: their configuration space, the bind of the stock vfio-pci, the
# operations of a VFIO program, and the removal of a function under use.
# timeout: 300
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
load
modprobe -a vfio-pci vfio_iommu_type1

for i in a b; do
	knob new_instance "$i"
done
knob new_instance "c ias=39"
knob new_device "n0 instance=a bus=pci"
knob new_device "n1 instance=b bus=pci id=0x1af4:0x10ff subsystem=0x17aa:5 class=0x020000 serial=0x0102030405060708"
knob new_device "n2 instance=c bus=pci"

is "$(field device n0 bus)" pci "a device on the bus pci"
is "$(field device n0 driver)" - "with no driver"
like "$(function_of n0)" "^[0-9a-f]{4,}:00:00\.0$" "in slot 0"
is "$(config n0 0 4)$(config n0 0x2c 4)$(config n0 9 3)" "34124f4d34124f4d0000ff" "default ids, subsystem and class"
is "$(config n1 0 4)$(config n1 0x2c 4)$(config n1 9 3)" "f41aff10aa170500000002" "ids, subsystem and class of the options"
is "$(config n1 0x100 12)" "030001000807060504030201" "a serial number"
is "$(cat "$pci/devices/$(function_of n1)/vendor"):$(cat "$pci/devices/$(function_of n1)/class")" "0x1af4:0x020000" "sysfs says the same"
is "$(wc -c <"$pci/devices/$(function_of n0)/config")" 4096 "4 KiB of configuration space"
[ -e "$pci/devices/$(function_of n0)/iommu_group" ]
ok $? "it has an IOMMU group"
is "$(where n0)" identity "its default domain"

# Configuration space: what can be written, and what cannot.
poke n0 4 377 377
is "$(config n0 4 2)" "0604" "command: memory, bus master, INTx disable"
poke n0 0x0 1 2 3 4
poke n0 0x34 0
poke n0 0x40 1 2 3 4
poke n0 0x80 1 2 377 4
poke n0 0x100 1 2 3 4
poke n0 0x10 377 377 377 377
is "$(config n0 0 4)$(config n0 0x34 1)$(config n0 0x40 4)$(config n0 0x80 4)$(config n0 0x100 4)$(config n0 0x10 4)" \
	"34124f4d401080920009c040020300010000000000" "ids and capabilities stay, and there are no BARs"
before=$(config n0 0xc0 64)
poke n0 0xf0 1 2 3 4
is "$(config n0 0xc0 64)" "$before" "a write outside of all capabilities changes nothing"
poke n0 0x84 21 42 63 104
is "$(config n0 0x84 4)" "11223344" "a register"
poke n0 0x49 200
is "$(config n0 0x84 4)$(config n0 4 2)" "000000000000" "function-level reset puts everything back"

# Bus Master Enable: without it there is no DMA, by neither of the two ways.
# status DEVICE: of its last operation by the registers, 32 bits little-endian.
status() {
	config "$1" 0xa4 4
}
# master DEVICE OCTAL: the low byte of its command register.
master() {
	poke "$1" 4 "$2"
}
complete() {
	is_busy=$(status "$1") && [ "$((0x${is_busy%??????} & 2))" != 0 ]
}
wait_complete() {
	soon complete "$1"
}
is "$(config n0 4 1)" "00" "no bus master to begin with"
knob devices/n0/dma "read 0x1000 4"
like "$(cat "$mock/devices/n0/dma")" " access=r at=0x1000 reason=not-master ret=-EFAULT$" "and a read faults before it is asked where to"
knob new_domain "dom device=n0"
knob new_buffer "buf 64K"
knob domains/dom/attach n0
knob domains/dom/map "0x10000 buf"
is "$(config n0 4 1)" "04" "the in-kernel caller's attach sets it, as a driver's probe"
knob devices/n0/dma "write 0x10000 8 pattern=0x1111111111111111"
like "$(cat "$mock/devices/n0/dma")" " reason=- ret=0$" "and there is DMA"
master n0 0
poke n0 0x84 0 0 1 0 0 0 0 0 # IOVA 0x10000
poke n0 0x8c 10 0 0 0        # 8 bytes
poke n0 0xa0 2               # write
wait_complete n0
is "$(status n0)$(config n0 0xb0 8)" "060a00000000010000000000" "cleared: a write by the registers faults, reason 10"
is "$(od -An -v -tx8 -N8 "$mock/buffers/buf/data" | tr -d ' ')" "1111111111111111" "and nothing is written"
knob devices/n0/dma "copy 0x10000 8 to=0x10008"
like "$(cat "$mock/devices/n0/dma")" " reason=not-master ret=-EFAULT$" "nor copied"
like "$(journal dma | tail -n 1)" " access=r at=0x10000 reason=not-master ret=-EFAULT$" "the journal says so"
is "$(iommu-mock device dma n0 read 0x10000 4 2>&1 | od -An -tx1 | tr -d ' ')" "11111111" "the tool sets it"
is "$(config n0 4 1)" "04" "for good"
knob instances/a/faults "dma errno=0 delay_us=1000"
knob devices/n0/dma "sum 0x10000 64K repeat=1000000000"
master n0 0
like "$(cat "$mock/devices/n0/dma")" " reason=not-master ret=-EFAULT$" "cleared under way: it ends what runs"

# After stop the registers are free, too.
canceled=
for i in 1 2 3 4 5 6 7 8 9 10; do
	master n0 4
	knob devices/n0/dma "sum 0x10000 64K repeat=1000000000"
	knob devices/n0/dma stop
	poke n0 0xa0 2
	wait_complete n0
	[ "$(status n0)" = 02000000 ] || canceled="$canceled $(status n0)"
done
is "$canceled" "" "an operation by the registers works as soon as stop has returned"

# A reset stops the engine, and not only because it clears Bus Master Enable: that is
# set again at once, and each round is delayed for a millisecond. A round that comes
# in between sees it cleared, so there are ten resets. Without a reset the operation
# takes 20 s, which is longer than a loaded machine needs to start ./reset.
ended=
for i in 1 2 3 4 5 6 7 8 9 10; do
	master n0 4
	knob devices/n0/dma "sum 0x10000 4 repeat=20000"
	./reset "$pci/devices/$(function_of n0)/config"
	ended="$ended $(sed 's/.* reason=//' "$mock/devices/n0/dma")"
	case $ended in
	*ret=0*) break ;;
	esac
done
like "$ended" "- ret=-ECANCELED" "a function-level reset stops the engine"
unlike "$ended" "ret=0" "each time"
knob instances/a/faults off
knob domains/dom/detach n0
is "$(config n0 4 1)" "04" "a detach leaves it"
knob del_domain dom
knob del_buffer buf
poke n0 0x49 200
is "$(config n0 4 1)" "00" "a reset clears it"

# Two programs' worth of VFIO: three functions behind three instances.
for d in n0 n1 n2; do
	bind $d
done
is "$(field device n0 driver)" vfio-pci "vfio-pci binds it"
refused EBUSY del_device n0 "driver is bound"
quietly reset 1
like "$(cat "$mock/last_error")" "driver vfio-pci is bound" "and a reset is refused"
clear_journal
out=$(./vfio-dma "$(function_of n0)" "$(function_of n1)" "$(function_of n2)" 2>&1)
is "$?/$(echo "$out" | tail -n 1)" "0/as it should be" "a VFIO program does DMA by all of them" || note "$out"
is "$(journal alloc | sed 's/ device=[^ ]*//; s/ instance=[^ ]*//')" "$(journal alloc | sed 's/.*domain=\([^ ]*\).*/alloc domain=\1 ret=0/')" "type1 allocates a domain for each group"
is "$(journal alloc | wc -l)" 3 "three of them"
is "$(journal attach | grep -c 'device=n1 domain=d[0-9]* .*ret=0$')" 2 "n1 is tried on its own domain, and joins n0's"
is "$(journal attach | grep -c 'device=n2 .*reason=ias ret=-EINVAL$')" 1 "n2 is refused by n0's domain: 48 bits"
is "$(journal dma | grep -c ' ret=0$')" 6 "six operations that worked"
is "$(journal dma | grep -c 'reason=not-mapped ret=-EFAULT$')" 3 "and three that came too late"
like "$(grep ' dma ' "$mock/journal")" " by=[0-9]*:vfio-dma$" "under the name of the program"
is "$(total domains):$(total table_bytes)" "0:0" "the program's end leaves nothing"
is "$(where n0):$(where n1):$(where n2)" "identity:identity:identity" "and the functions where they were"

# The page of zeros that all untouched memory shares (up to 6.1; from 6.2 on, a pin
# gives the process a page of its own). The CRC-32 is that of 4 KiB of zeros.
is "$(./vfio-ask untouched "$(function_of n0)" 2>&1)" "0x2 0xc71c0011 0x506 zeros" "untouched memory reads as zeros, and a map for reading is not written"

# Huge pages of a user: one leaf for each. There may be no gigabyte in one piece.
echo 1 >/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages
out=$(./vfio-ask huge 0x200000 "$(function_of n0)" 2>&1)
like "$out" "^arrived" "DMA to a user's page of 2M" "$out"
like "$out" "^level=1 page=0x200000 .* leaves=1$" "which is one leaf"
# Up to 6.12, VFIO maps two pages for a test: their table may stay.
like "$out" "^level=0 page=0x1000 tables=[01] .* leaves=0$" "and no small ones"
echo 0 >/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages
giga=/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages
[ ! -e $giga ] || echo 1 2>/dev/null >$giga
if [ -e $giga ] && [ "$(cat $giga)" = 1 ]; then
	out=$(./vfio-ask huge 0x40000000 "$(function_of n0)" 2>&1)
	like "$out" "^arrived" "DMA to a user's page of 1G" "$out"
	like "$out" "^level=2 page=0x40000000 .* leaves=1$" "which is one leaf"
	echo 0 >$giga
else
	note "this VM has no page of 1G left"
fi

# Somebody who is not root, with nothing but the groups' nodes.
echo 'nobody:x:65534:65534:nobody:/:/bin/sh' >>/etc/passwd
cp vfio-dma /tmp/
chown nobody /dev/vfio/[0-9]*
out=$(su -s /bin/sh nobody -c "/tmp/vfio-dma $(function_of n0)" 2>&1)
is "$(echo "$out" | tail -n 1)" "as it should be" "VFIO works for a user that is not root" || note "$out"

# It is held while a program has it open, and the module with it.
modprobe -r iommu_mock 2>/dev/null
[ -d /sys/module/iommu_mock ]
ok $? "the module stays while a driver is bound"
for d in n0 n1 n2; do
	unbind $d
done
is "$(field device n0 driver)" - "let go of"

# Interrupts that are not isolated: type1 refuses, as it must.
if [ "$family" != bus_ops ]; then
	knob new_device "open instance=a bus=pci isolated=0"
	bind open
	out=$(./vfio-dma "$(function_of open)" 2>&1)
	like "$out" "Operation not permitted" "a function whose interrupts are not isolated is refused"
	unbind open
	knob del_device open
fi

# Groups of several functions are all in, or none is.
knob new_device "g0 instance=a bus=pci group=pair"
knob new_device "g1 instance=a bus=pci group=pair"
bind g0
bind g1
out=$(./vfio-dma "$(function_of g0)" 2>&1)
is "$(echo "$out" | tail -n 1)" "as it should be" "a group of two functions" || note "$out"
unbind g0
unbind g1

# Taken away by others: it is gone, and nobody finds it again.
path=$pci/devices/$(function_of g1)
echo 1 >"$path/remove"
echo 1 >/sys/bus/pci/rescan
[ ! -e "$path" ]
ok $? "removed through sysfs, and not found by a rescan"
is "$(field device g1 instance)" a "the module still knows the device"
knob del_device g1
knob del_device g0

# Taken away from the in-kernel caller: it does as a driver does in its remove(),
# and detaches and releases before the core forgets the device. The core warns of a
# group that loses its last device while it has an owner or another domain.
knob new_buffer "held 64K"
for how in claim attach unclaimed map dma bridge; do
	knob new_domain "kept device=n0"
	if [ $how = bridge ]; then
		knob new_device "br instance=a bus=pci bridge=pci"
		knob new_device "taken instance=a bus=pci behind=br"
		away=$(function_of br)
	else
		knob new_device "taken instance=a bus=pci"
		away=$(function_of taken)
	fi
	case $how in
	claim) knob groups/taken/claim 1 ;;
	unclaimed) knob domains/kept/attach "taken unclaimed" ;;
	*) knob domains/kept/attach taken ;;
	esac
	case $how in
	map | dma | bridge) knob domains/kept/map "0x1000 held" ;;
	esac
	[ $how != dma ] || knob devices/taken/dma "read 0x1000 4K repeat=1000000000"
	clear_journal
	echo 1 >"$pci/devices/$away/remove"
	case $how in
	claim) want="release" ;;
	unclaimed) want="detach_group" ;;
	*) want="detach_group release" ;;
	esac
	owns || [ $how != claim ] || want=release
	is "$(journal call | sed 's/^call op=\([a-z_]*\).*/\1/' | xargs)" "$want" "removed by others, $how: the caller lets go"
	refused ENODEV groups/taken/claim 1 "being removed"
	refused ENODEV domains/kept/attach taken "being removed"
	knob del_device taken
	[ $how != bridge ] || knob del_device br
	knob del_domain kept
	is "$(total domains):$(field group taken id)" "0:" "and $how leaves nothing"
done
knob del_buffer held
# Of two functions one goes: the other one's owner keeps the group.
knob new_domain "kept device=n0"
knob new_device "t0 instance=a bus=pci group=two"
knob new_device "t1 instance=a bus=pci group=two"
knob domains/kept/attach_group two
clear_journal
echo 1 >"$pci/devices/$(function_of t0)/remove"
is "$(journal call):$(where t1)" ":kept" "of a group of two one is removed: the other stays attached"
knob domains/kept/detach t1
knob domains/kept/attach_group two
echo 1 >"$pci/devices/$(function_of t1)/remove"
refused ENODEV groups/two/claim 1 "being removed"
knob del_device t0
knob del_device t1
knob del_domain kept

asked() {
	grep -q ' fault .*point=alloc' "$mock/journal"
}

gone() {
	[ ! -e "$1" ]
}

# A removal waits until the in-kernel caller is done with the function, and
# del_device waits for that, as both need the lock of rescans. Meanwhile no driver
# comes in that del_device would have to wait for.
knob new_device "held instance=a bus=pci"
knob new_device "late instance=a bus=pci"
held=$(function_of held) late=$(function_of late)
echo vfio-pci >"$pci/devices/$late/driver_override"
knob instances/a/faults "alloc errno=0 delay_us=2000000 times=1"
clear_journal
put new_domain "slow device=held" &
soon asked
ok $? "a domain is being made for a function"
echo 1 >"$pci/devices/$held/remove" &
soon gone "/proc/bus/pci/${held%:*}/${held##*:}"
ok $? "that is removed meanwhile"
put del_device late &
soon gone "$mock/devices/late"
ok $? "another one is being deleted"
{ echo "$late" >/sys/bus/pci/drivers/vfio-pci/bind; } 2>/dev/null
driver=$(readlink "$pci/devices/$late/driver")
is "${driver##*/}" "" "and takes no driver any more"
wait
is "$(sed -n 's/.* \(alloc\|release\) .*device=held.*/\1/p' "$mock/journal" | tr '\n' ' ')" "alloc release " \
	"the removal has waited for the domain"
gone "$pci/devices/$late"
ok $? "and both are gone"
knob instances/a/faults off
knob del_domain slow
knob del_device held
knob new_device "again instance=a bus=pci"
like "$(function_of again)" ":00:03\.0$" "a slot is used again"
knob del_device again

# Bad input.
refused EINVAL new_device "x instance=a bus=isa" "platform and pci"
refused EINVAL new_device "x instance=a id=1:2" "bus=pci"
refused EINVAL new_device "x instance=a bus=pci id=5" "VENDOR:DEVICE"
refused EINVAL new_device "x instance=a bus=pci id=0xffff:1" "out of range"
refused EINVAL new_device "x instance=a bus=pci id=1:0x10000" "out of range"
refused EINVAL new_device "x instance=a bus=pci id=0x1234:0x0000000000000000000000010000" "out of range"
refused EINVAL new_device "x instance=a bus=pci class=0x1000000" "24 bits"
refused EINVAL new_device "x instance=a bus=pci isolated=2" "0 nor 1"

# Where no page is as small as the CPU's, VFIO's user could have the kernel warn
# at will: not unless it is asked for.
for i in arm-16k arm-64k; do
	knob new_instance "$i format=$i"
	refused EINVAL new_device "x instance=$i bus=pci" "smallest page of $i, .*coarse=1"
	knob instances/$i/format vtd-4l
	knob new_device "x instance=$i bus=pci"
	knob del_device x
	knob instances/$i/format "$i"
	refused EINVAL new_device "x instance=$i bus=pci bridge=root-port" "coarse=1"
	refused EINVAL new_device "x instance=$i coarse=1" "bus=pci"
	knob new_device "x instance=$i"
	knob new_device "y instance=$i bus=pci coarse=1"
	knob del_device x
	knob del_device y
	knob del_instance "$i"
done

# Forty functions: a second bus.
for i in $(seq 40); do
	knob new_device "m$i instance=b bus=pci"
done
like "$(function_of m40)" ":01:0a\.0$" "after 32 functions comes the next bus"
reset
is "$(find $pci/devices/ -name '4d4f:*' | wc -l)" 0 "and a reset takes them all"
done_testing
