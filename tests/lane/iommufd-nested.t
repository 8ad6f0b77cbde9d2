#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Nested translation by iommufd: a VMM with two guests, whose tables are on one stage 2
# behind two instances, and what guests and VMMs get wrong (helpers/iommufd-nested.c); their
# PASIDs, and their writes, tracked by stage 2 (helpers/iommufd-nested-*.c).
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
stage 2 that tracks, of one that does not: Operation not supported
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
like "$(journal viommu)" "instance=foreign parent=d[0-9]* op=create reason=foreign ret=-EINVAL" "the journal tells of vIOMMUs: one on another driver's stage 2"
like "$(journal viommu)" "instance=c parent=d[0-9]* op=create reason=ias ret=-EINVAL" "one on a stage 2 that does not fit"
is "$(journal viommu | grep -c 'op=create reason=- ret=0'):$(journal viommu | grep -c op=destroy)" 4:4 "and those of the program and the example, which are gone"
is "$(total domains)" 0 "a program that ends leaves nothing"
unbind a1 b1 c1 plain1 foreign1
reset

# PASIDs on tables of users.
knob new_instance "a nest=1 pasid=4"
knob new_instance "b nest=1 pasid=4"
knob new_instance "plain nest=1"
for i in a b; do knob new_device "${i}1 instance=$i bus=pci pasids=16"; done
knob new_device "plain1 instance=plain bus=pci"
bind a1 b1 plain1
clear_journal
./iommufd-nested-pasid "$(function_of a1)" a1 "$(function_of b1)" b1 "$(function_of plain1)" plain1 >/tmp/said 2>&1
ok $? "the program of PASIDs ends" "$(cat /tmp/said)"
is "$(sed -n 1,13p /tmp/said)" "a stage 2: 0
a table for PASIDs of a function that has none: Operation not supported
its vIOMMU: 0
likewise: Operation not supported
a table for PASIDs without a vIOMMU: 0
a PASID on it: 0
its DMA: fine
it leaves: 0
a vIOMMU: 0
a virtual id: 0
a table for PASIDs: 0
another one: 0
one that is not for PASIDs: 0" "tables for PASIDs"
is "$(sed -n 14,26p /tmp/said)" "a PASID on the table that is not for PASIDs: Invalid argument
one of another instance: Invalid argument
a PASID: 0
another one: 0
its DMA: fine
the other's: fine
without a PASID: blocked
each by its own table: yes
the other: yes
move: 0
its DMA: fine
by the other table: yes
and back: 0" "each PASID has a table"
like "$(journal attach)" "instance=b device=b1 pasid=1 .*reason=nest ret=-EINVAL" "what is of one vIOMMU is for the PASIDs of its instance"
is "$(sed -n 27,38p /tmp/said)" "its DMA: fine
an invalidation for a PASID: 0, 1 done, 0
its DMA: fine
the other's: fine
the one by the new table: yes
the other by what it had: yes
for the DMA without a PASID, which is on no table: No such file or directory, 0 done, 2
for a PASID that is on none: No such file or directory, 0 done, 2
of a table, with a PASID: Invalid argument, 0 done, 22
of a table: 0, 1 done, 0
the other's: fine
by the new table, too: yes" "an invalidation reaches the table of its PASID"
is "$(sed -n '39,$p' /tmp/said)" "the VMM took a page away (R13): stage2
event: device 0x10 address 0x40000000 access 2 reason 15 pasid 2
the device itself, on the table that is not for PASIDs: Invalid argument
on one that is: 0
its DMA: fine
detach: 0
its DMA: blocked
without a PASID, still: fine
its table, which the device is on: Device or resource busy
the other's: Device or resource busy
detach the other: 0
its table: 0" "an unmap of stage 2 reaches them, and the guest is told; and they end"
is "$(total domains)" 0 "and nothing is left"
unbind a1 b1 plain1
reset

