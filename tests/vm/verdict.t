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

# Two checkers of the lane debug: one whose report VMs ask for at their end, and one that
# reports by itself. verdict-checkers.t has the others.
lane=debug
build
checked leak
is "$status" 120 "$lane: a leak is red"
like "$err" 'kmemleak: [0-9]+ new suspected' "kmemleak sees it"
checked lock-order --cmdline kmemleak=off
is "$status" 120 "$lane: locks taken in two orders are red"
like "$err" 'possible circular locking' "lockdep sees it"

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
