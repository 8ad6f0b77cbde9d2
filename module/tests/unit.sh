# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
export LC_ALL=C

# whole PART: true if this part of the test is to run completely. scripts/check names
# the parts that it leaves out (tests/left-out.list).
whole() {
	case " ${IOMMU_MOCK_LEFT_OUT:-} " in
	*" $1 "*) return 1 ;;
	esac
}

# unit NAME SOURCE...: compile NAME-test.c with sources of the module for user
# space, under sanitizers, and run it with $arguments. A broken walk of a table can take
# for ever: the test has ten minutes.
unit() {
	here=$(cd "$(dirname "$0")" && pwd) || exit
	name=$1
	shift
	dir=$(mktemp -d) || exit
	trap 'rm -rf "$dir"' EXIT
	for source; do
		set -- "$@" "$here/../$source"
		shift
	done
	"${CC:-cc}" -std=gnu11 -g -O1 -Wall -Wextra -Werror -Wno-sign-compare \
		-fsanitize=address,undefined -fno-sanitize-recover=all -pthread \
		-I "$here" -o "$dir/test" "$here/$name-test.c" "$@" || exit
	# shellcheck disable=SC2086 # words
	timeout 600 "$dir/test" ${arguments:-}
}
