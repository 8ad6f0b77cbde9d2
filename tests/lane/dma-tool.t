#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The tool's way to memory: device dma, domain tables, share --verify.
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
load

# said COMMAND...: its output in $out, what it complains of in $err.
said() {
	out=$("$@" 2>/tmp/err)
	status=$?
	err=$(cat /tmp/err)
}

iommu-mock instance add a
iommu-mock instance add b
iommu-mock instance add x format=x86-4l policy=any
for i in a b x; do
	iommu-mock device add "$i-1" instance=$i
done
iommu-mock buffer add buf 64K
iommu-mock domain add dom device=a-1

# Where the device is not on a domain.
said iommu-mock device dma a-1 read 0x1000 4
is "$status:$out" "1:" "through identity it fails"
like "$err" "device dma a-1: read at 0x1000 faulted: .* identity" "and says why"

iommu-mock domain attach dom a-1
iommu-mock domain map dom 1M buf
printf 'written by the CPU' | iommu-mock buffer write buf offset=100
said iommu-mock device dma a-1 read 0x100064 18
is "$status:$out:$err" "0:written by the CPU:" "read brings what buffer write wrote"
said iommu-mock device dma a-1 write 0x102000 8 pattern=0x3837363534333231
is "$status:$out:$err" "0::" "write says nothing"
is "$(iommu-mock buffer read buf offset=8K size=8)" 12345678 "buffer read sees it"
iommu-mock device dma a-1 copy 0x100064 18 to=0x10f000
is "$(iommu-mock buffer read buf offset=60K size=18)" "written by the CPU" "copy"
said iommu-mock device dma a-1 sum 1M 64K
crc=$(iommu-mock buffer read buf | gzip -c | tail -c 8 | head -c 4 | od -An -tx4 | tr -d ' ')
is "$status:$out" "0:0x$crc" "sum prints the CRC-32"
said iommu-mock device dma a-1 sum 1M 68K
is "$status:$out" "1:" "a fault fails"
like "$err" " at 0x110000 faulted: nothing is mapped there in dom for the walker of a" "in words"
said iommu-mock device dma a-1 sum 1M 64K --json
like "$out" '"sum": *"0x'"$crc"'"' "--json"

# What takes too long is stopped.
knob instances/a/faults "dma errno=0 delay_us=1000"
said iommu-mock device dma a-1 sum 1M 64K repeat=1000000 --timeout 1
is "$status" 1 "a timeout fails"
like "$(cat "$mock/devices/a-1/dma")" "state=done .*ret=-ECANCELED" "and stops the operation"
knob instances/a/faults off
said iommu-mock device dma a-1 sum 1M 64K repeat=1000000000 --no-wait
is "$status" 0 "--no-wait returns"
said iommu-mock device dma a-1 read 1M 4
is "$status" 1 "one at a time"
like "$err" "busy" "says the module"
said iommu-mock device dma a-1 stop
is "$status" 0 "stop"

# Wrong words.
said iommu-mock device dma a-1 read
is "$status" 2 "IOVA is missing"
said iommu-mock device dma a-1 write 1M 4
is "$status" 2 "pattern= is missing"
said iommu-mock device dma a-1 erase 1M 4
is "$status" 2 "no such operation"
said iommu-mock device dma nobody read 1M 4
is "$status" 1 "no such device"

# Tables by level.
is "$(iommu-mock domain tables dom -rnb)" "3 549755813888 1 4096 1 0
2 1073741824 1 4096 1 0
1 2097152 1 4096 1 0
0 4096 1 4096 16 16" "domain tables"
iommu-mock events --event dma >/tmp/events 2>&1 || iommu-mock events >/tmp/events
like "$(cat /tmp/events)" "dma .* a-1 .*not-mapped" "events has the fault"
reset

# R14, seen by the devices themselves.
iommu-mock instance add a
iommu-mock instance add b
iommu-mock instance add x format=x86-4l policy=any
for i in a b x; do
	iommu-mock device add "$i-1" instance=$i
	iommu-mock device add "$i-2" instance=$i
done
said iommu-mock share --verify --caller einval -rn -o placement,verify a-1 b-1 a-2 b-2
is "$status:$out" "0:{a-1,b-1,a-2,b-2} ok" "what is shared is seen by all"
said iommu-mock share --verify --caller fresh -rn -o verify a-1 b-1
is "$status:$out" "0:ok" "and what is not shared, but maps the same"
said iommu-mock share --verify --caller einval -rn -o verify a-1 x-1
is "$status:$out" "1:x-1:write:format,x-1:read:format" "a walker that cannot read the table"
iommu-mock instance set x misbehave=accept-and-ignore policy=same-instance
said iommu-mock share --verify --caller einval -rn -o placement,verify a-1 x-1
where=blocked
owns || where=identity
is "$status:$out" "1:{a-1,x-1} x-1:write:$where,x-1:read:$where" "a device that is not where the driver said"
said iommu-mock share --verify --empty a-1
is "$status" 2 "nothing mapped, nothing to verify"
is "$(total domains):$(total buffers)" "0:0" "nothing is left"
done_testing
