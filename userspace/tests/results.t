#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Results of the matrix: their parts under sanitizers, then matrix merge.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$here/.." || exit
mkdir "$tmp/r"

# shellcheck disable=SC2046 # the words of pkg-config are words
ok "the test builds" "${CC:-gcc}" -std=gnu11 -g -O1 -Wall -Wextra -Werror \
	-fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all \
	-I. -I.. -o "$tmp/results-test" tests/results-test.c tests/results-files.c tests/fake-core.c tests/fake-cell.c tests/tap.c \
	matrix/cells/{topo,rows,cells,select,generate,relation}.c matrix/expect/{oracle,answers,outcome}.c \
	matrix/results/{result,json,json-read,merge,board}.c matrix/run/{rules,record}.c matrix/progress.c cli/status-line.c \
	callers/played/{einval,emediumtype,any,fresh,type1,iommufd,best,cover}.c \
	callers/{run,family,tally}.c \
	judge/{story,groups,names,judge,calls,rules,rules-caller,rules-attach,rules-memory,rules-request,rules-dirty,rules-log,deviations}.c \
	lib/{mem,presets,preset-table,words}.c $(pkg-config --cflags --libs json-c)

# Its own TAP, as one test of this one.
run "$tmp/results-test" "$tmp/r"
verdict "$status" "results are chosen, judged, written, read and merged" \
	"$(grep -v '^ok' <<<"$out")"
for family in bus_ops domain_ops static_by_bus static_domains attach_old; do
	"$tmp/results-test" "$tmp/r" $family
done
tree shared

mock matrix merge --json "$tmp"/r/{bus_ops,attach_old}.json
is "$status" 0 "results of two kernels are merged"
printf '%s\n' "$out" >"$tmp/r/two.json"
is "$(json '$j->{schema} . " " . join ",", map { $_->{kernel} } @{$j->{runs}}' <<<"$out")" \
	"iommu-mock-matrix-1 bus_ops,attach_old" "JSON: a schema, and a run for each kernel"
like "$(json '(grep { $_->{cell} eq "pair/same-instance/ENOMEM/-/type1" && !$_->{run} } @{$j->{cells}})[0]{rules}[1]' <<<"$out")" \
	'"rule":"R2","seen":"after ENOMEM from b .*","verdict":"deviation"' "JSON: a verdict for each rule of a cell"
mock matrix merge --json "$tmp/r/two.json"
is "$out" "$(cat "$tmp/r/two.json")" "merging what was merged changes nothing"
mock matrix merge --ktap "$tmp/r/bus_ops.json"
like "$out" '# [0-9]+ passed, 0 failed, 0 skipped' "KTAP: the sum"
mock matrix merge "$tmp/r/two.json" --raw --noheadings
like "$out" 'attach_old R2 type1 deviation [0-9]+ [0-9]+ 0 0 0' "a table of kernels, rules and callers"
mock matrix merge --html "$tmp/r/page.html" "$tmp"/r/{bus_ops,domain_ops,static_by_bus,static_domains,attach_old}.json
page=$(cat "$tmp/r/page.html")
is "$(grep -c 'scope="colgroup"' "$tmp/r/page.html")" 1 "the page has one table"
like "$page" 'R6, caller einval, Linux bus_ops: expected deviation in [0-9]+ of [0-9]+ cells' \
	"with a field for rule, caller and kernel"
is "$(grep -oE 'href="#[^"]+"' "$tmp/r/page.html" | sort -u | sed 's/href="#//; s/"//' |
	while read -r id; do grep -q "id=\"$id\"" "$tmp/r/page.html" || echo "$id"; done)" "" \
	"each link has its panel"
