#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The command judge: what it reads, what it prints, and how it ends.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
tree mixed

# journal FILE LINE...: numbered, with a process
journal() {
	local file=$1 n=0 line
	shift
	for line; do
		n=$((n + 1))
		echo "$n $n $line by=7:x"
	done >"$file"
}
first="attach instance=a device=a0 domain=d1 old=blocked fresh=1 reason=- ret=0"
claim="attach instance=b device=b0 domain=blocked old=identity fresh=0 reason=- ret=0"
nomem="attach instance=b device=b0 domain=d1 old=blocked fresh=0 reason=fault ret=-ENOMEM"
second="attach instance=b device=b0 domain=d2 old=blocked fresh=1 reason=- ret=0"
give="attach instance=b device=b0 domain=identity old=blocked fresh=0 reason=- ret=0"
journal "$tmp/goes-on" "alloc domain=d1 device=a0 instance=a ret=0" "$first" "$claim" "$nomem" \
	"alloc domain=d2 device=b0 instance=b ret=0" "$second"
journal "$tmp/stops" "alloc domain=d1 device=a0 instance=a ret=0" "$first" "$claim" "$nomem" "$give"

# line REGEX NAME: a line of the output is like it.
line() {
	ok "$2" grep -Eq -e "$1" <<<"$out"
}

# verdict_of RULE [ARGUMENT...]: "STATUS:VERDICT:WHY"
verdict_of() {
	local rule=$1
	shift
	mock judge --json "$@"
	json "join ':', map { \$_->{verdict}, \$_->{why} // '' } grep { \$_->{rule} eq '$rule' } @{\$j->{judge}}" <<<"$out"
}

mock judge "$tmp/stops"
is "$status:$err" "0:" "nothing is broken"
is "$(grep -c '^R[0-9]* ' <<<"$out")" 17 "seventeen rules"
line "^R2 +kept +1 *$" "one is kept"
line "^R9 +not applicable +0 not seen: an attach of a PASID" "one cannot be seen, and it says why"
mock judge "$tmp/goes-on"
is "$status:$err" "1:" "something is broken"
is "$(verdict_of R2 "$tmp/goes-on")" "broken:after ENOMEM from b0 on d1 the caller tried d2 (4, 6)" "the sentence"
mock judge --json -o +EVENTS,BY,BROKEN,SAYS "$tmp/goes-on"
is "$(json 'join ":", map { @{$_->{events}}, @{$_->{by}}, $_->{broken}, $_->{says} } grep { $_->{rule} eq "R2" } @{$j->{judge}}' <<<"$out")" \
	"4:6:caller:1:every other errno aborts" "JSON: events, who, how often, the rule"

# The calls
mock judge --calls --raw --noheadings "$tmp/goes-on"
is "$status:$err" "1:" "--calls: the status is the same"
is "$out" '1 alloc a0 d1 0 - - -
2 attach a0 d1 0 attached it\x20is\x20attached -
3 attach b0 blocked 0 claimed - -
4 attach b0 d1 ENOMEM new\x20domain stop,\x20and\x20say\x20so R1,R2
5 alloc b0 d2 0 - - -
6 attach b0 d2 0 attached it\x20is\x20attached R1,R2' "the calls, and what came of them"
mock judge --calls --json -o +REASON,OLD "$tmp/goes-on"
is "$(json 'join ":", map { "$_->{reason},$_->{old}" } grep { ($_->{result} // "") eq "ENOMEM" } @{$j->{judge}}' <<<"$out")" \
	"fault,blocked" "JSON: the reason, and where the device was"
refuses 2 "judge: --calls shows no rules, of which --caller could expect something" judge --calls --caller einval "$tmp/goes-on"

# The module's own journal, a file, and standard input
mock judge
is "$status:$err" "0:" "the journal of the module"
line "^R10 +kept +5 " "with what it did"
cp "$tmp/goes-on" "$knobs/journal"
mock judge
is "$status" 1 "another one in its place"
run sh -c '"$1" judge - <"$2"' sh "$tool" "$tmp/goes-on"
is "$status:$err" "1:" "standard input, without a module"
run "$tool" judge "$tmp/stops"
is "$status:$err" "0:" "a file, without a module"
: >"$tmp/empty"
mock judge "$tmp/empty"
is "$status:$(grep -c "not applicable" <<<"$out")" "0:17" "nothing happened: nothing is applicable"

# What cannot be read
refuses 1 "judge $tmp/none: cannot be opened: No such file or directory" judge "$tmp/none"
refuses 1 "judge $tmp: cannot be read: Is a directory" judge "$tmp"
echo "hello, world" >"$tmp/foreign"
refuses 1 "judge $tmp/foreign: line 1: it does not begin with SEQ NSEC EVENT: hello, world" judge "$tmp/foreign"
printf '1 1 probe\0 by=7:x\n' >"$tmp/zero"
refuses 1 "judge $tmp/zero: line 1 is not text" judge "$tmp/zero"
{ cat "$tmp/goes-on" && printf '7 7 attach instance=a de'; } >"$tmp/cut"
mock judge "$tmp/cut"
is "$status:$err" "1:iommu-mock: judge: $tmp/cut: line 7 is cut short, and passed over
iommu-mock: judge: events are missing at the end: a rule that they may break is not known" "a line that is cut short"
line "^R2 +broken" "the rest is judged"
{ cat "$tmp/stops" && echo "6 6 sneeze loud=very device=a0 ret=0 by=7:x"; } >"$tmp/unknown"
mock judge "$tmp/unknown"
is "$status:$err" "0:" "an unknown event is accepted"
sed 's/^6 /9 /' "$tmp/goes-on" >"$tmp/hole"
is "$(verdict_of R2 "$tmp/hole")" "not known:3 events are missing before event 9" \
	"events are missing where it matters"
