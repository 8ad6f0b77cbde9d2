#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The table of presets, under sanitizers.
# shellcheck source=unit.sh
. "$(dirname "$0")/unit.sh"

build -Wno-sign-compare -I../module/tests tests/preset-test.c cli/preset-words.c lib/presets.c lib/preset-table.c lib/words.c lib/mem.c \
	../module/knobs/parse.c ../module/objects/words.c ../module/pgtable/formats.c
"$tmp/test"
