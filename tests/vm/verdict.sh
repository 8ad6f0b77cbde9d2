# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What verdict.t, verdict-checkers.t and verdict-lanes.t share. Needs tap.sh, and lane set.

# Far above what a kernel with checkers needs: a VM that hangs on purpose has a limit of
# its own.
vm() {
	run scripts/vm --lane "$lane" --no-module --timeout 300 "$@"
}

# build: sets built, the directory with the modules of tests/vm/modules.
build() {
	run scripts/lanes/build "$lane" tests/vm/modules
	built=$out
	is "$status" 0 "$lane: the modules build"
}

load() {
	vm --add "$built/vmtest_$1.ko" -- insmod "vmtest_$1.ko"
}

# judge_modules: the verdict on each kind of module.
judge_modules() {
	build
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
}

# checked WRONG [OPTION...]: a boot of the lane debug, for what one of its checkers finds.
checked() {
	local wrong=$1
	shift
	vm --add "$built/vmtest_checked.ko" "$@" -- sh -c "insmod vmtest_checked.ko wrong=$wrong && rmmod vmtest_checked"
}
