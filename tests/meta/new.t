#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tests/new writes a lane test that passes where the knobs do what docs/ABI.md says,
# and fails where they do not. Runs on the host; a tree of files stands for the knobs.
set -u
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
command -v busybox >/dev/null || skip_all "no busybox, whose shell the VM has"

mkdir -p "$tmp/tests/lane" "$tmp/k"
cp tests/new "$tmp/tests/"
file=$tmp/tests/lane/my-test.t

run "$tmp/tests/new" my-test
is "$status:$out" "0:$file" "it says which file it has written"
ok "the file can be executed" test -x "$file"
like "$(cat "$file")" "filter 'tests/lane/my-test" "the file shows how to run it alone"
echo "mine" >>"$file"
before=$(cat "$file")
run "$tmp/tests/new" my-test
is "$status:$(cat "$file")" "1:$before" "a file that exists stays"
like "$err" 'my-test.t exists' "and the sentence names it"
for name in "" "a/b" "../x" "A" "-x" "a b"; do
	run "$tmp/tests/new" "$name"
	is "$status:$(ls "$tmp/tests/lane")" "2:my-test.t" "no test has the name '$name'"
done
run "$tmp/tests/new" a b
is "$status" 2 "one name, not two"
run "$tmp/tests/new" --help
like "$status:$out" "^0:Usage: tests/new NAME" "--help"

rm "$file"
"$tmp/tests/new" my-test >/dev/null
ok "busybox can parse the template" busybox sh -n "$file"
if command -v shellcheck >/dev/null; then
	cp tests/lane/lib.sh "$tmp/tests/lane/"
	ok "shellcheck has no complaint" sh -c 'cd "$1" && shellcheck -x -s dash my-test.t' sh "$tmp/tests/lane"
else
	skip "no shellcheck"
fi

# played REFUSAL: run the template on files. Its writes change nothing but the
# journal; the attach of b1 fails as REFUSAL says: ERRNO'S WORDS:SENTENCE:EVENT.
played() {
	printf 'family=attach_old\nmulti_driver=1\n' >"$tmp/k/build_info"
	printf '%s\n' 'device a1 domain=x' 'domain x devices=a1' >"$tmp/k/state"
	: >"$tmp/k/journal"
	{
		echo ". '$PWD/tests/lane/lib.sh'"
		cat <<'PUT'
put() {
	put_status=0 said=
	[ "$1 $2" = "domains/x/attach b1" ] || return 0
	[ -n "$REFUSAL" ] || return 0
	put_status=1 said="sh: write error: ${REFUSAL%%:*}"
	echo "${REFUSAL#*:}" >"$mock/last_error"
	echo "1 10 attach instance=b device=b1 domain=x old=blocked fresh=0 reason=ias ret=-EINVAL thread=1 by=1:sh" >"$mock/journal"
	return 1
}
PUT
	} >"$tmp/tests/lane/lib.sh"
	run sh -c 'cd "$1" && exec busybox sh ./my-test.t' sh "$tmp/tests/lane"
}
export MOCK=$tmp/k TMPDIR=$tmp
export REFUSAL="Invalid argument:b refuses x for b1: ias"
played
like "$status:$out" $'^0:ok 1 .*\n1\.\.5$' "the template passes where the knobs do what they should"
unlike "$out" 'not ok' "in every assertion"
REFUSAL=''
played
like "$status:$out" $'^1:.*not ok 3 - EINVAL.*not ok 4 - the journal' "it fails where nothing is refused"
REFUSAL="Device or resource busy:b refuses x for b1: ias"
played
like "$status:$out" $'^1:.*not ok 3 .*not EINVAL' "and where the errno is another"
REFUSAL="Invalid argument:b refuses x for b1: oas"
played
like "$status:$out" $'^1:.*not ok 3 .*not like: : ias' "and where the sentence is"
done_testing
