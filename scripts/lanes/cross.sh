# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Step 2b of a lane of another architecture: the tool, libiommu-mock and the programs
# of the lane tests, made by the cross compiler of the lane's build root. Needs
# lib.sh and module.sh, and root_use first.

# cross_files: the files that this step reads, and nothing that a build left.
cross_files() {
	(
		cd "$repo" || exit 1
		find userspace module/abi.h module/nested-abi.h module/types.h scripts/lanes/compile-programs \
			tests/lane/helpers docs/examples -type d \( -name build -o -name 'build-*' -o -name tests \
			-path 'userspace/*' -o -name python \) -prune -o \
			-type f ! -path userspace/iommu-mock ! -name '*.o' ! -name '.*' -print | sort
	)
}

# cross_use: set cross_dir, a cache entry with iommu-mock and programs/, making it
# if the sources or the root changed.
cross_use() {
	cross_key=$root_key-$(
		cd "$repo" || exit 1
		cross_files | tr '\n' '\0' | xargs -0 sha256sum |
			cat <(echo "$root_state") - "$lanes_dir/cross.sh" | hash_of
	)
	cross_dir=$cache/programs/$cross_key
	lock "$cross_key" -s
	[ -e "$cross_dir/build.log" ] && return
	unlock "$cross_key"
	lock "$cross_key"
	[ -e "$cross_dir/build.log" ] || cross_make
	unlock "$cross_key"
	lock "$cross_key" -s
}

cross_make() {
	local tmp log=$cache/logs/programs-$lane.log
	need_root
	tell "compiling the tool and the programs of the tests for lane $lane"
	mkdir -p "$cache/programs" "$cache/logs"
	sweep
	tmp=$(mktemp -d "$cache/programs/.$cross_key.XXXXXX")
	mkdir "$tmp/programs"
	if ! cross_compile "$tmp" >"$log" 2>&1; then
		rm -rf "$tmp"
		tail -n 30 "$log" >&2
		die "$EX_BUILD" "the tool does not build for lane $lane (log: $log)"
	fi
	cp "$log" "$tmp/build.log"
	rm -rf "$cross_dir"
	mv "$tmp" "$cross_dir"
	keep_newest 4 "$cache/programs" "$lane"
}

# cross_compile DIR. The man pages are not made: the tool writes them, and this
# machine cannot run it.
cross_compile() {
	export root
	# shellcheck disable=SC2016,SC2154 # the inner shell expands; lane_load sets it
	(cd "$repo" && cross_files | tar -c -T -) | in_root '
		dir=$1 gnu=$2
		tar -x -C "$root/mnt/src"
		cd "$root/mnt/src/userspace"
		version=$(sed -n "s/^#define IOMMU_MOCK_VERSION \"\(.*\)\"/\1/p" ../module/abi.h)
		chrooted env "PKG_CONFIG_LIBDIR=/usr/lib/$gnu/pkgconfig" make -s -j2 -C /mnt/src/userspace \
			"CC=$gnu-gcc" iommu-mock "build/libiommu-mock.so.$version" build/libiommu-mock.so
		mkdir "$root/mnt/programs"
		chrooted bash /mnt/src/scripts/lanes/compile-programs /mnt/src "$gnu-gcc" /mnt/programs
		cp iommu-mock "$dir"
		cp "$root/mnt/programs/"* "$dir/programs"
	' "$1" "$lane_gnu"
}

# cross_libraries PROGRAM: the libraries that it needs and those that they need, one
# "FILE:PLACE" a line, where PLACE is the path in the VM.
cross_libraries() {
	local queue=("$1") seen=' ' file name
	while [ ${#queue[@]} -gt 0 ]; do
		file=${queue[0]}
		queue=("${queue[@]:1}")
		for name in $(readelf -d "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
			[[ $seen != *" $name "* ]] || continue
			seen+="$name "
			file=$root/usr/lib/$lane_gnu/$name
			[ -e "$file" ] || die "$EX_ENV" "lane $lane: the build root has no library $name, which ${1##*/} needs"
			queue+=("$file")
			echo "$file:/lib/$name"
		done
	done
}
