#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The VM's verdict is green for a good module, and red for one that warns,
# oopses, hangs, does not load, cannot be unloaded or ends the machine, on every
# lane. The modules are built by each lane's own compiler.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh

vm() {
	run scripts/vm --lane "$lane" --no-module --timeout 120 "$@"
}

load() {
	vm --add "$built/vmtest_$1.ko" -- insmod "vmtest_$1.ko"
}

for lane in debian-11 debian-12 debian-13 debian-13-backports; do
	run scripts/lanes/build "$lane" tests/vm/modules
	built=$out
	is "$status" 0 "$lane: the modules build"

	vm --add "$built/vmtest_good.ko" -- \
		sh -c 'insmod vmtest_good.ko && rmmod vmtest_good && insmod vmtest_good.ko'
	is "$status/$err" "0/" "$lane: a good module is green, and silent"
	load warn
	is "$status" 120 "$lane: a warning is red although the command succeeds"
	like "$err" 'vmtest: a warning on purpose' "$lane: and is shown"
	load oops
	is "$status" 121 "$lane: an oops is red"
	like "$err" 'vmtest_init\+0x' "$lane: and is shown"
	load noload
	is "$status" 19 "$lane: a module that does not load fails the command"
done

# Each of the checkers of the lane debug checks.
lane=debug
run scripts/lanes/build "$lane" tests/vm/modules
built=$out
is "$status" 0 "$lane: the modules build"
checked() {
	vm --add "$built/vmtest_checked.ko" -- sh -c "insmod vmtest_checked.ko wrong=$1 && rmmod vmtest_checked"
}
checked nothing
is "$status/$err" "0/" "$lane: a good module is green, and silent"
checked leak
is "$status" 120 "$lane: a leak is red"
like "$err" 'kmemleak: [0-9]+ new suspected' "kmemleak sees it"
checked use-after-free
is "$status" 120 "$lane: a use after free is red"
like "$err" 'KASAN: ' "KASAN sees it"
checked lock-order
is "$status" 120 "$lane: locks taken in two orders are red"
like "$err" 'possible circular locking' "lockdep sees it"
checked sleep
is "$status" 120 "$lane: to sleep under a spinlock is red"
like "$err" 'sleeping function called' "and seen"

lane=debian-13
built=$(scripts/lanes/build "$lane" tests/vm/modules)
load die
is "$status" 122 "a machine that resets in silence is red"
like "$err" 'without a verdict' "and the sentence says so"
run scripts/vm --lane "$lane" --no-module --timeout 30 --add "$built/vmtest_hang.ko" -- insmod vmtest_hang.ko
is "$status" 124 "a module that hangs is red, in bounded time"
like "$err" 'vmtest_init\+0x' "and the log shows where it hangs"
run scripts/vm --lane "$lane" --no-module --timeout 15 -- sleep 1000
is "$status" 124 "a command that does not end is red"

vm -- sh -c 'echo c >/proc/sysrq-trigger'
is "$status" 121 "a panic is red"
vm -- sh -c 'echo "WARNING: CPU: 0 PID: 1 at a.c:1" >/dev/kmsg'
is "$status" 120 "a line of the log is enough"
vm --add "$built/vmtest_warn.ko" -- sh -c 'insmod vmtest_warn.ko; dmesg -c >/dev/null'
is "$status" 120 "clearing the log does not hide a warning"
vm -- sh -c 'echo "exit 0" >/dev/ttyS0; for p in /dev/vport*; do echo "exit 0" >$p; done; echo b >/proc/sysrq-trigger'
unlike "$status" '^0$' "a command cannot forge the verdict by what it writes and then dies"
vm --add "$built/iommu_mock.ko:/lib/x/iommu_mock.ko" -- insmod /lib/x/iommu_mock.ko
is "$status" 0 "a module that cannot be unloaded at the end is a warning"
like "$err" 'cannot be unloaded' "in a sentence"
vm --add "$built/iommu_mock.ko:/lib/x/iommu_mock.ko" -- sh -c 'insmod /lib/x/iommu_mock.ko; exit 7'
is "$status" 7 "and the status of the command remains"
vm --strict --add "$built/iommu_mock.ko:/lib/x/iommu_mock.ko" -- insmod /lib/x/iommu_mock.ko
is "$status" 123 "with --strict it is red"
like "$err" 'cannot be unloaded' "and the sentence says so"
vm --no-unload --add "$built/iommu_mock.ko" -- insmod iommu_mock.ko
is "$status" 0 "with --no-unload it may stay loaded"
done_testing
