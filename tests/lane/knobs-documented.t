#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# docs/ABI.md describes exactly the files that exist, with their modes.
# shellcheck source=lib.sh
. ./lib.sh
load
knob new_instance a
knob new_device "a1 instance=a"
knob new_domain "x device=a1"
knob new_buffer "buf 4K"

# documented: "MODE PATH" of each "What:", with the mode its description has.
documented() {
	awk '
		/^What: / { split($0, part, "`"); path = part[2] }
		/^Description: \(/ {
			mode["(r)"] = 400; mode["(w)"] = 200; mode["(rw)"] = 600
			print mode[$2], path
		}
	' ABI.md | sort
}

existing() {
	(cd "$mock" && find . -type f -exec stat -c '%a %n' {} +) |
		sed 's|\./||; s|\([a-z]*s\)/[^/]*/|\1/NAME/|' | sort
}

documented >/tmp/documented
existing >/tmp/existing
[ "$(grep -c . /tmp/documented)" -gt 40 ]
ok $? "the page was read" "$(cat /tmp/documented)"
is "$(diff /tmp/documented /tmp/existing)" "" "documented (-) and existing (+) files"

odd=$(find "$mock" -type d ! -perm 700)
is "$odd" "" "directories are 0700"
odd=$(find "$mock" \( ! -user 0 -o ! -group 0 \))
is "$odd" "" "everything is root's"

# Each can be opened as its mode says, and not otherwise, even by root.
find "$mock" -type f -perm 200 | while read -r file; do
	cat "$file" >/dev/null 2>&1 && echo "${file#"$mock"/}"
done >/tmp/odd
is "$(cat /tmp/odd)" "" "what is (w) cannot be read"
find "$mock" -type f -perm 400 | while read -r file; do
	{ echo 1 >"$file"; } 2>/dev/null && echo "${file#"$mock"/}"
done >/tmp/odd
is "$(cat /tmp/odd)" "" "what is (r) cannot be written"
find "$mock" -type f ! -perm 200 | while read -r file; do
	case $file in
	*/walk) echo 0 >"$file" 2>/dev/null ;;
	esac
	timeout 60 cat "$file" >/dev/null || echo "${file#"$mock"/}"
done >/tmp/odd
is "$(cat /tmp/odd)" "" "everything else can be read"

# The same for the values of build_info, state and stats.
keys() {
	sed 's/ /\n/g' | sed -n 's/=.*//p' | sort -u | tr '\n' ' '
}
is "$(sed 's/^probe_.*//' "$mock/build_info" | keys)" \
	"abi access allocates_for bar_memory blocked_default built_for dirty family handlers multi_driver nest pasids pci pri replaces running sva vdpa version " "keys of build_info"
like "$(cat "$mock/build_info")" '^probe_[a-z_]*=[01]$' "and the facts"
is "$(keys <"$mock/stats")" \
	"buffers devices domains groups instances journal_entries journal_last journal_lost table_bytes table_bytes_held " "keys of stats"
is "$(grep '^device ' "$mock/state" | keys)" "attached bus dev domain driver group instance pasids " "keys of a device"
is "$(grep '^group ' "$mock/state" | keys)" "devices domain id owner " "keys of a group"
is "$(grep '^domain ' "$mock/state" | keys)" \
	"by coherent devices dirty driver enforce format fresh ias instance instances made_for maker mapped nest oas parent pasids pgsizes sva tables tracking " \
	"keys of a domain"
is "$(keys <"$mock/instances/a/stats")" \
	"allocs attached attaches dma_faults dmas evictions faults foreign hits inv_all inv_domain inv_range invalidations iotlb_used lost maps misses probes refused releases stale unmaps walks " \
	"keys of an instance's stats"
done_testing
