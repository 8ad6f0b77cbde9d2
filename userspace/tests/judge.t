#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The judge, under sanitizers: on journals made by hand, and on recorded ones
# that are cut, changed and shuffled.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

${CC:-gcc} -std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all -I. -I.. -Itests \
	-o "$tmp/test" tests/judge-test.c tests/judge-cases.c tests/judge-pasid-cases.c \
	judge/story.c judge/names.c judge/judge.c judge/rules.c judge/calls.c \
	judge/rules-caller.c judge/rules-attach.c judge/rules-memory.c \
	judge/deviations.c lib/journal.c lib/clock.c lib/ctx.c lib/mem.c lib/words.c \
	lib/stop.c lib/knobs.c lib/env.c lib/root.c
knobs=sys/kernel/debug/iommu_mock
"$tmp/test" tests/trees/shared/$knobs/journal tests/trees/mixed/$knobs/journal
