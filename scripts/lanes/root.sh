# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Step 1 of a lane: the build root, a directory tree of the lane's own release
# with its dkms, its compiler, the headers of its kernel, and beside it that
# kernel's image and modules. Needs lib.sh and lane_load first,
# and source.sh for the lane mainline.

# Tools the root gets besides dkms: what module builds and scripts/lint use.
root_packages="dkms gcc libc6-dev make libelf1 kmod xz-utils zstd perl-base sparse"

# A metapackage moves on while a cache stays; after this many days the root is
# made again, if the mirror can be reached.
root_days=14

# root_use: set root_dir (the cache entry), root (the tree), release (the
# kernel's) and root_state, making the entry if it is missing or stale. A stale
# one that somebody has open is used as it is.
root_use() {
	if [ "$lane" = host ]; then
		root_use_host
		return
	fi
	if [ "$lane" = mainline ]; then
		[ -n "${IOMMU_MOCK_SOURCE:-}" ] ||
			die "$EX_USAGE" "lane mainline needs a source of the kernel: scripts/vm --source PATH"
		source_use "$IOMMU_MOCK_SOURCE"
	fi
	root_key=$(root_key_of)
	root_dir=$cache/roots/$root_key
	lock "$root_key" -s
	if ! root_is_fresh; then
		unlock "$root_key"
		if [ ! -e "$root_dir/release" ]; then
			lock "$root_key"
		elif ! lock_now "$root_key"; then
			tell "lane $lane is due for a refresh, but its build root is in use by $(lock_holder "$root_key" "$BASHPID"); the old one is used"
		fi
		[ -z "${lock_fds[$root_key]:-}" ] || {
			root_is_fresh || root_make
			unlock "$root_key"
		}
		lock "$root_key" -s
		prune "$cache/roots" "$lane" "$root_key"
	fi
	# For prune; only root may do this.
	: 2>/dev/null >>"$root_dir/used" && touch "$root_dir/used"
	root=$root_dir/root
	release=$(cat "$root_dir/release")
	root_state=$(root_state_of)
}

# root_state_of: what a refresh changes under the same root_key: the kernel, and
# the compiler and dkms beside it. It is a part of the keys of all that is made
# from the root. The host's key has its kernel already.
root_state_of() {
	echo "$release-$(cat "$root_dir/vmlinuz" "$root_dir/root/var/lib/dpkg/status" 2>/dev/null | hash_of)"
}

# Everything a build root is made from: data and code.
root_key_of() {
	# shellcheck disable=SC2154 # lane_load sets them
	echo "$lane-$(
		{
			printf '%s\n' "$lane_sources" "$lane_suite" "$lane_target" \
				"$lane_image" "$lane_headers" "$lane_source" "$root_packages" "$lane_packages"
			declare -f root_bootstrap root_finish root_hook
			[ -z "$lane_root" ] || root_copy_key
			cat "$lanes_dir/install-kernel"
			[ -z "$lane_source" ] || cat "$lanes_dir/source-package"
			case $lane_source/$lane_config in
			/*) ;;
			*/) cat "$lanes_dir/install-checkpatch" ;;
			*) cat "$lanes_dir/build-kernel" "$lanes_dir/$lane_config" ;;
			esac
		} | hash_of
	)"
}

root_is_fresh() {
	[ -e "$root_dir/release" ] &&
		[ -z "$(find "$root_dir/release" -mtime "+$root_days")" ]
}

# The host is its own root.
root_use_host() {
	release=$(uname -r)
	# shellcheck disable=SC2034 # for other files
	root=/
	[ -e "/lib/modules/$release/build/Makefile" ] ||
		die "$EX_SKIP" "lane host: the headers of the running kernel $release are not installed and nothing can be built for it"
	[ -r "/boot/vmlinuz-$release" ] ||
		die "$EX_SKIP" "lane host: the image of the running kernel, /boot/vmlinuz-$release, is missing and cannot be booted"
	need dkms dkms
	root_key=$(root_key_host)
	root_dir=""
	# shellcheck disable=SC2034 # for other files
	root_state=$release
}

root_key_host() {
	echo "host-$(cat /proc/version "/lib/modules/$(uname -r)/modules.dep" 2>/dev/null | hash_of)"
}

root_make() {
	local tmp
	need_root
	need mmdebstrap mmdebstrap
	[ -e /usr/share/keyrings/debian-archive-keyring.gpg ] ||
		die "$EX_ENV" "the keys of Debian's archive are missing: install the package debian-archive-keyring"
	tell "making the build root of lane $lane, this takes a minute${lane_config:+, and compiling its kernel about ten}"
	mkdir -p "$cache/roots"
	sweep
	tmp=$(mktemp -d "$cache/roots/.$root_key.XXXXXX")
	if root_fill "$tmp/root" >"$tmp/log" 2>&1 && root_finish "$tmp" >>"$tmp/log" 2>&1; then
		rm -rf --one-file-system "$root_dir"
		mv "$tmp" "$root_dir"
		return
	fi
	mkdir -p "$cache/logs"
	cp "$tmp/log" "$cache/logs/root-$lane.log"
	rm -rf --one-file-system "$tmp"
	if [ -e "$root_dir/release" ]; then
		tell "lane $lane cannot be refreshed ($(root_reason)); the old build root is used"
		touch "$root_dir/release"
		return
	fi
	die "$EX_LANE" "lane $lane cannot be made: $(root_reason) (log: $cache/logs/root-$lane.log)"
}

