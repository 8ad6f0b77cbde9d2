# SPDX-License-Identifier: GPL-2.0-only
# A header and a page: where the page says @PROTOTYPES@, all functions that the
# header declares, as they stand there.
#	awk -f prototypes.awk HEADER PAGE

FNR == NR {
	# Forward declarations end on the line that they begin on.
	if (!open && /^(int|void|const|struct) / && !/[{]$/ && !/^struct [a-z_]*;/)
		open = 1
	if (open) {
		line = $0
		sub(/;.*/, ";", line)
		gsub(/\t/, "        ", line)
		text = text line "\n"
		if (/;/)
			open = 0
	}
	next
}
$0 == "@PROTOTYPES@" { printf "%s", text; next }
{ print }
