#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The line that says how far a command is, on a terminal, under sanitizers.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck disable=SC2046 # the words of pkg-config are words
${CC:-gcc} -std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all -I. -I.. \
	-o "$tmp/test" tests/status-line-test.c cli/status-line.c cli/say.c lib/ctx.c lib/mem.c lib/words.c \
	$(pkg-config --cflags --libs json-c) -lutil
"$tmp/test"
