#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The recorder: what probes of the kernel's core say of a run is, call by call,
# what the module's own journal says of it; the judge reads both alike. Nothing
# is left in the kernel, whatever ends a recording.
# timeout: 300
# shellcheck source=lib.sh
. ./lib.sh
load
tracing=/sys/kernel/debug/tracing

# probes: what a recorder could leave.
probes() {
	contents "$tracing/kprobe_events"
	printf '%s' "$contents"
	ls "$tracing/instances"
}

if [ ! -e "$tracing/kprobe_events" ]; then
	out=$(iommu-mock record --output rec -- true 2>&1)
	is "$?:$out" "3:iommu-mock: this kernel has no dynamic probes (CONFIG_KPROBE_EVENTS)" \
		"a kernel without probes: the sentence names them"
	[ ! -e rec ]
	ok $? "and writes nothing"
	done_testing
	exit
fi

# The first event that is enabled of all makes the kernel patch its scheduler, to note the
# names of tasks, and the last one that is disabled does so again
# (tracing_start_cmdline_record()). QEMU 7.2 can leave a breakpoint behind there
# (scripts/lanes/boot.sh). With one event enabled throughout it is patched twice, not with
# each recording.
echo 1 >$tracing/events/module/module_free/enable

# names: a sed script from the kernel's names to the module's.
names() {
	sed -n 's/^device \([^ ]*\) .* dev=\([^ ]*\) .*/s|=\2 |=\1 |g/p' "$mock/state"
	echo 's|device=iommu-mock\.|device=|'
	echo 's|instance=iommu-mock\.|instance=|'
}

# calls FILE: allocations, attaches and frees, the domains numbered as they
# appear, and the calls that $also names, but for those that the kernel does not have.
# Reasons are the module's own. Before 6.11 no kernel says for whom a domain is made.
# The module and the kernel name groups differently.
also=nothing
calls() {
	sed 's/^[0-9]* [0-9]* //;s/ thread=[0-9]* by=[0-9]*:/ by=/' "$1" | sed -f /tmp/names |
		awk -v legacy="$(legacy && echo 1)" -v also="$also" '
		function number(key, i) {
			for (i = 2; i <= NF; i++)
				if ($i ~ "^" key "=" && $i !~ "=(-|none|identity|blocked)$") {
					sub("^" key "=", "", $i)
					if (!($i in seen))
						seen[$i] = ++n
					$i = key "=#" seen[$i]
				}
		}
		$0 !~ "^((alloc|attach|free|probe|release) |call op=" also " )" || / op=.* ret=-EOPNOTSUPP/ { next }
		{ number("domain"); number("old"); number("object"); sub(" reason=[^ ]*", "") }
		/ op=[a-z]*_group / { sub(" arg=[^ ]*", "") }
		$1 == "alloc" && legacy { sub(" device=[^ ]* instance=[^ ]*", "") }
		{ print }'
}

# agree NAME COMMAND...: the two say the same of it.
agree() {
	name=$1
	shift
	names >/tmp/names
	clear_journal
	iommu-mock record --output /tmp/rec -- "$@" >/tmp/out 2>/tmp/said
	status=$?
	names >>/tmp/names
	calls /tmp/rec >/tmp/recorded
	calls "$mock/journal" >/tmp/journaled
	[ -s /tmp/journaled ] && cmp -s /tmp/recorded /tmp/journaled
	ok $? "$name: $(grep -c . /tmp/journaled) calls agree" \
		"$(diff -U 2 /tmp/journaled /tmp/recorded)$newline$(cat /tmp/said)"
}

# invalidations FILE: the ranges, those of several instances at once as one. No domain
# has a range of another here.
invalidations() {
	sed -n 's/^[0-9]* [0-9]* invalidate .* scope=range \(iova=[^ ]* size=[^ ]*\) .*/\1/p' "$1" | uniq
}

# ruling RULE FILE: "VERDICT SEEN"
ruling() {
	iommu-mock judge --raw --noheadings --output RULE,VERDICT,SEEN \
		--since $(($(head -n 1 "$2" | cut -d ' ' -f 1) - 1)) "$2" | sed -n "s/^$1 //p"
}

before=$(probes)
knob new_instance w
knob new_instance "n ias=39"
for d in "w0 instance=w bus=pci" "n0 instance=n bus=pci" "w1 instance=w bus=pci" "n1 instance=n" \
	"p0 instance=w group=p" "p1 instance=w group=p"; do
	knob new_device "$d"
done

# The in-kernel caller.
cat >/tmp/attach.sh <<'END'
cd /sys/kernel/debug/iommu_mock
echo "dom device=w0" >new_domain
echo w0 >domains/dom/attach
echo n0 2>/dev/null >domains/dom/attach
echo w1 >domains/dom/attach
echo "buf 64K" >new_buffer
echo "0x100000 buf" >domains/dom/map
echo "0x100000 64K" >domains/dom/unmap
echo w0 >domains/dom/detach
echo w1 >domains/dom/detach
echo dom >del_domain
echo buf >del_buffer
exit 7
END
agree "the in-kernel caller" sh /tmp/attach.sh
is "$status" 7 "the status is that of the command"
is "$(sed 's/^[0-9]* [0-9]* //' /tmp/rec | sed -n 's/^map domain=d[0-9]* //p;s/^unmap domain=d[0-9]* //p' | sed 's/ thread=.*//')" \
	"iova=0x100000 size=0x10000 ret=0${newline}iova=0x100000 size=0x10000 done=0x10000 sync=1 ret=0" "a map and an unmap"
