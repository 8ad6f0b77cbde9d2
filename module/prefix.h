/* SPDX-License-Identifier: GPL-2.0-only */
/* Included before everything else: messages begin with the module's name. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