is "$(grep -oE '(src|href)="[^#d][^"]*"|<script|https?://' "$tmp/r/page.html")" "" \
	"the page needs nothing else, and has no script"

# Shards of one kernel have one seed, or each its own.
for seed in 7 8; do
	sed "s/\"seed\":null/\"seed\":$seed/" "$tmp/r/bus_ops.json" >"$tmp/r/seed$seed.json"
done
sed 's/"seed":null,//' "$tmp/r/bus_ops.json" >"$tmp/r/seedless.json"
mock matrix merge --json "$tmp"/r/seed7.json "$tmp"/r/seed7.json
is "$(json '$j->{runs}[0]{seed}' <<<"$out")" 7 "shards of one seed: it is the seed of the whole"
mock matrix merge --json "$tmp"/r/seed7.json "$tmp"/r/seed8.json
is "$status $(json '$j->{runs}[0]{seed}' <<<"$out")" "0 null" "shards of two seeds are merged, and have none"
mock matrix merge --json "$tmp/r/seedless.json"
is "$status $(json '$j->{runs}[0]{seed}' <<<"$out")" "0 null" "results without a seed are read"
mock matrix merge --ktap "$tmp/r/seed7.json"
like "$out" '# seed 7: its races' "KTAP: the seed"
mock matrix merge "$tmp/r/seed7.json"
like "$out" 'races of Linux bus_ops: --seed 7' "the table names the seed"
mock matrix merge --raw "$tmp/r/seed7.json"
unlike "$out" 'seed' "but not where words are read by programs"
mock matrix merge --html "$tmp/r/page7.html" "$tmp/r/seed7.json"
like "$(cat "$tmp/r/page7.html")" 'races of seed 7' "and the page"
sed 's/"seed":null/"seed":"x"/' "$tmp/r/bus_ops.json" >"$tmp/r/bad-seed.json"
mock matrix merge "$tmp/r/bad-seed.json"
like "$err" '"seed" is missing or wrong' "a seed that is none is refused"

sed 's/"got":"domains=2/"got":"domains=9/' "$tmp/r/bus_ops.json" >"$tmp/r/other.json"
mock matrix merge "$tmp"/r/{bus_ops,other}.json
is "$status" 1 "contradicting results are refused"
like "$err" 'contradict each other' "in a sentence"
head -c 3000 "$tmp/r/bus_ops.json" >"$tmp/r/half.json"
mock matrix merge "$tmp/r/half.json"
is "$status" 1 "half a file is refused"
like "$err" 'ends too early' "in a sentence too"
for text in '{"schema":null}' '{"schema":{}}' '{"schema":["iommu-mock-matrix-1"]}' null '[]' 7; do
	echo "$text" >"$tmp/r/none.json"
	mock matrix merge "$tmp/r/none.json"
	is "$status $err" "1 iommu-mock: matrix merge: $tmp/r/none.json is not of schema iommu-mock-matrix-1" \
		"$text is no results"
done
sed 's/"iommu-mock-matrix-1"/"iommu-mock-matrix-1\\u0000-2"/' "$tmp/r/bus_ops.json" >"$tmp/r/zero.json"
mock matrix merge "$tmp/r/zero.json"
like "$err" 'is not of schema' "a schema with a zero byte in it is refused"
cat "$tmp"/r/{bus_ops,attach_old}.json >"$tmp/r/joined.json"
mock matrix merge "$tmp/r/joined.json"
is "$status $err" "1 iommu-mock: matrix merge: $tmp/r/joined.json has more after its end: give each file by itself" \
	"two results in one file are refused, not half read"
sed 's/"call":"[^"]*"/"call":null/' "$here/trees/results.json" >"$tmp/r/callless.json"
mock matrix merge "$tmp/r/callless.json"
like "$err" '"call" is missing or wrong' "a call without a name is refused"
sed 's/"cells":[0-9]*,"passed"/"cells":1,"passed"/' "$tmp/r/bus_ops.json" >"$tmp/r/few.json"
mock matrix merge "$tmp/r/few.json" "$tmp/r/few.json"
like "$err" '"cells" is missing or wrong' "more results than there were cells are refused"
sed 's/"seconds":[0-9.]*/"seconds":2/' "$tmp/r/bus_ops.json" >"$tmp/r/whole.json"
mock matrix merge --json "$tmp/r/whole.json"
is "$status" 0 "seconds may be a whole number"
# What was merged has no calls twice, also where there is no journal.
sed 's/"journal":\[[^]]*\]/"journal":[]/' "$here/trees/results.json" >"$tmp/r/quiet.json"
mock matrix merge --json "$tmp"/r/{quiet,quiet}.json
is "$status $err" "0 " "calls without a journal are merged"
sed 's/"interrupted":false/"interrupted":true/' "$tmp/r/bus_ops.json" >"$tmp/r/int.json"
mock matrix merge "$tmp/r/int.json"
is "$status" 1 "the status says that a run was interrupted"
sed '0,/"verdict":"pass"/s//"verdict":"fail"/' "$tmp/r/bus_ops.json" >"$tmp/r/bad.json"
mock matrix merge "$tmp/r/bad.json"
is "$status" 1 "and that a cell failed"

# As docs/matrix.md has it for machines that are reached over ssh; here is one,
# and the shards are of the model.
if command -v parallel >/dev/null; then
	parallel --will-cite -q -S : --wd "$tmp/r" -j 1 --results "$tmp/shards/" \
		sh -c 'exec "$0" - bus_ops {}/3' "$tmp/results-test" ::: $(seq 3) >/dev/null 2>&1
	is "$?" 0 "GNU parallel runs shards"
	mock matrix merge --json "$tmp"/shards/1/*/stdout
	sum='join "\n", $j->{runs}[0]{passed}, map { "$_->{cell} $_->{verdict} $_->{got}" } @{$j->{cells}}'
	parts=$(json "$sum" <<<"$out")
	mock matrix merge --json "$tmp/r/bus_ops.json"
	is "$parts" "$(json "$sum" <<<"$out")" "and merged they are one run, cell by cell"
else
	skip 2 "GNU parallel is not installed"
fi

# KTAP for labs
out=$("$here/../../scripts/ktap-results" <<'EOT'
1..3
ok 1 - pair/any/EINVAL/-/best
not ok 2 - pair/any/EIO/-+attach@b/any
# got: nothing
ok 3 - one/R9-pasid/-/-/direct # SKIP not here
EOT
)
is "$out" "pair_any_EINVAL_-_best pass
pair_any_EIO_-_attach_b_any fail
one_R9-pasid_-_-_direct skip" "results for a lab, in its letters"
out=$("$here/../../scripts/ktap-results" <<<"1..2
ok 1 - a")
like "$out" 'all-cells-ran fail' "a run that ended early is a failure there"

refuses 2 "matrix: --seed is a number from 0 to 4294967295, not '4294967296'" matrix --list --seed 4294967296
refuses 2 "matrix: --seed: 'x' is not a number" matrix --list --seed x
refuses 2 "matrix: --shard is K/N with K from 1 to N, not '4/3'" matrix --list --shard 4/3
refuses 2 "matrix: no cell matches the filter" matrix --list --filter no-such
refuses 2 "matrix: no cell matches the filter; the dimensions are topology, policy, errno, misbehaviour, fault, caller, maps, order" \
	matrix --list --filter caler=any
one=$(mock matrix --list --filter caller=type1 && echo "$out" | sort)
parts=$(for k in 1 2 3; do mock matrix --list --filter caller=type1 --shard $k/3 && echo "$out"; done | sort)
is "$parts" "$one" "the cells of three shards are those of all"
done_testing
