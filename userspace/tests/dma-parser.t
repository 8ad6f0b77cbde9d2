#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What is made of the status of a DMA engine, under sanitizers.
# shellcheck source=unit.sh
. "$(dirname "$0")/unit.sh"

# shellcheck disable=SC2086 # lists of sources
build tests/dma-test.c tests/tap.c lib/dma.c lib/clock.c $lib_knobs
"$tmp/test"
