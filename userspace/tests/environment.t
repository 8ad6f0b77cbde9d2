#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What is not ready has a sentence of its own, and the status 3.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

tree shared
rm -r "$knobs" "$tree/sys/module/iommu_mock"
not_loaded='the module iommu_mock is not loaded: load it with "iommu-mock load" or modprobe'
refuses 3 "$not_loaded" instance list
refuses 3 "$not_loaded" instance add a
complains 3 "" ENODEV "$not_loaded" show --json
mock status
is "$status:$err" "3:iommu-mock: $not_loaded" "status fails with the same sentence"
like "$out" 'LOADED +0' "and what it knows"

tree shared
rm -r "$knobs"
grep -v debugfs "$here/trees/shared/proc/mounts" >"$tree/proc/mounts"
refuses 3 "debugfs is not mounted: mount -t debugfs none /sys/kernel/debug" instance list
rm "$tree/proc/mounts"
refuses 3 "debugfs is not mounted: mount -t debugfs none /sys/kernel/debug" instance list

tree shared
rm -r "$knobs"
refuses 3 "the module is loaded, but /sys/kernel/debug has no iommu_mock: is debugfs switched off (debugfs= on the kernel's command line)?" \
	instance list

tree shared
sed -i 's/^abi=.*/abi=99/; s/^version=.*/version=9.9/' "$knobs/build_info"
refuses 3 "the loaded module is version 9.9 (interface 99), this tool is $tool_version (interface 9): install both from one version, and reload the module" \
	instance list
: >"$knobs/build_info"
refuses 3 "the loaded module is version unknown (interface unknown), this tool is $tool_version (interface 9): install both from one version, and reload the module" \
	instance add a
is "$(cat "$knobs/new_instance")" "" "nothing is written to a module of another version"

# Root can open everything: the rest is seen by somebody else.
tree shared
mkdir -p "$tree/sys/kernel/security"
chmod 000 "$knobs/build_info"
as_nobody "$tool" --sysroot "$tree" instance list
is "$status:$err" "3:iommu-mock: cannot open /sys/kernel/debug/iommu_mock: Permission denied (EACCES)" \
	"files that cannot be opened"
echo "[none] integrity confidentiality" >"$tree/sys/kernel/security/lockdown"
as_nobody "$tool" --sysroot "$tree" instance list
is "$status:$err" "3:iommu-mock: cannot open /sys/kernel/debug/iommu_mock: Permission denied (EACCES)" \
	"a kernel that could be locked down is not"
for level in integrity confidentiality; do
	echo "none $level" | sed "s/$level/[$level]/" >"$tree/sys/kernel/security/lockdown"
	as_nobody "$tool" --sysroot "$tree" instance list
	is "$status:$err" "3:iommu-mock: the kernel is locked down ($level) and closes debugfs: boot without Secure Boot, or without lockdown=" \
		"locked down for $level"
done

# The directory and some files can be read then; what can be written is closed.
tree shared
mkdir -p "$tree/sys/kernel/security"
echo "none [integrity] confidentiality" >"$tree/sys/kernel/security/lockdown"
chmod 000 "$knobs/new_instance" "$knobs/journal" "$knobs/instances/smmu0/faults" \
	"$knobs/instances/smmu0/pairs" "$knobs/buffers/buf0/data"
locked="3:iommu-mock: the kernel is locked down (integrity) and closes debugfs: boot without Secure Boot, or without lockdown="
for words in "instance add a" "events" "fault list" "buffer read buf0" "instance show smmu0"; do
	# shellcheck disable=SC2086 # they are words
	as_nobody "$tool" --sysroot "$tree" $words
	is "$status:$err" "$locked" "locked down: $words"
done
as_nobody "$tool" --sysroot "$tree" instance show smmu0 -J
is "$status:$(json '"$j->{errno}:$j->{error}"' <<<"$err")" "3:EACCES:${locked#3:iommu-mock: }" "locked down: as an object"
as_nobody "$tool" --sysroot "$tree" buffer list -rn -o name
is "$status:$err" "0:" "locked down: what can be read is printed"

as_nobody "$tool" instance list
is "$status:$err" "3:iommu-mock: must run as root: the module's files are root's" "not root"
as_nobody "$tool" load
is "$status:$err" "3:iommu-mock: must run as root to load or unload a module" "not root: load"
as_nobody "$tool" unload
is "$status:$err" "3:iommu-mock: must run as root to load or unload a module" "not root: unload"
refuses 2 "load: needs the running kernel, not --sysroot" load
refuses 2 "unload: needs the running kernel, not --sysroot" unload

# A state that the tool cannot understand is a failure, not an empty list.
tree shared
state() {
	printf %b "$1" >"$knobs/state"
}
sense="the module's state makes no sense"
state 'buffer buf0 size=1 maps=1'
refuses 1 "buffer list: $sense: line 1 is cut short" buffer list
state 'buffer buf0 size=1 maps=1\nbuffer b1 size=1\n'
refuses 1 "buffer list: $sense: line 2: maps= is missing" buffer list
state 'buffer buf0 size=x maps=1\n'
refuses 1 "buffer list: $sense: line 1: size=x cannot be" buffer list
state 'buffer buf0 size=1 maps=1 size=1\n'
refuses 1 "buffer list: $sense: line 1: size= is there twice" buffer list
state 'buffer buf0 size=1 maps=1\nbuffer buf0 size=1 maps=1\n'
refuses 1 "buffer list: $sense: buffer/buf0 is there twice" buffer list
state 'buffer size=1 maps=1\n'
refuses 1 "buffer list: $sense: line 1: a buffer without a name" buffer list
state 'buffer buf0 size maps=1\n'
refuses 1 "buffer list: $sense: line 1: 'size' is not KEY=VALUE" buffer list
state 'buffer b\0 size=1 maps=1\n'
refuses 1 "buffer list: the module's state has zero bytes in it" buffer list
rm "$knobs/state"
refuses 1 "buffer list: cannot read the module's state: No such file or directory (ENOENT)" buffer list
printf 'queue q0 depth=3\nbuffer b size=4096 colour=blue maps=1\n' >"$knobs/state"
prints "unknown kinds and keys are passed over" buffer list -rn <<<"b 4K 1"
done_testing
