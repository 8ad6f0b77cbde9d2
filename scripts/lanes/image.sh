# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Step 3 of a lane: what boots. The kernel, unpacked, and the base of an
# initramfs: busybox, init, the built modules and the stock modules that VFIO
# needs, in a depmod'ed tree. Needs lib.sh, and root_use first.

# image_use KO-DIR MODULE...: set image_dir with base.cpio; KO-DIR may be empty.
image_use() {
	local ko_dir=$1
	shift
	kernel_use
	image_key=$(image_key_of "$ko_dir" "$@")
	image_dir=$cache/images/$image_key
	lock "$image_key" -s
	[ -e "$image_dir/base.cpio" ] && return
	unlock "$image_key"
	lock "$image_key"
	[ -e "$image_dir/base.cpio" ] || image_make "$ko_dir" "$@"
	unlock "$image_key"
	lock "$image_key" -s
}

# image_key_of KO-DIR MODULE...: the root as it is now, and all that goes in.
image_key_of() {
	echo "$root_key-$(
		{
			printf '%s\n' "$root_state" "$@"
			cat "$lanes_dir/image.sh" "$lanes_dir/init" "$lanes_dir"/*.list "$(busybox_path)" "$(kmod_path)"
		} | hash_of
	)"
}

busybox_path() {
	local b
	[ -z "$lane_arch" ] || {
		boot_program busybox
		return
	}
	for b in /bin/busybox /usr/bin/busybox; do
		[ -x "$b" ] && ! ldd "$b" >/dev/null 2>&1 && echo "$b" && return
	done
	die "$EX_ENV" "a static busybox is missing: install the package busybox-static"
}

image_make() {
	local ko_dir=$1 tmp
	shift
	mkdir -p "$cache/images"
	tmp=$(mktemp -d "$cache/images/.$image_key.XXXXXX")
	image_tree "$tmp/tree" "$ko_dir" "$@"
	(cd "$tmp/tree" && find . | cpio --quiet -o -H newc -R 0:0) >"$tmp/base.cpio" ||
		die "$EX_ENV" "cpio failed to write the image of lane $lane"
	rm -rf "$tmp/tree" "$image_dir"
	mv "$tmp" "$image_dir"
	keep_newest 24 "$cache/images" "$lane"
}

image_tree() {
	local tree=$1 ko_dir=$2 busybox applet
	shift 2
	busybox=$(busybox_path)
	mkdir -p "$tree"/{bin,dev,etc,lib,mnt,proc,root,run,sbin,sys,tmp,usr/bin,usr/sbin,usr/local/bin,var}
	image_busybox "$busybox" "$tree/bin/busybox"
	# This machine cannot ask a busybox of another architecture: init makes the links.
	[ -n "$lane_arch" ] || for applet in $("$tree/bin/busybox" --list | grep -vx busybox); do
		ln -s /bin/busybox "$tree/bin/$applet"
	done
	image_modprobe "$tree"
	cp "$lanes_dir/init" "$tree/init"
	cp "$lanes_dir/complaints.list" "$tree/etc/complaints"
	echo 'root:x:0:0:root:/root:/bin/sh' >"$tree/etc/passwd"
	echo 'root:x:0:' >"$tree/etc/group"
	echo '127.0.0.1 localhost' >"$tree/etc/hosts"
	image_modules "$tree/lib/modules/$release" "$ko_dir" "$@"
}

# image_busybox FROM TO: its shell runs a program of its own rather than one of
# that name on PATH, so modprobe gets another name of the same length and place in
# the sorted table. A busybox with another table stays as it is, and its shell has
# its own modprobe.
image_busybox() {
	LC_ALL=C sed 's/\x00modprobe\x00/\x00modprob-\x00/g' "$1" >"$2"
	chmod 755 "$2"
	[ -n "$lane_arch" ] || "$2" true || cp "$1" "$2"
}

# image_modprobe TREE: kmod's, as on a real machine. Busybox' own does not follow
# softdep: vfio-pci alone would leave a container without type1.
image_modprobe() {
	boot_add_program "$1" "$(kmod_path)" /bin
	ln -s kmod "$1/bin/modprobe"
}

# One program of several names, kmod's way.
kmod_path() {
	[ -z "$lane_arch" ] || {
		boot_program kmod
		return
	}
	readlink -f "$(type -P modprobe)"
}

# image_modules DIR KO-DIR MODULE...: copy stock modules with all they depend
# on, uncompressed because a slow machine would do it at each boot.
image_modules() {
	local dir=$1 ko_dir=$2 name file from=${root%/}/lib/modules/$release
	shift 2
	mkdir -p "$dir/updates/dkms"
	cp "$from/modules.order" "$dir/"
	# A kernel with CONFIG_IOMMUFD_TEST has a part of that name built in, and
	# modprobe would take ours for loaded.
	grep -v '/iommu_mock\.ko$' "$from/modules.builtin" >"$dir/modules.builtin"
	[ -e "$from/modules.builtin.modinfo" ] && cp "$from/modules.builtin.modinfo" "$dir/"
	{
		grep -v '^#' "$lanes_dir/modules.list" | grep . | image_closure optional
		printf '%s\n' "$@" | grep . | image_closure
	} | sort -u >"$dir/list"
	[ ! -e "$dir/missing" ] || exit "$EX_ENV"
	while read -r file; do
		name=${file#*/lib/modules/"$release"/}
		mkdir -p "$dir/$(dirname "$name")"
		case $name in
		*.xz) xz -dc "$file" >"$dir/${name%.xz}" ;;
		*.zst) zstd -q -dc "$file" >"$dir/${name%.zst}" ;;
		*.gz) gzip -dc "$file" >"$dir/${name%.gz}" ;;
		*) cp "$file" "$dir/$name" ;;
		esac
	done <"$dir/list"
	rm "$dir/list"
	[ -z "$ko_dir" ] || cp "$ko_dir"/*.ko "$dir/updates/dkms/"
	# modules.order names what is not here; depmod would say so each time.
	depmod -b "${dir%/lib/modules/*}" "$release" 2>/dev/null
}

# image_closure [optional]: module names in, paths of files out.
image_closure() {
	local name
	while read -r name; do
		modprobe -d "${root%/}/" -S "$release" --show-depends "$name" 2>/dev/null |
			sed -n 's/^insmod \([^ ]*\).*/\1/p'
		[ "${PIPESTATUS[0]}" = 0 ] || [ "${1:-}" = optional ] || {
			echo "vm: kernel $release of lane $lane has no module $name" >&2
			: >"$dir/missing"
		}
	done
}

