#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Invariants and plans of races, under sanitizers.
# shellcheck source=unit.sh
. "$(dirname "$0")/unit.sh"

# shellcheck disable=SC2086 # lists of sources
build tests/races-test.c tests/races-cases.c tests/no-races.c tests/tap.c matrix/race/races.c matrix/race/plan.c \
	matrix/race/invariants.c matrix/race/invariants-calls.c matrix/race/invariants-memory.c \
	lib/journal.c lib/clock.c $lib_knobs
"$tmp/test"
