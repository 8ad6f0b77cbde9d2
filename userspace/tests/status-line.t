#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The line that says how far a command is, on a terminal, under sanitizers.
# shellcheck source=unit.sh
. "$(dirname "$0")/unit.sh"

# shellcheck disable=SC2046 # the words of pkg-config are words
build tests/status-line-test.c cli/status-line.c cli/say.c lib/ctx.c lib/mem.c lib/words.c \
	$(pkg-config --cflags --libs json-c) -lutil
"$tmp/test"
