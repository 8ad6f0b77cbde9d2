# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What check.t and check-more.t share: a small project in $tree, whose module is one of
# tests/vm/modules. Needs tap.sh, at the top of the tree.

tree=$(mktemp -d)
# What a check that is not as it should be leaves behind ends with this test.
finish() {
	# shellcheck disable=SC2046,SC2086 # lists of numbers
	kill ${checker:-} $(cat "$tree/pids"; pgrep -f "qemu-system.*path=$tree/")
	rm -rf "$tree"
} 2>/dev/null
trap finish EXIT

cp -r scripts "$tree/"
mkdir -p "$tree/module" "$tree/tests/lane"
for m in good warn oops break; do
	cp "tests/vm/modules/vmtest_$m.c" "$tree/module/"
done
cat >"$tree/Kbuild" <<'EOF'
obj-m := iommu_mock.o vmtest_warn.o vmtest_oops.o vmtest_break.o
iommu_mock-y := module/vmtest_good.o
vmtest_warn-y := module/vmtest_warn.o
vmtest_oops-y := module/vmtest_oops.o
vmtest_break-y := module/vmtest_break.o
EOF
sed -e '/^BUILT_MODULE_NAME/d' -e '/^DEST_MODULE_LOCATION/d' tests/vm/modules/dkms.conf >"$tree/dkms.conf"
n=0
for m in iommu_mock vmtest_warn vmtest_oops vmtest_break; do
	printf 'BUILT_MODULE_NAME[%d]="%s"\nDEST_MODULE_LOCATION[%d]="/updates/dkms"\n' $n $m $n
	n=$((n + 1))
done >>"$tree/dkms.conf"

# given NAME LINE...: a test file of the small project.
given() {
	local name=$1
	shift
	printf '%s\n' "$@" >"$tree/tests/lane/$name.t"
}

# checked ARG...: run it; sum is its last line.
checked() {
	run "$tree/scripts/check" --lane debian-13 "$@"
	sum=${out##*$'\n'}
}
