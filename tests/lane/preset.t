#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Instances with presets: the module accepts every preset, and refuses as the
# driver of that name does.
# shellcheck source=lib.sh
. ./lib.sh
load

# between PRESET KEY-OF-B [ERRNO REASON]: a domain of a on a device of b.
# Without ERRNO it is accepted.
between() {
	reset
	iommu-mock batch - <<-END >/tmp/out 2>&1
		instance add a preset=$1
		instance add b preset=$1 $2
		device add a0 instance=a
		device add b0 instance=b
		domain add dom device=a0
		domain attach dom a0
	END
	ok $? "$1 $2: there are two" "$(cat /tmp/out)"
	is "$(cat "$mock/instances/b/driver")" "${1%@*}" "$1 $2: they have the driver's name"
	clear_journal
	out=$(iommu-mock domain attach dom b0 2>&1)
	is "$(journal attach | sed -n 's/.*device=b0 domain=dom .* reason=\([^ ]*\) ret=\([^ ]*\)$/\2 \1/p')" \
		"${3:+-}${3:-0} ${4:--}" "$1 $2: ${3:-accepted} ${4:-}"
	[ -z "${3:-}" ] || like "$out" "\($3\)$" "$1 $2: the tool names the errno"
}

# All at once: under one name, as there may be one driver only.
iommu-mock preset list --raw --noheadings -o NAME,KERNELS,POLICY,ERRNO,MISBEHAVE >/tmp/presets
awk '{ sub(".*-", "", $2); print "instance add p" NR " driver=one preset=" $1 "@" $2 }' /tmp/presets >/tmp/batch
iommu-mock batch /tmp/batch
ok $? "the module takes all presets"
n=0
while read -r name kernels policy errno misbehave; do
	n=$((n + 1))
	[ "$misbehave" != - ] || misbehave=none
	is "$(cd "$mock/instances/p$n" && cat policy errno misbehave | tr "\n" " ")" \
		"$policy $errno $misbehave " "$name of $kernels is what it says"
done </tmp/presets
[ "$n" -gt 25 ]
ok $? "there are many presets: $n"

between arm-smmu-v3@6.1 "" ENXIO instance
between arm-smmu-v3@6.12 "" EINVAL instance
between arm-smmu-v3@7.3 "" EINVAL instance
between virtio@5.10 "" EXDEV instance
between virtio@6.12 "" EINVAL instance
between omap@6.1 "" EBUSY never
between omap@7.3 "" EINVAL never
between riscv@7.3 "" ""
between riscv@7.3 "format=riscv-sv39" ENODEV format
between rockchip@6.12 "format=vtd-3l" ""
between intel@7.3 "ias=39" EINVAL ias
between intel@7.3 "pgsizes=4K" EINVAL pgsizes
between intel@7.3 "coherent=0" EINVAL coherent
between intel-fs@7.3 "format=vtd-4l" EINVAL format
between amd@7.3 "coherent=0" ""

# What a driver does beside answering.
between intel@6.12 "ias=39" ""
is "$(field domain dom ias)" 39 "intel of 6.12 narrows the domain for the newcomer"
between arm-smmu-v3@6.14 "format=arm-4k" "" misbehave
is "$(field domain dom devices)" a0 "arm-smmu-v3 of 6.14 says yes, and the device is not there"
done_testing
