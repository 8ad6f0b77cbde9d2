#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The parsers of the tool, under sanitizers.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck disable=SC2046 # the words of pkg-config are words
${CC:-gcc} -std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all -I. -I.. \
	$(pkg-config --cflags smartcols libkmod json-c) \
	-o "$tmp/test" tests/parser-test.c cli/split.c \
	lib/model.c lib/journal.c lib/clock.c lib/words.c lib/mem.c lib/knobs.c lib/env.c \
	lib/root.c lib/ctx.c lib/stop.c
knobs=tests/trees/shared/sys/kernel/debug/iommu_mock
"$tmp/test" "$knobs/state" "$knobs/journal"
