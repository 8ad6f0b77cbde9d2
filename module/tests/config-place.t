#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=unit.sh
. "$(dirname "$0")/unit.sh"
unit config-place config/config.c config/initial.c config/setup.c config/sriov.c config/vpd.c config/aer.c config/slot.c
