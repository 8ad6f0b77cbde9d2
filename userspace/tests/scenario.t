#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The list of scenarios, and what is said about them without a kernel.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
tree empty

mock scenario list --json
is "$status:$err" "0:" "they can be listed"
list=$out
mapfile -t ids < <(json 'join "\n", map { $_->{id} } @{$j->{scenarios}}' <<<"$list")
is "$(printf '%s\n' "${ids[@]}" | sort -u | paste -sd' ')" "${ids[*]}" "ids: in order, none twice"
is "$(json 'scalar grep { $_->{id} !~ /^B\d\d$/ || $_->{slug} !~ /^[a-z0-9]+(-[a-z0-9]+)+$/ } @{$j->{scenarios}}' <<<"$list")" \
	0 "ids and slugs are such"
is "$(json 'my %s; scalar grep { $s{$_->{slug}}++ } @{$j->{scenarios}}' <<<"$list")" 0 "no slug twice"
for id in B01 B02 B03 B04 B07 B29; do
	[[ " ${ids[*]} " == *" $id "* ]] || missing=${missing-}$id,
done
is "${missing-}" "" "those that matter most are there"

# docs/scenarios.md: each bug in one of the tables, and their verdicts are those
# that the lanes are tested for. rows TABLE: its rows, "ID|column|...".
docs=$here/../../docs/scenarios.md
expected=$here/../../tests/lane/scenario.t
rows() {
	sed -n "/^## $1\$/,/^## /p" "$docs" | sed -n 's/^| \(B[0-9][0-9]\) | \(.*\) |$/\1|\2/p' | sed 's/ | /|/g'
}
# lanes: from the families that tests/lane/scenario.t knows, a line for each bug.
lanes() {
	perl -ne '
		next unless /^\t\t(B\d\d) (\w+) +(\w+) +(\S+) /;
		$v{$1}{$2} = $3;
		$iommufd{$1} = $4 eq "iommufd";
		END {
			for $id (sort keys %v) {
				@stock = map { $iommufd{$id} ? "cannot" : $v{$id}{$_} // "?" }
					qw(bus_ops domain_ops static_domains attach_old);
				print join("|", $id, @stock, $v{$id}{attach_old} // "?"), "\n";
			}
		}' "$expected"
}
is "$(printf '%s\n' "$(rows Scenarios)" "$(rows "Not a scenario")" | cut -d'|' -f1 | sort)" \
	"$(printf 'B%02d\n' $(seq 89))" "docs/scenarios.md: each of 89 bugs once, in one of the tables"
is "$(rows Scenarios | cut -d'|' -f1)" "$(printf '%s\n' "${ids[@]}")" "the first is the list"
is "$(rows Scenarios | cut -d'|' -f1,3-)" "$(lanes)" "with the verdicts that the lanes are tested for"
is "$(rows "Not a scenario" | awk -F'|' 'NF != 3 || !$2 || length($3) < 4')" "" \
	"the second says of each what it needs"

mock scenario show "${ids[@]}" --json
is "$status:$err" "0:" "they can be shown"
is "$(json 'my %n; $n{$_->{kind}}++ for grep { length $_->{text} > 3 } @{$j->{scenario}}; join ",", map { "$_=$n{$_}" } sort keys %n' <<<"$out")" \
	"correct=${#ids[@]},slug=${#ids[@]},what=${#ids[@]},where=${#ids[@]}" "each says what, correct and where"
# A function, and a commit or a kernel.
is "$(json 'scalar grep { $_->{where} !~ /^\w+_\w+/ || $_->{where} !~ /\d\.\d|[0-9a-f]{12}/ } @{$j->{scenarios}}' <<<"$list")" \
	0 "each cites the kernel's source"

mock scenario show half-attached --raw -n -o id,kind
like "$out" "B04 slug" "by slug"
mock scenario show b04 --raw -n -o id,kind
like "$out" "B04 slug" "ids in any case"
refuses 2 "scenario show: SCENARIO is missing" scenario show
refuses 2 "scenario run: SCENARIO: no such word as 'half-atached'; did you mean half-attached?" \
	scenario run half-atached
mock --complete scenario run re
is "$(paste -sd' ' <<<"$out")" "replace-unhooked replace-foreign reattach-reserved replace-loses-reserved replay-unwind replace-no-iommu" \
	"slugs are completed"
rm -rf "$tree/sys"
mock scenario run B04
is "$status" 3 "without the module none can be run"
done_testing
