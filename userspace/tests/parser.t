#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The parsers of the tool, under sanitizers.
# shellcheck source=unit.sh
. "$(dirname "$0")/unit.sh"

# shellcheck disable=SC2046,SC2086 # lists of words
build $(pkg-config --cflags smartcols libkmod json-c) tests/parser-test.c tests/tap.c cli/split.c \
	lib/model.c lib/journal.c lib/clock.c $lib_knobs
knobs=tests/trees/shared/sys/kernel/debug/iommu_mock
"$tmp/test" "$knobs/state" "$knobs/journal"
