/* SPDX-License-Identifier: GPL-2.0-only */
/* In the tree: what "make install" gives this name. */
#include "../../module/nested-abi.h"
