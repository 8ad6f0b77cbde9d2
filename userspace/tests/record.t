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
	mkdir -p "$instance/events/printk/console" "$tree/proc" "$tree/sys/class/iommu/dmar0"
	: >"$tracing/kprobe_events"
	: >"$tracing/kprobe_profile"
	touch "$instance"/{tracing_on,trace_clock,buffer_size_kb,trace_pipe,events/printk/console/enable}
	printf 'ffffffff81000000 T %s\n' "$@" >"$tree/proc/kallsyms"
	printf 'ffffffff81000000 d %s\n' iommu_map >>"$tree/proc/kallsyms"
}
all=(iommu_init_device iommu_release_device iommu_domain_alloc iommu_domain_free __iommu_attach_device
	iommu_attach_group iommu_map iommu_unmap iommu_unmap_fast intel_iommu_tlb_sync)

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
is "$(grep -c '^p:' "$tracing/kprobe_events"):$(grep -c '^r64:' "$tracing/kprobe_events")" "10:7" \
	"calls and returns, and enough of the latter at once"
ok "arguments by number: the same on every machine" grep -qx \
	'p:iommu_mock_record/imr_attach __iommu_attach_device dom=$arg1 type=+0($arg1):u32 dev=+0(+0($arg2)):string' \
	"$tracing/kprobe_events"

# --- by name, where the kernel has type information and reads it ---
attach=$'p:iommu_mock_record/imr_attach __iommu_attach_device '
by_place="${attach}dom=\$arg1 type=+0(\$arg1):u32 dev=+0(+0(\$arg2)):string"
by_name="${attach}dom=domain type=domain->type:u32 dev=dev->kobj.name:string"
# typed: that kernel.
typed() {
	kernel "${all[@]}"
	mkdir -p "$tree/sys/kernel/btf"
	touch "$tree/sys/kernel/btf/vmlinux"
	printf '\t           [(structname[,field])]<argname>[->field[->field|.field...]],\n' >"$tracing/README"
}
typed
mock record --output "$tmp/rec" -- true
is "$status:$err:$(grep 'imr_attach ' "$tracing/kprobe_events")" "0::$by_name" "parameters and fields by name"
is "$(grep -c 'arg[0-9]' "$tracing/kprobe_events")" 0 "each of them"
ok "and the result's field" grep -qxF 'r64:iommu_mock_record/imr_alloc_bus_ret iommu_domain_alloc dom=$retval type=$retval->type:u32 comm=$comm' \
	"$tracing/kprobe_events"
rm "$tree/sys/kernel/btf/vmlinux"
mock record --output "$tmp/rec" -- true
is "$status:$err:$(grep 'imr_attach ' "$tracing/kprobe_events" | tail -n 1)" "0::$by_place" "no type information: by place"
typed
sed -i 's/<argname>.*//' "$tracing/README"
mock record --output "$tmp/rec" -- true
is "$status:$err:$(grep 'imr_attach ' "$tracing/kprobe_events")" "0::$by_place" "a kernel that does not read it: by place"
typed
sed -i 's/intel_iommu_tlb_sync/&\t[a_module]/' "$tree/proc/kallsyms"
mock record --output "$tmp/rec" -- true
is "$status:$err:$(grep -o 'imr_intel_sync .*' "$tracing/kprobe_events")" \
	"0::imr_intel_sync intel_iommu_tlb_sync dom=\$arg1 type=+0(\$arg1):u32 start=+0(\$arg2):u64 end=+8(\$arg2):u64 comm=\$comm" \
	"a module without type information of its own: by place"
touch "$tree/sys/kernel/btf/a_module"
: >"$tracing/kprobe_events"
mock record --output "$tmp/rec" -- true
is "$status:$err:$(grep -o 'imr_intel_sync .*' "$tracing/kprobe_events")" \
	"0::imr_intel_sync intel_iommu_tlb_sync dom=domain type=domain->type:u32 start=gather->start:u64 end=gather->end:u64 comm=\$comm" \
	"one that has it: by name"

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
kernel "${all[@]}"
cc -shared -fPIC -o "$tmp/refuse.so" "$here/refuse.c"
# refused NAME=VALUE WORD...: mock, with a kernel that refuses as refuse.c says
refused() {
	local -x ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD=$tmp/refuse.so "${1?}"
	mock "${@:2}"
}
refused REFUSED=" __iommu_attach_device " record --output "$tmp/rec" -- true
is "$status:$err" "0:iommu-mock: record: what drivers answer to an attach is not recorded (R1 to R8, R10 and R11): __iommu_attach_device: this kernel lets no probe be set there" \
	"one in which the kernel lets no probe be set"
