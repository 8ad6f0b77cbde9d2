#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The parts of userspace/callers that need no kernel, under sanitizers.
# shellcheck source=unit.sh
. "$(dirname "$0")/unit.sh"

# shellcheck disable=SC2086 # lists of sources
build tests/callers-test.c tests/tap.c $expect $played $judge
"$tmp/test"
