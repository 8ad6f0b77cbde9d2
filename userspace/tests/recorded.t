#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The tool on what a real module said: tests/record made these trees from the
# batch files beside them.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# fact KEY: from the module's own counts
fact() {
	sed -n "s/^$1=//p" "$knobs/stats"
}

for batch in "$here"/trees/*.batch; do
	name=$(basename "$batch" .batch)
	tree "$name"
	for kind in instance device group domain buffer; do
		mock "$kind" list -rn -o name
		is "$status:$err:$(grep -c . <<<"$out")" "0::$(fact "${kind}s")" "$name: every $kind is listed"
		mapfile -t objects <<<"$out"
		mock "$kind" show --json "${objects[@]}"
		is "$status:$err:$(json "scalar @{\$j->{${kind}s}}" <<<"$out")" "0::${#objects[@]}" \
			"$name: every $kind is shown"
	done
	mock events -rn -o seq
	is "$status:$err:$(grep -c . <<<"$out")" "0::$(fact journal_entries)" "$name: every event is printed"
	mock events --json -o event,by
	is "$(json 'join ",", grep { !defined } map { $_->{by} } @{$j->{events}}' <<<"$out")" "" \
		"$name: every event has its process"
	while read -r device; do
		mock device dma "$device" wait --json
		is "$status:$err:$(json '$j->{dma}[0]{state}' <<<"$out")" \
			"0::$(sed 's/.* state=\([a-z]*\).*/\1/' "$knobs/devices/$device/dma")" \
			"$name: what $device did last"
	done < <("$tool" --sysroot "$tree" device list -rn -o name)
	mock show -rn -o kind
	is "$status:$err:$(grep -c device <<<"$out")" "0::$(fact devices)" "$name: every device is in the tree once"
	mock status --json -o loaded,instances,facts
	is "$(json '$j->{status}[0]{loaded} && @{$j->{status}[0]{facts}} > 3' <<<"$out")" 1 "$name: status"
	while read -r domain; do
		mock domain mappings "$domain" -rn -b -o size
		is "$(awk '{n += $1} END {print n + 0}' <<<"$out")" \
			"$(sed -n "s/^domain $domain .*mapped=\([0-9]*\).*/\1/p" "$knobs/state")" \
			"$name: the mappings of $domain add up"
		mock domain tables "$domain" -rn -b -o bytes
		is "$(awk '{n += $1} END {print n + 0}' <<<"$out")" \
			"$(sed -n "s/^domain $domain .*tables=\([0-9]*\).*/\1/p" "$knobs/state")" \
			"$name: the tables of $domain add up"
	done < <("$tool" --sysroot "$tree" domain list -rn -o name)
	# What the batch asked for is what state says.
	while read -r noun verb object _; do
		[ "$verb" = add ] && [ "$noun" != fault ] || continue
		mock "$noun" show -rn "$object"
		is "$status" 0 "$name: $noun $object exists"
	done <"$batch"
done

tree mixed
prints "mixed: faults" fault list <<'EOT'
INSTANCE POINT  ERRNO  NTH PROBABILITY TIMES FILTER   DEVICE SEEN HITS
smmu0    attach ENOMEM   0         100 1     existing           0    0
EOT
prints "mixed: an instance" instance show -o policy,errno,misbehave,denied,devices,attached smmu0 <<'EOT'
POLICY    compatible
ERRNO     EINVAL
MISBEHAVE none
DENIED    dmar0
DEVICES   2
ATTACHED  4
EOT
prints "mixed: the group that shares a domain" group show g1 -o devices,owner,domain <<'EOT'
DEVICES nic0,nic1
OWNER   caller
DOMAIN  dom0
EOT
prints "mixed: the device that is bound" device show dev1 -o instance,dev,domain,driver <<'EOT'
INSTANCE smmu0
DEV      iommu-mock.dev1
DOMAIN   identity
DRIVER   iommu-mock-client
EOT
mock device unbind dev1
is "$status:$err" "0:" "mixed: it can be let go"
is "$(cat "$tree/sys/bus/platform/drivers/iommu-mock-client/unbind")" iommu-mock.dev1 \
	"mixed: by its name in sysfs"
done_testing
