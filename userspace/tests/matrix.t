#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The parts of userspace/matrix that need no kernel, under sanitizers.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

${CC:-gcc} -std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all -I. -I.. \
	-o "$tmp/test" tests/matrix-test.c tests/fake-core.c \
	matrix/race/races.c matrix/race/plan.c matrix/cells/topo.c matrix/cells/rows.c matrix/cells/cells.c matrix/cells/select.c \
	matrix/cells/generate.c matrix/cells/relation.c matrix/expect/oracle.c matrix/expect/outcome.c matrix/results/result.c \
	callers/played/einval.c callers/played/emediumtype.c callers/played/any.c callers/played/fresh.c \
	callers/played/type1.c callers/played/iommufd.c callers/played/best.c callers/played/cover.c \
	callers/run.c callers/family.c callers/tally.c \
	matrix/run/rules.c judge/story.c judge/names.c judge/judge.c judge/rules.c \
	judge/rules-caller.c judge/rules-attach.c judge/rules-memory.c \
	judge/deviations.c lib/mem.c lib/presets.c lib/words.c
"$tmp/test"