is "$(invalidations /tmp/rec):$(invalidations "$mock/journal")" "iova=0x100000 size=0x10000:iova=0x100000 size=0x10000" \
	"and what the driver was told to invalidate"
is "$(ruling R13 /tmp/rec)" "kept 1" "R13: the unmap invalidates"
is "$(probes)" "$before" "nothing is left in the kernel"
is "$(cut -d ' ' -f 1 /tmp/rec)" "$(seq "$(grep -c . /tmp/rec)")" "nothing is missing"
like "$(head -n 1 /tmp/rec)" "^1 [0-9]+ recording kernel=$(uname -r | sed 's/+/./') " "its first line says of which kernel it is"

# Callers that are played, and VFIO's type1, which is not.
for c in einval any type1 fresh; do
	agree "$c" iommu-mock share --caller $c w0 n0 w1 n1 p0
done
agree "vfio" iommu-mock share --caller vfio w0 n0 w1
for rule in R4 R6 R7 R12; do
	wanted=$(ruling $rule "$mock/journal")
	is "$(ruling $rule /tmp/rec)" "$wanted" "$rule of VFIO, by the recording and by the journal: $wanted"
done
knob instances/n/policy any
knob instances/n/faults "attach errno=ENOMEM filter=existing times=1"
agree "VFIO, after ENOMEM" iommu-mock share --caller vfio --empty w0 n0
like "$(iommu-mock judge /tmp/rec)" "^R2 +broken +1 after ENOMEM from [^ ]+ on d[0-9]+ the caller tried d[0-9]+" "R2 is broken, as is known of VFIO"
quietly instances/n/faults off
knob instances/n/policy compatible

# A driver that logs what it refuses, and one that does not.
iommu-mock record --output /tmp/rec -- iommu-mock share --caller einval w0 n0 >/dev/null
like "$(ruling R3 /tmp/rec)" "^kept [1-9]" "R3: nothing was logged"
quietly instances/n/misbehave log-refusal
iommu-mock record --output /tmp/rec -- iommu-mock share --caller einval w0 n0 >/dev/null
like "$(iommu-mock judge /tmp/rec)" "^R3 +broken +[1-9][0-9]* the driver of [^ ]* logged a refusal: .*n_refuses_" "R3: a refusal was logged"
knob instances/n/misbehave none

