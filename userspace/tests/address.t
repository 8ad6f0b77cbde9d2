#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Where devices may be mapped, under sanitizers.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

${CC:-gcc} -std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all -I. -I.. \
	-o "$tmp/test" tests/address-test.c lib/address.c lib/mem.c
"$tmp/test"
