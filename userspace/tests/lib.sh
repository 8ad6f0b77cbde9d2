# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# For the tests of the tool: the TAP helpers of the project, the tool built
# with sanitizers, copies of recorded trees, and assertions about a run of the
# tool. meta.t sees each assertion fail.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../tests/tap.sh
. "$here/../../tests/tap.sh"

tmp=$(mktemp -d)
chmod 755 "$tmp"
trap 'rm -rf "$tmp"' EXIT

# Tests run side by side: one of them builds, the others wait. Each takes a
# copy, which a later build cannot change under it, and which others than root
# can execute.
tool=$tmp/iommu-mock
# As module/abi.h has it, for the tests.
# shellcheck disable=SC2034
tool_version=$(sed -n 's/^#define IOMMU_MOCK_VERSION "\(.*\)"$/\1/p' "$here/../../module/abi.h")
build_log=$(
	cd "$here/.." && mkdir -p build-asan &&
		flock build-asan/.lock make -s SANITIZE=1 2>&1 &&
		cp build-asan/iommu-mock "$tool" 2>&1
) || {
	echo "1..1"
	echo "not ok 1 - the tool builds"
	printf '%s\n' "$build_log" | sed 's/^/# /'
	exit 1
}
chmod 755 "$tool"

# tree NAME: a fresh copy of a recorded tree, in $tree; $knobs is the module's
# directory in it.
tree() {
	tree=$tmp/tree
	knobs=$tree/sys/kernel/debug/iommu_mock
	rm -rf "$tree"
	cp -a "$here/trees/$1" "$tree"
}

# mock ARGUMENT...: run the tool on the tree; sets status, out, err.
mock() {
	run "$tool" --sysroot "$tree" "$@"
}

# Everything about the last run, for diagnostics.
last_run() {
	printf 'status: %s\nout: %s\nerr: %s' "$status" "$out" "$err"
}

# prints NAME ARGUMENT... <<WANTED: it succeeds, says nothing on stderr, and
# prints exactly what is on standard input.
prints() {
	local name=$1 wanted good=1
	shift
	wanted=$(cat)
	mock "$@"
	[ "$status" = 0 ] && [ -z "$err" ] && [ "$out" = "$wanted" ] && good=0
	verdict "$good" "$name" "$(last_run)
wanted: $wanted"
}

# json EXPRESSION: what a Perl expression makes of the JSON on standard input,
# which is $j; undef is "null", true is 1. (Perl, because judging tests needs
# it anyway.)
json() {
	perl -MJSON::PP -e 'local $/; our $j = decode_json(<STDIN>);
		my $x = eval $ARGV[0]; die $@ if $@;
		print ref $x ? JSON::PP->new->canonical->allow_nonref->encode($x) : $x // "null", "\n"' "$1"
}

# prints_json NAME ARGUMENT... <<WANTED: it succeeds, and prints the same JSON,
# in whatever layout, as is on standard input.
prints_json() {
	local name=$1 wanted got good=1
	shift
	wanted=$(json '$j')
	mock "$@"
	got=$(json '$j' <<<"$out" 2>&1)
	[ "$status" = 0 ] && [ -z "$err" ] && [ "$got" = "$wanted" ] && good=0
	verdict "$good" "$name" "$(last_run)
wanted: $wanted"
}

# writes FILE TEXT ARGUMENT...: it succeeds silently, and TEXT is then what the
# module's FILE was written.
writes() {
	local file=$1 text=$2 good=1 got
	shift 2
	: >"$knobs/$file"
	mock "$@"
	got=$(cat "$knobs/$file")
	[ "$status" = 0 ] && [ -z "$out$err" ] && [ "$got" = "$text" ] && good=0
	verdict "$good" "$* writes \"$text\" to $file" "$(last_run)
wrote: $got"
}

# refuses STATUS SENTENCE ARGUMENT...: it prints nothing, ends with STATUS, and
# says exactly "iommu-mock: SENTENCE" on stderr.
refuses() {
	local wanted_status=$1 sentence=$2 good=1
	shift 2
	mock "$@"
	[ "$status" = "$wanted_status" ] && [ -z "$out" ] &&
		[ "$err" = "iommu-mock: $sentence" ] && good=0
	verdict "$good" "${*:-no argument}: $sentence" "$(last_run)
wanted: $wanted_status, iommu-mock: $sentence"
}

# complains STATUS WHOM ERRNO SENTENCE ARGUMENT...: with --json it ends with STATUS,
# and stderr has one line: an object that says so. WHOM is the command and its
# object, "" where no command is to blame.
complains() {
	local wanted="$2:$3:$4:$1" wanted_status=$1 good=1 got
	shift 4
	mock "$@"
	got=$(json 'join ":", join(" ", grep { defined } $j->{command}, $j->{object}), @$j{qw(errno error status)}' <<<"$err" 2>&1)
	[ "$status" = "$wanted_status" ] && [ "$(wc -l <<<"$err")" = 1 ] &&
		[ "$got" = "$wanted" ] && good=0
	verdict "$good" "$*: an object: $wanted" "$(last_run)
got: $got"
}

# refuse_writes FILE SENTENCE: writes to the module's FILE fail with ENOSPC,
# about which the module says SENTENCE.
refuse_writes() {
	ln -sf /dev/full "$knobs/$1"
	printf '%s\n' "$2" >"$knobs/last_error"
}

# as_nobody COMMAND...: without root's rights; sets status, out, err.
as_nobody() {
	if [ "$(id -u)" = 0 ]; then
		run setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		run "$@"
	fi
}
