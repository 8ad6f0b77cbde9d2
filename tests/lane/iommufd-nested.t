#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Nested translation by iommufd: a VMM with two guests, whose tables are on one stage 2
# behind two instances, and what guests and VMMs get wrong (helpers/iommufd-nested.c).
# What is expected is that of docs/nested.md, and of hw_pagetable.c and viommu.c in
# drivers/iommu/iommufd/.
# needs: a kernel with CONFIG_IOMMUFD
# leaks: yes
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
load
if [ "$(value_in "$mock/build_info" nest)" = 0 ]; then
	refused EOPNOTSUPP new_instance "n nest=1" "has no vIOMMU objects"
else
	knob new_instance "n nest=1"
	is "$(cat "$mock/instances/n/nest")" 1 "an instance translates by two stages"
	reset
fi
if [ -z "$(find /lib/modules -name 'iommufd.ko*')" ]; then
	skip "needs a kernel with CONFIG_IOMMUFD"
	done_testing
fi
modprobe -a vfio-pci iommufd
knob new_instance "a nest=1"
knob new_instance "b nest=1"
knob new_instance "c nest=1 ias=39"
knob new_instance plain
knob new_instance "foreign driver=other nest=1"
for i in a b c plain foreign; do knob new_device "${i}1 instance=$i bus=pci"; done
bind a1 b1 c1 plain1 foreign1
clear_journal
./iommufd-nested "$(function_of a1)" a1 "$(function_of b1)" b1 "$(function_of c1)" c1 \
	"$(function_of plain1)" "$(function_of foreign1)" >/tmp/said 2>&1
ok $? "the program ends" "$(cat /tmp/said)"
is "$(sed -n 1,2p /tmp/said)" "a1: a, 48 bits, stage 1 formats 0xfff
c1: c, 39 bits, stage 1 formats 0xfff" "what the hardware is"
is "$(sed -n 3,20p /tmp/said)" "stage 2 of one that translates by one stage: Operation not supported
stage 2 that tracks: Operation not supported
stage 2: 0
other tables: 0
data of another type: Invalid argument
no such format: Invalid argument
a root that is not aligned: Invalid argument
too many bits: Invalid argument
a flag: Operation not supported
stage 1 on other tables: Invalid argument
stage 1 of one that translates by one stage: Operation not supported
stage 1 on a stage 2 that does not fit: Invalid argument
vIOMMU on a stage 2 that does not fit: Invalid argument
vIOMMU of one that translates by one stage: Operation not supported
stage 1 of another driver: Invalid argument
vIOMMU of another driver: Invalid argument
vIOMMU of another type: Operation not supported
vIOMMU: 0" "what can be allocated, and what cannot"
is "$(sed -n 21,29p /tmp/said)" "the other's: 0
vDEVICE: 0
the other's: 0
vDEVICE on the other's vIOMMU: Invalid argument
stage 1 of a guest: 0
of the other: 0
the other's function on it: Invalid argument
its own function: 0
the other's: 0" "two guests on one stage 2"
is "$(sed -n 30,33p /tmp/said)" "DMA of a guest: fine
of the other: fine
in its own memory: yes
the other's: yes" "each by its own table"
is "$(sed -n 34,38p /tmp/said)" "the guest changed its table and said nothing: fine
where it was: yes
an array with bad entries: Operation not supported, 0 done, 0 95 2
and nothing changed: fine
where it was: yes" "an array with bad entries changes nothing, and each entry has its error"
is "$(sed -n 39,46p /tmp/said)" "too many entries: Argument list too long, 0 done,
to the other's vIOMMU: No such file or directory, 0 done, 2
no entries: 0, 0 done,
a good one: 0, 1 done, 0
and the guest's table counts: fine
where it is now: yes
the table itself: 0, 1 done, 0
likewise: fine" "an invalidation by the id of a device, and one of a table"
is "$(sed -n 47,50p /tmp/said)" "where it is now: yes
the VMM took the page away (R13): stage2
its memory has it: no
event: device 0x10 address 0x40000000 access 2 reason 15" "an unmap of stage 2 reaches the guests, and the guest is told"
is "$(sed -n 51,58p /tmp/said)" "a loop: 0, 1 done, 0
a table that points to itself: format
outside: 0, 1 done, 0
a table outside of memory: stage1-table
nothing: 0, 1 done, 0
an empty entry: not-mapped
read-only: 0, 1 done, 0
an entry that cannot be written: permission" "tables that are wrong"
is "$(sed -n 59,63p /tmp/said)" "the other guest: fine
as ever: yes
vIOMMU that has domains: Device or resource busy
stage 2 that has tables on it: Device or resource busy" "the other guest has seen nothing of it"
./guests >/tmp/example 2>&1
is "$?:$(grep -c ^ok /tmp/example)" 0:5 "guests, the example"
note "$(cat /tmp/example)"
like "$(journal attach)" "instance=b device=b1 .* reason=nest ret=-EINVAL" "what is of one vIOMMU is for its instance"
is "$(total domains)" 0 "a program that ends leaves nothing"
unbind a1 b1 c1 plain1 foreign1
reset

