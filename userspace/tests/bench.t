#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the benchmarks make of numbers, under sanitizers.
# shellcheck source=unit.sh
. "$(dirname "$0")/unit.sh"

# shellcheck disable=SC2046 # the words of pkg-config are words
build tests/bench-test.c bench/samples.c bench/pages.c report/*.c lib/ctx.c lib/mem.c lib/words.c lib/root.c \
	$(pkg-config --cflags --libs smartcols json-c) -lm
"$tmp/test"