# kernel_use: set kernel, what QEMU boots. Decompressing a kernel under
# emulation takes a second or more, so it is done here once; entering the same
# kernel at its PVH entry point skips that step. A kernel without one boots as
# it is.
kernel_use() {
	local image=$root_dir/vmlinuz config=${root%/}/lib/modules/$release/build/.config
	if [ "$lane" = host ]; then
		image=/boot/vmlinuz-$release
		config=/boot/config-$release
	fi
	kernel=$image
	grep -qs '^CONFIG_PVH=y' "$config" "${root%/}/usr/src/linux-headers-$release/.config" || return 0
	kernel_key=$(kernel_key_of)
	lock "$kernel_key" -s
	kernel=$cache/kernels/$kernel_key/vmlinux
	[ -e "$kernel" ] || kernel_unpack "$image" || kernel=$image
	# For prune, as in root_use.
	[ "$kernel" = "$image" ] || { : >>"${kernel%/*}/used" && touch "${kernel%/*}/used"; } 2>/dev/null
	return 0
}

kernel_key_of() {
	echo "$root_key-$(echo "kernel $root_state" | hash_of)"
}

kernel_unpack() {
	local tmp setup offset length magic unpack
	setup=$(od -An -tu1 -j 497 -N 1 "$1")
	offset=$(od -An -tu4 -j 584 -N 4 "$1")
	length=$(od -An -tu4 -j 588 -N 4 "$1")
	offset=$(((setup + 1) * 512 + offset))
	magic=$(od -An -tx1 -j "$offset" -N 4 "$1" | tr -d ' ')
	case $magic in
	28b52ffd) unpack="zstd -q -dc" ;;
	fd377a58) unpack="xz -dc --single-stream" ;;
	1f8b*) unpack="gzip -dc" ;;
	*) return 1 ;;
	esac
	mkdir -p "$cache/kernels"
	tmp=$(mktemp -d "$cache/kernels/.$kernel_key.XXXXXX")
	# The size that follows the payload makes some unpackers complain at the
	# end; the result is checked instead.
	# shellcheck disable=SC2086
	tail -c +$((offset + 1)) "$1" | head -c "$((length - 4))" | $unpack >"$tmp/vmlinux" 2>/dev/null
	if [ "$(head -c 4 "$tmp/vmlinux" | tail -c 3)" = ELF ] && grep -qaF "$release" "$tmp/vmlinux"; then
		mv -T "$tmp" "$cache/kernels/$kernel_key" 2>/dev/null || rm -rf "$tmp"
		prune "$cache/kernels" "$lane" "$kernel_key"
		[ -e "$cache/kernels/$kernel_key/vmlinux" ]
	else
		rm -rf "$tmp"
		return 1
	fi
}
