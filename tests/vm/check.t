#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# scripts/check on a small project of its own: what its tests do is what is
# counted, and tests that a dying VM took along are failures.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
# shellcheck source=check.sh
. tests/vm/check.sh

given a-good 'echo 1..2; modprobe iommu_mock && echo ok 1; echo ok 2'
given b-fails 'echo 1..2; echo ok 1; echo not ok 2'
given b-skips '# needs: a cat' '# needs: two dogs' 'echo 1..3; echo "ok 1 # SKIP no a cat here"; echo "ok 2 - b # SKIP needs two dogs"; echo "ok 3 # SKIP no cow"'
given b-whole '# needs: a cat' 'echo "1..0 # SKIP needs a cat"'
given b-whole-undeclared 'echo "1..0 # SKIP needs a cat"'
given c-helper '. ./lib.sh' 'echo 1..1; helped && echo ok 1'
printf 'helped() { true; }\n' >"$tree/tests/lane/lib.sh"
given d-elsewhere '# lane: debian-11' 'echo 1..1; echo not ok 1'
given e-own '# vm: --mem 512 --cmdline "one=1 two=2"' 'echo 1..1; grep -q "one=1 two=2" /proc/cmdline && echo ok 1'
given f-alike '# vm: --mem 512 --cmdline "one=1 two=2"' 'echo 1..1; grep -q "one=1 two=2" /proc/cmdline && echo ok 1'
given g-own '# vm: --mem 512 --cmdline three=3' 'echo 1..1; grep -q "three=3" /proc/cmdline && echo ok 1'
checked
# The lane's three boots are tests too: shared, e-own, g-own; so are the helpers, which
# compile.
is "$sum" "11 passed, 3 failed, 3 skipped" "assertions and boots are counted"
is "$(cd "$tree/results/debian-13" && echo vm-*.tap)" "vm-e-own.tap vm-g-own.tap vm-shared.tap" \
	"files with the same options share a boot"
ok "a skip that the header does not declare is a failure" \
	grep -q '^not ok 3 - .* does not declare: no cow' "$tree/results/debian-13/b-skips.tap"
ok "a skip of a whole file without a declared need fails, too" grep -q '^not ok 1 - .*needs a cat' "$tree/results/debian-13/b-whole-undeclared.tap"
is "$status" 1 "and one failure is a failure"
ok "each file's TAP is kept" grep -q '^not ok 2' "$tree/results/debian-13/b-fails.tap"
checked --filter 'c-helper'
is "$sum/$status" "3 passed, 0 failed/0" "--filter runs what matches"

rm "$tree"/tests/lane/*.t
given a-good 'echo 1..1; echo ok 1'
given b-warns 'echo 1..1; modprobe vmtest_warn; echo ok 1'
given c-good 'echo 1..1; [ ! -d /sys/module/iommu_mock ] && echo ok 1'
given d-hangs '# timeout: 5' 'echo 1..1; echo ok 1; sleep 1000'
given e-leaves 'echo 1..1; modprobe iommu_mock; echo ok 1'
given f-status 'echo 1..1; echo ok 1; exit 3'
given g-good 'echo 1..1; [ ! -d /sys/module/iommu_mock ] && echo ok 1'
checked --filter tests/lane
# b, d and f fail as a whole; so does the shared boot, whose kernel warned.
is "$sum" "8 passed, 4 failed" "a warning, a hang and an exit status are failures of their file"
ok "the warning is named in its file" grep -q 'the kernel complained: .*' "$tree/results/debian-13/b-warns.tap"
ok "the hang is named in its file" grep -q 'ran out of time after 5 s' "$tree/results/debian-13/d-hangs.tap"

rm "$tree"/tests/lane/*.t
given a-good 'echo 1..1; echo ok 1'
given b-dies 'echo 1..2; echo ok 1; modprobe vmtest_oops; echo ok 2'
given c-later 'echo 1..1; echo ok 1'
checked --filter tests/lane
# a passes, b is cut short after one assertion, and the first boot is red; c
# passes in the second boot, which is green. The helpers compile.
is "$sum" "5 passed, 2 failed" "a VM that dies fails the file that ran, and the next has another VM"
ok "and the file's result contains the reason" grep -q 'the VM ended here: .*the kernel died' "$tree/results/debian-13/b-dies.tap"
ok "and that of the boot" grep -q '^# FAILED on lane debian-13: the kernel died' "$tree/results/debian-13/vm-shared.tap"

given a-good 'echo 1..1; echo ok 1'
echo 'this is no C' >>"$tree/module/vmtest_good.c"
checked --filter a-good
is "$sum" "1 passed, 2 failed" "a module that does not build fails the lane's tests"
ok "and the result of the boot says so" grep -q '^# .* does not build for lane debian-13 ' "$tree/results/debian-13/vm-shared.tap"
ok "with the compiler's words" grep -q '^# .*vmtest_good.c.*error: ' "$tree/results/debian-13/vm-shared.tap"
done_testing
