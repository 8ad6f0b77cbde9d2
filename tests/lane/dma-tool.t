#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The tool's commands for memory: device dma, with its output, and the sentence
# and the status of each kind of fault; domain tables; share --verify.
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
load
t=iommu-mock
say=/tmp/said

for i in "smmu0" "smmu1 policy=any" "dmar0 format=x86-4l policy=any"; do
	knob new_instance "$i"
done
knob new_device "nic0 instance=smmu0"
knob new_device "nic1 instance=smmu1"
knob new_device "gpu0 instance=dmar0"
knob new_domain "dom device=nic0"
knob new_buffer "buf 64K"
knob new_buffer "ro 4K"
knob domains/dom/attach nic0
knob domains/dom/map "0x100000 buf"
knob domains/dom/map "0x200000 ro prot=r"

# refuses STATUS SENTENCE ARGUMENT...: device dma prints nothing, ends with
# STATUS, and says just that.
refuses() {
	wanted=$1 sentence=$2
	shift 2
	out=$($t device dma "$@" 2>$say)
	is "$?:$out:$(cat $say)" "$wanted::iommu-mock: device dma $sentence" "$*: $sentence"
}

# said COMMAND...: its output in $out, its status in $status.
said() {
	out=$("$@" 2>$say)
	status=$?
}

# The bytes go the same way by the tool, by the buffer and by the device.
printf 'what the CPU wrote' | $t buffer write buf offset=4090
is "$($t device dma nic0 read 0x100ffa 18)" "what the CPU wrote" "read, across a page"
$t device dma nic0 write 0x102000 16 pattern=0x2e656369766564
is "$($t buffer read buf offset=8K size=16 | tr -d '\0')" "device.device." "write"
$t device dma nic0 copy 0x100ffa 18 to=0x103ffb
is "$($t buffer read buf offset=0x3ffb size=18)" "what the CPU wrote" "copy"
crc=$($t buffer read buf offset=0x3ffb size=18 | gzip -c | tail -c 8 | head -c 4 | od -An -tx4 | tr -d ' ')
is "$($t device dma nic0 sum 0x103ffb 18)" "0x$crc" "sum is what gzip makes of the buffer's bytes"
is "$($t device dma nic0 sum 0x100000 64K repeat=3 -rno rounds,done,ret | tr '\n' ' ')" "ROUNDS 3 DONE 0x10000 RET 0 " "repeat="
head -c 65536 /dev/urandom >/tmp/random
$t buffer write buf </tmp/random
$t device dma nic0 read 0x100000 64K >/tmp/back
cmp /tmp/random /tmp/back
ok $? "64K come as they are"
$t device dma nic0 read 0x100000 1 --json >$say
like "$(tr -d ' \n' <$say)" '"op":"read","iova":"0x100000","size":"0x1","pasid":null,"rounds":1,"done":"0x1","sum":null,"access":null,"at":null,"reason":null,"ret":"0"' \
	"--json: the status"

# Faults: each reason has a sentence.
refuses 1 "nic0: read at 0x110000 faulted: nothing is mapped there in dom for the walker of smmu0 (not-mapped)" nic0 sum 0x10f000 8K
refuses 1 "nic0: write at 0x200000 faulted: the mapping in dom does not allow it (permission)" nic0 write 0x200000 8 pattern=1
refuses 1 "nic0: write at 0x200000 faulted: the mapping in dom does not allow it (permission)" nic0 copy 0x100000 8 to=0x200000
refuses 1 "gpu0: read at 0x100000 faulted: the device is on identity, through which mock devices touch nothing: attach it to a domain (identity)" \
	gpu0 read 0x100000 8
if owns; then
	$t group claim gpu0
	refuses 1 "gpu0: write at 0x100000 faulted: the device is blocked: attach it to a domain that maps the address (blocked)" \
		gpu0 write 0x100000 8 pattern=0
	$t group release gpu0
fi
$t domain attach dom gpu0
refuses 1 "gpu0: read at 0x100000 faulted: the walker of dmar0 cannot read what it finds in the table of dom: format, address sizes and page sizes must fit (format)" \
	gpu0 read 0x100000 8
$t domain detach dom gpu0
$t fault add smmu0 dma errno=EIO
refuses 1 "nic0: read at 0x100000 faulted: a fault is injected at dma of smmu0 (EIO)" nic0 read 0x100000 8
$t fault del smmu0 dma
$t domain attach dom nic1
$t device dma nic1 sum 0x100000 4 >/dev/null
$t instance set smmu1 misbehave=lose-invalidation
$t events --clear
$t domain unmap dom 0x100000 64K
refuses 1 "nic1: read at 0x100000 faulted: the IOTLB of smmu1 still has what dom mapped there before: its invalidation was lost (stale)" \
	nic1 read 0x100000 8
