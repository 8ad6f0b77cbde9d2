#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tests/left-out.list names tests, parts of tests and lanes that exist, with a reason,
# and each test of a lane still runs on a lane in "make check".
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
# shellcheck source=../../scripts/lanes/lib.sh
. scripts/lanes/lib.sh
# shellcheck source=../../scripts/lanes/tests.sh
. scripts/lanes/tests.sh
list=tests/left-out.list
filter='' results=results

missing=$(grep -v '^#' "$list" | while read -r file lanes why; do
	[ -x "${file%:*}" ] || echo "$file"
	[ "$file" = "${file%:*}" ] || grep -q "^! whole ${file#*:} ||" "${file%:*}" || echo "$file"
	[ -n "$why" ] || echo "$file: no reason"
	for name in ${lanes//,/ }; do
		[ "$name" = here ] || [ -e "scripts/lanes/$name.conf" ] || echo "$file: $name"
	done
done)
is "$missing" "" "each line names a test, lanes and a reason"
is "$(grep -v '^#' "$list" | awk '{ print $1 }' | sort | uniq -d)" "" "no test has two lines"

is "$(bash -c '. scripts/lanes/lib.sh; . scripts/lanes/tests.sh; run_of=check; left_out userspace/tests/flags.t here && ! left_out userspace/tests/judge.t here && echo one')" one "a test of this machine can be left out"

# What a test asks for and the table does not have is always true.
is "$(grep -o 'whole [a-z]* ||' tests/*/*.t module/tests/*.t userspace/tests/*.t | sed 's/whole \(.*\) ||/\1/' | sort)" \
	"$(sed -n 's/^\([^# ]*\.t:[^ ]*\) .*/\1/p' "$list" | sort)" "each part that a test asks for is in the table"

mapfile -t vms < <(lane_names | grep -vx host)
# runs FILE: set lanes to those on which it runs.
runs() {
	lanes=
	for name in "${vms[@]}"; do
		! lane_wants "$1" "$name" || lanes+="$name "
	done
}
run_of=check
never=$(for file in tests/lane/*.t; do runs "$file" && [ -n "$lanes" ] || echo "$file"; done)
# dpdk.t, guest.t, libvirt.t and record-vmm.t need packages. fuzz-vfio.t takes minutes.
# Those of an SMMU need a kernel of arm64, record-amd.t and real-dma.t a new QEMU, and
# record-riscv.t a kernel of riscv64. vfio-selftests.t is the kernel's. bench.t and scale.t
# measure. The others have a boot of their own, or minutes, for what others show in part.
is "$never" "$(printf 'tests/lane/%s.t\n' bench dpdk fuzz-vfio guest libvirt python real-dma-smmu real-dma \
	record-amd record-group record-lost record-riscv record-smmu record-virtio record-vmm scale vfio-selftests)" \
	"each test of a lane runs on a lane, but for seventeen"
runs tests/lane/matrix.t
unlike "$lanes" debug "what the table names is left out"
run_of=check-all
runs tests/lane/matrix.t
like "$lanes" debug "and nothing is with --all"

# parts LANE NAME: what the VM is told of a test.
parts() {
	left_to_all "$1" | sed -n "s|^tests/lane/$2\.t:||p" | tr '\n' ' '
}
is "$(parts debug iommufd-caller)" "" "no part of a test either"
run_of=check
is "$(parts debug iommufd-caller)" "orders errnos compat " "without --all, parts are"
is "$(parts debian-12 dirty)" "" "on the lanes that the table names"

# A lane's conf says which tests make check and make check-all run on it.
missing=
for name in $(lane_names); do
	for run in check check-all; do
		for test in $(lane_checks "$name" $run); do
			[ "$test" = all ] || [ -x "tests/lane/$test.t" ] || missing+=" $name: $test"
		done
	done
done
is "$missing" "" "the tests that a lane names exist"
run_of=check
runs tests/lane/faults.t
unlike "$lanes" debian-13-rt "a lane of a few tests has no others in make check"
unlike "$(lanes_of check)" debian-12-rt "and one of none is not there"
like "$(lanes_of check-all)" debian-12-rt "but in make check-all it is"
unlike "$(lanes_of check)" arm64 "nor needs make check another architecture"
unlike "$(lanes_of check-all)" mainline "a lane that needs a source is in neither"
is "$(which_run '' 0 ''):$(which_run '' 0 pci):$(which_run '' 1 ''):$(which_run '' 1 pci)" "check:check-all::" \
	"make check leaves out, and a filter or a named lane does not"
is "$(which_run -all 0 ''):$(which_run -all 1 ''):$(which_run -all 1 pci)" "check-all:check-all:check-all" \
	"--all has what make check-all has, also on a named lane"
# boot NAME: the files that share this boot on debug.
boot() {
	lane_boots debug | sed -n "s/^$1 //p"
}
run_of=check-all
like " $(boot rest) " " bad-input .* matrix " "on debug what the table names has a boot"
unlike " $(boot shared) $(boot leaks) " " bad-input " "of its own"
like " $(boot shared) " " dma .* pci " "beside the files of make check"
lane_options debug rest
like "${args[*]}" debug_pagealloc=off "which unmaps no free pages"
lane_options debug shared
unlike "${args[*]}" debug_pagealloc "as the other one does"
run_of=check
is "$(boot rest)" "" "make check has no such boot"
run_of=
runs tests/lane/faults.t
like "$lanes" debian-13-rt "a lane that is named has all"
done_testing
