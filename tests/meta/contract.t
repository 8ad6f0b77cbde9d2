#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The rules of docs/contract.md are those that the judge and the matrix have.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh

# Each file's numbers, in the order in which they stand there.
declared() {
	sed -n 's/^RULE_ROW(\([0-9]*\),.*/R\1/p' userspace/judge/rules.def
}
# The N-th table of docs/contract.md whose rows begin with a rule.
table() {
	awk -v n="$1" '/^\| R[0-9]+ \|/ { if (!inside) t++; inside = 1; if (t == n) print $2; next } { inside = 0 }' \
		docs/contract.md
}

is "$(declared)" "$(seq -f 'R%.0f' 17)" "the list has R1 to R17, each once, in order"
is "$(table 1)" "$(declared)" "the contract's rules are those of the list"
is "$(table 2)" "$(declared)" "the contract says of each rule how it is judged"
done_testing
