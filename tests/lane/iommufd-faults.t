#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Requests for pages by iommufd's queue for faults, which "iommu-mock device serve" reads and
# answers. What is expected is that of eventq.c in drivers/iommu/iommufd/.
# needs: a kernel with CONFIG_IOMMUFD
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=pci.sh
. ./pci.sh
load
if [ -z "$(find /lib/modules -name 'iommufd.ko*')" ]; then
	knob new_instance a
	knob new_device "a0 instance=a bus=pci"
	iommu-mock device serve a0 >/tmp/said 2>&1
	is "$?" 3 "device serve: exit status 3"
	like "$(cat /tmp/said)" "iommufd" "and the reason"
	for bad in "--iova 1" "--iova x" "--size 0" "--size 4097" "--size 2G" "--iova 0xfffffffffffff000 --size 8K" "--pasid x" \
		"--pasid 0x100000" "--count x" "--answer what"; do
		# shellcheck disable=SC2086 # words
		iommu-mock device serve a0 $bad >/tmp/said 2>&1
		is "$?" 2 "refused: $bad" "$(cat /tmp/said)"
	done
	skip "needs a kernel with CONFIG_IOMMUFD"
	done_testing
fi
modprobe -a vfio-pci iommufd
knob new_instance "a pasid=4 pri=8"
knob new_instance plain
knob new_device "a0 instance=a bus=pci pasids=16"
knob new_device "p0 instance=plain bus=pci"
bind a0 p0

# attached DEVICE: it, or a PASID of it, is on page tables of iommufd.
attached() {
	journal attach | grep -q "device=$1 .*domain=d[0-9].* ret=0"
}
# serve_device DEVICE ARGUMENT...: the command in the background, once it has attached the
# device.
serve_device() {
	clear_journal
	iommu-mock device serve "$@" >/tmp/rows 2>/tmp/said &
	server=$!
	soon attached "$1" || note "$(cat /tmp/said)"
}
serve() {
	serve_device a0 --output PASID,GROUP,IOVA,ACCESS,LAST,ANSWER "$@"
}
# rows: what it printed, without its heading and the numbers of groups that the module chose.
rows() {
	sed -e 1d -e 's/ \+$//' -e 's/ \+/ /g' -e 's/\<[0-9]\{5,\}\>/G/' /tmp/rows
}
# has N: so many rows.
has() {
	[ "$(rows | wc -l)" = "$1" ]
}
# none_waits: no request of a0.
none_waits() {
	[ -z "$(cat "$mock/devices/a0/request")" ]
}
# A shell's background command does not listen to SIGINT.
# ended: waits for its end, and sets status to its exit status.
ended() {
	wait "$server"
	status=$?
}
dma() {
	iommu-mock device dma a0 "$@" >/tmp/dma 2>&1
	echo "$? $(sed 's/.*: //' /tmp/dma)"
}
# answers: those of the journal.
answers() {
	whole_journal | sed -n 's/^response .*device=a0 /response /p' | sed -E 's/group=[0-9]{5,}/group=G/'
}
judged() {
	iommu-mock judge --noheadings --raw --output RULE,VERDICT,BY 2>/dev/null | sed -n 's/^R16 //p' | sed 's/ -$//'
}

# Bad input. Of options, see above.
is "$(iommu-mock device serve nobody 2>&1)" "iommu-mock: device serve nobody: there is no such device" "a device that is not there"
like "$(iommu-mock device serve a0 --pasid 16 2>&1)" "a0: .*PASID 16 of a0.* \\(E[A-Z]*\\)" "a PASID that it has not"
unbind p0
like "$(iommu-mock device serve p0 2>&1)" "p0: p0 is not bound to vfio-pci" "a function that is not bound"
is "$(total domains)" 0 "nothing is left of them"

# Pages on demand, as a VMM lends its memory.
serve
is "$(dma write 0x101000 0x2000 pattern=7)" "0 " "a DMA to memory that is not mapped yet"
is "$(rows)" " G 0x101000 w 1 success
 G 0x102000 w 1 success" "two pages were asked for"
