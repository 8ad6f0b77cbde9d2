#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# device dma: what it asks the module for, and what it makes of the answers,
# which in a recorded tree are there already.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
tree shared

# What is written. The answer that the tree has is another operation's.
writes devices/dev0/dma "read 0x1000 4096" device dma dev0 read 0x1000 4096 --no-wait
writes devices/dev0/dma "write 1M 0x10 pattern=0xff repeat=3" \
	device dma dev0 write 1M 0x10 pattern=0xff repeat=3 --no-wait
writes devices/dev0/dma "copy 0 4K to=2M" device dma --no-wait dev0 copy 0 4K to=2M
writes devices/dev0/dma "sum 0 4K" device dma dev0 sum 0 4K --no-wait
writes devices/dev0/dma "stop" device dma dev0 stop

# What is printed
tree shared
mock device dma dev0 read 0x100000 32
is "$status:$err" "0:" "read"
"$tool" --sysroot "$tree" device dma dev0 wait >"$tmp/bytes"
ok "the bytes are what the device read" cmp "$tmp/bytes" "$knobs/devices/dev0/dma_data"
is "$(tail -n 1 "$knobs/devices/dev0/dma")" "read 0x100000 32" "wait starts nothing"
prints "sum" device dma nic1 sum 0x100000 0x1000 <<<0x0a0b0c0d
prints "wait prints what the last operation brought" device dma nic1 wait <<<0x0a0b0c0d
prints "wait for nothing" device dma dev1 wait </dev/null
prints "the status as a record" device dma nic1 wait -o op,rounds,sum,at,ret <<'EOT'
OP     sum
ROUNDS 5
SUM    0x0a0b0c0d
AT     
RET    0
EOT
prints_json "as JSON: addresses are strings, what is none is null" device dma dev0 wait --json <<'EOT'
{"dma": [{"seq": 3, "state": "done", "op": "read", "iova": "0x100000", "size": "0x20", "pasid": null, "rounds": 1, "done": "0x20",
"sum": null, "access": null, "at": null, "reason": null, "ret": "0"}]}
EOT
is "$(script -qec "$tool --sysroot $tree device dma dev0 wait" /dev/null | tr -d '\r')" \
	"000000100000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef
000000100010  00 01 02 0a 7e 7f 40 41 42 43 44 45 46 47 48 49  ....~.@ABCDEFGHI" "on a terminal bytes can be read"

# Faults
refuses 1 "device dma nic0: write at 0x100800 faulted: the mapping in dom0 does not allow it (permission)" \
	device dma nic0 wait
mock device dma nic0 write 0x100000 4K pattern=1 --json
is "$status:$(json '$j->{dma}[0]{reason}' <<<"$out")" "1:permission" "a fault has its record, too"
like "$err" "faulted: the mapping in dom0" "and its sentence"
# fault LINE: nic0 gives this answer.
answer() {
	printf '%s\n' "$1" >"$knobs/devices/nic0/dma"
}
answer "seq=1 state=done op=read iova=0x0 size=0x10 rounds=0 done=0x0 sum=- access=r at=0x0 reason=format ret=-EFAULT"
refuses 1 "device dma nic0: read at 0x0 faulted: the walker of smmu1 cannot read what it finds in the table of dom0: format, address sizes and page sizes must fit (format)" \
	device dma nic0 wait
echo attached=4:other,5:spare,55:dom0 >>"$knobs/devices/nic0/info"
answer "seq=1 state=done op=read iova=0x0 size=0x10 pasid=5 rounds=0 done=0x0 sum=- access=r at=0x0 reason=not-mapped ret=-EFAULT"
refuses 1 "device dma nic0: read at 0x0 faulted: nothing is mapped there in spare for the walker of smmu1 (not-mapped)" \
	device dma nic0 wait
answer "seq=1 state=done op=sum iova=0x0 size=0x10 rounds=4 done=0x0 sum=- access=- at=- reason=- ret=-ECANCELED"
refuses 1 "device dma nic0: sum was stopped after 4 rounds (ECANCELED)" device dma nic0 wait
printf 'half' >"$knobs/devices/nic0/dma_data"
answer "seq=1 state=done op=read iova=0x0 size=0x8 rounds=0 done=0x4 sum=- access=r at=0x4 reason=not-mapped ret=-EFAULT"
mock device dma nic0 read 0 8
is "$status:$out" "1:half" "what was read before a fault is printed"
rm "$knobs/devices/nic0/info"
mock device dma nic0 wait
like "$err" "mapped there in its domain for the walker of its instance" "a device that has gone meanwhile"
for bad in "seq=1" "state=sleeping" "" "seq=1 state=done op=- ret=0"; do
	answer "$bad"
	refuses 1 "device dma nic0: the module's answer makes no sense" device dma nic0 wait
done

# Time
mock device dma dev2 read 0 1 --timeout 1
is "$status:$err" "1:iommu-mock: device dma dev2: it has not ended within 1 s, and does not stop" \
	"what does not end is stopped"
is "$(tail -n 1 "$knobs/devices/dev2/dma")" "stop" "by the module"

# What is refused
refuses 1 "device dma nodev: there is no device nodev (ENOENT)" device dma nodev read 0 1
refuses 1 "device dma nodev: there is no device nodev (ENOENT)" device dma nodev wait
refuses 1 "device dma nodev: there is no device nodev (ENOENT)" device dma nodev stop
refuse_writes devices/dev1/dma "dev1 is busy: wait, or write stop"
refuses 1 "device dma dev1: dev1 is busy: wait, or write stop (ENOSPC)" device dma dev1 read 0 1
rm "$knobs/devices/dev0/dma_data"
refuses 1 "device dma dev0: cannot read what it read: No such file or directory (ENOENT)" device dma dev0 wait
tree shared
refuses 2 "device dma: OPERATION is missing" device dma dev0
refuses 2 "device dma: OPERATION: no such word as 'raed'; did you mean read?" device dma dev0 raed 0 1
refuses 2 "device dma: IOVA is missing" device dma dev0 read
refuses 2 "device dma: SIZE is missing" device dma dev0 read 0
refuses 2 "device dma: SIZE: 'lots' is not a size: a number, or 0x and a hexadecimal one, and K, M, G or T" \
	device dma dev0 read 0 lots
refuses 2 "device dma: pattern= is missing" device dma dev0 write 0 1
refuses 2 "device dma: to= is missing" device dma dev0 copy 0 1
refuses 2 "device dma: stop takes no IOVA" device dma dev0 stop 0
refuses 2 "device dma: wait takes no IOVA and SIZE" device dma dev0 wait 0 1
refuses 2 "device dma: wait takes no KEY=VALUE" device dma dev0 wait repeat=2
refuses 2 "device dma: --timeout: 'soon' is not a number" device dma dev0 wait --timeout soon
refuses 2 "device dma: --timeout: '-1' is not a number" device dma dev0 wait --timeout -1
cmp -s "$knobs/devices/dev0/dma" "$here/trees/shared/sys/kernel/debug/iommu_mock/devices/dev0/dma"
is $? 0 "none of these wrote anything"
done_testing
