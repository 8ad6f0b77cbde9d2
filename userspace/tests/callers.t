#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The parts of userspace/callers that need no kernel, under sanitizers.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

${CC:-gcc} -std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all -I. -I.. \
	-o "$tmp/test" tests/callers-test.c tests/fake-core.c \
	matrix/topo.c matrix/rows.c matrix/relation.c matrix/oracle.c matrix/outcome.c matrix/result.c \
	callers/einval.c callers/emediumtype.c callers/any.c callers/fresh.c \
	callers/type1.c callers/iommufd.c callers/best.c callers/cover.c \
	callers/walk.c callers/run.c callers/family.c callers/tally.c \
	matrix/rules.c judge/story.c judge/names.c judge/judge.c judge/rules.c \
	judge/rules-caller.c judge/rules-attach.c judge/rules-memory.c \
	judge/deviations.c lib/mem.c lib/presets.c lib/words.c
"$tmp/test"
