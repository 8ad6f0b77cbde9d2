# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Copies of build roots, for tests of what is installed there. Set dir, an empty
# directory; the caller is in a mount namespace of its own.

# overlaid LANE: $dir/root is that lane's build root, and all that is written there
# goes to memory. Sets root, and release, which is that of its kernel.
overlaid() {
	# shellcheck disable=SC2034 # for the caller
	read -r root release < <(scripts/lanes/build "$1")
	mount -t tmpfs tmpfs "$dir"
	mkdir "$dir/upper" "$dir/work" "$dir/root"
	mount -t overlay overlay -o "lowerdir=$root,upperdir=$dir/upper,workdir=$dir/work" "$dir/root" || return
	mount -t proc proc "$dir/root/proc"
	mount --bind /dev "$dir/root/dev"
}

# copied LANE: the same with the project in /tree, and an apt that works. Unlike in
# a lane, man pages and documents are installed there.
copied() {
	overlaid "$1" || return
	cp /etc/resolv.conf "$dir/root/etc/resolv.conf"
	grep -l path-exclude "$dir"/root/etc/dpkg/dpkg.cfg.d/* | xargs -r rm
	mkdir "$dir/root/tree"
	git ls-files -z | tar -c --null -T - | tar -x -C "$dir/root/tree"
}

# inside COMMAND...: run it there.
inside() {
	run env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C DEBIAN_FRONTEND=noninteractive \
		SOURCE_DATE_EPOCH=1700000000 chroot "$dir/root" "$@"
}

apt() {
	inside apt-get -q -y -o Acquire::Retries=3 "$@"
}
