#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Random writes and reads of all files, by several processes at once, with attempts
# to unload meanwhile (helpers/fuzz.c). The kernel logs no complaint, and afterwards
# everything can be undone. FUZZ_SEED and FUZZ_SECONDS repeat a run.
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
modprobe iommufd 2>/dev/null
before=$(traces)
load
seed=${FUZZ_SEED:-$(od -An -tu4 -N4 /dev/urandom | tr -d ' ')}
note "FUZZ_SEED=$seed"
seconds=6
! whole seconds || seconds=20
# A session of its own, so that who reads last_error reads ours.
setsid ./fuzz "$seed" "${FUZZ_SECONDS:-$seconds}" 6 >/tmp/fuzz.out 2>&1 &
fuzzer=$!
unloads=0
while kill -0 $fuzzer 2>/dev/null; do
	usleep 500000
	# While they go on. Files that are open, and domains, keep the module.
	quietly reset 1
	if modprobe -r iommu_mock 2>/dev/null; then
		unloads=$((unloads + 1))
		modprobe iommu_mock
	fi
done
wait $fuzzer
ok $? "random writes and reads" "$(cat /tmp/fuzz.out)"
note "$(cat /tmp/fuzz.out) unloads=$unloads"
done=$(sed -n 's/^done=\([0-9]*\) .*/\1/p' /tmp/fuzz.out)
[ "${done:-0}" -gt 100 ]
ok $? "many of which did something" "$(cat /tmp/fuzz.out)"
if [ "$(value_in "$mock/build_info" access)" = 1 ]; then
	accesses=$(sed -n 's/.* accesses=\([0-9]*\)$/\1/p' /tmp/fuzz.out)
	[ "${accesses:-0}" -gt 100 ]
	ok $? "and many lines of access objects"
fi
load
# What a fault or a misbehaviour would do to the reset is not the question.
for i in "$mock"/instances/*; do
	[ ! -e "$i" ] || knob "instances/${i##*/}/faults" off
done
reset
is "$(cat "$mock/state")" "" "reset: nothing is left"
for key in instances devices groups domains buffers table_bytes; do
	is "$(total $key)" 0 "no $key"
done
# Tables go when their readers have: soon.
none_held() {
	[ "$(total table_bytes_held)" = 0 ]
}
soon none_held
is "$(total table_bytes_held)" 0 "no table is held"
modprobe -r iommu_mock
ok $? "unload"
is "$(traces)" "$before" "without a trace"
done_testing
