#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the judge reads of the kernel log, under sanitizers.
# shellcheck source=unit.sh
. "$(dirname "$0")/unit.sh"

# shellcheck disable=SC2086 # lists of sources
build -Wl,--wrap=read tests/log-test.c judge/given.c judge/calls.c $judge lib/model.c lib/journal.c lib/clock.c \
	$lib_knobs
"$tmp/test"
