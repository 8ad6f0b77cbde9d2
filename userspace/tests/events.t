#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The journal: filters, following, and lines that make no sense.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
tree shared

prints "events" events <<'EOT'
SEQ TIME          EVENT      INSTANCE DEVICE DOMAIN   OLD      REASON     DETAIL                              RET     BY
  1 1.000000      probe      smmu0    dev0                                                                    0       sh
  2 1.000050      attach     smmu0    dev0   identity none                                                    0       sh
  3 1.500000      alloc      smmu0    dev0   dom0                                                             0       iommu-mock
  4 1.500000      attach     smmu0    dev0   dom0     identity            fresh                               0       iommu-mock
  5 1.500000      call                                                    attach dom0 dev0                    0       iommu-mock
  6 1.600000      fault      smmu1    nic0   dom0                         attach                              -ENOMEM iommu-mock
  7 1.600000      attach     smmu1    nic0   dom0     identity fault                                          -ENOMEM iommu-mock
  8 1.700000      attach     smmu1    nic0   d3       identity foreign                                        -EINVAL CPU_0/KVM
  9 1.800000      attach     smmu1    nic0   spare    identity ias                                            -EINVAL iommu-mock
 10 1.900000      invalidate smmu0           dom0                         0x100000+0x200000, lost                     iommu-mock
 11 2.000000      free                       d2                           1 attached                                  CPU_0/KVM
 12 2.000000      release    dmar0    dev2                                                                            init
 13 2.100000      dma        smmu0    dev0   dom0              stale      read 0x100000+0x1000, r at 0x100800 -EFAULT iommu-mock
 14 2.200000      invalidate smmu1           dom0                         domain                                      iommu-mock
EOT

# seqs ARGUMENT...: the numbers of the events that are printed, in one line.
seqs() {
	mock events -rn -o seq "$@"
	echo "$out" | paste -sd' '
}
is "$(seqs --type fault)" "6" "--type"
is "$(seqs --type fault --type free -t call)" "5 6 11" "--type, repeated"
is "$(seqs --since 9)" "10 11 12 13 14" "--since"
is "$(seqs --since 14)" "" "--since the last"
is "$(seqs --instance smmu1)" "6 7 8 9 14" "--instance"
is "$(seqs --device dev0)" "1 2 3 4 5 13" "--device: also as what a call names"
is "$(seqs --domain identity)" "2 4 7 8 9" "--domain: also as the one that was left"
is "$(seqs --domain dom0)" "3 4 5 6 7 10 13 14" "--domain: also as what a call names"
is "$(seqs --domain dom0 --type attach --since 4)" "7" "filters together"

mock events --json -t attach --since 8
is "$(json '$j->{events}[0]{domain}' <<<"$out")" spare "JSON"
prints_json "JSON: every field of every event has its type" \
	events --json --since 9 -o seq,nsec,fresh,iova,size,scope,lost,done,access,at,attached,ret,pid <<'EOT'
{"events": [
{"seq": 10, "nsec": 1900000000, "fresh": null, "iova": "0x100000", "size": "0x200000", "scope": "range", "lost": true, "done": null, "access": null, "at": null, "attached": null, "ret": null, "pid": 812},
{"seq": 11, "nsec": 2000000000, "fresh": null, "iova": null, "size": null, "scope": null, "lost": null, "done": null, "access": null, "at": null, "attached": 1, "ret": null, "pid": 977},
{"seq": 12, "nsec": 2000000777, "fresh": null, "iova": null, "size": null, "scope": null, "lost": null, "done": null, "access": null, "at": null, "attached": null, "ret": null, "pid": 1},
{"seq": 13, "nsec": 2100000000, "fresh": null, "iova": "0x100000", "size": "0x1000", "scope": null, "lost": null, "done": "0x800", "access": "r", "at": "0x100800", "attached": null, "ret": "-EFAULT", "pid": 812},
{"seq": 14, "nsec": 2200000000, "fresh": null, "iova": "0x0", "size": "0x0", "scope": "domain", "lost": false, "done": null, "access": null, "at": null, "attached": null, "ret": null, "pid": 812}
]}
EOT