# What share breaks R1 for, a journal does not say: was any domain asked for?
journal "$tmp/gave-up" "alloc domain=d1 device=a0 instance=a ret=0" "$first" \
	"attach instance=b device=b0 domain=d1 old=blocked fresh=0 reason=ias ret=-EINVAL"
is "$(verdict_of R1 "$tmp/gave-up")" \
	"not known:after EINVAL from b0 on d1 the caller did no more for b0, and events do not show whether its user wanted any domain (3)" \
	"R1 is not 'kept' for a caller that gives up after EINVAL"

# What was overwritten: a journal of 64 entries that has seen 156, of which the
# first 92 are not there
awk '{ $1 += 92; print }' "$tmp/stops" >"$tmp/late"
mock judge "$tmp/late"
is "$status:$err" \
	"1:iommu-mock: judge: 92 events are missing before event 93: a rule that they may break is not known" \
	"entries missing at the beginning are reported"
is "$(grep -c "^R[0-9]* *kept" <<<"$out")" 0 "no rule is 'kept' while the missing entries may break it"
line "^R2 +not known +1 +92 events are missing before event 93" "but not known"
line "^R3 +not applicable" "but for what no event could show"
mock judge --ktap "$tmp/late"
line "^ok 2 R2 # SKIP 92 events are missing before event 93" "KTAP: neither passed nor failed"
mock judge --since 92 "$tmp/late"
is "$status:$err:$(grep -c "^R2 *kept" <<<"$out")" "0::1" "unless only what came later is asked for"
awk '{ $1 += 92; print }' "$tmp/goes-on" >"$tmp/late"
mock judge "$tmp/late"
line "^R2 +broken" "what is broken is broken"
cp "$tmp/late" "$knobs/journal"
sed -i 's/^journal_lost=.*/journal_lost=92/' "$knobs/stats"
mock judge
like "$err" "92 events are missing before event 93" "the module says how many it had to overwrite"
sed -i 's/^journal_lost=.*/journal_lost=0/' "$knobs/stats"
mock judge
is "$err" "" "what was cleared is not missing"
tree mixed
sed 's/^/1844674407370955161/' "$tmp/goes-on" >"$tmp/absurd"
refuses 1 "judge $tmp/absurd: line 6: it does not begin with SEQ NSEC EVENT: $(sed -n '6s/^/1844674407370955161/p' "$tmp/goes-on")" \
	judge "$tmp/absurd"

# Groups
journal "$tmp/half" "alloc domain=d1 device=a0 instance=a ret=0" "$first" \
	"attach instance=b device=b0 domain=d1 old=blocked fresh=0 reason=- ret=0" \
	"attach instance=c device=c0 domain=d1 old=blocked fresh=0 reason=ias ret=-EINVAL" \
	"alloc domain=d2 device=b0 instance=b ret=0" \
	"attach instance=b device=b0 domain=d2 old=d1 fresh=1 reason=- ret=0"
is "$(verdict_of R6 "$tmp/half")" \
	"not applicable:not seen: an attach that failed, and a later word of where the device is" "two devices"
is "$(verdict_of R6 --group b0,c0 "$tmp/half")" \
	"broken:b0 was on blocked, but is on d1 after d1 was refused (4, 6)" "a group of two"

# Known deviations
mock judge --caller vfio "$tmp/goes-on"
is "$status" 0 "VFIO is known to go on"
line "^R2 +broken .*VFIO type1 does not look.*vfio_iommu_type1_attach_group" "and it says why"
mock judge --caller einval "$tmp/goes-on"
is "$status" 1 "another caller is not"
mock judge --caller type1 "$tmp/stops"
is "$status" 1 "one that is known to go on, and stops, is news"
line "^R2 +kept +1 it was kept, though it is known that VFIO type1" "and the reason names the deviation"
mock judge --caller einval --family bus_ops --group b0,c0 "$tmp/half"
is "$status" 0 "the family is given"
mock judge --caller einval --group b0,c0 "$tmp/half"
is "$status" 1 "the family is the module's"
refuses 2 "judge: --caller: no such word as 'viof'; did you mean vfio?" judge --caller viof "$tmp/stops"
refuses 2 "judge: --family: no such word as 'attach'; did you mean attach_old?" \
	judge --family attach "$tmp/stops"
run "$tool" --sysroot "$tmp" judge --caller einval "$tmp/half"
is "$status" 3 "there is no module to ask"

# KTAP
mock judge --ktap --caller vfio "$tmp/goes-on"
line "^ok 2 R2 # XFAIL VFIO type1" "KTAP: known"
line "^ok 9 R9 # SKIP not seen" "KTAP: not applicable"
mock judge --ktap "$tmp/goes-on"
line "^not ok 2 R2" "KTAP: broken"
line "^ok 4 R4" "KTAP: kept"
done_testing
