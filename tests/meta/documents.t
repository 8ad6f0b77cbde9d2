#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What the documents name exists: links, tests and scripts. The README stays short.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# broken FILE...: links to files that are not there, and paths in backticks likewise.
broken() {
	local file link path
	for file; do
		grep -oE '\]\([^)#]+' "$file" | cut -c3- | grep -v '://' | while read -r link; do
			[ -e "$(dirname "$file")/$link" ] || echo "$file: $link"
		done
		grep -oE '`(docs|tests|scripts|userspace|module)/[A-Za-z0-9_./-]+`' "$file" | tr -d '`' | while read -r path; do
			case $path in *NAME* | *NOUN* | *ROOM*) continue ;; esac
			[ -e "$path" ] || echo "$file: $path"
		done
	done
}

mapfile -t documents < <(git ls-files '*.md')
is "$(broken "${documents[@]}")" "" "every link and every path in a document exists"
printf '%s\n' '[x](gone.md) `tests/gone.t` [y](https://example.org/) `tests/lane/NAME.t`' >"$tmp/x.md"
is "$(broken "$tmp/x.md" | sed 's/.*: //' | tr '\n' ' ')" "gone.md tests/gone.t " "one that does not is found"

is "$(grep -c '' README.md | awk '$1 > 200')" "" "README.md has at most 200 lines"
# The documents that the README does not name, nobody finds.
for file in docs/*.md; do
	like "$(<README.md)" "$file" "README.md names $file"
done
done_testing
