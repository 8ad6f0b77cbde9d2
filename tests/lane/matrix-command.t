#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The command around the cells: choosing, listing, JSON, manners.
# timeout: 180
# shellcheck source=lib.sh
. ./lib.sh

load
m="iommu-mock matrix"

all=$($m --list)
count=$(echo "$all" | wc -l)
ok $((count < 300)) "several hundred cells"
twice=$(echo "$all" | sort | uniq -d)
[ -z "$twice" ]
ok $? "each has a name of its own" "$twice"
bad=$(echo "$all" | grep -v '^[^/]*/[^/]*/[^/]*/[^/]*/[^/]*$')
[ -z "$bad" ]
ok $? "names have five parts" "$bad"

out=$($m --list --filter 'pair/same-instance/EINVAL/-/*')
[ "$(echo "$out" | wc -l)" = 7 ]
ok $? "a pattern chooses" "$out"
out=$($m --list --filter pair/never/ENOMEM --filter one/never/EIO)
[ "$(echo "$out" | wc -l)" = 12 ]
ok $? "two filters choose more" "$out"
out=$($m --list --filter 'topology=pair,policy=never,errno=EINVAL|ENOMEM,caller!=best')
[ "$(echo "$out" | wc -l)" = 12 ]
ok $? "an expression chooses by dimension" "$out"
all_of_it=$($m --list --all --filter 'topology=sixteen,fault=-' | wc -l)
ok $((all_of_it < 1000)) "the whole product has cells that the slice has not" "$all_of_it"
$m --list --filter no-such-cell >/dev/null 2>&1
[ $? = 2 ]
ok $? "a filter that fits nothing is a wrong command line"

out=$($m --filter 'pair/same-instance/EINVAL/-/*')
status=$?
[ $status = 0 ]
ok $? "chosen cells pass" "$out"
[ "$(echo "$out" | sed -n 1p)" = "KTAP version 1" ] && [ "$(echo "$out" | sed -n 2p)" = "1..7" ]
ok $? "KTAP has a version and a plan" "$out"
echo "$out" | tail -n 1 | grep -Eq '^# 7 passed, 0 failed, 0 skipped; [0-9.]+ s; [0-9]+ cells/s$'
ok $? "it ends with the count" "$out"

out=$($m --json --filter pair/same-instance/EINVAL/-/einval)
echo "$out" | grep -q '"verdict":"pass"' && echo "$out" | grep -q 'domains=2 {a}{b}'
ok $? "JSON has verdict and placement" "$out"
echo "$out" | grep -q '"rule":"R3","verdict":"kept"'
ok $? "and what came of a rule" "$out"
echo "$out" | grep -q '"journal":\[.* attach instance=A device=a domain=mx-1 '
ok $? "and the journal" "$out"

# As if the drivers were the kernel's; the counts are of docs/matrix.md.
out=$($m --preset arm-smmu-v3@5.15 --preset intel@6.1 --filter 'topology=pair|ias-down|enforce-down')
status=$?
[ $status = 0 ] && echo "$out" | grep -q '^ok .* pair/arm-smmu-v3@5.10/EINVAL,instance=ENXIO/unhook-first,log-refusal/type1$'
ok $? "cells of presets pass" "$(echo "$out" | grep -A3 '^not ok')"
out=$($m --json --preset intel@6.1 --filter 'enforce-down/*/einval')
echo "$out" | grep -q '"rule":"R11","verdict":"kept"' && echo "$out" | grep -q 'b:-EOPNOTSUPP'
ok $? "with that driver's errno" "$out"
out=$($m --preset arm-smmu-v3@4.4 2>&1)
[ $? = 2 ]
ok $? "a kernel that was not read is refused" "$out"
out=$($m --all --preset amd@6.1 2>&1)
[ $? = 2 ]
ok $? "and everything as if it were one driver" "$out"

# Three shards, joined, are one run.
few="$m --json --no-verify --filter topology=trio|g2r2,caller=type1|einval"
$few >/root/one.json
for k in 1 2 3; do
	$few --shard $k/3 >/root/part$k.json
done
$m merge --raw /root/one.json >/root/one
$m merge --raw /root/part?.json >/root/parts
[ "$(wc -l </root/one)" -gt 10 ] && cmp -s /root/one /root/parts
ok $? "the results of three shards are those of one run" "$(diff /root/one /root/parts)"
$m merge --html /root/report.html --raw /root/one.json >/dev/null
grep -q 'R2, caller type1, Linux' /root/report.html
ok $? "there is a page of it"
$m merge /root/one.json /root/one.json >/dev/null
ok $? "the same results twice do not contradict"

