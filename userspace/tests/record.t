#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The command record, on a tracefs made of files: which probes it sets, what it
# makes of what they say, and what it says where the kernel lacks something.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# kernel SYMBOL...: a tracefs, and a kernel that has these functions.
kernel() {
	tree empty
	tracing=$tree/sys/kernel/tracing
	instance=$tracing/instances/iommu_mock_record
	mkdir -p "$instance" "$tree/proc"
	: >"$tracing/kprobe_events"
	: >"$tracing/kprobe_profile"
	touch "$instance"/{tracing_on,trace_clock,buffer_size_kb,trace_pipe}
	printf 'ffffffff81000000 T %s\n' "$@" >"$tree/proc/kallsyms"
	printf 'ffffffff81000000 d %s\n' iommu_map >>"$tree/proc/kallsyms"
}
all=(iommu_init_device iommu_release_device iommu_domain_alloc iommu_domain_free __iommu_attach_device
	iommu_attach_group iommu_map iommu_unmap iommu_unmap_fast)

# says EVENT TID WORDS [RETURN]: a line of trace_pipe, each a microsecond after the one before.
now=100
says() {
	now=$((now + 1))
	printf '           a -b %s-%s     [001] d..1.   12.000%s: imr_%s: (%s) %s\n' "$2" "$2" "$now" "$1" \
		"${4:-x+0x0/0x10}" "$3" >>"$instance/trace_pipe"
}
# call, back EVENT TID WORDS
call() { says "$1" "$2" "$3"; }
back() { says "$1_ret" "$2" "$3 comm=\"a -b\"" "y+0x1/0x2 <- x"; }
dom() { echo "dom=0xffff88800000000$1 type=$2"; }

# lines: sets lines to the recording of what was said, without its first and last.
lines() {
	mock record --output "$tmp/rec" -- true
	lines=$(sed '1d;$d;s/ thread=[0-9]* by=/ by=/' "$tmp/rec" | cut -d ' ' -f 1,3-)
}

# --- what is set ---
kernel "${all[@]}"
mock record --output "$tmp/rec" -- true
is "$status:$out:$err" "0::" "a kernel that has everything"
is "$(cut -d ' ' -f 1-3 "$tmp/rec" | tr '\n' ,)" "1 0 recording,2 0 end," "a beginning and an end"
is "$(grep -c '^p:' "$tracing/kprobe_events"):$(grep -c '^r64:' "$tracing/kprobe_events")" "9:7" \
	"calls and returns, and enough of the latter at once"
ok "arguments by number: the same on every machine" grep -qx \
	'p:iommu_mock_record/imr_attach __iommu_attach_device dom=$arg1 type=+0($arg1):u32 dev=+0(+0($arg2)):string' \
	"$tracing/kprobe_events"
kernel "${all[@]}" iommu_map_nosync
mock record --output "$tmp/rec" -- true
is "$(grep -c ' iommu_map ' "$tracing/kprobe_events"):$(grep -c imr_map_nosync "$tracing/kprobe_events")" "0:2" \
	"of two functions that call each other, the inner one"

# --- what is not there ---
kernel "${all[@]/__iommu_attach_device/}"
mock record --output "$tmp/rec" -- true
is "$status:$err" "0:iommu-mock: record: what drivers answer to an attach is not recorded (R1 to R8, R10 and R11): __iommu_attach_device: this kernel has no such function, or has made it a part of its callers" \
	"a function that was inlined is named, with its rules"
kernel "${all[@]}" __iommu_attach_device
mock record --output "$tmp/rec" -- true
is "$status:$err" "0:iommu-mock: record: what drivers answer to an attach is not recorded (R1 to R8, R10 and R11): __iommu_attach_device: this kernel has several functions of that name" \
	"two of one name"
kernel nothing
refuses 3 "no probe can be set in any of the functions that are to be recorded" record --output "$tmp/new" -- true
kernel "${all[@]}"
rm "$tracing/kprobe_events"
refuses 3 "this kernel has no dynamic probes (CONFIG_KPROBE_EVENTS)" record --output "$tmp/new" -- true
rm -r "$tracing"
refuses 3 "this kernel has no tracefs, which probes need (CONFIG_TRACING)" record --output "$tmp/new" -- true
kernel "${all[@]}"
chmod 000 "$tracing/kprobe_events"
as_nobody "$tool" --sysroot "$tree" record
is "$status:$err" "3:iommu-mock: probes can be set by root only (EACCES)" "a user other than root is refused"
mkdir -p "$tree/sys/kernel/security"
echo "none integrity [confidentiality]" >"$tree/sys/kernel/security/lockdown"
as_nobody "$tool" --sysroot "$tree" record
is "$status:$err" "3:iommu-mock: the kernel is locked down (confidentiality) and closes tracefs: boot without lockdown=" \
	"a kernel that is locked down"
