# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# A disk with packages of Debian 13 and all that they depend on, for programs that a
# user wants in a VM and that this machine does not have (scripts/vm --package). Needs
# lib.sh.

packages_sources="
deb http://deb.debian.org/debian trixie main
deb http://deb.debian.org/debian trixie-updates main
deb http://deb.debian.org/debian-security trixie-security main
"

# After so many days the packages are fetched again, if the mirror can be reached.
packages_days=14

# packages_use NAME...: set packages_dir, a cache entry with the file disk.
packages_use() {
	[ -z "$lane_arch" ] || die "$EX_USAGE" "--package: lane $lane cannot run programs of amd64"
	[[ ! "$*" =~ [^a-z0-9.+\ -] ]] || die "$EX_USAGE" "--package: '$*' is not the name of a package"
	packages_key=packages-$(
		{
			echo "$packages_sources"
			printf '%s\n' "$@" | sort -u
			declare -f packages_fill packages_disk
		} | hash_of
	)
	packages_dir=$cache/packages/$packages_key
	lock "$packages_key" -s
	if ! packages_fresh; then
		unlock "$packages_key"
		if [ -e "$packages_dir/disk" ]; then
			# Another VM may use it: then it is not replaced now.
			lock_now "$packages_key" || :
		else
			lock "$packages_key"
		fi
		[ -z "${lock_fds[$packages_key]:-}" ] || {
			packages_fresh || packages_make "$@"
			unlock "$packages_key"
		}
		lock "$packages_key" -s
	fi
	# For prune, as in root_use.
	{ : >>"$packages_dir/used" && touch "$packages_dir/used"; } 2>/dev/null
	prune "$cache/packages" packages "$packages_key"
}

packages_fresh() {
	[ -e "$packages_dir/disk" ] &&
		[ -z "$(find "$packages_dir/disk" -mtime "+$packages_days")" ]
}

packages_make() {
	local tmp log=$cache/logs/packages.log names="$*"
	need_root
	need mmdebstrap mmdebstrap
	need mke2fs e2fsprogs
	tell "fetching $names of Debian 13, this takes a minute"
	mkdir -p "$cache/packages" "$cache/logs"
	tmp=$(mktemp -d "$cache/packages/.$packages_key.XXXXXX")
	if packages_fill "$tmp/root" "$@" >"$log" 2>&1 && packages_disk "$tmp/root" "$tmp/disk" >>"$log" 2>&1; then
		rm -rf --one-file-system "$tmp/root" "$packages_dir"
		mv "$tmp" "$packages_dir"
		return
	fi
	rm -rf --one-file-system "$tmp"
	[ ! -e "$packages_dir/disk" ] || {
		tell "$names cannot be fetched again; the old ones are used (log: $log)"
		touch "$packages_dir/disk"
		return
	}
	die "$EX_ENV" "$names cannot be fetched: $(grep -m 1 '^E: ' "$log" || echo 'see the log') (log: $log)"
}

# packages_fill DIR NAME...: a root with the packages, installed and configured.
packages_fill() {
	local dir=$1
	shift
	printf '%s\n' "$packages_sources" | unshare --mount --propagation private mmdebstrap --mode=root --variant=essential \
		--aptopt='Acquire::Retries "3"' --aptopt='Acquire::http::Timeout "60"' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--include="$(printf '%s,' "$@")" trixie "$dir" -
}

# packages_disk DIR FILE: a file system with the directory, and some room.
packages_disk() {
	mkdir -p "$1"/{proc,sys,dev,run,tmp,root}
	mke2fs -q -t ext4 -O ^has_journal -d "$1" "$2" "$(($(du -sm "$1" | cut -f1) * 5 / 4 + 128))M"
}
