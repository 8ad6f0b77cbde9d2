#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What scripts/report keeps and replaces, with a VM and a tool that only print.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cp -r scripts "$tree/"
mkdir -p "$tree/userspace/lib"
mkdir -p "$tree/tests/lane/helpers"
cp tests/lane/recording.sh "$tree/tests/lane/"
cp tests/lane/helpers/{vfio-loop.c,iommufd-loop.c,loop.h} "$tree/tests/lane/helpers/"
cp userspace/lib/iommufd-abi.h "$tree/userspace/lib/"
# The VM of lane L prints the file vm.L and ends with what status.L says. If it is to
# record, it writes the lane and its options as a recording of VFIO, and with q2 as one of
# iommufd, too.
cat >"$tree/scripts/vm" <<'EOF'
#!/bin/bash
cd "$(dirname "$0")/.." || exit
# With a file "hold" it runs until it is told to end, as scripts/vm then does.
if [ -e hold ]; then
	trap 'echo ended >vm.told; exit 143' TERM
	echo $$ >vm.pid
	for _ in $(seq 20); do sleep 1 & wait; done
fi
for word; do
	if [[ $word == recordings:* ]]; then
		callers=vfio
		[[ $* != *q2* ]] || callers='vfio iommufd'
		for caller in $callers; do
			mkdir -p "${word#*:}recordings/$caller"
			echo "$*" | grep -o -e '--lane [^ ]*' -e '--qemu [^ ]*' | tr '\n' ' ' >"${word#*:}recordings/$caller/functions.journal"
		done
	fi
done
cat "vm.$2"
exit "$(cat "status.$2")"
EOF
# matrix merge --html PAGE --json FILE..., matrix recorded --driver NAME --caller NAME FILE...
cat >"$tree/userspace/iommu-mock" <<'EOF'
#!/bin/sh
if [ "$2" = recorded ]; then
	echo "$6-on-$4:$(cat "$7")" && exit
fi
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
is "$status:$kept" "0:$wanted" "the results of the lanes are kept"

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

# Real drivers: what the headers of tests say, as columns beside what is there.
printf '# %s\n' 'lane: debian-12 debian-13' 'driver: one' 'vm: --qemu q1' >"$tree/tests/lane/record-one.t"
printf '# %s\n' 'driver: two debian-13' 'vm: --qemu q2' >"$tree/tests/lane/record-two.t"
printf '# %s\n' 'vm: --qemu q3' >"$tree/tests/lane/record-three.t"
vm debian-12 0 '"verdict":12'
vm debian-13 0 '"verdict":13'
report
vm debian-12 0 ''
vm debian-13 0 ''
page=$(cat "$tree"/out/debian-1[23].*.json | tr -d '\n')
report --real
columns='iommufd-on-two:--lane debian-13 --qemu q2 '
columns+='vfio-on-one:--lane debian-12 --qemu q1 vfio-on-one:--lane debian-13 --qemu q1 vfio-on-two:--lane debian-13 --qemu q2 '
is "$status:$kept" "0:$page$columns$page$columns" "--real adds a column for each caller and driver, on the lanes of its test" "$err"
report --merge-only
is "$kept" "$page$columns$page$columns" "which stay"
vm debian-13 121 ''
report --real
is "$status:$kept" "121:$page$columns$page$columns" "a VM that dies leaves the page as it was"
like "$err" 'report: lane debian-13, driver two: status 121' "with a sentence"
is "$(find "$tree/out" -name '*.part')" "" "and nothing half-made"
rm "$tree"/out/real-* "$tree"/tests/lane/record-*

# A signal at any moment, to the script alone, as a job's runner sends it: the VM
# ends before the script does, and nothing is left of the run.
vm debian-12 0 '"verdict":12'
for signal in INT:130 TERM:143 HUP:129; do
	rm -f "$tree/vm.pid" "$tree/vm.told"
	: >"$tree/hold"
	before=$(cd "$tree/out" && find . -type f | sort | xargs sha256sum)
	# A job in the background ignores INT, unless it is given it back.
	perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' "$tree/scripts/report" --out "$tree/out" --lane debian-12 \
		2>/dev/null &
	pid=$!
	soon [ -s "$tree/vm.pid" ]
	kill -s "${signal%:*}" "$pid"
	wait "$pid"
	is "$?:$(cat "$tree/vm.told")" "${signal#*:}:ended" "${signal%:*} ends its VM, and then the report"
	is "$(cd "$tree/out" && find . -type f | sort | xargs sha256sum)" "$before" "and nothing is left of the run"
	! kill "$(cat "$tree/vm.pid")" 2>/dev/null
	verdict $? "the VM is gone"
done
done_testing
