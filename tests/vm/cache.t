#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The cache is a speed-up only: what is stale is noticed, what is missing is
# made again, and several users at once do not hurt each other.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
scripts/lanes/build debian-13 >/dev/null || exit
real=${XDG_CACHE_HOME:-$HOME/.cache}/iommu-mock
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

mounts() {
	grep -F "$real/" /proc/mounts
}
mounted=$(mounts)

# A cache of our own that starts with the real build roots only.
export XDG_CACHE_HOME=$dir/cache
cache=$XDG_CACHE_HOME/iommu-mock
mkdir -p "$cache"
ln -s "$real/roots" "$cache/roots"
cp -r tests/vm/modules "$dir/src"

build() {
	scripts/lanes/build debian-13 "$dir/src" 2>>"$dir/err"
}

for n in 1 2 3; do
	build >"$dir/built.$n" &
done
wait
is "$(sort -u "$dir"/built.? | wc -l)" 1 "three builders at once get the same build"
is "$(grep -c building "$dir/err")" 1 "that one of them made"
first=$(build)
ok "it is whole" test -e "$first/vmtest_good.ko" -a -e "$first/build.log"
is "$(find "$cache/modules" -name '.*' | wc -l)" 0 "and nothing else was left"

echo '// a change' >>"$dir/src/vmtest_good.c"
second=$(build)
unlike "$second" "^$first\$" "a changed source is built anew"
touch "$dir/src/vmtest_good.o" "$dir/src/x.mod.c"
is "$(build)" "$second" "what a build leaves in the source is no change"
rm -rf "$second"
is "$(build)" "$second" "what was deleted is made again"

echo 'this is no C' >>"$dir/src/vmtest_good.c"
: >"$dir/err"
build >/dev/null
is "$?" 119 "a source that does not compile has its exit status"
ok "the compiler's words are shown" grep -q 'vmtest_good.c.*error' "$dir/err"
is "$(find "$cache/modules" -maxdepth 1 -name '.*' | wc -l)" 0 "and nothing is left of it"

# Images: two boots at once from nothing, then a damaged remainder.
boot() {
	scripts/vm --no-module -- echo booted 2>&1
}
boot >"$dir/boot.1" &
boot >"$dir/boot.2"
wait
is "$(cat "$dir"/boot.?)" "booted
booted" "two first boots at once"
rm -rf "$cache/images" "$cache/kernels"
mkdir -p "$cache/images/.left-by-a-killed-process"
is "$(boot)" booted "images and kernels are made again"

is "$(mounts)" "$mounted" "nothing that was mounted in a build root stays"

# A lane's definition is part of its key.
cp -r scripts "$dir/scripts"
key() {
	bash -c '. "$1/lanes/lib.sh" && . "$1/lanes/root.sh" && lane_load debian-13 && root_key_of' - "$1"
}
is "$(key "$dir/scripts")" "$(key scripts)" "the key does not depend on the place"
sed -i '/^deb .*trixie-updates/d' "$dir/scripts/lanes/debian-13.conf"
unlike "$(key "$dir/scripts")" "^$(key scripts)\$" "a changed lane is made anew"
done_testing
