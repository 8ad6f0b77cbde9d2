#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the benchmarks make of numbers, under sanitizers.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck disable=SC2046 # the words of pkg-config are words
${CC:-gcc} -std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all -I. -I.. \
	-o "$tmp/test" tests/bench-test.c bench/samples.c bench/pages.c \
	report/*.c lib/ctx.c lib/mem.c lib/words.c lib/root.c \
	$(pkg-config --cflags --libs smartcols json-c) -lm
"$tmp/test"