# The objects: ids, events, and what ends in which order.
knob new_instance "a nest=1"
for i in a1 a2; do knob new_device "$i instance=a bus=pci"; done
bind a1 a2
clear_journal
./iommufd-nested-life "$(function_of a1)" a1 "$(function_of a2)" a2 >/tmp/said 2>&1
ok $? "the program of objects ends" "$(cat /tmp/said)"
is "$(sed -n 1,7p /tmp/said)" "a virtual id: 0
another one for the device: File exists
the same for another device: File exists
one for that: 0
which goes: 0
and another one: 0
no such vIOMMU: No such file or directory" "virtual ids"
is "$(sed -n 8,13p /tmp/said)" "data that are too short: Invalid argument
too long: Invalid argument
data that are nowhere: Bad address
tables: 0
a device on them: 0
and another one: 0" "data of tables"
is "$(sed -n 14,20p /tmp/said)" "entries of another type: Invalid argument
of another length: Invalid argument
to a stage 2: Invalid argument
bad ranges: Invalid argument, 0 done, 22 22 22
the last byte: 0, 1 done, 0
a virtual id for a table: Invalid argument, 0 done, 22
an id of no device: No such file or directory, 0 done, 2" "entries of arrays"
is "$(sed -n 21,32p /tmp/said)" "a fault before there is a queue: stage2
a queue of no events: Invalid argument
a queue: 0
another one: File exists
nothing yet:
a fault: stage2
one event: 0x10
four: 0x10 0x10 lost
a fault of a device without an id: stage2
none:
the queue, while it is open: Device or resource busy
closed: 0" "events"
is "$(sed -n 33,44p /tmp/said)" "tables in use: Device or resource busy
their vIOMMU: Device or resource busy
its stage 2: Device or resource busy
the device leaves: 0
the vIOMMU, which has tables: Device or resource busy
the tables: 0
the vIOMMU, which has a device: Device or resource busy
the stage 2, which has a vIOMMU: Device or resource busy
the device: 0
the vIOMMU: 0
the stage 2: 0
the address space: 0" "what is in use stays"
like "$(journal alloc)" "domain=d[0-9]* device=- instance=a ret=0" "tables of a vIOMMU are in the journal"
is "$(total domains)" 0 "and nothing is left"

# All at once: maps, invalidations, objects, and DMA.
./iommufd-nested-life race 100 "$(function_of a1)" a1 "$(function_of a2)" a2 >/tmp/said 2>&1
is "$?:$(cat /tmp/said)" "0:25 accesses, 0 odd" "threads that do all of it at once"
is "$(total domains)" 0 "leave nothing"

# A vIOMMU outlives its device, and keeps the instance and the module.
knob new_instance "b nest=1"
knob new_device "b1 instance=b bus=pci"
bind b1
# Another test of this boot may have left such a file.
: >/tmp/held
./iommufd-nested-life hold "$(function_of a1)" a1 "$(function_of b1)" b1 >/tmp/held &
soon grep -q held /tmp/held
ok $? "a program holds a vIOMMU, whose device is closed"
is "$(field instance b viommus)" 1 "the state has it"
unbind b1
knob del_device b1
refused EBUSY del_instance b "1 vIOMMU object is of b"
refused EBUSY instances/b/nest 0 "frozen"
said=$(modprobe -r iommu_mock 2>&1) && said="it was unloaded"
like "$said" "Resource temporarily unavailable|in use" "nor can the module be unloaded"
kill -9 $!
wait $! 2>/dev/null
knob del_instance b
ok $? "the vIOMMU goes with the program"
unbind a1 a2
modprobe -r iommu_mock
ok $? "and then the module"
load
done_testing