typed
refused REFUSED=" __iommu_attach_device dom=domain" record --output "$tmp/rec" -- true
is "$status:$err:$(grep 'imr_attach ' "$tracing/kprobe_events")" \
	"0:iommu-mock: record: __iommu_attach_device: this kernel does not know the names of what is recorded of it: it is taken by its place, and may be wrong:$by_place" \
	"one whose parameters have other names: by place, and it says so"
kernel nothing
refuses 3 "no probe can be set in any of the functions that are to be recorded" record --output "$tmp/new" -- true
kernel iommufd_ctx_from_fd
refuses 3 "no probe can be set in any of the functions that are to be recorded" record --output "$tmp/new" -- true
kernel "${all[@]}"
rm "$tracing/kprobe_events"
refuses 3 "this kernel has no dynamic probes (CONFIG_KPROBE_EVENTS)" record --output "$tmp/new" -- true
rm -r "$tracing"
refuses 3 "this kernel has no tracefs, which probes need (CONFIG_TRACING)" record --output "$tmp/new" -- true
kernel "${all[@]}"
refused NO_LOCKS=38 record --output "$tmp/new" -- true
is "$status:$err" "3:iommu-mock: this kernel has no file locks, which tell whether another recorder is running (CONFIG_FILE_LOCKING)" \
	"a kernel without file locks"
refused NO_LOCKS=5 record --output "$tmp/new" -- true
is "$status:$err" "3:iommu-mock: kprobe_events cannot be locked: Input/output error" "a lock that fails otherwise"
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
7 unmap domain=d1 iova=0x1000 size=0x2000 done=0x2000 sync=1 ret=0 by=7:a_-b
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
call attach_group 7 "$(dom 6 1) group=\"3\""
attach 7 "$(dom 6 1)" 0
back attach_group 7 "ret=0"
attach 7 "$(dom 5 1)" 0
lines
is "$(cut -d ' ' -f 2-6 <<<"$lines")" "attach instance=- device=0000:01:00.0 domain=blocked old=default
attach instance=- device=0000:01:00.0 domain=d1 old=blocked
call op=attach_group object=d1 arg=3 ret=0
attach instance=- device=0000:01:00.0 domain=blocked old=d1" "an older one, by a claim and a detach"
for call in "attach_group 7 $(dom 5 1) group=\"3\"" "attach_device 7 $(dom 5 1) dev=\"0000:01:00.0\""; do
	default_group
	call "${call%% *}" 7 "${call#* 7 }"
	attach 7 "$(dom 5 1)" 0
	back "${call%% *}" 7 "ret=0"
	lines
	is "$(cut -d ' ' -f 2-6 <<<"${lines%%$'\n'*}")" "attach instance=- device=0000:01:00.0 domain=d1 old=default" \
		"iommu_${call%% *}(): a user's domain that was made before"
done

# --- domains of iommufd, which calls the driver itself ---
kernel "${all[@]}" intel_iommu_domain_alloc_paging_flags iommufd_ctx_from_fd iommu_paging_domain_alloc_flags
mkdir -p "$tree/sys/kernel/iommu_groups/3/devices/0000:01:00.0"
# makes DOMAIN: the driver's function; the core sets another type afterwards
makes() {
	call intel_make 7 'dev="0000:01:00.0"'
	back intel_make 7 "$(dom "$1" 1)"
}
makes 1
attach 7 "$(dom 1 1)" 0
says free 7 "$(dom 1 1) comm=\"a -b\""
call alloc_flags 7 'dev="0000:01:00.0"'
makes 2
back alloc_flags 7 "$(dom 2 1)"
attach 7 "$(dom 2 1)" 0
says free 7 "$(dom 2 1) comm=\"a -b\""
makes 3
attach 7 "$(dom 3 11)" 0
says free 7 "$(dom 3 11) comm=\"a -b\""
makes 3
says free 7 "$(dom 3 1) comm=\"a -b\""
call intel_make 7 'dev="0000:02:00.0"' # and its end is lost
back intel_make 7 "$(dom 4 1)"
makes 4
call map 7 "$(dom 4 1) iova=0x1000 size=0x2000"
back map 7 "ret=0"
lines
is "$status:$err" "0:" "a kernel with iommufd"
is "$(sed 's/ by=.*//; s/ instance=- device=0000:01:00.0//; s/ device=0000:01:00.0 instance=-//; s/ reason=-//' <<<"$lines")" "2 alloc domain=d1 ret=0
3 attach domain=d1 fresh=1 ret=0
4 free domain=d1 attached=1
5 alloc domain=d2 ret=0
6 attach domain=d2 old=d1 fresh=1 ret=0
7 free domain=d2 attached=1
8 attach domain=default old=d2 fresh=0 ret=0
9 alloc domain=d3 ret=0
10 free domain=d3 attached=0
11 alloc domain=d4 ret=0
12 map domain=d4 iova=0x1000 size=0x2000 ret=0" "a domain that a driver made is iommufd's once its type shows, and not the core's"
kernel "${all[@]}" iommufd_ctx_from_fd
mock record --output "$tmp/rec" -- true
is "$status:$err" "0:iommu-mock: record: intel: which domains iommufd has made is not recorded (R4 and R15 of iommufd): intel_iommu_domain_alloc_paging_flags, intel_iommu_domain_alloc_user: this kernel has no such function, or has made it a part of its callers" \
	"a driver whose function is not there, and iommufd is"