# The same seed is the same operations of each thread, in its order: the first
# four calls of three threads, of what the journal of a result has.
race="$m --filter one/race-one-group"
calls() {
	out=$($race --json --seed "$1")
	for t in 0 1 2; do
		echo "$out" | tr '"' '\n' |
			sed -n "s/.* call \(op=.*\) ret=.* by=[0-9]*:\(race-$t\)$/\2 \1/p" | head -n 4
	done
}
calls 7 >/root/seven
calls 7 >/root/again
calls 9 >/root/nine
[ "$(wc -l </root/seven)" = 12 ] && cmp -s /root/seven /root/again
ok $? "a seed is the same operations again" "$(diff /root/seven /root/again)"
! cmp -s /root/seven /root/nine
ok $? "another seed is others" "$(cat /root/nine)"
out=$($race --json --seed 7)
echo "$out" | grep -q '"seed":7,'
ok $? "the seed is in the results" "$(echo "$out" | tail -n 3)"
out=$($race)
seed=$(echo "$out" | sed -n 's/^# seed \([0-9]*\): .*/\1/p')
other=$($race | sed -n 's/^# seed \([0-9]*\): .*/\1/p')
[ -n "$seed" ] && [ "$seed" != "$other" ]
ok $? "a run has a seed of its own" "$out"
echo "$out" | tail -n 1 | grep -q '^# 1 passed, 0 failed'
ok $? "with which races pass" "$out"

# A driver that loses invalidations loses the race, and the result says how to
# have it again. The knob is turned under way, when the instances are there.
rm -f /root/raced
(
	while [ ! -e /root/raced ]; do
		{ echo lose-invalidation >/sys/kernel/debug/iommu_mock/instances/B/misbehave; } 2>/dev/null
		usleep 5000
	done
) &
out=$($m --filter trio/race-map-attach --seed 9)
: >/root/raced
wait
again="$m --seed 9 --filter 'trio/race-map-attach/-/-+delay/direct'"
echo "$out" | grep -q '^not ok 1 ' && echo "$out" | grep -qF "# again: $again"
ok $? "a race that fails says how to have it again" "$out"
echo "$out" | grep -q '^# R13: '
ok $? "and which rule is broken" "$out"

# cut_short PID: end it while a cell runs. The first one's objects show that.
cut_short() {
	until grep -q . /sys/kernel/debug/iommu_mock/state || ! kill -0 "$1"; do
		usleep 10000
	done
	kill -TERM "$1"
}

# What ran is reported, the rest is not hidden.
$m --json >/root/cut.json 2>/root/cut.err &
pid=$!
cut_short $pid
wait $pid
status=$?
[ $status = 1 ] && grep -q 'interrupted after [0-9]* of [0-9]* cells' /root/cut.err
ok $? "a run can be interrupted" "status $status: $(cat /root/cut.err)"
grep -q '"interrupted":true' /root/cut.json && $m merge --raw /root/cut.json >/root/cut
[ -s /root/cut ]
ok $? "what ran until then is there" "$(tail -c 300 /root/cut.json)"
left=$(grep -c . /sys/kernel/debug/iommu_mock/state)
[ "$left" = 0 ]
ok $? "and nothing is left behind" "$(cat /sys/kernel/debug/iommu_mock/state)"
$m >/root/cut.ktap 2>/dev/null &
pid=$!
cut_short $pid
wait $pid
grep -q '^Bail out! interrupted after' /root/cut.ktap
ok $? "KTAP reports the interruption, too" "$(tail -n 2 /root/cut.ktap)"

# Objects of others are not for the matrix to reset.
iommu-mock instance add mine
out=$($m --filter pair/any 2>&1)
status=$?
[ $status != 0 ] && echo "$out" | grep -q mine
ok $? "refuses to run over objects that exist" "$out"
iommu-mock instance list --noheadings | grep -q mine
ok $? "which are still there"
iommu-mock reset

$m --filter pair/any >/dev/null
left=$(grep -c . /sys/kernel/debug/iommu_mock/state)
[ "$left" = 0 ]
ok $? "leaves nothing behind" "$(cat /sys/kernel/debug/iommu_mock/state)"
done_testing
