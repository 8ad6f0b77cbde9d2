#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# scripts/check on a small project of its own: what its tests do is what is
# counted, and tests that a dying VM took along are failures.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
tree=$(mktemp -d)
# What a check that is not as it should be leaves behind ends with this test.
finish() {
	# shellcheck disable=SC2046,SC2086 # lists of numbers
	kill ${checker:-} $(cat "$tree/pids"; pgrep -f "qemu-system.*path=$tree/")
	rm -rf "$tree"
} 2>/dev/null
trap finish EXIT

cp -r scripts "$tree/"
mkdir -p "$tree/module" "$tree/tests/lane"
for m in good warn oops break; do
	cp "tests/vm/modules/vmtest_$m.c" "$tree/module/"
done
cat >"$tree/Kbuild" <<'EOF'
obj-m := iommu_mock.o vmtest_warn.o vmtest_oops.o vmtest_break.o
iommu_mock-y := module/vmtest_good.o
vmtest_warn-y := module/vmtest_warn.o
vmtest_oops-y := module/vmtest_oops.o
vmtest_break-y := module/vmtest_break.o
EOF
sed -e '/^BUILT_MODULE_NAME/d' -e '/^DEST_MODULE_LOCATION/d' tests/vm/modules/dkms.conf >"$tree/dkms.conf"
n=0
for m in iommu_mock vmtest_warn vmtest_oops vmtest_break; do
	printf 'BUILT_MODULE_NAME[%d]="%s"\nDEST_MODULE_LOCATION[%d]="/updates/dkms"\n' $n $m $n
	n=$((n + 1))
done >>"$tree/dkms.conf"

# given NAME LINE...: a test file of the small project.
given() {
	local name=$1
	shift
	printf '%s\n' "$@" >"$tree/tests/lane/$name.t"
}

