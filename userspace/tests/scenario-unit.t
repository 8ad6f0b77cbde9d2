#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Scenarios without a kernel, under sanitizers: with all of the tool, whose main() has another name.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

compile() {
	${CC:-gcc} -std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer \
		-fsanitize=address,undefined -fno-sanitize-recover=all -I. -I.. "$@"
}

mkdir -p build-asan
exec 9>build-asan/.lock
flock 9
make -s SANITIZE=1 9>&- >&2
compile -Dmain=tool_main -c -o "$tmp/main.o" main.c
# shellcheck disable=SC2046 # words are words
compile -o "$tmp/test" tests/scenario-test.c tests/tap.c "$tmp/main.o" \
	$(make -s SANITIZE=1 print-objects) \
	$(pkg-config --cflags --libs smartcols libkmod json-c) -lm -pthread
exec 9>&-
cp -a tests/trees/empty "$tmp/tree"
"$tmp/test" "$tmp/tree"
