# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# For the tests that let libFuzzer look for inputs. Source it, fuzz_needs,
# fuzz_build, fuzz_run. $dir is the test's own directory.
#   FUZZ_SECONDS  how long (20)
#   FUZZ_INPUT    a file: nothing but this input, which was found before
export LC_ALL=C
seconds=${FUZZ_SECONDS:-20}
[ -z "${FUZZ_INPUT:-}" ] || FUZZ_INPUT=$(realpath "$FUZZ_INPUT") || exit
dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT

# fuzz_build ARGUMENT...: $dir/fuzz, of these sources, with these flags.
fuzz_build() {
	clang -std=gnu11 -g -O1 -Wall -Wextra -Werror \
		-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		-o "$dir/fuzz" "$@"
}

fuzz_comment() {
	sed 's/^/# /' "$@"
}

# Without clang and its fuzzer the test is skipped.
fuzz_needs() {
	echo 'int LLVMFuzzerTestOneInput(const char *, long); int LLVMFuzzerTestOneInput(const char *data, long size) { return data && !size; }' \
		>"$dir/empty.c"
	fuzz_build "$dir/empty.c" >"$dir/log" 2>&1 && return
	echo "1..0 # SKIP no clang with its fuzzer: scripts/packages fuzz installs both"
	exit 0
}

# fuzz_run WHAT ARGUMENT...: the one test, with arguments of libFuzzer; WHAT is
# not found.
fuzz_run() {
	what=$1
	shift
	title="$seconds s of fuzzing find nothing that $what"
	if [ -n "${FUZZ_INPUT:-}" ]; then
		title="nothing that $what with $FUZZ_INPUT"
		set -- "$FUZZ_INPUT"
	else
		set -- -max_total_time="$seconds" -timeout=10 \
			-artifact_prefix="$dir/found-" -print_final_stats=1 "$@"
	fi
	if "$dir/fuzz" "$@" >"$dir/log" 2>&1; then
		echo "ok 1 - $title"
		grep -a '^stat::number_of\|^INFO: Seed' "$dir/log" | fuzz_comment
		exit 0
	fi
	echo "not ok 1 - $title"
	grep -av '^#[0-9]\|NEW_FUNC' "$dir/log" | head -n 40 | fuzz_comment
	for found in "$dir"/found-*; do
		[ -e "$found" ] || continue
		echo "# the input, in base64:"
		base64 "$found" | fuzz_comment
	done
	exit 1
}
