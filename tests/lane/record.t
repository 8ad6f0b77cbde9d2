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

# names: a sed script from the kernel's names to the module's.
names() {
	sed -n 's/^device \([^ ]*\) .* dev=\([^ ]*\) .*/s|=\2 |=\1 |g/p' "$mock/state"
	echo 's|device=iommu-mock\.|device=|'
	echo 's|instance=iommu-mock\.|instance=|'
}

# calls FILE: allocations, attaches and frees, the domains numbered as they
# appear. Reasons are the module's own. Before 6.11 no kernel says for whom a
# domain is made.
calls() {
	sed 's/^[0-9]* [0-9]* //;s/ thread=[0-9]* by=[0-9]*:/ by=/' "$1" | sed -f /tmp/names |
		awk -v legacy="$(legacy && echo 1)" '
		function number(key, i) {
			for (i = 2; i <= NF; i++)
				if ($i ~ "^" key "=" && $i !~ "=(-|none|identity|blocked)$") {
					sub("^" key "=", "", $i)
					if (!($i in seen))
						seen[$i] = ++n
					$i = key "=#" seen[$i]
				}
		}
		!/^(alloc|attach|free|probe|release) / { next }
		{ number("domain"); number("old"); sub(" reason=[^ ]*", "") }
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
	"iova=0x100000 size=0x10000 ret=0${newline}iova=0x100000 size=0x10000 done=0x10000 ret=0" "a map and an unmap"
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

# A recorder that is killed, and the next one, which cleans up.
sh -c 'iommu-mock record --output /tmp/killed & echo $! >/tmp/pid; wait' &
soon [ -s /tmp/killed ] && soon [ -s /tmp/pid ]
[ "$(probes)" != "$before" ]
ok $? "while a recorder runs, its probes are there"
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
done_testing