# checked ARG...: run it; sum is its last line.
checked() {
	run "$tree/scripts/check" --lane debian-13 "$@"
	sum=${out##*$'\n'}
}

given a-good 'echo 1..2; modprobe iommu_mock && echo ok 1; echo ok 2'
given b-fails 'echo 1..2; echo ok 1; echo not ok 2'
given b-skips '# needs: a cat' '# needs: two dogs' 'echo 1..3; echo "ok 1 # SKIP no a cat here"; echo "ok 2 - b # SKIP needs two dogs"; echo "ok 3 # SKIP no cow"'
given b-whole '# needs: a cat' 'echo "1..0 # SKIP needs a cat"'
given b-whole-undeclared 'echo "1..0 # SKIP needs a cat"'
given c-helper '. ./lib.sh' 'echo 1..1; helped && echo ok 1'
printf 'helped() { true; }\n' >"$tree/tests/lane/lib.sh"
given d-elsewhere '# lane: debian-11' 'echo 1..1; echo not ok 1'
given e-own '# vm: --mem 512 --cmdline "one=1 two=2"' 'echo 1..1; grep -q "one=1 two=2" /proc/cmdline && echo ok 1'
checked
# The lane's two boots are tests too: shared, e-own; so are the helpers, which
# compile.
is "$sum" "8 passed, 3 failed, 3 skipped" "assertions and boots are counted"
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

# A breakpoint that the emulation left behind is not the fault of the test that ran then.
# The first two VMs have one, the third runs to its end.
mkdir "$tree/bin"
cat >"$tree/bin/qemu-system-x86_64" <<EOF
#!/bin/bash
[[ "\$*" != *'-accel tcg'* ]] || echo >>$tree/boots
exec $(command -v qemu-system-x86_64) "\${@/quiet/quiet boots=\$(wc -l <$tree/boots)}"
EOF
chmod +x "$tree/bin/qemu-system-x86_64"
touch "$tree/boots"
given b-dies 'echo 1..2; echo ok 1; case $(cat /proc/cmdline) in *boots=[12]*) modprobe vmtest_break ;; esac; echo ok 2'
path=$PATH PATH=$tree/bin:$PATH IOMMU_MOCK_ACCEL=tcg
export IOMMU_MOCK_ACCEL
checked --filter tests/lane
PATH=$path
unset IOMMU_MOCK_ACCEL
is "$sum" "6 passed, 0 failed" "a VM that dies of a breakpoint is started again, from the test on that ran"
ok "twice, here" [ "$(wc -l <"$tree/boots")" -ge 3 ]
: >"$tree/boots"
given b-dies 'echo 1..2; echo ok 1; modprobe vmtest_break; echo ok 2'
checked --filter tests/lane
is "$sum" "5 passed, 2 failed" "a third time it is a failure"

# The kernel can also be stuck in one, and go on. Then nothing else may be wrong.
stuck='for line in "watchdog: BUG: soft lockup - CPU#0 stuck for 44s!" "RIP: 0010:asm_exc_int3+0x0/0x40"; do echo "$line" >/dev/kmsg; done'
PATH=$tree/bin:$PATH IOMMU_MOCK_ACCEL=tcg
export IOMMU_MOCK_ACCEL
: >"$tree/boots"
given b-dies "echo 1..2; echo ok 1; case \$(cat /proc/cmdline) in *boots=1*) $stuck ;; esac; echo ok 2"
checked --filter 'b-dies|c-later'
is "$sum" "5 passed, 0 failed" "a file during which a VM was stuck in a breakpoint is repeated"
like "$err" 'lane debian-13, boot shared: a breakpoint was left behind: b-dies is repeated' "and that is said"
: >"$tree/boots"
given b-dies "echo 1..2; echo ok 1; $stuck; echo WARNING: CPU: 0 at x >/dev/kmsg; echo ok 2"
checked --filter 'b-dies|c-later'
is "$sum" "4 passed, 2 failed" "not one during which the kernel complained of something else"
PATH=$path
unset IOMMU_MOCK_ACCEL
rm "$tree/tests/lane/b-dies.t"

given d-nowhere '# vm: --qemu -nonsense' 'echo 1..1; echo ok 1'
checked --filter d-nowhere
is "$sum" "1 passed, 2 failed" "a file whose VM does not start has failed"
ok "and its result says that it did not run" grep -q 'did not run: .*QEMU did not start' "$tree/results/debian-13/d-nowhere.tap"

# Two at once, and an end half-way: a test of this machine runs, beside a VM.
rm "$tree"/tests/lane/*.t
given slow '# lane: debian-13' '# timeout: 1000' 'echo 1..1; sleep 1000; echo ok 1'
mkdir "$tree/tests/here" "$tree/tmp"
cat >"$tree/tests/here/slow.t" <<EOF
#!/bin/bash
echo \$\$ >>$tree/pids
setsid sleep 1000 &
echo \$! >>$tree/pids
timeout 1000 sleep 1000 &
echo \$! >>$tree/pids
wait
EOF
chmod +x "$tree/tests/here/slow.t"

# running: how many of those processes, and of the VM's, there are.
running() {
	{
		ps -o pid= -p "$(paste -sd, "$tree/pids")"
		pgrep -f "qemu-system.*path=$tree/"
	} 2>/dev/null | wc -l
}

for signal in INT TERM; do
	rm -f "$tree/pids"
	touch "$tree/pids"
	# A shell in the background does not listen to SIGINT.
	TMPDIR=$tree/tmp setsid perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' \
		"$tree/scripts/check" --filter 'tests/(here|lane)/slow' >/dev/null 2>"$tree/err" </dev/null &
	checker=$!
	all_run() { [ "$(running)" -ge 5 ]; }
	ok "a test and a VM run" soon all_run
	if [ "$signal" = INT ]; then
		touch "$tree/results/of-the-first"
		checked --filter a-good
		like "$status/$err" '^117/.*another scripts/check is running in this tree' "a second check in the tree is refused"
		ok "and leaves the results of the first alone" test -e "$tree/results/of-the-first"
	fi
	kill -s "$signal" "$checker"
	wait "$checker"
	is "$?" "$([ $signal = INT ] && echo 130 || echo 143)" "SIG$signal ends the check"
	checker=
	is "$(running)" 0 "and with it all that it has started"
	is "$(ls "$tree/tmp")" "" "and their temporary files"
done
rm -r "$tree/tests/here" "$tree"/tests/lane/slow.t

given a-good 'echo 1..1; echo ok 1'
echo 'this is no C' >>"$tree/module/vmtest_good.c"
checked --filter a-good
is "$sum" "1 passed, 2 failed" "a module that does not build fails the lane's tests"
done_testing