# --driver: the core's functions, and those of another driver.
cat >/tmp/unmap.sh <<'END'
cd /sys/kernel/debug/iommu_mock
echo "dom device=w0" >new_domain
echo w0 >domains/dom/attach
echo "buf 64K" >new_buffer
echo "0x100000 buf" >domains/dom/map
echo "0x100000 64K" >domains/dom/unmap
echo w0 >domains/dom/detach
echo dom >del_domain
echo buf >del_buffer
END
for driver in 'core:0:not\x20applicable' 'intel:0:not\x20applicable' iommu-mock:1:kept; do
	ranges=${driver#*:}
	iommu-mock record --driver "${driver%%:*}" --output /tmp/rec -- sh /tmp/unmap.sh 2>/tmp/said
	is "$(invalidations /tmp/rec | grep -c .)" "${ranges%%:*}" "--driver ${driver%%:*}: what it is told to invalidate" "$(cat /tmp/said)"
	is "$(ruling R13 /tmp/rec | cut -d ' ' -f 1)" "${driver##*:}" "and R13"
done

# PASIDs: the driver's answers, and the user's calls. The module's calls include the
# claim of a group, the kernel's do not: the groups are claimed before.
if [ "$(value_in "$mock/build_info" pasids)" = 1 ]; then
	also="((attach|detach|replace)_pasid|replace_group)"
	knob new_instance "q pasid=4"
	knob new_instance "r pasid=4 ias=39"
	for d in "q0 instance=q group=g pasids=16" "q1 instance=q group=g pasids=16" "r0 instance=r pasids=8"; do
		knob new_device "$d"
	done
	cat >/tmp/pasids.sh <<'END'
cd /sys/kernel/debug/iommu_mock
try() { echo "$2" 2>/dev/null >"$1"; }
echo "x device=q0" >new_domain
echo "y device=r0" >new_domain
echo "z device=q0" >new_domain
echo "buf 64K" >new_buffer
try groups/g/claim 1
try groups/r0/claim 1
try domains/x/attach "q0 pasid=5"
try domains/x/attach "q1 pasid=5"
try domains/x/attach "q0 pasid=0"
try domains/x/attach "r0 pasid=5"
try domains/y/attach "r0 pasid=5"
try domains/x/map "0x100000 buf"
try domains/x/unmap "0x100000 64K"
try instances/q/faults "pasid-attach errno=ENOMEM device=q1"
try domains/x/attach "q0 pasid=6"
try instances/q/faults "pasid-attach off"
try domains/z/attach "q0 pasid=6"
try domains/z/replace "q0 pasid=5"
try instances/q/faults "pasid-attach nth=2 errno=EIO"
try domains/x/replace "q0 pasid=5"
try instances/q/faults "pasid-attach off"
try domains/x/replace "q0 pasid=5"
try domains/z/attach_group g
try domains/x/replace_group g
try domains/x/detach_group g
try domains/x/detach "q0 pasid=5"
try domains/z/detach "q0 pasid=6"
try domains/y/detach "r0 pasid=5"
try groups/r0/claim 0
try groups/g/claim 0
for d in x y z; do echo $d >del_domain; done
echo buf >del_buffer
END
	agree "PASIDs" sh /tmp/pasids.sh
	is "$(invalidations /tmp/rec):$(invalidations "$mock/journal")" "iova=0x100000 size=0x10000:iova=0x100000 size=0x10000" \
		"what the driver was told to invalidate for a PASID"
	for rule in R4 R7 R9 R12; do
		wanted=$(ruling $rule "$mock/journal")
		is "$(ruling $rule /tmp/rec)" "$wanted" "$rule of PASIDs, by the recording and by the journal: $wanted"
	done
	like "$(ruling R9 /tmp/rec)" "^kept [1-9]" "R9 is seen"
	iommu-mock record --driver core --output /tmp/rec -- sh /tmp/pasids.sh 2>/dev/null
	is "$(grep -c ' attach .* pasid=' /tmp/rec):$(grep -c ' call op=attach_pasid ' /tmp/rec):$(ruling R9 /tmp/rec)" \
		"0:7:not\x20applicable 0" "--driver core: calls of users, and no answers of drivers"
	also=nothing
fi

# A recorder that is killed, and the next one, which cleans up.
sh -c 'iommu-mock record --output /tmp/killed & echo $! >/tmp/pid; wait' &
soon [ -s /tmp/killed ] && soon [ -s /tmp/pid ]
[ "$(probes)" != "$before" ]
ok $? "while a recorder runs, its probes are there"
by_name=0
! grep -q '<argname>' $tracing/README || ! [ -e /sys/kernel/btf/vmlinux ] || by_name=1
is "$(grep -c '__iommu_attach_device dom=domain type=domain->type' $tracing/kprobe_events)" $by_name \
	"by name, where this kernel finds parameters by it: $by_name"
out=$(iommu-mock record --output /tmp/other -- true 2>&1)
is "$?:$out" "1:iommu-mock: record: another recorder is running: wait for its end, or end it (EBUSY)" "another one is refused"
[ ! -e /tmp/other ]
ok $? "and writes nothing"
kill -9 "$(cat /tmp/pid)"
wait
out=$(iommu-mock record --output /tmp/rec -- true 2>&1)
is "$?" 0 "the next recorder works"
like "$out" "record: a recorder that was killed had left its probes in the kernel: they are removed" "and says what it has removed"
is "$(probes)" "$before" "nothing is left in the kernel"

# The signal is the end of a recording without COMMAND; COMMAND's end is its own.
for signal in TERM HUP; do
	rm -f /tmp/killed /tmp/pid
	sh -c "iommu-mock record --output /tmp/killed & echo \$! >/tmp/pid; wait \$!; echo \$? >/tmp/status" &
	soon [ -s /tmp/killed ] && soon [ -s /tmp/pid ]
	kill -$signal "$(cat /tmp/pid)"
	wait
	is "$(cat /tmp/status)" 0 "SIG$signal ends a recording well"
	like "$(tail -n 1 /tmp/killed)" "^2 [0-9]+ end by=0:recorder" "with its last line"
done
iommu-mock record --output /tmp/rec -- sh -c 'kill -9 $$' >/dev/null 2>&1
is $? 137 "COMMAND was killed: as a shell says it"
echo old >/tmp/rec
out=$(iommu-mock record --output /tmp/rec -- ./nothing 2>&1)
is "$?:$out:$(cat /tmp/rec)" "127:iommu-mock: record ./nothing: cannot be run: No such file or directory:old" \
	"COMMAND is not there: the file stays as it was"
is "$(probes)" "$before" "nothing is left in the kernel"

# Devices that come and go. The recorder looks a device up in sysfs when it writes the
# first line about it, so the device stays until then.
cat >/tmp/hotplug.sh <<'END'
. ./lib.sh
cd /sys/kernel/debug/iommu_mock
echo "late instance=w" >new_device
soon grep -q late /tmp/rec
echo late >del_device
END
agree "a device that comes and goes" sh /tmp/hotplug.sh
is "$(probes)" "$before" "nothing is left in the kernel"
echo 0 >$tracing/events/module/module_free/enable
done_testing
