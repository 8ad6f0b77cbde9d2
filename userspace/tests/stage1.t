#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The table of a guest that a caller writes, under sanitizers.
# shellcheck source=unit.sh
. "$(dirname "$0")/unit.sh"

build tests/stage1-test.c callers/kernel/stage1.c lib/mem.c tests/tap.c
"$tmp/test"
