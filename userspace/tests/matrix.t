#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The parts of userspace/matrix that need no kernel, under sanitizers.
# shellcheck source=unit.sh
. "$(dirname "$0")/unit.sh"

# shellcheck disable=SC2086 # lists of sources
build tests/matrix-test.c tests/oracle-cases.c tests/no-races.c tests/tap.c matrix/race/races.c matrix/race/plan.c \
	matrix/cells/cells.c matrix/cells/select.c matrix/cells/generate.c $expect $played $judge
"$tmp/test"