# --- PASIDs ---
pasids=(iommu_attach_device_pasid iommu_replace_device_pasid iommu_detach_device_pasid)
dev='dev="0000:01:00.0"'
# asks CALL PASID DOMAIN RET, answers RET: a user's call, and what the driver says inside of it
asks() { call "$1" 7 "$3 $dev pasid=$2"; }
answers() {
	call intel_pasid 7 "$2 $dev pasid=$1"
	back intel_pasid 7 "ret=$3"
}
kernel "${all[@]}" "${pasids[@]}" intel_iommu_set_dev_pasid intel_iommu_remove_dev_pasid
mkdir -p "$tree/sys/kernel/iommu_groups/3/devices/0000:01:00.0"
asks attach_pasid 5 "$(dom 1 1)"
answers 5 "$(dom 1 1)" 0
back attach_pasid 7 "ret=0"
asks replace_pasid 5 "$(dom 2 1)"
answers 5 "$(dom 2 1)" -22
back replace_pasid 7 "ret=-22"
asks replace_pasid 6 "$(dom 2 1)"
answers 6 "$(dom 2 1)" 0
back replace_pasid 7 "ret=0"
asks detach_pasid 5 "$(dom 1 1)"
says intel_pasid_remove 7 "$dev pasid=5 comm=\"a -b\""
back detach_pasid 7 ""
says free 7 "$(dom 2 1) comm=\"a -b\""
lines
is "$status:$err" "0:" "a kernel with PASIDs"
is "$(sed 's/ by=.*//; s/ instance=- device=0000:01:00.0//; s/ arg=0000:01:00.0//' <<<"$lines")" "2 attach pasid=5 domain=d1 old=blocked reason=- ret=0
3 call op=attach_pasid object=d1 pasid=5 ret=0
4 attach pasid=5 domain=d2 old=d1 reason=- ret=-EINVAL
5 call op=replace_pasid object=d2 pasid=5 ret=-EINVAL
6 attach pasid=6 domain=d2 reason=- ret=0
7 call op=replace_pasid object=d2 pasid=6 ret=0
8 attach pasid=5 domain=blocked old=d1 fresh=0 reason=- ret=0
9 call op=detach_pasid object=d1 pasid=5 ret=0
10 free domain=d2 attached=1" "PASIDs are places of their own; where one was that is replaced may be unknown"
mock judge --raw --noheadings -o RULE,VERDICT "$tmp/rec"
ok "R9 of a recording" grep -qx "R9 kept" <<<"$out"

# --- which driver ---
kernel "${all[@]}" "${pasids[@]}"
mock record --output "$tmp/rec" -- true
is "$status:$err" "0:iommu-mock: record: intel: what the driver answers to a PASID is not recorded (R9): intel_iommu_set_dev_pasid, identity_domain_set_dev_pasid, intel_svm_set_dev_pasid, intel_nested_set_dev_pasid, blocking_domain_set_dev_pasid, intel_iommu_remove_dev_pasid: this kernel has no such function, or has made it a part of its callers" \
	"functions of the driver that are not there, and their rule"
