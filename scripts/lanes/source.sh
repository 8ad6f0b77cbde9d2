# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The lane mainline: a source of the kernel that the caller names. Needs lib.sh.

# source_use PATH: set source_path and source_key, which depends on the contents.
source_use() {
	source_path=$(realpath -e "$1" 2>/dev/null) || die "$EX_USAGE" "--source: there is no $1"
	[ -r "$(source_config)" ] || die "$EX_USAGE" "--config: there is no file $(source_config)"
	if [ -f "$source_path" ]; then
		source_key=$(hash_of <"$source_path")
	elif source_is_bare "$source_path"; then
		source_key=$(git --git-dir="$source_path" rev-parse 'HEAD^{tree}')
	elif [ -e "$source_path/Kbuild" ] && [ -d "$source_path/kernel" ]; then
		source_key=$(cd "$source_path" && find . -name .git -prune -o -type f -print0 |
			LC_ALL=C sort -z | xargs -0 sha256sum | hash_of)
	else
		die "$EX_USAGE" "--source: $1 is no source of the kernel: it may be a directory, a git repository without a work tree, a tar archive, or Debian's linux-source-*.deb"
	fi
}

# source_config: print the path of the fragment that is added to tinyconfig.
source_config() {
	echo "${IOMMU_MOCK_CONFIG:-$lanes_dir/$lane_config}"
}

# source_is_bare DIR: is it the git directory itself, rather than a work tree?
source_is_bare() {
	[ -e "$1/HEAD" ] && [ -d "$1/objects" ] &&
		git --git-dir="$1" rev-parse -q --verify 'HEAD^{tree}' >/dev/null 2>&1
}

# source_unpack DIR: copy the source into DIR, which is empty.
source_unpack() {
	case $source_path in
	*.deb)
		dpkg-deb --fsys-tarfile "$source_path" |
			tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
			xz -dc -T0 | tar -x --strip-components=1 -C "$1"
		;;
	*)
		if [ -f "$source_path" ]; then
			tar -x --strip-components=1 -C "$1" -f "$source_path"
		elif source_is_bare "$source_path"; then
			git --git-dir="$source_path" archive HEAD | tar -x -C "$1"
		else
			tar -c --exclude=.git -C "$source_path" . | tar -x -C "$1"
		fi
		;;
	esac
	[ -e "$1/Kbuild" ] || {
		echo "E: $source_path contains no source of the kernel"
		return 1
	}
}
