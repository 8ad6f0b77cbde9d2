#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The checkers of the lane debug check: the VM's verdict is red for a module that makes
# one mistake. verdict.t has a leak, and locks taken in two orders.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
# shellcheck source=verdict.sh
. tests/vm/verdict.sh

lane=debug
build
# Only a boot that looks for a leak pays for kmemleak.
without_leaks=(--cmdline kmemleak=off)
checked nothing
is "$status/$err" "0/" "$lane: a good module is green, and silent"
checked use-after-free "${without_leaks[@]}"
is "$status" 120 "$lane: a use after free is red"
like "$err" 'KASAN: ' "KASAN sees it"
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
done_testing
