#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# scripts/vm --new-qemu: a QEMU that is not this machine's, on both architectures. What
# it is for is in tests/lane/record-smmu.t.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# in_lib COMMAND: with the functions of scripts/lanes.
in_lib() {
	run env "${@:2}" bash -c ". scripts/lanes/lib.sh && . scripts/lanes/qemu.sh && $1"
}
in_lib qemu_use "XDG_CACHE_HOME=$dir" http_proxy=http://127.0.0.1:9
is "$status" 117 "the mirror cannot be reached: the exit status"
like "$err" 'QEMU cannot be fetched: E: .*deb.debian.org' "the sentence"
is "$(find "$dir/iommu-mock/qemu" -mindepth 1)" "" "nothing is left of it"

# The models of devices that the names of options stand for.
in_lib 'qemu_use && qemu_run qemu-system-aarch64 && "${new_qemu[@]}" -machine virt -device arm-smmuv3,help'
like "$status:$out" '^0:.*primary-bus=' "it has SMMUs that belong to a bus"
for lane in debian-13 debian-13-arm64; do
	run scripts/vm --lane "$lane" --no-module --new-qemu -- sh -c 'echo works; exit 7'
	is "$status:$out" "7:works" "a VM of $lane" "$err"
done
done_testing