is "$(dma read 0x102000 0x1000 | grep -c .)" 1 "and are there"
is "$(rows | wc -l)" 2 "so nothing is asked for again"
like "$(dma write 0x110000 0x1000 pattern=7)" "^1 .*page-invalid" "there is no memory: the DMA faults"
is "$(rows | tail -n 1)" " G 0x110000 w 1 invalid" "because the answer was invalid"
knob devices/a0/request "r 0x103000 group=7 last=0"
knob devices/a0/request "rw 0x104000 group=7"
soon has 5
is "$(rows | tail -n 2)" " 7 0x103000 r 0
 7 0x104000 rw 1 success" "a group of two comes whole, and has one answer"
knob devices/a0/request "r 0x105000 group=8 last=0"
knob devices/a0/request "r 0x200000 group=8"
is "$(soon grep -q 0x200000 /tmp/rows; rows | tail -n 1)" " 8 0x200000 r 1 invalid" "one bad page makes it invalid"
n=0
while [ $n -lt 20 ]; do
	knob devices/a0/request "r 0x10$(printf %x $((n % 16)))000 group=9 last=0"
	n=$((n + 1))
done
knob devices/a0/request "r 0x100000 group=9"
is "$(soon grep -q '0x100000.* 1 ' /tmp/rows; rows | grep -c '^ 9 ')" 21 "a group of 21 comes whole, too"
kill -TERM $server
ended
is "$status" 0 "a signal is the end"
is "$(judged)" kept "each group had one answer (R16)"
is "$(cat "$mock/devices/a0/request") $(total domains)" " 0" "nothing is left"

# A PASID of the function.
serve --pasid 5
is "$(dma write 0x101000 0x1000 pattern=7 pasid=5)" "0 " "a DMA with a PASID"
kill -TERM $server
ended
is "$status $(rows)" "0  5 G 0x101000 w 1 success" "asks for one page, with it"
# The end of the command resets the function. That stops a DMA, if the DMA has not ended yet.
serve --pasid 5 --count 1
knob devices/a0/request "w 0x101000 pasid=5 group=3"
ended
is "$status $(rows)" "0  5 3 0x101000 w 1 success" "one group, and the command ends by itself"

# Answers that do not help.
serve --answer invalid
like "$(dma write 0x101000 0x1000 pattern=7)" "^1 .*page-invalid" "always invalid"
kill -TERM $server
ended
is "$status" 0 "and the end"
for signal in TERM KILL; do
	serve --answer none
	knob devices/a0/request "w 0x101000 group=3"
	is "$(soon grep -q 0x101000 /tmp/rows; rows)" " 3 0x101000 w 1 none" "a request that is not answered"
	is "$(answers)" "" "it waits"
	kill -$signal $server
	ended
	soon none_waits
	is "$(answers)" "response group=3 code=invalid known=1 lost=0" "SIG$signal: the kernel answers when the function leaves its tables"
	is "$(judged)" "broken core" "late, because iommufd detaches first (R16; iommufd_hwpt_detach_device())"
done
serve --answer none
n=1
while [ $n -le 8 ]; do
	knob devices/a0/request "r 0x101000 group=$n"
	n=$((n + 1))
done
refused ENOSPC devices/a0/request "r 0x101000 group=9"
kill -TERM $server
ended
is "$status" 0 "the ninth has no place in the instance's queue (pri=8)"

# An instance that takes no requests: the device does not ask.
bind p0
serve_device p0 --output IOVA
like "$(iommu-mock device dma p0 write 0x101000 0x1000 pattern=7 2>&1)" "not-mapped" "without pri= a DMA faults at once"
kill -TERM $server
ended
is "$status $(grep -c 0x /tmp/rows)" "0 0" "and no request comes"
is "$(total domains)" 0 "nothing is left"
unbind a0 p0
done_testing