kernel "${all[@]}" viommu_iotlb_sync viommu_flush_iotlb_all riscv_iommu_iotlb_sync kapi_iotlb_sync
for driver in core: intel:intel_sync virtio:virtio_sync,virtio_flush riscv:riscv_sync iommu-mock:mock_sync; do
	: >"$tracing/kprobe_events"
	mock record --driver "${driver%:*}" --output "$tmp/rec" -- true
	is "$status:$err:$(grep -oE 'imr_[a-z]*_(sync|flush)\>' "$tracing/kprobe_events" | cut -c 5- | tr '\n' , | sed 's/,$//')" \
		"0::${driver#*:}" "--driver ${driver%:*}: its functions alone"
done
rmdir "$tree/sys/class/iommu/dmar0"
mkdir -p "$tree/sys/class/iommu/0000:00:05.0/device" "$tree/sys/bus/virtio/drivers/virtio_iommu"
ln -s "$tree/sys/bus/virtio/drivers/virtio_iommu" "$tree/sys/class/iommu/0000:00:05.0/device/driver"
: >"$tracing/kprobe_events"
mock record --output "$tmp/rec" -- true
is "$status:$err:$(grep -c imr_virtio_sync "$tracing/kprobe_events")" "0::1" "auto: a unit whose device has that driver"
rm -r "$tree/sys/class/iommu/0000:00:05.0"
mock record --output "$tmp/rec" -- true
is "$status:$err" "0:iommu-mock: record: /sys/class/iommu has no unit of a driver that --driver knows: what the driver answers to a PASID (R9), and what the driver is told to invalidate (R13), are not recorded" \
	"auto, and no unit"
mock record --driver arm-smmu-v3 --output "$tmp/rec" -- true
is "$status:$err" "0:iommu-mock: record: arm-smmu-v3: what the driver is told to invalidate is not recorded (R13): no function shows it" \
	"a driver of which no function is known for that"
refuses 2 "record: --driver: no such word as 'intl'; did you mean intel?" record --driver intl

# --- invalidations ---
kernel "${all[@]}" intel_flush_iotlb_all
attach 7 "$(dom 1 1)" 0
call unmap 7 "$(dom 1 1) iova=0x1000 size=0x2000"
says intel_sync 7 "$(dom 1 1) start=4096 end=12287 comm=\"a\""
back unmap 7 "ret=8192"
call unmap_fast 7 "$(dom 1 1) iova=0x8000 size=0x1000"
back unmap_fast 7 "ret=4096"
says intel_sync 7 "$(dom 1 1) start=18446744073709551615 end=0 comm=\"a\""
says intel_flush 7 "$(dom 1 1) comm=\"a\""
lines
said=$(tail -n +2 <<<"$lines" | sed 's/ by=.*//')
is "$said" "3 invalidate instance=- domain=d1 scope=range iova=0x1000 size=0x2000
4 unmap domain=d1 iova=0x1000 size=0x2000 done=0x2000 sync=1 ret=0
5 unmap domain=d1 iova=0x8000 size=0x1000 done=0x1000 sync=0 ret=0
6 invalidate instance=- domain=d1 scope=domain iova=0x0 size=0x0" "what was gathered, nothing, and all"
mock judge --raw --noheadings -o RULE,VERDICT,SEEN "$tmp/rec"
ok "R13 of a recording" grep -qx "R13 kept 2" <<<"$out"
mock record --anonymize --output "$tmp/rec" -- true
is "$(grep -c iova= "$tmp/rec")" 0 "--anonymize: no address of an invalidation"
mock judge --raw --noheadings -o RULE,VERDICT,SEEN "$tmp/rec"
ok "which R13 does without" grep -qx "R13 kept 2" <<<"$out"

# --- the kernel's log ---
# logs TID TEXT
logs() {
	printf '           a -b %s-%s     [001] d..1.   12.000%s: console: %s\n' "$1" "$1" "$now" "$2" >>"$instance/trace_pipe"
}
kernel "${all[@]}"
logs 7 "before"
call attach 7 "$(dom 1 1) $dev"
logs 8 "another thread"
logs 7 "arm-smmu-v3: cannot attach to SMMU"
back attach 7 "ret=-6"
attach 7 "$(dom 2 1)" -22
lines
is "$(cut -d ' ' -f -8 <<<"$lines" | sed 's/ by=.*//')" "2 log device=0000:01:00.0 text=arm-smmu-v3:_cannot_attach_to_SMMU
3 attach instance=- device=0000:01:00.0 domain=d1 reason=- ret=-ENXIO
4 attach instance=- device=0000:01:00.0 domain=d2 reason=- ret=-EINVAL" "what a driver logs while it answers"
is "$(sed -n 's/.* \(log=.\) .*/\1/p' "$tmp/rec")" log=1 "the first line says that the log is recorded"
mock judge "$tmp/rec"
like "$(grep '^R3 ' <<<"$out")" "^R3 +broken +2 the driver of 0000:01:00.0 logged a refusal: arm-smmu-v3:_cannot_attach_to_SMMU \(3, 2\)" \
	"R3 of a recording"
