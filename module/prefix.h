/* SPDX-License-Identifier: GPL-2.0-only */
/* Kbuild includes this first, so that messages begin with the module's name. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
