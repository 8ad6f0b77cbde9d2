#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The VM's verdict is green for a good module, and red for one that warns,
# oopses, hangs, does not load, cannot be unloaded or ends the machine. The modules
# are built by the lane's own compiler.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
# shellcheck source=verdict.sh
. tests/vm/verdict.sh

lane=debian-13
judge_modules

# Each of the checkers of the lane debug checks.
lane=debug
build
# checked WRONG [OPTION...]: only a boot that looks for a leak pays for kmemleak.
checked() {
	local wrong=$1
	shift
	vm --add "$built/vmtest_checked.ko" "$@" -- sh -c "insmod vmtest_checked.ko wrong=$wrong && rmmod vmtest_checked"
}
without_leaks=(--cmdline kmemleak=off)
checked nothing
is "$status/$err" "0/" "$lane: a good module is green, and silent"
checked leak
is "$status" 120 "$lane: a leak is red"
like "$err" 'kmemleak: [0-9]+ new suspected' "kmemleak sees it"
checked use-after-free "${without_leaks[@]}"
is "$status" 120 "$lane: a use after free is red"
like "$err" 'KASAN: ' "KASAN sees it"
checked lock-order "${without_leaks[@]}"
is "$status" 120 "$lane: locks taken in two orders are red"
like "$err" 'possible circular locking' "lockdep sees it"
checked sleep "${without_leaks[@]}"
is "$status" 120 "$lane: to sleep under a spinlock is red"
like "$err" 'sleeping function called' "and seen"
checked raw-nesting "${without_leaks[@]}"
is "$status" 120 "$lane: a lock that sleeps on PREEMPT_RT, under one that does not, is red"
like "$err" 'Invalid wait context' "lockdep sees it"
checked lockdep-off "${without_leaks[@]}"
is "$status" 120 "$lane: to turn lockdep off in silence is red"
like "$err" 'lockdep is off' "and the sentence says so"
# init reads this file before the command starts.
settings=$(mktemp)
echo "insmod /root/vmtest_checked.ko wrong=lockdep-off; VM_UNLOAD=1 VM_WATCHDOG=0" >"$settings"
vm "${without_leaks[@]}" --add "$built/vmtest_checked.ko" --add "$settings:/vm/settings" -- true
rm -f "$settings"
unlike "$status" '^0$' "$lane: a kernel that has lost lockdep before the command starts is red"
is "$(grep -c 'ended before the command started.*lockdep is off' <<<"$err")" 3 "after three boots"

lane=debian-13
build
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
