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
# A boot that is tried again says so on standard error, which is no failure.
boot() {
	scripts/vm --no-module -- echo booted
}
both() {
	boot >"$dir/boot.1" &
	boot >"$dir/boot.2"
	wait
}
run both
is "$(cat "$dir"/boot.?)" "booted
booted" "two first boots at once"
rm -rf "$cache/images" "$cache/kernels"
mkdir -p "$cache/images/.left-by-a-killed-process"
run boot
is "$status/$out" 0/booted "images and kernels are made again"

is "$(mounts)" "$mounted" "nothing that was mounted in a build root stays"

# A lane's definition is part of its key.
cp -r scripts "$dir/scripts"
key() {
	bash -c '. "$1/lanes/lib.sh" && . "$1/lanes/root.sh" && lane_load "$2" && root_key_of' - "$1" "${2:-debian-13}"
}
is "$(key "$dir/scripts")" "$(key scripts)" "the key does not depend on the place"
sed -i '/^deb .*trixie-updates/d' "$dir/scripts/lanes/debian-13.conf"
unlike "$(key "$dir/scripts")" "^$(key scripts)\$" "a changed lane is made anew"
unlike "$(key "$dir/scripts" debian-13-rt)" "^$(key scripts debian-13-rt)\$" "and with it a lane that shares its build root"
is "$(key "$dir/scripts" debian-12-rt)" "$(key scripts debian-12-rt)" "but no other"

# In a cache with a build root of debian-13 that nobody boots. With a release and
# a word given, "making" the root gives a kernel of these; prints what is used.
cat >"$dir/due" <<'EOF'
for step in lib root module image; do
	. "scripts/lanes/$step.sh"
done
lane_load debian-13
root_make() {
	mkdir -p "$root_dir/root/var/lib/dpkg" "$root_dir/root/lib/modules/$made/build"
	echo CONFIG_PVH=y >"$root_dir/root/lib/modules/$made/build/.config"
	echo "packages, $word" >"$root_dir/root/var/lib/dpkg/status"
	echo "$made, $word" >"$root_dir/vmlinuz"
	echo "$made" >"$root_dir/release"
}
kernel_unpack() {
	mkdir -p "${kernel%/*}"
	cp "$1" "$kernel"
}
made=$1 word=$2
root_use
kernel_use
echo "$release $(module_key_of "$PWD/tests/vm/modules") $(image_key_of '') $(cat "$kernel")"
EOF
# What is kept of a lane does not count a lane whose name begins like its own.
mkdir -p "$dir/many/iommu-mock/locks" "$dir/many/images"
for n in 1 2 3 4; do
	mkdir "$dir/many/images/debian-13-000000000000000a-000000000000000$n"
	mkdir "$dir/many/images/debian-13-backports-000000000000000b-000000000000000$n"
	touch -d "$n days ago" "$dir/many/images/debian-13-"*"$n"
done
touch "$dir/many/images/debian-13-backports-"*
run env XDG_CACHE_HOME="$dir/many" bash -uc '. scripts/lanes/lib.sh && keep_newest 2 "$1" debian-13' - "$dir/many/images"
is "$status:$(cd "$dir/many/images" && echo debian-13-0*)" \
	"0:debian-13-000000000000000a-0000000000000001 debian-13-000000000000000a-0000000000000002" \
	"the newest of a lane are kept"
is "$(cd "$dir/many/images" && echo debian-13-b* | wc -w)" 4 "and all those of a lane whose name begins like it"

used() {
	run env XDG_CACHE_HOME="$dir/other" timeout 60 bash -u "$dir/due" "$@"
	read -r release modules image boots <<<"$out"
}
fall_due() {
	touch -d '15 days ago' "$dir"/other/iommu-mock/roots/*/release
}
used 6.12.1 first
is "$release/$boots" "6.12.1/6.12.1, first" "a root is made"
old="$modules $image"
fall_due
used 6.12.2 second
is "$release/$boots" "6.12.2/6.12.2, second" "when it is due it is made again, and the new kernel boots"
unlike " $old " " ($modules|$image) " "with modules and an image of its own"
old="$modules $image"
fall_due
used 6.12.2 third
is "$boots" "6.12.2, third" "also where a new kernel has the same release"
unlike " $old " " ($modules|$image) " "with modules and an image of its own"
is "$(find "$dir/other/iommu-mock/kernels" -name vmlinux | wc -l)" 3 "kernels that were used lately are kept"

# Somebody has a shell open in the root that is due.
fall_due
lock=$(find "$dir/other/iommu-mock/locks" -name 'debian-13-????????????????')
perl -e 'use Fcntl ":flock"; open(F, ">>", shift) && flock(F, LOCK_SH) && sleep 1000' "$lock" &
holder=$!
held() {
	! flock -n "$lock" true
}
soon held
used 6.12.3 fourth
kill "$holder"
is "$status/$boots" "0/6.12.2, third" "a root that is in use is used as it is, at once"
like "$err" "due for a refresh, but its build root is in use by process $holder \(perl " "and the sentence names the process that uses it"
done_testing