kernel "${all[@]}"
exec 8<"$tracing/kprobe_events"
flock 8
refuses 1 "record: another recorder is running: wait for its end, or end it (EBUSY)" record --output "$tmp/new" -- true
exec 8<&-
refuses 2 "record: COMMAND writes to standard output, too: say with --output where the recording goes" record -- true
refuses 1 "record $tmp: cannot be written: Is a directory" record --output "$tmp" -- true
ok "nothing was written" test ! -e "$tmp/new"

# --- COMMAND ---
refuses 127 "record ./none: cannot be run: No such file or directory" record --output "$tmp/new" -- ./none
refuses 126 "record $tree: cannot be run: Permission denied" record --output "$tmp/new" -- "$tree"
ok "nothing was written" test ! -e "$tmp/new"
echo old >"$tmp/old"
mock record --output "$tmp/old" -- ./none
is "$(cat "$tmp/old")" old "what was there stays"
for command in 'exit 7:7' 'kill -9 $$:137'; do
	mock record --output "$tmp/rec" -- sh -c "${command%:*}"
	is "$status:$err" "${command##*:}:" "its status: $command"
done
mock record --output "$tmp/rec" -- sh -c 'echo "$@"' sh --output a=b -- c
is "$out" "--output a=b -- c" "its arguments are its own"

# --- what is made of it ---
kernel "${all[@]}"
group=$tree/sys/kernel/iommu_groups/3
mkdir -p "$group/devices/0000:01:00.0" "$tree/units/dmar1"
ln -s "$tree/units/dmar1" "$group/devices/0000:01:00.0/iommu"
echo DMA-FQ >"$group/type"
attach() { # TID DOMAIN-AND-TYPE RET
	call attach "$1" "$2 dev=\"0000:01:00.0\""
	back attach "$1" "ret=$3"
}
call alloc_bus 7 ""
back alloc_bus 7 "$(dom 1 1)"
attach 7 "$(dom 9 0)" 0
attach 7 "$(dom 1 1)" -12
attach 7 "$(dom 1 1)" 0
call map 7 "$(dom 1 1) iova=0x1000 size=0x2000"
back map 7 "ret=0"
call unmap 7 "$(dom 1 1) iova=0x1000 size=0x2000"
back unmap 7 "ret=8192"
attach 7 "$(dom 8 11)" 0
attach 7 "$(dom 1 1)" 0
says free 7 "$(dom 1 1) comm=\"a -b\""
call alloc_bus 7 ""
back alloc_bus 7 "$(dom 1 1)"
call alloc_bus 7 ""
back alloc_bus 7 "dom=0xfffffffffffffff4 type=(fault)"
lines
is "$lines" "2 alloc domain=d1 device=- instance=- ret=0 by=7:a_-b
3 attach instance=dmar1 device=0000:01:00.0 domain=blocked old=default fresh=0 reason=- ret=0 by=7:a_-b
4 attach instance=dmar1 device=0000:01:00.0 domain=d1 old=blocked fresh=1 reason=- ret=-ENOMEM by=7:a_-b
5 attach instance=dmar1 device=0000:01:00.0 domain=d1 old=blocked fresh=1 reason=- ret=0 by=7:a_-b
6 map domain=d1 iova=0x1000 size=0x2000 ret=0 by=7:a_-b
7 unmap domain=d1 iova=0x1000 size=0x2000 done=0x2000 ret=0 by=7:a_-b
8 attach instance=dmar1 device=0000:01:00.0 domain=default old=d1 fresh=0 reason=- ret=0 by=7:a_-b
9 attach instance=dmar1 device=0000:01:00.0 domain=d1 old=default fresh=0 reason=- ret=0 by=7:a_-b
10 free domain=d1 attached=1 by=7:a_-b
11 alloc domain=d2 device=- instance=- ret=0 by=7:a_-b
12 alloc domain=- device=- instance=- ret=-ENOMEM by=7:a_-b" \
	"names, places, types, results, and an address that comes again"

mock record --anonymize --output "$tmp/rec" -- true
ok "--anonymize: no I/O address, no name of a task" test -z "$(grep -E 'iova|a_-b' "$tmp/rec")"
ok "but all else" grep -q ' map domain=d1 size=0x2000 ret=0 thread=7 by=7:-$' "$tmp/rec"

# Two threads at once, and a domain that was there before.
kernel "${all[@]}"
call attach 7 "$(dom 1 1) dev=\"x\""
call attach 8 "$(dom 2 1) dev=\"y\""
back attach 7 "ret=-22"
back attach 8 "ret=0"
lines
is "$lines" "2 attach instance=- device=x domain=d1 reason=- ret=-EINVAL by=7:a_-b
3 attach instance=- device=y domain=d2 reason=- ret=0 by=8:a_-b" \
	"each thread has calls of its own; unknown values are left out"

