#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The page tables under libFuzzer, for a while. What it finds is printed; to run
# it again: base64 -d >FILE, then FUZZ_INPUT=FILE module/tests/pgtable-fuzz.t
seconds=${FUZZ_SECONDS:-20}
here=$(cd "$(dirname "$0")" && pwd) || exit
dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT

# build SOURCE...: as unit.sh does it, for the fuzzer.
build() {
	clang -std=gnu11 -g -O1 -Wall -Wextra -Werror -Wno-sign-compare \
		-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		-I "$here" -o "$dir/fuzz" "$@"
}

comment() {
	sed 's/^/# /' "$@"
}

echo 'int LLVMFuzzerTestOneInput(const char *, long); int LLVMFuzzerTestOneInput(const char *data, long size) { return data && !size; }' \
	>"$dir/empty.c"
if ! build "$dir/empty.c" >"$dir/log" 2>&1; then
	echo "1..0 # SKIP no clang with its fuzzer: scripts/packages fuzz installs both"
	exit 0
fi
[ -z "${FUZZ_INPUT:-}" ] || FUZZ_INPUT=$(realpath "$FUZZ_INPUT") || exit
cd "$here/.." || exit
echo 1..1
build tests/pgtable-fuzz.c tests/pgtable-model.c tests/pgtable-owner.c \
	pgtable/radix.c pgtable/tables.c pgtable/walk.c pgtable/formats.c >"$dir/log" 2>&1 || {
	echo "not ok 1 - the fuzzer builds"
	comment "$dir/log"
	exit 1
}
title="$seconds s of fuzzing find nothing that differs from the model"
if [ -n "${FUZZ_INPUT:-}" ]; then
	title="nothing differs from the model with $FUZZ_INPUT"
	set -- "$FUZZ_INPUT"
else
	set -- -max_total_time="$seconds" -timeout=10 -max_len=1024 \
		-artifact_prefix="$dir/found-" -print_final_stats=1
fi
if "$dir/fuzz" "$@" >"$dir/log" 2>&1; then
	echo "ok 1 - $title"
	grep -a '^stat::number_of\|^INFO: Seed' "$dir/log" | comment
	exit 0
fi
echo "not ok 1 - $title"
grep -av '^#[0-9]\|NEW_FUNC' "$dir/log" | head -n 40 | comment
for found in "$dir"/found-*; do
	[ -e "$found" ] || continue
	echo "# the input, in base64:"
	base64 "$found" | comment
done
exit 1
