#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The list of what is to be undone, under sanitizers.
# shellcheck source=unit.sh
. "$(dirname "$0")/unit.sh"

# shellcheck disable=SC2086 # lists of sources
build tests/scope-test.c tests/tap.c lib/scope.c $lib_knobs
"$tmp/test"
