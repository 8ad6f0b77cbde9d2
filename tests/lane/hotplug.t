#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The hot-plug slot of a root port: a card that is inserted and removed, its button, its
# power; what the kernel's own driver of such slots (pciehp) does, and the callers that hold
# a function which goes. Without that driver a rescan finds the card.
# needs: the kernel has no driver of hot-plug slots
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
load
modprobe -a vfio-pci vfio_iommu_type1

# slot [PORT], slot_is STATE [PORT]
slot() {
	cat "$mock/devices/${1:-r}/slot"
}
slot_is() {
	[ "$(slot "${2:-}")" = "$1" ]
}
there() {
	[ -e "$pci/devices/$(function_of "$1")" ] && [ "$(function_of "$1")" != - ]
}
gone() {
	! there "$1"
}
# blinks PORT: waits for that without starting a process. The five seconds in which the
# button can be pressed once more are short on a loaded machine.
blinks() {
	n=0
	while [ $n -lt 200000 ]; do
		read -r now <"$mock/devices/$1/slot"
		case $now in *indicator=blink*) return ;; esac
		n=$((n + 1))
	done
	return 1
}
# rescan: where no driver does it.
rescan() {
	[ "$driver" = 1 ] || echo 1 >"$pci/rescan"
}
insert() {
	knob devices/r/slot insert
	rescan
	soon there "$1"
	ok $? "$2"
}
# arrivals DEVICE: how often the core has probed it.
arrivals() {
	journal probe | grep -c " device=$1 "
}

for i in a b; do knob new_instance $i; done
knob new_device "r instance=a bus=pci bridge=root-port hotplug=surprise"
knob new_device "plain instance=a bus=pci bridge=root-port"
knob new_device "pl instance=a bus=pci behind=plain"
name=$((0x$(config r 0x19 1)))
driver=0
[ ! -e "$pci/slots/$name/power" ] || driver=1
is "$(config r 0x42 2)$(config r 0x54 4)" "4201$(printf '%02x%02x%02x%02x' 0xfa 0x0c $((0x04 | (name << 3 & 0xf8))) $((name >> 5)))" \
	"a slot with the number of its bus, a power controller, and indicators"
is "$(config plain 0x42 2)$(config plain 0x54 4)" 420000000000 "another port has no slot"
is "$(cat "$mock/devices/plain/slot")" "card=- power=- link=- indicator=- attention=-" "and says so"
if [ $driver = 1 ]; then
	soon slot_is "card=out power=off link=down indicator=off attention=off"
	is "$(slot)" "card=out power=off link=down indicator=off attention=off" "the kernel's driver turns an empty slot off"
	in="card=in power=on link=up indicator=on attention=off"
	out="card=out power=off link=down indicator=off attention=off"
else
	in="card=in power=on link=up indicator=off attention=off"
	out="card=out power=on link=down indicator=off attention=off"
	is "$(slot)" "$out" "an empty slot"
fi

# A card that was never in its slot.
fails ENOENT devices/r/slot insert "no card for the slot of r"
knob new_device "f instance=b bus=pci behind=r"
is "$(function_of f)/$(field device f group)/$(arrivals f)" "-/f/0" "the kernel does not know a card that is not in its slot"
rescan
is "$(function_of f)" - "nor does it find it"
fails ENODEV devices/f/dma "read 0x1000 4" "not found f in its hot-plug slot"
fails ENODEV devices/f/irq 0 "not found f in its hot-plug slot"
fails ENODEV new_domain "x device=f" "not found f in its hot-plug slot"
fails ENODEV groups/f/claim 1 "not in its slot"
fails ENOENT devices/r/slot remove "no card is in the slot of r"

# It comes.
insert f "the card is inserted, and the kernel finds its function"
soon slot_is "$in"
is "$(slot)" "$in" "the slot is on"
is "$(arrivals f)/$(where f)" "1/identity" "the core has probed it"
fails EBUSY devices/r/slot insert "in the slot of r already"
fails EBUSY new_device "g instance=a bus=pci behind=r slot=s" "the card is in the slot of r: write remove"
fails EBUSY del_device r "1 function is behind r"
knob new_buffer "buf 64K"
knob new_domain "x device=f"
knob domains/x/attach f
knob domains/x/map "0x10000 buf"
knob devices/f/dma "write 0x10000 8 pattern=0x1122334455667788"
like "$(cat "$mock/devices/f/dma")" "done=0x8 .*ret=0|ret=0 .*done=0x8" "it does DMA"

# It is pulled out, while the in-kernel caller has its group.
knob devices/f/dma "write 0x10000 64K pattern=1 repeat=1000000000"
clear_journal
knob devices/r/slot remove
[ $driver = 1 ] || echo 1 >"$pci/devices/$(function_of f)/remove"
soon gone f
ok $? "the card is pulled out: its function goes"
soon slot_is "$out"
is "$(slot)" "$out" "the slot is off"
like "$(journal release)" "instance=b device=f" "the core has let go of it"
soon eval '! grep -q busy "$mock/devices/f/dma"'
ok $? "the DMA under way has ended"
fails ENODEV domains/x/attach f "not found f in its hot-plug slot"

# And comes again.
insert f "it is inserted again"
is "$(field device f group)/$(where f)" "f/identity" "into the same group"
knob domains/x/attach f
knob devices/f/dma "write 0x10000 8 pattern=0x1122334455667788"
like "$(cat "$mock/devices/f/dma")" "ret=0" "it does DMA as before"
knob domains/x/detach f

