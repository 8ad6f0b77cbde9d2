# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
export LC_ALL=C

# unit NAME SOURCE...: compile NAME-test.c with sources of the module for user
# space, under sanitizers, and run it. A broken walk of a table can take for ever:
# the test has ten minutes.
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
	timeout 600 "$dir/test"
}