mock record --anonymize --output "$tmp/rec" -- true
is "$(grep -c "SMMU" "$tmp/rec")" 0 "--anonymize: no text of the log"
rm -r "$instance/events"
mock record --output "$tmp/rec" -- true
is "$status:$err:$(sed -n 's/.* \(log=.\) .*/\1/p' "$tmp/rec")" \
	"0:iommu-mock: record: what drivers log is not recorded (R3): the kernel has no event for it:log=0" "a kernel without that event"

# --- boot ---
kernel __iommu_probe_device __iommu_attach_device
words="trace_clock=mono trace_buf_size=1M trace_event=iommu:add_device_to_group kprobe_event="
case $(uname -m) in
x86_64)
	words+="p:iommu_mock_boot/imr_probe,__iommu_probe_device,dev=+0(+0(%di)):string;"
	words+="r64:iommu_mock_boot/imr_probe_ret,__iommu_probe_device,ret=%ax:s32;"
	words+="p:iommu_mock_boot/imr_attach,__iommu_attach_device,dom=%di,type=+0(%di):u32,dev=+0(+0(%si)):string;"
	words+="r64:iommu_mock_boot/imr_attach_ret,__iommu_attach_device,ret=%ax:s32"
	mock record --boot
	is "$status:$out:$err" "0:$words:iommu-mock: record: there are no probes of the kernel's command line: these words set them at the next boot" \
		"--boot: the words for the command line"
	ok "with which a VM of tests/lane boots" grep -qF -- "--cmdline '$words'" "$here/../../tests/lane/record-intel.t"
	;;
esac
refuses 1 "record: there are no probes of the kernel's command line: record --boot, without --output, prints the words that set them" \
	record --boot --output "$tmp/new"
refuses 2 "record: --boot writes what was recorded already, and runs no COMMAND" record --boot --output "$tmp/new" -- true
refuses 2 "record: the probes of --boot are the core's: --driver is not for it" record --boot --driver core
ok "nothing was written" test ! -e "$tmp/new"
kernel nothing
refuses 3 "no probe can be set in any of the functions that are to be recorded" record --boot
kernel "${all[@]}"
mkdir -p "$tracing/events/iommu_mock_boot" "$tree/sys/kernel/iommu_groups/3/devices/0000:01:00.0"
touch "$tracing/events/iommu_mock_boot/enable"
echo "p:iommu_mock_boot/imr_attach __iommu_attach_device" >"$tracing/kprobe_events"
call probe 7 "$dev"
attach 7 "$(dom 9 3)" -12
back probe 7 "ret=0"
{
	echo "# tracer: nop"
	echo "# entries-in-buffer/entries-written: 6/9   #P:2"
	cat "$instance/trace_pipe"
	echo "         swapper/0-1       [000] .....     0.4: add_device_to_group: IOMMU: groupID=3 device=0000:01:00.0"
} >"$tracing/trace"
mock record --boot
is "$status:$err" "0:iommu-mock: record: 3 events were lost: the recording has gaps in their place" \
	"--boot: what is overwritten is counted"
is "$(sed '1d;$d;s/ thread=.*//' <<<"$out" | cut -d ' ' -f 1,3-)" "5 probe instance=- device=0000:01:00.0 ret=0
6 attach instance=- device=0000:01:00.0 domain=default old=none fresh=0 reason=- ret=-ENOMEM" "what was recorded at boot"
is "$(cat "$tracing/events/iommu_mock_boot/enable")" 0 "the probes are switched off"
sed -i 's|6/9|6/6|' "$tracing/trace"
mock record --boot --output "$tmp/rec"
is "$status:$err" "0:" "--boot: into a file"
mock judge "$tmp/rec"
like "$(grep '^R10 ' <<<"$out")" "^R10 +broken +1 the first attach of 0000:01:00.0, to the default domain, failed with ENOMEM" "R10 of a boot"

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
