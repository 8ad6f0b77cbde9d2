#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# When tables have colors, and which.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
tree shared
bold=$'\e[1m' red=$'\e[31m'
unset NO_COLOR
export TERM=xterm

# on_terminal ARGUMENT...: as mock, with a terminal for standard output.
on_terminal() {
	run script -qec "$(printf '%q ' "$tool" --sysroot "$tree" "$@")" /dev/null
}

mock buffer list
plain=$out
unlike "$plain" $'\e' "no colors into a file"
on_terminal buffer list
like "$out" "^${bold//[/\\[}NAME" "on a terminal the headings are bold"
is "$(printf '%s\n' "$out" | sed $'s/\e\\[[0-9]*m//g; s/\r//; s/ *$//')" "$(printf '%s\n' "$plain" | sed 's/ *$//')" "and nothing else differs"
NO_COLOR=1 on_terminal buffer list
unlike "$out" $'\e' "NO_COLOR: no colors"
NO_COLOR='' on_terminal buffer list
like "$out" $'\e' "an empty NO_COLOR says nothing"
TERM=dumb on_terminal buffer list
unlike "$out" $'\e' "no colors on a terminal that has none"
NO_COLOR=1 on_terminal buffer list --color=always
like "$out" $'\e' "--color=always: in spite of NO_COLOR"
on_terminal buffer list --color never
unlike "$out" $'\e' "--color=never"
mock buffer list --color always
like "$out" "${bold//[/\\[}NAME" "--color=always: into a file, too"
for format in --raw --json; do
	mock buffer list "$format" --color=always
	unlike "$out" $'\e' "$format has none: it is for programs"
done
mock buffer list --color=blue
like "$status:$err" "^2:.*auto, always, never|^2:.*auto, always or never" "another word is refused"

# The caller goes on after ENOMEM: R2.
n=0
for line in "alloc domain=d1 device=a0 instance=a ret=0" \
	"attach instance=a device=a0 domain=d1 old=blocked fresh=1 reason=- ret=0" \
	"attach instance=b device=b0 domain=d1 old=blocked fresh=0 reason=fault ret=-ENOMEM" \
	"alloc domain=d2 device=b0 instance=b ret=0" \
	"attach instance=b device=b0 domain=d2 old=blocked fresh=1 reason=- ret=0"; do
	n=$((n + 1))
	echo "$n $n $line by=7:x"
done >"$tmp/journal"
mock judge --color=always "$tmp/journal"
like "$out" "${red//[/\\[}R2 +broken" "a rule that is broken is red"
unlike "$out" "${red//[/\\[}R4 +kept" "a rule that is kept is not"
done_testing
