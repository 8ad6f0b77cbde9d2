#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What docs/architecture.md names exists: files, functions, structures and lists.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
doc=docs/architecture.md

# words: everything between backticks outside of the lists of rooms.
words() {
	sed '/<!-- rooms -->/,/<!-- end -->/d' "$doc" | grep -o '`[^`]*`' | tr -d '`' | sort -u
}

missing=
while read -r file; do
	# A file is named from its room, from its half of the project, or from the top.
	case $file in *NAME* | *NOUN* | *ROOM*) continue ;; esac
	find . -path './results' -prune -o -path "*/$file" -print | grep -q . || missing+=" $file"
done < <(words | grep -E '^[a-zA-Z0-9_./*-]+\.(c|h|t|def|conf|list|md)$')
is "$missing" "" "every file that it names exists"

missing=
while read -r name; do
	git grep -qw "${name%()}" -- module userspace || missing+=" $name"
done < <(words | grep -E '^(struct |enum )?[a-z_]+\(\)$|^MOCK_[A-Z_]+$|^MX_[A-Z_]+$|^(struct|enum) [a-z_]+$' | sed 's/^struct //; s/^enum //' |
	grep -v '^lockdep_\|^iommu_')
is "$missing" "" "every function, structure and list that it names exists"

missing=
while read -r room; do
	[ -d "$room" ] || [ -f "$room" ] || missing+=" $room"
done < <(sed -n '/<!-- rooms -->/,/<!-- end -->/s/^ *\([a-z][^ ]*\) *->.*/\1/p' "$doc")
is "$missing" "" "every room in its lists exists"
done_testing
