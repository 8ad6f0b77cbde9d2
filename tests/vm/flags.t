#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A VM under emulation has no instruction that spoils the register of flags. No VM has
# page tables of five levels, which make KASAN of 7.3 report a good address: the lane debug
# has a kernel that uses them.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
[ "$(uname -m)" = x86_64 ] || skip_all "cmpxchg16b is an instruction of x86-64"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
ok "the program compiles" cc -static -O1 -Wall -Werror -o "$dir/flags" tests/vm/flags.c
run scripts/vm --lane debian-13 --no-module --add "$dir/flags" -- ./flags
like "$status:$out" '^[02]:$' "cmpxchg16b leaves the flags alone, or the VM does not offer it"
run scripts/vm --lane debug --no-module -- grep -m 1 ^flags /proc/cpuinfo
like "$out" ' lm ' "the VM names the features of its processor"
unlike "$out" ' la57( |$)' "page tables of five levels are none of them"
done_testing