# The one sentence in a long log.
root_reason() {
	local log=$cache/logs/root-$lane.log
	if grep -qE 'Could not resolve|Temporary failure|Could not connect|Failed to fetch|Unable to connect' "$log"; then
		echo "the mirror $(echo "$lane_sources" | grep -o 'http://[^/ ]*' | sort -u | paste -sd' ') cannot be reached or lacks a file"
	elif grep -qE 'Unable to locate package|has no installation candidate' "$log"; then
		grep -hE 'Unable to locate package|has no installation candidate' "$log" | head -n1
	else
		grep -E '^E:|rror' "$log" | head -n1 | grep . || echo "see the log"
	fi
}

# root_hook: prints the hook that puts the kernel into the new root, "$1".
root_hook() {
	local words=("\"\$1\"" "'$lane_target'")
	if [ -n "$lane_config" ]; then
		echo "$lanes_dir/build-kernel" "${words[@]}" "'$lane_source' '$lanes_dir/$lane_config'"
		return
	fi
	echo "$lanes_dir/install-kernel" "${words[@]}" "'$lane_image' '$lane_headers'" \
		${lane_source:+"&& $lanes_dir/install-checkpatch" "${words[@]}" "'$lane_source'"}
}

# root_fill DIR: a root of its own, or a copy of another lane's.
root_fill() {
	if [ -n "$lane_root" ]; then root_copy "$1"; else root_bootstrap "$1"; fi
}

# root_link FROM DIR: a copy of a root, whose files are links to it. The files that apt,
# dpkg and debconf lock are its own, or two copies could not be changed at the same time.
root_link() {
	local file
	cp -al "$1" "$2" || return
	rm -f "$2"/var/lib/dpkg/lock* "$2/var/cache/apt/archives/lock"
	for file in "$2"/var/cache/debconf/*.dat; do
		[ ! -e "$file" ] || { cp -p "$file" "$file-own" && mv "$file-own" "$file"; } || return
	done
}

# root_copy DIR: the root of the lane lane_root, with a kernel of this lane instead.
# Its files are links to the other root's, so that a flavour costs a kernel only. apt
# and dpkg replace files and do not write into them; what else is written here is
# unlinked first.
root_copy() {
	local from
	from=$("$lanes_dir/build" "$lane_root") || {
		echo "E: lane $lane_root, whose build root this one shares, cannot be made"
		return 1
	}
	root_link "${from% *}" "$1" || return
	rm -rf "$1"/lib/modules/* "$1"/etc/apt/sources.list* "$1"/etc/resolv.conf
	find "$1/var/log" -type f -delete
	mkdir -p "$1/etc/apt" "$1/boot" "$1/var/lib/apt/lists/partial"
	printf '%s\n' "$lane_sources" >"$1/etc/apt/sources.list"
	cp -L /etc/resolv.conf "$1/etc/"
	[ -z "$lane_config" ] || { mkdir "$1/usr/src/linux" && source_unpack "$1/usr/src/linux"; } || return
	# TMPDIR is a directory of this machine. dkms, which the package of a kernel calls,
	# would look for it in the root.
	root=$1 packages=$lane_packages arch=$lane_arch hook=$(root_copy_hook) \
		env -u TMPDIR unshare --mount --propagation private bash -euc '
		mount -t proc proc "$root/proc"
		mount --rbind /dev "$root/dev"
		[ -z "$arch" ] || chroot "$root" dpkg --add-architecture "$arch"
		chroot "$root" apt-get -q update
		[ -z "$packages" ] || chroot "$root" env DEBIAN_FRONTEND=noninteractive \
			apt-get -q -y --no-install-recommends install $packages
		eval "$hook"' root_copy "$1" || return
	rm -f "$1/etc/resolv.conf"
}

# root_copy_hook: prints the command that puts the kernel into the root "$1".
root_copy_hook() {
	if [ -n "$lane_arch" ]; then
		echo "$lanes_dir/install-foreign \"\$1\" '$lane_target' $lane_arch $lane_gnu $lane_image $lane_unpacked"
	elif [ -z "$lane_config" ]; then
		root_hook
	else
		echo "\"$lanes_dir/build-source\" \"\$1\" \"$(source_config)\""
	fi
}

# root_copy_key: what else such a root depends on.
root_copy_key() {
	declare -f root_link root_copy root_copy_hook
	[ -z "$lane_config" ] || cat "$lanes_dir/build-source" "$(source_config)"
	[ -z "$lane_arch" ] || { echo "$lane_arch $lane_unpacked" && cat "$lanes_dir/install-foreign"; }
	echo "${source_key:-}"
	(lane_load "$lane_root" && root_key_of)
}

root_bootstrap() {
	# In a mount namespace of its own, because some mmdebstrap forget /proc.
	printf '%s\n' "$lane_sources" | unshare --mount --propagation private mmdebstrap --mode=root --variant=apt \
		--aptopt='Acquire::Retries "3"' --aptopt='Acquire::http::Timeout "60"' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--include="$(echo "$root_packages" "$lane_packages" | xargs | tr ' ' ',')" \
		--customize-hook="$(root_hook)" \
		--skip=cleanup/apt/lists \
		"$lane_suite" "$1" -
}

# root_finish DIR: note the kernel's release, keep its image beside the tree.
root_finish() {
	local dir=$1 rel
	rel=$(cd "$dir/root/lib/modules" && for d in */kernel; do echo "${d%/kernel}"; done | sort -V | tail -n1)
	[ -e "$dir/root/usr/src/linux-headers-$rel/Makefile" ] || {
		echo "E: ${lane_image:-$lane_source} and ${lane_headers:-$lane_config} disagree: no headers for $rel"
		return 1
	}
	mv "$dir/root/boot/vmlinuz-$rel" "$dir/vmlinuz" || return 1
	rm -rf "$dir/root/var/lib/apt/lists" "$dir/root/boot"
	echo "$rel" >"$dir/release"
}
