#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Where devices may be mapped, under sanitizers.
# shellcheck source=unit.sh
. "$(dirname "$0")/unit.sh"

build tests/address-test.c lib/address.c lib/mem.c
"$tmp/test"
