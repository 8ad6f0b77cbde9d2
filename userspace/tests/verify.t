#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What is made of devices that do not see the same memory, under sanitizers.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

${CC:-gcc} -std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all -I. -I.. \
	-o "$tmp/test" tests/verify-test.c callers/verify.c lib/words.c lib/mem.c lib/stop.c lib/ctx.c
"$tmp/test"
