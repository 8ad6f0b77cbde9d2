#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A helper of the lane tests that cannot fail is a bug: see each one fail, and
# each one pass. Runs on the host, on a tree of files that stands for the knobs.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../tap.sh
. "$here/../tap.sh"
lib=$here/../lane/lib.sh
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
command -v busybox >/dev/null || skip_all "no busybox, whose shell the VM has"

# knobs: a fresh tree. /dev/full refuses all writes with ENOSPC.
knobs() {
	rm -rf "$tmp/k"
	mkdir -p "$tmp/k/instances/a"
	printf 'family=%s\nmulti_driver=1\n' "${1:-attach_old}" >"$tmp/k/build_info"
	echo 'device d1 instance=a group=g bus=platform dev=x domain=identity driver=-' >"$tmp/k/state"
	printf 'devices=7\n' >"$tmp/k/stats"
	printf 'refused=3\n' >"$tmp/k/instances/a/stats"
	: >"$tmp/k/instances/a/pairs"
	echo "there is no room" >"$tmp/k/last_error"
	: >"$tmp/k/taker"
	ln -s /dev/full "$tmp/k/full"
	printf '1 10 probe instance=a ret=0 thread=1 by=1:sh\n2 20 attach device=d1 ret=-EIO thread=2 by=2:x\n' >"$tmp/k/journal"
}

# lane SCRIPT: what a lane test with that body prints; its status in $status.
lane() {
	{ echo ". '$lib'; load"; echo "$1"; echo done_testing; } >"$tmp/t"
	run env MOCK="$tmp/k" TMPDIR="$tmp" busybox sh "$tmp/t"
}

# passes NAME SCRIPT, breaks NAME SCRIPT [PATTERN]: one assertion in each.
passes() {
	knobs
	lane "$2"
	like "$status:$out" $'^0:ok 1 .*\n1\.\.1$' "passes: $1"
}
breaks() {
	knobs
	lane "$2"
	like "$status:$out" $'^1:not ok 1 .*\n1\.\.1$' "fails: $1"
	[ -z "${3:-}" ] || like "$out" "$3" "and says why"
}

passes "ok" 'ok 0 x'
breaks "ok" 'ok 1 x "the reason"' 'the reason'
passes "is" 'is a a x'
breaks "is" 'is a b x' 'got: .*a'
breaks "is: nothing is not something" 'is "" a x'
breaks "is: no pattern" 'is ab "a*" x'
passes "like" 'like "one
two" "^tw" x'
breaks "like" 'like "one" "^tw" x'
breaks "like: nothing" 'like "" . x'
passes "unlike" 'unlike "one" "^tw" x'
breaks "unlike" 'unlike "one
two" "^tw" x'
passes "skip" 'skip "no reason"'
passes "soon" 'calls=0; third() { [ $((calls += 1)) = 3 ]; }; soon third; is "$?/$calls" 0/3 x'
breaks "soon: it never succeeds" 'SOON=0 soon false; ok $? x'

knobs
lane 'knob taker text'
is "$status:$out" "0:1..0" "knob that succeeds says nothing"
is "$(cat "$tmp/k/taker")" text "and has written"
breaks "knob" 'knob full text' 'no room'
breaks "knob: no such file" 'knob no/such text'
knobs
lane 'quietly full text'
is "$status:$out" "0:1..0" "quietly does not mind"

passes "fails" 'fails ENOSPC full x "no room"'
breaks "fails: it succeeds" 'fails ENOSPC taker x' 'accepted'
breaks "fails: another errno" 'fails EINVAL full x' 'not EINVAL'
breaks "fails: an errno without words" 'fails EFOO full x'
breaks "fails: another sentence" 'fails ENOSPC full x "no space"' 'is not like'
breaks "fails: no sentence" ': >"$mock/last_error"; fails ENOSPC full x' 'not one sentence'
breaks "fails: two sentences" 'printf "a\nb\n" >"$mock/last_error"; fails ENOSPC full x' 'not one sentence'
passes "refused" 'refused ENOSPC full x "no room"'
breaks "refused: it succeeds" 'refused ENOSPC taker x'
breaks "refused: another errno" 'refused EINVAL full x'
breaks "refused: no sentence" ': >"$mock/last_error"; refused ENOSPC full x'
# The write changes state although it fails: a stand-in for put does so.
changing='put() { echo changed >>"$mock/FILE"; put_status=1; said="x: No space left on device"; }'
breaks "refused: the state changed" "${changing/FILE/state}; refused ENOSPC full x" 'before:'
breaks "refused: the pairs changed" "${changing/FILE/instances/a/pairs}; refused ENOSPC full x" 'after:'
passes "fails: does not look at the state" "${changing/FILE/state}; fails ENOSPC full x"

knobs
lane 'is "$(whole_journal)" "probe instance=a ret=0
attach device=d1 ret=-EIO" a; is "$(journal attach)" "attach device=d1 ret=-EIO" b
is "$(where d1):$(field device d1 bus):$(field device d2 bus):$(field group d1 bus)" "identity:platform::" c
is "$(stat_of a refused):$(total devices):$(total refused)" 3:7: d
is "$family$multi" attach_old1 e; legacy; ok $((1 - $?)) f; owns; ok $? g'
is "$status:$(grep -c '^ok' <<<"$out")" 0:7 "what reads knobs reads them"
for family in bus_ops domain_ops static_by_bus static_domains attach_old; do
	knobs $family
	lane 'legacy && echo legacy; owns && echo owns; :'
	is "$(grep -v '^1' <<<"$out" | tr '\n' ' ')" \
		"$(case $family in bus_ops) echo "legacy " ;; domain_ops | static_by_bus) echo "legacy owns " ;; *) echo "owns " ;; esac)" \
		"family $family"
done

knobs
lane 'ok 0 x; exit 0'
unlike "$out" '1\.\.' "a test that ends early has no plan"
knobs
lane 'skip_all "no such thing"'
is "$status:$out" "0:1..0 # SKIP no such thing" "skip_all"

knobs
lane 'for p in long other; do ! whole $p || echo "all of $p"; done'
like "$out" "all of long.all of other" "whole: by itself a test runs completely"
knobs
LEFT_OUT="long " lane 'for p in long other; do ! whole $p || echo "all of $p"; done'
is "$(grep '^all' <<<"$out")" "all of other" "whole: without the parts that are left out"

# A lane test whose header is wrong would silently get other options.
for file in "$here"/../lane/*.t; do
	name=${file##*/}
	bad=$(sed -n '2,20s/^# \(lanes\|VM\|time\|timeouts\|qemu\|args\):.*/\1/p' "$file")
	words=$(busybox sh -n "$file" 2>&1) && [ -x "$file" ] && [ -z "$bad" ] && [ "$(wc -l <"$file")" -lt 500 ]
	verdict $? "$name: a script, executable, known headers, fewer than 500 lines" "$bad$words"
done
done_testing
