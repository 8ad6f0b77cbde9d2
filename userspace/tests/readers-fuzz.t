#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# All that the tool reads (results, journals, the module's files, words), from
# recorded files: spoiled in every way that is easily said, and then by
# libFuzzer, for a while. The tool must neither crash nor lose memory, whatever
# it makes of them. What is found is printed; to run it again: base64 -d >FILE,
# then FUZZ_INPUT=FILE userspace/tests/readers-fuzz.t
here=$(cd "$(dirname "$0")" && pwd) || exit
# shellcheck source=../../tests/fuzz.sh
. "$here/../../tests/fuzz.sh"

fuzz_needs
cd "$here/.." || exit
echo 1..1
packages="smartcols libkmod json-c"

# The tool as for check-build, watched by the fuzzer; it stays for the next time.
build() {
	mkdir -p build-fuzz &&
		flock build-fuzz/.lock make -s CC=clang SANITIZE=1 O=build-fuzz \
			CFLAGS='-O1 -g -fsanitize=fuzzer-no-link' build-fuzz/iommu-mock || return
	# shellcheck disable=SC2046,SC2086 # words are words
	fuzz_build -I. -I.. $(pkg-config --cflags $packages) -Dmain=tool_main -Dsay=quiet \
		tests/readers-fuzz.c tests/readers-seeds.c main.c \
		$(make -s O=build-fuzz print-objects) \
		$(pkg-config --libs $packages) -lm -pthread
}
build >"$dir/log" 2>&1 || {
	echo "not ok 1 - the fuzzer builds"
	fuzz_comment "$dir/log"
	exit 1
}
cp -a tests/trees/mixed "$dir/tree" && mkdir "$dir/seeds" || exit
cp tests/trees/results.json "$dir/tree/"
echo "domain map dom0 1M buf0 'a b' x\\ y # z" >"$dir/tree/words"
cd "$dir/tree" || exit
[ -n "${FUZZ_INPUT:-}" ] || export FUZZ_SEEDS="$dir/seeds"
fuzz_run "the tool cannot read" -max_len=8192 "$dir/seeds"
