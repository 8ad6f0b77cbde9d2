#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=unit.sh
. "$(dirname "$0")/unit.sh"
arguments=60000
! whole operations || arguments=300000
unit pgtable-property pgtable/radix.c pgtable/tables.c pgtable/walk.c pgtable/formats.c \
	tests/pgtable-model.c tests/pgtable-owner.c
