#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# KVM is used where a trial boot works, and is done without where it does not.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
[ -w /dev/kvm ] || skip_all "there is no /dev/kvm here, so nothing to fall back from"
scripts/lanes/build debian-13 >/dev/null || exit
real=${XDG_CACHE_HOME:-$HOME/.cache}/iommu-mock
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export XDG_CACHE_HOME=$dir/cache
mkdir -p "$XDG_CACHE_HOME/iommu-mock"
ln -s "$real/roots" "$XDG_CACHE_HOME/iommu-mock/roots"

# A QEMU on the PATH that notes how it is called, and whose KVM behaves as told. Where the
# machine matters it is QEMU itself; elsewhere the files that a VM of "echo booted" writes
# are enough.
mkdir "$dir/bin"
cat >"$dir/bin/qemu-system-x86_64" <<EOF
#!/bin/bash
[ "\$1" = --version ] && echo "\$KVM is" && exit
args="\$*"
path() {
	grep -o "id=\$1,path=[^ ]*" <<<"\$args" | cut -d = -f 3
}
answer() {
	echo "[    1.0] iommu-mock vm: init starts" >"\$(path console)"
	echo "iommu-mock vm: the command starts" >>"\$(path console)"
	: >"\$(path err)"
	echo booted >"\$(path out)"
	echo "exit 0" >"\$(path verdict)"
	exit
}
machine() {
	exec $(command -v qemu-system-x86_64) "\$@"
}
calls=\$(cat $dir/calls 2>/dev/null | wc -l)
case \$args in
*'-accel kvm'*) echo kvm ;;
*) echo tcg ;;
esac >>$dir/calls
case \$KVM in
stuck) [ "\$calls" -ge "\$STUCK" ] || exec sleep 1000 ;;
# It starts, and crashes, once.
crashes)
	[ "\$calls" -gt 0 ] || {
		echo SeaBIOS >"\$(path console)"
		kill -SEGV \$\$
	}
	;;
# Twice, a breakpoint is left behind, once the command has said \$SAID.
breaks)
	[ "\$calls" -ge 2 ] || {
		echo "iommu-mock vm: the command starts" >"\$(path console)"
		echo "[    3.2] Oops: int3: 0000 [#1] PREEMPT SMP" >>"\$(path console)"
		echo -n "\$SAID" >"\$(path out)"
		exit
	}
	;;
# The kernel believes that its time stamp counter has 150 MHz, once.
fast)
	[ "\$calls" -gt 0 ] || machine "\${@/tsc=reliable/tsc=reliable tsc_early_khz=150000}"
	machine "\$@"
	;;
esac
case \$args/\$KVM in
*'-accel kvm'*/dies) exit 1 ;;
*'-accel kvm'*/hangs) exec sleep 1000 ;;
esac
answer
EOF
chmod +x "$dir/bin/qemu-system-x86_64"

# boots KVM: with a KVM like that, twice; calls is what QEMU was asked for.
# A boot may need a second attempt.
boots() {
	: >"$dir/calls"
	run env KVM="$1" PATH="$dir/bin:$PATH" scripts/vm --no-module -- echo booted
	is "$status/$out" "0/booted" "a KVM that $1: the VM boots"
	run env KVM="$1" PATH="$dir/bin:$PATH" scripts/vm --no-module -- echo booted
	is "$status/$out" "0/booted" "a KVM that $1: and again"
	calls=$(paste -sd' ' "$dir/calls")
}

boots dies
like "$calls" '^kvm tcg( tcg)+$' "it is tried once, then done without"
boots hangs
like "$calls" '^kvm tcg( tcg)+$' "it is tried once in bounded time, then done without"
boots works
like "$calls" '^kvm kvm( kvm)+$' "it is tried once, then used"
run env KVM=dies PATH="$dir/bin:$PATH" IOMMU_MOCK_ACCEL=tcg scripts/vm --no-module -- echo booted
is "$status/$out" "0/booted" "IOMMU_MOCK_ACCEL decides without a trial"

# stuck COUNT LIMIT: a kernel that does not come up COUNT times, and then does. It has
# LIMIT seconds each time.
stuck() {
	: >"$dir/calls"
	run env KVM=stuck STUCK="$1" IOMMU_MOCK_BOOT_LIMIT="$2" IOMMU_MOCK_ACCEL=tcg PATH="$dir/bin:$PATH" \
		scripts/vm --no-module -- echo booted
}
stuck 1 10
is "$status/$out" "0/booted" "a kernel that is stuck once is booted again"
like "$err" 'did not start init within 10 s .attempt 1 of 3' "the first attempt's end is reported"
stuck 9 3
is "$status/$out" "124/" "a kernel that is always stuck is a timeout"

# One whose clock runs fast: with limits that come too early, tests fail for nothing.
rm "$dir/calls"
run env KVM=fast IOMMU_MOCK_ACCEL=tcg PATH="$dir/bin:$PATH" scripts/vm --no-module -- \
	sh -c 'grep -q tsc_early_khz /proc/cmdline && sleep 60; echo booted'
is "$status/$out" "0/booted" "a kernel whose clock runs fast is booted again"
like "$err" 'the clock of lane debian-13 runs fast: [0-9]+ s after [0-9]+ s .attempt 1 of 3' "the first attempt's end is reported"

# A QEMU that crashes. It had opened the pipes of neither output nor errors.
rm "$dir/calls"
run env KVM=crashes IOMMU_MOCK_ACCEL=tcg PATH="$dir/bin:$PATH" scripts/vm --no-module -- echo booted
is "$status/$out" "0/booted" "a QEMU that crashes before the command starts is started again"
like "$err" 'ended before the command started .attempt 1 of 3.: .*exit status of QEMU was 139' "the first attempt's end is reported"

: >"$dir/calls"
run env KVM=breaks SAID= IOMMU_MOCK_ACCEL=tcg PATH="$dir/bin:$PATH" scripts/vm --no-module -- echo booted
is "$status/$out" "0/booted" "a kernel that dies of a breakpoint before the command has said anything is booted again"
like "$err" 'died of a breakpoint, .* .attempt 2 of 3.: Oops: int3' "each attempt's end is reported"
: >"$dir/calls"
run env KVM=breaks SAID=boo IOMMU_MOCK_ACCEL=tcg PATH="$dir/bin:$PATH" scripts/vm --no-module -- echo booted
is "$status/$out" "121/boo" "and later it is a failure"
like "$err" 'FAILED on lane debian-13: the kernel died of a breakpoint' "which is named"

# One that dies before init: without an initramfs to start, it panics.
run env IOMMU_MOCK_ACCEL=tcg scripts/vm --no-module --cmdline 'rdinit=/none init=/none' -- echo booted
is "$status/$out" "121/" "a kernel that dies before init is an oops"
like "$err" 'ended before the command started .attempt 3 of 3.: Kernel panic' "it fails after three attempts, and reports each"
done_testing
