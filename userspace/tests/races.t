#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Invariants and plans of races, under sanitizers.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

${CC:-gcc} -std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all -I. -I.. -Itests \
	-o "$tmp/test" tests/races-test.c tests/races-cases.c matrix/race/races.c matrix/race/plan.c \
	matrix/race/invariants.c matrix/race/invariants-calls.c matrix/race/invariants-memory.c \
	lib/journal.c lib/clock.c lib/ctx.c lib/mem.c lib/words.c lib/knobs.c \
	lib/env.c lib/root.c lib/stop.c
"$tmp/test"
