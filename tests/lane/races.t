#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Everything at once: writers of the same knob, removal under use, policy changes
# during attaches, readers all the while. Nothing may crash, warn or stay behind,
# and each writer must get one of the documented answers.
# timeout: 400
# shellcheck source=lib.sh
. ./lib.sh
load
seconds=3
! whole seconds || seconds=6
end=0

# until_over COMMAND...: again and again.
until_over() {
	end=$(($(cut -d. -f1 /proc/uptime) + seconds))
	while [ "$(cut -d. -f1 /proc/uptime)" -lt $end ]; do
		"$@"
	done
}

# try PATH TEXT: any documented failure is fine, no other. The shell opens
# with O_CREAT, to which debugfs says EACCES if the file has just gone.
try() {
	if ! { echo "$2" >"$mock/$1"; } 2>"/tmp/said.$who"; then
		grep -Eq "nonexistent|No such|exists|busy|Invalid|not permitted|Permission denied|Input/output error" \
			"/tmp/said.$who" || cat "/tmp/said.$who" >>/tmp/odd
	fi
}

: >/tmp/odd
# 1. Two writers of the same new_* knob: one of each name wins.
knob new_instance a
writer() {
	i=0
	while [ $i -lt 40 ]; do
		i=$((i + 1))
		put new_device "d$i instance=a" && echo "d$i"
	done
}
writer >/tmp/won.1 &
writer >/tmp/won.2 &
wait
is "$(cat /tmp/won.1 /tmp/won.2 | sort | uniq -d)" "" "no name was made twice"
is "$(cat /tmp/won.1 /tmp/won.2 | wc -l):$(total devices):$(total groups)" 40:40:40 "and each once"

# 2. Two that attach different groups, and one more the same.
attacher() {
	who=$1
	knob new_domain "x$1 device=d$1"
	i=0
	while [ $i -lt 30 ]; do
		i=$((i + 1))
		put "domains/x$1/attach" "d$1" || cat "$said_file"
		put "domains/x$1/detach" "d$1" || cat "$said_file"
	done
}
for i in 1 2 3 4; do
	(said_file=/tmp/said.$i attacher $i) &
done >/tmp/attachers
wait
is "$(cat /tmp/attachers)" "" "attaches of different groups do not disturb each other"
is "$(journal attach | grep -c 'domain=x[1-4] .*ret=0$')" 120 "the driver was called once for each"
reset
: >/tmp/odd

# 3. Two that make, use and remove the same objects, a third that resets, one
# that changes the policy, two that read.
use() {
	try new_instance r
	try new_device "r1 instance=r"
	try new_device "r2 instance=r group=rg"
	try new_buffer "rb 64K"
	try new_domain "rx device=r1"
	try domains/rx/attach r1
	try domains/rx/map "0 rb"
	try groups/rg/claim 1
	try domains/rx/attach_group rg
	try domains/rx/unmap "0 64K"
	try domains/rx/detach r1
	try domains/rx/detach_group rg
	try groups/rg/claim 0
	try del_domain rx
	try del_buffer rb
	try del_device r1
	try del_device r2
	try del_instance r
}
change() {
	try instances/r/policy never
	try instances/r/errno EIO,fresh=EPERM
	try instances/r/misbehave refuse-fresh,unhook-first
	try instances/r/faults "attach errno=EIO nth=2"
	try instances/r/policy any
	try instances/r/misbehave none
	try instances/r/faults off
}
look() {
	cat "$mock/state" "$mock/stats" "$mock/journal" >/dev/null
	cat "$mock"/*/r*/* >/dev/null 2>&1
	try domains/rx/walk 0x1000
}
reset_often() {
	try reset 1
	usleep 100000
}
for job in use use change look look reset_often; do
	jobs=$((${jobs:-0} + 1))
	(
		who=$jobs
		until_over $job
	) &
done
wait
is "$(sort /tmp/odd | uniq -c | head -n 20)" "" "everybody got a documented answer"
reset
is "$(cat "$mock/state")" "" "reset after it: nothing is left"
is "$(cat /sys/module/iommu_mock/refcnt)" 0 "the module has no users"

# 4. A file held open while its object goes, and the object comes again. It is
# open before the writer starts; what it says once, it says from then on.
knob new_instance h
rm -f /tmp/refused /tmp/reached /tmp/ended
exec 3>"$mock/instances/h/policy"
(
	i=0
	while [ $i -lt 50 ]; do
		if { echo any >&3; } 2>/dev/null; then
			[ ! -e /tmp/refused ] || : >/tmp/reached
		else
			: >/tmp/refused
		fi
		[ ! -e /tmp/refused ] || i=$((i + 1))
	done
	: >/tmp/ended
) &
writer=$!
exec 3>&-
i=0
while [ $i -lt 1000 ] && [ ! -e /tmp/ended ]; do
	i=$((i + 1))
	put del_instance h
	put new_instance h
done
soon [ -e /tmp/ended ] || kill $writer
wait
[ -e /tmp/ended ] && [ ! -e /tmp/reached ]
ok $? "a removed object's file refuses what is written, also when the name is there again" "$i times"
is "$(cat "$mock/instances/h/policy")" compatible "and does not reach the new object"

# 5. Policy changes during attaches: each attach sees one policy or the other.
reset
knob new_instance "a policy=any"
knob new_instance "b policy=any errno=EIO"
knob new_device "a1 instance=a"
knob new_device "b1 instance=b"
knob new_domain "x device=a1"
knob domains/x/attach a1
flip() {
	try instances/b/policy same-instance
	try instances/b/policy any
}
rm -f /tmp/over
(
	who=flip
	while [ ! -e /tmp/over ]; do
		flip
	done
) &
attached=0 refusals=0
attempt() {
	if put domains/x/attach "b1 unclaimed"; then
		attached=$((attached + 1))
		put domains/x/detach b1
	else
		refusals=$((refusals + 1))
		case $said in
		*"Input/output error") ;;
		*) echo "$said" >>/tmp/odd ;;
		esac
	fi
}
attempts() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		attempt
	done
}
met_both() {
	attempt
	[ "$attached" -gt 0 ] && [ "$refusals" -gt 0 ]
}
until_over attempts
# Two processes that share a CPU may long meet at the same place.
soon met_both
: >/tmp/over
wait
[ $attached -gt 0 ] && [ $refusals -gt 0 ]
ok $? "the policy changed under way: $attached attached, $refusals refused"
is "$(cat /tmp/odd)" "" "and every refusal was the policy's"
is "$(where b1)" identity "the device is where it belongs"
reset

# 6. Unload while everybody is at it: refused or clean.
until_over use >/dev/null 2>&1 &
i=0
while [ $i -lt 5 ]; do
	i=$((i + 1))
	modprobe -r iommu_mock 2>/dev/null && break
	usleep 300000
done
if [ ! -d /sys/module/iommu_mock ]; then
	note "unloaded at try $i"
	wait
	load
else
	wait
fi
reset
is "$(cat "$mock/state")" "" "unload meanwhile: nothing is left"
modprobe -r iommu_mock
ok $? "and it unloads"
is "$(traces)" "" "without a trace"
done_testing
