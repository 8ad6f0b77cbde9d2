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

# part NAME: the list of one addition.
part() {
	sed -n "/^\*\*$1/,/^\*\*/p" "$doc"
}
# unlisted NAME FILE...: those that the list does not name, by file or by room.
unlisted() {
	local name=$1 file
	shift
	for file; do
		part "$name" | grep -qF -e "\`$file\`" -e "\`${file%/*}/\`" || printf '%s ' "$file"
	done
}
mapfile -t files < <(git grep -lw coherent -- module userspace docs | xargs grep -lw enforce |
	grep -vE '/tests/|^docs/(architecture|contract|findings|callers)\.md|scenario|preset-table\.c|man/|matrix\.md')
is "$(unlisted 'A check of the policy' "${files[@]}")" "" "a check: the list has every file that names two of them"
mapfile -t files < <(git grep -lE 'emediumtype|K_EMEDIUMTYPE' -- userspace docs README.md tests/lane |
	grep -vE '^docs/(architecture|findings|scenarios)\.md|man/|usage\.t|judge-test\.c')
is "$(unlisted 'A played caller' "${files[@]}")" "" "a played caller: the list has every file that names one"
mapfile -t files < <(git grep -l iommufd-cdev -- userspace docs scripts |
	grep -vE '/tests/|^docs/(architecture|findings|scenarios)\.md|man/')
is "$(unlisted 'A caller of the kernel' "${files[@]}")" "" "a caller: the list has every file that names one"
done_testing
