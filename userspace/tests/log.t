#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the judge reads of the kernel log, under sanitizers.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

${CC:-gcc} -std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all -Wl,--wrap=read -I. -I.. \
	-o "$tmp/test" tests/log-test.c judge/given.c \
	judge/story.c judge/names.c judge/judge.c judge/rules.c judge/calls.c \
	judge/rules-caller.c judge/rules-attach.c judge/rules-memory.c \
	judge/deviations.c lib/journal.c lib/clock.c lib/ctx.c lib/mem.c lib/words.c \
	lib/stop.c lib/knobs.c lib/env.c lib/root.c lib/model.c
"$tmp/test"
