#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# scripts/vm --source: which paths are a source of the kernel, that the cache depends
# on their contents, and what is unpacked. Nothing is compiled here.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT

# refused REGEX ARG...: scripts/vm says so before it makes anything.
refused() {
	local what=$1
	shift
	run env XDG_CACHE_HOME="$dir/cache" IOMMU_MOCK_TOOL_MADE=1 scripts/vm --no-module "$@" -- true
	is "$status" 116 "$*: the exit status"
	like "$err" "$what" "$*: the sentence"
}
refused 'lane mainline needs a source' --lane mainline
refused '--source: there is no /no/such/file' --source /no/such/file
refused 'is no source of the kernel' --source "$dir"

mkdir -p "$dir/tree/kernel"
echo '# Kbuild' >"$dir/tree/Kbuild"
echo 'int fork;' >"$dir/tree/kernel/fork.c"
refused '--config: there is no file /no/such/config' --source "$dir/tree" --config /no/such/config
is "$(ls "$dir/cache/iommu-mock/roots" 2>/dev/null)" "" "no build root was begun"

# key PATH: the root's key.
key() {
	IOMMU_MOCK_SOURCE=$1 bash -c '. scripts/lanes/lib.sh && . scripts/lanes/source.sh && . scripts/lanes/root.sh &&
		lane_load mainline && source_use "$IOMMU_MOCK_SOURCE" && root_key_of'
}
first=$(key "$dir/tree")
like "$first" '^mainline-[0-9a-f]{16}$' "a directory has a key"
cp -r "$dir/tree" "$dir/again"
is "$(key "$dir/again")" "$first" "which does not depend on the place"
echo 'int fork2;' >>"$dir/again/kernel/fork.c"
unlike "$(key "$dir/again")" "^$first\$" "but on the contents"
mv "$dir/again/kernel/fork.c" "$dir/again/kernel/knife.c"
echo 'int fork;' >"$dir/again/kernel/fork.c"
unlike "$(key "$dir/again")" "^$first\$" "and on the names"
unlike "$(IOMMU_MOCK_CONFIG=scripts/lanes/debug.config key "$dir/tree")" "^$first\$" "and on the configuration"

# unpacks PATH NAME: it gives the tree.
unpacks() {
	rm -rf "$dir/out"
	mkdir "$dir/out"
	run bash -c '. scripts/lanes/lib.sh && . scripts/lanes/source.sh && . scripts/lanes/root.sh && lane_load mainline &&
		source_use "$1" && source_unpack "$2"' - "$1" "$dir/out"
	is "$status $(diff -r "$dir/tree" "$dir/out" 2>&1)" "0 " "$2"
}
unpacks "$dir/tree" "a directory is copied"
tar -C "$dir" -cJf "$dir/linux.tar.xz" tree
unpacks "$dir/linux.tar.xz" "a tar archive is unpacked"
git -C "$dir/tree" init -q
git -C "$dir/tree" add .
git -C "$dir/tree" -c user.name=x -c user.email=x@example.org commit -qm x
git clone -q --bare "$dir/tree" "$dir/bare"
bare=$(key "$dir/bare")
is "$(key "$dir/tree")" "$first" "the key of a work tree does not depend on git's own files"
rm -rf "$dir/tree/.git"
unpacks "$dir/bare" "a git repository is read"
like "$bare" '^mainline-' "and has a key"
mkdir -p "$dir/deb/DEBIAN" "$dir/deb/usr/src"
cp "$dir/linux.tar.xz" "$dir/deb/usr/src/linux-source-6.99.tar.xz"
printf '%s\n' 'Package: linux-source-6.99' 'Version: 1' 'Architecture: all' 'Maintainer: x <x@example.org>' \
	'Description: x' >"$dir/deb/DEBIAN/control"
dpkg-deb -b "$dir/deb" "$dir/linux-source-6.99_1_all.deb" >/dev/null
unpacks "$dir/linux-source-6.99_1_all.deb" "Debian's package is unpacked"
tar -C "$dir" -czf "$dir/other.tar.gz" deb
rm -rf "$dir"/out/*
run bash -c '. scripts/lanes/lib.sh && . scripts/lanes/source.sh && . scripts/lanes/root.sh && lane_load mainline &&
	source_use "$1" && source_unpack "$2"' - "$dir/other.tar.gz" "$dir/out"
like "$status $out" '^1 E: .*contains no source' "an archive of something else is refused"
done_testing
