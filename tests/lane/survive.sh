# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# For tests of programs that use functions (helpers/vfio-user.c), and of events
# that take the functions away from them. Source it after lib.sh.

# shellcheck source=pci.sh
. ./pci.sh
# shellcheck disable=SC2034 # for the tests
vfio=$pci/drivers/vfio-pci
# The way by which the program has its function; the names of tests begin with it.
by=

# hold DEVICE NAME: a program that does DMA by it until it is killed: its pid
# in $pid, and what it says in /tmp/NAME.
hold() {
	: >"/tmp/$2"
	./vfio-user hold "$(function_of "$1")" >"/tmp/$2" 2>&1 &
	pid=$!
}

ready() {
	grep -q ready "/tmp/$1"
}

# greater INSTANCE KEY N: that statistic is, by now.
greater() {
	[ "$(stat_of "$1" "$2")" -gt "$3" ]
}

# gone PID...: one of them has ended; it may still be a zombie.
gone() {
	for p; do
		grep -q '^State:.[^ZX]' "/proc/$p/status" 2>/dev/null || return 0
	done
	return 1
}

none_held() {
	[ "$(total table_bytes_held)" = 0 ]
}

# Tables are freed soon after the last walk of them has ended.
nothing_left() {
	soon none_held
	is "$(total domains):$(total table_bytes):$(total table_bytes_held)" "0:0:0" "$1"
}

# ---- what no way may break: function a0 of instance a, and b0 beside it -------

two_functions() {
	knob new_instance a
	knob new_instance "b ias=39"
	knob new_device "a0 instance=a bus=pci"
	knob new_device "b0 instance=b bus=pci"
	bind a0
	bind b0
}

# A process that has a function keeps the module, and all objects that the function needs.
held_fast() {
	is "$(total domains)" 1 "by a domain of its own"
	modprobe -r iommu_mock 2>/dev/null
	[ -d /sys/module/iommu_mock ]
	ok $? "the module stays"
	refused EBUSY del_device a0 "driver is bound"
	refused EBUSY reset 1 "vfio-user .process [0-9]*. holds domain d"
}

# killed_in_dma ROUNDS: at different places of it.
killed_in_dma() {
	knob instances/a/faults "dma errno=0 delay_us=1000"
	for round in $(seq "$1"); do
		dmas=$(stat_of a dmas)
		hold a0 one
		soon ready one && soon greater a dmas "$dmas"
		ok "$?" "${by}round $round: a program does DMA" "$(cat /tmp/one)"
		[ "$round" != 1 ] || held_fast
		kill -9 "$pid"
		wait "$pid"
		nothing_left "killed, it leaves nothing"
		is "$(where a0)" identity "and the function where it was"
	done
	knob instances/a/faults off
}

# two_want_it ROUNDS TOLD: two programs open the function at the same time; one
# succeeds, and the other one prints TOLD.
two_want_it() {
	for round in $(seq "$1"); do
		hold a0 one
		one=$pid
		hold a0 two
		two=$pid
		soon gone "$one" "$two"
		if gone "$one"; then lost=one won=two; else lost=two won=one; fi
		soon ready "$won"
		ok "$?" "${by}round $round: one has it" "$(cat /tmp/one /tmp/two)"
		like "$(cat "/tmp/$lost")" "$2" "and the other is told"
		kill -9 "$one" "$two" 2>/dev/null
		wait "$one" "$two"
	done
	nothing_left "and then nothing is left"
}

# bound_again TIMES: beside a program that is at work.
bound_again() {
	for _ in $(seq "$1"); do
		unbind b0
		bind b0
	done
	is "$(field device b0 driver)" vfio-pci "$by$1 times unbound and bound"
	soon greater a dmas "$(stat_of a dmas)"
	ok $? "the program beside it goes on"
}

# Takes the function from the program $pid, and waits for the program to end.
taken_away() {
	unbind a0 &
	waiting=$!
	soon greater a dmas "$(stat_of a dmas)"
	ok $? "${by}asked to let go, it goes on"
	[ "$(field device a0 driver)" = vfio-pci ]
	ok $? "and is bound while it does"
	kill -9 "$pid"
	wait "$pid"
	soon gone "$waiting"
	ok $? "when it ends, it is unbound"
	is "$(field device a0 driver)" - "and free"
	nothing_left "with nothing left"
	bind a0
}

# fuzzed SECONDS: its configuration space, at random.
fuzzed() {
	seed=$(od -An -tu2 -N2 /dev/urandom | tr -d ' ')
	out=$(./vfio-user fuzz "$(function_of a0)" "$1" "$seed" 2>&1)
	is "$?" 0 "$by$1 s of random accesses, and it is as good as new"
	note "$out"
}

# reset_in_dma SECONDS
reset_in_dma() {
	knob instances/a/faults "dma errno=0 delay_us=1000"
	out=$(./vfio-user reset "$(function_of a0)" "$1" 2>&1)
	is "$?" 0 "$by$1 s of resets in the middle of DMA, and it is as good as new"
	note "$out"
	knob instances/a/faults off
	nothing_left "and nothing is left"
}

# gone_without_trace TRACES: the last test of a file, which has seen them before.
gone_without_trace() {
	modprobe -r iommu_mock
	is "$?:$(traces)" "0:$1" "and without a program, the module goes, and leaves no trace"
	echo "1..$tap_n"
	exit "$tap_bad"
}
