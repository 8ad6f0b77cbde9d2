#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Recordings of real drivers as results of the matrix, and as columns of its page.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
tree empty

# recording KERNEL ERRNO CANDIDATE: VFIO's type1 on two units. A device that is refused on
# d1 is tried on CANDIDATE: its own d2, or nothing more.
recording() {
	cat <<-END
		1 100 recording kernel=$1 machine=aarch64 by=0:recorder
		2 100 alloc domain=d1 ret=0 thread=9 by=9:vfio
		3 100 attach instance=s1 device=a domain=d1 old=blocked fresh=1 reason=- ret=0 thread=9 by=9:vfio
		4 100 alloc domain=d2 ret=0 thread=9 by=9:vfio
		5 100 attach instance=s2 device=b domain=d2 old=blocked fresh=1 reason=- ret=0 thread=9 by=9:vfio
		6 100 attach instance=s2 device=b domain=blocked old=d2 fresh=0 reason=- ret=0 thread=9 by=9:vfio
		7 100 attach instance=s2 device=b domain=d1 old=blocked fresh=0 reason=- ret=-$2 thread=9 by=9:vfio
		8 100 attach instance=s2 device=b domain=d2 old=blocked fresh=0 reason=- ret=$3 thread=9 by=9:vfio
		9 100 end by=0:recorder
	END
}
recording 6.1.0-56-arm64 ENXIO 0 >"$tmp/two.journal"
recording 6.1.0-56-arm64 EINVAL 0 >"$tmp/two-reversed.journal"
recording 6.12.118+deb13-arm64 EINVAL -EINVAL >"$tmp/back.journal"

mock matrix recorded --driver arm-smmu-v3 "$tmp"/{two,two-reversed,back}.journal
is "$status:$err" "0:" "three recordings of two kernels"
printf '%s\n' "$out" >"$tmp/real.json"
is "$(json 'join ",", map { $_->{cell} } @{$j->{cells}}' <<<"$out")" \
	"two/-/-/-/vfio-on-arm-smmu-v3,two-reversed/-/-/-/vfio-on-arm-smmu-v3,back/-/-/-/vfio-on-arm-smmu-v3" "a cell for each"
is "$(json 'join ",", map { "$_->{kernel}=$_->{passed}/$_->{failed}" } @{$j->{runs}}' <<<"$out")" \
	"6.1.0-56-arm64, real drivers=2/0,6.12.118+deb13-arm64, real drivers=0/1" "a run for each kernel"
# rules N: the rules of the N-th cell
rules() {
	json "join ' ', map { \"\$_->{rule}=\$_->{verdict}\" } @{\$j->{cells}[$1]{rules}}" <<<"$out"
}
is "$(rules 0)" "R1=deviation R2=deviation R4=kept R6=kept R7=kept" "what is known of VFIO is no finding"
is "$(rules 1)" "R1=kept R4=kept R6=kept R7=kept" "EINVAL, and the next domain"
is "$(rules 2)" "R1=kept R4=kept R6=kept R7=broken" "a driver that does not take its device back is a finding"

# Another caller: what is known of VFIO is a finding there.
mock matrix recorded --driver arm-smmu-v3 --caller iommufd "$tmp/two.journal"
is "$(json 'join ",", map { $_->{cell} } @{$j->{cells}}' <<<"$out")" "two/-/-/-/iommufd-on-arm-smmu-v3" "iommufd: it is named"
is "$(rules 0)" "R1=broken R2=broken R4=kept R6=kept R7=kept" "and nothing is known of it"
refuses 2 "matrix recorded: --caller: no such word as 'qemu'; it takes vfio, iommufd" matrix recorded --driver arm-smmu-v3 --caller qemu "$tmp/two.journal"

mock matrix merge --html "$tmp/page.html" "$tmp/real.json"
is "$status" 1 "merge says that a cell failed"
like "$(cat "$tmp/page.html")" 'Linux 6.1.0-56-arm64, real drivers' "the page has the kernel"
like "$(cat "$tmp/page.html")" '<span>vfio-on-arm-smmu-v3</span>' "and the driver"
like "$(cat "$tmp/page.html")" 'attach instance=s2 device=b domain=d1' "and the recording as evidence"

# A gap could hide a breach.
sed '/^6 /d' "$tmp/two-reversed.journal" >"$tmp/gap.journal"
mock matrix recorded --driver arm-smmu-v3 "$tmp/gap.journal"
is "$(rules 0)" "" "with a gap, nothing counts as kept"

refuses 2 "matrix recorded: --driver must be given" matrix recorded "$tmp/two.journal"
refuses 2 "matrix recorded: --driver: no such word as 'arm-smmu-v4'; did you mean arm-smmu-v3?" \
	matrix recorded --driver arm-smmu-v4 "$tmp/two.journal"
refuses 1 "matrix recorded $tmp/none: cannot be opened: No such file or directory" matrix recorded --driver amd "$tmp/none"
tail -n 5 "$tmp/two.journal" >"$tmp/headless"
refuses 1 "matrix recorded $tmp/headless: is not a recording: its first line has no kernel" matrix recorded --driver amd "$tmp/headless"
done_testing
