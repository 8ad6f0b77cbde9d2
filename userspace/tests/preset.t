#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The table of presets, under sanitizers.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

${CC:-gcc} -std=gnu11 -g -O1 -Wall -Wextra -Werror -Wno-sign-compare -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all -I. -I.. -I../module/tests \
	-o "$tmp/test" tests/preset-test.c cli/preset-words.c lib/presets.c lib/words.c lib/mem.c \
	../module/knobs/parse.c ../module/objects/words.c ../module/pgtable/formats.c
"$tmp/test"