# Its state is that of a card whose power was off.
poke f 0x84 125 125
poke f 0x04 006
is "$(config f 0x84 2)$(config f 0x04 2)" "55550600" "registers of the function"
if [ $driver = 1 ]; then
	echo 0 >"$pci/slots/$name/power"
	soon gone f
	is "$(slot)" "card=in power=off link=down indicator=off attention=off" "sysfs turns the slot off, and the card stays in it"
	fails ENODEV devices/f/dma "read 0x10000 4" "not found f"
	echo 1 >"$pci/slots/$name/power"
	soon there f
	is "$(cat "$pci/slots/$name/power")/$(slot)" "1/$in" "and on again"
else
	knob devices/r/slot remove
	echo 1 >"$pci/devices/$(function_of f)/remove"
	insert f "the card is inserted"
fi
is "$(config f 0x84 2)$(config f 0x04 1 | tail -c 1)" "00000" "are those of a function that was just turned on"

# A slot with a button.
fails EOPNOTSUPP devices/r/slot button "no hot-plug slot with a button"
knob new_device "q instance=a bus=pci bridge=root-port hotplug=button"
knob new_device "c instance=a bus=pci behind=q"
is "$(config q 0x54 1)" db "it has a button, and no surprises"
if [ $driver = 1 ]; then
	soon slot_is "card=out power=off link=down indicator=off attention=off" q
	knob devices/q/slot insert
	is "$(slot q)" "card=in power=off link=down indicator=off attention=off" "the driver waits for the button"
	# The event of the card, which it has not heard of yet, spares the five seconds.
	knob devices/q/slot button
	soon there c
	ok $? "the button: the function comes"
	soon slot_is "$in" q
	is "$(slot q)" "$in" "and the slot is on"
	echo button >"$mock/devices/q/slot"
	blinks q && echo button >"$mock/devices/q/slot"
	ok $? "the button: the power indicator blinks"
	soon slot_is "$in" q
	ok $? "once more: the request is taken back"
	knob devices/q/slot button
	soon gone c
	soon slot_is "card=in power=off link=down indicator=off attention=off" q
	ok $? "the button, and five seconds: the function goes, and the slot is off"
	knob devices/q/slot button
	soon there c
	ok $? "the same turns it on again"
	knob devices/q/slot remove
	soon gone c
	ok $? "and it can be pulled out all the same"
else
	skip "the kernel has no driver of hot-plug slots"
fi
knob del_device c
knob del_device q

# A process of VFIO holds the function.
bind f
./vfio-user hold "$(function_of f)" >/tmp/held 2>&1 &
holder=$!
soon grep -q ready /tmp/held
ok $? "a process does DMA through vfio-pci"
# It would end by itself when its DMA does.
kill -STOP $holder
knob devices/r/slot remove
[ $driver = 1 ] || echo 1 >"$pci/devices/$(function_of f)/remove" &
removal=$!
soon eval 'slot | grep -q "card=out .*link=down"'
there f
ok $? "the card is pulled out under it, and the kernel waits for the process"
kill -9 $holder
wait $holder 2>/dev/null
[ $driver = 1 ] || wait $removal
soon gone f
ok $? "the function goes when the process has"
soon slot_is "$out"
insert f "it comes again"
bind f
is "$(./vfio-dma "$(function_of f)" 2>&1 | tail -n 1)" "as it should be" "and VFIO uses it"
unbind f

# del_device of the last function takes the card along.
knob del_device f
soon slot_is "$out"
is "$(slot)" "$out" "del_device: the slot is empty"

# A card with several functions, which share a group or have their own.
knob new_device "f0 instance=a bus=pci behind=r slot=c group=card"
knob new_device "f1 instance=b bus=pci behind=r slot=c group=card aer=1"
knob new_device "f2 instance=b bus=pci behind=r slot=c group=topology acs=1"
fails EINVAL new_device "f3 instance=a bus=pci behind=r slot=c group=topology" "needs acs=1"
insert f2 "a card with three functions"
there f0 && there f1
ok $? "all of them are there"
is "$(field device f0 group)/$(field device f1 group)/$(field device f2 group)" "card/card/f2" "each in its group"
knob groups/card/claim 1
knob devices/r/slot remove
if [ $driver = 0 ]; then
	for f in f2 f1 f0; do echo 1 >"$pci/devices/$(function_of $f)/remove"; done
fi
soon gone f0
soon gone f2
ok $? "they go together"
fails ENODEV groups/card/claim 1 "not in its slot"
fails ENODEV devices/f1/aer RxErr "not found f1 in its hot-plug slot"
insert f2 "and come together"
knob del_device f0
is "$(slot)" "$in" "the card stays as long as it has a function"
# The port goes before its functions only if they are gone.
fails EBUSY del_device r "2 functions are behind r"
knob del_device f2
knob del_device f1

# Bad input.
for word in "" in "insert now" "insert insert"; do
	fails EINVAL devices/r/slot "$word"
done
for d in plain pl; do
	fails EOPNOTSUPP devices/$d/slot insert "only root ports with hotplug="
done
refused EINVAL new_device "x instance=a bus=pci hotplug=button" "bridge=root-port"
refused EINVAL new_device "x instance=a bus=pci bridge=pci hotplug=surprise" "bridge=root-port"
refused EINVAL new_device "x instance=a bus=pci bridge=root-port hotplug=1" "none of none, surprise, button"
refused EINVAL new_device "x instance=a hotplug=surprise" "bus=pci"
refused EINVAL new_device "x instance=a bus=pci behind=r sriov=1" "no virtual functions"
# A port that others remove: there is no driver any more.
knob new_device "f instance=b bus=pci behind=r"
[ $driver = 0 ] || function_of r >"$pci/devices/$(function_of r)/driver/unbind"
echo 1 >"$pci/devices/$(function_of r)/remove"
fails ENODEV devices/r/slot insert "r was removed from its bus"
reset
is "$(cat "$mock/state")" "" "reset: nothing is left"
modprobe -r iommu_mock
ok $? "the module goes"
load
done_testing
