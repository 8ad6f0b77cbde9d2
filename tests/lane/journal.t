#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The journal: order, what is lost, clear, following it, its size.
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh

modprobe iommu_mock journal_entries=63 2>/dev/null
ok $((1 - $?)) "63 entries are too few"
modprobe iommu_mock journal_entries=1048577 2>/dev/null
ok $((1 - $?)) "1048577 are too many"
is "$(traces)" "" "a load that fails leaves nothing"
parameter=journal_entries=64
load

# seqs: the numbers there are, as "FIRST LAST COUNT".
seqs() {
	awk 'NR == 1 { first = $1 } $1 != first + NR - 1 { bad = 1 }
		END { print first + 0, $1 + 0, NR (bad ? " with holes" : "") }' "$mock/journal"
}

is "$(seqs)" "0 0 0" "empty at first"
knob new_instance a
knob new_device "a1 instance=a"
first=$(head -n 1 "$mock/journal")
like "$first" "^1 [0-9]+ probe instance=a device=a1 ret=0 thread=[0-9]+ by=[0-9]+:[^ ]+$" "the first entry"
like "$first" " by=$$:" "says who"
knob new_domain "x device=a1"
knob domains/x/attach "a1 unclaimed"
knob domains/x/detach a1
knob del_domain x
made_for=a
! legacy || made_for=-
# 5.10 and 6.1 attach the default domain twice when a device appears.
is "$(whole_journal | grep -v 'domain=identity old=identity')" "probe instance=a device=a1 ret=0
attach instance=a device=a1 domain=identity old=none fresh=0 reason=- ret=0
alloc domain=x device=a1 instance=$made_for ret=0
call op=new_domain object=x arg=a1 ret=0
attach instance=a device=a1 domain=x old=identity fresh=1 reason=- ret=0
call op=attach object=x arg=a1 ret=0
invalidate instance=a domain=x scope=domain iova=0x0 size=0x0 lost=0
attach instance=a device=a1 domain=identity old=x fresh=0 reason=- ret=0
call op=detach object=x arg=a1 ret=0
free domain=x attached=0
call op=del_domain object=x arg=- ret=0" "in order, a call after its callbacks"
sorted=$(awk '$2 < last { print "bad" } { last = $2 }' "$mock/journal")
is "$sorted" "" "time goes on"

# Following: the same open file gives what is new, poll waits for it.
# The event comes once the reader has seen that there is nothing, and usually once it
# waits again.
rm -f /tmp/nothing
(
	soon [ -e /tmp/nothing ]
	usleep 100000
	put groups/a1/claim 1
) &
seen=$(./raw "$mock/journal" r p=100 t=/tmp/nothing p=60000 r)
wait
is "$(echo "$seen" | grep '^[prt] ' | tr '\n' ' ')" "r 0 p 0 t 0 p 1 r 0 " "poll: nothing, then something"
like "$(echo "$seen" | sed -n '/^p 1/,$p')" "^[0-9]+ .* (attach|call) " "and it can be read"
last=$(seqs | cut -d' ' -f2)
like "$(echo "$seen" | tail -n 2)" "^r 0" "to the end"
knob groups/a1/claim 0

# clear drops what is there; the numbers go on.
before=$(seqs | cut -d' ' -f2)
[ "$before" -ge "$last" ]
ok $? "numbers grow"
clear_journal
is "$(seqs)" "0 0 0" "clear"
is "$(total journal_entries)" 0 "nothing in stats"
knob groups/a1/claim 1
is "$(seqs | cut -d' ' -f1)" $((before + 1)) "the numbers go on"
is "$(./raw "$mock/journal" w=clear p=50 r)" "w 5
p 0
r 0" "the reader of a cleared journal has nothing to read"
knob groups/a1/claim 0

# The ring: 64 are kept, the rest is counted.
cleared=$(seqs | cut -d' ' -f2)
clear_journal
is "$(total journal_lost)" 0 "what was cleared is not lost"
i=0
while [ $i -lt 100 ]; do
	i=$((i + 1))
	quietly groups/a1/claim 1
	quietly groups/a1/claim 0
done
is "$(total journal_entries)" 64 "64 entries"
read -r from to count <<END
$(seqs)
END
is "$count" 64 "and as many to be read, without holes"
is "$(total journal_lost)" $((to - cleared - 64)) "the others are counted as lost"
is "$from" $((to - 63)) "the newest are kept"
# What was overwritten may have been the evidence: 64 entries, of more placements.
knob new_instance "b policy=any"
knob new_device "b1 instance=b"
clear_journal
knob instances/b/faults "attach errno=ENOMEM filter=existing times=1"
iommu-mock share --caller any a1 b1 >/dev/null
iommu-mock judge >/tmp/out 2>/tmp/err
is "$?:$(cat /tmp/err):$(sed -n 's/^R2 *\([a-z]*\) .*/\1/p' /tmp/out)" "1::broken" "the caller goes on after ENOMEM: R2 is broken"
i=0
while [ $i -lt 6 ]; do
	i=$((i + 1))
	iommu-mock share --caller any a1 b1 >/dev/null
done
lost=$(total journal_lost)
oldest=$(seqs | cut -d' ' -f1)
iommu-mock judge >/tmp/out 2>/tmp/err
is "$?:$(cat /tmp/err)" \
	"1:iommu-mock: judge: $lost events are missing before event $oldest: a rule that they may break is not known" \
	"that evidence is overwritten, which judge says"
is "$(grep -c '^R[0-9]* *kept' /tmp/out):$(sed -n 's/^R2 *\(not known\) .*/\1/p' /tmp/out)" "0:not known" \
	"and it calls nothing kept"
iommu-mock judge --since $((oldest - 1)) >/tmp/out 2>/tmp/err
is "$?:$(cat /tmp/err):$(grep -c '^R1 *kept' /tmp/out)" "0::1" "but what is there, if no more is asked for"
iommu-mock events >/dev/null 2>/tmp/err
is "$(cat /tmp/err)" "iommu-mock: events: $lost entries before $oldest were overwritten unread" "events reports the lost entries, too"
# A caller that needs more attaches between two looks at the journal than there is room for
i=0
while [ $i -lt 12 ]; do
	i=$((i + 1))
	knob new_device "c$i instance=a"
done
iommu-mock share --caller type1 c1 c2 c3 c4 c5 c6 c7 c8 c9 c10 c11 c12 >/tmp/out 2>/tmp/err
is "$?:$(grep -c 'not-known' /tmp/out)" 1:1 "share reports 'not known' for a placement whose journal has a gap" "$(cat /tmp/out /tmp/err)"
like "$(cat /tmp/err)" "^iommu-mock: share: type1: [0-9]* events of the journal were overwritten unread" "and why"
iommu-mock scenario run B27 >/tmp/out 2>&1
unlike "$(cat /tmp/out)" overwritten "a scenario that it could read says nothing"
# A reader that was overtaken goes on with the oldest there is.
mkfifo /tmp/pipe
(
	exec 3<"$mock/journal"
	read -r line <&3
	cat /tmp/pipe >/dev/null
	read -r line <&3
	echo "$line" >/tmp/next
) &
i=0
while [ $i -lt 100 ]; do
	i=$((i + 1))
	quietly groups/a1/claim 1
	quietly groups/a1/claim 0
done
echo >/tmp/pipe
wait
[ "$(cut -d' ' -f1 /tmp/next)" -gt $((to + 64)) ]
ok $? "a reader that was overtaken goes on with the oldest" "$(cat /tmp/next)"
done_testing
