#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The assertions that the other tests rely on can fail.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh

# fails ASSERTION ARG...: it says "not ok", and the file's status is not 0.
fails() {
	local words status
	words=$(
		tap_n=0 tap_bad=0
		"$@"
		done_testing
	)
	status=$?
	[ "$status" != 0 ] && [[ $words == "not ok 1 - "* ]]
}

passes() {
	local words
	words=$(
		tap_n=0 tap_bad=0
		"$@"
		done_testing
	) && [[ $words == "ok 1 - "* ]]
}

ok "ok fails on a failing command" fails ok name false
ok "ok passes on a good command" passes ok name true
ok "is fails on different strings" fails is a b name
ok "is passes on equal strings" passes is a a name
ok "is fails on an empty string" fails is "" b name
ok "like fails without a match" fails like abc '^b' name
ok "like passes with a match" passes like abc '^a' name
ok "unlike fails with a match" fails unlike abc '^a' name
ok "unlike passes without a match" passes unlike abc '^b' name
run sh -c 'echo o; echo e >&2; exit 3'
is "$status/$out/$err" "3/o/e" "run tells status and both outputs apart"
shown=$(is a b name)
like "$shown" '#   standard error of the last run: e$' "an assertion that fails shows what the last run said"
calls=0
third() {
	[ $((calls += 1)) = 3 ]
}
soon third
is "$?/$calls" 0/3 "soon waits until the command succeeds"
(SOON=0 soon false)
is "$?" 1 "and fails at its limit"
done_testing