# A driver without a blocked domain: the core takes an empty one.
kernel "${all[@]}" __iommu_domain_alloc
call alloc 7 ""
back alloc 7 "dom=0x0 type=(fault)"
call alloc 7 ""
back alloc 7 "$(dom 5 1)"
attach 7 "$(dom 5 1)" 0
lines
is "$lines" "2 attach instance=- device=0000:01:00.0 domain=blocked fresh=0 reason=- ret=0 by=7:a_-b" \
	"an empty domain that stands for blocked"
kernel "${all[@]}" __iommu_domain_alloc
call alloc_bus 7 ""
call alloc 7 ""
back alloc 7 "$(dom 5 1)"
back alloc_bus 7 "$(dom 5 1)"
call alloc_bus 7 ""
call alloc 7 ""
back alloc 7 "dom=0x0 type=(fault)"
back alloc_bus 7 "dom=0x0 type=(fault)"
lines
is "$lines" "2 alloc domain=d1 device=- instance=- ret=0 by=7:a_-b
3 alloc domain=- device=- instance=- ret=-ENOMEM by=7:a_-b" "the same function, which a user's function calls"

# Such a domain may have been made before the recording. Where the group was on its
# default domain, and no call of a user is under way, the core has claimed the group.
default_group() {
	kernel "${all[@]}" iommu_attach_device
	mkdir -p "$group/devices/0000:01:00.0"
	echo DMA >"$group/type"
}
default_group
attach 7 "$(dom 5 1)" 0
call group 7 "$(dom 6 1) group=\"3\""
attach 7 "$(dom 6 1)" 0
back group 7 "ret=0"
attach 7 "$(dom 5 1)" 0
lines
is "$(cut -d ' ' -f 2-6 <<<"$lines")" "attach instance=- device=0000:01:00.0 domain=blocked old=default
attach instance=- device=0000:01:00.0 domain=d1 old=blocked
call op=attach_group object=d1 arg=3 ret=0
attach instance=- device=0000:01:00.0 domain=blocked old=d1" "an older one, by a claim and a detach"
for call in "group 7 $(dom 5 1) group=\"3\"" "device 7 $(dom 5 1) dev=\"0000:01:00.0\""; do
	default_group
	call "${call%% *}" 7 "${call#* 7 }"
	attach 7 "$(dom 5 1)" 0
	back "${call%% *}" 7 "ret=0"
	lines
	is "$(cut -d ' ' -f 2-6 <<<"${lines%%$'\n'*}")" "attach instance=- device=0000:01:00.0 domain=d1 old=default" \
		"iommu_attach_${call%% *}(): a user's domain that was made before"
done

# --- what is missing ---
kernel "${all[@]}"
attach 7 "$(dom 1 1)" 0
echo 'CPU:1 [LOST 5 EVENTS]' >>"$instance/trace_pipe"
attach 7 "$(dom 2 1)" 0
back attach 8 "ret=0"
call attach 7 "$(dom 1 1) dev=\"x\""
attach 7 "$(dom 1 1)" 0
call attach 9 "$(dom 1 1) dev=\"x\""
lines
is "$(cut -d ' ' -f 1 <<<"$lines" | tr '\n' ' '):$(tail -n 1 "$tmp/rec" | cut -d ' ' -f 1,3)" "2 8 11 :13 end" \
	"lost events, a return without its call, two calls without theirs: numbers are left out"
is "$status:$err" "0:iommu-mock: record: 8 events were lost: the recording has gaps in their place" "and a sentence reports the gap"
mock judge "$tmp/rec"
is "$status:$err" "1:iommu-mock: judge: 8 events are missing, the first before event 8: a rule that they may break is not known" \
	"the judge knows"
kernel "${all[@]}"
printf '  %-44s %15s %15s\n' imr_attach_ret 9 2 imr_x 9 1 other 9 4 >"$tracing/kprobe_profile"
lines
is "$lines:$err" ":iommu-mock: record: 3 events were lost: the recording has gaps in their place" \
	"what the probes missed, those of others aside"

# --- a default domain is the core's ---
kernel "${all[@]}"
mkdir -p "$tree/sys/kernel/iommu_groups/3/devices/0000:01:00.0"
echo DMA >"$tree/sys/kernel/iommu_groups/3/type"
call alloc_bus 7 ""
back alloc_bus 7 "$(dom 1 1)"
attach 7 "$(dom 9 0)" 0
attach 7 "$(dom 1 1)" -12
attach 7 "$(dom 8 3)" 0
says free 7 "$(dom 1 1) comm=\"x\""
lines
mock judge --raw --noheadings -o RULE,VERDICT "$tmp/rec"
ok "a caller that gives up after ENOMEM keeps R2: its group goes home" grep -qx "R2 kept" <<<"$out"
done_testing
