#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# scripts/check on a small project of its own: VMs that die of what QEMU leaves behind,
# VMs that do not start, and a check that is ended half-way.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
# shellcheck source=check.sh
. tests/vm/check.sh

given a-good 'echo 1..1; echo ok 1'
given c-later 'echo 1..1; echo ok 1'

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
done_testing
