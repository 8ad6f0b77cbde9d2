#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The page tables under libFuzzer, for a while. What it finds is printed; to run
# it again: base64 -d >FILE, then FUZZ_INPUT=FILE module/tests/pgtable-fuzz.t
here=$(cd "$(dirname "$0")" && pwd) || exit
# shellcheck source=../../tests/fuzz.sh
. "$here/../../tests/fuzz.sh"

fuzz_needs
cd "$here/.." || exit
echo 1..1
fuzz_build -Wno-sign-compare -I "$here" \
	tests/pgtable-fuzz.c tests/pgtable-model.c tests/pgtable-owner.c \
	pgtable/radix.c pgtable/tables.c pgtable/walk.c pgtable/formats.c >"$dir/log" 2>&1 || {
	echo "not ok 1 - the fuzzer builds"
	fuzz_comment "$dir/log"
	exit 1
}
fuzz_run "differs from the model" -max_len=1024
