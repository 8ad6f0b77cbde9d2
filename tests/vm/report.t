#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What scripts/report keeps and replaces, with a VM and a tool that only print.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cp -r scripts "$tree/"
mkdir "$tree/userspace"
# The VM of lane L prints the file vm.L and ends with what status.L says.
cat >"$tree/scripts/vm" <<'EOF'
#!/bin/sh
cd "$(dirname "$0")/.." || exit
cat "vm.$2"
exit "$(cat "status.$2")"
EOF
# matrix merge --html PAGE --json FILE...
cat >"$tree/userspace/iommu-mock" <<'EOF'
#!/bin/sh
shift 2
page=$2
shift 3
cat "$@" | tee "$page"
! grep -q contradiction "$@" || exit 4
EOF
chmod +x "$tree/scripts/vm" "$tree/userspace/iommu-mock"

# vm LANE STATUS TEXT: what its VM will do.
vm() {
	echo "$3" >"$tree/vm.$1"
	echo "$2" >"$tree/status.$1"
}

# report ARG...: kept has the page and its JSON.
report() {
	run "$tree/scripts/report" --out "$tree/out" --lane debian-12 --lane debian-13 "$@"
	kept=$(cat "$tree/out/report.html" "$tree/out/report.json" | tr -d '\n')
}

vm debian-12 0 '"verdict":12'
vm debian-13 1 '"verdict":13'
report
wanted='"verdict":12"verdict":13"verdict":12"verdict":13'
is "$status:$kept" "0:$wanted" "the results of the lanes are joined"

vm debian-12 0 '"cells":0'
vm debian-13 0 '"cells":0'
report -- --filter nope
is "$status:$kept" "2:$wanted" "a filter that no cell matches fails, and the page stays"
like "$err" 'report: lane debian-12: no cell matches --filter nope' "with a sentence"
report --merge-only
is "$status:$kept" "0:$wanted" "and so do the results of the lanes"

vm debian-12 0 '"verdict":"new"'
vm debian-13 121 'half a li'
report
is "$status:$kept" "121:$wanted" "a VM that dies leaves the page as it was"
like "$err" 'report: .*are not written, and stay' "with a sentence"
report --merge-only
is "$status:$kept" '0:"verdict":"new""verdict":13"verdict":"new""verdict":13' "the lane that ended well has new results"
wanted=$kept

vm debian-12 0 '"verdict":"contradiction"'
vm debian-13 0 '"verdict":13'
report
is "$status:$kept" "4:$wanted" "results that cannot be joined leave the page as it was"
like "$err" 'report: the results in .* cannot be joined' "with a sentence"
done_testing
