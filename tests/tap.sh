# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# TAP for tests that run on the host. Source it, assert, call done_testing.
# tests/vm/tap.t sees each of these assertions fail.

# Tests read the words of programs: in English, whatever the user speaks.
export LC_ALL=C

tap_n=0 tap_bad=0

# verdict STATUS NAME [DIAGNOSTIC]
verdict() {
	tap_n=$((tap_n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tap_n - $2"
	else
		tap_bad=1
		echo "not ok $tap_n - $2"
		[ -z "${3:-}" ] || printf '%s\n' "$3" | head -n 60 | sed 's/^/#   /'
		[ -z "${err:-}" ] || printf 'standard error of the last run: %s\n' "$err" | head -n 60 | sed 's/^/#   /'
	fi
}

# ok NAME COMMAND...: COMMAND succeeds.
ok() {
	local name=$1 words status
	shift
	words=$("$@" 2>&1)
	status=$?
	verdict "$status" "$name" "$words"
}

# is GOT WANTED NAME: two strings are equal.
is() {
	local status=0
	[ "$1" = "$2" ] || status=1
	verdict "$status" "$3" "got: $1
wanted: $2"
}

# like GOT REGEX NAME: a string matches an extended regular expression.
like() {
	local status=0
	[[ $1 =~ $2 ]] || status=1
	verdict "$status" "$3" "got: $1
wanted a match of: $2"
}

# unlike GOT REGEX NAME
unlike() {
	local status=0
	[[ ! $1 =~ $2 ]] || status=1
	verdict "$status" "$3" "got: $1
wanted no match of: $2"
}

# run COMMAND...: set status, out and err (both without their last newline). An assertion
# that fails shows err, where it says why.
run() {
	local tap_dir
	tap_dir=$(mktemp -d)
	status=0
	"$@" >"$tap_dir/out" 2>"$tap_dir/err" </dev/null || status=$?
	# shellcheck disable=SC2034 # for the test
	out=$(tr -d '\0' <"$tap_dir/out") err=$(tr -d '\0' <"$tap_dir/err")
	rm -rf "$tap_dir"
}

# soon COMMAND...: waits until the command succeeds. The limit is far above what a
# machine needs, because it is there only for a test that fails: a loaded machine
# stands still for seconds. SOON: another limit, in seconds.
soon() {
	local end=$((SECONDS + ${SOON:-60}))
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return
		sleep 0.02
	done
}

skip() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n # SKIP $1"
}

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

done_testing() {
	echo "1..$tap_n"
	exit "$tap_bad"
}
