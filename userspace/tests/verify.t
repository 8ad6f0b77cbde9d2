#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What is made of devices that do not see the same memory, under sanitizers.
# shellcheck source=unit.sh
. "$(dirname "$0")/unit.sh"

build tests/verify-test.c tests/tap.c callers/verify.c lib/words.c lib/mem.c lib/stop.c lib/ctx.c
"$tmp/test"
