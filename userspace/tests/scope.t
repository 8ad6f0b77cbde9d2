#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The list of what is to be undone, under sanitizers.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

${CC:-gcc} -std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all -I. -I.. \
	-o "$tmp/test" tests/scope-test.c lib/scope.c lib/knobs.c lib/env.c lib/root.c \
	lib/words.c lib/mem.c lib/ctx.c lib/stop.c
"$tmp/test"
