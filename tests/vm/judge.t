#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# scripts/judge counts what is there, and takes nothing missing for success.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# given NAME STATUS LINE...: a recorded result; STATUS - leaves it out.
given() {
	local name=$1 status=$2
	shift 2
	printf '%s\n' "$@" >"$dir/$name.tap"
	[ "$status" = - ] || echo "$status" >"$dir/$name.status"
}

# judged NAME... : set sum and status.
judged() {
	local n list=()
	for n; do
		list+=("$dir/$n.tap")
	done
	run scripts/judge "${list[@]}"
	sum=${out##*$'\n'}
}

given good 0 1..2 'ok 1 - a' 'ok 2 - b'
given bad 1 1..3 'ok 1 - a' 'not ok 2 - b' 'not ok 3 - c'
given skips 0 1..2 'ok 1 # SKIP no such thing' 'ok 2 - b'
given none 0 '1..0 # SKIP no headers'
given short 0 1..3 'ok 1 - a'
given planless 0 'ok 1 - a'
given empty 0
given exit 9 1..1 'ok 1 - a'
given died - 1..1 'ok 1 - a'
given noise 0 1..1 'hello' 'ok 1 - a'

judged good
is "$sum" "2 passed, 0 failed" "a good file"
is "$status" 0 "and its exit status"
judged good bad
is "$sum" "3 passed, 2 failed" "every failed assertion counts"
is "$status" 1 "and the exit status is not 0"
judged good skips
is "$sum" "3 passed, 0 failed, 1 skipped" "a skipped assertion is not passed"
judged good none
is "$sum" "2 passed, 0 failed, 1 skipped" "a file skipped as a whole counts once"
is "$status" 0 "and is no failure"
like "$out" 'skipped 1: no headers' "its reason is given"
judged skips none
like "$out" 'skipped 1: no headers.*skipped 1: no such thing' "each reason is counted"
judged bad
like "$out" 'failed: .*/bad.tap, alone: ' "a file that failed has the command that runs it alone"
given words 1 1..3 'ok 1 - a' 'not ok 2 - the second' '#   got: 5' '#   wanted: 6' 'ok 3 - c' '# of c'
judged words
like "$out" $'words.tap, alone: [^\n]*\n  2 - the second\n  #   got: 5\n  #   wanted: 6\n2 passed' "and the words of what failed"
given many 1 1..9 'not ok '{1..9}' - one of many'
judged many
is "$(grep -c '^  [0-9] - one of many$' <<<"$out")" 4 "but of the first few only"
mkdir -p "$dir/debian-13" "$dir/userspace/tests"
given debian-13/maps 1 1..1 'not ok 1 - a'
given debian-13/vm-shared 0 1..1 'not ok 1 - a'
given userspace/tests/words 1 1..1 'not ok 1 - a'
given lint 1 1..1 'not ok 1 - a'
run env -C "$dir" "$PWD/scripts/judge" debian-13/maps.tap debian-13/vm-shared.tap userspace/tests/words.tap lint.tap
like "$out" "maps.tap, alone: scripts/check --lane debian-13 --filter 'tests/lane/maps" "a test of a lane"
like "$out" 'vm-shared.tap, alone: see results/debian-13/shared.stderr' "the verdict of a boot"
like "$out" 'words.tap, alone: ./userspace/tests/words.t' "a test of this machine"
like "$out" 'lint.tap, alone: scripts/lint' "the linters"
judged short
is "$sum" "1 passed, 1 failed" "fewer tests than planned fail"
judged planless
is "$sum" "1 passed, 1 failed" "a file without a plan fails"
judged empty
is "$sum" "0 passed, 1 failed" "an empty file fails"
judged exit
is "$sum" "1 passed, 1 failed" "a bad exit status fails"
judged died
is "$sum" "1 passed, 1 failed" "a file whose writer never ended fails"
given late 124 1..3 '# of a' 'ok 1 - a' '# ran out of time after 5 s'
judged late
like "$out" $'late.tap, alone: [^\n]*\n  [^\n]*planned 3[^\n]*\n  it ended with status 124\n  # of a\n  # ran out of time after 5 s\n1 passed' \
	"a file that is wrong as a whole has the way in which it is, and its last comments"
judged noise
is "$sum" "1 passed, 0 failed" "other output is ignored"
judged
is "$sum/$status" "0 passed, 1 failed/1" "no results at all fail"
done_testing
