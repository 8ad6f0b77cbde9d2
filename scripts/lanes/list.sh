# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# scripts/vm --list: prints the lanes, and the cached parts of each.

list_lanes() {
	local row='%-20s %-8s %-28s %-8s %-8s %s\n' name
	# shellcheck disable=SC2059 # the format is one line up
	printf "$row" LANE SERIES KERNEL SIZE MODULE WHAT
	for name in $(lane_names); do
		# In a process of its own: a lane that cannot be used ends it.
		(
			lane_load "$name"
			list_lane "$row"
		) 2>/dev/null
	done
}

list_lane() {
	local row=$1 kernel=- size=- built=- root_key root_dir root_state release
	if [ "$lane" = host ]; then
		kernel=$(uname -r)
		size=0
		[ -e "/lib/modules/$kernel/build/Makefile" ] || size='no headers'
		root_key=$(root_key_host)
	else
		root_key=$(root_key_of)
		root_dir=$cache/roots/$root_key
		if [ -e "$root_dir/release" ]; then
			kernel=$(cat "$root_dir/release")
			size=$(du -sh "$root_dir" | cut -f1)
		fi
	fi
	if [ "$kernel" != - ]; then
		built=no
		release=$kernel
		root_state=$kernel
		[ "$lane" = host ] || root_state=$(root_state_of)
		[ ! -e "$cache/modules/$(module_key_of "$repo")/build.log" ] || built=yes
	fi
	# shellcheck disable=SC2059,SC2154
	printf "$row" "$lane" "$lane_series" "$kernel" "$size" "$built" "$lane_about"
}
