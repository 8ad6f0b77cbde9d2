# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# For tests of programs that have functions (helpers/vfio-user.c), and of those
# who take functions away from them. Source it after lib.sh.

pci=/sys/bus/pci
vfio=$pci/drivers/vfio-pci

# function_of DEVICE: its name on the bus.
function_of() {
	field device "$1" dev
}

bind() {
	echo vfio-pci >"$pci/devices/$(function_of "$1")/driver_override"
	function_of "$1" >$vfio/bind
}

unbind() {
	function_of "$1" >$vfio/unbind
}

# within COMMAND...: true before ten seconds have gone.
within() {
	for _ in $(seq 1000); do
		! "$@" || return 0
		usleep 10000
	done
	return 1
}

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

# gone PID...: one of them has ended, though nobody has waited for it yet.
gone() {
	for p; do
		grep -q '^State:.[^ZX]' "/proc/$p/status" 2>/dev/null || return 0
	done
	return 1
}

none_held() {
	[ "$(total table_bytes_held)" = 0 ]
}

# Tables are given back when nobody can walk them any more, soon after.
nothing_left() {
	within none_held
	is "$(total domains):$(total table_bytes):$(total table_bytes_held)" "0:0:0" "$1"
}