# The writes of devices, tracked by a stage 2.
for i in a b; do knob new_instance "$i nest=1 dirty=1"; done
knob new_instance "plain nest=1"
for i in a b plain; do knob new_device "${i}1 instance=$i bus=pci"; done
bind a1 b1 plain1
clear_journal
./iommufd-nested-dirty "$(function_of a1)" a1 "$(function_of b1)" b1 "$(function_of plain1)" plain1 >/tmp/said 2>&1
ok $? "the program that migrates ends" "$(cat /tmp/said)"
is "$(sed -n 1,10p /tmp/said)" "a stage 2 that tracks, of one that does not: Operation not supported
a stage 2 that tracks: 0
a table on it, of one that does not track: Invalid argument
a vIOMMU on it, of one that does not track: Invalid argument
a vIOMMU: 0
the other's: 0
a table of a guest: 0
of the other: 0
attach the first: 0
attach the second: 0" "tables on a stage 2 that tracks"
is "$(sed -n 11,21p /tmp/said)" "a write before: fine
track: 0
clean:
a guest: fine
the other: fine
no clear: 8+2
both pages: 8+2
and then:
a guest again: fine
and once more: fine
its page: 8+1" "the pages of stage 2 that two guests wrote"
is "$(sed -n 22,27p /tmp/said)" "a read: fine
a read leaves nothing:
another read: fine
a write, after the table was changed: fine
the page that has it: 10+1
it is there: yes" "the page that is dirty is the one that was written"
is "$(sed -n '28,$p' /tmp/said)" "tracking by a table of a guest: No such file or directory
the other, before it leaves: fine
it leaves: 0
its last page: 9+1
off: 0
a guest, unseen: fine
on: 0
nothing:
the other comes back: 0
its DMA: fine
while writes are tracked: 9+1" "nothing is lost when a guest leaves, nothing found that was not tracked, and a table that comes later is tracked"
is "$(total domains)" 0 "and nothing is left"
unbind a1 b1 plain1
reset

# The caller: the newest stage 2 first, and only EINVAL means the next.
knob new_instance "a nest=1"
knob new_instance "b nest=1 ias=39"
knob new_instance plain
for i in a1:a a2:a b1:b plain1:plain; do knob new_device "${i%:*} instance=${i#*:} bus=pci"; done
for i in a b; do knob new_device "g$i instance=$i bus=pci group=g"; done
share() {
	iommu-mock share --caller iommufd-nested --noheadings --raw --output PLACEMENT,FAILED,REFUSALS,BROKEN "$@" 2>/tmp/said
}
had=$(frozen)
is "$(share a1 b1 a2)" "{a1}\\x20{b1,a2} - EINVAL:ias -" "what two tables share is a stage 2" || cat /tmp/said
is "$(share plain1)" "- plain1:EOPNOTSUPP - -" "a function whose instance translates by one stage gets none"
is "$(share a1 plain1)" "{a1} plain1:EOPNOTSUPP EOPNOTSUPP -" "and no table on the stage 2 of another: the caller stops" || cat /tmp/said
is "$(share b1 ga)" "{b1,g} - - -" "a group across instances" || cat /tmp/said
knob instances/b/errno ENOMEM
is "$(share a1 b1)" "{a1} b1:ENOMEM ENOMEM:ias R1:driver" "ENOMEM is told, and nothing else is tried (R2)"
knob instances/b/errno EINVAL
knob instances/a/misbehave refuse-fresh
share a1 >/tmp/row
is "$(cat /tmp/row)" "- a1:EINVAL EINVAL:fresh R4:driver" "a table of its own is refused (R4)" || cat /tmp/said
knob instances/a/misbehave none
is "$(total domains)" 0 "nothing is left"
is "$(frozen)" "$had" "and all is where it was"
iommu-mock share --caller iommufd-nested --calls --noheadings --raw --output CALL,DEVICE,RESULT,REASON,THEN a1 b1 >/tmp/calls
like "$(cat /tmp/calls)" "alloc b1 EINVAL ias new" "the refusal of a table is a try of its stage 2" || cat /tmp/calls
reset
iommu-mock matrix --filter 'caller=iommufd-nested' >/tmp/said 2>&1
is "$?" 0 "its cells of the matrix" || cat /tmp/said

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
like "$(journal alloc)" "domain=d[0-9]* device=- instance=a parent=d[0-9]* pasids=0 reason=- ret=0" "tables of a vIOMMU are in the journal"
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
