#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The command around the cells: choosing, listing, JSON, manners.
# timeout: 120
n=0

ok() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		[ -z "${3:-}" ] || printf '%s\n' "$3" | head -n 30 | sed 's/^/# /'
	fi
}

modprobe iommu_mock || exit
m="iommu-mock matrix"

all=$($m --list)
count=$(echo "$all" | wc -l)
ok $((count < 300)) "several hundred cells"
twice=$(echo "$all" | sort | uniq -d)
[ -z "$twice" ]
ok $? "each has a name of its own" "$twice"
bad=$(echo "$all" | grep -v '^[^/]*/[^/]*/[^/]*/[^/]*/[^/]*$')
[ -z "$bad" ]
ok $? "names have five parts" "$bad"

out=$($m --list --filter 'pair/same-instance/EINVAL/-/*')
[ "$(echo "$out" | wc -l)" = 7 ]
ok $? "a pattern chooses" "$out"
out=$($m --list --filter pair/never/ENOMEM --filter one/never/EIO)
[ "$(echo "$out" | wc -l)" = 12 ]
ok $? "two filters choose more" "$out"
$m --list --filter no-such-cell >/dev/null 2>&1
[ $? = 2 ]
ok $? "a filter that fits nothing is a wrong command line"

out=$($m --filter 'pair/same-instance/EINVAL/-/*')
status=$?
[ $status = 0 ]
ok $? "chosen cells pass" "$out"
[ "$(echo "$out" | sed -n 1p)" = "KTAP version 1" ] && [ "$(echo "$out" | sed -n 2p)" = "1..7" ]
ok $? "KTAP has a version and a plan" "$out"
echo "$out" | tail -n 1 | grep -Eq '^# 7 passed, 0 failed, 0 skipped; [0-9.]+ s; [0-9]+ cells/s$'
ok $? "it ends with the count" "$out"

out=$($m --json --filter pair/same-instance/EINVAL/-/einval)
echo "$out" | grep -q '"verdict": *"pass"' && echo "$out" | grep -q 'domains=2 {a}{b}'
ok $? "JSON has verdict and placement" "$out"

# Objects of others are not for the matrix to reset.
iommu-mock instance add mine
out=$($m --filter pair/any 2>&1)
status=$?
[ $status != 0 ] && echo "$out" | grep -q mine
ok $? "refuses to run over objects that exist" "$out"
iommu-mock instance list --noheadings | grep -q mine
ok $? "which are still there"
iommu-mock reset

$m --filter pair/any >/dev/null
left=$(grep -c . /sys/kernel/debug/iommu_mock/state)
[ "$left" = 0 ]
ok $? "leaves nothing behind" "$(cat /sys/kernel/debug/iommu_mock/state)"
echo "1..$n"