refuses 1 "nic0: read at 0x100000 faulted: nothing is mapped there in dom for the walker of smmu0 (not-mapped)" nic0 read 0x100000 8
$t device dma nic1 read 0x100000 8 --raw --output reason,ret >$say 2>&1
is "$?:$(sed -n 's/^REASON //p' $say):$(sed -n 's/^RET //p' $say)" "1:stale:-EFAULT" "a fault's record comes with its sentence"
is "$($t events -t dma --device nic1 -rn -o instance,op,iova,access,at,reason,ret | uniq)" \
	"smmu1 read 0x100000 r 0x100000 stale -EFAULT" "events tell the same"
is "$($t events -t invalidate -rn -o instance,scope,lost)" "smmu0 range 0
smmu1 range 1" "and which instance lost what"
is "$($t instance show smmu1 -rn -o stale)" "STALE 2" "and the counters"
$t instance set smmu1 misbehave=none stats=0
is "$($t instance show smmu1 -rn -o stale,lost | tr '\n' ' ')" "STALE 0 LOST 0 " "which begin anew"
$t domain map dom 0x100000 buf

# Not waiting, waiting, stopping
$t fault add smmu0 dma errno=0 delay_us=200
$t device dma nic0 sum 0x100000 64K repeat=1000000000 --no-wait
is "$?" 0 "--no-wait"
is "$($t device dma nic0 read 0 1 2>&1)" "iommu-mock: device dma nic0: nic0 is busy: wait, or write stop (EBUSY)" "one at a time"
$t device dma nic0 stop
$t device dma nic0 wait >$say 2>&1
is "$?" 1 "wait: what was stopped has failed"
like "$(cat $say)" "^iommu-mock: device dma nic0: sum was stopped after [0-9]+ rounds \(ECANCELED\)$" "and says so"
$t device dma nic0 sum 0x100000 64K repeat=1000000000 --timeout 1 >$say 2>&1
is "$?" 1 "--timeout"
like "$(cat $say)" "had not ended within 1 s, and was stopped after [0-9]+ rounds \(ETIMEDOUT\)$" "and says so"
$t fault del smmu0 all
$t device dma nic0 sum 0x100000 4K >/dev/null
is $? 0 "and the next one runs"

# Refused before it starts
refuses 1 "nic0: a DMA operation moves 1 to 0x100000 bytes (EINVAL)" nic0 read 0 2M
refuses 1 "nodev: there is no device nodev (ENOENT)" nodev read 0 1
refuses 1 "nic0: read takes no to= (EINVAL)" nic0 read 0 1 to=5

# Tables, iotlb, what is recorded
is "$($t domain tables dom -rn -o level,tables,leaves)" "3 1 0
2 1 0
1 1 0
0 2 17" "domain tables"
$t instance set smmu0 iotlb=16
is "$($t instance list -rn -o name,iotlb | head -n 1)" "smmu0 16" "instance set iotlb="
$t events --record attach --clear
$t device dma nic0 sum 0x100000 4K >/dev/null
is "$($t events -rn):$($t status -rn -o recorded)" ":RECORDED attach" "events --record"
$t events --record all
is "$(cat "$mock/journal_events")" "all" "all of them again"
reset

# R14, seen by the devices themselves.
$t instance add a
$t instance add b
$t instance add x format=x86-4l policy=any
for i in a b x; do
	$t device add "$i-1" instance=$i
	$t device add "$i-2" instance=$i
done
said $t share --verify --caller einval -rn -o placement,verify a-1 b-1 a-2 b-2
is "$status:$out" "0:{a-1,b-1,a-2,b-2} ok" "what is shared is seen by all"
said $t share --verify --caller fresh -rn -o verify a-1 b-1
is "$status:$out" "0:ok" "and what is not shared, but maps the same"
said $t share --verify --caller einval -rn -o verify a-1 x-1
is "$status:$out" "1:x-1:write:format,x-1:read:format" "a walker that cannot read the table"
$t instance set x misbehave=accept-and-ignore policy=same-instance
said $t share --verify --caller einval -rn -o placement,verify a-1 x-1
where=blocked
owns || where=identity
is "$status:$out" "1:{a-1,x-1} x-1:write:$where,x-1:read:$where" "a device that is not on the domain, although its driver returned 0"
said $t share --verify --empty a-1
is "$status" 2 "nothing mapped, nothing to verify"
is "$(total domains):$(total buffers)" "0:0" "nothing is left"
done_testing
