#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=unit.sh
. "$(dirname "$0")/unit.sh"
unit nested datapath/mmu.c datapath/iotlb.c pgtable/radix.c pgtable/tables.c pgtable/walk.c \
	pgtable/formats.c tests/pgtable-owner.c
