# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The shell of a VM, on a terminal. Needs tap.sh, and dir, a directory.

# type_into COMMAND KEYS: runs COMMAND on a terminal and types KEYS when there is a
# prompt: what is typed before that is lost. Sets status, and screen.
type_into() {
	local pid
	rm -f "$dir/keys"
	mkfifo "$dir/keys"
	script -qec "$1" /dev/null <"$dir/keys" >"$dir/screen" 2>&1 &
	pid=$!
	exec 5>"$dir/keys"
	soon grep -q ' # ' "$dir/screen"
	echo "$2" >&5
	exec 5>&-
	status=0
	wait "$pid" || status=$?
	# shellcheck disable=SC2034 # for the test
	screen=$(tr -d '\r' <"$dir/screen")
}
