#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The judge, under sanitizers: on journals made by hand, and on recorded ones
# that are cut, changed and shuffled.
# shellcheck source=unit.sh
. "$(dirname "$0")/unit.sh"

# shellcheck disable=SC2086 # lists of sources
build tests/judge-test.c tests/judge-caller-cases.c tests/judge-attach-cases.c tests/judge-memory-cases.c \
	tests/judge-pasid-cases.c tests/judge-request-cases.c tests/judge-dirty-cases.c tests/judge-nested-cases.c tests/judge-fuzz.c tests/tap.c judge/calls.c $judge lib/journal.c lib/clock.c $lib_knobs
knobs=sys/kernel/debug/iommu_mock
"$tmp/test" tests/trees/shared/$knobs/journal tests/trees/mixed/$knobs/journal
