# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Step 2 of a lane: modules, built from a source directory with a dkms.conf by
# the dkms, the compiler and the headers of the lane's build root, the way a
# user's machine would build them. Needs lib.sh, and root_use first.

# The lane on which sparse checks what is built. Not the newest: its headers want
# __typeof_unqual__ of the checker, which no release of sparse knows yet.
# shellcheck disable=SC2034 # for the linter, too
sparse_lane=debian-13

# module_files DIR: the files a build of DIR reads, and nothing a build left.
module_files() {
	(
		cd "$1" || exit 1
		local parts=(.)
		[ "$1" = "$repo" ] && parts=(Kbuild dkms.conf module)
		find "${parts[@]}" -type f ! -name '*.o' ! -name '*.ko' ! -name '*.mod' \
			! -name '*.mod.c' ! -name '.*' ! -name '*.log' ! -name 'Module.symvers' \
			! -name 'modules.order' ! -name 'facts.h' ! -path '*/tests/*' |
			sort
	)
}

# module_use DIR: set module_dir, a cache entry with *.ko and build.log, building
# it if DIR or the root changed.
module_use() {
	local src=$1
	[ -e "$src/dkms.conf" ] && [ -e "$src/Kbuild" ] ||
		die "$EX_BUILD" "no module to build in $src: it has no dkms.conf or no Kbuild (scripts/vm --no-module boots without)"
	module_key=$(module_key_of "$src")
	module_dir=$cache/modules/$module_key
	lock "$module_key" -s
	[ -e "$module_dir/build.log" ] && return
	unlock "$module_key"
	lock "$module_key"
	[ -e "$module_dir/build.log" ] || module_make "$src"
	unlock "$module_key"
	lock "$module_key" -s
}

# module_key_of DIR: the root as it is now, the sources and how they are built.
module_key_of() {
	echo "$root_key-$(
		cd "$1" || exit 1
		module_files "$1" | tr '\n' '\0' | xargs -0 sha256sum |
			cat <(echo "$root_state") - "$lanes_dir/module.sh" | hash_of
	)"
}

module_make() {
	local src=$1 tmp name version
	need_root
	# As dkms does, which runs the file.
	# shellcheck disable=SC2016 # the inner shell expands
	read -r name version < <(bash -c '. "$1" && echo "$PACKAGE_NAME $PACKAGE_VERSION"' sh "$src/dkms.conf")
	[ -n "$name" ] && [ -n "$version" ] ||
		die "$EX_BUILD" "$src/dkms.conf names no PACKAGE_NAME or no PACKAGE_VERSION"
	tell "building $name $version for lane $lane, kernel $release"
	mkdir -p "$cache/modules" "$cache/logs"
	sweep
	tmp=$(mktemp -d "$cache/modules/.$module_key.XXXXXX")
	mkdir "$tmp/src"
	(cd "$src" && module_files "$src" | tar -c -T -) | tar -x -C "$tmp/src"
	if ! module_dkms "$tmp" "$name" "$version" >"$tmp/dkms.log" 2>&1; then
		cat "$tmp/dkms.log" "$tmp"/make.log >"$cache/logs/module-$lane.log" 2>/dev/null
		rm -rf "$tmp"
		module_errors "$cache/logs/module-$lane.log" >&2
		die "$EX_BUILD" "$name does not build for lane $lane (log: $cache/logs/module-$lane.log)"
	fi
	rm -rf "$tmp/src" "$module_dir"
	mv "$tmp/make.log" "$tmp/build.log"
	mv "$tmp" "$module_dir"
	# A developer makes many.
	keep_newest 12 "$cache/modules" "$lane"
}

# The compiler's complaints, not the rest.
module_errors() {
	grep -E '(error|warning|undefined|ERROR|BUILD_EXCLUSIVE)' "$1" | head -n 30
}

# in_root SCRIPT WORD...: run SCRIPT, bash, with WORDs as $1..., beside the build
# root, which stays as it is so that several builds can use it at once: in a
# mount namespace of our own, /mnt is a tmpfs with src, dkms and tmp, and dkms
# keeps its things in it. SCRIPT has $root and the function chrooted.
in_root() {
	local script=$1
	shift
	# shellcheck disable=SC2016 # the inner shell expands
	root=${root%/}/ unshare --mount --propagation private bash -euc '
		mount -t tmpfs -o mode=755 tmpfs "$root/mnt"
		mkdir -p "$root/mnt/src" "$root/mnt/dkms" "$root/mnt/tmp"
		chmod 1777 "$root/mnt/tmp"
		mount --bind "$root/mnt/dkms" "$root/var/lib/dkms"
		if [ "$root" != / ]; then
			mount --bind "$root/mnt/tmp" "$root/tmp"
			mount -t proc proc "$root/proc"
			mount --rbind /dev "$root/dev"
		fi
		chrooted() {
			env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C \
				chroot "$root" "$@" </dev/null
		}
		'"$script" in_root "$@"
}

# module_dkms DIR NAME VERSION: dkms add and build DIR/src, results to DIR. With W=1 on
# the lanes that have a linter, which reads the log (lint_w1), and with C=2 on one of
# them (lint_sparse). On a user's own source W=1 also checks comments, which takes more
# of Python than the root has.
module_dkms() {
	local ko warn=1 sparse=0
	[ -n "$lane_check$lane_check_all" ] || warn=
	[ "$lane" != "$sparse_lane" ] || sparse=2
	export root
	# shellcheck disable=SC2016
	in_root '
		dir=$1 name=$2 version=$3 release=$4 warn=$5 sparse=$6 status=0
		cp -a "$dir/src" "$root/mnt/src/$name-$version"
		chrooted dkms add -m "$name" -v "$version" --sourcetree /mnt/src
		chrooted env KBUILD_EXTRA_WARN="$warn" KBUILD_CHECKSRC="$sparse" \
			dkms build -m "$name" -v "$version" -k "$release" --sourcetree /mnt/src || status=$?
		built=$root/mnt/dkms/$name/$version
		cat "$built/build/make.log" "$built/$release"/*/log/make.log >"$dir/make.log" 2>/dev/null || :
		[ "$status" = 0 ]
		cp "$built/$release"/*/module/*.ko* "$dir"
	' "$1" "$2" "$3" "$release" "$warn" "$sparse" || return 1
	# Some dkms compress what they build.
	for ko in "$1"/*.ko.*; do
		case $ko in
		*.xz) xz -d "$ko" ;;
		*.zst) zstd -q -d --rm "$ko" ;;
		*.gz) gzip -d "$ko" ;;
		esac || return 1
	done
	[ -z "$lane_gnu" ] || module_strip "$1" || return 1
	[ -n "$(find "$1" -maxdepth 1 -name '*.ko')" ]
}

# module_strip DIR: dkms strips with a program of this machine, which does not know
# modules of another architecture.
module_strip() {
	# shellcheck disable=SC2016
	in_root '
		cp "$1"/*.ko "$root/mnt/tmp"
		chrooted sh -c "exec $2-strip -g /mnt/tmp/*.ko"
		cp "$root"/mnt/tmp/*.ko "$1"
	' "$1" "$lane_gnu"
}
