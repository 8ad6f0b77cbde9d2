#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A VM ends with the command that started it, whichever way that is told to end.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# qemus: the machines whose files are in our directory.
qemus() {
	pgrep -f "qemu-system.*path=$dir/"
}

for signal in TERM HUP INT; do
	: >"$dir/out"
	# A shell in the background does not listen to SIGINT.
	TMPDIR=$dir setsid perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' \
		scripts/vm --lane debian-13 --no-module --timeout 120 -- sh -c 'echo up; sleep 100' \
		>"$dir/out" 2>"$dir/err" </dev/null &
	pid=$!
	soon grep -q up "$dir/out"
	is "$(qemus | wc -l | tr -d ' '):$(cat "$dir/out")" "2:up" "a VM runs, under its time limit"
	kill -s "$signal" "$pid"
	wait "$pid"
	status=$?
	wanted=143
	[ "$signal" != INT ] || wanted=130
	is "$status" "$wanted" "SIG$signal ends the command"
	is "$(qemus)" "" "and the VM with it"
	is "$(find "$dir" -name 'iommu-mock-vm.*')" "" "and its files"
done

# A signal that comes before the machine is chosen, with --log.
run bash -c 'set -u
	. scripts/lanes/lib.sh
	. scripts/lanes/boot.sh
	run_dir=$1/iommu-mock-vm.early opt_log=$1/log qemu_pid=
	mkdir "$run_dir"
	trap boot_cleanup EXIT
	trap "exit 143" TERM
	kill -TERM $$' sh "$dir"
is "$status:$err:$(find "$dir" -name 'iommu-mock-vm.*')" "143::" "an early signal leaves nothing, either"
done_testing