# journal LINE...: put these into the journal.
journal() {
	printf '%s\n' "$@" >"$knobs/journal"
}
journal "3 1 probe instance=a device=b ret=0 by=1:x" "7 2 probe instance=a device=b ret=0 by=1:x"
mock events -rn -o seq
is "$status:$out:$err" "0:3
7:iommu-mock: events: 3 entries before 7 were overwritten unread" "a gap in the numbers is reported"
sed -i 's/^journal_lost=.*/journal_lost=2/' "$knobs/stats"
mock events -rn -o seq
like "$err" "^iommu-mock: events: 2 entries before 3 were overwritten unread" "entries missing at the beginning are reported"
mock events -rn -o seq --since 2
is "$err" "iommu-mock: events: 3 entries before 7 were overwritten unread" "but not of what is not asked for"
sed -i 's/^journal_lost=.*/journal_lost=1/' "$knobs/stats"
journal "2 1 probe instance=a device=b ret=0 by=1:x"
mock events -rn -o seq
is "$err" "iommu-mock: events: 1 entry before 2 was overwritten unread" "one is not many"
sed -i 's/^journal_lost=.*/journal_lost=0/' "$knobs/stats"
journal "1 1 probe instance=a device=b ret=0 by=1:x" "2 1 frobnicate depth=3 instance=c ret=-ENOKEY by=1:x"
refuses_nothing() {
	mock events -rn -o seq,event,instance
	is "$status:$out:$err" "$1" "$2"
}
mock events -rn -o seq,event,instance
is "$status" 1 "an unknown errno is refused"
journal "1 1 probe instance=a device=b ret=0 by=1:x" "2 1 frobnicate depth=3 instance=c ret=-524 by=1:x"
refuses_nothing "0:1 probe a
2 frobnicate c:" "an unknown event and an unknown key are passed on"
for bad in \
	"1 1 probe thread=2147483648 by=1:x|a value that cannot be" \
	"x 1 probe by=1:x|it does not begin with SEQ NSEC EVENT" \
	"1 x probe by=1:x|it does not begin with SEQ NSEC EVENT" \
	"1 1|it does not begin with SEQ NSEC EVENT" \
	"|it does not begin with SEQ NSEC EVENT" \
	"1 1 probe instance=a|no by=PID:COMM at its end" \
	"1 1 probe instance=a by=x|a value that cannot be" \
	"1 1 probe instance= by=1:x|a value that cannot be" \
	"1 1 attach fresh=2 by=1:x|a value that cannot be" \
	"1 1 attach ret=EINVALID by=1:x|a value that cannot be" \
	"1 1 probe instance by=1:x|a word that is not KEY=VALUE"; do
	journal "${bad%|*}"
	refuses 1 "events: the journal makes no sense: ${bad#*|}: ${bad%|*}" events
done
journal "1 1 probe instance=a device=b ret=0 by=1:x"
printf '2 1 probe instance=a' >>"$knobs/journal"
refuses_nothing "0:1 probe a:iommu-mock: events: the last entry is cut short" "a line that is cut short is waited for, and reported"
rm "$knobs/journal"
refuses 1 "events: cannot read the journal: No such file or directory (ENOENT)" events

# What of it all is shown in a column that is not too wide
journal "1 1 dma instance=a device=b domain=d op=copy iova=0x0 size=0x10 done=0x10 access=- at=- reason=- ret=0 by=1:x" \
	"2 1 invalidate instance=a domain=- scope=all iova=0x0 size=0x0 lost=0 by=1:x" \
	"3 1 invalidate instance=a domain=d scope=domain iova=0x0 size=0x0 lost=1 by=1:x"
mock events -rn -o detail,domain
is "$status:$out:$err" "0:copy\\x200x0+0x10 d
all -
domain,\\x20lost d:" "a DMA that went well; invalidations of all kinds"

# --follow: prints what is there, then what comes, until it is told to stop.
journal "1 1000000000 probe instance=a device=b ret=0 by=1:x"
"$tool" --sysroot "$tree" events --follow --json -o seq,event >"$tmp/out" 2>"$tmp/err" &
follower=$!
# lines N: N lines are there.
lines() {
	[ "$(wc -l <"$tmp/out")" -ge "$1" ]
}
ok "--follow prints what is there" soon lines 1
echo "2 1 probe instance=a device=c ret=0 by=1:x" >>"$knobs/journal"
ok "--follow prints what comes" soon lines 2
printf '3 1 probe instance=a ' >>"$knobs/journal"
sleep 0.1
is "$(wc -l <"$tmp/out")" 2 "--follow waits for the end of a line"
echo "device=d ret=0 by=1:x" >>"$knobs/journal"
ok "--follow prints it then" soon lines 3
kill -TERM "$follower"
wait "$follower"
is "$?" 0 "--follow ends with status 0 after SIGTERM"
is "$(json '$j' <<<"[$(paste -sd, "$tmp/out")]")" \
	'[{"event":"probe","seq":1},{"event":"probe","seq":2},{"event":"probe","seq":3}]' \
	"--follow --json: one object a line"
is "$(cat "$tmp/err")" "" "--follow says nothing else"

: >"$tmp/out"
"$tool" --sysroot "$tree" events --follow >"$tmp/out" 2>"$tmp/err" &
follower=$!
soon lines 4
kill -TERM "$follower"
wait "$follower"
is "$(grep -c SEQ "$tmp/out")" 1 "--follow prints the headings once"
is "$(wc -l <"$tmp/out")" 4 "and three lines"

# Lines that come later stand below the first.
journal "1 1000000000 probe instance=a device=b ret=0 by=1:x"
: >"$tmp/out"
"$tool" --sysroot "$tree" events --follow >"$tmp/out" 2>"$tmp/err" &
follower=$!
soon lines 2
echo "2 1000000000 attach instance=a device=b domain=identity old=blocked reason=foreign ret=-ENODEV by=1:iommu-mock" \
	>>"$knobs/journal"
soon lines 3
kill -TERM "$follower"
wait "$follower"
is "$(cat "$tmp/out")" \
"   SEQ TIME          EVENT      INSTANCE   DEVICE   DOMAIN   OLD      REASON     DETAIL                 RET     BY
     1 1.000000      probe      a          b                                                            0       x
     2 1.000000      attach     a          b        identity blocked  foreign                           -ENODEV iommu-mock" \
	"--follow keeps its columns"
done_testing
